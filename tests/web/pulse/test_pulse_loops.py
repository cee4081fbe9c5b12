"""The five loops, of numbers by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.pulse.small_village import DAY, FLOWS, made, moved, small_village, used, worked
from wikivillage.web.pulse.loops import Loop, Work, loops_of, renewable_of_process
from wikivillage.web.pulse.parts import parts_of
from wikivillage.web.pulse.periods import Period, period_of, read_day

ONE_DAY = Period("day", DAY, DAY)
WORKED = Work(promised=6, kept=4, worked=5)


def loops(flows: object = FLOWS, period: Period = ONE_DAY, work: Work = WORKED) -> dict[str, Loop]:
    """The loops of some flows, by name."""
    assert isinstance(flows, tuple)
    village = small_village()
    return {loop.loop: loop for loop in loops_of(parts_of(flows, village), village, period, work)}


def test_energy_is_what_was_not_bought_of_what_was_used_inside() -> None:
    energy = loops()["energy"]
    assert (energy.outside, energy.whole, energy.whole_unit) == (37.5, 100.0, "kWh")
    assert (energy.value, energy.target, energy.state) == (0.625, 0.8, "missing")
    assert energy.gap == pytest.approx(17.5), "kWh that would have to come from the sun for 80 %"
    assert (energy.ids, energy.events) == (("grid", "pv"), 3)


def test_what_is_sold_in_another_hour_does_not_make_up_for_what_is_bought() -> None:
    noon, night = (
        (made("pv", "electricity", 40), moved("electricity", 30, "electricity", "grid")),
        (moved("electricity", 30, "grid", "electricity"),),
    )
    assert loops((*noon, *night))["energy"].value == pytest.approx(1 - 30 * 0.75 / 40)


@given(st.lists(st.tuples(*[st.floats(0, 100)] * 3), min_size=1, max_size=24))
def test_the_share_matched_by_the_hour_is_that_of_the_sums(hours: list[tuple[float, float, float]]) -> None:
    """Outside and whole are sums over hours, so the hours may be added up first (docs/measures.md, section 4)."""
    outside = sum(bought * 0.75 for _, bought, _ in hours)
    whole = sum(sun + bought - min(sold, sun) for sun, bought, sold in hours)
    flows = (
        made("pv", "electricity", sum(sun for sun, _, _ in hours)),
        moved("electricity", sum(bought for _, bought, _ in hours), "grid", "electricity"),
        moved("electricity", sum(min(sold, sun) for sun, _, sold in hours), "electricity", "grid"),
    )
    value = loops(flows)["energy"].value
    if whole > 1e-6 and value is not None:
        assert value == pytest.approx(max(0.0, 1 - outside / whole), abs=1e-6)


def test_water_is_litres_a_day_against_a_day_of_the_yearly_goal() -> None:
    water = loops()["water"]
    assert (water.value, water.target, water.unit, water.state) == (800.0, 1000.0, "L", "reached")
    week = loops(FLOWS, Period("week", DAY - timedelta(days=6), DAY))["water"]
    assert week.value == pytest.approx(800 / 7)
    dry = loops((used("taps", "drinking_water", 1),))["water"]
    assert (dry.value, dry.state) == (0.0, "reached"), "water was used, none of it from the mains"


def test_matter_is_what_left_as_waste() -> None:
    matter = loops()["matter"]
    assert (matter.value, matter.target, matter.state, matter.gap) == (3.0, 2.0, "too_much", 1.0)


def test_food_is_what_grew_here() -> None:
    food = loops()["food"]
    assert (food.value, food.outside, food.whole, food.state) == (0.25, 6.0, 8.0, "missing")
    assert food.gap == pytest.approx(0.4), "kilograms"


def test_people_is_hours_kept_of_those_promised() -> None:
    assert (loops()["people"].value, loops()["people"].state, loops()["people"].gap) == (4.0, "missing", 2.0)
    assert loops(work=Work(4, 4, 9))["people"].state == "reached"
    assert loops((worked(2),), work=Work(0, 0, 2))["people"].state == "free"


def test_nothing_recorded_is_nothing_known() -> None:
    empty = loops((), work=Work(0, 0, 0))
    assert list(empty) == ["energy", "water", "matter", "food", "people"]
    assert {(loop.value, loop.state, loop.events) for loop in empty.values()} == {(None, "unknown", 0)}


def test_what_a_process_makes_is_as_renewable_as_its_worst_fuel() -> None:
    village = small_village()
    assert renewable_of_process(village, "pv") == 1.0
    assert renewable_of_process(village, "pump") == 0.25, "its electricity may come from the grid"
    assert renewable_of_process(village, "beds") == 1.0


@pytest.mark.parametrize(
    ("word", "known", "day", "first", "last"),
    [
        ("day", (date(2026, 1, 1), date(2026, 11, 26)), None, date(2026, 11, 25), date(2026, 11, 25)),
        ("week", (date(2026, 1, 1), date(2026, 11, 26)), None, date(2026, 11, 19), date(2026, 11, 25)),
        ("year", None, None, date(2025, 11, 26), date(2026, 11, 25)),
        ("day", (date(2026, 1, 1), date(2026, 10, 2)), None, date(2026, 10, 2), date(2026, 10, 2)),
        ("week", None, date(2026, 11, 20), date(2026, 11, 14), date(2026, 11, 20)),
    ],
)
def test_a_period_ends_on_the_last_whole_day_that_is_known_or_on_the_one_asked_for(
    word: str, known: tuple[date, date] | None, day: date | None, first: date, last: date
) -> None:
    found = period_of(word, today=date(2026, 11, 26), known=known, day=day)
    assert (found.first, found.last, found.chosen) == (first, last, day is not None)


@pytest.mark.parametrize("text", [None, "", "soon", "2026-02-30", "0999-01-01", "2026-11-27", "2026-11-20T10:00"])
def test_what_is_no_day_that_has_been_is_none(text: str | None) -> None:
    assert read_day(text, today=date(2026, 11, 26)) is None


def test_a_day_is_read() -> None:
    assert read_day("2026-11-20", today=date(2026, 11, 26)) == date(2026, 11, 20)
