"""The plan of a floor and the page of a place: what is there, and nothing for an address that is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.building.houses import drawings, links, page, present, record


@pytest.fixture(autouse=True)
def _here(ledger: None) -> Iterator[None]:
    record()
    with present():
        yield


def test_a_floor_shows_its_places_and_leads_up_and_down() -> None:
    text = page("/building/floors/0/")
    for drawing in drawings(text):
        assert links(drawing) == ["/building/flat/", "/building/niche/"]
    assert "<h1>Rez-de-chaussée</h1>" in text
    assert 'href="/building/floors/1/"' in text
    assert 'href="/building/floors/-1/"' in text


def test_the_roof_and_the_cellar_have_a_plan_too() -> None:
    assert "Monter" not in page("/building/floors/2/")
    assert "Descendre" not in page("/building/floors/-1/")


@pytest.mark.parametrize(
    "path", ["floors/7/", "floors/-9/", "floors/x/", "floors/99999999999/", "nowhere/", "%00/", "a" * 300 + "/"]
)
def test_an_address_without_a_place_has_our_look(path: str) -> None:
    text = page(f"/building/{path}", status=404)
    assert '<main id="content"' in text


def test_a_place_tells_what_it_is() -> None:
    text = page("/building/flat/")
    assert "<h1>Logement</h1>" in text
    assert "60\u00a0m²" in text
    assert "logements" in text
    assert 'href="/building/niche/"' in text
    assert 'href="/building/floors/0/"' in text
    assert text.count('class="inkfill"') == 1
    assert "Aucun compteur ne compte encore ici" in text


def test_a_place_tells_what_stands_there_and_where_it_is_told_in_full() -> None:
    text = page("/building/vault/")
    assert 'href="/ledger/processes/heat_pump/"' in text
    assert 'href="/ledger/stocks/rain_tank/"' in text
    assert "Pompe à chaleur air-eau" in text
    assert "Air-to-water heat pump" in page("/building/vault/", lang="en")


def test_a_surface_is_told_with_its_area() -> None:
    assert "toiture qui peut porter\u00a0: 40\u00a0m²" in page("/building/top/")


def test_what_is_inside_leads_back_out() -> None:
    assert 'href="/building/flat/"' in page("/building/niche/")
