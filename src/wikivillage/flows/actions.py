"""The 19 actions of ValueFlows 1.0 as a table of effects.

Source: ValueFlows 1.0.0 (February 2026), ``all_vf.TTL`` and the action table of the specification (CC BY-SA);
where the two disagree (``work`` counts, new to-records of pickup, dropoff, accept and modify) the table is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Change = Literal["none", "increment", "decrement", "decrementIncrement", "incrementTo"]
"""What an action does to a count: of its resource, from its resource to its to-resource, or of the to-resource."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the table, in the words of ValueFlows.

    ``counts``: whether it takes a resource quantity, an effort quantity or either. ``side``: of a process.
    ``pairs_with``: what must have happened (outputs) or is awaited (inputs) in the same process. ``creates``: which
    record it may create. ``new`` effects happen only when a record is created, ``updateTo`` to the to-record.
    ``implied``: what also happens when provider and receiver differ.
    """

    name: str
    counts: Literal["resource", "both"]
    side: Literal["input", "output", "both", "none"]
    pairs_with: str | None
    creates: Literal["optional", "optionalTo", "notApplicable"]
    accounting: Change
    onhand: Change
    location: Literal["new", "update", "updateTo"] | None
    contained: Literal["update", "remove"] | None
    accountable: Literal["new", "updateTo"] | None
    stage: Literal["update"] | None
    state: Literal["update", "updateTo"] | None
    implied: Literal["transfer", "transferCustody"] | None


TABLE = """
action            counts   side   pairs   creates accounting onhand location contained accountable stage  state implied
produce           resource output .       new     +          +      new      .         new         update this  transfer
consume           resource input  .       .       -          -      .        .         .           .      this  transfer
use               both     input  .       .       0          0      .        .         .           .      this  .
work              both     input  .       .       0          0      .        .         .           .      .     .
cite              resource input  .       .       0          0      .        .         .           .      this  .
deliverService    resource both   .       .       0          0      .        .         .           .      .     transfer
pickup            resource input  dropoff to      0          -      this     .         .           .      this  custody
dropoff           resource output pickup  to      0          +      this     .         .           update this  custody
accept            resource input  modify  to      0          -      this     .         .           .      this  custody
modify            resource output accept  to      0          +      this     .         .           update this  custody
combine           resource input  .       .       0          -      .        update    .           .      this  .
separate          resource output .       .       0          +      .        remove    .           update this  .
transferCustody   resource none   .       to      0          -/+    to       .         .           .      to    .
transferAllRights resource none   .       to      -/+        0      .        .         to          .      to    .
transfer          resource none   .       to      -/+        -/+    to       .         to          .      to    .
move              resource none   .       to      -/+        -/+    to       .         .           .      to    .
copy              resource none   .       to      to+        to+    new      .         new         .      to    .
raise             resource none   .       new     +          +      .        .         new         .      this  .
lower             resource none   .       new     -          -      .        .         new         .      this  .
"""
"""A point is no effect; ``this`` and ``to`` say whose: of the record or of the to-record."""

_COUNTED = {"+": "increment", "-": "decrement", "-/+": "decrementIncrement", "to+": "incrementTo", "0": "none"}
_WHOSE = {"this": "update", "to": "updateTo", "new": "new", ".": None}
_WORDS: Mapping[str, Mapping[str, str | None]] = {
    "pairs": {".": None},
    "creates": {"new": "optional", "to": "optionalTo", ".": "notApplicable"},
    "accounting": _COUNTED,
    "onhand": _COUNTED,
    "location": _WHOSE,
    "contained": {".": None},
    "accountable": _WHOSE,
    "stage": {".": None},
    "state": _WHOSE,
    "implied": {"custody": "transferCustody", ".": None},
}


def _read_table(text: str) -> dict[str, Action]:
    columns, *rows = (line.split() for line in text.strip().splitlines())
    cells = [
        [_WORDS.get(column, {}).get(cell, cell) for column, cell in zip(columns, row, strict=True)] for row in rows
    ]
    made: list[Any] = [Action(*row) for row in cells]  # type: ignore[arg-type]
    return {action.name: action for action in made}


ACTIONS: Mapping[str, Action] = _read_table(TABLE)
"""Every action by its name."""
