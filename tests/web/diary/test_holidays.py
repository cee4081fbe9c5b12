"""Holidays: Easter against its published table, the days of France, school holidays with their sources."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from wikivillage.web.diary.holidays import (
    public_holiday,
    public_holidays,
    school_holiday,
    school_holidays_between,
    school_year,
)

EASTER = (
    "2000-04-23 2001-04-15 2002-03-31 2003-04-20 2004-04-11 2005-03-27 2006-04-16 2007-04-08 2008-03-23 "
    "2009-04-12 2010-04-04 2011-04-24 2012-04-08 2013-03-31 2014-04-20 2015-04-05 2016-03-27 2017-04-16 "
    "2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 "
    "2027-03-28 2028-04-16 2029-04-01 2030-04-21 2031-04-13 2032-03-28 2033-04-17 2034-04-09 2035-03-25 "
    "2036-04-13 2037-04-05 2038-04-25 2039-04-10 2040-04-01 2041-04-21 2042-04-06 2043-03-29 2044-04-17 "
    "2045-04-09 2046-03-25 2047-04-14 2048-04-05 2049-04-18 2050-04-10"
)
"""Easter Sundays as the United States Naval Observatory publishes them."""


@pytest.mark.parametrize("sunday", EASTER.split())
def test_easter_moves_three_holidays(sunday: str) -> None:
    day = date.fromisoformat(sunday)
    names = [public_holiday(day + timedelta(days=days)) for days in (1, 39, 50)]
    assert [name.en for name in names if name] == [
        "Labour Day"
        if (day + timedelta(days=days)).isoformat()[5:] == "05-01"
        else "Victory Day"
        if (day + timedelta(days=days)).isoformat()[5:] == "05-08"
        else name
        for days, name in ((1, "Easter Monday"), (39, "Ascension Day"), (50, "Whit Monday"))
    ]
    assert public_holiday(day) is None


def test_a_year_has_eleven_holidays_in_both_languages() -> None:
    found = public_holidays(2026)
    assert [f"{day:%m-%d}" for day in found] == [
        "01-01",
        "04-06",
        "05-01",
        "05-08",
        "05-14",
        "05-25",
        "07-14",
        "08-15",
        "11-01",
        "11-11",
        "12-25",
    ]
    assert found[date(2026, 5, 14)].fr == "Ascension"
    assert len(public_holidays(2008)) == 10, "in 2008 Ascension was on the 1st of May"


def test_every_school_holiday_has_a_source_a_grade_and_sense() -> None:
    year = school_year()
    assert year.zone == "C"
    for one in year.periods:
        assert one.first <= one.last <= year.known_until
        assert one.source.fr
        assert one.source.en
        assert one.url.startswith("https://")
        assert one.grade in ("B", "C")
        assert one.id == "ascension_2026" or one.first.weekday() == 5, "they begin on a Saturday"
    firsts = [one.first for one in year.periods]
    assert firsts == sorted(firsts)
    ends = zip(year.periods, year.periods[1:], strict=False)
    assert all(one.last < other.first for one, other in ends), "none overlaps the next"


def test_a_day_knows_its_school_holidays() -> None:
    assert (found := school_holiday(date(2026, 2, 21))) is not None
    assert found.name.fr == "vacances d’hiver"
    assert school_holiday(date(2026, 2, 20)) is None
    assert school_holiday(date(2026, 3, 9)) is None
    assert school_holiday(date(2031, 7, 14)) is None
    ids = [one.id for one in school_holidays_between(date(2026, 12, 1), date(2027, 2, 6))]
    assert ids == ["christmas_2026", "winter_2027"]
