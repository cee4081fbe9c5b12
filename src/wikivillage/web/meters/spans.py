"""The stretches of time that a meter's page shows: a day by its hours, a week, a month, a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from wikivillage.connectors.local_time import Grid, Span, day_span, spans
from wikivillage.report.figures.bars import Bar, Sureness
from wikivillage.web.meters.models import Register, RollUp

SpanWord = Literal["day", "week", "month", "year"]
SPANS: tuple[SpanWord, ...] = ("day", "week", "month", "year")
GRIDS: dict[SpanWord, Grid] = {"day": "hour", "week": "day", "month": "day", "year": "day"}
"""By which sums each is drawn; a year adds its days up to months."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local days ``first`` to before ``end``; ``before`` and ``after`` are days in the ones around it."""

    word: SpanWord
    first: date
    end: date

    @property
    def before(self) -> date:
        """A day of the stretch before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """The first day of the stretch after."""
        return self.end

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)


def stretch_of(word: str, day: date) -> Stretch:
    """The day, week (from Monday), month or year in which a day lies."""
    match word:
        case "week":
            first = day - timedelta(days=day.weekday())
            return Stretch("week", first, first + timedelta(days=7))
        case "month":
            first = day.replace(day=1)
            return Stretch("month", first, (first + timedelta(days=32)).replace(day=1))
        case "year":
            return Stretch("year", date(day.year, 1, 1), date(day.year + 1, 1, 1))
        case _:
            return Stretch("day", day, day + timedelta(days=1))


def times_of(stretch: Stretch, timezone: str) -> Span:
    """When a stretch begins and ends on the clocks of a zone."""
    return day_span(stretch.first, timezone)[0], day_span(stretch.end, timezone)[0]


@dataclass(frozen=True, slots=True)
class Part:
    """An hour, a day or a month of a stretch: its amount, and how that is known. ``sum_of`` counts its sums."""

    begin: datetime
    end: datetime
    bar: Bar
    rules: str = ""

    @property
    def sureness(self) -> Sureness:
        """How its amount is known."""
        return self.bar.sureness


def parts_of(
    stretch: Stretch, sums: Sequence[RollUp], row: Register, *, known_from: datetime | None, known_until: datetime
) -> list[Part]:
    """Every hour, day or month of a stretch between two times, with a missing one where nothing is known.

    What is to come is left out, and so is what was before the first reading: ``known_from``, None where there is none.
    """
    if known_from is None:
        return []
    known = {one.begin: one for one in sums}
    cut = [(begin, end) for begin, end in steps_of(stretch, row) if end > known_from and begin < known_until]
    parts = [_part(begin, end, known) for begin, end in cut]
    return _months(parts, ZoneInfo(row.timezone)) if stretch.word == "year" else parts


def steps_of(stretch: Stretch, row: Register) -> list[Span]:
    """The hours or days of a stretch, from when the meter was put in."""
    begin, end = times_of(stretch, row.timezone)
    return list(spans(max(begin, row.installed), end, GRIDS[stretch.word], row.timezone))


def _part(begin: datetime, end: datetime, known: dict[datetime, RollUp]) -> Part:
    found = known.get(begin)
    if found is None:
        return Part(begin, end, Bar(0.0, "missing"))
    return Part(begin, end, Bar(float(found.quantity), found.quality), found.rules)


def _months(days: Sequence[Part], zone: ZoneInfo) -> list[Part]:
    groups: dict[int, list[Part]] = {}
    for part in days:
        groups.setdefault(part.begin.astimezone(zone).month, []).append(part)
    return [_month(group) for group in groups.values()]


def _month(days: Sequence[Part]) -> Part:
    kinds = {day.sureness for day in days}
    sureness: Sureness = "missing" if kinds == {"missing"} else "measured" if kinds == {"measured"} else "partial"
    return Part(days[0].begin, days[-1].end, Bar(sum(day.bar.value for day in days), sureness))


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of time in which the amounts were not measured: missing, estimated or known in part."""

    begin: datetime
    end: datetime
    sureness: Sureness


def doubts_of(parts: Sequence[Part], hours: Sequence[RollUp], *, known_until: datetime) -> list[Doubt]:
    """When nothing was read, by the parts of a stretch, and when less than all was measured, by its hours; in order.

    What is still going on is left out.
    """
    missing = [Doubt(part.begin, part.end, "missing") for part in parts if part.sureness == "missing"]
    weak = [Doubt(one.begin, one.end, one.quality) for one in hours]
    listed = sorted((one for one in [*missing, *weak] if one.end <= known_until), key=lambda one: one.begin)
    found: list[Doubt] = []
    for one in listed:
        if found and found[-1].end == one.begin and found[-1].sureness == one.sureness:
            found[-1] = Doubt(found[-1].begin, one.end, one.sureness)
        else:
            found.append(one)
    return found
