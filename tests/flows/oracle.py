"""A second ledger, as simple as can be: dicts of decimals and the published table of actions, to compare with.

It knows nothing of ``flows`` but the kinds of entries. Who owns and holds a record it is told; what everything amounts
to, what lies where, what is promised and what must be refused it works out by itself. A correction is, here, nothing
but another amount of the event that it corrects: whatever the event did to any record changes in proportion.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from wikivillage.flows.kinds import Claim, Closing, Commitment, Ending, Entry, Event, Intent, Process

DATA = Path(__file__).parent / "data" / "valueflows_actions.json"
TABLE: dict[str, dict[str, Any]] = {row["action"]: row for row in json.loads(DATA.read_text("utf-8"))["actions"]}
"""The 19 actions as ValueFlows 1.0 prints them."""
SIGN = {"noEffect": 0, "increment": 1, "decrement": -1, "incrementTo": 1}
TWO_SIDED = "decrementIncrement"
NOTHING = Decimal(0)

Who = Callable[[str], tuple[str, str]]
"""Owner and holder of a record."""
Effect = tuple[str, int, int]
"""A record, and what one unit of the event adds to its accounting and its on-hand."""


@dataclass
class Thing:
    """A record: what it amounts to and where it lies."""

    unit: str
    spec: str
    negative: bool = False
    accounting: Decimal = NOTHING
    onhand: Decimal = NOTHING
    box: str | None = None
    inside: Decimal = NOTHING


@dataclass
class Happened:
    """An event: what one unit of it does, what is left of it, and what it gave to which promise."""

    event: Event
    effects: list[Effect]
    quantity: Decimal | None
    effort: Decimal | None
    kept: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class Promised:
    """A promise and how much of it was given."""

    promise: Any
    amount: Decimal
    unit: str
    given: Decimal = NOTHING
    ended: str | None = None

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return NOTHING if self.ended else max(self.amount - self.given, NOTHING)

    def counts(self, at: datetime) -> bool:
        """Whether it takes something of its resource from others now."""
        return not self.ended and not lapsed(self.promise, at)


class Oracle:
    """What the ledger should amount to."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.events: dict[str, Happened] = {}
        self.promises: dict[str, Promised] = {}
        self.hands: dict[tuple[str, str], tuple[str, Decimal]] = {}
        self.processes: set[str] = set()
        self.closed: datetime | None = None

    def write(self, entry: Entry, who: Who, at: datetime) -> None:
        """Take in an entry that was not refused."""
        match entry:
            case Event():
                self._write_event(entry, who, at)
            case Process():
                self.processes.add(entry.id)
            case Ending():
                self.promises[entry.promise].ended = entry.how
            case Closing():
                self.closed = entry.until
            case Commitment() | Claim() | Intent():
                measure = entry.quantity or getattr(entry, "effort", None)
                amount, unit = (measure.value, measure.unit) if measure else (Decimal(1), "one")
                self.promises[entry.id] = Promised(entry, amount, unit)
                shares = self.shares(entry, at) if isinstance(entry, Commitment) else {}
                for id, part in shares.items():
                    self.promises[id].given += part

    def reserved(self, resource: str, at: datetime, promises: dict[str, Promised] | None = None) -> Decimal:
        """What of a record is promised to somebody."""
        several = (promises or self.promises).values()
        return sum((one.open for one in several if _reserves(one.promise, resource) and one.counts(at)), NOTHING)

    def bookings(self, resource: str, at: datetime) -> list[Commitment]:
        """The bookings of a record that stand."""
        return [one.promise for one in self.promises.values() if _books(one.promise, resource) and one.counts(at)]

    def booked(self, resource: str, at: datetime) -> Decimal | None:
        """The most of a record that is booked at any moment to come: looked at whenever a booking begins."""
        ahead = [one for one in self.bookings(resource, at) if one.end and one.end > at]
        return max((taken_at(one.begin, ahead) for one in ahead if one.begin), default=None)

    def shares(self, entry: Event | Commitment, at: datetime) -> dict[str, Decimal]:
        """How much of an entry goes to each promise: the first is served first, the last takes all that is left."""
        if isinstance(entry, Event) and entry.corrects:
            return self._taken_back(entry)
        found: dict[str, Decimal] = {}
        for ids in named_promises(entry):
            several = list(dict.fromkeys(ids))
            rest = {"quantity": value_of(entry.quantity), "effort": value_of(entry.effort)}
            for id in several:
                way, open_ = lane(self.promises[id], entry), self.promises[id].open
                left = rest[way] or NOTHING
                part = left if id == several[-1] else min(left, open_)
                rest[way] = left - part
                found[id] = found.get(id, NOTHING) + part
        return found

    def _taken_back(self, entry: Event) -> dict[str, Decimal]:
        """A correction takes back from the last promise first, at most what the event gave; more goes to the last."""
        assert entry.corrects is not None
        original = self.events[entry.corrects]
        found: dict[str, Decimal] = {}
        for ids in named_promises(original.event):
            rest = {"quantity": value_of(entry.quantity) or NOTHING, "effort": value_of(entry.effort) or NOTHING}
            for id in reversed(dict.fromkeys(ids)):
                way = lane(self.promises[id], entry)
                part = max(rest[way], -original.kept.get(id, NOTHING))
                rest[way] -= part
                found[id] = part
        return found

    def _write_event(self, event: Event, who: Who, at: datetime) -> None:
        for id, thing in new_things(self, event):
            self.things[id] = thing
        shares, original = self.shares(event, at), self.events.get(event.corrects or "")
        effects = original.effects if original else effects_of(self, event, who)
        amount = value_of(event.quantity) or NOTHING
        self._count(effects, amount)
        self._carry(event, original, amount)
        self._hold(event, amount)
        self._pack(event, amount)
        for id, part in shares.items():
            self.promises[id].given += part
        entry = Happened(event, effects, value_of(event.quantity), value_of(event.effort), {} if original else shares)
        self.events[event.id] = entry
        if original:
            original.quantity = _plus(original.quantity, value_of(event.quantity))
            original.effort = _plus(original.effort, value_of(event.effort))
            for id, part in shares.items():
                original.kept[id] = original.kept.get(id, NOTHING) + part

    def _count(self, effects: Iterable[Effect], amount: Decimal) -> None:
        for id, accounting, onhand in effects:
            if id not in self.things:
                spec, unit = id.split(":")[2:]
                self.things[id] = Thing(unit, spec, negative=True)
            self.things[id].accounting += accounting * amount
            self.things[id].onhand += onhand * amount

    def _carry(self, event: Event, original: Happened | None, amount: Decimal) -> None:
        """What lies in a record goes along when all of it goes to another; a correction brings it back."""
        row, (giver, taker) = TABLE[event.action], named(event)
        implied = row["impliedTransferIfProviderDiffers"] and event.provider != event.receiver
        goes = TWO_SIDED in (row["accountingEffect"], row["onhandEffect"])
        goes = goes or (implied and row["inputOutput"] in ("input", "output"))
        if not goes or not giver or not taker or giver == taker or (original and amount == 0):
            return
        left, right = (taker, giver) if amount < 0 else (giver, taker)
        if self._emptied(event, left, amount):
            for thing in self.things.values():
                thing.box = right if thing.box == left else thing.box

    def _emptied(self, event: Event, id: str, amount: Decimal) -> bool:
        """Whether nothing of it is on hand once it has changed hands, before the action itself takes from it."""
        taking = SIGN.get(TABLE[event.action]["onhandEffect"], 0) if acting(event) == id else 0
        first = TABLE[event.action]["inputOutput"] == "input"
        return self.things[id].onhand - (taking * amount if first else NOTHING) == 0

    def _hold(self, event: Event, amount: Decimal) -> None:
        row, id = TABLE[event.action], acting(event)
        if not row["pairsWith"] or id is None:
            return
        key = (event.input_of or event.output_of or "", id)
        taking = row["inputOutput"] == "input"
        action = event.action if taking else row["pairsWith"]
        left = self.hands.get(key, (action, NOTHING))[1] + (amount if taking else -amount)
        self.hands[key] = (action, left)
        if left == 0:
            del self.hands[key]

    def _pack(self, event: Event, amount: Decimal) -> None:
        thing = self.things.get(event.resource or "")
        if thing and event.action == "combine" and not event.corrects:
            thing.box, thing.inside = event.container or event.to_resource, amount
        elif thing and event.action in ("separate", "combine"):
            thing.box, thing.inside = None, NOTHING


def taken_at(moment: datetime, bookings: Iterable[Commitment]) -> Decimal:
    """How much is booked at a moment."""
    then = [one for one in bookings if one.begin and one.end and one.begin <= moment < one.end]
    return sum((value_of(one.quantity) or Decimal(1) for one in then), NOTHING)


def acting(event: Event) -> str | None:
    """The record that an action itself counts on: where it changes hands first, the one that it arrives at."""
    row, resource, to_resource = TABLE[event.action], *named(event)
    implied = row["impliedTransferIfProviderDiffers"] and event.provider != event.receiver
    arrived = implied and row["inputOutput"] == "input" and to_resource
    return to_resource if row["accountingEffect"] == "incrementTo" or arrived else resource


def named(event: Event) -> tuple[str | None, str | None]:
    """The record and the to-record of an event."""
    resource = event.new_resource.id if event.new_resource else event.resource
    return resource, event.new_to_resource.id if event.new_to_resource else event.to_resource


def new_things(oracle: Oracle, event: Event) -> Iterable[tuple[str, Thing]]:
    """The records that an event makes."""
    source = oracle.things.get(named(event)[0] or "")
    for new in (event.new_resource, event.new_to_resource):
        if new:
            spec = new.spec or event.spec or (source.spec if source and new is event.new_to_resource else None)
            yield new.id, Thing(new.unit, spec or "unspecified", new.allow_negative)
            source = source or Thing(new.unit, spec or "unspecified")


def effects_of(oracle: Oracle, event: Event, who: Who) -> list[Effect]:
    """What one unit of an event does to each record, from the published table."""
    row, (_giver, taker) = TABLE[event.action], named(event)
    accounting, onhand = row["accountingEffect"], row["onhandEffect"]
    if TWO_SIDED in (accounting, onhand):
        return _hand_over(oracle, event, accounting == TWO_SIDED, onhand == TWO_SIDED, who)
    own = acting(event)
    effects = [(own, SIGN[accounting], SIGN[onhand])] if own else []
    implied = row["impliedTransferIfProviderDiffers"]
    if implied and event.provider != event.receiver and taker and row["inputOutput"] in ("input", "output"):
        effects += _hand_over(oracle, event, implied == "transfer", True, who)
    return effects


def _hand_over(oracle: Oracle, event: Event, rights: bool, custody: bool, who: Who) -> list[Effect]:
    """From the record to the to-record; where one is missing, from or to what the agent has elsewhere."""
    giver, taker = named(event)
    like = oracle.things.get(giver or taker or "")
    if giver == taker or like is None:
        return []
    if giver and not taker and custody and not rights:
        return _lend(event, giver, like, who(giver)[0])
    source = giver or _elsewhere(event.provider, like)
    target = taker or _elsewhere(event.receiver, like)
    return [(source, -int(rights), -int(custody)), (target, int(rights), int(custody))]


def _lend(event: Event, giver: str, like: Thing, owner: str) -> list[Effect]:
    """Custody without a to-record: the record shows what its owner has on hand."""
    from_there, to_there = _elsewhere(event.provider, like), _elsewhere(event.receiver, like)
    if event.receiver == event.provider:
        return []
    if event.receiver == owner:
        return [(giver, 0, 1), (from_there, 0, -1)]
    if event.provider == owner:
        return [(giver, 0, -1), (to_there, 0, 1)]
    return [(from_there, 0, -1), (to_there, 0, 1)]


def _elsewhere(agent: str, like: Thing) -> str:
    return f"elsewhere:{agent}:{like.spec}:{like.unit}"


def named_promises(entry: Event | Commitment) -> Iterable[tuple[str, ...]]:
    kinds = ("fulfills", "settles", "satisfies")
    return [getattr(entry, name, ()) for name in kinds]


def lane(promised: Promised, entry: Event | Commitment) -> str:
    by_effort = promised.promise.quantity is None
    return "effort" if entry.quantity is None or (by_effort and entry.effort) else "quantity"


def lapsed(promise: Any, at: datetime) -> bool:
    expires = getattr(promise, "expires", None)
    return expires is not None and expires <= at


def _books(promise: Any, resource: str) -> bool:
    mine = isinstance(promise, Commitment) and promise.resource == resource and promise.action == "use"
    return bool(mine and promise.begin and promise.end)


def _reserves(promise: Any, resource: str) -> bool:
    mine = isinstance(promise, Commitment) and promise.resource == resource and promise.reserves
    return mine and not _books(promise, resource)


def value_of(measure: Any) -> Decimal | None:
    return measure.value if measure else None


def _plus(total: Decimal | None, change: Decimal | None) -> Decimal | None:
    return total if change is None else (total or NOTHING) + change
