"""When a place is open: weeks of hours for ordinary days, school holidays and public holidays, and closed periods.

Pure, in the time that clocks on the wall show. Hours are those of the nearest place around that has some; closed
periods of every place around count. Where nobody set hours, it is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wikivillage.web.diary.holidays import public_holiday, school_holiday
from wikivillage.web.diary.reasons import Reason, Span, Value, reason
from wikivillage.web.registry.words import Text

ORDINARY, SCHOOL, PUBLIC = "ordinary", "school", "public"
SEASONS = (ORDINARY, SCHOOL, PUBLIC)
DAY = 24 * 60
LONGEST = timedelta(days=370)
"""About how long a time can be asked at once."""
Week = tuple[tuple[Span, ...], ...]
"""The hours of seven days, Monday first."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The week of a subject in a season from a day on; without a week it has none of its own any more."""

    subject: str
    season: str
    since: date
    week: Week | None


@dataclass(frozen=True, slots=True)
class Closure:
    """A time in which a subject is closed, and why."""

    subject: str
    begin: datetime
    end: datetime
    why: Text


@dataclass(frozen=True, slots=True)
class House:
    """All that decides about one subject: itself and what is around it, the nearest first, with their names."""

    around: tuple[tuple[str, Text], ...]
    openings: tuple[Opening, ...] = ()
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one day, of whose they are, and what is special about the day."""

    where: Text
    spans: tuple[Span, ...]
    season: str = ORDINARY
    holiday: Text | None = None


def why_closed(house: House, begin: datetime, end: datetime) -> tuple[Reason, ...]:
    """Every reason why it is not open all the time from one wall time to another; none where it is."""
    if end <= begin:
        return (reason("backwards"),)
    if end - begin > LONGEST:
        return (reason("too_long", days=LONGEST.days),)
    hours = (found for day, piece in _pieces(begin, end) if (found := _why_day(house, day, piece)))
    return (*hours, *_why_periods(house, begin, end))


def _pieces(begin: datetime, end: datetime) -> Iterator[tuple[date, Span]]:
    """The part of each day, midnight belonging to the day before."""
    day = begin.date()
    while datetime.combine(day, time()) < end:
        start = datetime.combine(day, time())
        from_minute = max(0, int((begin - start).total_seconds() // 60))
        to_minute = min(DAY, -int((start - end).total_seconds() // 60))
        yield day, Span(from_minute, to_minute)
        day += timedelta(days=1)


def _why_day(house: House, day: date, asked: Span) -> Reason | None:
    hours = hours_on(house, day)
    if hours is None or any(span.begin <= asked.begin and asked.end <= span.end for span in hours.spans):
        return None
    said: dict[str, Value] = {"where": hours.where, "day": day}
    if hours.holiday is not None:
        said["holiday"] = hours.holiday
    if not hours.spans:
        codes = {ORDINARY: "closed_day", SCHOOL: "closed_school", PUBLIC: "public_holiday"}
        return reason(codes[hours.season], **said)
    codes = {ORDINARY: "hours", SCHOOL: "hours_school", PUBLIC: "hours_public"}
    return reason(codes[hours.season], **said, spans=hours.spans, asked=asked)


def _why_periods(house: House, begin: datetime, end: datetime) -> Iterator[Reason]:
    names = dict(house.around)
    for one in sorted(house.closures, key=lambda one: (one.begin, one.subject)):
        if one.subject in names and one.begin < end and begin < one.end:
            yield reason("closed_period", where=names[one.subject], begin=one.begin, end=one.end, why=one.why)


def hours_on(house: House, day: date) -> Hours | None:
    """The hours of a day; None where nobody set any. A public holiday is closed unless somebody said its hours."""
    if not house.openings:
        return None
    public, school = public_holiday(day), school_holiday(day)
    for subject, where in house.around:
        weeks = _weeks(house.openings, subject, day)
        if public is not None and PUBLIC in weeks:
            return Hours(where, _joined(weeks[PUBLIC][day.weekday()]), PUBLIC, public)
        if public is not None and ORDINARY in weeks:
            return Hours(where, (), PUBLIC, public)
        if public is None and school is not None and SCHOOL in weeks:
            return Hours(where, _joined(weeks[SCHOOL][day.weekday()]), SCHOOL, school.name)
        if public is None and ORDINARY in weeks:
            return Hours(where, _joined(weeks[ORDINARY][day.weekday()]))
    return None


def _weeks(openings: Sequence[Opening], subject: str, day: date) -> dict[str, Week]:
    """The week of each season that is in force on a day."""
    there = sorted((one for one in openings if one.subject == subject and one.since <= day), key=lambda one: one.since)
    latest = {one.season: one.week for one in there}
    return {season: week for season, week in latest.items() if week is not None}


def _joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Hours in their order; those that touch become one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.begin <= found[-1].end:
            found[-1] = Span(found[-1].begin, max(span.end, found[-1].end))
        else:
            found.append(span)
    return tuple(found)


def open_on(house: House, day: date) -> tuple[Span, ...]:
    """When it is really open on a day: its hours without its closed periods."""
    hours = hours_on(house, day)
    spans = (Span(0, DAY),) if hours is None else hours.spans
    names, start = dict(house.around), datetime.combine(day, time())
    for one in house.closures:
        if one.subject in names:
            shut = Span(_minute(one.begin, start), _minute(one.end, start))
            spans = tuple(part for span in spans for part in _without(span, shut))
    return spans


def _minute(moment: datetime, start: datetime) -> int:
    return min(DAY, max(0, int((moment - start).total_seconds() // 60)))


def _without(span: Span, shut: Span) -> Iterator[Span]:
    if shut.end <= span.begin or span.end <= shut.begin or shut.begin >= shut.end:
        yield span
        return
    if span.begin < shut.begin:
        yield Span(span.begin, shut.begin)
    if shut.end < span.end:
        yield Span(shut.end, span.end)
