"""Who is touched when something closes, and where each can go: read from the tables, planned by ``blackouts``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.asked import Thing
from wikivillage.web.bookings.availability import is_free
from wikivillage.web.bookings.blackouts import Proposal, Spot, Touched, plan_moves
from wikivillage.web.bookings.facts import asked_of, policy_of, things, who_asks
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED, HELD, OFFERED, REQUESTED
from wikivillage.web.diary.queries import places_in
from wikivillage.web.registry.models import Place

DESPITE = (
    "quota", "too-late", "too-far-ahead", "too-long", "too-short", "off-step", "too-few-persons", "in-the-past"
)  # fmt: skip
"""Rules that do not count for whoever is moved because something closes: none of it is their doing."""
MET = (CONFIRMED, CHECKED_IN, REQUESTED, OFFERED, HELD)
"""States of bookings that a closing meets."""
UNSURE = (OFFERED, HELD)
"""States in which nothing was decided yet: they are cancelled by a closing, and nobody need look for another place."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A booking that a closing meets, where it could go, and why nowhere where there is nothing."""

    booking: Booking
    proposal: Proposal
    to: Unit | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a closing would do: which units close with it, and whom it meets.

    ``begun``: who is there already, and stays; ``unsure``: what is only held or offered, and falls away.
    """

    units: tuple[Unit, ...]
    meetings: tuple[Meeting, ...]
    begun: tuple[Booking, ...]
    unsure: tuple[Booking, ...] = ()


def units_of(subject: str) -> list[Unit]:
    """The units that close with a unit or a place: itself, what shares a part with it, what is inside of the place."""
    rows = Unit.objects.filter(pk=subject, retired_at=None)
    inside = rows if rows.exists() else Unit.objects.filter(place__in=sorted(places_in(subject)), retired_at=None)
    ids = use_queries.together_with(inside.values_list("pk", flat=True))
    return list(Unit.objects.filter(pk__in=ids, retired_at=None).order_by("position", "pk"))


def preview(subject: str, begin: datetime, end: datetime, *, at: datetime) -> Preview:
    """What closing a unit or a place would do. Writes nothing."""
    units = units_of(subject)
    ids = [unit.pk for unit in units]
    met = list(use_queries.standing(begin, end, MET).filter(unit__in=ids, end__gt=at).select_related("agent"))
    standing = [row for row in met if row.hold_until is None or row.hold_until > at]
    begun = tuple(row for row in standing if row.begin <= at and row.state not in UNSURE)
    unsure = tuple(row for row in standing if row.state in UNSURE)
    ahead = [row for row in standing if row.begin > at and row.state not in UNSURE]
    return Preview(tuple(units), tuple(meetings_of(ahead, at=at, closed=ids)), begun, unsure)


def nearest_for(row: Booking, *, at: datetime) -> Unit | None:
    """The nearest equal unit that is free for a booking, and lets its people in."""
    found = meetings_of([row], at=at, closed=use_queries.together_with([row.unit_id]))
    return found[0].to


def meetings_of(rows: Sequence[Booking], *, at: datetime, closed: Collection[str]) -> list[Meeting]:
    """Where each of some bookings could go, nobody to the same as another; units that close are no choice."""
    if not rows:
        return []
    kinds = {row.unit.kind for row in rows}
    units = {unit.pk: unit for unit in Unit.objects.filter(kind__in=kinds, retired_at=None)}
    homes = {row.unit_id: row.unit for row in rows}
    choices = [unit for unit in units.values() if unit.pk not in set(closed)]
    begin, end = min(row.begin for row in rows), max(row.end for row in rows)
    there = things(choices, begin, end, at=at)
    floors = dict(Place.objects.values_list("pk", "floor"))
    spots = [spot_of(unit, floors) for unit in {**homes, **{unit.pk: unit for unit in choices}}.values()]
    by_id = {row.pk: row for row in rows}

    def fits(touched: Touched, spot: Spot) -> bool:
        return spot.id in there and _lets_in(by_id[touched.id], there[spot.id], at)

    plan = plan_moves((touched_of(row) for row in rows), spots, fits)
    return [Meeting(row, proposal, units.get(proposal.to or "")) for row, proposal in zip(rows, plan, strict=True)]


def _lets_in(row: Booking, thing: Thing, at: datetime) -> bool:
    """Whether a unit is free for a booking, and its rules let its people in."""
    if not is_free(thing, row.begin, row.end, row.amount):
        return False
    who = who_asks(row.agent, at=at, begin=row.begin, end=row.end)
    return all(one.code in DESPITE for one in refusals(thing, asked_of(row, at), who))


def spot_of(unit: Unit, floors: dict[str, int | None]) -> Spot:
    """A unit as the plan sees it."""
    policy = policy_of(unit)
    return Spot(
        id=unit.pk,
        kind=unit.kind,
        persons=unit.persons * unit.size if unit.size > 1 else unit.persons,
        features=frozenset(unit.features),
        place=unit.place,
        floor=floors.get(unit.place),
        size=unit.size,
        subject=policy.qualification,
    )


def touched_of(row: Booking) -> Touched:
    """A booking as the plan sees it."""
    return Touched(row.pk, row.unit_id, row.begin, row.end, row.persons, row.amount)
