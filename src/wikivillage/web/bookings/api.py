"""Bookings through the API: what can be booked, what is free and why not, and bookings of the owner of a token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import actions, queries
from wikivillage.web.bookings.api_parts import (
    BookingOut,
    WhyOut,
    booking_for,
    booking_out,
    check_times,
    own_key,
    why_out,
)
from wikivillage.web.bookings.finding import USUAL, Search
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.states import KINDS
from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.api_parts import in_english
from wikivillage.web.registry.village_of_request import village_here

router = Router(tags=["bookings"])
LONGEST = timedelta(days=2)
"""How long a time can be searched at once."""


class UnitOut(Schema):
    """Something that can be booked; ``rules`` are those that differ from the usual ones."""

    id: str
    kind: str
    place: str
    name_en: str
    name_fr: str
    persons: int
    size: int
    features: list[str]
    service: str
    item: str
    power_kw: float
    rules: dict[str, Any]


class SlotOut(Schema):
    """A slot of a unit; with reasons where it cannot be had."""

    unit: str
    begin: datetime
    end: datetime
    reasons: list[WhyOut]


class BookingIn(Schema):
    """What to hold. ``key``: made by the client, so that sending it again is safe."""

    unit: str
    begin: datetime
    end: datetime
    persons: int = 1
    title: str = ""
    key: str


class ConfirmedOut(Schema):
    """What came of confirming; where it is not booked, the price is another one now, and needs a second yes."""

    booked: bool
    booking: BookingOut
    difference_en: str = ""
    difference_fr: str = ""


@router.get("/bookings/units", auth=TokenAuth("read"), response={200: list[UnitOut], 422: Problems})
@in_english
def get_units(request: HttpRequest, kind: str = Query("", max_length=16)) -> Any:  # type: ignore[type-arg]
    """Everything that can be booked."""
    _check_kind(kind)
    return [_unit(row) for row in queries.units_now(kinds=[kind] if kind else ())]


@router.get("/bookings/free", auth=TokenAuth("read"), response={200: list[SlotOut], 422: Problems})
@in_english
def get_free(
    request: HttpRequest,
    begin: datetime,
    end: datetime,
    persons: int = Query(1, ge=1, le=1000),  # type: ignore[type-arg]
    minutes: int = Query(USUAL, ge=1, le=1440),  # type: ignore[type-arg]
    kind: str = Query("", max_length=16),  # type: ignore[type-arg]
) -> Any:
    """Slots within a time for the owner of the token: free ones, and others with every reason against them."""
    _check_kind(kind)
    check_times(begin, end, most=LONGEST)
    search = Search(persons, begin, end, minutes, now(), village_here().zone)
    kinds = [kind] if kind else queries.PLACES
    found = queries.free_units(search, agent=token_of(request).agent, kinds=kinds, most=queries.MANY_OFFERS)
    slots = [(one.thing.id, slot) for one in found.offers for slot in one.slots]
    slots += [(one.thing.id, one.slot) for one, _way in found.refused]
    return [
        SlotOut(unit=id, begin=slot.begin, end=slot.end, reasons=[why_out(one) for one in slot.refusals])
        for id, slot in slots
    ]


@router.get("/bookings", auth=TokenAuth("read"), response={200: list[BookingOut], 422: Problems})
@in_english
def get_bookings(request: HttpRequest, over: bool = False) -> Any:
    """What the owner of the token has booked and is to come, or what is over."""
    return [booking_out(row) for row in queries.bookings_of([token_of(request).agent_id], at=now(), over=over)]


@router.post("/bookings", auth=TokenAuth("commit"), response={200: BookingOut, 422: Problems})
@in_english
def post_booking(request: HttpRequest, said: BookingIn) -> Any:
    """Hold a unit for a quarter of an hour at a promised price; nothing is booked before it is confirmed."""
    check_times(said.begin, said.end)
    agent = token_of(request).agent
    facts = {**said.dict(), "key": own_key(request, said.key)}
    return booking_out(actions.hold(agent=agent, at=now(), by=agent.pk, **facts))


@router.post("/bookings/{id}/confirm", auth=TokenAuth("commit"), response={200: ConfirmedOut, 404: Problems})
@in_english
def post_confirm(request: HttpRequest, id: str) -> Any:
    """Book what is held, or ask for it where somebody decides."""
    row, by = booking_for(request, id, "make"), token_of(request).agent_id
    if row.unit.policy.get("approval"):
        return ConfirmedOut(booked=False, booking=booking_out(actions.request(booking=row, at=now(), by=by)))
    done = actions.confirm(booking=row, at=now(), by=by)
    words = done.difference
    return ConfirmedOut(
        booked=done.booked,
        booking=booking_out(done.booking),
        difference_en=words.en if words else "",
        difference_fr=words.fr if words else "",
    )


@router.post("/bookings/{id}/cancel", auth=TokenAuth("commit"), response={200: BookingOut, 404: Problems})
@in_english
def post_cancel(request: HttpRequest, id: str) -> Any:
    """Cancel a booking or let go of a hold."""
    row = booking_for(request, id, "cancel")
    return booking_out(actions.cancel(booking=row, at=now(), by=token_of(request).agent_id))


def _check_kind(kind: str) -> None:
    if kind and kind not in KINDS:
        hint = f"There is: {', '.join(KINDS)}."
        raise ProblemError([Problem("unknown-word", "kind", "is no kind of unit.", hint)])


def _unit(row: Unit) -> UnitOut:
    same = ("id", "kind", "place", "name_en", "name_fr", "persons", "size", "features", "service", "item", "power_kw")
    return UnitOut(rules=row.policy, **{name: getattr(row, name) for name in same})
