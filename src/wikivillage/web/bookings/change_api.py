"""Changing bookings through the API: another time, asking and deciding, series, waiting lists."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from wikivillage.web.bookings import actions, queries, series_actions, waiting_actions
from wikivillage.web.bookings.api_parts import (
    REFUSED,
    BookingOut,
    booking_for,
    booking_out,
    check_times,
    demand,
    looks,
    why_out,
)
from wikivillage.web.bookings.models import Booking, BookingSeries, Waiting
from wikivillage.web.bookings.pricing import preview_cents
from wikivillage.web.bookings.requesting import choice_of
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.states import OPEN
from wikivillage.web.bookings.use_schemas import (
    DateOut,
    DecisionIn,
    MoveTo,
    PutOut,
    RequestOut,
    SeriesIn,
    SeriesOut,
    WaitingIn,
    WaitingOut,
)
from wikivillage.web.bookings.writing import amount_for, find_unit
from wikivillage.web.diary.series import from_wall
from wikivillage.web.diary.series_actions import Verdict
from wikivillage.web.problems import not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.api_parts import Number, handle_of, in_english, row_of
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.village_of_request import village_here

router = Router(tags=["bookings"])


@router.post("/bookings/{id}/move", auth=TokenAuth("commit"), response={200: list[BookingOut], **REFUSED})
@in_english
def post_move(request: HttpRequest, id: str, said: MoveTo) -> Any:
    """Another time for a booking, of a series for as many dates as wished: all of them or none."""
    row = booking_for(request, id, "change")
    check_times(said.begin, said.end)
    zone, by = village_here().zone, token_of(request).agent_id
    begin, end = (from_wall(one, zone) for one in (said.begin, said.end))
    more: dict[str, Any] = {"scope": said.scope, "expected_cents": said.expected_cents}
    return [
        booking_out(one) for one in series_actions.move_date(booking=row, begin=begin, end=end, at=now(), by=by, **more)
    ]


@router.get("/bookings/requests", auth=TokenAuth("read"), response=list[RequestOut])
def get_requests(request: HttpRequest) -> Any:
    """What is asked for where the owner of the token decides, those that compete one after the other."""
    seen, every = looks(request), is_steward(token_of(request))
    rows = queries.requests_now(at=now())
    mine = [row for row in rows if every or may(seen, "approve", "booking", scope=scope_of(row.unit, seen, "approve"))]
    return [_request(row) for row in mine]


def _request(row: Booking) -> dict[str, Any]:
    choice = choice_of(row, at=now())
    against = [why_out(one) for one in choice.refusals]
    loses = [one.pk for one in choice.loses]
    return {**booking_out(row).dict(), "agent": handle_of(row.agent), "against": against, "loses": loses}


@router.post("/bookings/{id}/request", auth=TokenAuth("commit"), response={200: BookingOut, **REFUSED})
@in_english
def post_request(request: HttpRequest, id: str) -> Any:
    """Ask for what is held, where somebody decides on each booking."""
    row = booking_for(request, id, "make")
    return booking_out(actions.request(booking=row, at=now(), by=token_of(request).agent_id))


@router.post("/bookings/{id}/decide", auth=TokenAuth("commit"), response={200: BookingOut, **REFUSED})
@in_english
def post_decide(request: HttpRequest, id: str, said: DecisionIn) -> Any:
    """Yes, and those who ask for the same and no longer fit are refused; or no with a reason."""
    row, by = booking_for(request, id, "see"), token_of(request).agent_id
    demand(request, "approve", "booking", unit=row.unit)
    if said.answer == "yes":
        return booking_out(actions.approve(booking=row, at=now(), by=by).booking)
    return booking_out(actions.turn_down(booking=row, why=said.why, at=now(), by=by))


@router.get("/bookings/series", auth=TokenAuth("read"), response=list[SeriesOut])
def get_series(request: HttpRequest) -> Any:
    """Series of the owner of the token that have dates to come."""
    rows = BookingSeries.objects.filter(agent=token_of(request).agent_id, bookings__end__gt=now())
    return [_series(row) for row in rows.distinct().order_by("made_at")]


@router.post("/bookings/series", auth=TokenAuth("commit"), response={200: PutOut, 201: PutOut, **REFUSED})
@in_english
def post_series(request: HttpRequest, said: SeriesIn) -> Any:
    """Look at each date of a series with every reason against it; then book those that can be had."""
    agent, zone = token_of(request).agent, village_here().zone
    check_times(said.begin, said.end)
    words: dict[str, Any] = {"unit": said.unit, "rule": said.rule, "persons": said.persons}
    words |= {name: from_wall(getattr(said, name), zone) for name in ("begin", "end")}
    if not said.book:
        return _look(words, series_actions.preview(agent=agent, at=now(), by=agent.pk, **words).verdicts, agent)
    uid = f"b-{sha256(f'{agent.pk} {said.key or new_key()}'.encode()).hexdigest()[:32]}"
    done = series_actions.put_series(uid=uid, agent=agent, at=now(), by=agent.pk, title=said.title, **words)
    skipped = [_date(one) for one in done.skipped]
    put = PutOut(booked=True, dates=skipped, total_cents=done.total_cents, series=_series(done.series))
    return Status(201, put)


def _look(words: dict[str, Any], verdicts: tuple[Verdict, ...], agent: Any) -> PutOut:
    unit = find_unit(words["unit"])
    amount = amount_for(unit, words["persons"])
    free = [one.dated for one in verdicts if not one.reasons]
    total = sum(preview_cents(unit, agent, one.begin, one.end, amount, at=now()) for one in free)
    return PutOut(booked=False, dates=[_date(one) for one in verdicts], total_cents=total)


def _date(one: Verdict) -> DateOut:
    dated = one.dated
    return DateOut(day=dated.day, begin=dated.begin, end=dated.end, reasons=[why_out(why) for why in one.reasons])


@router.post("/bookings/series/{uid}/goes-on", auth=TokenAuth("commit"), response={200: SeriesOut, **REFUSED})
@in_english
def post_goes_on(request: HttpRequest, uid: str) -> Any:
    """The series goes on: sure for as many weeks again."""
    me = token_of(request).agent_id
    row = None if "\0" in uid else BookingSeries.objects.filter(pk=uid[:64], agent=me).first()
    if row is None:
        raise not_found("series", uid)
    return _series(series_actions.go_on(series=row, at=now(), by=me))


def _series(row: BookingSeries) -> SeriesOut:
    rows = [one for one in queries.dates_of(row) if one.state in OPEN and one.end > now()]
    booked = [booking_out(one) for one in rows]
    return SeriesOut(uid=row.pk, unit=row.unit_id, sure_until=row.sure_until, bookings=booked)


@router.get("/bookings/waiting", auth=TokenAuth("read"), response=list[WaitingOut])
def get_waiting(request: HttpRequest) -> Any:
    """For what the owner of the token waits."""
    return [_waiting(row) for row in queries.waiting_of([token_of(request).agent_id], at=now())]


@router.post("/bookings/waiting", auth=TokenAuth("commit"), response={201: WaitingOut, **REFUSED})
@in_english
def post_waiting(request: HttpRequest, said: WaitingIn) -> Any:
    """Wait for a time that somebody else has: the first whom it fits is offered it."""
    agent = token_of(request).agent
    check_times(said.begin, said.end)
    return Status(201, _waiting(waiting_actions.wait(agent=agent, at=now(), by=agent.pk, **said.dict())))


@router.post("/bookings/waiting/{number}/end", auth=TokenAuth("commit"), response={200: WaitingOut, **REFUSED})
@in_english
def post_waiting_end(request: HttpRequest, number: Number) -> Any:
    """Wait no more."""
    row, me = row_of(Waiting, number, "waiting"), token_of(request).agent_id
    if row.agent_id != me:
        raise not_found("waiting", str(number))
    return _waiting(waiting_actions.stop_waiting(waiting=row, at=now(), by=me))


def _waiting(row: Waiting) -> dict[str, Any]:
    same = ("id", "begin", "end", "persons")
    place = queries.place_in_line(row)
    return {"unit": row.unit_id, "place": place, **{name: getattr(row, name) for name in same}}


@router.get("/bookings/{id}", auth=TokenAuth("read"), response={200: BookingOut, **REFUSED})
@in_english
def get_booking(request: HttpRequest, id: str) -> Any:
    """One booking, for those whose it is and who look after its unit."""
    return booking_out(booking_for(request, id, "see"))
