"""Which hour of the plan's year an hour of another year is foretold from."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.web.plans.hours import PlanHours

YEAR = PlanHours(datetime(2025, 1, 1), 8760, b"")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31))


@given(moments)
def test_same_weekday_same_clock_and_at_most_three_days_away(moment: datetime) -> None:
    like = YEAR.start + timedelta(hours=YEAR.hour_like(moment))
    assert (like.weekday(), like.hour) == (moment.weekday(), moment.hour) or _at_new_year(moment)
    away = abs((like.replace(year=2024) - moment.replace(year=2024)).days)
    assert min(away, 366 - away) <= 4


def _at_new_year(moment: datetime) -> bool:
    """Where the nearest such day lies in another year, the plan's own other end is taken: another weekday."""
    return (moment.month, moment.day) >= (12, 28) or (moment.month, moment.day) <= (1, 4)


@given(moments)
def test_every_moment_has_an_hour_in_every_plan(moment: datetime) -> None:
    for hours in (5, 24, 30, 168, 200, 8760, 8784):
        assert 0 <= PlanHours(datetime(2024, 6, 3, 7), hours, b"").hour_like(moment) < hours


def test_a_plan_of_a_day_foretells_from_the_same_hour() -> None:
    day = PlanHours(datetime(2025, 6, 21), 24, b"")
    assert day.hour_like(datetime(2026, 11, 3, 14)) == 14


def test_a_plan_that_begins_in_the_morning_knows_its_clock() -> None:
    day = PlanHours(datetime(2025, 6, 21, 6), 24, b"")
    assert day.hour_like(datetime(2026, 11, 3, 5)) == 23


@pytest.mark.parametrize(("moment", "like"), [("2028-02-29T10", "2025-03-04T10"), ("2026-11-26T09", "2025-11-27T09")])
def test_examples(moment: str, like: str) -> None:
    assert YEAR.start + timedelta(hours=YEAR.hour_like(datetime.fromisoformat(moment))) == datetime.fromisoformat(like)
