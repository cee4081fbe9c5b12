"""The sheet of a day, read from the tables: only units that its reader looks after, and names that they may read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from wikivillage.web.bookings.day_sheet import Entry, Sheet, Shut, sheet_of
from wikivillage.web.bookings.day_sheet import Unit as SheetUnit
from wikivillage.web.bookings.models import Outage, Unit
from wikivillage.web.bookings.queries import booked_between
from wikivillage.web.bookings.shown import floors, unit_name
from wikivillage.web.bookings.states import REQUESTED, STATES
from wikivillage.web.diary.models import ClosedPeriod
from wikivillage.web.diary.series import from_wall, on_wall
from wikivillage.web.registry.models import Place
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_of_request import village_here

HIDDEN = (REQUESTED,)
"""States of bookings that are not on a sheet: nobody has decided on them."""


def looked_after(seen: Viewer) -> list[Unit]:
    """The units whose bookings somebody may list: a steward's all, a lead's those of their circle or place."""
    rows = Unit.objects.filter(retired_at=None)

    def lists(unit: Unit) -> bool:
        return any(may(seen, "list", "booking", scope=scope or None) for scope in (unit.circle, unit.place))

    return [row for row in rows if lists(row)]


def day_sheet(day: date, seen: Viewer, *, lang: str) -> Sheet:
    """The sheet of a day for somebody who looks after units."""
    units = looked_after(seen)
    zone = village_here().zone
    begin, end = day_between(day, zone)
    rows = [row for row in booked_between(begin, end, units=[unit.pk for unit in units]) if row.state not in HIDDEN]
    if not units:
        rows = []
    names = names_for(seen, [row.agent_id for row in rows], lang)
    entries = [
        Entry(
            id=row.pk,
            unit=row.unit_id,
            begin=from_wall(row.begin, zone),
            end=from_wall(row.end, zone),
            who=names[row.agent_id],
            title=row.title,
            persons=row.persons,
            amount=row.amount,
            state=row.state,
            kwh=row.kwh,
            owner=row.agent_id,
        )
        for row in rows
    ]
    return sheet_of(day, _units(units, lang), entries, _shut(units, begin, end, zone, lang))


def day_between(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day of the village begins and ends."""
    start = datetime.combine(day, time())
    return on_wall(start, zone), on_wall(start + timedelta(days=1), zone)


def _units(units: Iterable[Unit], lang: str) -> list[SheetUnit]:
    rows = list(units)
    places = {row.pk: row for row in Place.objects.filter(pk__in={unit.place for unit in rows})}
    words = floors(rows, lang)
    found = []
    for unit in rows:
        place = places.get(unit.place)
        name = "" if place is None else (place.name_fr if lang == "fr" else place.name_en)
        where = ", ".join(word for word in (name, words.get(unit.place, "")) if word)
        floor = place.floor if place else None
        found.append(SheetUnit(unit.pk, unit_name(unit, lang), where, unit.kind, unit.size, floor))
    return found


def _shut(units: Iterable[Unit], begin: datetime, end: datetime, zone: str, lang: str) -> list[Shut]:
    """When units are closed or out of order: what is closed around a unit counts for it too."""
    rows = list(units)
    inside = dict(Place.objects.values_list("pk", "inside"))
    chains = {unit.pk: {"", unit.pk, *_around(unit.place, inside)} for unit in rows}
    closed = list(ClosedPeriod.objects.filter(ended_at=None, begin__lt=end, end__gt=begin))
    found = [
        Shut(unit.pk, from_wall(one.begin, zone), from_wall(one.end, zone), one.why_fr if lang == "fr" else one.why_en)
        for unit in rows
        for one in closed
        if one.subject in chains[unit.pk]
    ]
    broken = Outage.objects.filter(Q(ended_at=None) | Q(ended_at__gt=begin), unit__in=rows, begin__lt=end)
    for row in broken:
        until = row.ended_at or row.until
        found.append(
            Shut(row.unit_id, from_wall(row.begin, zone), from_wall(until, zone) if until else None, row.said, True)
        )
    return found


def _around(place: str, inside: dict[str, str | None]) -> set[str]:
    found: set[str] = set()
    step: str | None = place
    while step and step not in found:
        found.add(step)
        step = inside.get(step)
    return found


def state_words(state: str) -> str:
    """What became of a booking."""
    return str(STATES[state])
