"""Where a number of the pulse leads: the events behind it, its stock, its meter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from wikivillage.web.ledger.stock_names import exchange_stock
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.parts import Part
from wikivillage.web.pulse.periods import Period

COLUMN = {
    "output": "output_of",
    "offered": "output_of",
    "input": "input_of",
    "served": "input_of",
    "worked": "input_of",
    "bought": "resource",
    "discharged": "resource",
    "sold": "to_resource",
    "charged": "to_resource",
}
"""What an event says of the thing of a part, by its kind."""


def events_of(part: Part, period: Period) -> str:
    """The events that a part is the sum of."""
    return events_of_thing(part.kind, part.id, part.resource, period)


def events_of_thing(kind: str, id: str, resource: str, period: Period) -> str:
    """The same, of a flow of a net."""
    if kind == "worked":
        return _events(period, action="work", **({"input_of": id} if id else {}))
    if kind in ("put", "drawn"):
        return _events(period, action=id, spec=resource)
    named = exchange_stock(id, resource) if kind in ("bought", "sold") else id
    return _events(period, **{COLUMN[kind]: named, "spec": resource})


def events_of_loop(loop: Loop, parts: Sequence[Part], period: Period) -> str:
    """The events that say most of a loop: of the one thing behind it, else of one kind of thing."""
    if loop.loop == "people":
        return _events(period, action="work")
    behind = [part for part in parts if part.id in loop.ids and part.kind in loop.kinds]
    if len(behind) == 1:
        return events_of(behind[0], period)
    specs = {part.resource for part in behind}
    return _events(period, **({"spec": specs.pop()} if len(specs) == 1 else {}))


def _events(period: Period, **said: str) -> str:
    days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return f"/ledger/events/?{urlencode({**said, **days})}"


def stock(id: str) -> str:
    """A stock of the ledger."""
    return f"/ledger/stocks/{id}/"


def meter(id: str) -> str:
    """A meter."""
    return f"/meters/{id}/"


def plan(id: str) -> str:
    """A plan."""
    return f"/plans/{id}/"
