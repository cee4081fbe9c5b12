"""Wrong entries, the least that is wrong each time, and the whole sentences that are said to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.flows.kinds import (
    Claim,
    Commitment,
    Entry,
    Event,
    Intent,
    Measure,
    NewStock,
    Process,
)

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def much(value: str | int, unit: str = "kg") -> Measure:
    return Measure(Decimal(value), unit)


def new(id: str, unit: str = "kg", **more: Any) -> NewStock:
    return NewStock(id, unit, spec="wood", **more)


def happen(action: str, resource: str | None = None, value: str | int = 1, unit: str = "kg", **more: Any) -> Event:
    event = Event(more.pop("id", "x"), action, "ada", "ada", resource=resource, quantity=much(value, unit))
    return replace(event, **more)


def promise(action: str = "transfer", resource: str | None = "barn", **more: Any) -> Commitment:
    return replace(Commitment("x", action, "ada", "ben", resource=resource, quantity=much(1)), **more)


GIVEN: tuple[Entry, ...] = (
    happen("raise", None, 10, id="g1", new_resource=new("barn")),
    happen("raise", None, 5, id="g2", new_resource=new("loft")),
    happen("raise", None, 1, "one", id="g3", new_resource=new("crate", "one")),
    happen("raise", None, 1, "one", id="g4", new_resource=new("boxes", "one")),
    Process("mill"),
)
"""Ten kilogrammes of wood in the barn and five in the loft, a crate, some boxes, a mill: all of it is Ada's."""


@dataclass(frozen=True)
class Wrong:
    """An entry after others, the codes of its problems, and what is said."""

    entry: Entry
    codes: tuple[str, ...]
    says: str
    given: tuple[Entry, ...] = ()


OF_FORM = (
    Wrong(happen("consume", "barn", provider=""), ("missing-provider",), "x provider  who gives is missing."),
    Wrong(
        happen("consume", "barn", receiver=""),
        ("missing-receiver",),
        "x receiver  who receives is missing. Name yourself where nobody else does.",
    ),
    Wrong(happen("consme", "barn"), ("unknown-action",), 'x action  "consme" is no action. Did you mean "consume"?'),
    Wrong(
        happen("zzz", "barn"),
        ("unknown-action",),
        (
            'x action  "zzz" is no action. Actions are produce, consume, use, work, cite, deliverService, '
            "pickup, dropoff, accept, modify, combine, separate, transferCustody, transferAllRights, "
            "transfer, move, copy, raise, lower."
        ),
    ),
    Wrong(
        happen("consume", "barn", quantity=None),
        ("missing-quantity",),
        'x quantity  consume needs a quantity. For example {"value": "3", "unit": "kg"}.',
    ),
    Wrong(happen("use", "barn", quantity=None), ("missing-quantity",), "x effort  use needs an effort or a quantity."),
    Wrong(happen("consume", "barn", 1, ""), ("missing-unit",), "x quantity  an amount has a unit."),
    Wrong(
        happen("consume", "barn", -1),
        ("negative-without-corrects",),
        "x quantity  -1 is negative. Only a correction, which names what it corrects, may be negative.",
    ),
    Wrong(
        happen("consume", "barn", "9000000001"),
        ("too-large",),
        "x quantity  9000000001 is too large. At most 9000000000; use a larger unit.",
    ),
    Wrong(
        happen("consume", "barn", "0.0000000001"),
        ("too-precise",),
        "x quantity  1E-10 has too many decimals. At most 9; use a smaller unit.",
    ),
    Wrong(happen("consume", "barn", "NaN"), ("not-a-number",), "x quantity  NaN is not a finite number."),
    Wrong(
        happen("consume", "barn", classified_as=tuple(f"urn:{n}" for n in range(1025))),
        ("too-many-classes",),
        "x classifiedAs  1025 classifications are too many. At most 1024.",
    ),
    Wrong(
        happen("raise", new_resource=new("n", classified_as=tuple(f"urn:{n}" for n in range(1025)))),
        ("too-many-classes",),
        "x newResource  1025 classifications are too many.",
    ),
    Wrong(happen("raise", new_resource=new("n", unit="")), ("missing-unit",), "x newResource  a record needs a unit."),
    Wrong(
        happen("use", "barn", input_of="mill", output_of="mill"),
        ("input-and-output", "wrong-side"),
        (
            "x inputOf  an event is an input of a process or its output, not both.\n"
            "x outputOf  use is an input of a process, here of mill."
        ),
    ),
    Wrong(
        happen("consume", "barn", output_of="mill"),
        ("wrong-side",),
        "x outputOf  consume is an input of a process, here of mill.",
    ),
    Wrong(
        happen("produce", "barn", input_of="mill"),
        ("wrong-side",),
        "x outputOf  produce is an output of a process, here of mill.",
    ),
    Wrong(
        happen("transfer", "barn", input_of="mill"),
        ("wrong-side",),
        "x outputOf  transfer is neither input nor output of a process, here of mill.",
    ),
    Wrong(
        happen("accept", "barn"),
        ("missing-process",),
        "x inputOf  accept happens in a process. Name it with inputOf or outputOf.",
    ),
    Wrong(
        happen("raise", "barn", new_resource=new("n")),
        ("twice-named",),
        "x newResource  name a record or create one, not both.",
    ),
    Wrong(
        happen("transfer", "barn", to_resource="loft", new_to_resource=new("n")),
        ("twice-named",),
        "x newToResource  name a to-record or create one, not both.",
    ),
    Wrong(
        happen("consume", new_resource=new("n")),
        ("cannot-create",),
        "x newResource  consume creates no record. Use raise or produce.",
    ),
    Wrong(
        happen("raise", "barn", new_to_resource=new("n")),
        ("cannot-create",),
        "x newToResource  raise creates no to-record.",
    ),
    Wrong(
        happen("combine", "barn"),
        ("missing-container",),
        "x container  combine needs the container. It may be one that the process produces.",
    ),
    Wrong(happen("move", "barn"), ("missing-to",), "x toResource  move needs a to-record or a place to go to."),
    Wrong(
        happen("lower"), ("missing-resource",), "x resource  lower names nothing. Name a resource or at least its kind."
    ),
    Wrong(
        happen("transfer", "elsewhere:ada:wood:kg", to_resource="barn"),
        ("ledgers-own",),
        (
            "x resource  elsewhere:ada:wood:kg is an account of the ledger's own. Leave the record out: the "
            "ledger counts the other side by itself."
        ),
    ),
    Wrong(
        happen("consume", "barn", at=AT, begin=AT),
        ("point-and-interval",),
        "x at  an event has a point in time or an interval, not both.",
    ),
    Wrong(
        happen("consume", "barn", begin=AT, end=AT - HOUR), ("begin-after-end",), "x begin  it begins after its end."
    ),
    Wrong(promise(quantity=None), ("missing-quantity",), "x quantity  a promise says how much."),
    Wrong(promise(begin=AT, end=AT), ("invalid-empty",), "x end  it ends when it begins, so it is empty."),
    Wrong(promise(begin=AT + HOUR, end=AT), ("begin-after-end",), "x begin  it begins after its end."),
    Wrong(
        promise(resource=None, reserves=True),
        ("missing-resource",),
        "x resource  a reservation needs the resource that it reserves.",
    ),
    Wrong(
        promise("use", quantity=None, effort=much(3, "h"), begin=AT, end=AT + HOUR),
        ("missing-quantity",),
        (
            "x quantity  a booking says how many it takes, not how much effort. Leave the effort out: how "
            "long it takes is said by begin and end, and without a quantity it is one."
        ),
    ),
    Wrong(
        promise("use", quantity=None, effort=much(3, "h"), reserves=True),
        ("missing-quantity",),
        "x quantity  a reservation says how much of its resource it takes.",
    ),
    Wrong(
        Intent("x", "transfer", quantity=much(1)),
        ("missing-provider",),
        "x provider  a need names who wants, an offer who gives.",
    ),
    Wrong(
        Claim("x", "transfer", "ada", "ben", much(-1), triggered_by="x"),
        ("negative-without-corrects",),
        "x quantity  -1 is negative. Only a correction, which names what it corrects, may be negative.",
    ),
)
"""Wrong whatever the ledger holds."""
