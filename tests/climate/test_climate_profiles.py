"""Profiles on the hours of a year: the mean is 1, nobody comes when it is closed, Easter moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wikivillage.climate.calendar_year import hours_of_year
from wikivillage.climate.profiles import FRENCH_HOLIDAYS, easter_sunday, french_holidays, profile_values
from wikivillage.model.kinds import Name, Profile

OFFICE = Profile(
    id="office", name=Name("Office", "Bureau"), workday=(0.0,) * 8 + (1.0,) * 10 + (0.0,) * 6, weekend=(1.0,) * 24,
    weekdays=(1, 1, 1, 1, 1, 0.5, 0), months=(1,) * 12, closed=("05-01", "2025-12-25"), grade="C", source="declared",
)  # fmt: skip

weights = st.floats(0, 10)


def on(day: str, values: np.ndarray, year: int = 2025) -> np.ndarray:
    """(24,) values of one day."""
    return values[hours_of_year(year).astype("datetime64[D]") == np.datetime64(day)]


def test_days_and_hours_have_their_shares() -> None:
    """Monday 6 January works ten equal hours; Saturday has half its amount, over all hours; Sunday nothing."""
    values = profile_values(OFFICE, hours_of_year(2025))
    monday, saturday, sunday = (on(f"2025-01-{day}", values) for day in ("06", "11", "12"))
    assert monday[8:18] == pytest.approx(monday[8])
    assert monday[:8].sum() == monday[18:].sum() == 0.0
    assert saturday.sum() == pytest.approx(monday.sum() / 2.0)
    assert np.ptp(saturday) == 0.0
    assert sunday.sum() == 0.0


def test_closed_days_are_empty_each_year_or_once() -> None:
    values, later = (profile_values(OFFICE, hours_of_year(year)) for year in (2025, 2026))
    assert on("2025-05-01", values).sum() == on("2026-05-01", later, 2026).sum() == 0.0
    assert on("2025-12-25", values).sum() == 0.0
    assert on("2026-12-25", later, 2026).sum() > 0.0


def test_a_day_that_the_year_does_not_have_closes_nothing() -> None:
    leap = replace(OFFICE, closed=("02-29",))
    assert on("2024-02-29", profile_values(leap, hours_of_year(2024)), 2024).sum() == 0.0
    assert np.array_equal(
        profile_values(leap, hours_of_year(2025)), profile_values(replace(OFFICE, closed=()), hours_of_year(2025))
    )


def test_two_days_of_july_keep_their_share_of_the_year() -> None:
    whole = profile_values(OFFICE, hours_of_year(2025))
    monday = np.arange("2025-07-07T00", "2025-07-09T00", dtype="datetime64[h]")
    assert profile_values(OFFICE, monday) == pytest.approx(
        np.concatenate([on("2025-07-07", whole), on("2025-07-08", whole)])
    )


@settings(max_examples=30, deadline=None)
@given(
    workday=st.tuples(*[weights] * 24), weekend=st.tuples(*[weights] * 24), weekdays=st.tuples(*[weights] * 7),
    months=st.tuples(*[weights] * 12), year=st.integers(2020, 2032),
)  # fmt: skip
def test_the_mean_over_the_year_is_one_or_nothing(workday, weekend, weekdays, months, year: int) -> None:
    profile = replace(
        OFFICE, workday=workday, weekend=weekend, weekdays=weekdays, months=months, closed=(FRENCH_HOLIDAYS,)
    )
    values = profile_values(profile, hours_of_year(year))
    assert values.min() >= 0.0
    assert values.mean() == pytest.approx(1.0) or not values.any()


@pytest.mark.parametrize(
    ("year", "easter"),
    [(1961, "04-02"), (2000, "04-23"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2038, "04-25")],
)
def test_easter(year: int, easter: str) -> None:
    assert easter_sunday(year) == date.fromisoformat(f"{year}-{easter}")


def test_french_holidays_of_2025() -> None:
    """The eleven of service-public.fr, with Easter Monday, Ascension and Whit Monday."""
    moving = {date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)}
    assert len(french_holidays(2025)) == 11
    assert moving < french_holidays(2025)


def test_a_profile_may_close_on_public_holidays() -> None:
    values = profile_values(replace(OFFICE, closed=(FRENCH_HOLIDAYS,)), hours_of_year(2025))
    assert on("2025-04-21", values).sum() == on("2025-07-14", values).sum() == 0.0
    assert on("2025-04-22", values).sum() > 0.0
