"""A year of Saint-Blaise on which its pages are measured: a meter for every flow of the village file, read every
quarter or half of an hour, and closed by the hour or by the day.

What the meters count is made up (a day's wave and some chance, the same for the same seed): a page does the same work
whatever the numbers are. Everything goes the way of a real year, through the actions of the ledger and the meters.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wikivillage.connectors.kinds import Reading, Register
from wikivillage.flows.kinds import ZERO, Entry, Event, Measure, NewStock, Process
from wikivillage.model.kinds import Arc, Village
from wikivillage.web.ledger.stock_names import exchange_stock
from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister, Link

OWNER = "etic"
"""Who is accountable for what flows in the village."""
HOURLY_LOOPS = ("energy", "heat", "water")
"""Loops whose meters are read every quarter of an hour and closed by the hour; the others are half as quick."""
QUARTER, HALF = 15, 30
SHAPES = 7
"""How many daily waves there are."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of the village file that a meter counts: whose (the meter), of what, and what it becomes in the ledger."""

    meter: str
    register: str
    resource: str
    place: str
    link: Link
    is_hourly: bool


def flows(village: Village) -> tuple[Flow, ...]:
    """Every flow of the processes, stores, needs, offers and exchanges, each once."""
    found = [*_processes(village), *_stores(village), *_wishes(village), *_exchanges(village)]
    return tuple({(one.meter, one.register): one for one in found}.values())


def _processes(village: Village) -> Iterator[Flow]:
    for id, process in village.processes.items():
        recipe = village.recipes[process.recipe]
        for arc in _balanced(village, recipe.outputs):
            yield _flow(village, id, f"out-{arc.resource}", arc.resource, process.at, _made(arc.resource, id))
        for arc in _balanced(village, recipe.inputs):
            yield _flow(village, id, f"in-{arc.resource}", arc.resource, process.at, _used(arc.resource, id))


def _balanced(village: Village, arcs: Iterable[Arc]) -> Iterator[Arc]:
    return (arc for arc in arcs if not village.resources[arc.resource].nature)


def _stores(village: Village) -> Iterator[Flow]:
    for id, store in village.stores.items():
        resource = village.store_recipes[store.recipe].holds
        yield _flow(village, id, "in", resource, store.at, _moved(resource, id))
        yield _flow(village, id, "out", resource, store.at, _moved(id, resource))


def _wishes(village: Village) -> Iterator[Flow]:
    for id, need in village.needs.items():
        yield _flow(village, id, "use", need.resource, need.at, _used(need.resource, id))
    for id, offer in village.offers.items():
        yield _flow(village, id, "offered", offer.resource, offer.at, _made(offer.resource, id))


def _exchanges(village: Village) -> Iterator[Flow]:
    for id, exchange in village.exchanges.items():
        partner, account = exchange.partner or OWNER, exchange_stock(id, exchange.resource)
        if exchange.buy:
            link = _moved(account, exchange.resource, provider=partner)
            yield _flow(village, id, "bought", exchange.resource, exchange.at, link)
        if exchange.sell:
            link = _moved(exchange.resource, account, receiver=partner)
            yield _flow(village, id, "sold", exchange.resource, exchange.at, link)


def _flow(village: Village, id: str, register: str, resource: str, at: str | None, link: Link) -> Flow:
    is_hourly = village.resources[resource].loop in HOURLY_LOOPS
    return Flow(id.replace("_", "-"), register, resource, at or "", link, is_hourly)


def _made(resource: str, id: str) -> Link:
    return Link("produce", OWNER, OWNER, resource, output_of=id)


def _used(resource: str, id: str) -> Link:
    return Link("consume", OWNER, OWNER, resource, input_of=id)


def _moved(source: str, target: str, *, provider: str = OWNER, receiver: str = OWNER) -> Link:
    return Link("transfer", provider, receiver, source, target)


def meters(village: Village, described: Iterable[Flow]) -> list[DescribedMeter]:
    """The meters of some flows as the site takes them."""
    registers: dict[str, list[tuple[Flow, DescribedRegister]]] = {}
    for flow in described:
        minutes = QUARTER if flow.is_hourly else HALF
        unit = village.resources[flow.resource].unit
        kind = Register(flow.meter, flow.register, flow.resource, unit, interval_minutes=minutes)
        one = DescribedRegister(kind, "hour" if flow.is_hourly else "day", flow.link, "year")
        registers.setdefault(flow.meter, []).append((flow, one))
    return [
        DescribedMeter(id, id.replace("-", " "), some[0][0].place, None, tuple(one for _, one in some), "year")
        for id, some in registers.items()
    ]


def openings(village: Village, described: Iterable[Flow], at: datetime) -> list[Entry]:
    """A stock for every resource, store and exchange, each with credit, and a process for whatever takes or gives.

    With credit, for the meters close one after the other: what was used may be counted before what was made.
    """
    stocks: dict[str, tuple[str, str, str]] = {}
    processes: dict[str, None] = {}
    for flow in described:
        unit, link = village.resources[flow.resource].unit, flow.link
        sides = {link.stock: link.provider, link.to_stock: link.receiver}
        stocks |= {id: (owner, flow.resource, unit) for id, owner in sides.items() if id}
        processes |= dict.fromkeys(id for id in (link.input_of, link.output_of) if id)
    opened = [_opening(id, at, *of) for id, of in stocks.items()]
    return [*opened, *(Process(id, id, id.replace("_", " ")) for id in processes)]


def _opening(id: str, at: datetime, owner: str, resource: str, unit: str) -> Event:
    new = NewStock(id, unit, spec=resource, primary_accountable=owner, allow_negative=True)
    return Event(f"open-{id}", "raise", owner, owner, new_resource=new, quantity=Measure(ZERO, unit), at=at)


@dataclass(slots=True)
class Counter:
    """A register that is read: what it shows, in thousandths."""

    flow: Flow
    shape: int
    shown: int = 0


def counters(described: Iterable[Flow]) -> list[Counter]:
    """One for each flow, at nothing."""
    return [Counter(flow, number % SHAPES) for number, flow in enumerate(described)]


def read_all(some: list[Counter], begin: datetime, end: datetime, rng: random.Random) -> Iterator[Reading]:
    """Every reading after ``begin`` until ``end``, as a device that gathers them all would send them."""
    at, step = begin, timedelta(minutes=QUARTER)
    while (at := at + step) <= end:
        quarter = at.hour * 4 + at.minute // QUARTER
        chance = rng.randrange(20, 60)
        for one in some:
            one.shown += chance + WAVES[one.shape][quarter]
            if one.flow.is_hourly or at.minute % HALF == 0:
                shown = Decimal(one.shown).scaleb(-3)
                yield Reading(one.flow.meter, one.flow.register, at, shown, "year", at)


def _wave(shape: int) -> list[int]:
    """Thousandths for each quarter of the hour of a day, never below nothing."""
    top = 6 + 2 * shape
    return [max(round(300 * math.cos(math.pi * (quarter / 4 - top) / 12)), 0) for quarter in range(96)]


WAVES = [_wave(shape) for shape in range(SHAPES)]
