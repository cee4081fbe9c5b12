"""The building of a village that has lived for a week: numbers that add up, lit rooms, and whose meters are whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.building.houses import page, present
from tests.web.site.people import client_of
from wikivillage.web.building.scene import Building, building_at
from wikivillage.web.ledger import day_sums
from wikivillage.web.meters.models import RollUp


@pytest.fixture
def now(lived_village: datetime) -> Iterator[datetime]:
    """The present of the village, on its own clock."""
    with present(lived_village), timezone.override("Europe/Paris"):
        yield lived_village


def seen(now: datetime) -> Building:
    building = building_at(now)
    assert building is not None
    return building


def test_the_list_adds_up_to_its_sum_and_to_the_meters(now: datetime) -> None:
    building = seen(now)
    rows = [row for level in building.levels for row in level.rows]
    used = [row.power.used for row in rows if row.power.used is not None]
    assert building.sums.used == pytest.approx(sum(used))
    midnight = timezone.make_aware(datetime(2026, 11, 11))
    counted = RollUp.objects.filter(
        grid="day", begin=midnight, register__resource="electricity", register__meter__agent=None
    )
    taken = sum((row.quantity for row in counted.filter(register__action="consume")), Decimal(0))
    machines = RollUp.objects.filter(grid="day", begin=midnight, register__resource="day_power")
    passed = sum((r.quantity for r in machines.filter(register__action="produce")), Decimal(0))
    drawn = sum((r.quantity for r in machines.filter(register__action="consume")), Decimal(0))
    assert building.sums.used == pytest.approx(float(taken - passed + drawn), rel=1e-6)
    assert building.sums.made == pytest.approx(
        float(sum(row.quantity for row in counted.filter(register__action="produce")))
    )


def test_what_the_ledger_counts_beyond_the_list_is_told(now: datetime) -> None:
    day_sums.rebuild(zone="Europe/Paris")
    building = seen(now)
    assert building.facts.used is not None
    assert building.sums.used is not None
    assert building.sums.elsewhere == pytest.approx(building.facts.used - building.sums.used)
    assert building.sums.elsewhere > 0


def test_a_household_keeps_its_meter_to_itself(now: datetime) -> None:
    building = seen(now)
    assert building.sums.private == 1
    assert all(flow.meter != "power-homes" for flow in building.facts.flows)
    visitor, steward = page("/building/shared_houses/"), page("/building/shared_houses/", client=client_of("steward"))
    assert "/meters/power-homes/" not in visitor
    assert "/meters/power-homes/" in steward
    assert "appartient à un foyer" in visitor


def test_rooms_are_lit_where_something_happens(now: datetime) -> None:
    lights = {row.place.id: row.room.light for level in seen(now).levels for row in level.rows}
    assert lights["workspaces"] == "lit"
    assert lights["fablab_upper"] == "unknown"
    assert {"lit", "dark"} <= set(lights.values()) | {"dark"}


def test_a_place_shows_flows_meters_stocks_and_events(now: datetime) -> None:
    text = page("/building/cellar/")
    for part in ("/meters/heat-pump/", "/ledger/stocks/battery/", "/ledger/events/", 'id="flows"'):
        assert part in text
    assert text.count('class="only-wide"') >= 1
    assert "<table" in text.split('class="why"')[1]


def test_every_number_of_the_list_leads_somewhere(now: datetime) -> None:
    cells = re.findall(r'<td class="r">(.*?)</td></tr>', page("/building/"), re.DOTALL)
    assert len(cells) >= 17
    assert all(cell.strip() == "–" or 'class="src"' in cell for cell in cells[:17])


def test_the_file_has_a_mark_semicolons_and_the_same_places(now: datetime) -> None:
    answer = Client().get("/building/places.csv", headers={"accept-language": "fr"})
    lines = b"".join(answer.streaming_content).decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeffLieu;id;")
    assert len(lines) == 18
    assert any(line.startswith("Fablab;fablab;Rez-de-chaussée;Ici Montreuil;") for line in lines)


def test_questions_stay_few_in_a_lived_village(now: datetime) -> None:
    for path, most in (("/building/", 32), ("/building/floors/0/", 8), ("/building/cellar/", 24)):
        with CaptureQueriesContext(connection) as captured:
            page(path)
        assert len(captured) <= most, [one["sql"][:120] for one in captured]
        assert not [one["sql"] for one in captured if 'FROM "ledger_event"' in one["sql"] and "WHERE" not in one["sql"]]
