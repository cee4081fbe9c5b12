"""Where everything is: the village's places with their names and floors, read every few seconds at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from wikivillage.web.registry.models import Place
from wikivillage.web.registry.village_names import FRESH
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.kept import forget, keep

KEY = "registry.places"


@dataclass(frozen=True, slots=True)
class PlaceHere:
    """A place as every room asks for it. ``inside``: the id of the place around it, or nothing."""

    name: Text
    floor: int | None
    inside: str | None


def places_here() -> Mapping[str, PlaceHere]:
    """Every place by its id, in the order of the house; at most some seconds old."""
    if not settings.KEPT_SECONDS:
        return _read()
    return keep(KEY, _read, at=timezone.now(), fresh=FRESH).value


def forget_places() -> None:
    """Read them again when they are asked for next."""
    forget(KEY)


def _read() -> dict[str, PlaceHere]:
    rows = Place.objects.order_by("position").values_list("pk", "name_en", "name_fr", "floor", "inside")
    return {pk: PlaceHere(Text(name_en, name_fr), floor, inside) for pk, name_en, name_fr, floor, inside in rows}
