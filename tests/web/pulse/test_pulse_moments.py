"""From hours to what they are good for, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.web.pulse.small_village import small_village
from wikivillage.model.kinds import Shift
from wikivillage.web.pulse.moments import (
    Hour,
    Machine,
    is_sunny,
    machines_of,
    moments_of,
    spare,
    sun_until,
    until_tonight,
)

BEGIN = datetime(2026, 4, 16, 8, tzinfo=UTC)
MACHINES = (Machine("oven", 15.0), Machine("printers", 8.0), Machine("saw", 1.0))


def day(suns: list[float], need: float = 10.0) -> list[Hour]:
    """Hours of the same need: the sun serves it, the grid gives the rest, what is beyond is to spare."""
    return [
        Hour(BEGIN + timedelta(hours=i), sun, need, 0.0, max(0.0, need - sun), max(0.0, sun - need))
        for i, sun in enumerate(suns)
    ]


SUNNY = day([8, 12, 16, 18, 16, 12, 8, 2, 0, 0])


def times(moment: object) -> tuple[int, int]:
    """The hours of a moment."""
    return moment.begin.hour, moment.end.hour  # type: ignore[attr-defined]


def test_the_hungriest_machines_run_in_the_best_hours() -> None:
    sunny, best, grid = moments_of(SUNNY, MACHINES)
    assert (best.kind, times(best), best.machines, best.energy) == ("best", (10, 13), ("oven", "printers"), 20)
    assert (sunny.kind, times(sunny), sunny.machines, sunny.energy) == ("sunny", (9, 14), ("saw",), 24)
    assert (grid.kind, times(grid), grid.machines, grid.energy) == ("grid", (16, 18), ("oven",), 20)


def test_without_anything_to_spare_only_the_hours_to_avoid_are_told() -> None:
    assert [moment.kind for moment in moments_of(day([0, 0]), MACHINES)] == ["grid"]
    assert moments_of([], MACHINES) == ()


def test_on_a_dull_day_the_hours_in_which_the_sun_serves_most_are_told() -> None:
    part, grid = moments_of(day([0, 2, 5, 6, 5, 2, 0, 0]), MACHINES)
    assert (part.kind, times(part), part.machines) == ("part", (10, 13), ("oven", "printers"))
    assert part.energy == pytest.approx(16 / 30), "of what is needed then"
    assert (grid.kind, times(grid)) == ("grid", (14, 16))
    assert [moment.kind for moment in moments_of(day([1, 1.5, 1]), MACHINES)] == [], "not worth saying"


def test_the_hours_until_tonight_are_twelve_at_least() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert len(until_tonight(day([0] * 24), paris)) == 14, "from 10 h in Paris"
    late = [replace(hour, at=hour.at + timedelta(hours=11)) for hour in day([0] * 24)]
    assert len(until_tonight(late, paris)) == 12
    assert until_tonight([], paris) == ()


def test_a_village_without_machines_still_has_its_hours() -> None:
    assert [(moment.kind, moment.machines) for moment in moments_of(SUNNY, ())] == [("best", ()), ("grid", ())]


def test_the_sun_ends_where_nobody_would_call_it_sun() -> None:
    assert sun_until(SUNNY) == BEGIN + timedelta(hours=8)
    assert sun_until(day([0, 0, 5, 6, 0, 9])) == BEGIN + timedelta(hours=4), "the first sun, not the last"
    assert sun_until(day([0.1, 0])) is None
    assert sun_until([]) is None
    assert is_sunny(SUNNY)
    assert not is_sunny(day([0, 5, 5]))
    assert not is_sunny(day([0, 0]))
    assert spare(SUNNY) == 24


def test_the_sun_that_is_used_is_what_battery_and_grid_leave_of_the_need() -> None:
    assert Hour(BEGIN, 4, 10, 3, 3, 0).used_sun == 4
    assert Hour(BEGIN, 14, 10, 0, 0, 4).used_sun == 10
    assert Hour(BEGIN, 0, 2, 0, 3, 0).used_sun == 0


def test_what_may_wait_is_read_off_the_village_file() -> None:
    village = small_village()
    assert [machine.id for machine in machines_of(village)] == ["printers", "shredder"]
    movable = replace(village.needs["light"], shift=Shift(8, 18))
    moved = replace(village, needs={**village.needs, "light": movable})
    assert [machine.id for machine in machines_of(moved)] == ["printers", "shredder", "light"]
    assert machines_of(village)[0].energy == pytest.approx(8.0), "kWh for a kilogram"
