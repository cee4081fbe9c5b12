"""What people share in a stretch of life: places and machines, matter, tools, repairs, hours."""

from __future__ import annotations

from collections.abc import Iterator

from wikivillage.web.demonstration.booking_life import bookings_of
from wikivillage.web.demonstration.gestures import Gesture, do_in_turn
from wikivillage.web.demonstration.help_life import help_of
from wikivillage.web.demonstration.lot_life import lots_of
from wikivillage.web.demonstration.planned import Planned, span_of_week
from wikivillage.web.demonstration.telling import Stretch
from wikivillage.web.demonstration.week import Week

WEEKS_BACK, WEEKS_AHEAD = 6, 2
"""How long after its beginning a story goes on, and how long before it is spoken of: lots lie for a month, rooms are
booked some days ahead."""


def share(
    planned: Planned, number: int, first: int, stretch: Stretch, seed: int, agents: frozenset[str]
) -> tuple[int, tuple[str, ...]]:
    """Do what falls into a stretch of a week; ``first``: the week in which life began. Returns how much was
    done, and the codes of what refused."""
    gestures: list[Gesture] = []
    for near in range(max(number - WEEKS_BACK, first), number + WEEKS_AHEAD):
        gestures += _of_week(Week(planned, span_of_week(planned, near), seed), agents, begins=near == first)
    return do_in_turn(gestures, stretch)


def _of_week(week: Week, agents: frozenset[str], *, begins: bool) -> Iterator[Gesture]:
    yield from bookings_of(week, week.planned.zone, begins=begins)
    yield from lots_of(week, begins=begins)
    yield from help_of(week, agents, begins=begins)
