"""What somebody can do at a unit now, as its page says it: come in, start, stop, leave; or every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.check_in_rules import EARLY, why_not_in
from wikivillage.web.bookings.facts import policy_of
from wikivillage.web.bookings.machine_rules import refusals
from wikivillage.web.bookings.models import Booking, Unit, UseSession
from wikivillage.web.bookings.queries import own
from wikivillage.web.bookings.refusals import Refusal
from wikivillage.web.bookings.shown import ShownReason, ShownWay, shown_reasons, shown_ways
from wikivillage.web.bookings.start_facts import Starting, starting
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED, MACHINE, NO_SHOW
from wikivillage.web.bookings.use_actions import arrival_of
from wikivillage.web.bookings.writing import items_of
from wikivillage.web.prices.engine import quote
from wikivillage.web.prices.queries import facts_for, version_for
from wikivillage.web.prices.queries import policy_of as price_policy
from wikivillage.web.prices.sentences import money
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.viewer import Viewer

ASKS_WHO = frozenset({"no-companion", "adult-missing", "wrong-companion"})
"""Reasons that the form itself can answer: who stays beside."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Here:
    """What the page offers. ``running``: their session; ``inside``: the booking that they are in; ``may_enter``: one
    that they may enter; ``may_start``: the machine may be started, until ``until`` at the latest."""

    running: UseSession | None = None
    inside: Booking | None = None
    may_enter: Booking | None = None
    may_start: bool = False
    until: datetime | None = None
    asks_who: bool = False
    price: str = ""
    reasons: tuple[ShownReason, ...] = ()
    ways: tuple[ShownWay, ...] = ()
    next: Booking | None = None
    codes: frozenset[str] = field(default_factory=frozenset)


def here(unit: Unit, agent: Agent | None, seen: Viewer, *, at: datetime, lang: str, beside: str = "") -> Here:
    """What somebody can do at a unit now; a visitor only looks."""
    if agent is None:
        return Here()
    owners = own(seen)
    running = UseSession.objects.filter(unit=unit, agent__in=owners, ended_at=None).select_related("booking").first()
    coming = use_queries.next_of(unit.pk, owners, at)
    if running is not None:
        return Here(running=running, next=coming)
    if unit.kind == MACHINE:
        return _machine(unit, agent, seen, at=at, lang=lang, beside=beside, coming=coming)
    return _room(unit, owners, at=at, lang=lang, coming=coming)


def _machine(
    unit: Unit, agent: Agent, seen: Viewer, *, at: datetime, lang: str, beside: str, coming: Booking | None
) -> Here:
    found = starting(unit, agent, owners=own(seen), seen=seen, at=at, beside=beside)
    against = refusals(found.start)
    codes = frozenset(one.code for one in against)
    open_ones = [one for one in against if one.code not in ASKS_WHO]
    if open_ones:
        return _refused(against, unit, lang, coming)
    return Here(
        may_start=True,
        until=found.until,
        asks_who=bool(codes) or bool(beside),
        price=_price(unit, agent, found, at, lang),
        next=coming if coming != found.booking else None,
        codes=codes,
    )


def _refused(against: Sequence[Refusal], unit: Unit, lang: str, coming: Booking | None) -> Here:
    """Every reason, and what would work."""
    return Here(
        reasons=shown_reasons(against, unit.pk, lang),
        ways=shown_ways(against, lang),
        next=coming,
        codes=frozenset(one.code for one in against),
    )


def _price(unit: Unit, agent: Agent, found: Starting, at: datetime, lang: str) -> str:
    """What an hour costs without a booking; a booking has its price already."""
    if found.booking is not None or not unit.service:
        return ""
    version = version_for(unit.service, at)
    if version is None:
        return ""
    facts = facts_for(agent, items_of(unit, at, at + HOUR), at)
    return money(quote(price_policy(version), facts, lang).total_cents, lang)


def _room(unit: Unit, owners: Sequence[str], *, at: datetime, lang: str, coming: Booking | None) -> Here:
    row = use_queries.booking_now(unit.pk, owners, at, EARLY)
    if row is not None and row.state == CHECKED_IN and at < row.end:
        return Here(inside=row, next=coming)
    if row is None:
        row = use_queries.last_of(unit.pk, owners, at)
    if row is None or (row.state not in (CONFIRMED, NO_SHOW)):
        return Here(next=coming)
    against = why_not_in(arrival_of(row, at))
    if against:
        return _refused(against, unit, lang, coming)
    return Here(may_enter=row, next=coming if coming != row else None)


def way_words(minutes: int) -> str:
    """After how many minutes a booking is freed, for whoever has not come in yet."""
    return _("It is freed for others after %(minutes)d minutes.") % {"minutes": minutes} if minutes else ""


def freed_after(unit: Unit) -> str:
    """The same of a unit."""
    return way_words(policy_of(unit).check_in_minutes)
