"""Entries at random, read off a tape of bytes: mostly such as may be, often such as nearly may be.

A tape is what hypothesis draws and shrinks, or what a seeded generator gives. Each choice reads one byte; the first
of the options is the plainest. What the options are depends on the second ledger, so that most entries hit something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from tests.flows.oracle import TABLE, Oracle, named
from tests.flows.oracle_rules import Who
from wikivillage.flows.kinds import Claim, Closing, Commitment, Ending, Entry, Event, Intent, Measure, NewStock, Process

T = TypeVar("T")

LONGEST = 24
"""Bytes of a tape: no entry needs more."""
AGENTS = ("ada", "ben", "cyd")
KINDS = (("wood", "kg"), ("crate", "one"), ("room", "one"))
PLACES = (None, "shed", "hall")
UNITS = ("kg", "one")
AMOUNTS = tuple(Decimal(text) for text in ("1", "2", "3", "0.5", "7.25", "0", "0.000000001"))
ACTIONS = ("raise", *sorted(TABLE.keys() - {"raise"}))
HOUR = timedelta(hours=1)


class Tape:
    """Bytes to choose by; when they are used up, the first option is chosen."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def below(self, many: int) -> int:
        """A number from 0 to ``many`` - 1."""
        byte = self.data[self.place] if self.place < len(self.data) else 0
        self.place += 1
        return byte % many

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def once_in(self, many: int) -> bool:
        """True in one of ``many`` cases, not in the plainest."""
        return self.below(many) == many - 1


Maker = Callable[[Tape, Oracle, Who, str, datetime], Entry]


def any_event(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """An event that may be, or nearly."""
    action = tape.pick(ACTIONS) if len(oracle.things) > 2 else "raise"
    if oracle.hands and tape.once_in(3):
        action = str(TABLE[tape.pick([*reversed(oracle.hands.values())])[0]]["pairsWith"])
    elif any(thing.box for thing in oracle.things.values()) and tape.once_in(4):
        action = "separate"
    giver = tape.pick(AGENTS)
    taker = tape.pick(AGENTS) if tape.once_in(2) else giver
    resource = _resource(tape, oracle, who, giver, action)
    event = Event(id, action, giver, taker, resource=resource)
    event = _with_target(tape, oracle, who, event)
    event = _in_process(tape, oracle, event)
    event = _with_amount(tape, oracle, event)
    event = _towards(tape, oracle, event)
    event = replace(event, to_location=tape.pick(PLACES)) if tape.once_in(4) else event
    return _spoiled(tape, event, at) if tape.once_in(5) else event


def any_correction(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """A correction: back out whole, a little less, a little more; sometimes of what cannot be corrected."""
    several = [*oracle.events.values()]
    firsts = [one for one in several if not one.event.corrects]
    if not firsts:
        return any_event(tape, oracle, who, id, at)
    one = tape.pick(list(reversed(several if tape.once_in(12) else firsts)))
    event = one.event
    resource, to_resource = named(event)
    left = {"quantity": one.quantity, "effort": one.effort}
    share = tape.pick((Decimal(-1), Decimal("-0.5"), Decimal(1), Decimal(0), Decimal("-1.5")))
    measures = {name: _part_of(getattr(event, name), left[name], share) for name in left}
    container = event.container if event.action == "combine" else None
    changed = replace(event, id=id, resource=resource, to_resource=to_resource, corrects=event.id, container=container)
    bare: dict[str, Any] = {"fulfills": (), "settles": (), "satisfies": (), "to_location": None, "at": None}
    changed = replace(changed, new_resource=None, new_to_resource=None, **bare, **measures)
    if tape.once_in(6):
        return replace(changed, to_location=tape.pick(PLACES))
    return replace(changed, provider=tape.pick(AGENTS)) if tape.once_in(8) else changed


def any_promise(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """A commitment, plain or reserving, a booking, a claim or an intent."""
    make: Callable[..., Entry] = tape.pick((_reservation, _booking, _plain_commitment, _claim, _intent))
    return make(tape, oracle, id, at)


def any_ending(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """The end of a promise."""
    promise = tape.pick([*reversed(oracle.promises)]) if oracle.promises else "nothing"
    return Ending(id, promise, tape.pick(("cancelled", "finished")))


def any_process(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """A process."""
    return Process(id, based_on=tape.pick((None, "sawn")))


def any_closing(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """The end of a period."""
    return Closing(id, at - tape.pick((6, 1, 0, -1)) * HOUR)


MAKERS: dict[str, Maker] = {
    "event": any_event,
    "correction": any_correction,
    "promise": any_promise,
    "ending": any_ending,
    "process": any_process,
    "closing": any_closing,
}
WEIGHTS = ("event",) * 12 + ("correction",) * 5 + ("promise",) * 4 + ("process",) * 1 + ("ending",) * 2
"""How often each kind is made where nobody says which; a period is closed seldom."""


def any_entry(tape: Tape, oracle: Oracle, who: Who, id: str, at: datetime) -> Entry:
    """An entry of any kind."""
    return MAKERS["closing" if tape.once_in(100) else tape.pick(WEIGHTS)](tape, oracle, who, id, at)


def _part_of(measure: Measure | None, left: Decimal | None, share: Decimal) -> Measure | None:
    return Measure((left or Decimal(0)) * share, measure.unit) if measure else None


def _resource(tape: Tape, oracle: Oracle, who: Who, giver: str, action: str) -> str | None:
    """A record that the giver may act on; for what comes out of a process or a box, what is in there."""
    real = [id for id in oracle.things if not id.startswith("elsewhere:")]
    held = [id for (_, id), (taken, _) in oracle.hands.items() if taken == TABLE[action]["pairsWith"]]
    packed = [id for id in real if oracle.things[id].box]
    own = [id for id in real if giver in who(id)]
    stocked = [id for id in own if oracle.things[id].onhand > 0]
    special = {"modify": held, "dropoff": held, "separate": packed}.get(action, [])
    if tape.once_in(16):
        return tape.pick((None, "nothing", *real))
    several = special or stocked or own or real
    return tape.pick([*reversed(several)]) if several else None


def _with_target(tape: Tape, oracle: Oracle, who: Who, event: Event) -> Event:
    """A new record, a record to go to, or a box to lie in."""
    row = TABLE[event.action]
    if row["createResource"] == "optional" and (event.resource is None or tape.once_in(3) or len(oracle.things) < 6):
        return replace(event, resource=None, new_resource=_new(tape, event.id))
    thing = oracle.things.get(event.resource or "")
    alike = [id for id, one in oracle.things.items() if thing and one.unit == thing.unit and ":" not in id]
    if event.action == "combine":
        boxes = [id for id, one in oracle.things.items() if one.unit == "one" and ":" not in id]
        return replace(event, container=tape.pick([*reversed(boxes), "later"]))
    hands_over = row["createResource"] == "optionalTo" or row["impliedTransferIfProviderDiffers"]
    way = tape.pick(("alike", "new", "none", "same")) if hands_over else "none"
    if way == "alike" and alike:
        return replace(event, to_resource=tape.pick(alike))
    if way == "new" and thing:
        spec = thing.spec if tape.once_in(2) else None
        return replace(event, new_to_resource=NewStock(f"r-{event.id}", thing.unit, spec))
    if way == "same":
        return replace(event, to_resource=event.resource)
    return event


def _new(tape: Tape, id: str) -> NewStock:
    spec, unit = tape.pick(KINDS)
    name = "later" if unit == "one" and tape.once_in(8) else f"r-{id}"
    return NewStock(name, unit, spec, location=tape.pick(PLACES), allow_negative=tape.once_in(12))


def _in_process(tape: Tape, oracle: Oracle, event: Event) -> Event:
    row, id = TABLE[event.action], event.resource
    side = {"input": "input_of", "output": "output_of", "outputInput": "output_of"}.get(row["inputOutput"])
    if side is None or not oracle.processes or (row["pairsWith"] is None and tape.once_in(2)):
        return event
    mine = [process for (process, held) in oracle.hands if held == id and row["inputOutput"] == "output"]
    several = mine if mine and not tape.once_in(8) else sorted(oracle.processes)
    change: dict[str, Any] = {side: tape.pick(several)}
    return replace(event, **change)


def _with_amount(tape: Tape, oracle: Oracle, event: Event) -> Event:
    """What is there, whole or in part; a bit too much now and then."""
    thing = oracle.things.get(event.resource or "")
    new = event.new_resource or event.new_to_resource
    unit = thing.unit if thing else new.unit if new else "kg"
    process = event.output_of or event.input_of or ""
    held = oracle.hands.get((process, event.resource or ""), (None, None))[1]
    whole = thing.inside if thing and event.action == "separate" else held or (thing.onhand if thing else Decimal(2))
    if TABLE[event.action]["eventQuantity"] == "both" and tape.once_in(2):
        return replace(event, effort=Measure(tape.pick(AMOUNTS), "h"))
    if event.action in ("raise", "produce"):
        return replace(event, quantity=Measure(tape.pick((Decimal(10), Decimal(1), *AMOUNTS)), unit))
    options = (whole, whole, *AMOUNTS, whole + 1) if event.action != "combine" else (whole, whole, whole, Decimal(1))
    return replace(event, quantity=Measure(abs(tape.pick(options)), unit))


def _towards(tape: Tape, oracle: Oracle, event: Event) -> Event:
    """Counted towards promises, now and then; of the right kind mostly, the same one twice seldom."""
    if not oracle.promises or not tape.once_in(3):
        return event
    found: dict[str, tuple[str, ...]] = {"fulfills": (), "settles": (), "satisfies": ()}
    keys = {Commitment: "fulfills", Claim: "settles", Intent: "satisfies"}
    for _ in range(1 + tape.below(2)):
        id = tape.pick([*reversed(oracle.promises)])
        key = keys[type(oracle.promises[id].promise)] if not tape.once_in(12) else "fulfills"
        found[key] = (*found[key], id)
    change: dict[str, Any] = dict(found)
    return replace(event, **change)


def _spoiled(tape: Tape, event: Event, at: datetime) -> Event:
    """One thing wrong with it, or unusual."""
    amount = event.quantity or Measure(Decimal(1), "kg")
    spoils: tuple[dict[str, Any], ...] = (
        {"quantity": Measure(amount.value, "one" if amount.unit == "kg" else "kg")},
        {"quantity": Measure(amount.value * 100, amount.unit)},
        {"quantity": Measure(-amount.value - 1, amount.unit)},
        {"provider": tape.pick(AGENTS)},
        {"resource": "nothing"} if event.resource else {"spec": "wood"},
        {"to_resource": "nothing"} if not event.new_to_resource else {"spec": "wood"},
        {"input_of": None, "output_of": None},
        {"input_of": "nothing", "output_of": None},
        {"recorded_by": tape.pick(AGENTS)},
        {"at": at + tape.pick((-30, -2, 2, 30)) * HOUR},
        {"begin": at - 3 * HOUR, "end": at - HOUR},
        {"fulfills": ("nothing",)},
        {"classified_as": ("urn:old",), "state": "worn"},
    )
    return replace(event, **tape.pick(spoils))


def _reservation(tape: Tape, oracle: Oracle, id: str, at: datetime) -> Entry:
    expires = at + tape.pick((100, 2, 1)) * HOUR if tape.once_in(2) else None
    return replace(_plain_commitment(tape, oracle, id, at), reserves=True, expires=expires)


def _plain_commitment(tape: Tape, oracle: Oracle, id: str, at: datetime) -> Commitment:
    real = [one for one in oracle.things if ":" not in one]
    resource = tape.pick([*reversed(real)]) if real else None
    unit = oracle.things[resource].unit if resource and not tape.once_in(12) else tape.pick(UNITS)
    amount = Measure(tape.pick((Decimal(1), Decimal(2), Decimal(5), *AMOUNTS)), unit)
    wishes = [one for one, each in oracle.promises.items() if isinstance(each.promise, Intent)]
    satisfies = (tape.pick(wishes),) if wishes and tape.once_in(3) else ()
    giver, taker = tape.pick(AGENTS), tape.pick(AGENTS)
    return Commitment(id, "transfer", giver, taker, resource=resource, quantity=amount, satisfies=satisfies)


def _booking(tape: Tape, oracle: Oracle, id: str, at: datetime) -> Entry:
    real = [one for one, thing in oracle.things.items() if ":" not in one and thing.unit == "one"]
    resource = tape.pick([*reversed(real)]) if real else "nothing"
    begin = at + tape.pick((1, 2, 3, 4)) * HOUR
    much = Measure(tape.pick((Decimal(1), Decimal(2))), "one") if tape.once_in(2) else None
    end, expires = begin + tape.pick((1, 2)) * HOUR, at + HOUR if tape.once_in(4) else None
    giver, taker = tape.pick(AGENTS), tape.pick(AGENTS)
    return Commitment(id, "use", giver, taker, resource, quantity=much, begin=begin, end=end, expires=expires)


def _claim(tape: Tape, oracle: Oracle, id: str, at: datetime) -> Entry:
    event = tape.pick([*reversed(oracle.events)]) if oracle.events else "nothing"
    amount = Measure(tape.pick(AMOUNTS), tape.pick(UNITS))
    return Claim(id, "transfer", tape.pick(AGENTS), tape.pick(AGENTS), amount, triggered_by=event)


def _intent(tape: Tape, oracle: Oracle, id: str, at: datetime) -> Entry:
    amount = Measure(tape.pick((Decimal(1), Decimal(4), *AMOUNTS)), tape.pick(UNITS))
    return Intent(id, "transfer", receiver=tape.pick(AGENTS), quantity=amount)
