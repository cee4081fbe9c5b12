"""A short life of a ledger with something of everything in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger.actions import record
from wikivillage.web.registry.models import Agent

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)

STORY: tuple[dict[str, Any], ...] = (
    {"kind": "process", "id": "cooking", "basedOn": "cooked"},
    {
        "id": "e1",
        "action": "raise",
        "provider": "farm",
        "receiver": "farm",
        "newResource": {"id": "apples", "unit": "kg", "spec": "apple", "classifiedAs": ["bio", 'a|b, "c"']},
        "quantity": {"value": "12.123456789", "unit": "kg"},
    },
    {
        "id": "e2",
        "action": "transfer",
        "provider": "farm",
        "receiver": "cafe",
        "resource": "apples",
        "newToResource": {"id": "cafe_apples", "unit": "kg"},
        "quantity": {"value": "5", "unit": "kg"},
        "toLocation": "cellar",
        "at": "2026-04-30T10:00:00+02:00",
    },
    {
        "id": "e3",
        "action": "consume",
        "provider": "cafe",
        "receiver": "cafe",
        "inputOf": "cooking",
        "resource": "cafe_apples",
        "quantity": {"value": "3", "unit": "kg"},
    },
    {
        "id": "e4",
        "action": "consume",
        "provider": "cafe",
        "receiver": "cafe",
        "inputOf": "cooking",
        "resource": "cafe_apples",
        "quantity": {"value": "-1", "unit": "kg"},
        "corrects": "e3",
    },
    {
        "kind": "commitment",
        "id": "c1",
        "action": "transfer",
        "provider": "farm",
        "receiver": "cafe",
        "resource": "apples",
        "quantity": {"value": "4", "unit": "kg"},
        "reserves": True,
        "expires": "2027-01-01T00:00:00Z",
    },
    {
        "id": "e5",
        "action": "transfer",
        "provider": "farm",
        "receiver": "cafe",
        "resource": "apples",
        "toResource": "cafe_apples",
        "quantity": {"value": "1.5", "unit": "kg"},
        "fulfills": ["c1"],
    },
    {"kind": "ending", "id": "x1", "promise": "c1", "how": "finished"},
    {"kind": "intent", "id": "n1", "action": "transfer", "receiver": "cafe", "quantity": {"value": "9", "unit": "kg"}},
    {
        "id": "e6",
        "action": "transferCustody",
        "provider": "cafe",
        "receiver": "farm",
        "resource": "cafe_apples",
        "quantity": {"value": "0.5", "unit": "kg"},
    },
    {"kind": "closing", "id": "z1", "until": "2026-05-01T00:00:00Z"},
)


def tell_story() -> None:
    """Record it, with its agents."""
    for name in ("farm", "cafe"):
        Agent.objects.get_or_create(pseudonym=name, defaults={"kind": "organisation", "created_at": AT})
    record(entries=[read_entry(body) for body in STORY], at=AT, by="farm")
