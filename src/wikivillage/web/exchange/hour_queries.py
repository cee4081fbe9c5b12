"""Questions about hours from one to another: the account of somebody, what waits for a word. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from wikivillage.flows.kinds import ZERO
from wikivillage.web.exchange.helping_words import CONFIRMED, TOLD
from wikivillage.web.exchange.models import HourGift
from wikivillage.web.ledger.queries import find_stock
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Membership
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer

FLOOR, CEILING = Decimal(-20), Decimal(60)
"""How far an account may go below and above nothing, in hours: the rule until the assembly changes it."""


@dataclass(frozen=True, slots=True)
class Account:
    """How many hours somebody has given and received, all of them confirmed, and what is left between the two."""

    given: Decimal
    received: Decimal
    balance: Decimal


def account_stock(agent: str) -> str:
    """The stock in the ledger that is somebody's account."""
    return f"time-{agent}"


def balance_of(agent: str) -> Decimal:
    """What somebody has given more than received; below zero where it is less."""
    stock = find_stock(account_stock(agent))
    return stock.accounting if stock else ZERO


def account_of(agent: str) -> Account:
    """The account of somebody."""
    rows = HourGift.objects.filter(state=CONFIRMED)
    given = sum(rows.filter(giver=agent).values_list("hours", flat=True), ZERO)
    received = sum(rows.filter(taker=agent).values_list("hours", flat=True), ZERO)
    return Account(given, received, balance_of(agent))


def gifts_of(agents: Collection[str]) -> QuerySet[HourGift]:
    """All hours that some agents gave or received, the newest first."""
    wanted = list(agents)
    return HourGift.objects.filter(Q(giver__in=wanted) | Q(taker__in=wanted))


def waiting_for(agents: Collection[str]) -> QuerySet[HourGift]:
    """Hours that others told and these agents have not confirmed yet."""
    return gifts_of(agents).filter(state=TOLD).exclude(told_by__in=list(agents))


def may_see_hours(viewer: Viewer, agent: str, at: datetime) -> bool:
    """Whether somebody may see an account: oneself, a steward, or who leads a circle to which its owner belongs."""
    if may(viewer, "see", "hours", owner=agent):
        return True
    circles = Membership.objects.filter(holding(at), agent=agent).exclude(circle=None)
    return any(may(viewer, "see", "hours", owner=agent, scope=one) for one in circles.values_list("circle", flat=True))
