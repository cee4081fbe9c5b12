"""Everything that writes bookings: hold, confirm, cancel, move, give back, end. Deciding and waiting have their own.

Nothing is promised for good before ``confirm``: a hold frees itself after a quarter of an hour, and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import requesting
from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.charging import price_changed, promise, use_price
from wikivillage.web.bookings.facts import asked_of, policy_of, who_asks
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.offers import offer_next
from wikivillage.web.bookings.parties import lock_share
from wikivillage.web.bookings.refusals import raise_all, say
from wikivillage.web.bookings.requesting import approve, request, turn_down
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.states import (
    CANCELLED,
    CHECKED_IN,
    CONFIRMED,
    DONE,
    EXPIRED,
    HELD,
    NO_SHOW,
    OFFERED,
    OPEN,
    RELEASED,
    REQUESTED,
)
from wikivillage.web.bookings.writing import (
    about,
    amount_for,
    endings,
    find_unit,
    locked,
    new_id,
    promise_again,
    promises,
    put_in_diary,
    refuse_rules,
    take_from_diary,
    tell_about,
    thing_of,
    use_entries,
    write,
)
from wikivillage.web.diary.kinds import MEMBERS, VISIBILITIES
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.prices.quote_actions import HOLDS
from wikivillage.web.registry.actions import identity_of, record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

AFTERWARDS = frozenset({"closed", "out-of-order", "retired", "quota"})
"""What can come between a choice and its confirmation, although it is kept; a hold counts against no quota."""
HELD_FOR = HOLDS
"""How long a slot is kept while somebody decides: as long as its price is promised."""

__all__ = [
    "approve",
    "cancel",
    "confirm",
    "end_use",
    "hold",
    "move",
    "release",
    "request",
    "turn_down",
]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of confirming: booked, or not yet, for the price is another now; the difference is in words."""

    booking: Booking
    booked: bool
    difference: Text | None = None


@retrying
@transaction.atomic
def hold(
    *,
    unit: str,
    agent: Agent,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    persons: int = 1,
    amount: int = 0,
    title: str = "",
    visibility: str = MEMBERS,
    key: str = "",
) -> Booking:
    """Keep a unit for somebody for a quarter of an hour, at a price that is promised as long. Nothing is charged.

    Whatever else they held is free again. Raises ProblemError: already-erased, no-unit, bad-words, and the code of
    every rule that stands against it.
    """
    made: Booking | None = made_before(key, Booking, at=at)
    if made is not None:
        return made
    row = find_unit(unit)
    identity_of(agent)
    refuse_with(word_problems(title, visibility))
    lock_share(row, agent, at)
    freed = let_go(agent, at=at, by=by)
    much = amount or amount_for(row, persons)
    thing = thing_of(row, begin, end, at=at)
    who = who_asks(agent, at=at, begin=begin, end=end, by=by)
    refuse_rules(thing, Asked(begin, end, persons, at, village_here().zone, much), who)
    booking = Booking(id=new_id(), unit=row, agent=agent, made_by=by, begin=begin, end=end, amount=much)
    booking.persons, booking.title, booking.visibility = persons, title.strip(), visibility
    booking.state, booking.made_at, booking.hold_until = HELD, at, at + HELD_FOR
    promise(booking, at=at, by=by)
    write(promises(booking, expires=booking.hold_until), at=at, by=by)
    booking.save(force_insert=True)
    record_change("hold", booking.pk, at=at, by=by)
    remember(key, booking)
    for one in freed:
        offer_next(unit=one.unit_id, begin=one.begin, end=one.end, at=at, by=by)
    return booking


def let_go(agent: Agent, *, at: datetime, by: str) -> list[Booking]:
    """Free what somebody holds and has not confirmed: they look at one thing at a time. Returns what is free now."""
    rows = list(Booking.objects.select_for_update(of=("self",), no_key=True).filter(agent=agent, state=HELD))
    for one in rows:
        write(endings(one, "cancelled", at), at=at, by=by)
        one.state, one.hold_until = EXPIRED, min(one.hold_until or at, at)
        one.save(update_fields=["state", "hold_until"])
    return rows


def word_problems(title: str, visibility: str) -> list[Problem]:
    """What keeps words of a booking from being kept."""
    problems = []
    if len(title) > 120 or "\0" in title:
        problems.append(Problem("bad-words", "title", _("is longer than 120 characters."), _("Say it shorter.")))
    if visibility not in VISIBILITIES:
        hint = _("There is: %(words)s.") % {"words": ", ".join(VISIBILITIES)}
        problems.append(Problem("unknown-word", "visibility", _("This is nobody that we know."), hint))
    return problems


@retrying
@transaction.atomic
def confirm(*, booking: Booking | str, at: datetime, by: str = "", title: str | None = None) -> Confirmed:
    """Book what is held or offered, for the price that was promised. Confirmed again, nothing more happens.

    A hold that ran out is confirmed all the same where the time is still free; a price that ran out is made anew, and
    where it is another one nothing is booked before a second yes.
    Raises ProblemError: no-booking, not-held, needs-approval, bad-words, hold-over with every reason, quota, taken,
    no-policy.
    """
    row = locked(booking)
    if row.state in (CONFIRMED, CHECKED_IN):
        return Confirmed(row, True)
    lock_share(row.unit, row.agent, at)
    row.title = row.title if title is None else title.strip()
    refuse_with([*_confirm_problems(row), *word_problems(row.title, row.visibility)])
    _look_again(row, at, by)
    difference = use_price(row, at=at, by=by)
    if difference is not None:
        row.state, row.hold_until = HELD, at + HELD_FOR
        promise_again(row, at=at, by=by, expires=row.hold_until)
        row.save()
        return Confirmed(row, False, difference)
    promise_again(row, at=at, by=by)
    settle(row, at=at, by=by)
    return Confirmed(row, True)


def _confirm_problems(row: Booking) -> list[Problem]:
    if row.state not in (HELD, OFFERED, EXPIRED):
        what = _("This booking cannot be confirmed any more.")
        return [Problem("not-held", "booking", what, _("Choose the time again."))]
    if policy_of(row.unit).approval and row.state != OFFERED:
        what = _("Somebody decides on each booking of it.")
        return [Problem("needs-approval", "booking", what, _("Ask for it instead."))]
    return []


def _look_again(row: Booking, at: datetime, by: str) -> None:
    """What may have changed since it was chosen: all of it where a hold ran out, else what comes afterwards.

    Raises ProblemError: hold-over with why it is not to be had now; closed, out-of-order, retired, quota.
    """
    over = row.state == EXPIRED or row.hold_until is None or row.hold_until <= at
    thing = thing_of(row.unit, row.begin, row.end, at=at, but=[row.pk])
    who = requesting.without(row, who_asks(row.agent, at=at, begin=row.begin, end=row.end, by=by))
    found = [one for one in refusals(thing, asked_of(row, at), who) if over or one.code in AFTERWARDS]
    try:
        raise_all(found, language())
    except ProblemError as error:
        if not over:
            raise
        what = _("The quarter of an hour in which it was kept for you is over, and it can no longer be had.")
        raise ProblemError([Problem("hold-over", "booking", what, ""), *error.problems]) from None


def settle(row: Booking, *, at: datetime, by: str) -> None:
    """It is booked: put it into the diary, and tell its owner."""
    row.state, row.hold_until, row.decided_at, row.decided_by = CONFIRMED, None, at, by
    put_in_diary(row, at=at, by=by)
    row.save()
    record_change("confirm_booking", row.pk, at=at, by=by)
    title = say("Booked: {unit}", "Réservé : {unit}", **about(row))
    text = say(
        "{unit}, {when}. You find it under your bookings.",
        "{unit}, {when}. À retrouver dans vos réservations.",
        **about(row),
    )
    tell_about(row, title, text, at=at, key="booked")


@retrying
@transaction.atomic
def cancel(*, booking: Booking | str, at: datetime, by: str = "", why: str = "", quiet: bool = False) -> Booking:
    """It is not needed any more: free again, also for those who wait. Cancelled again, nothing changes.

    Until some hours before it costs nothing; later its price stays due. ``quiet``: the caller tells its owner.
    Raises ProblemError: no-booking, has-begun.
    """
    row = locked(booking)
    if row.state not in OPEN:
        return row
    if row.state == CHECKED_IN or (row.state == CONFIRMED and row.begin <= at):
        what = _("It has begun.")
        raise ProblemError([Problem("has-begun", "booking", what, _("End it instead: the rest is free for others."))])
    if cancels_free(row, at):
        row.total_cents = 0
    _free(row, CANCELLED, at=at, by=by, why=why)
    if by != row.agent_id and by and not quiet:
        title = say("Cancelled: {unit}", "Annulé : {unit}", **about(row))
        unsaid = Text("Ask whoever looks after it why.", "Demandez-en la raison à qui s’en occupe.")
        told = Text(why, why) if why else unsaid
        text = say("{unit}, {when}, is cancelled. {why}", "{unit}, {when} : annulé. {why}", **about(row), why=told)
        tell_about(row, title, text, at=at, key="cancelled")
    return row


def cancels_free(row: Booking, at: datetime) -> bool:
    """Whether cancelling costs nothing at a moment: what is not yet booked never does."""
    return row.state != CONFIRMED or at <= free_until(row)


def free_until(row: Booking) -> datetime:
    """Until when cancelling costs nothing."""
    return row.begin - timedelta(hours=policy_of(row.unit).cancel_hours)


def _free(row: Booking, state: str, *, at: datetime, by: str, why: str = "") -> None:
    """End what was promised, take it from the diary, offer it to whoever waits."""
    write(endings(row, "cancelled", at), at=at, by=by)
    take_from_diary(row, at=at, by=by)
    row.state, row.hold_until, row.ended_at = state, None, at
    row.decided_at, row.decided_by, row.why = at, by, why.replace("\0", "")[:300]
    row.save()
    record_change(f"booking_{state}", row.pk, at=at, by=by)
    offer_next(unit=row.unit_id, begin=row.begin, end=row.end, at=at, by=by)


@retrying
@transaction.atomic
def release(*, booking: Booking | str, at: datetime, by: str = "", no_show: bool = False, why: str = "") -> Booking:
    """Give back what is booked, also after it began: nobody came, or it is not needed. Again, nothing changes.

    Its price stays due where it is too late to cancel freely. Raises ProblemError no-booking.
    """
    row = locked(booking)
    if row.state in OPEN:
        _free(row, NO_SHOW if no_show else RELEASED, at=at, by=by, why=why)
    return row


@retrying
@transaction.atomic
def end_use(*, booking: Booking | str, at: datetime, by: str = "", ended: datetime | None = None) -> Booking:
    """It was used, until now or ``ended``: an event in the ledger keeps the promise, and the rest is free.

    Ended again, nothing changes. Raises ProblemError: no-booking, not-begun.
    """
    row = locked(booking)
    if row.state == DONE:
        return row
    began = row.began_at or row.begin
    last = min(ended or at, max(row.end, began + timedelta(minutes=1)))
    if row.state not in (CONFIRMED, CHECKED_IN) or last <= began:
        what = _("It has not begun, or is not booked.")
        raise ProblemError([Problem("not-begun", "booking", what, _("Cancel it instead."))])
    write(use_entries(row, began=began, ended=last, at=at), at=at, by=by)
    row.state, row.began_at, row.ended_at = DONE, began, last
    row.save()
    record_change("end_booking", row.pk, at=at, by=by)
    if last < row.end:
        offer_next(unit=row.unit_id, begin=last, end=row.end, at=at, by=by)
    return row


@retrying
@transaction.atomic
def move(
    *,
    booking: Booking | str,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    unit: str = "",
    persons: int = 0,
    expected_cents: int | None = None,
    despite: tuple[str, ...] = (),
    quiet: bool = False,
) -> Booking:
    """Another time, another unit or more people for what is booked or asked for; the price is that of the new one.

    ``expected_cents``: the price that was shown for it; another one refuses. ``despite``: rules that do not count, for
    whoever closes a room and moves people; ``quiet``: the caller tells its owner. Raises ProblemError: no-booking,
    no-unit, not-movable, price-changed, and the code of every rule.
    """
    row = locked(booking)
    target: Unit = find_unit(unit) if unit else row.unit
    refuse_with(_move_problems(row, at))
    lock_share(target, row.agent, at)
    asked = Asked(begin, end, persons or row.persons, at, village_here().zone, row.amount)
    thing = thing_of(target, begin, end, at=at, but=[row.pk])
    who = who_asks(row.agent, at=at, begin=begin, end=end, by=by)
    theirs = tuple(one for one in who.has if (one.unit, one.agent, one.begin) != (row.unit_id, row.agent_id, row.begin))
    refuse_rules(thing, asked, requesting.with_bookings(who, theirs), but=despite)
    old = row.unit_id, row.begin, row.end
    ended = endings(row, "cancelled", at)
    row.unit, row.begin, row.end, row.persons = target, begin, end, asked.persons
    promise(row, at=at, by=by)
    if expected_cents is not None and row.total_cents != expected_cents:
        raise ProblemError([price_changed(row.total_cents)])
    use_price(row, at=at, by=by)
    row.revision += 1
    if row.state != REQUESTED:
        write([*ended, *promises(row)], at=at, by=by)
        put_in_diary(row, at=at, by=by)
    row.save()
    record_change("move_booking", row.pk, at=at, by=by)
    if by != row.agent_id and not quiet:
        title = say("Moved: {unit}", "Déplacé : {unit}", **about(row))
        text = say("Now: {unit}, {when}.", "Désormais : {unit}, {when}.", **about(row))
        tell_about(row, title, text, at=at, key="moved")
    offer_next(unit=old[0], begin=old[1], end=old[2], at=at, by=by)
    return row


def _move_problems(row: Booking, at: datetime) -> list[Problem]:
    if row.state in (CONFIRMED, REQUESTED) and row.begin > at:
        return []
    what = _("Only what is booked or asked for, and has not begun, can be moved.")
    return [Problem("not-movable", "booking", what, _("Make a new booking."))]
