"""Steps become intervals: what is spread is called an estimate, every total is exact, clock changes included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.streams import M1, counters, intervals_of, reading, series, steps_of
from wikivillage.connectors.differences import differences
from wikivillage.connectors.exact import total
from wikivillage.connectors.intervals import cut, find_gaps, interval_id, revise, roll_up
from wikivillage.connectors.kinds import Interval, Reading
from wikivillage.connectors.local_time import day_span, span_of, spans

PARIS = "Europe/Paris"
ZONES = (PARIS, "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "Pacific/Apia")


def test_a_step_over_a_border_is_spread_and_called_an_estimate() -> None:
    first, second = intervals_of([reading(600, "10"), reading(1200, "13")])
    assert (first.quantity, second.quantity) == (Decimal("1.5"), Decimal("1.5"))
    assert first.rules == ("difference", "estimate")
    assert (first.quality, second.quality) == ("partial", "partial"), "neither is covered whole"


def test_a_gap_is_spread_flagged_and_named() -> None:
    readings = [reading(0, "100"), reading(900, "101"), reading(3600, "107"), reading(4500, "108")]
    closed = intervals_of(readings)
    assert [one.quantity for one in closed] == [1, 2, 2, 2, 1]
    assert [one.quality for one in closed] == ["measured", *["estimated"] * 3, "measured"]
    assert closed[2].rules == ("estimate", "gap")
    assert list(find_gaps(differences(readings, M1), M1)) == [(readings[1].at, readings[2].at)]


def test_the_last_part_takes_what_rounding_leaves() -> None:
    thirds = intervals_of([reading(0, "0"), reading(2700, "1")])
    assert [one.quantity for one in thirds] == [Decimal("0.333333"), Decimal("0.333333"), Decimal("0.333334")]


def test_a_counter_that_stood_still_is_no_estimate() -> None:
    closed = intervals_of([reading(0, "5"), reading(2700, "5")])
    assert [(one.quantity, one.quality) for one in closed] == [(0, "measured")] * 3


def test_an_interval_points_to_its_pair_of_readings() -> None:
    (hour,) = intervals_of(series("1", "2", "3", "5", "8"), "hour")
    assert (hour.first.value, hour.last.value) == (1, 8)
    assert (hour.first.at, hour.last.at) == (hour.begin, hour.end)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
        (date(2026, 7, 14), 24),
        (date(2028, 2, 29), 24),
        (date(2026, 12, 31), 24),
        (date(2027, 1, 1), 24),
    ],
)
def test_a_day_has_as_many_hours_as_passed(day: date, hours: int) -> None:
    begin, end = day_span(day, PARIS)
    readings = [reading(0, str(number), at=begin + timedelta(hours=number)) for number in range(hours + 1)]
    by_hour = intervals_of(readings, "hour", replace(M1, interval_minutes=60))
    assert [one.quantity for one in by_hour] == [1] * hours
    (whole,) = intervals_of(readings, "day", replace(M1, interval_minutes=60))
    assert (whole.quantity, whole.quality, whole.begin, whole.end) == (hours, "measured", begin, end)
    assert list(roll_up(by_hour, M1, "day")) == [replace(whole, rules=by_hour[0].rules)]


def test_a_year_has_its_days_and_they_meet() -> None:
    days = list(spans(datetime(2027, 12, 31, 23, tzinfo=UTC), datetime(2028, 12, 31, 23, tzinfo=UTC), "day", PARIS))
    assert len(days) == 366
    assert all(before[1] == after[0] for before, after in pairwise(days))


@pytest.mark.parametrize("zone", ZONES)
def test_parts_nest_in_their_day_in_every_zone(zone: str) -> None:
    for first in (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 25, tzinfo=UTC)):
        days = list(spans(first, first + timedelta(days=45), "day", zone))
        for begin, end in days:
            quarters = list(spans(begin, end, "quarter-hour", zone))
            hours = list(spans(begin, end, "hour", zone))
            assert quarters[0][0] == hours[0][0] == begin
            assert quarters[-1][1] == hours[-1][1] == end
            assert {hour[0] for hour in hours} <= {quarter[0] for quarter in quarters}


def test_a_day_whose_midnight_is_skipped_begins_at_its_first_moment() -> None:
    """Beirut, 29 March 2026: the clocks go from 0:00 to 1:00."""
    begin, end = day_span(date(2026, 3, 29), "Asia/Beirut")
    assert (begin, end - begin) == (datetime(2026, 3, 28, 22, tzinfo=UTC), timedelta(hours=23))


@given(readings=counters(), zone=st.sampled_from(ZONES))
def test_days_hours_and_steps_have_the_same_total(readings: list[Reading], zone: str) -> None:
    register = replace(M1, timezone=zone)
    steps = list(differences(readings, register))
    whole = total(step.amount for step in steps)
    quarters, hours, days = (list(cut(steps, register, grid)) for grid in ("quarter-hour", "hour", "day"))
    assert total(one.quantity for one in days) == total(one.quantity for one in hours) == whole
    assert _quantities(list(roll_up(quarters, register, "hour"))) == _quantities(hours)
    assert _quantities(list(roll_up(hours, register, "day"))) == _quantities(days)
    assert len({one.id for one in (*quarters, *hours, *days)}) == len(quarters) + len(hours) + len(days)


@given(readings=counters())
def test_intervals_are_in_order_and_each_comes_once(readings: list[Reading]) -> None:
    closed = intervals_of(readings, "hour")
    assert all(before.end <= after.begin for before, after in pairwise(closed))
    assert all(span_of(one.begin, "hour", PARIS) == (one.begin, one.end) for one in closed)


def test_the_id_of_an_interval_is_the_same_on_every_machine() -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    end = begin + timedelta(minutes=15)
    assert str(interval_id("m1", "import", begin, end)) == "1c12d278-04a4-5c00-992d-9719dc01b031"
    others = {
        interval_id("m1", "export", begin, end),
        interval_id("m1", "import", begin, end + timedelta(1)),
        interval_id("m1", "import", begin, end, "2"),
        interval_id('m1", "import', "", begin, end),
        interval_id("m1", "import", begin, end),
    }
    assert len(others) == 5


def test_half_hours_with_one_missing_leave_a_partial_hour_and_a_named_gap() -> None:
    register = replace(M1, kind="interval", interval_minutes=30)
    readings = [reading(1800, "1"), reading(3600, "2"), reading(7200, "4")]
    closed = intervals_of(readings, "hour", register)
    assert [(one.quantity, one.quality) for one in closed] == [(3, "measured"), (4, "partial")]
    assert closed[0].rules == ("given",)
    missing = list(find_gaps(differences(readings, register), register))
    assert missing == [(readings[1].at, readings[1].at + timedelta(minutes=30))]


def test_a_late_reading_gives_a_signed_correction() -> None:
    early = [reading(0, "10"), reading(1800, "14")]
    late = [early[0], reading(900, "11"), early[1]]
    closed, recomputed = intervals_of(early), intervals_of(late)
    corrections = [revise(old, new) for old, new in zip(closed, recomputed, strict=True)]
    assert [one.amount for one in corrections if one] == [Decimal(-1), Decimal(1)]
    assert revise(closed[0], recomputed[0]) == corrections[0], "again gives the same correction with the same id"
    assert revise(recomputed[0], recomputed[0]) is None


def test_corrections_form_a_chain_and_never_share_an_id() -> None:
    closed = intervals_of(series("10", "12"))[0]
    there = replace(closed, quantity=Decimal(3))
    first = revise(closed, there)
    assert first is not None
    second = revise(closed, closed, first)
    assert second is not None
    third = revise(closed, there, second)
    assert third is not None
    assert [one.amount for one in (first, second, third)] == [1, -1, 1]
    assert [second.corrects, third.corrects] == [first.id, second.id]
    assert len({first.id, second.id, third.id}) == 3
    assert revise(closed, replace(there, quantity=Decimal("3.00")), third) is None


def test_an_interval_is_only_revised_by_itself() -> None:
    first, second = intervals_of(series("1", "2", "3"))
    with pytest.raises(AssertionError, match="by itself"):
        revise(first, second)


def test_steps_of_a_reset_keep_their_rule() -> None:
    hour = next(cut(steps_of("10", "20", "1", "2", "3"), M1, "hour"))
    assert (hour.quantity, hour.rules) == (13, ("difference", "reset"))


def _quantities(intervals: list[Interval]) -> list[tuple[datetime, Decimal]]:
    return [(one.begin, one.quantity) for one in intervals]
