"""What the pulse of a village is made of: facts of some days and of now, without words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wikivillage.model.kinds import Village
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.moments import Hour, Moment
from wikivillage.web.pulse.parts import Part
from wikivillage.web.pulse.periods import Period

LOW = 0.15
"""Share of a store below which it is nearly empty."""
SHORT_LOOPS = ("water", "food")
"""Loops whose stores are short when they are empty; a battery may be so every night."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the plan expects from now on. ``grade`` is that of its weather."""

    plan: str
    hours: tuple[Hour, ...]
    moments: tuple[Moment, ...]
    synthetic: bool
    grade: str


@dataclass(frozen=True, slots=True)
class Level:
    """How much a store holds; ``capacity`` is None where nobody has said how large it is."""

    store: str
    resource: str
    loop: str
    amount: float
    unit: str
    capacity: float | None

    @property
    def share(self) -> float | None:
        """How full it is."""
        return self.amount / self.capacity if self.capacity else None

    @property
    def is_low(self) -> bool:
        """Whether it is nearly empty, and should not be."""
        return self.loop in SHORT_LOOPS and self.share is not None and self.share < LOW


@dataclass(frozen=True, slots=True)
class Wish:
    """A need or an offer that is open: what, how much, when, where. Never whose."""

    id: str
    is_offer: bool
    action: str
    resource: str
    loop: str
    amount: float
    unit: str
    begin: datetime | None
    end: datetime | None
    place: str | None


@dataclass(frozen=True, slots=True)
class MeterSeen:
    """How a meter does: ``silent``, ``unread``, ``strange``, ``gaps`` or ``well``; ``aside``: readings set aside."""

    id: str
    name: str
    place: str
    state: str
    since: datetime | None
    aside: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. ``known``: the first and the last day with facts; ``village`` is None before a file is loaded.

    ``holding``: resources that can wait in their own stock; the others are wires and pipes, which hold nothing.
    """

    at: datetime
    period: Period
    known: tuple[date, date] | None
    village: Village | None
    parts: tuple[Part, ...]
    loops: tuple[Loop, ...]
    forecast: Forecast | None
    levels: tuple[Level, ...]
    holding: frozenset[str]
    wishes: tuple[Wish, ...]
    meters: tuple[MeterSeen, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded in the period."""
        return not self.parts


def answering(meters: Sequence[MeterSeen]) -> int:
    """How many meters can be heard."""
    return sum(meter.state not in ("silent", "unread") for meter in meters)


def lacking(facts: Facts) -> tuple[Wish, ...]:
    """Needs that are open, work first, then the soonest."""
    needs = [wish for wish in facts.wishes if not wish.is_offer]
    return tuple(sorted(needs, key=_urgency))


def _urgency(wish: Wish) -> tuple[bool, float, str]:
    return wish.loop != "people", wish.begin.timestamp() if wish.begin else float("inf"), wish.id


def offered(facts: Facts) -> tuple[Wish, ...]:
    """Offers that are open, the newest first."""
    return tuple(wish for wish in facts.wishes if wish.is_offer)


def to_take(facts: Facts) -> tuple[Level, ...]:
    """Stores of matter that hold something, the fullest first."""
    some = [level for level in facts.levels if level.loop == "matter" and level.amount >= 1.0]
    return tuple(sorted(some, key=lambda level: (-(level.share or 0.0), -level.amount)))


def in_store(facts: Facts) -> tuple[Level, ...]:
    """The stores that everybody draws from: of each loop the largest first, energy before water before heat."""
    order = ("energy", "water", "heat")
    some = (level for level in facts.levels if level.loop in order and (level.amount or level.capacity))
    levels = sorted(some, key=_size)
    rank = {level.store: [one.store for one in levels if one.loop == level.loop].index(level.store) for level in levels}
    return tuple(sorted(levels, key=lambda level: (rank[level.store], order.index(level.loop))))


def _size(level: Level) -> float:
    return -(level.capacity or level.amount)
