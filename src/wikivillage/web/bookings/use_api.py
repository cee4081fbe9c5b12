"""The day of bookings through the API: machines start and stop, people come and leave, things break and close."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import plain
from wikivillage.web.bookings import closing, outage_actions, session_actions, use_actions, use_queries
from wikivillage.web.bookings.api_parts import (
    REFUSED,
    BookingOut,
    booking_for,
    booking_out,
    demand,
    looks,
    own_key,
)
from wikivillage.web.bookings.closing_actions import close_units
from wikivillage.web.bookings.models import Outage, Unit, UseSession
from wikivillage.web.bookings.queries import find_unit
from wikivillage.web.bookings.scopes import closing_scope
from wikivillage.web.bookings.session_actions import Measured
from wikivillage.web.bookings.use_schemas import (
    ClosingIn,
    ClosingOut,
    MendedIn,
    OutageIn,
    OutageOut,
    SessionOut,
    StartIn,
    StopIn,
    UntilIn,
)
from wikivillage.web.diary.actions import closure_problems
from wikivillage.web.problems import not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.actions import refuse_with
from wikivillage.web.registry.api_parts import Number, in_english, row_of
from wikivillage.web.registry.permits import may

router = Router(tags=["bookings"])
Some: Any = Query(200, ge=1, le=1000)  # type: ignore[type-arg]
NOTHING_SAID = StartIn(beside="", key="")


@router.get("/bookings/sessions", auth=TokenAuth("read"), response=list[SessionOut])
def get_sessions(request: HttpRequest, running: bool = False, limit: int = Some) -> Any:
    """Machines that the owner of the token uses or used, the last first; with a steward's token everybody's."""
    rows = UseSession.objects.order_by("-began_at")
    if not is_steward(token_of(request)):
        rows = rows.filter(agent=token_of(request).agent_id)
    return [_session(row) for row in (rows.filter(ended_at=None) if running else rows)[:limit]]


@router.post("/bookings/units/{id}/start", auth=TokenAuth("commit"), response={200: SessionOut, **REFUSED})
@in_english
def post_start(request: HttpRequest, id: str, said: StartIn = NOTHING_SAID) -> Any:
    """Start a machine; a refusal has every reason."""
    unit, agent = _unit(id), token_of(request).agent
    demand(request, "start", "session", owner=agent.pk, unit=unit)
    key = own_key(request, said.key)
    return _session(
        session_actions.start_session(unit=unit.pk, agent=agent, at=now(), by=agent.pk, beside=said.beside, key=key)
    )


@router.post("/bookings/units/{id}/stop", auth=TokenAuth("commit"), response={200: SessionOut, **REFUSED})
@in_english
def post_stop(request: HttpRequest, id: str, said: StopIn) -> Any:
    """Stop a machine: one's own, or as who looks after it that of another."""
    row = _session_of(request, _unit(id), said.session)
    demand(request, "stop", "session", owner=_whose(request, row), unit=row.unit)
    measured = Measured(said.kwh, said.grams)
    by = token_of(request).agent_id
    return _session(session_actions.stop_session(session=row.pk, at=now(), by=by, measured=measured))


def _session_of(request: HttpRequest, unit: Unit, wanted: str) -> UseSession:
    """The session that is named; without a name the one of the token's owner that runs. Raises ProblemError."""
    rows = UseSession.objects.filter(unit=unit).select_related("booking", "unit")
    if wanted:
        row = None if "\0" in wanted else rows.filter(pk=wanted).first()
    else:
        row = rows.filter(agent=token_of(request).agent_id).order_by("-began_at").first()
    if row is None:
        raise not_found("session", wanted or unit.pk)
    return row


def _whose(request: HttpRequest, row: UseSession) -> str:
    """Whose a session is: who pressed start, or for whom it is booked."""
    return row.booking.agent_id if looks(request).owns(row.booking.agent_id) else row.agent_id


@router.post("/bookings/{id}/check-in", auth=TokenAuth("commit"), response={200: BookingOut, **REFUSED})
@in_english
def post_check_in(request: HttpRequest, id: str) -> Any:
    """Say that one is there."""
    row, by = booking_for(request, id, "check_in"), token_of(request).agent_id
    return booking_out(use_actions.check_in(booking=row.pk, at=now(), by=by))


@router.post("/bookings/{id}/check-out", auth=TokenAuth("commit"), response={200: BookingOut, **REFUSED})
@in_english
def post_check_out(request: HttpRequest, id: str) -> Any:
    """Say that one leaves: the rest of the time is free for others."""
    row, by = booking_for(request, id, "check_in"), token_of(request).agent_id
    return booking_out(use_actions.check_out(booking=row.pk, at=now(), by=by))


@router.get("/bookings/outages", auth=TokenAuth("read"), response=list[OutageOut])
def get_outages(request: HttpRequest, ended: bool = False, limit: int = Some) -> Any:
    """What is out of order, the newest first; or what was."""
    ours = may(looks(request), "report", "outage") or is_steward(token_of(request))
    rows = Outage.objects.exclude(ended_at=None).order_by("-ended_at") if ended else use_queries.open_outages()
    return [_outage(row, ours=ours) for row in rows[:limit]]


@router.post("/bookings/outages", auth=TokenAuth("commit"), response={201: OutageOut, **REFUSED})
@in_english
def post_outage(request: HttpRequest, said: OutageIn) -> Any:
    """Say that something does not work; who has it booked is told."""
    unit, agent = _unit(said.unit), token_of(request).agent
    demand(request, "report", "outage", unit=unit)
    words = {"said": said.said, "until": said.until, "key": own_key(request, said.key)}
    row = outage_actions.report_outage(unit=unit.pk, reporter=agent, at=now(), by=agent.pk, **words)
    return Status(201, _outage(row, ours=True))


@router.post("/bookings/outages/{number}/end", auth=TokenAuth("commit"), response={200: OutageOut, **REFUSED})
@in_english
def post_outage_end(request: HttpRequest, number: Number, said: MendedIn) -> Any:
    """It works again; who was told that it did not is told so."""
    by = _mends(request, number)
    return _outage(outage_actions.end_outage(outage=number, mended=said.mended, at=now(), by=by), ours=True)


@router.post("/bookings/outages/{number}/until", auth=TokenAuth("commit"), response={200: OutageOut, **REFUSED})
@in_english
def post_outage_until(request: HttpRequest, number: Number, said: UntilIn) -> Any:
    """Say until when something is out of order."""
    by = _mends(request, number)
    return _outage(outage_actions.foresee_end(outage=number, until=said.until, at=now(), by=by), ours=True)


def _mends(request: HttpRequest, number: int) -> str:
    """Who says so, and may. Raises ProblemError: not-found, not-authorised."""
    row = row_of(Outage, number, "outage")
    demand(request, "end", "outage", unit=row.unit)
    by: str = token_of(request).agent_id
    return by


@router.post("/bookings/closings", auth=TokenAuth("commit"), response={200: ClosingOut, **REFUSED})
@in_english
def post_closing(request: HttpRequest, said: ClosingIn) -> Any:
    """Look whom a closing would meet and where each could go; then close, with what was decided for each."""
    demand(request, "close", "unit", scope=closing_scope(said.subject, looks(request)))
    words = said.dict(exclude={"close", "decided"})
    if said.close:
        by = token_of(request).agent_id
        done = close_units(at=now(), by=by, decided=said.decided, **words)
        became = {name: [row.pk for row in getattr(done, name)] for name in ("moved", "cancelled", "kept")}
        return ClosingOut(closed=True, units=[unit.pk for unit in done.units], **became)
    refuse_with(closure_problems(**words))
    return _seen(closing.preview(said.subject, said.begin, said.end, at=now()))


def _seen(found: closing.Preview) -> ClosingOut:
    same = ("unit_id", "begin", "end", "persons")
    meets: list[Any] = []
    for one in found.meetings:
        facts = {name.removesuffix("_id"): getattr(one.booking, name) for name in same}
        meets.append({"booking": one.booking.pk, "to": one.to.pk if one.to else "", **facts})
    units = [unit.pk for unit in found.units]
    return ClosingOut(closed=False, units=units, meets=meets, begun=[row.pk for row in found.begun])


def _unit(id: str) -> Unit:
    row = find_unit(id)
    if row is None:
        raise ProblemError([Problem("not-found", id[:64], "there is no unit of this id.", "See /bookings/units.")])
    return row


def _session(row: UseSession) -> dict[str, Any]:
    same = ("id", "walk_in", "began_at", "ends_by", "ended_at", "ended_how")
    read = {name: None if (much := getattr(row, name)) is None else plain(much) for name in ("kwh", "grams")}
    return {"unit": row.unit_id, "booking": row.booking_id, **{name: getattr(row, name) for name in same}, **read}


def _outage(row: Outage, *, ours: bool) -> dict[str, Any]:
    same = ("id", "begin", "until", "ended_at")
    return {"unit": row.unit_id, "said": row.said if ours else "", **{name: getattr(row, name) for name in same}}
