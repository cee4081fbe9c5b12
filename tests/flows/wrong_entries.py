"""Wrong entries, the least that is wrong each time, and the whole sentences that are said to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.flows.kinds import (
    Claim,
    Closing,
    Commitment,
    Ending,
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
PACKED = happen("combine", "barn", 10, container="crate", id="packed")
TAKEN = happen("accept", "barn", 3, input_of="mill", id="taken")
RESERVED = replace(promise(), id="kept", quantity=much(8), reserves=True)
BOOKED = replace(promise("use", "crate"), id="booked", quantity=None, begin=AT + HOUR, end=AT + 2 * HOUR)
LAPSED = replace(RESERVED, expires=AT)
REOPENED = (
    replace(promise(), id="kept", quantity=much(5), reserves=True),
    happen("consume", "loft", 5, id="used", fulfills=("kept",)),
    replace(promise(), id="other", quantity=much(10), reserves=True),
)
"""What Ada promised of the barn was given from the loft, and the barn is promised again."""


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

OF_STATE = (
    Wrong(
        happen("consume", "barm"),
        ("unknown-resource",),
        'x resource  there is no resource "barm". Did you mean "barn"?',
    ),
    Wrong(
        happen("consume", "qqqqqq"),
        ("unknown-resource",),
        'x resource  there is no resource "qqqqqq". Create it with raise or produce.',
    ),
    Wrong(
        happen("raise", new_resource=new("barn")),
        ("resource-exists",),
        'x newResource  "barn" is there already. Name it as the resource instead.',
    ),
    Wrong(
        happen("raise", new_resource=NewStock("n", "kg", spec="")),
        ("untyped-resource",),
        "x newResource  n is of no kind. Give it a spec or at least one class.",
    ),
    Wrong(
        happen("consume", "barn", corrects="nothing"), ("unknown-event",), 'x corrects  there is no event "nothing".'
    ),
    Wrong(
        happen("consume", "barn", -1, corrects="d"),
        ("corrects-a-correction",),
        "x corrects  d is itself a correction. Correct c instead.",
        given=(
            happen("consume", "barn", id="c"),
            happen("consume", "barn", -1, id="d", corrects="c"),
        ),
    ),
    Wrong(
        happen("consume", "loft", -1, corrects="c"),
        ("differs-from-corrected",),
        (
            "x resource  c has 'barn' as its resource, not 'loft'. Only amounts can be corrected; else back "
            "out and replace."
        ),
        given=(happen("consume", "barn", id="c"),),
    ),
    Wrong(
        happen("consume", "barn", -1, corrects="c", effort=much(1, "h")),
        ("differs-from-corrected",),
        "x effort  c has no effort.",
        given=(happen("consume", "barn", id="c"),),
    ),
    Wrong(
        happen("consume", "barn", -3, corrects="c"),
        ("over-corrected",),
        "x quantity  2 is left of c; -3 would turn it round.",
        given=(happen("consume", "barn", 2, id="c"),),
    ),
    Wrong(
        happen("combine", "barn", -4, container="crate", corrects="packed"),
        ("not-correctable",),
        "x quantity  a combine can only be taken back whole.",
        given=(PACKED,),
    ),
    Wrong(
        happen("separate", "barn", -10, corrects="out"),
        ("not-correctable",),
        "x action  a separate cannot be taken back. Combine it again instead.",
        given=(
            PACKED,
            happen("separate", "barn", 10, id="out"),
        ),
    ),
    Wrong(
        happen("combine", "barn", -10, container="crate", corrects="packed"),
        ("not-contained",),
        "x resource  barn does not lie in crate any more as packed put it there.",
        given=(
            PACKED,
            happen("separate", "barn", 10, id="out"),
        ),
    ),
    Wrong(
        happen("consume", "barn", input_of="mil"),
        ("unknown-process",),
        'x inputOf  there is no process "mil". Did you mean "mill"?',
    ),
    Wrong(
        happen("consume", "barn", input_of="qqqq"),
        ("unknown-process",),
        'x inputOf  there is no process "qqqq". Record the process first.',
    ),
    Wrong(
        happen("transfer", "barn", to_resource="loft", recorded_by="ben"),
        ("not-authorised",),
        "x recordedBy  ben cannot give away what ada has. Only the provider may record this.",
    ),
    Wrong(
        happen("transfer", "barn", to_resource="loft", provider="ben", receiver="ada"),
        ("not-accountable",),
        "x provider  barn belongs to ada and is held by ada; ben cannot transfer it.",
    ),
    Wrong(
        happen("transfer", "barn", to_resource="bens"),
        ("not-accountable",),
        (
            "x toResource  bens belongs to ben and is held by ben, not ada. Name a record of the receiver, or"
            " create one."
        ),
        given=(happen("raise", new_resource=new("bens"), provider="ben", receiver="ben", id="b"),),
    ),
    Wrong(
        happen("transfer", "loft", to_resource="barn"),
        ("contained",),
        "x toResource  barn lies in crate. Separate it first.",
        given=(PACKED,),
    ),
    Wrong(
        happen("transfer", "barn", to_resource="loft"),
        ("contained",),
        "x resource  barn lies in crate. Move crate whole, or separate barn first.",
        given=(PACKED,),
    ),
    Wrong(
        happen("transfer", "barn", 3, to_resource="barn", receiver="ben"),
        ("partial-in-place",),
        ("x toResource  barn is one record of 10, 10 of it on hand. It goes whole, or a part goes to another record."),
    ),
    Wrong(
        happen("consume", "barn", 1, "litre"),
        ("unit-mismatch",),
        "x resource quantity  barn is counted in kg, not litre.",
    ),
    Wrong(
        happen("transfer", "crate", 1, "one", to_resource="boxes"),
        ("container-partial",),
        "x quantity  crate holds other things and goes whole: 2, not 1.",
        given=(
            PACKED,
            happen("raise", "crate", 1, "one", id="more"),
        ),
    ),
    Wrong(
        happen("accept", "barn", 1, input_of="mill"),
        ("already-in-process",),
        "x resource  barn is already in mill: 3 by accept. Record its modify first.",
        given=(TAKEN,),
    ),
    Wrong(
        happen("modify", "barn", 1, output_of="mill"),
        ("unpaired",),
        "x resource  mill has not taken barn by accept. Record the accept first, in the same process.",
    ),
    Wrong(
        happen("modify", "barn", 4, output_of="mill"),
        ("exceeds-accepted",),
        "x quantity  mill has 3 of barn in hand, not 4. Produce what is new, lower what is lost.",
        given=(TAKEN,),
    ),
    Wrong(
        happen("accept", "barn", -1, input_of="mill", corrects="taken"),
        ("exceeds-accepted",),
        "x quantity  mill has 0 of barn in hand. It cannot have given back more than it took.",
        given=(
            TAKEN,
            happen("modify", "barn", 3, output_of="mill", id="back"),
        ),
    ),
    Wrong(
        happen("accept", "barn", -1, input_of="mill", corrects="taken"),
        ("already-in-process",),
        "x resource  barn is now in mill by pickup. Give it back first.",
        given=(
            TAKEN,
            happen("modify", "barn", 3, output_of="mill", id="back"),
            happen("pickup", "barn", 1, input_of="mill", id="up"),
        ),
    ),
    Wrong(happen("separate", "barn", 1), ("not-contained",), "x resource  barn lies in no container."),
    Wrong(
        happen("separate", "barn", 4),
        ("container-partial",),
        "x quantity  10 of barn is in crate and comes out whole.",
        given=(PACKED,),
    ),
    Wrong(
        happen("combine", "barn", 4, container="crate"),
        ("container-partial",),
        ("x quantity  barn goes into a container whole: 10, not 4. Move the part to a record of its own first."),
    ),
    Wrong(
        happen("combine", "crate", 1, "one", container="crate"),
        ("containment-cycle",),
        "x container  crate would lie in itself.",
    ),
    Wrong(
        happen("consume", "barn", 11),
        ("insufficient", "insufficient"),
        (
            "x quantity  barn has 10 kg on the books; 11 is too much.\n"
            "x quantity  barn has 10 kg on hand; 11 is too much."
        ),
    ),
    Wrong(
        happen("consume", "barn", 7),
        ("insufficient",),
        "x quantity  barn has 6 kg on hand; 7 is too much.",
        given=(happen("transferCustody", "barn", 4, receiver="ben", id="lent"),),
    ),
    Wrong(
        happen("consume", "barn", 3),
        ("insufficient",),
        "x quantity  barn has 10 kg on hand, of which 8 is reserved.",
        given=(RESERVED,),
    ),
    Wrong(
        happen("lower", "crate", 1, "one"),
        ("insufficient",),
        "x quantity  crate is booked at 2026-05-04T13:00:00+00:00, when 0 one would be too few.",
        given=(BOOKED,),
    ),
    Wrong(
        happen("raise", "barn", 11),
        ("too-large",),
        "x quantity  barn would hold more than 9000000000. Use a larger unit.",
        given=(happen("raise", "barn", "8999999990", id="full"),),
    ),
    Wrong(
        happen("consume", "barn", at=AT - HOUR),
        ("period-closed",),
        (
            "x at  what happened before 2026-05-04T12:00:00+00:00 is closed. Record it with today's date; a "
            "correction is dated today too."
        ),
        given=(Closing("c", AT),),
    ),
    Wrong(
        happen("consume", "barn", at=AT + 25 * HOUR),
        ("in-the-future",),
        "x at  2026-05-05T13:00:00+00:00 is yet to come. Promise it with a commitment.",
    ),
    Wrong(
        Closing("x", AT - HOUR),
        ("already-closed",),
        "x until  everything before 2026-05-04T12:00:00+00:00 is closed.",
        given=(Closing("c", AT),),
    ),
    Wrong(Closing("x", AT + HOUR), ("in-the-future",), "x until  a period is closed when it is over."),
    Wrong(
        promise(resource="barm"), ("unknown-resource",), 'x resource  there is no resource "barm". Did you mean "barn"?'
    ),
    Wrong(promise(quantity=much(1, "litre")), ("unit-mismatch",), "x quantity  barn is counted in kg, not litre."),
    Wrong(
        promise(quantity=much(3), reserves=True),
        ("insufficient",),
        "x quantity  2 kg of barn is free, not 3.",
        given=(RESERVED,),
    ),
    Wrong(
        promise("use", "crate", quantity=None, begin=AT + HOUR, end=AT + 3 * HOUR),
        ("conflict",),
        ("x begin  crate is taken at 2026-05-04T13:00:00+00:00. Choose another time, or another of its kind."),
        given=(BOOKED,),
    ),
    Wrong(
        Claim("x", "transfer", "ada", "ben", much(1), triggered_by="nothing"),
        ("unknown-event",),
        'x triggeredBy  there is no event "nothing".',
    ),
    Wrong(
        Intent("x", "transfer", receiver="ada", resource="barm", quantity=much(1)),
        ("unknown-resource",),
        'x resource  there is no resource "barm". Did you mean "barn"?',
    ),
    Wrong(
        happen("consume", "barn", fulfills=("kept2",)),
        ("unknown-promise",),
        'x fulfills  there is no commitment, claim or intent "kept2". Did you mean "kept"?',
        given=(RESERVED,),
    ),
    Wrong(
        Ending("x", "kep", "cancelled"),
        ("unknown-promise",),
        'x promise  there is no commitment, claim or intent "kep". Did you mean "kept"?',
        given=(RESERVED,),
    ),
    Wrong(
        Ending("x", "zzz", "cancelled"),
        ("unknown-promise",),
        'x promise  there is no commitment, claim or intent "zzz".',
    ),
    Wrong(
        Ending("x", "kept", "finished"),
        ("already-cancelled",),
        "x promise  kept was cancelled.",
        given=(
            RESERVED,
            Ending("e", "kept", "cancelled"),
        ),
    ),
    Wrong(
        happen("consume", "barn", fulfills=("kept",)),
        ("already-finished",),
        "x fulfills  kept was finished.",
        given=(
            RESERVED,
            Ending("e", "kept", "finished"),
        ),
    ),
    Wrong(
        Ending("x", "kept", "cancelled"),
        ("already-finished",),
        "x promise  kept is kept already.",
        given=(
            RESERVED,
            happen("consume", "barn", 8, id="all", fulfills=("kept",)),
        ),
    ),
    Wrong(
        happen("consume", "barn", 1, fulfills=("kept",)),
        ("already-finished",),
        "x fulfills  kept has 0 kg open, not 1.",
        given=(
            RESERVED,
            happen("consume", "barn", 8, id="all", fulfills=("kept",)),
        ),
    ),
    Wrong(
        happen("consume", "barn", 9, fulfills=("kept",)),
        ("exceeds-reserved",),
        "x fulfills  kept has 8 kg open, not 9.",
        given=(RESERVED,),
    ),
    Wrong(
        happen("use", "barn", quantity=None, effort=much(1, "h"), fulfills=("kept",)),
        ("unit-mismatch",),
        "x fulfills  kept is in kg, not h.",
        given=(RESERVED,),
    ),
    Wrong(
        happen("consume", "barn", 1, settles=("kept",)),
        ("wrong-promise",),
        "x settles  kept is a commitment. Fulfil commitments, settle claims, satisfy intents.",
        given=(RESERVED,),
    ),
    Wrong(
        happen("consume", "barn", 1, fulfills=("kept",)),
        ("expired",),
        "x fulfills  kept lapsed. Make a new one.",
        given=(LAPSED,),
    ),
    Wrong(
        happen("consume", "loft", -5, corrects="used"),
        ("insufficient",),
        "x quantity  barn has 10 kg on hand; 15 would be reserved.",
        given=REOPENED,
    ),
)
"""Wrong as things stand."""
