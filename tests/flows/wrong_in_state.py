"""Entries that are wrong as things stand, and the whole sentences that are said to their authors."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.wrong_entries import AT, HOUR, Wrong, happen, much, new, promise
from wikivillage.flows.kinds import Claim, Closing, Ending, Intent, NewStock

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

OF_STATE = (
    Wrong(
        happen("move", "barn", -4, to_resource="heap", corrects="moved"),
        ("containment-cycle",),
        "x resource  barn lies in heap, which would go back into it. Separate barn first.",
        (
            happen("move", "barn", 4, id="moved", new_to_resource=new("heap")),
            happen("combine", "barn", 6, container="heap", id="rest"),
        ),
    ),
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
        ("x resource  c has barn as its resource, not loft. Only amounts can be corrected; else back out and replace."),
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
