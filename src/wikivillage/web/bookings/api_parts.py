"""What the endpoints of bookings share: bookings and reasons as programs read them, times, and who may."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Schema

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import queries
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.refusals import Refusal
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.diary.reasons import Reason
from wikivillage.web.diary.series import LONGEST
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import is_steward, now, token_of
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer

REFUSED = {422: Problems, 403: Problems, 404: Problems}
YEARS = (1990, 2190)
"""Between these, weeks before and after any time are times too."""


class WhyOut(Schema):
    """A reason in both languages."""

    code: str
    en: str
    fr: str


class BookingOut(Schema):
    """A booking: when, in which state, what it costs in cents, and its electricity."""

    id: str
    unit: str
    begin: datetime
    end: datetime
    amount: int
    persons: int
    title: str
    state: str
    hold_until: datetime | None = None
    total_cents: int
    kwh: float
    own_kwh: float


def booking_out(row: Booking) -> BookingOut:
    """A booking as its owner reads it."""
    same = ("id", "begin", "end", "amount", "persons", "title", "state", "hold_until", "total_cents", "kwh", "own_kwh")
    return BookingOut(unit=row.unit_id, **{name: getattr(row, name) for name in same})


def why_out(one: Refusal | Reason) -> WhyOut:
    """A reason."""
    return WhyOut(code=one.code, en=one.words("en"), fr=one.words("fr"))


def looks(request: HttpRequest) -> Viewer:
    """A token shows and does what its owner may without their second factor."""
    agent = token_of(request).agent_id
    return viewer(agent, at=now(), second_factor=False) if agent else VISITOR


def demand(
    request: HttpRequest, verb: str, kind: str, *, owner: str = "", unit: Unit | None = None, scope: str | None = None
) -> None:
    """Raises ProblemError not-authorised where neither the owner of the token nor a steward's token may."""
    seen = looks(request)
    scope = scope_of(unit, seen, verb, kind) if unit is not None else scope
    if not (may(seen, verb, kind, owner=owner or None, scope=scope) or is_steward(token_of(request))):
        raise ProblemError([Problem("not-authorised", kind, "this token may not do that.", "Ask whoever may.")])


def booking_for(request: HttpRequest, id: str, verb: str) -> Booking:
    """A booking to which the token may do this; for others it is as if it were not there. Raises ProblemError."""
    row = queries.find_booking(id)
    if row is None:
        raise not_found("booking", id)
    try:
        demand(request, verb, "booking", owner=row.agent_id, unit=row.unit)
    except ProblemError:
        raise not_found("booking", id) from None
    return row


def check_times(begin: datetime, end: datetime, *, most: timedelta = LONGEST) -> None:
    """Times have a zone and go forward, not for too long. Raises ProblemError: no-zone, too-far, backwards."""
    if begin.tzinfo is None or end.tzinfo is None:
        raise ProblemError([Problem("no-zone", "begin", "a time needs its zone.", "Write 2026-04-17T18:00+02:00.")])
    if not all(YEARS[0] <= moment.year <= YEARS[1] for moment in (begin, end)):
        raise ProblemError([Problem("too-far", "begin", f"is not from {YEARS[0]} to {YEARS[1]}.", "See the year.")])
    if not timedelta() < end - begin <= most:
        raise ProblemError([Problem("backwards", "end", f"must be after begin, by at most {most.days} days.", "")])


def own_key(request: HttpRequest, key: str) -> str:
    """A key of a client, of its owner alone."""
    return f"api-{token_of(request).agent_id}-{key}".replace("\0", "")[:64] if key else ""
