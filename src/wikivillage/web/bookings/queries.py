"""Questions about bookings: what is free, what somebody has, who asks for what. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from wikivillage.web.bookings.asked import Who
from wikivillage.web.bookings.energy import Mix, mixes
from wikivillage.web.bookings.facts import things, who_asks
from wikivillage.web.bookings.finding import (
    LOOK_AHEAD,
    Offer,
    Refused,
    Search,
    Slot,
    nearest,
    sort_out,
    what_would_work,
)
from wikivillage.web.bookings.models import Booking, BookingSeries, Unit, UnitPart, Waiting
from wikivillage.web.bookings.policies import read_policy
from wikivillage.web.bookings.states import HALL, HOLDING, OPEN, REQUESTED, ROOM, STUDIO
from wikivillage.web.diary.series import LONGEST
from wikivillage.web.ledger.sql import select, structure
from wikivillage.web.plans.queries import hours_ahead
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.viewer import Viewer

FEW_OFFERS, MANY_OFFERS = 8, 48
LOOKED_AT = (0, 12, 48, None)
"""How many units are looked at at once: a few, more where too few of them can be had, at last all others."""
NAMED, SIZED = ("id", "kind", "place", "name_en", "name_fr"), ("persons", "size", "features", "power_kw", "policy")
COLUMNS = (*NAMED, *SIZED, "circle", "retired_at")
"""What is read of a unit to know whether it fits and to show it, in the order in which the model has it."""
TO_FIT = f"""SELECT {", ".join(COLUMNS)} FROM bookings_unit
WHERE kind IN ({{ids}}) AND retired_at IS NULL ORDER BY position, id"""
PLACES = (ROOM, HALL, STUDIO)
"""What somebody looks through who looks for a place for several."""
ANYBODY = Who(agent="")
"""Who looks without having said who they are: whatever members may."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: units with slots, units that do not fit with what would work, and the electricity of the time.

    ``more``: looking ended when there were enough, and others are as large.
    """

    offers: tuple[Offer, ...]
    refused: tuple[tuple[Refused, Slot | None], ...]
    units: dict[str, Unit]
    mixes: tuple[Mix, ...]
    more_refused: int = 0
    more: bool = False


def units_now(*, kinds: Collection[str] = ()) -> QuerySet[Unit]:
    """Units that can be booked, all or of some kinds, in their order."""
    rows = Unit.objects.filter(retired_at=None)
    return rows.filter(kind__in=list(kinds)) if kinds else rows


def free_units(
    search: Search,
    *,
    agent: Agent | None = None,
    kinds: Collection[str] = PLACES,
    needs: Collection[str] = (),
    most: int = FEW_OFFERS,
) -> Found:
    """What can be had within a time, by people such as these; as many questions for fifty units as for two hundred.

    Those that fit best are looked at first, and the rest only where fewer than ``most`` of them can be had.
    """
    fits, able = _fitting(search.persons, kinds, needs)
    who = ANYBODY if agent is None else who_asks(agent, at=search.at, begin=search.begin, end=search.end)
    offers: list[Offer] = []
    refused: list[Refused] = []
    units: dict[str, Unit] = {}
    others = 0
    for several in (fits[first:last] for first, last in pairwise(LOOKED_AT)):
        if several and len(offers) < most:
            rows = [_unit(row) for row in several]
            units |= {row.pk: row for row in rows}
            found = things(rows, search.begin, search.end, at=search.at)
            out = sort_out(found.values(), search, who, most - len(offers))
            offers, refused, others = [*offers, *out.offers], [*refused, *out.refused], others + out.others
    hours = int((search.end - search.begin) / timedelta(hours=1)) + 2
    shown = nearest(refused)
    return Found(
        tuple(offers),
        tuple(zip(shown, _ways(shown, units, search, who), strict=True)),
        units,
        mixes(hours_ahead(search.begin, hours)),
        len(refused) + others - len(shown),
        len(offers) + len(refused) + others < able,
    )


def _fitting(persons: int, kinds: Collection[str], needs: Collection[str]) -> tuple[list[tuple[Any, ...]], int]:
    """Units that can be booked, by their columns: those just large enough first, those that do not fit last; and how
    many are neither too small nor too large."""
    found = []
    for row in select(TO_FIT, list(kinds)):
        for_each, size, features, _power, policy = row[len(NAMED) : len(NAMED) + len(SIZED)]
        if not needs or set(needs) <= set(structure(features)):
            places = for_each * size
            found.append(((places < persons, persons < _least_persons(policy), places), row))
    able = sum(not (too_small or too_large) for (too_small, too_large, _places), _row in found)
    return [row for _fit, row in sorted(found, key=itemgetter(0))], able


def _unit(row: tuple[Any, ...]) -> Unit:
    """A unit of its columns; whatever else is asked of it is read then."""
    told = zip(COLUMNS, row, strict=True)
    values = [structure(value) if name in ("policy", "features") else value for name, value in told]
    found: Unit = Unit.from_db(connection.alias, COLUMNS, values)
    return found


@lru_cache
def _least_persons(policy: str) -> int:
    """For how many at least a unit is, by its rules as they are kept: units have the same ones again and again."""
    return read_policy(structure(policy)).min_persons


def _ways(shown: Sequence[Refused], units: Mapping[str, Unit], search: Search, who: Who) -> list[Slot | None]:
    """When each of some units could be had in the days after."""
    if not shown:
        return []
    last = search.end + timedelta(days=LOOK_AHEAD + 1)
    later = things([units[one.thing.id] for one in shown], search.begin, last, at=search.at)
    return [what_would_work(later[one.thing.id], one.slot, search, who) for one in shown]


def find_unit(id: str) -> Unit | None:
    """The unit of an id."""
    found: Unit | None = None if "\0" in id else Unit.objects.filter(pk=id[:64]).first()
    return found


def find_booking(id: str) -> Booking | None:
    """The booking of an id, with its unit, agent and price."""
    rows = Booking.objects.select_related("unit", "agent", "quote", "quote__policy", "series")
    found: Booking | None = None if "\0" in id else rows.filter(pk=id[:16]).first()
    return found


def overlapping(begin: datetime, end: datetime) -> QuerySet[Booking]:
    """Bookings at some moment between two, in their order. Nothing lasts longer than ``LONGEST``."""
    rows = Booking.objects.filter(begin__lt=end, end__gt=begin, begin__gt=begin - LONGEST)
    return rows.select_related("unit").order_by("begin", "pk")


def taking(unit: str, begin: datetime, end: datetime, *, at: datetime) -> list[Booking]:
    """Bookings that take a unit, or a part that it shares, between two moments; holds only while they last."""
    stocks = list(UnitPart.objects.filter(unit=unit).values_list("stock", flat=True))
    sharing = UnitPart.objects.filter(stock__in=stocks).values("unit")
    rows = overlapping(begin, end).filter(unit__in=sharing, state__in=HOLDING)
    return list(rows.exclude(Q(hold_until__isnull=False) & Q(hold_until__lte=at)))


def own(viewer: Viewer) -> list[str]:
    """The pseudonyms whose bookings are somebody's own."""
    return [viewer.agent, *sorted(viewer.acts_for)] if viewer.agent else []


def bookings_of(agents: Collection[str], *, at: datetime, over: bool = False, most: int = 200) -> list[Booking]:
    """What some agents have booked or asked for and is to come, the next first; or what is over, the last first."""
    rows = Booking.objects.filter(agent__in=list(agents)).select_related("unit", "series", "quote")
    if over:
        past = rows.filter(Q(end__lte=at) | ~Q(state__in=OPEN)).exclude(state="expired")
        return list(past.order_by("-begin")[:most])
    to_come = rows.filter(state__in=OPEN, end__gt=at).exclude(Q(state="held") & Q(hold_until__lte=at))
    return list(to_come.order_by("begin")[:most])


def waiting_of(agents: Collection[str], *, at: datetime) -> list[Waiting]:
    """For what some agents wait."""
    rows = Waiting.objects.filter(agent__in=list(agents), ended_at=None, begin__gt=at)
    return list(rows.select_related("unit").order_by("begin"))


def place_in_line(waiting: Waiting) -> int:
    """How many wait before somebody for something of the same time, and they themselves."""
    before = Waiting.objects.filter(
        unit=waiting.unit_id, ended_at=None, begin__lt=waiting.end, end__gt=waiting.begin, made_at__lt=waiting.made_at
    )
    return int(before.count()) + 1


def requests_now(*, at: datetime) -> list[Booking]:
    """What is asked for and not decided, by unit and time: those that compete stand together."""
    rows = Booking.objects.filter(state=REQUESTED, end__gt=at).select_related("unit", "agent")
    return list(rows.order_by("unit__position", "unit", "begin", "made_at"))


def dates_of(series: BookingSeries) -> list[Booking]:
    """Every date of a series, in its order."""
    return list(series.bookings.select_related("unit").order_by("begin"))


def booked_between(begin: datetime, end: datetime, *, units: Iterable[str] = ()) -> list[Booking]:
    """Every booking between two moments, whatever became of it: for lists and files."""
    rows = overlapping(begin, end).exclude(state__in=("held", "expired"))
    wanted = list(units)
    return list(rows.filter(unit__in=wanted) if wanted else rows)
