"""What happens in the village on which the ledger is measured: a steady trade between shared stocks, and among it
many small lots, each grown, milled, baked and sold in 20 events of its own, so that each has a trace to follow.

The same seed tells the same story. Ids are random UUIDs, as clients make them: an index meets them in no order.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count, islice
from typing import Any
from uuid import UUID

from wikivillage.flows.kinds import Entry, Event, Measure, NewStock, Process

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""When everything is recorded."""
HANDLES = tuple(f"agent_{number}" for number in range(20))
AGENTS = tuple(f"p-{number:016x}" for number in range(20))
"""Pseudonyms, in the order of the handles."""
SHARED = 200
"""Stocks that everybody trades with, opened by the first events."""
BETWEEN = 4
"""Events of that trade for each entry of a lot."""
MILL, OVEN = "mill", "oven"

LOT = (
    ("raise", "grower", "grower", "", "grain", 10, ""),
    ("raise", "grower", "grower", "grain", "", 10, ""),
    ("transfer", "grower", "miller", "grain", "milled", 20, ""),
    ("process", "", "", "", "", 0, MILL),
    ("consume", "miller", "miller", "milled", "", 12, MILL),
    ("consume", "miller", "miller", "milled", "", 8, MILL),
    ("produce", "miller", "miller", "", "flour", 18, MILL),
    ("transfer", "miller", "baker", "flour", "bought", 18, ""),
    ("raise", "baker", "baker", "", "salt", 1, ""),
    ("process", "", "", "", "", 0, OVEN),
    ("consume", "baker", "baker", "bought", "", 10, OVEN),
    ("consume", "baker", "baker", "bought", "", 8, OVEN),
    ("consume", "baker", "baker", "salt", "", 1, OVEN),
    ("produce", "baker", "baker", "", "bread", 20, OVEN),
    ("produce", "baker", "baker", "bread", "", 4, OVEN),
    ("transfer", "baker", "shop", "bread", "shelf", 14, ""),
    ("transfer", "baker", "shop", "bread", "shelf", 5, ""),
    ("transfer", "baker", "house", "bread", "table", 5, ""),
    ("consume", "shop", "shop", "shelf", "", 7, ""),
    ("transfer", "shop", "house", "shelf", "table", 8, ""),
    ("consume", "house", "house", "table", "", 6, ""),
    ("consume", "house", "house", "table", "", 5, ""),
)
"""Action, provider, receiver, from, to, amount and process of each entry of a lot; a stock is new where it is first
put into."""
EVENTS_OF_LOT = sum(row[0] != "process" for row in LOT)
EVENTS_OF_BLOCK = EVENTS_OF_LOT + BETWEEN * len(LOT)
ROLES = ("grower", "miller", "baker", "shop", "house")


def story(events: int, seed: int = 20260101) -> Iterator[Entry]:
    """Entries with so many events among them, processes come on top."""
    told = 0
    for entry in _endless(random.Random(seed)):
        if told == events:
            return
        told += isinstance(entry, Event)
        yield entry


def lots(events: int) -> int:
    """How many lots are told to their end in a story of so many events."""
    return max(events - SHARED, 0) // EVENTS_OF_BLOCK


def stock_name(number: int) -> str:
    """The name of a shared stock."""
    return f"shared-{number}"


def owner(number: int, of: tuple[str, ...] = AGENTS) -> str:
    """Whose a shared stock is."""
    return of[number % len(of)]


def in_batches(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    """Entries in lists of a size; the last may be shorter."""
    rest = iter(entries)
    while batch := list(islice(rest, size)):
        yield batch


def _endless(rng: random.Random) -> Iterator[Entry]:
    yield from (_opened(rng, number) for number in range(SHARED))
    for lot in count():
        for entry in a_lot(lot, rng):
            yield from (_traded(rng) for _ in range(BETWEEN))
            yield entry


def a_lot(lot: int, rng: random.Random) -> Iterator[Entry]:
    """The entries of one lot."""
    people = dict(zip(ROLES, rng.sample(AGENTS, len(ROLES)), strict=True))
    there: set[str] = set()
    for action, provider, receiver, source, target, amount, process in LOT:
        if action == "process":
            yield Process(f"{process}-{lot}", process)
            continue
        who = {"provider": people[provider], "receiver": people[receiver]}
        side = {"consume": "input_of", "produce": "output_of"}.get(action) if process else None
        named = {"resource": f"{source}-{lot}"} if source else {}
        into = _into(target, lot, new=target not in there, is_second=bool(source)) if target else {}
        there.add(target)
        yield _event(rng, action, amount, **who, **named, **into, **({side: f"{process}-{lot}"} if side else {}))


def _into(target: str, lot: int, *, new: bool, is_second: bool) -> dict[str, Any]:
    """Where an event puts what it gives: a stock that is there, or one that it creates."""
    id = f"{target}-{lot}"
    if new:
        return {"new_to_resource" if is_second else "new_resource": NewStock(id, "kg", target)}
    return {"to_resource" if is_second else "resource": id}


def _opened(rng: random.Random, number: int) -> Event:
    mine = owner(number)
    new = NewStock(stock_name(number), "kg", "goods")
    return _event(rng, "raise", 1_000_000, provider=mine, receiver=mine, new_resource=new)


def _traded(rng: random.Random) -> Event:
    """In three of ten cases something goes to another stock, in three something is used up, else something comes."""
    source, target = rng.sample(range(SHARED), 2)
    action = rng.choices(("raise", "consume", "transfer"), (4, 3, 3))[0]
    receiver = owner(target if action == "transfer" else source)
    into = {"to_resource": stock_name(target)} if action == "transfer" else {}
    amount = rng.randint(1, 9000)
    return _event(rng, action, amount, owner(source), receiver, resource=stock_name(source), **into)


def _event(rng: random.Random, action: str, amount: int, provider: str, receiver: str, **more: Any) -> Event:
    value = Decimal(amount) / 1000 if "shared" in more.get("resource", "") else Decimal(amount)
    id = str(UUID(int=rng.getrandbits(128), version=4))
    at = datetime.fromtimestamp(BEGIN.timestamp() + rng.random() * 86_400 * 150, UTC).replace(microsecond=0)
    return Event(id, action, provider, receiver, quantity=Measure(value, "kg"), at=at, **more)
