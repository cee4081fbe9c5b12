"""Public holidays of France, computed, and school holidays of the zone, as dated data with its sources. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from dateutil.easter import easter

from wikivillage.web.registry.words import Text

SCHOOL = Path(__file__).with_name("data") / "school_holidays.yaml"

FIXED: dict[tuple[int, int], Text] = {
    (1, 1): Text("New Year’s Day", "jour de l’An"),
    (5, 1): Text("Labour Day", "fête du Travail"),
    (5, 8): Text("Victory Day", "Victoire de 1945"),
    (7, 14): Text("Bastille Day", "fête nationale"),
    (8, 15): Text("Assumption", "Assomption"),
    (11, 1): Text("All Saints’ Day", "Toussaint"),
    (11, 11): Text("Armistice Day", "Armistice de 1918"),
    (12, 25): Text("Christmas Day", "Noël"),
}
"""Public holidays that come on the same date each year (Code du travail, article L3133-1)."""
AFTER_EASTER: dict[int, Text] = {
    1: Text("Easter Monday", "lundi de Pâques"),
    39: Text("Ascension Day", "Ascension"),
    50: Text("Whit Monday", "lundi de Pentecôte"),
}
"""Those that come so many days after Easter."""


@dataclass(frozen=True, slots=True)
class SchoolHoliday:
    """Days without lessons, both ends included, with who says so and how sure that is."""

    id: str
    name: Text
    first: date
    last: date
    source: Text
    url: str
    grade: str


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """What is known of the school holidays of a zone, and until which day it is known."""

    zone: str
    known_until: date
    periods: tuple[SchoolHoliday, ...]


@cache
def public_holidays(year: int) -> dict[date, Text]:
    """The public holidays of a year in the order of their days; where two meet, the fixed one names the day."""
    found = {easter(year) + timedelta(days=days): name for days, name in AFTER_EASTER.items()}
    found |= {date(year, month, day): name for (month, day), name in FIXED.items()}
    return dict(sorted(found.items()))


def public_holiday(day: date) -> Text | None:
    """The public holiday that a day is."""
    return public_holidays(day.year).get(day)


@cache
def school_year() -> SchoolYear:
    """The school holidays that came with the program."""
    tree = yaml.safe_load(SCHOOL.read_text("utf-8"))
    sources = tree["sources"]
    periods = (
        SchoolHoliday(
            id=one["id"],
            name=Text(one["en"], one["fr"]),
            first=one["first"],
            last=one["last"],
            source=Text(sources[one["source"]]["en"], sources[one["source"]]["fr"]),
            url=sources[one["source"]]["url"],
            grade=one["grade"],
        )
        for one in tree["periods"]
    )
    return SchoolYear(tree["zone"], tree["known_until"], tuple(periods))


def school_holiday(day: date) -> SchoolHoliday | None:
    """The school holidays in which a day is; None also where nothing is known."""
    return next((one for one in school_year().periods if one.first <= day <= one.last), None)


def school_holidays_between(first: date, last: date) -> Iterator[SchoolHoliday]:
    """Those that touch some days."""
    return (one for one in school_year().periods if one.first <= last and first <= one.last)
