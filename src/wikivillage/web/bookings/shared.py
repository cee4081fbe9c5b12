"""What shares a part closes together: a hall is closed while one of its halves is, and each half while the hall is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from wikivillage.web.bookings.models import UnitPart
from wikivillage.web.diary.models import ClosedPeriod
from wikivillage.web.diary.openings import Closure, House
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text


def with_shared(
    houses: Mapping[str, House], stocks: Mapping[str, Collection[str]], begin: datetime, end: datetime
) -> dict[str, House]:
    """Houses of units that are also closed while a unit is that shares one of their ``stocks``; one question more."""
    known = {stock for several in stocks.values() for stock in several}
    sharing = UnitPart.objects.filter(stock__in=known).values("unit")
    rows = list(ClosedPeriod.objects.filter(ended_at=None, begin__lt=end, end__gt=begin, subject__in=sharing))
    if not rows:
        return dict(houses)
    zone, names, closed = village_here().zone, {}, defaultdict(list)
    parts = defaultdict(set)
    for part in UnitPart.objects.filter(unit__in=[row.subject for row in rows]).select_related("unit"):
        parts[part.unit_id].add(part.stock)
        names[part.unit_id] = Text(part.unit.name_en, part.unit.name_fr)
    for row in rows:
        why = Text(row.why_en, row.why_fr)
        closed[row.subject].append(Closure(row.subject, from_wall(row.begin, zone), from_wall(row.end, zone), why))
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
