"""Flows as facts of the ledger: between which stocks, by whom, of which process; and what has to be there first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from wikivillage.flows.kinds import Event, Measure, NewStock, Process
from wikivillage.web.demonstration.planned import LABOUR, Flow, Planned
from wikivillage.web.ledger.stock_names import exchange_stock

NAMESPACE = uuid5(NAMESPACE_DNS, "demonstration.wikivillage")
PIPES = """
electricity day_power heat hot_water_heat biogas drinking_water rainwater irrigation_water service_water
greywater blackwater wastewater wc_flushing handwashing showers meals
"""
NETWORKS = frozenset(PIPES.split())
"""Resources whose stock is a wire or a pipe and holds nothing: between two readings it may owe."""


Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who acts: ``operator`` answers for what flows in the house, ``partners`` by exchange, ``users`` by need.

    ``agents`` are all that may be named, ``places`` where each process, store and need is, ``recipes`` by process.
    """

    operator: str
    agents: frozenset[str]
    partners: Mapping[str, str]
    users: Mapping[str, str]
    places: Mapping[str, str]
    recipes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ends:
    """What a flow is in the ledger."""

    action: str
    provider: str
    receiver: str
    stock: str
    to_stock: str | None = None
    input_of: str | None = None
    output_of: str | None = None


def entry_id(*words: object) -> str:
    """The id of something that happened, the same however often it is told."""
    return str(uuid5(NAMESPACE, "|".join(str(word) for word in words)))


def measure(thousandths: int, unit: str) -> Measure:
    """A whole number of thousandths as an amount."""
    return Measure(Decimal(int(thousandths)).scaleb(-3), unit)


def ends_of(flow: Flow, parties: Parties) -> Ends:
    """How a flow is written in the ledger."""
    house, id, resource = parties.operator, flow.id, flow.resource
    partner = parties.partners.get(id, house)
    outside = exchange_stock(id, resource)
    table: dict[str, Ends] = {
        "output": Ends("produce", house, house, resource, output_of=id),
        "offered": Ends("produce", house, house, resource, output_of=id),
        "input": Ends("consume", house, house, resource, input_of=id),
        "served": Ends("consume", house, house, resource, input_of=id),
        "bought": Ends("transfer", partner, house, outside, to_stock=resource),
        "sold": Ends("transfer", house, partner, resource, to_stock=outside),
        "charged": Ends("transfer", house, house, resource, to_stock=id),
        "discharged": Ends("transfer", house, house, id, to_stock=resource),
    }
    return table[flow.kind]


def event_of(flow: Flow, parties: Parties, thousandths: int, at: datetime, id: str, **more: Any) -> Event:
    """A flow that somebody weighed or counted, as an event."""
    ends = ends_of(flow, parties)
    return Event(
        id=id,
        action=ends.action,
        provider=ends.provider,
        receiver=ends.receiver,
        resource=ends.stock,
        to_resource=ends.to_stock,
        spec=flow.resource,
        quantity=measure(thousandths, flow.unit),
        input_of=ends.input_of,
        output_of=ends.output_of,
        at=at,
        **more,
    )


def loss_of(store: str, resource: str, unit: str, parties: Parties, thousandths: int, day: Span) -> Event:
    """What a store lost on a day."""
    return Event(
        id=entry_id("lost", store, day[0].isoformat()),
        action="lower",
        provider=parties.operator,
        receiver=parties.operator,
        resource=store,
        spec=resource,
        quantity=measure(thousandths, unit),
        begin=day[0],
        end=day[1],
        basis="what the store lost: its level against what went in and out",
    )


def processes_of(planned: Planned, parties: Parties) -> Iterator[Process]:
    """Every process, need and offer that events will name."""
    ids = dict.fromkeys(
        one.id for one in planned.flows.values() if one.kind in ("output", "input", "served", "offered")
    )
    for id in ids:
        yield Process(id, based_on=parties.recipes.get(id), name=None, at=parties.places.get(id))


def openings(planned: Planned, parties: Parties, levels: Mapping[str, int], at: datetime) -> Iterator[Event]:
    """The stocks as life begins: networks and the outside with nothing, stores with what is in them."""
    units = {one.resource: one.unit for one in planned.flows.values() if one.resource != LABOUR}
    for resource, unit in units.items():
        yield _opening(resource, resource, unit, parties, 0, at, owes=resource in NETWORKS)
    for store, resource in planned.stores.items():
        yield _opening(store, resource, units[resource], parties, levels[store], at)
    for one in _exchanges(planned.flows.values()):
        owner = parties.partners.get(one.id, parties.operator)
        yield _opening(
            exchange_stock(one.id, one.resource), one.resource, one.unit, parties, 0, at, owes=True, owner=owner
        )


def _exchanges(flows: Iterable[Flow]) -> Iterable[Flow]:
    return {one.id: one for one in flows if one.kind in ("bought", "sold") and one.resource != LABOUR}.values()


def _opening(
    id: str,
    resource: str,
    unit: str,
    parties: Parties,
    thousandths: int,
    at: datetime,
    *,
    owes: bool = False,
    owner: str = "",
) -> Event:
    owner = owner or parties.operator
    place = parties.places.get(id)
    return Event(
        id=entry_id("opening", id),
        action="raise",
        provider=owner,
        receiver=owner,
        new_resource=NewStock(id, unit, spec=resource, primary_accountable=owner, location=place, allow_negative=owes),
        quantity=measure(thousandths, unit),
        at=at,
        basis="what was there when life began",
    )
