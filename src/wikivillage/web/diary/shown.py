"""Occurrences as pages and calendars tell them: whose, where, when in words; only what a reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from wikivillage.web.diary.holidays import SchoolHoliday, public_holiday, school_holiday
from wikivillage.web.diary.kinds import CANCELLED, KINDS, STATES, TENTATIVE, VISIBILITIES
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.reasons import Span, clock, day_words
from wikivillage.web.registry.models import Circle, Place
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """An occurrence in words. ``seen_by`` is empty where everybody may see it."""

    uid: str
    title: str
    kind: str
    href: str
    place: str
    place_id: str
    who: str
    state: str
    cancelled: bool
    unsure: bool
    seen_by: str
    capacity: int | None
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An occurrence on one day: the part of the day that it takes, in words."""

    line: Line
    when: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the agenda, with what is special about it."""

    day: date
    name: str
    today: bool
    holiday: str
    school: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A place in the table of a week, with the entries of each day."""

    place: str
    cells: tuple[tuple[Entry, ...], ...]


def lines(rows: Iterable[Occurrence], viewer: Viewer, lang: str) -> list[Line]:
    """Occurrences in words, in three queries however many they are."""
    rows = list(rows)
    places = place_names(lang, {row.place or row.subject for row in rows})
    circles = circle_names(lang, {row.circle for row in rows if row.circle})
    names = names_for(viewer, [row.owner_id for row in rows if row.owner_id], lang)
    return [_line(row, places, circles.get(row.circle) or names.get(row.owner_id or "", "")) for row in rows]


def _line(row: Occurrence, places: dict[str, str], who: str) -> Line:
    place = row.place or row.subject
    return Line(
        uid=row.uid,
        title=row.title,
        kind=str(KINDS[row.kind]),
        href=row.path or reverse("diary:occurrence", args=[row.uid]),
        place=places.get(place, ""),
        place_id=place if place in places else "",
        who=who,
        state=str(STATES[row.state]),
        cancelled=row.state == CANCELLED,
        unsure=row.state == TENTATIVE,
        seen_by="" if row.visibility == "public" else str(VISIBILITIES[row.visibility]),
        capacity=row.capacity,
        begin=row.begin,
        end=row.end,
    )


def place_names(lang: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of places; what is no place is left out."""
    rows = Place.objects.filter(pk__in=set(ids)).values_list("pk", "name_fr" if lang == "fr" else "name_en")
    return dict(rows)


def circle_names(lang: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of circles."""
    wanted = set(ids)
    rows = Circle.objects.filter(pk__in=wanted).values_list("pk", "name_fr" if lang == "fr" else "name_en")
    return dict(rows) if wanted else {}


def days(found: list[Line], first: date, count: int, today: date, zone: ZoneInfo, lang: str) -> list[Day]:
    """The days from one on, each with what takes place on it."""
    return [_day(found, first + timedelta(days=number), today=today, zone=zone, lang=lang) for number in range(count)]


def _day(found: list[Line], day: date, *, today: date, zone: ZoneInfo, lang: str) -> Day:
    holiday, school = public_holiday(day), school_holiday(day)
    parts = ((line, part_of(line.begin, line.end, day, zone)) for line in found)
    return Day(
        day=day,
        name=day_words(day, lang, year=False).capitalize(),
        today=day == today,
        holiday=holiday.words(lang) if holiday else "",
        school=_school(school, lang),
        entries=tuple(Entry(line, span_words(part, lang)) for line, part in parts if part),
    )


def _school(school: SchoolHoliday | None, lang: str) -> str:
    return school.name.words(lang) if school else ""


def part_of(begin: datetime, end: datetime, day: date, zone: ZoneInfo) -> Span | None:
    """The part of a day that something takes, by the clocks on the wall."""
    start = datetime.combine(day, time())
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (begin, end))
    if last <= start or first >= start + timedelta(days=1):
        return None
    return Span(max(0, _minutes(first - start)), min(DAY, _minutes(last - start)))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def span_words(span: Span, lang: str) -> str:
    """``18 h – 20 h``; all day where it is."""
    if span == Span(0, DAY):
        return _("all day")
    return f"{clock(span.begin, lang)} – {clock(span.end, lang)}"


def when_words(begin: datetime, end: datetime, zone: ZoneInfo, lang: str) -> str:
    """``jeudi 26 novembre 2026, 18 h – 20 h``; both days where it is over midnight, no hours for whole days."""
    first, last = (moment.astimezone(zone) for moment in (begin, end))
    if first.time() == last.time() == time():
        names = [day_words(day, lang) for day in (first.date(), last.date() - timedelta(days=1))]
        return " – ".join(dict.fromkeys(names))
    clocks = [clock(moment.hour * 60 + moment.minute, lang) for moment in (first, last)]
    if first.date() == last.date():
        return f"{day_words(first.date(), lang)}, {clocks[0]} – {clocks[1]}"
    return f"{day_words(first.date(), lang)}, {clocks[0]} – {day_words(last.date(), lang)}, {clocks[1]}"


def table(week: list[Day]) -> list[Row]:
    """The same by place: a row for each place that has something, in the order of their names; elsewhere last."""
    names = sorted({entry.line.place for day in week for entry in day.entries}, key=lambda name: (not name, name))
    return [
        Row(name, tuple(tuple(one for one in day.entries if one.line.place == name) for day in week)) for name in names
    ]
