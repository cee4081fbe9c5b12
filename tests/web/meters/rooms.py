"""A village with meters in a few lines, for the tests of the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.connectors.streams import M1, NOW, START
from wikivillage.connectors.kinds import BatchReport, Reading, Register
from wikivillage.connectors.local_time import Grid
from wikivillage.web.ledger.models import Event
from wikivillage.web.meters import actions
from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister, Link
from wikivillage.web.meters.settle import Settled
from wikivillage.web.registry.models import Agent

FROM_GRID = Link("consume", "grid", "grid", "mains", allow_negative=True)
"""What is counted is taken from the grid, which owes without end."""


def meter(
    id: str = "m1", link: Link | None = FROM_GRID, grid: Grid = "quarter-hour", kind: Register = M1, **changes: Any
) -> None:
    """A meter with one register, ``import``, whose quarters of an hour are consumed from the grid."""
    for name in ("grid", "flat"):
        Agent.objects.get_or_create(pk=name, defaults={"kind": "organisation", "created_at": START})
    register = DescribedRegister(replace(kind, meter=id, **changes), grid, link, "test")
    actions.add_meters(meters=[DescribedMeter(id, "", "", None, (register,), "test")], at=START)


def ingest(readings: Iterable[Reading], at: datetime = NOW) -> BatchReport:
    """Hand readings in."""
    return actions.ingest(readings=readings, at=at, source="test")


def close(at: datetime = NOW, until: datetime | None = None) -> Settled:
    """Close what is over, and expect that the ledger takes all of it."""
    done = actions.close_intervals(at=at, until=until)
    assert done.problems == ()
    return done


SIGNS = {"consume": 1, "produce": 1, "transfer": 1, "raise": -1, "lower": -1}


def events(resource: str = "mains") -> list[Event]:
    """The events of a stock but its opening, in the order of recording."""
    rows = Event.objects.filter(resource=resource, quantity__isnull=False).order_by("record_id")
    return [row for row in rows if row.id not in _openings()]


def net(resource: str = "mains") -> Decimal:
    """What the events of a stock come to, corrections included."""
    return sum((SIGNS[row.action] * row.quantity for row in events(resource)), Decimal(0))


def seconds(at: datetime) -> int:
    """How long after START."""
    return (at - START) // timedelta(seconds=1)


def shown(rows: Sequence[Event]) -> list[tuple[str, str]]:
    """Action and amount of each event."""
    return [(row.action, str(row.quantity)) for row in rows]


def _openings() -> set[str]:
    return set(Event.objects.filter(record__body__contains="newResource").values_list("id", flat=True))
