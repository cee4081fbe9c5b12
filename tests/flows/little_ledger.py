"""A small ledger with a little of everything in it, to plant faults in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from wikivillage.flows.kinds import Claim, Commitment, Entry, Event, Intent, Measure, NewStock, Process

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def much(value: str | int, unit: str = "kg") -> Measure:
    """An amount."""
    return Measure(Decimal(value), unit)


def a_little_of_everything() -> list[Entry]:
    """A little of everything: stock, a sale in parts against a reservation, a box, a process, a booking, a claim."""
    wood, box = NewStock("wood", "kg", "wood", location="shed"), NewStock("box", "one", "box")
    room = NewStock("room", "one", "room", location="hall", state="clean", classified_as=("urn:quiet",))
    return [
        Event("e1", "raise", "ada", "ada", new_resource=wood, quantity=much(20), at=AT - HOUR),
        Event("e2", "raise", "ada", "ada", new_resource=box, quantity=much(1, "one")),
        Event("e3", "raise", "ada", "ada", new_resource=room, quantity=much(1, "one")),
        Process("p1", based_on="sawn", name="saw", at="shed"),
        Commitment("c1", "transfer", "ada", "ben", "wood", quantity=much(8), reserves=True, expires=AT + 9 * HOUR),
        Commitment("c2", "use", "ada", "ben", "room", begin=AT + HOUR, end=AT + 2 * HOUR),
        Intent("i1", "transfer", receiver="ben", quantity=much(5)),
        Event(
            "e4",
            "transfer",
            "ada",
            "ben",
            "wood",
            new_to_resource=NewStock("logs", "kg", lot="l1", tracking="t1", effort_unit="h", stage="sawn"),
            quantity=much(5),
            fulfills=("c1",),
            satisfies=("i1",),
        ),
        Event("e5", "transfer", "ada", "ben", "wood", quantity=much(-2), corrects="e4", to_resource="logs"),
        Event("e6", "accept", "ada", "ada", "wood", quantity=much(4), input_of="p1"),
        Event("e7", "combine", "ben", "ben", "logs", container="box", quantity=much(3)),
        Event("e8", "work", "ben", "ada", effort=much(2, "h"), input_of="p1", spec="sawing"),
        Event("e9", "transfer", "ada", "ben", "wood", quantity=much(1)),
        Claim("d1", "transfer", "ben", "ada", much(3, "euro"), triggered_by="e4"),
    ]
