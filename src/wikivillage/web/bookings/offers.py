"""To whom what came free is offered: the first who wait and whom it fits; and offers that ran out go on to the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.charging import promise
from wikivillage.web.bookings.facts import who_asks
from wikivillage.web.bookings.models import Booking, Unit, UnitPart, Waiting
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.states import EXPIRED, HELD, OFFERED
from wikivillage.web.bookings.writing import (
    about,
    endings,
    locked,
    new_id,
    promises,
    tell_about,
    thing_of,
    write,
)
from wikivillage.web.diary.series import from_wall
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.village_of_request import village_here

OFFERED_FOR = timedelta(hours=12)
"""How long an offer stands, or until it begins."""


@transaction.atomic
def offer_next(*, unit: str, begin: datetime, end: datetime, at: datetime, by: str = "") -> list[Booking]:
    """Offer what came free to the first who wait for it and whom it fits; it is kept for them for twelve hours.

    Run again, it offers nothing twice: what is offered is taken.
    """
    stocks = UnitPart.objects.filter(unit=unit).values("stock")
    units = UnitPart.objects.filter(stock__in=stocks).values("unit")
    waiting = Waiting.objects.select_for_update(of=("self",), no_key=True).filter(
        unit__in=units, ended_at=None, begin__lt=end, end__gt=begin, begin__gt=at
    )
    made = []
    for one in waiting.select_related("unit", "agent").order_by("made_at", "pk"):
        booking = _offer(one, at=at, by=by)
        if booking is not None:
            made.append(booking)
    return made


def _offer(one: Waiting, *, at: datetime, by: str) -> Booking | None:
    """Keep it for who waits, where every rule lets them have it now."""
    unit: Unit = one.unit
    thing = thing_of(unit, one.begin, one.end, at=at)
    asked = Asked(one.begin, one.end, one.persons, at, village_here().zone, one.amount)
    who = who_asks(one.agent, at=at, begin=one.begin, end=one.end)
    if any(refusal.code != "too-late" for refusal in refusals(thing, asked, who)):
        return None
    booking = Booking(id=new_id(), unit=unit, agent=one.agent, made_by=one.made_by, begin=one.begin, end=one.end)
    booking.amount, booking.persons, booking.title = one.amount, one.persons, one.title
    booking.state, booking.made_at, booking.hold_until = OFFERED, at, min(at + OFFERED_FOR, one.begin)
    promise(booking, at=at, by=by)
    write(promises(booking, expires=booking.hold_until), at=at, by=by)
    booking.save(force_insert=True)
    one.offered, one.offered_at, one.ended_at = booking, at, at
    one.save(update_fields=["offered", "offered_at", "ended_at"])
    record_change("offer", booking.pk, at=at, by=by)
    until = from_wall(booking.hold_until, village_here().zone)
    title = say("Free for you: {unit}", "Libre pour vous : {unit}", **about(booking))
    text = say(
        "{unit}, {when}, came free. It is kept for you until {until}.",
        "{unit}, {when} : c’est libre. La place est gardée pour vous jusqu’au {until}.",
        **about(booking),
        until=until,
    )
    tell_about(booking, title, text, at=at, kind="waiting_list", key="offered")
    return booking


@retrying
@transaction.atomic
def pass_on(*, at: datetime, most: int = 200) -> int:
    """Holds and offers that ran out are over, and go to the next who wait. How many; run again, it does nothing."""
    over = Booking.objects.filter(state__in=(HELD, OFFERED), hold_until__lte=at).order_by("hold_until")
    count = 0
    for pk in list(over.values_list("pk", flat=True)[:most]):
        row = locked(pk)
        if row.state not in (HELD, OFFERED) or row.hold_until is None or row.hold_until > at:
            continue
        was = row.state
        write(endings(row, "cancelled", at), at=at, by="")
        row.state = EXPIRED
        row.save(update_fields=["state"])
        if was == OFFERED:
            title = say("No longer kept: {unit}", "N’est plus gardé : {unit}", **about(row))
            text = say("{unit}, {when}: the offer is over.", "{unit}, {when} : l’offre est passée.", **about(row))
            tell_about(row, title, text, at=at, kind="waiting_list", key="over")
        offer_next(unit=row.unit_id, begin=row.begin, end=row.end, at=at)
        count += 1
    return count
