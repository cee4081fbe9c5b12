"""Closed intervals as events of the ledger: the first event of an interval, and those that correct it.

An amount above zero is the register's own action. Below zero, as after a dip, it is given back by the opposite action,
for an event of the ledger is negative only where it corrects another. So an interval has at most one event of each
side, and corrections of it; together they are its amount, always.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from wikivillage.connectors.intervals import NAMESPACE
from wikivillage.connectors.kinds import Interval, Mark
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Event, Measure, NewStock
from wikivillage.flows.wire import utc_text
from wikivillage.web.ledger.models import Stock
from wikivillage.web.meters.models import ClosedInterval, Register

OPPOSITE = {"consume": "raise", "produce": "lower", "transfer": "transfer"}
"""What an interval becomes in the ledger, and by what an amount below zero is given back."""
LONGEST_BASIS = 200

Dated = dict[str, Any]
"""The time of an event as its fields: ``at``, or ``begin`` and ``end``."""


def openings(row: Register, dated: Dated) -> list[Event]:
    """Events that raise the stocks of a register by nothing, where they are not there yet.

    A ``stock`` with ``allow_negative`` stands for the grid or the mains: it may owe what the village takes.
    """
    sides = {row.to_stock: (row.receiver_id, False)} if row.to_stock else {}
    owner = row.receiver_id if row.action == "produce" else row.provider_id
    sides[row.stock] = (owner, row.allow_negative)
    there = set(Stock.objects.filter(pk__in=sides).values_list("pk", flat=True))
    return [
        Event(
            id=_id("stock", id),
            action="raise",
            provider=owner,
            receiver=owner,
            new_resource=NewStock(
                id, row.unit, spec=row.resource, primary_accountable=owner, allow_negative=allow_negative
            ),
            quantity=Measure(ZERO, row.unit),
            basis=f"{row.meter_id}/{row.name} begins to be counted here",
            **dated,
        )
        for id, (owner, allow_negative) in sides.items()
        if id not in there
    ]


def when(interval: Interval, at: datetime, closed_until: datetime | None) -> Dated:
    """The time of an interval's events: its own, or today's where its period is closed."""
    if closed_until is not None and interval.end < closed_until:
        return {"at": at}
    return {"begin": interval.begin, "end": interval.end}


def first_events(row: Register, interval: Interval, dated: Dated) -> Iterator[Event]:
    """The event of an interval that is closed for the first time; none for nothing."""
    yield from _events(row, interval, (ZERO, interval.quantity), (None, None), dated, interval.id)


def correcting_events(
    row: Register, closed: ClosedInterval, interval: Interval, key: UUID, dated: Dated
) -> Iterator[Event]:
    """The events that bring a closed interval to its new amount; ``key`` is the id of the correction."""
    yield from _events(row, interval, (closed.net, interval.quantity), (closed.event, closed.back), dated, key)


def _events(
    row: Register,
    interval: Interval,
    change: tuple[Decimal, Decimal],
    firsts: tuple[str | None, str | None],
    dated: Dated,
    key: UUID,
) -> Iterator[Event]:
    old, new = change
    ahead, back = max(new, ZERO) - max(old, ZERO), max(-new, ZERO) - max(-old, ZERO)
    if ahead != ZERO:
        id = str(key if firsts[0] else interval.id)
        yield _event(row, interval, id, ahead, firsts[0], dated, is_back=False)
    if back != ZERO:
        id = _id("back", str(key if firsts[1] else interval.id))
        yield _event(row, interval, id, back, firsts[1], dated, is_back=True)


def _event(
    row: Register,
    interval: Interval,
    id: str,
    amount: Decimal,
    corrects: str | None,
    dated: Dated,
    *,
    is_back: bool,
) -> Event:
    assert row.action is not None, "the ledger is concerned"
    provider, receiver, stock, to_stock = row.provider_id, row.receiver_id, row.stock, row.to_stock
    if is_back:
        stock, to_stock = (to_stock, stock) if row.action == "transfer" else (stock, None)
        keeper = receiver if row.action == "produce" else provider
        provider, receiver = (receiver, provider) if row.action == "transfer" else (keeper, keeper)
    return Event(
        id=id,
        action=OPPOSITE[row.action] if is_back else row.action,
        provider=provider,
        receiver=receiver,
        resource=stock,
        to_resource=to_stock,
        spec=row.resource,
        quantity=Measure(amount, row.unit),
        input_of=None if is_back else row.input_of,
        output_of=None if is_back else row.output_of,
        corrects=corrects,
        basis=basis_of(row, interval),
        **dated,
    )


def basis_of(row: Register, interval: Interval) -> str:
    """What an amount rests on, in words: the pair of readings, the rules and the quality."""
    pair = f"{_shown(interval.first)} to {_shown(interval.last)}"
    how = f"{', '.join(interval.rules)}; {interval.quality}; rule {interval.rule_version}"
    text = f"{row.meter_id}/{row.name} {pair}: {how}"
    return text if len(text) <= LONGEST_BASIS else f"{pair}: {how}"


def _shown(mark: Mark) -> str:
    return f"{plain(mark.value)} at {utc_text(mark.at)}"


def _id(*words: str) -> str:
    return str(uuid5(NAMESPACE, json.dumps(words)))
