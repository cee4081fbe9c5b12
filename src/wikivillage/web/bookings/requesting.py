"""Where somebody decides on each booking: asking for it, approving one of several who ask, refusing with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.bookings.asked import Has, Who
from wikivillage.web.bookings.availability import is_free
from wikivillage.web.bookings.charging import promise, use_price
from wikivillage.web.bookings.facts import asked_of, policy_of, who_asks
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.parties import lock_share
from wikivillage.web.bookings.refusals import Refusal, raise_all, say
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.states import CONFIRMED, EXPIRED, HELD, REFUSED, REQUESTED
from wikivillage.web.bookings.writing import (
    about,
    endings,
    locked,
    promise_again,
    put_in_diary,
    refuse_rules,
    tell_about,
    thing_of,
    write,
)
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import RoleGrant
from wikivillage.web.registry.roles import CIRCLE_LEAD, STEWARD
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

DECIDED_BY_NOW = ("too-late", "quota")
"""Rules that looked at the moment of asking: they do not count again when somebody decides."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A request with what stands against it now, and the other requests that no longer fit if it is approved."""

    booking: Booking
    refusals: tuple[Refusal, ...]
    loses: tuple[Booking, ...]


@retrying
@transaction.atomic
def request(*, booking: Booking | str, at: datetime, by: str = "", title: str | None = None) -> Booking:
    """Ask for what is held, where somebody decides on each booking. Others may ask for the same. Again: nothing more.

    Raises ProblemError: no-booking, not-held, no-approval-needed, and the code of every rule where the hold ran out.
    """
    row = locked(booking)
    if row.state == REQUESTED:
        return row
    refuse_with(_request_problems(row))
    lock_share(row.unit, row.agent, at)
    over = row.state == EXPIRED or row.hold_until is None or row.hold_until <= at
    thing = thing_of(row.unit, row.begin, row.end, at=at, but=[row.pk])
    found = refusals(thing, asked_of(row, at), who_asks(row.agent, at=at, begin=row.begin, end=row.end, by=by))
    raise_all((one for one in found if over or one.code == "quota"), language())
    write(endings(row, "cancelled", at), at=at, by=by)
    row.revision += 1
    row.state, row.hold_until = REQUESTED, None
    row.title = row.title if title is None else title.replace("\0", "").strip()[:120]
    row.save()
    record_change("request_booking", row.pk, at=at, by=by)
    _tell_deciders(row, at)
    return row


def _tell_deciders(row: Booking, at: datetime) -> None:
    title = say("Somebody asks for: {unit}", "Demande : {unit}", **about(row))
    text = say("{when}, {persons} persons.", "{when}, {persons} personnes.", **about(row), persons=row.persons)
    for decider in deciders(row, at):
        tell_about(row, title, text, at=at, kind="approval", agent=decider, key="asked")


def deciders(row: Booking, at: datetime) -> list[str]:
    """Who decides on it: those who lead its circle or place, else the stewards."""
    held = RoleGrant.objects.filter(holding(at))
    scopes = [scope for scope in (row.unit.circle, row.unit.place) if scope]
    leads = held.filter(word=CIRCLE_LEAD, scope__in=scopes).values_list("agent_id", flat=True)
    found = sorted(set(leads)) or sorted(set(held.filter(word=STEWARD).values_list("agent_id", flat=True)))
    return [agent for agent in found if agent != row.agent_id]


def _request_problems(row: Booking) -> list[Problem]:
    if row.state not in (HELD, EXPIRED):
        what = _("This booking cannot be asked for any more.")
        return [Problem("not-held", "booking", what, _("Choose the time again."))]
    if not policy_of(row.unit).approval:
        what = _("Nobody needs to decide on it.")
        return [Problem("no-approval-needed", "booking", what, _("Book it."))]
    return []


def choice_of(row: Booking, *, at: datetime) -> Choice:
    """What approving a request would do. Writes nothing."""
    thing = thing_of(row.unit, row.begin, row.end, at=at, but=[row.pk])
    who = without(row, who_asks(row.agent, at=at, begin=row.begin, end=row.end))
    against = tuple(one for one in refusals(thing, asked_of(row, at), who) if one.code not in DECIDED_BY_NOW)
    return Choice(row, against, tuple(_losers(row, at)))


def _losers(row: Booking, at: datetime) -> list[Booking]:
    """Other requests of an overlapping time that no longer fit beside this one."""
    stocks = list(row.unit.parts.values_list("stock", flat=True))
    others = Booking.objects.filter(
        state=REQUESTED, unit__parts__stock__in=stocks, begin__lt=row.end, end__gt=max(row.begin, at)
    )
    found = others.exclude(pk=row.pk).select_related("unit", "agent").distinct().order_by("begin", "made_at")
    return [one for one in found if not _fits_beside(one, row, at)]


def _fits_beside(one: Booking, row: Booking, at: datetime) -> bool:
    """Whether a request still fits where another one has what it asks for."""
    if one.unit_id != row.unit_id or one.unit.size == 1:
        return False
    thing = thing_of(one.unit, one.begin, one.end, at=at, but=[one.pk, row.pk])
    return is_free(thing, one.begin, one.end, one.amount + row.amount)


def without(row: Booking, who: Who) -> Who:
    """Somebody as rules see them, without one of their bookings."""
    return with_bookings(
        who, tuple(one for one in who.has if (one.unit, one.agent, one.begin) != (row.unit_id, row.agent_id, row.begin))
    )


def with_bookings(who: Who, has: Sequence[Has]) -> Who:
    """Somebody as rules see them, with other bookings."""
    return replace(who, has=tuple(has))


@retrying
@transaction.atomic
def approve(*, booking: Booking | str, at: datetime, by: str) -> Choice:
    """Give it to this one; those who asked for the same and no longer fit are refused, and everybody is told.

    Approved again, nothing changes. Raises ProblemError: no-booking, not-asked, own-request, and what is against it.
    """
    row = locked(booking)
    if row.state == CONFIRMED:
        return Choice(row, (), ())
    refuse_with(_decide_problems(row, by))
    choice = choice_of(row, at=at)
    thing = thing_of(row.unit, row.begin, row.end, at=at, but=[row.pk])
    who = without(row, who_asks(row.agent, at=at, begin=row.begin, end=row.end))
    refuse_rules(thing, asked_of(row, at), who, but=DECIDED_BY_NOW)
    more = _charge(row, at=at, by=by)
    promise_again(row, at=at, by=by)
    row.state, row.decided_at, row.decided_by = CONFIRMED, at, by
    put_in_diary(row, at=at, by=by)
    row.save()
    record_change("approve_booking", row.pk, at=at, by=by)
    title = say("Yes: {unit}", "Accordé : {unit}", **about(row))
    text = say(
        "{unit}, {when}: it is yours. {more}", "{unit}, {when} : c’est d’accord. {more}", **about(row), more=more
    )
    tell_about(row, title, text, at=at, key="approved")
    for one in (locked(loser) for loser in choice.loses):
        why = Text("Another request was chosen for this time.", "Une autre demande a été retenue pour ce moment.")
        _refuse(one, why, at=at, by=by)
    return choice


def _charge(row: Booking, *, at: datetime, by: str) -> Text:
    """Use a price of today; where it is another than the one shown at asking, say so: cancelling is free."""
    if not row.unit.service:
        return Text("", "")
    shown = row.total_cents
    promise(row, at=at, by=by)
    use_price(row, at=at, by=by)
    if row.total_cents == shown:
        return Text("", "")
    return Text(
        "Its price has changed since you asked; you may cancel it freely.",
        "Son prix a changé depuis votre demande ; vous pouvez annuler sans frais.",
    )


@transaction.atomic
def turn_down(*, booking: Booking | str, why: str, at: datetime, by: str) -> Booking:
    """Say no to a request, with a reason. Refused again, nothing changes.

    Raises ProblemError: no-booking, not-asked, own-request, no-reason.
    """
    row = locked(booking)
    if row.state == REFUSED:
        return row
    problems = _decide_problems(row, by)
    if not why.strip():
        problems.append(Problem("no-reason", "why", _("A no needs a reason."), _("One sentence is enough.")))
    refuse_with(problems)
    said = why.replace("\0", "").strip()[:300]
    _refuse(row, Text(said, said), at=at, by=by)
    return row


def _refuse(row: Booking, why: Text, *, at: datetime, by: str) -> None:
    row.state, row.decided_at, row.decided_by, row.why = REFUSED, at, by, why.fr
    row.save(update_fields=["state", "decided_at", "decided_by", "why"])
    record_change("refuse_booking", row.pk, at=at, by=by)
    title = say("No: {unit}", "Refusé : {unit}", **about(row))
    text = say("{unit}, {when}: no. {why}", "{unit}, {when} : ce n’est pas possible. {why}", **about(row), why=why)
    tell_about(row, title, text, at=at, key="refused")


def _decide_problems(row: Booking, by: str) -> list[Problem]:
    problems = []
    if row.state != REQUESTED:
        what = _("Nobody asks for this any more: it was decided or taken back.")
        problems.append(Problem("not-asked", "booking", what, _("Load the list again.")))
    if by == row.agent_id:
        what = _("Nobody decides on their own request.")
        problems.append(Problem("own-request", "booking", what, _("Ask somebody else who may decide.")))
    return problems
