"""Small ledgers for the tests of trace and track."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wikivillage.flows.history import FoldedHistory, fold_history
from wikivillage.flows.kinds import Entry, Event, Measure, NewStock

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def amount(value: str | int, unit: str = "kg") -> Measure:
    return Measure(Decimal(value), unit)


def happen(id: str, action: str, resource: str | None = None, much: str | int = 1, **more: Any) -> Event:
    agents = {"provider": "ada", "receiver": "ada"} | {
        key: more.pop(key) for key in ("provider", "receiver") if key in more
    }
    return Event(id, action, resource=resource, quantity=amount(much), **agents, **more)


def new(id: str) -> NewStock:
    return NewStock(id, "kg", spec=id)


def history(*entries: Entry) -> FoldedHistory:
    return fold_history((entry, AT) for entry in entries)
