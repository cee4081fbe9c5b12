"""The days that a page of the pulse is about: one, seven or a year of them, up to the last whole day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = {"day": 1, "week": 7, "year": 365}
"""How many days each period has."""
DAYS_A_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included. ``chosen``: somebody asked for this day."""

    word: str
    first: date
    last: date
    chosen: bool = False

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def part_of_year(self) -> float:
        """Which share of a year's goal falls to them."""
        return self.days / DAYS_A_YEAR


def period_of(word: str, *, today: date, known: tuple[date, date] | None, day: date | None = None) -> Period:
    """The period of a word that ends on ``day``, else on the last whole day of which anything is known."""
    last = day or today - timedelta(days=1)
    if day is None and known is not None and known[1] < last:
        last = known[1]
    return Period(word, last - timedelta(days=DAYS[word] - 1), last, chosen=day is not None)


def read_day(text: str | None, *, today: date) -> date | None:
    """A day as addresses write it; None where there is none, or it is no day that can have been."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= today else None
