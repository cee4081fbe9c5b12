"""The waiting list: who waits for a time that is taken. What is offered then is taken by confirming it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.facts import who_asks
from wikivillage.web.bookings.models import Waiting
from wikivillage.web.bookings.offers import offer_next, pass_on
from wikivillage.web.bookings.refusals import raise_all
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.writing import amount_for, find_unit, thing_of
from wikivillage.web.registry.actions import identity_of, record_change
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import language

TAKEN = "taken"
"""The one reason for which one waits."""

__all__ = ["offer_next", "pass_on", "stop_waiting", "wait"]


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
    found = refusals(thing, asked, who)
    raise_all((one for one in found if one.code != TAKEN), language())
    if not found:
        raise ProblemError([Problem("not-taken", "begin", _("It is free: nobody needs to wait."), _("Book it."))])
    facts = {"begin": begin, "end": end, "amount": much, "persons": persons, "title": title.replace("\0", "")[:120]}
    made = Waiting.objects.create(unit=row, agent=agent, made_by=by, made_at=at, **facts)
    record_change("wait", row.pk, at=at, by=by)
    return made


@transaction.atomic
def stop_waiting(*, waiting: Waiting, at: datetime, by: str = "") -> Waiting:
    """Wait no more. Again, nothing changes."""
    row = Waiting.objects.select_for_update(no_key=True).get(pk=waiting.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record_change("stop_waiting", row.unit_id, at=at, by=by)
    return row
