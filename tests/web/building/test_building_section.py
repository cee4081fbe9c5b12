"""The page of the building: its sentence, its section, its list, for any village file and for none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.building.houses import AT, HOUSE, drawings, links, page, present, record
from wikivillage.model import load_village
from wikivillage.web.building.scene import building_at
from wikivillage.web.registry.village_actions import record_village

VILLAGES = Path(__file__).parents[3] / "villages"
ALL = sorted(VILLAGES.rglob("*.yaml"))
PLACES = ["attic", "flat", "niche", "vault", "top"]


@pytest.fixture(autouse=True)
def _here(ledger: None) -> Iterator[None]:
    with present():
        yield


def test_the_sentence_is_counted_from_the_places() -> None:
    record()
    assert "<h1>Deux étages, un toit, une cave.</h1>" in page("/building/")
    assert "<h1>Two floors, one roof, one cellar.</h1>" in page("/building/", lang="en")


def test_both_drawings_lead_from_each_place_to_its_row() -> None:
    record()
    text = page("/building/")
    found = drawings(text)
    assert len(found) == 2
    for drawing in found:
        assert sorted(links(drawing)) == sorted(f"#place-{id}" for id in PLACES)
        assert "5 lieux" in drawing.attrib["aria-label"]
    assert all(text.count(f'<tr id="place-{id}">') == 1 for id in PLACES)


def test_rows_go_from_the_roof_to_the_cellar() -> None:
    record()
    rows = re.findall(r'<tr id="place-(\w+)"', page("/building/"))
    assert rows == ["top", "attic", "flat", "niche", "vault"]


def test_a_person_who_runs_a_place_has_no_name_for_a_visitor() -> None:
    record()
    text = page("/building/") + page("/building/flat/") + page("/building/floors/0/")
    assert "ÉTIC" in page("/building/")
    assert "Alice" not in text
    assert "Martin" not in text


def test_what_is_at_no_place_is_told_apart() -> None:
    record()
    listed = page("/building/").split('id="everywhere"')[1]
    assert "/ledger/processes/warmth/" in listed
    assert "/ledger/processes/light/" not in listed


def test_without_a_meter_no_room_is_darker_and_no_number_is_made_up() -> None:
    record()
    text = page("/building/")
    assert "Pièce grise" not in text
    assert 'class="earth" x=' not in text
    assert re.findall(r'<td class="r">([^<]*)</td></tr>', text)[:5] == ["–"] * 5


def test_a_village_that_is_not_there_yet_says_so() -> None:
    assert "pas encore de village" in page("/building/")
    page("/building/floors/0/", status=404)
    page("/building/flat/", status=404)
    page("/building/places.csv", status=404)


def test_script_in_names_stays_a_name() -> None:
    record(HOUSE.replace("Logement", "<script>alert(1)</script>"))
    for path in ("/building/", "/building/flat/", "/building/floors/0/"):
        text = page(path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_a_new_village_file_is_drawn_anew() -> None:
    record()
    page("/building/")
    record(HOUSE.replace("Grenier", "Observatoire"), at=AT.replace(minute=31))
    assert "Observatoire" in page("/building/")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_example_is_drawn(path: Path) -> None:
    village = load_village(path)
    record_village(village=village, base=path.parent, at=AT)
    wanted = sorted(f"#place-{id}" for id in village.places) or ["#everywhere"]
    for drawing in drawings(page("/building/")):
        assert sorted(links(drawing)) == wanted
    for id, place in village.places.items():
        page(f"/building/{id}/")
        if place.floor is not None:
            page(f"/building/floors/{place.floor}/")


def test_as_many_questions_for_many_places_as_for_few() -> None:
    record()
    few = asked()
    many = "".join(f"  room{at}: {{floor: {at % 5}, area: 20 m2, use: office, run_by: etic}}\n" for at in range(40))
    record(HOUSE.replace("places:\n", f"places:\n{many}"), at=AT.replace(minute=31))
    assert asked() == few
    cold, warm = few["/building/"]
    assert cold <= 32
    assert warm <= 4


def asked() -> dict[str, tuple[int, int]]:
    """How many questions each page asks of the database, at first and again in the same minute."""
    found = {}
    for path in ("/building/", "/building/floors/0/", "/building/flat/"):
        with present():
            page("/")  # what every page asks once
            found[path] = (questions(path), questions(path))
    return found


def questions(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(path)
    return len(captured)


def test_a_building_is_kept_for_its_minute() -> None:
    record()
    with present():
        first = building_at(AT)
        assert building_at(AT) == first
        later = building_at(AT.replace(minute=59))
    assert first is not None
    assert later is not None
    assert first.facts.at != later.facts.at
