"""What closing a room or machine does to those who booked it: the nearest free equal one for each. Pure.

Equal: of the same kind, with room for as many, with everything the first one has that people look for. Nearest: in
the same place, else on the same floor, else the fewest floors away; of those the smallest that is large enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit as far as it counts here. ``size``: how many equal ones it stands for."""

    id: str
    kind: str
    persons: int
    features: frozenset[str] = frozenset()
    place: str = ""
    floor: int | None = None
    size: int = 1
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A booking that cannot take place where it is."""

    id: str
    unit: str
    begin: datetime
    end: datetime
    persons: int = 1
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a touched booking can go; without ``to`` it is cancelled, for the reason told by ``why``."""

    booking: str
    to: str | None
    floors_away: int | None = None
    why: str = ""


Fits = Callable[[Touched, Spot], bool]
"""Whether a spot is free for a booking, and its rules let it in."""

UNKNOWN_FLOOR = 99
NO_EQUAL, NO_FREE = "no-equal", "no-free"
"""Why nothing is proposed: there is nothing equal at all, or all of it is taken, closed or refused at that time."""


def plan_moves(touched: Iterable[Touched], spots: Iterable[Spot], fits: Fits) -> tuple[Proposal, ...]:
    """A proposal for each touched booking, in the order in which they are given.

    The hardest to place choose first: the most people, then the longest; what one is given is not given again.
    """
    given: list[tuple[str, Touched]] = []
    asked, there = list(touched), {spot.id: spot for spot in spots}
    found: dict[str, Proposal] = {}
    for one in sorted(asked, key=_hardest_first):
        proposal = _propose(one, there, fits, given)
        if proposal.to is not None:
            given.append((proposal.to, one))
        found[one.id] = proposal
    return tuple(found[one.id] for one in asked)


def _hardest_first(one: Touched) -> tuple[object, ...]:
    return (-one.persons, one.begin - one.end, one.begin, one.id)


def _propose(one: Touched, spots: dict[str, Spot], fits: Fits, given: list[tuple[str, Touched]]) -> Proposal:
    home = spots[one.unit]
    equal = sorted((spot for spot in spots.values() if is_equal(home, spot, one)), key=lambda spot: _far(home, spot))
    for spot in equal:
        if _room_left(spot, one, given) and fits(one, spot):
            return Proposal(one.id, spot.id, floors_between(home, spot))
    return Proposal(one.id, None, why=NO_FREE if equal else NO_EQUAL)


def is_equal(home: Spot, spot: Spot, one: Touched) -> bool:
    """Whether a spot does what the first one did, for the people of a booking."""
    return (
        spot.id != home.id
        and spot.kind == home.kind
        and spot.subject == home.subject
        and spot.persons >= one.persons
        and spot.size >= one.amount
        and spot.features >= home.features
    )


def _far(home: Spot, spot: Spot) -> tuple[object, ...]:
    floors = floors_between(home, spot)
    return (spot.place != home.place, UNKNOWN_FLOOR if floors is None else floors, spot.persons, spot.id)


def floors_between(home: Spot, spot: Spot) -> int | None:
    """How many floors lie between two spots, where both are on one."""
    return None if home.floor is None or spot.floor is None else abs(home.floor - spot.floor)


def _room_left(spot: Spot, one: Touched, given: list[tuple[str, Touched]]) -> bool:
    """Whether what this plan gave away before leaves enough: all that meets the time counts at once."""
    meeting = sum(
        other.amount for to, other in given if to == spot.id and other.begin < one.end and one.begin < other.end
    )
    return meeting == 0 if spot.size == 1 else meeting + one.amount <= spot.size
