"""What the storms write: flour that is taken from shelves, rooms that are booked, all as JSON for other processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger.actions import record
from wikivillage.web.registry.models import Agent

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
"""When everything is recorded."""
MILLER, BAKER = "miller", "baker"

Body = dict[str, Any]


def open_village() -> None:
    """Register those who act."""
    for name in (MILLER, BAKER):
        Agent.objects.create(pseudonym=name, kind="organisation", created_at=AT)


def write(entries: Iterable[Body]) -> None:
    """Record entries as one batch, in this process."""
    record(entries=[read_entry(entry) for entry in entries], at=AT)


def fill(shelf: str, amount: int, unit: str = "kg") -> Body:
    """Something of the miller's on a new record."""
    new = {"id": shelf, "unit": unit, "spec": "flour" if unit == "kg" else "room"}
    return _event(f"fill-{shelf}", "raise", MILLER, amount, unit, newResource=new)


def add(id: str, shelf: str, amount: int = 1) -> Body:
    """More of it on a record that is there."""
    return _event(id, "raise", MILLER, amount, resource=shelf)


def consume(id: str, shelf: str, amount: int = 1, fulfills: tuple[str, ...] = ()) -> Body:
    """Something is used up, by the one who has it."""
    return _event(id, "consume", MILLER, amount, resource=shelf, **({"fulfills": [*fulfills]} if fulfills else {}))


def transfer(id: str, shelf: str, to: str, *, new: bool = False) -> Body:
    """One goes to the baker's record, which may be a new one."""
    target: Body = {"newToResource": {"id": to, "unit": "kg"}} if new else {"toResource": to}
    return _event(id, "transfer", BAKER, 1, resource=shelf, **target)


def transfer_away(id: str, shelf: str) -> Body:
    """One goes to the baker, who keeps it on no record."""
    return _event(id, "transfer", BAKER, 1, resource=shelf)


def move(id: str, shelf: str, to: str, unit: str = "kg") -> Body:
    """One goes from one record of the miller's to another."""
    return _event(id, "move", MILLER, 1, unit, resource=shelf, toResource=to)


def reserve(id: str, shelf: str, amount: int = 1) -> Body:
    """The first phase of a transfer in two: nobody else can take it."""
    return _commitment(id, "consume", shelf, MILLER, quantity=_measure(amount, "kg"), reserves=True)


def book(id: str, room: str, hour: float, hours: float = 1) -> Body:
    """A room, or one of a pool, from an hour on."""
    begin, end = (AT + timedelta(hours=each) for each in (hour, hour + hours))
    return _commitment(id, "use", room, BAKER, begin=begin.isoformat(), end=end.isoformat())


def cancel(id: str, promise: str) -> Body:
    """A promise ends."""
    return {"kind": "ending", "id": id, "promise": promise, "how": "cancelled"}


def close(id: str, days: int) -> Body:
    """A period ends, so many days from now."""
    return {"kind": "closing", "id": id, "until": (AT + timedelta(days=days)).isoformat()}


def dated(event: Body, days: int) -> Body:
    """An event that happened so many days from now."""
    return {**event, "at": (AT + timedelta(days=days)).isoformat()}


def put_into(id: str, shelf: str, box: str) -> Body:
    """The one thing that is on a record goes into a container."""
    return _event(id, "combine", MILLER, 1, resource=shelf, container=box, inputOf="packing")


def take_out(id: str, shelf: str) -> Body:
    """And comes out again."""
    return _event(id, "separate", MILLER, 1, resource=shelf, outputOf="packing")


def errand(name: str, number: int) -> list[Body]:
    """A batch that goes whole or not at all: two to the barn, one of them on to the mill and used up there."""
    id = f"{name}-{number}"
    return [add(f"{id}-a", "barn", 2), move(f"{id}-b", "barn", "mill"), consume(f"{id}-c", "mill")]


def _event(id: str, action: str, receiver: str, amount: int, unit: str = "kg", **more: Any) -> Body:
    who = {"provider": MILLER, "receiver": receiver}
    return {"kind": "event", "id": id, "action": action, **who, "quantity": _measure(amount, unit), **more}


def _commitment(id: str, action: str, resource: str, receiver: str, **more: Any) -> Body:
    who = {"provider": MILLER, "receiver": receiver}
    return {"kind": "commitment", "id": id, "action": action, **who, "resource": resource, **more}


def _measure(amount: int, unit: str) -> Body:
    return {"value": str(amount), "unit": unit}
