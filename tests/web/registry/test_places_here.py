"""Where everything is, as every room asks for it: kept for some seconds, and forgotten with the village."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.remembered import forget_all
from wikivillage.web.registry.models import Place
from wikivillage.web.registry.places_here import PlaceHere, places_here
from wikivillage.web.registry.village_of_request import forget_village
from wikivillage.web.registry.words import Text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept(settings: Any) -> Iterator[None]:
    settings.KEPT_SECONDS = 60
    forget_all()
    yield
    forget_all()


def _place(id: str, position: int, **more: Any) -> Place:
    return Place.objects.create(id=id, position=position, name_en="A", name_fr="B", tree={}, **more)


def test_places_stand_in_the_order_of_the_house_until_the_village_is_read_again() -> None:
    house = _place("house", 2, floor=0)
    _place("room", 1, floor=3, inside=house)
    known = {"room": PlaceHere(Text("A", "B"), 3, "house"), "house": PlaceHere(Text("A", "B"), 0, None)}
    assert (places_here(), list(places_here())) == (known, ["room", "house"])
    _place("cellar", 3)
    assert places_here() == known
    forget_village()
    assert list(places_here()) == ["room", "house", "cellar"]
