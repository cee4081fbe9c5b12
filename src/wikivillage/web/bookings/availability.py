"""When a unit is free: from what others have, how much there is of it, and what is kept free in between. Pure.

The same sums as the ledger's own guard (``flows.occupancy``), so that what is free here is what it then accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from wikivillage.flows.occupancy import Stretch, find_conflict
from wikivillage.web.bookings.asked import Thing

MOMENT = timedelta(minutes=1)


def first_conflict(thing: Thing, begin: datetime, end: datetime, amount: int = 1) -> Stretch | None:
    """What keeps a unit from being had from one moment to another, with what is kept free after it; None: nothing.

    It is told as the time in which too little is left: the length of whatever is taken then.
    """
    wanted = Stretch(begin, end + thing.buffer, Decimal(amount))
    for stock, size in thing.stocks.items():
        taken = thing.taken.get(stock, ())
        moment = find_conflict(wanted, taken, Decimal(size))
        if moment is not None:
            there = [one for one in taken if one.begin <= moment < one.end]
            return Stretch(
                max((one.begin for one in there), default=begin),
                min((one.end for one in there), default=end),
                Decimal(0),
            )
    return None


def is_free(thing: Thing, begin: datetime, end: datetime, amount: int = 1) -> bool:
    """Whether a unit can be had from one moment to another."""
    return first_conflict(thing, begin, end, amount) is None


def begins(begin: datetime, end: datetime, minutes: int, step: int) -> Iterator[datetime]:
    """When something of a length may begin within a time, in steps."""
    moment, length = begin, timedelta(minutes=minutes)
    while moment + length <= end:
        yield moment
        moment += timedelta(minutes=step)


def free_spans(thing: Thing, begin: datetime, end: datetime, amount: int = 1) -> tuple[tuple[datetime, datetime], ...]:
    """The times within a time in which so much of a unit is free."""
    edges = {begin, end}
    for taken in thing.taken.values():
        edges |= {moment for one in taken for moment in (one.begin, one.end) if begin < moment < end}
    found: list[tuple[datetime, datetime]] = []
    for first, last in pairwise(sorted(edges)):
        if _room(thing, first, amount):
            if found and found[-1][1] == first:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    return tuple(found)


def _room(thing: Thing, moment: datetime, amount: int) -> bool:
    """Whether so much is free at a moment of every stock that the unit takes."""
    return all(
        find_conflict(Stretch(moment, moment + MOMENT, Decimal(amount)), thing.taken.get(stock, ()), Decimal(size))
        is None
        for stock, size in thing.stocks.items()
    )
