"""Promises as a calendar (RFC 5545) that phones subscribe to: stable ids, what is cancelled stays and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from wikivillage.flows.kinds import Pledge
from wikivillage.web.ledger.models import Promise
from wikivillage.web.ledger.promise_lines import PromiseLine, open_promises, parties_of, promise_lines
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell import calendars

MOST = 500
"""How many promises a calendar holds."""
BACK = timedelta(days=90)
"""How long what is over stays in a calendar."""
Found = list[tuple[Promise, Pledge]]


def promises_with_times(at: datetime) -> Any:
    """Promises that have a time of their own, from some weeks back, the newest first."""
    recent = Q(begin__gte=at - BACK) | Q(begin=None, record__recorded_at__gte=at - BACK)
    rows = Promise.objects.select_related("record").annotate(kept=Count("keepings"))
    return rows.filter(recent).order_by("-record")


def promises_of(agents: Sequence[str], at: datetime) -> Found:
    """Those that some agents made, or that were made to them."""
    named = Q(pk__in=[])
    for agent in agents:
        named |= Q(record__body__contains=f'"{agent}"')
    theirs = set(agents)
    found = open_promises(promises_with_times(at).filter(named)[:MOST], Viewer(agents[0], acts_for=frozenset(theirs)))
    return [one for one in found if theirs & set(parties_of(one[1].promise)) and when_of(one[1])[0]]


def public_promises(at: datetime) -> Found:
    """Those between organisations, and what is needed or offered: nothing of persons and households."""
    found = open_promises(promises_with_times(at)[:MOST], Viewer())
    private = private_among(party for _row, pledge in found for party in parties_of(pledge.promise))
    return [one for one in found if not private & set(parties_of(one[1].promise)) and when_of(one[1])[0]]


def when_of(pledge: Pledge) -> tuple[datetime | None, datetime | None]:
    """When a promise is to be kept: from when to when, or by when."""
    promise: Any = pledge.promise
    begin, end, due = (getattr(promise, name, None) for name in ("begin", "end", "due"))
    return begin or due, end if begin else None


def calendar_text(
    found: Found, *, viewer: Viewer, lang: str, at: datetime, name: str, zone: str, address: Callable[[str], str]
) -> bytes:
    """The calendar of some promises; ``address`` gives the page of each."""
    lines = promise_lines(found, viewer, lang, at)
    items = (_item(row, pledge, line, address(row.pk)) for (row, pledge), line in zip(found, lines, strict=True))
    return calendars.calendar_text(items, room="ledger", name=name, zone=zone)


def _item(row: Promise, pledge: Pledge, line: PromiseLine, address: str) -> calendars.Item:
    begin, end = when_of(pledge)
    assert begin is not None, "only those with a time"
    return calendars.Item(
        uid=row.pk,
        stamp=row.record.recorded_at,
        sequence=_changes(row, pledge),
        begin=begin,
        end=end,
        summary=line.sentence,
        description=_("State: %(state)s. %(address)s") % {"state": line.state, "address": address},
        url=address,
        status=_status(row, pledge),
        busy=bool(row.booking),
    )


def _changes(row: Any, pledge: Pledge) -> int:
    """How often a promise changed since it was made: each time something kept it, and when it ended."""
    return int(row.kept) + (pledge.ended is not None)


def _status(row: Promise, pledge: Pledge) -> str:
    if pledge.ended == "cancelled" or row.lapsed:
        return calendars.CANCELLED
    return calendars.TENTATIVE if row.kind == "intent" else calendars.CONFIRMED
