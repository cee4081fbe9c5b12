"""When a unit is free: from what others have, how much there is of it, and what is kept free in between. Pure.

The same sums as the ledger's own guard (``flows.occupancy``), so that what is free here is what it then accepts.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from wikivillage.flows.occupancy import Stretch, find_conflict
from wikivillage.web.bookings.asked import Thing


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
