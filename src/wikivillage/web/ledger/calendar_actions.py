"""The secret link of somebody's calendar: made, and ended."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from wikivillage.web.ledger.models import CalendarLink
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.village_file import digest


@transaction.atomic
def make_calendar_link(*, agent: str, at: datetime, by: str = "", key: str = "") -> str:
    """A new secret for the calendar of an agent, known to nobody afterwards; the one before opens nothing any more.

    A form that was sent before, by its ``key``, makes no second one: then the answer is empty.
    """
    if made_before(key, CalendarLink, at=at) is not None:
        return ""
    end_calendar_link(agent=agent, at=at, by=by)
    secret = secrets.token_urlsafe(30)
    row = CalendarLink.objects.create(agent_id=agent, digest=digest(secret.encode()), created_at=at)
    remember(key, row)
    record_change("make_calendar_link", agent, at=at, by=by)
    return secret


@transaction.atomic
def end_calendar_link(*, agent: str, at: datetime, by: str = "") -> bool:
    """End the link of an agent; whether there was one."""
    Agent.objects.select_for_update(no_key=True).get(
        pk=agent
    )  # two who make one at the same time come one after the other
    ended = CalendarLink.objects.filter(agent=agent, revoked_at=None).update(revoked_at=at)
    if ended:
        record_change("end_calendar_link", agent, at=at, by=by)
    return bool(ended)


def access_calendar(secret: str) -> str | None:
    """Whose calendar a secret opens, or None. Only digests are compared."""
    rows = CalendarLink.objects.filter(digest=digest(secret.encode()), revoked_at=None, agent__erased_at=None)
    found: str | None = rows.values_list("agent_id", flat=True).first()
    return found


def calendar_link_of(agent: str) -> CalendarLink | None:
    """The link of an agent that opens now."""
    return CalendarLink.objects.filter(agent=agent, revoked_at=None).first()
