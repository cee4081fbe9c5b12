"""What shares a part closes together: a hall is closed while one of its halves is, and each half while the hall is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from wikivillage.web.bookings.models import UnitPart
from wikivillage.web.diary.openings import Closure, House
from wikivillage.web.diary.queries import closure
from wikivillage.web.ledger.sql import select, stored
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text

CLOSED = """SELECT subject, "begin", "end", why_en, why_fr FROM diary_closedperiod WHERE subject IN
(SELECT unit_id FROM bookings_unitpart WHERE stock IN ({ids})) AND ended_at IS NULL AND "begin" < %s AND "end" > %s"""


def with_shared(
    houses: Mapping[str, House], stocks: Mapping[str, Collection[str]], begin: datetime, end: datetime
) -> dict[str, House]:
    """Houses of units that are also closed while a unit is that shares one of their ``stocks``; one question more."""
    known = sorted({stock for several in stocks.values() for stock in several})
    rows = select(CLOSED, known, *map(stored, (end, begin)))
    if not rows:
        return dict(houses)
    zone, names, closed = village_here().zone, {}, defaultdict(list)
    for row in rows:
        closed[row[0]].append(closure(row, zone))
    parts = defaultdict(set)
    for part in UnitPart.objects.filter(unit__in=closed).select_related("unit"):
        parts[part.unit_id].add(part.stock)
        names[part.unit_id] = Text(part.unit.name_en, part.unit.name_fr)
    others = {
        unit: [one for one in closed if one != unit and parts[one] & set(stocks.get(unit, ()))] for unit in houses
    }
    return {
        unit: replace(
            house,
            around=(*house.around, *((one, names[one]) for one in others[unit])),
            closures=_each_once(*house.closures, *(period for one in others[unit] for period in closed[one])),
        )
        for unit, house in houses.items()
    }


def _each_once(*periods: Closure) -> tuple[Closure, ...]:
    """What was closed together for one reason is told once, by the unit's own name where it has one."""
    found: dict[tuple[datetime, datetime, Text], Closure] = {}
    for one in periods:
        found.setdefault((one.begin, one.end, one.why), one)
    return tuple(found.values())
