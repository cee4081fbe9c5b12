"""Finding something that is free: slots within a time, what does not fit and every reason why, and what would work.

Pure: it works on units as rules see them. How they are read, and how a page shows what is found, is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wikivillage.web.bookings.asked import Asked, Thing, Who
from wikivillage.web.bookings.refusals import Refusal
from wikivillage.web.bookings.rules import may_be, refusals
from wikivillage.web.diary.series import from_wall, on_wall

USUAL = 120
"""How many minutes somebody wants who does not say."""
APART = timedelta(hours=1)
"""How far the slots that are shown begin from each other at least."""
MOST_SLOTS = 4
MOST_TOLD = 3
"""Of how many units that cannot be had the reasons are told."""
LOOK_AHEAD = 14
"""How many days ahead is looked for a day on which it works."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: how many they are, a time within which, for how long, at which moment they ask."""

    persons: int
    begin: datetime
    end: datetime
    minutes: int
    at: datetime
    zone: str

    def asked(self, thing: Thing, begin: datetime, minutes: int) -> Asked:
        """One slot of a unit."""
        amount = self.persons if thing.pool and thing.persons == 1 else 1
        return Asked(begin, begin + timedelta(minutes=minutes), self.persons, self.at, self.zone, amount)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a unit; with refusals where it cannot be had."""

    begin: datetime
    end: datetime
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit with slots, of which at least one can be had."""

    thing: Thing
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A unit of which nothing can be had in the time: the reasons of the slot that comes nearest."""

    thing: Thing
    slot: Slot


def length_for(thing: Thing, search: Search) -> int:
    """How long a slot of a unit is for a search: as asked, in its steps, no shorter or longer than its rules say."""
    policy = thing.policy
    room = int((search.end - search.begin).total_seconds() // 60)
    wished = max(policy.min_minutes, min(search.minutes, policy.max_minutes, max(room, 1)))
    return -(-wished // policy.step_minutes) * policy.step_minutes


@dataclass(frozen=True, slots=True)
class SortedOut:
    """Units that can be had; of those that cannot, the ones among which the nearest are, and how many ``others``."""

    offers: tuple[Offer, ...]
    refused: tuple[Refused, ...]
    others: int = 0


def slots_of(thing: Thing, search: Search, who: Who, *, why: bool = True) -> tuple[Slot, ...]:
    """The slots of a unit that are worth showing: free ones an hour apart, the first and last where they are not.

    Without ``why``, nothing of a unit of which nothing is free: reasons take longer to tell than to find.
    """
    minutes = length_for(thing, search)
    begins = list(_begins(thing, search, minutes))
    free: list[Slot] = []
    for begin in begins:
        if len(free) == MOST_SLOTS:
            break
        asked = search.asked(thing, begin, minutes)
        if (not free or begin >= free[-1].begin + APART) and may_be(thing, asked, who):
            free.append(Slot(asked.begin, asked.end))
    if not free and not why:
        return ()
    there = {slot.begin for slot in free}
    edges = (_slot(thing, search, who, begin, minutes) for begin in {begins[0], begins[-1]} - there)
    return tuple(sorted([*free, *(slot for slot in edges if slot.refusals)], key=lambda slot: slot.begin))


def _slot(thing: Thing, search: Search, who: Who, begin: datetime, minutes: int) -> Slot:
    asked = search.asked(thing, begin, minutes)
    return Slot(asked.begin, asked.end, refusals(thing, asked, who))


def _begins(thing: Thing, search: Search, minutes: int) -> Iterator[datetime]:
    """When a slot may begin: on its steps of the clock, so that it ends in time; at least once."""
    step = thing.policy.step_minutes
    wall = from_wall(search.begin, search.zone)
    late = (wall.hour * 60 + wall.minute) % step
    begin = wall + timedelta(minutes=(step - late) % step)
    last = from_wall(search.end, search.zone) - timedelta(minutes=minutes)
    yield on_wall(begin, search.zone)
    for number in range(1, 100):
        moment = begin + timedelta(minutes=step * number)
        if moment > last:
            return
        yield on_wall(moment, search.zone)


def sort_out(things: Iterable[Thing], search: Search, who: Who, most: int) -> SortedOut:
    """Units that can be had and units that cannot; looking ends when enough can.

    No unit comes nearer than one with a single reason: after some of those, the others are only counted.
    """
    offers: list[Offer] = []
    refused: list[Refused] = []
    near = others = 0
    for thing in things:
        if len(offers) >= most:
            break
        slots = slots_of(thing, search, who, why=near < MOST_TOLD)
        if any(not slot.refusals for slot in slots):
            offers.append(Offer(thing, slots))
        elif slots:
            refused.append(Refused(thing, min(slots, key=lambda slot: len(slot.refusals))))
            near += len(refused[-1].slot.refusals) == 1
        else:
            others += 1
    return SortedOut(tuple(offers), tuple(refused), others)


def nearest(refused: Iterable[Refused]) -> list[Refused]:
    """Those that are told: with the fewest reasons against them."""
    return sorted(refused, key=lambda one: len(one.slot.refusals))[:MOST_TOLD]


def what_would_work(thing: Thing, slot: Slot, search: Search, who: Who) -> Slot | None:
    """The same hours on one of the days after, with as many people as it needs; None where none of them works."""
    persons = max(search.persons, thing.policy.min_persons, 2 if thing.policy.buddy else 1)
    wall = from_wall(slot.begin, search.zone)
    minutes = int((slot.end - slot.begin).total_seconds() // 60)
    wished = replace(search, persons=persons)
    for days in range(1, LOOK_AHEAD + 1):
        begin = on_wall(wall + timedelta(days=days), search.zone)
        asked = wished.asked(thing, begin, minutes)
        if may_be(thing, asked, who):
            return Slot(asked.begin, asked.end)
    return None
