"""What can be said of an entry alone, before looking at the state: every problem of its form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from wikivillage.base.problems import Problem, nearest
from wikivillage.flows.actions import ACTIONS, Action
from wikivillage.flows.draft import is_booking
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Claim, Commitment, Entry, Event, Intent, Measure, NewStock

MOST_CLASSES = 1024
DECIMALS = 9
ELSEWHERE = "elsewhere:"
"""How the ledger's own accounts of what agents hold elsewhere begin."""
LARGEST = Decimal(9_000_000_000)
"""Amounts are kept as whole billionths in 64 bits."""

Found = tuple[str, str, str, str]
"""Code, field, what is wrong, hint."""


def check_entry(entry: Entry) -> list[Problem]:
    """Every problem of an entry's form."""
    match entry:
        case Event():
            found = _event(entry)
        case Commitment():
            found = _commitment(entry)
        case Claim():
            found = _claim(entry)
        case Intent():
            found = _intent(entry)
        case _:
            found = iter(())
    return [Problem(code, f"{entry.id} {field}", what, hint) for code, field, what, hint in found]


def _event(event: Event) -> Iterator[Found]:
    yield from _action(event.action)
    yield from _parties(event.provider, event.receiver)
    yield from _event_time(event)
    for field, measure in (("quantity", event.quantity), ("effort", event.effort)):
        yield from _measure(field, measure, signed=event.corrects is not None)
    if len(event.classified_as) > MOST_CLASSES:
        what = f"{len(event.classified_as)} classifications are too many."
        yield "too-many-classes", "classifiedAs", what, f"At most {MOST_CLASSES}."
    if event.input_of and event.output_of:
        yield "input-and-output", "inputOf", "an event is an input of a process or its output, not both.", ""
    if action := ACTIONS.get(event.action):
        yield from _against_the_table(event, action)


def _against_the_table(event: Event, action: Action) -> Iterator[Found]:
    yield from _amounts(event, action)
    yield from _sides(event, action)
    yield from _records(event, action)


def _amounts(event: Event, action: Action) -> Iterator[Found]:
    if action.counts == "resource" and event.quantity is None:
        yield (
            "missing-quantity",
            "quantity",
            f"{event.action} needs a quantity.",
            'For example {"value": "3", "unit": "kg"}.',
        )
    if action.counts == "both" and event.quantity is None and event.effort is None:
        yield "missing-quantity", "effort", f"{event.action} needs an effort or a quantity.", ""


def _sides(event: Event, action: Action) -> Iterator[Found]:
    wrong = {"input": event.output_of, "output": event.input_of, "none": event.input_of or event.output_of}
    if process := wrong.get(action.side):
        side = {"input": "an input", "output": "an output", "none": "neither input nor output"}[action.side]
        yield "wrong-side", "outputOf", f"{event.action} is {side} of a process, here of {process}.", ""
    if (action.pairs_with or "") and not (event.input_of or event.output_of):
        yield "missing-process", "inputOf", f"{event.action} happens in a process.", "Name it with inputOf or outputOf."


def _records(event: Event, action: Action) -> Iterator[Found]:
    if event.resource and event.new_resource:
        yield "twice-named", "newResource", "name a record or create one, not both.", ""
    if event.to_resource and event.new_to_resource:
        yield "twice-named", "newToResource", "name a to-record or create one, not both.", ""
    if event.new_resource and action.creates != "optional":
        yield "cannot-create", "newResource", f"{event.action} creates no record.", "Use raise or produce."
    if event.new_to_resource and action.creates != "optionalTo" and action.implied is None:
        yield "cannot-create", "newToResource", f"{event.action} creates no to-record.", ""
    if event.action == "combine" and not (event.container or event.to_resource):
        yield (
            "missing-container",
            "container",
            "combine needs the container.",
            "It may be one that the process produces.",
        )
    if event.action in ("move", "copy") and not (event.to_resource or event.new_to_resource or event.to_location):
        yield "missing-to", "toResource", f"{event.action} needs a to-record or a place to go to.", ""
    if event.resource is None and event.new_resource is None and _counts_stock(action) and not _named(event):
        yield "missing-resource", "resource", f"{event.action} names nothing.", "Name a resource or at least its kind."
    for new, field in ((event.new_resource, "newResource"), (event.new_to_resource, "newToResource")):
        yield from _new_stock(new, field)
    yield from _own_accounts(event)


def _own_accounts(event: Event) -> Iterator[Found]:
    """What agents hold elsewhere is counted by the ledger alone."""
    new = [each.id if each else None for each in (event.new_resource, event.new_to_resource)]
    for id in (event.resource, event.to_resource, event.container, *new):
        if id and id.startswith(ELSEWHERE):
            hint = "Leave the record out: the ledger counts the other side by itself."
            yield "ledgers-own", "resource", f"{id} is an account of the ledger's own.", hint


def _counts_stock(action: Action) -> bool:
    return action.accounting != "none" or action.onhand != "none"


def _named(event: Event) -> bool:
    return bool(event.to_resource or event.new_to_resource or event.spec or event.classified_as)


def _new_stock(new: NewStock | None, field: str) -> Iterator[Found]:
    if new and len(new.classified_as) > MOST_CLASSES:
        yield "too-many-classes", field, f"{len(new.classified_as)} classifications are too many.", ""
    if new and not new.unit:
        yield "missing-unit", field, "a record needs a unit.", ""


def _commitment(commitment: Commitment) -> Iterator[Found]:
    yield from _action(commitment.action)
    yield from _parties(commitment.provider, commitment.receiver)
    for field, measure in (("quantity", commitment.quantity), ("effort", commitment.effort)):
        yield from _measure(field, measure, signed=False)
    if commitment.quantity is None and commitment.effort is None and commitment.action != "use":
        yield "missing-quantity", "quantity", "a promise says how much.", ""
    yield from _order(commitment.begin, commitment.end, empty_is_wrong=True)
    yield from _taken(commitment)
    if commitment.reserves and not commitment.resource:
        yield "missing-resource", "resource", "a reservation needs the resource that it reserves.", ""


def _taken(commitment: Commitment) -> Iterator[Found]:
    """How much of its resource a commitment takes away is counted in the resource's unit, never in hours."""
    if commitment.quantity is not None:
        return
    if is_booking(commitment) and commitment.effort is not None:
        hint = "Leave the effort out: how long it takes is said by begin and end, and without a quantity it is one."
        yield "missing-quantity", "quantity", "a booking says how many it takes, not how much effort.", hint
    elif commitment.reserves and not is_booking(commitment):
        yield "missing-quantity", "quantity", "a reservation says how much of its resource it takes.", ""


def _claim(claim: Claim) -> Iterator[Found]:
    yield from _action(claim.action)
    yield from _parties(claim.provider, claim.receiver)
    yield from _measure("quantity", claim.quantity, signed=False)


def _intent(intent: Intent) -> Iterator[Found]:
    yield from _action(intent.action)
    if not intent.provider and not intent.receiver:
        yield "missing-provider", "provider", "a need names who wants, an offer who gives.", ""
    for field, measure in (("quantity", intent.quantity), ("effort", intent.effort)):
        yield from _measure(field, measure, signed=False)
    yield from _order(intent.begin, intent.end, empty_is_wrong=True)


def _action(action: str) -> Iterator[Found]:
    if action not in ACTIONS:
        close = nearest(action, ACTIONS)
        hint = f'Did you mean "{close}"?' if close else f"Actions are {', '.join(ACTIONS)}."
        yield "unknown-action", "action", f'"{action[:40]}" is no action.', hint


def _parties(provider: str, receiver: str) -> Iterator[Found]:
    if not provider:
        yield "missing-provider", "provider", "who gives is missing.", ""
    if not receiver:
        yield "missing-receiver", "receiver", "who receives is missing.", "Name yourself where nobody else does."


def _event_time(event: Event) -> Iterator[Found]:
    if event.at and (event.begin or event.end):
        yield "point-and-interval", "at", "an event has a point in time or an interval, not both.", ""
    yield from _order(event.begin, event.end, empty_is_wrong=False)


def _order(begin: datetime | None, end: datetime | None, *, empty_is_wrong: bool) -> Iterator[Found]:
    if begin and end and begin > end:
        yield "begin-after-end", "begin", "it begins after its end.", ""
    elif begin and begin == end and empty_is_wrong:
        yield "invalid-empty", "end", "it ends when it begins, so it is empty.", ""


def _measure(field: str, measure: Measure | None, *, signed: bool) -> Iterator[Found]:
    if measure is None:
        return
    if not measure.unit:
        yield "missing-unit", field, "an amount has a unit.", ""
    yield from check_amount(field, measure.value)
    if measure.value.is_finite() and measure.value < ZERO and not signed:
        hint = "Only a correction, which names what it corrects, may be negative."
        yield "negative-without-corrects", field, f"{plain(measure.value)} is negative.", hint


def check_amount(field: str, value: Decimal) -> Iterator[Found]:
    """Whether a number can be kept: finite, at most nine decimals, below nine thousand million."""
    if not value.is_finite():
        yield "not-a-number", field, f"{value} is not a finite number.", ""
    elif abs(value) > LARGEST:
        yield "too-large", field, f"{value} is too large.", f"At most {LARGEST}; use a larger unit."
    elif value != value.quantize(Decimal(1).scaleb(-DECIMALS)):
        yield "too-precise", field, f"{value} has too many decimals.", f"At most {DECIMALS}; use a smaller unit."
