"""The sheet of a day: what takes place where, what is closed or broken, when to open and to close. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wikivillage.web.bookings.states import CANCELLED, EXPIRED, NO_SHOW, REFUSED, RELEASED

NOT_COMING = frozenset({CANCELLED, REFUSED, RELEASED, EXPIRED, NO_SHOW})
"""States of bookings for which nobody is expected any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking on the sheet, in wall time. ``who`` and ``title`` are what the reader of the sheet may know."""

    id: str
    unit: str
    begin: datetime
    end: datetime
    who: str = ""
    title: str = ""
    persons: int = 1
    amount: int = 1
    state: str = ""
    kwh: float = 0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Shut:
    """A time in which a unit cannot be used, and why: closed, or out of order."""

    unit: str
    begin: datetime
    end: datetime | None
    why: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the sheet names it, in the order in which somebody walks through the house."""

    id: str
    name: str
    place: str
    kind: str = ""
    size: int = 1
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One unit on the sheet: its bookings in their order, and when it cannot be used. ``most``: of a pool, at once."""

    unit: Unit
    entries: tuple[Entry, ...]
    shut: tuple[Shut, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day: its units that have something, and what counts for who opens the house."""

    day: date
    parts: tuple[Part, ...]
    free: tuple[Unit, ...]
    first: datetime | None
    last: datetime | None
    bookings: int
    persons: int
    kwh: float


def sheet_of(day: date, units: Iterable[Unit], entries: Iterable[Entry], shut: Iterable[Shut]) -> Sheet:
    """The sheet of a day; what lies outside of it is left away, what is over midnight counts on both days."""
    begin = datetime.combine(day, time())
    end = begin + timedelta(days=1)
    today = [one for one in entries if one.begin < end and begin < one.end]
    closed = [one for one in shut if one.begin < end and (one.end is None or begin < one.end)]
    ordered = sorted(units, key=lambda unit: (unit.floor if unit.floor is not None else 99, unit.place, unit.name))
    parts = [part for unit in ordered if (part := _part(unit, today, closed)) is not None]
    busy = {part.unit.id for part in parts}
    coming = [one for one in today if one.state not in NOT_COMING]
    return Sheet(
        day=day,
        parts=tuple(parts),
        free=tuple(unit for unit in ordered if unit.id not in busy),
        first=min((max(one.begin, begin) for one in coming), default=None),
        last=max((min(one.end, end) for one in coming), default=None),
        bookings=len(coming),
        persons=most_at_once([(one.begin, one.end, one.persons) for one in coming]),
        kwh=sum(one.kwh for one in coming),
    )


def _part(unit: Unit, entries: Iterable[Entry], shut: Iterable[Shut]) -> Part | None:
    here = sorted((one for one in entries if one.unit == unit.id), key=lambda one: (one.begin, one.end, one.id))
    closed = tuple(sorted((one for one in shut if one.unit == unit.id), key=lambda one: one.begin))
    if not here and not closed:
        return None
    coming = [(one.begin, one.end, one.amount) for one in here if one.state not in NOT_COMING]
    return Part(unit, tuple(here), closed, most_at_once(coming))


def most_at_once(stretches: Iterable[tuple[datetime, datetime, int]]) -> int:
    """How much of something is there at the fullest moment; what ends gives way to what begins then."""
    steps: list[tuple[datetime, int]] = []
    for begin, end, amount in stretches:
        steps += [(begin, amount), (end, -amount)]
    there = most = 0
    for _moment, change in sorted(steps):
        there += change
        most = max(most, there)
    return most
