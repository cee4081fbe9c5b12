"""What is done by itself on the day of bookings: each of it may be done again, and then changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from wikivillage.base.problems import ProblemError
from wikivillage.web.bookings import outage_actions, session_actions, use_actions, use_queries
from wikivillage.web.bookings.closing import nearest_for
from wikivillage.web.bookings.facts import name_of
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.states import LASTING
from wikivillage.web.bookings.writing import about, tell_about
from wikivillage.web.diary.openings import House
from wikivillage.web.diary.queries import closed_periods, houses, why_closed_at
from wikivillage.web.registry.words import Text

AHEAD = timedelta(days=14)
"""How far ahead people are told that something closes that they booked."""


def free_unused(at: datetime) -> int:
    """Free every booking to which nobody came in time. Returns how many."""
    return _done(use_queries.begun(at), lambda row: use_actions.free_unused(booking=row.pk, at=at))


def close_over(at: datetime) -> dict[str, int]:
    """Close sessions that nobody stopped, then bookings whose time is over. Returns how many of each."""
    rows = use_queries.overdue(at)
    forgotten = _done(rows, lambda row: session_actions.close_forgotten(session=row.pk, at=at))
    finished = _done(use_queries.over(at), lambda row: use_actions.finish_past(booking=row.pk, at=at))
    return {"forgotten": forgotten, "finished": finished}


def _done(rows: Iterable[Any], act: Callable[[Any], object]) -> int:
    """Do something to each of some rows, counting; what somebody changed meanwhile is left to the next time."""
    number = 0
    for row in list(rows):
        try:
            number += act(row) is not None
        except ProblemError:
            continue
    return number


def tell_of_outages(at: datetime) -> int:
    """Tell whoever has something booked this week that is out of order, each once. Returns how many were looked at."""
    return sum(outage_actions.tell_touched(row, at=at) for row in use_queries.open_outages())


def tell_of_closures(at: datetime) -> int:
    """Tell whoever has booked something that was closed afterwards, each once. Returns how many that meets."""
    periods = closed_periods(at)
    if not periods:
        return 0
    ahead = use_queries.standing(at, at + AHEAD, LASTING).filter(begin__gt=at)
    rows = [row for row in ahead if any(one.begin < row.end and row.begin < one.end for one in periods)]
    around = houses(
        {(row.unit_id, row.unit.place) for row in rows}, names={row.unit_id: name_of(row.unit) for row in rows}
    )
    met = [row for row in rows if _closed(around[row.unit_id], row) is not None]
    for row in met:
        _tell_closed(row, _closed(around[row.unit_id], row) or Text("", ""), at)
    return len(met)


def _closed(house: House, row: Booking) -> Text | None:
    """Why it is closed in the time of a booking; ordinary hours do not count: those were known."""
    found = [one for one in why_closed_at(house, row.begin, row.end) if one.code == "closed_period"]
    return Text(found[0].en, found[0].fr) if found else None


CLOSED = Text("Closed after you booked", "Fermé après votre réservation")


def _tell_closed(row: Booking, why: Text, at: datetime) -> None:
    other = nearest_for(row, at=at)
    way = Text("", "")
    if other is not None:
        way = say("{other} is free then.", "{other} est libre à ce moment.", other=name_of(other))
    text = say(
        "You booked {unit}: {when}. {why} {way} You may move or cancel it; that costs nothing.",
        "Vous aviez réservé {unit} : {when}. {why} {way} Vous pouvez la déplacer ou l’annuler, sans frais.",
        **about(row),
        why=why,
        way=way,
    )
    tell_about(row, CLOSED, text, at=at, kind="blackout", key="closed-after")
