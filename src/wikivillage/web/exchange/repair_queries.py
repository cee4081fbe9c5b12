"""Questions about repair days and tickets, and what a day adds up to. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO
from wikivillage.web.exchange.helping_words import END_OF_LIFE, FIXED, REPAIRABLE, WAITING
from wikivillage.web.exchange.models import RepairDay, RepairTicket

KILOGRAMS = ("kg_kept", "kg_all")
"""The sums that are amounts, not counts."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What some tickets add up to. ``kg_kept``: the weighed weight of what was repaired; no factor is in it."""

    things: int = 0
    fixed: int = 0
    repairable: int = 0
    end_of_life: int = 0
    waiting: int = 0
    kg_kept: Decimal = ZERO
    kg_all: Decimal = ZERO
    unweighed: int = 0
    minutes: int = 0

    def as_tree(self) -> dict[str, Any]:
        """As it is kept with a day that is closed."""
        return {name: plain(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}


def sums_of(tickets: Iterable[RepairTicket]) -> Sums:
    """What tickets add up to."""
    rows = list(tickets)
    fixed = [row for row in rows if row.state == FIXED]
    return Sums(
        things=len(rows),
        fixed=len(fixed),
        repairable=sum(row.state == REPAIRABLE for row in rows),
        end_of_life=sum(row.state == END_OF_LIFE for row in rows),
        waiting=sum(row.state == WAITING for row in rows),
        kg_kept=sum((row.weight_kg or ZERO for row in fixed), ZERO),
        kg_all=sum((row.weight_kg or ZERO for row in rows), ZERO),
        unweighed=sum(row.weight_kg is None for row in fixed),
        minutes=sum(row.minutes or 0 for row in rows),
    )


def sums_of_day(day: RepairDay) -> Sums:
    """What a day adds up to: as it was closed, or so far."""
    if day.sums is None:
        return sums_of(day.tickets.all())
    kept: dict[str, Any] = {name: Decimal(value) if name in KILOGRAMS else value for name, value in day.sums.items()}
    return Sums(**kept)


def sums_of_all(days: Iterable[RepairDay]) -> Sums:
    """What all closed days add up to."""
    found = [sums_of_day(day) for day in days if day.closed_at]
    nothing = Sums()
    added: dict[str, Any] = {
        name: sum((getattr(one, name) for one in found), getattr(nothing, name)) for name in Sums.__dataclass_fields__
    }
    return Sums(**added)


def days_to_come(at: datetime) -> QuerySet[RepairDay]:
    """Repair days that are not over, the next first."""
    return RepairDay.objects.filter(end__gt=at, closed_at=None).order_by("begin")


def days_gone(at: datetime) -> QuerySet[RepairDay]:
    """Repair days that are over or closed, the newest first."""
    return RepairDay.objects.exclude(end__gt=at, closed_at=None).order_by("-begin")


def waiting_tickets() -> QuerySet[RepairTicket]:
    """What waits for a repair on no day in particular."""
    return RepairTicket.objects.filter(state__in=(WAITING, REPAIRABLE), day=None).select_related("tool")
