"""What the second ledger refuses: every rule once more, in the order in which a person would ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.flows.oracle import (
    NOTHING,
    TABLE,
    TWO_SIDED,
    Oracle,
    Promised,
    Thing,
    Who,
    acting,
    effects_of,
    lane,
    named,
    named_promises,
    new_things,
    taken_at,
    value_of,
)
from wikivillage.flows.kinds import Claim, Closing, Commitment, Ending, Entry, Event, Intent

RIGHTS = ("transfer", "transferAllRights")
TAKING = (*RIGHTS, "consume", "lower", "move", "transferCustody", "pickup", "accept", "combine")
COPIED = ("action", "provider", "receiver", "spec", "input_of", "output_of")
DAY = timedelta(days=1)
"""How far in the future an event may lie."""


def refusal(oracle: Oracle, entry: Entry, who: Who, at: datetime) -> str | None:
    """Why an entry must be refused, or None."""
    match entry:
        case Event():
            return next(_faults(oracle, entry, who, at), None)
        case Commitment():
            return next(_faults_of_commitment(oracle, entry, at), None)
        case Claim():
            return None if entry.triggered_by in oracle.events else "triggered by nothing"
        case Intent():
            return "unknown resource" if entry.resource and entry.resource not in oracle.things else None
        case Ending():
            return _fault_of_ending(oracle, entry, at)
        case Closing():
            back = oracle.closed is not None and entry.until <= oracle.closed
            return "closed already, or too early" if back or entry.until > at else None
        case _:
            return None


def _faults(oracle: Oracle, event: Event, who: Who, at: datetime) -> Iterator[str]:
    yield from _of_form(event)
    yield from _of_time(oracle, event, at)
    yield from _of_names(oracle, event)
    yield from _of_correction(oracle, event)
    yield from _of_units(oracle, event)
    yield from _of_people(oracle, event, who)
    yield from _of_boxes(oracle, event)
    yield from _of_processes(oracle, event)
    yield from _of_promises(oracle, event, at)
    yield from _of_amounts(oracle, event, who, at)


def _of_form(event: Event) -> Iterator[str]:
    row, (resource, to_resource) = TABLE[event.action], named(event)
    counted = {row["accountingEffect"], row["onhandEffect"]} != {"noEffect"}
    if any(each and each.value != round(each.value, 9) for each in (event.quantity, event.effort)):
        yield "too exact"
    if event.quantity is None and (row["eventQuantity"] == "resource" or event.effort is None):
        yield "no quantity"
    if any(each and each.value < 0 for each in (event.quantity, event.effort)) and not event.corrects:
        yield "negative"
    sides = {"input": event.output_of, "output": event.input_of, "notApplicable": event.input_of or event.output_of}
    if sides.get(row["inputOutput"]):
        yield "wrong side"
    if row["pairsWith"] and not (event.input_of or event.output_of):
        yield "no process"
    if event.new_resource and row["createResource"] != "optional":
        yield "makes no record"
    if event.new_to_resource and row["createResource"] != "optionalTo" and not _may_imply(event):
        yield "makes no to-record"
    if event.action == "combine" and not (event.container or event.to_resource):
        yield "no container"
    if event.action in ("move", "copy") and not (to_resource or event.to_location):
        yield "nowhere to go"
    if counted and not (resource or to_resource or event.spec or event.classified_as):
        yield "of nothing"


def _may_imply(event: Event) -> bool:
    return TABLE[event.action]["impliedTransferIfProviderDiffers"] is not None


def _of_time(oracle: Oracle, event: Event, at: datetime) -> Iterator[str]:
    when = event.at or event.end or event.begin or at
    if oracle.closed and when < oracle.closed:
        yield "closed"
    if when > at + DAY:
        yield "yet to come"


def _of_names(oracle: Oracle, event: Event) -> Iterator[str]:
    if any(id and id not in oracle.things for id in (event.resource, event.to_resource)):
        yield "unknown record"
    made = [new.id for new in (event.new_resource, event.new_to_resource) if new]
    if any(id in oracle.things for id in made) or len(set(made)) < len(made):
        yield "a record of this name is there"
    if any(id and id not in oracle.processes for id in (event.input_of, event.output_of)):
        yield "unknown process"


def _of_correction(oracle: Oracle, event: Event) -> Iterator[str]:
    if not event.corrects:
        return
    original = oracle.events.get(event.corrects)
    if original is None or original.event.corrects or event.action == "separate":
        yield "cannot be corrected"
        return
    same = [getattr(event, name) == getattr(original.event, name) for name in COPIED]
    if not all(same) or named(event) != named(original.event):
        yield "not the same"
    for left, change in ((original.quantity, event.quantity), (original.effort, event.effort)):
        if change and (left is None or left + change.value < 0):
            yield "more than there was"
    if event.action == "combine" and (original.quantity or NOTHING) + (value_of(event.quantity) or NOTHING) != 0:
        yield "a combine is undone whole"


def _of_units(oracle: Oracle, event: Event) -> Iterator[str]:
    made = dict(new_things(oracle, event))
    for id in named(event):
        thing = oracle.things.get(id or "") or made.get(id or "")
        if thing and event.quantity and event.quantity.unit != thing.unit:
            yield "unit"


def _of_people(oracle: Oracle, event: Event, who: Who) -> Iterator[str]:
    if event.recorded_by not in (None, event.provider) and event.action in (*RIGHTS, "transferCustody"):
        yield "only the provider"
    if event.resource:
        owner, holder = who(event.resource)
        if event.action in RIGHTS and event.provider != owner:
            yield "not the owner"
        if event.action in TAKING and event.provider not in (owner, holder):
            yield "neither owner nor holder"
        if event.action in ("produce", "raise") and not {event.provider, event.receiver} & {owner, holder}:
            yield "into what is another's"
    if event.resource and event.resource == event.to_resource:
        yield from _of_giving_it_whole(oracle, event)
    if event.to_resource and event.to_resource != named(event)[0]:
        yield from _of_taker(oracle, event, event.to_resource, who)


def _of_taker(oracle: Oracle, event: Event, target: str, who: Who) -> Iterator[str]:
    row, thing, (owner, holder) = TABLE[event.action], oracle.things[target], who(target)
    source = named(event)[0]
    if event.action == "move":
        of_another = event.resource is not None and who(event.resource)[0] != owner
    elif row["accountingEffect"] == TWO_SIDED or row["impliedTransferIfProviderDiffers"] == "transfer":
        of_another = thing.accounting != 0 and owner != event.receiver
        of_another = of_another or (thing.onhand != 0 and event.receiver not in (owner, holder))
    else:
        of_another = thing.onhand != 0 and event.receiver not in (owner, holder)
    if of_another:
        yield f"{source} into what is another's"


def _of_giving_it_whole(oracle: Oracle, event: Event) -> Iterator[str]:
    row, thing = TABLE[event.action], oracle.things[event.resource or ""]
    wholes = ((row["accountingEffect"], thing.accounting), (row["onhandEffect"], thing.onhand))
    if any(effect == TWO_SIDED and value_of(event.quantity) != whole for effect, whole in wholes):
        yield from () if event.corrects else ("gives a part of itself",)


def _of_boxes(oracle: Oracle, event: Event) -> Iterator[str]:
    row, (resource, to_resource) = TABLE[event.action], named(event)
    thing, target = oracle.things.get(resource or ""), oracle.things.get(to_resource or "")
    if target and target.box and to_resource != resource:
        yield "into what lies in a box"
    if thing is None or resource is None:
        return
    amount = value_of(event.quantity) or NOTHING
    counted = {row["accountingEffect"], row["onhandEffect"]} != {"noEffect"}
    if thing.box and counted and event.action != "separate" and not event.corrects:
        yield "lies in a box"
    if any(one.box == resource for one in oracle.things.values()) and _hands_over(event) and amount != thing.onhand:
        yield "holds things and goes whole"
    if event.corrects:
        yield from _of_unpacking(oracle, event, thing)
        if target and resource != to_resource and to_resource in _boxes_around(oracle, resource):
            yield "would lie in itself"
    elif event.action == "separate" and (thing.box is None or amount != thing.inside):
        yield "comes out whole"
    elif event.action == "combine":
        yield from _of_packing(oracle, event, thing, amount)


def _of_unpacking(oracle: Oracle, event: Event, thing: Thing) -> Iterator[str]:
    original = oracle.events[event.corrects or ""]
    box = original.event.container or original.event.to_resource
    if event.action == "combine" and (thing.box != box or thing.inside != original.quantity):
        yield "is not in there any more"


def _of_packing(oracle: Oracle, event: Event, thing: Thing, amount: Decimal) -> Iterator[str]:
    if amount != thing.onhand:
        yield "goes in whole"
    box = event.container or event.to_resource
    if box and event.resource in (box, *_boxes_around(oracle, box)):
        yield "into itself"


def _boxes_around(oracle: Oracle, id: str) -> list[str]:
    """The box that something lies in, the box of that, and so on."""
    thing = oracle.things.get(id)
    return [thing.box, *_boxes_around(oracle, thing.box)] if thing and thing.box else []


def _hands_over(event: Event) -> bool:
    row = TABLE[event.action]
    implied = row["impliedTransferIfProviderDiffers"] and event.provider != event.receiver and event.to_resource
    return bool(TWO_SIDED in (row["accountingEffect"], row["onhandEffect"]) or implied)


def _of_processes(oracle: Oracle, event: Event) -> Iterator[str]:
    row, id, process = TABLE[event.action], acting(event), event.input_of or event.output_of
    if not row["pairsWith"] or id is None or process is None:
        return
    action, held = oracle.hands.get((process, id), (None, NOTHING))
    amount = value_of(event.quantity) or NOTHING
    taking = row["inputOutput"] == "input"
    if event.corrects:
        wanted = event.action if taking else row["pairsWith"]
        if action not in (None, wanted) or held + (amount if taking else -amount) < 0:
            yield "not in hand"
    elif taking and action:
        yield "in hand already"
    elif not taking and (action != row["pairsWith"] or amount > held):
        yield "not taken before"


def _of_promises(oracle: Oracle, event: Event, at: datetime) -> Iterator[str]:
    if event.corrects:
        original = oracle.events[event.corrects].event
        several = [oracle.promises[id] for ids in named_promises(original) for id in ids]
    else:
        ids = [id for several in named_promises(event) for id in several]
        if any(id not in oracle.promises for id in ids):
            yield "unknown promise"
            return
        several = [oracle.promises[id] for id in ids]
        if not all(one.counts(at) for one in several):
            yield "ended or lapsed"
        yield from _of_kinds(oracle, event)
    for one in several:
        given = event.effort if lane(one, event) == "effort" else event.quantity
        if given and given.unit != one.unit:
            yield "unit of the promise"
        if given and isinstance(one.promise, Commitment) and one.promise.reserves and given.value > one.open:
            yield "more than was reserved"


def _of_kinds(oracle: Oracle, event: Event) -> Iterator[str]:
    for ids, kind in zip(named_promises(event), (Commitment, Claim, Intent), strict=True):
        if not all(isinstance(oracle.promises[id].promise, kind) for id in ids):
            yield "another kind of promise"


def _of_amounts(oracle: Oracle, event: Event, who: Who, at: datetime) -> Iterator[str]:
    """Nothing below zero, and of what is on hand not more is taken than is free."""
    made = dict(new_things(oracle, event))
    original = oracle.events.get(event.corrects or "")
    scene = _with(oracle, made)
    effects = original.effects if original else effects_of(scene, event, who)
    amount, shares = value_of(event.quantity) or NOTHING, oracle.shares(event, at)
    promises = {id: replace(one, given=one.given + shares.get(id, NOTHING)) for id, one in oracle.promises.items()}
    changes: dict[str, list[Decimal]] = {}
    for id, accounting, onhand in effects:
        change = changes.setdefault(id, [NOTHING, NOTHING])
        change[0] += accounting * amount
        change[1] += onhand * amount
    for id, thing in scene.things.items():
        if id not in changes and not shares:
            continue
        accounting_change, onhand_change = changes.get(id, (NOTHING, NOTHING))
        onhand = thing.onhand + onhand_change
        if not thing.negative and (thing.accounting + accounting_change < 0 or onhand < 0):
            yield f"{id} below zero"
        if not thing.negative and onhand < oracle.reserved(id, at, promises):
            yield f"{id} is reserved"
        booked = oracle.booked(id, at)
        if accounting_change < 0 and booked is not None and booked > thing.accounting + accounting_change:
            yield f"{id} is booked"


def _with(oracle: Oracle, made: dict[str, Thing]) -> Oracle:
    scene = Oracle()
    scene.things = {**made, **oracle.things}
    return scene


def _faults_of_commitment(oracle: Oracle, commitment: Commitment, at: datetime) -> Iterator[str]:
    if any(id not in oracle.promises for id in commitment.satisfies):
        yield "unknown promise"
        return
    for id in commitment.satisfies:
        one = oracle.promises[id]
        given = commitment.effort if lane(one, commitment) == "effort" else commitment.quantity
        if not one.counts(at) or (given and given.unit != one.unit):
            yield "cannot satisfy it"
    thing = oracle.things.get(commitment.resource or "")
    booked = commitment.action == "use" and commitment.resource and commitment.begin and commitment.end
    if commitment.quantity is None and (commitment.effort if booked else commitment.reserves):
        yield "takes an amount of nothing"
    if commitment.resource is None:
        if commitment.reserves:
            yield "reserves nothing"
        return
    if thing is None:
        yield "unknown record"
        return
    if commitment.quantity and commitment.quantity.unit != thing.unit:
        yield "unit"
    wanted = value_of(commitment.quantity)
    if commitment.action == "use" and commitment.begin and commitment.end:
        yield from _of_slots(oracle, commitment, commitment.resource, at)
    elif commitment.reserves and wanted is not None and not thing.negative:
        free = thing.onhand - oracle.reserved(commitment.resource, at)
        yield from ("not free" for _ in [wanted] if wanted > free)


def _of_slots(oracle: Oracle, wanted: Commitment, resource: str, at: datetime) -> Iterator[str]:
    """At no moment more is booked than there is: looked at whenever a booking begins."""
    size, several = oracle.things[resource].accounting, [*oracle.bookings(resource, at), wanted]
    for moment in (one.begin for one in several if one.begin):
        within = wanted.begin and wanted.end and wanted.begin <= moment < wanted.end
        if within and taken_at(moment, several) > size:
            yield "taken"


def _fault_of_ending(oracle: Oracle, ending: Ending, at: datetime) -> str | None:
    one: Promised | None = oracle.promises.get(ending.promise)
    if one is None:
        return "unknown promise"
    if not one.counts(at):
        return "ended or lapsed"
    return "kept already" if ending.how == "cancelled" and one.open == 0 else None
