"""The waiting list: who waits for a time that is taken, and takes it when it is offered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings.actions import Confirmed, confirm
from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.facts import who_asks
from wikivillage.web.bookings.models import Booking, Waiting
from wikivillage.web.bookings.offers import offer_next, pass_on
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.writing import amount_for, find_unit, refuse_rules, thing_of
from wikivillage.web.registry.actions import identity_of, record_change
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here

WAITS_DESPITE = ("taken",)

__all__ = ["accept_offer", "offer_next", "pass_on", "stop_waiting", "wait"]


@transaction.atomic
def wait(
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
) -> Waiting:
    """Wait for a time that somebody else has. Who waits for it already keeps their place.

    Raises ProblemError: already-erased, no-unit, not-taken, and the code of every rule but that it is taken.
    """
    row = find_unit(unit)
    identity_of(agent)
    there = Waiting.objects.filter(unit=row, agent=agent, begin=begin, end=end, ended_at=None).first()
    if there is not None:
        return there
    thing = thing_of(row, begin, end, at=at)
    much = amount or amount_for(row, persons)
    asked = Asked(begin, end, persons, at, village_here().zone, much)
    who = who_asks(agent, at=at, begin=begin, end=end, by=by)
    refuse_rules(thing, asked, who, but=WAITS_DESPITE)
    if not any(one.code == "taken" for one in refusals(thing, asked, who)):
        raise ProblemError([Problem("not-taken", "begin", _("It is free: nobody needs to wait."), _("Book it."))])
    facts = {"begin": begin, "end": end, "amount": much, "persons": persons, "title": title.replace("\0", "")[:120]}
    made = Waiting.objects.create(unit=row, agent=agent, made_by=by, made_at=at, **facts)
    record_change("wait", row.pk, at=at, by=by)
    return made


@transaction.atomic
def stop_waiting(*, waiting: Waiting, at: datetime, by: str = "") -> Waiting:
    """Wait no more. Again, nothing changes."""
    row = Waiting.objects.select_for_update().get(pk=waiting.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record_change("stop_waiting", row.unit_id, at=at, by=by)
    return row


def accept_offer(*, booking: Booking | str, at: datetime, by: str = "") -> Confirmed:
    """Take what was offered. Raises ProblemError as ``confirm`` does."""
    return confirm(booking=booking, at=at, by=by)
