"""What an event does to the records it names, step by step, by the table of actions.

An input first lets the implied change of hands happen and then acts on the to-record; an output acts first and
then changes hands. Everything is added to a draft; whether the result may be is decided afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wikivillage.flows.actions import ACTIONS, Action, Change
from wikivillage.flows.draft import Draft
from wikivillage.flows.hands import Hands, added, change_hands, follow
from wikivillage.flows.kinds import ZERO, Event, Held, Stock
from wikivillage.flows.records import Named

SIGN: dict[Change, int] = {"none": 0, "increment": 1, "decrement": -1, "incrementTo": 1}


def acting_record(event: Event, named: Named) -> str | None:
    """The record that the action itself acts on."""
    action = ACTIONS[event.action]
    handed_first = action.side == "input" and action.implied and event.provider != event.receiver
    if action.accounting == "incrementTo" or (handed_first and named.to_resource):
        return named.to_resource
    return named.resource


def apply_effects(draft: Draft, event: Event, named: Named) -> None:
    """Write the effects of an event whose records are there."""
    action = ACTIONS[event.action]
    amount = event.quantity.value if event.quantity else ZERO
    if event.corrects:
        event = replace(event, to_location=None, state=None, classified_as=())
    if action.accounting == "decrementIncrement" or action.onhand == "decrementIncrement":
        change_hands(draft, event, named.resource, named.to_resource, _explicit(action, amount))
        return
    implied = _implied(action, event, amount)
    if implied and action.side == "input":
        change_hands(draft, event, named.resource, named.to_resource, implied)
    acting = acting_record(event, named)
    if acting is not None:
        _act(draft, event, action, acting, amount)
    if implied and action.side == "output":
        change_hands(draft, event, named.resource, named.to_resource, implied)


def _explicit(action: Action, amount: Decimal) -> Hands:
    over = "decrementIncrement"
    return Hands(amount, action.accounting == over, action.onhand == over, stays_owned=action.name == "move")


def _implied(action: Action, event: Event, amount: Decimal) -> Hands | None:
    if action.implied is None or event.provider == event.receiver:
        return None
    return Hands(amount, rights=action.implied == "transfer", custody=True, implied=True)


def _act(draft: Draft, event: Event, action: Action, id: str, amount: Decimal) -> None:
    before = draft.stock(id)
    assert before is not None, "records were named before they are used"
    after = added(before, SIGN[action.accounting] * amount, rights=True, custody=False)
    after = added(after, SIGN[action.onhand] * amount, rights=False, custody=True)
    after = _described(draft, event, action, after)
    if action.contained:
        after = _packed(draft, event, action, after, amount)
    draft.put(after)
    if action.pairs_with:
        _hold(draft, event, action, id, amount)
    follow(draft, before, after, id)


def _described(draft: Draft, event: Event, action: Action, stock: Stock) -> Stock:
    """Stage, state, place and classes as the event leaves them."""
    work = draft.work(event.output_of) if event.output_of else None
    stage = work.process.based_on if work and action.stage and not event.corrects else None
    moves = action.location == "update"
    return replace(
        stock,
        stage=stage or stock.stage,
        state=(event.state if action.state else None) or stock.state,
        location=(event.to_location if moves else None) or stock.location,
        classified_as=tuple(dict.fromkeys((*stock.classified_as, *event.classified_as))),
    )


def _packed(draft: Draft, event: Event, action: Action, item: Stock, amount: Decimal) -> Stock:
    """Put into a container, or taken out; a combine that is corrected away never put it in."""
    if action.contained == "remove" or event.corrects:
        return replace(item, contained_in=None, inside=ZERO)
    container = event.container or event.to_resource
    assert container is not None, "a combine names its container"
    box = draft.stock(container)
    if box is None:
        return replace(item, contained_in=container, inside=amount)
    return replace(item, contained_in=container, inside=amount, custodian=box.custodian, location=box.location)


def _hold(draft: Draft, event: Event, action: Action, id: str, amount: Decimal) -> None:
    """Note what the process takes in hand, or gives back."""
    process = event.input_of or event.output_of
    work = draft.work(process) if process else None
    assert work is not None, "the process was looked for before"
    taking = action.side == "input"
    held = work.held.get(id) or Held(event.action if taking else action.pairs_with or "", ZERO)
    left = held.amount + (amount if taking else -amount)
    others = {key: value for key, value in work.held.items() if key != id}
    now = {**others, id: Held(held.action, left)} if left != ZERO else others
    draft.works[work.process.id] = replace(work, held=now)
