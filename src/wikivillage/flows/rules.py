"""Whether an event may be: who acts, on what, in which unit, in or out of which container and process."""

from __future__ import annotations

from decimal import Decimal

from wikivillage.base.problems import nearest
from wikivillage.flows.actions import ACTIONS, Action
from wikivillage.flows.draft import Draft
from wikivillage.flows.effects import acting_record
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Event, Measure, Standing, Stock
from wikivillage.flows.records import Named

TAKES = ("consume", "lower", "move", "transfer", "transferAllRights", "transferCustody", "pickup", "accept", "combine")
"""Actions whose provider must hold or own the resource."""
GIVES = ("produce", "raise")
"""Actions that add to what the provider or the receiver must hold or own."""
RIGHTS = ("transfer", "transferAllRights")
"""Actions whose provider must own the resource: a holder cannot give away what is another's."""
ONLY_BY_PROVIDER = ("transfer", "transferAllRights", "transferCustody")
"""Actions that only the provider may record."""


def check_rules(draft: Draft, event: Event, named: Named) -> None:
    """Note every rule that an event breaks, in the state before it."""
    _check_process(draft, event)
    _check_recorder(draft, event)
    stock, target = draft.stock(named.resource), draft.stock(named.to_resource)
    if stock and named.resource not in named.made:
        _check_holder(draft, event, stock)
        _check_contained(draft, event, stock)
    if target and named.to_resource not in named.made and named.to_resource != named.resource:
        _check_taker(draft, event, stock, target)
    if stock and named.resource == named.to_resource and event.corrects is None:
        _check_in_place(draft, event, stock)
    for each, field in ((stock, "resource"), (target, "toResource")):
        _check_units(draft, event, each, field)
    if event.corrects is None:
        _check_pairing(draft, event, named)
        _check_packing(draft, event, stock)
    else:
        _check_hand(draft, event, named)
        _check_unpacking(draft, event, stock)
        _check_way_back(draft, named)


def check_correction(draft: Draft, event: Event) -> None:
    """Note what is wrong with a correction: it names an event, does the same, and leaves a total of the same sign."""
    if event.corrects is None:
        return
    standing = draft.standing(event.corrects)
    if standing is None:
        draft.refuse("unknown-event", "corrects", f'there is no event "{event.corrects}".')
    elif standing.event.corrects:
        hint = f"Correct {standing.event.corrects} instead."
        draft.refuse("corrects-a-correction", "corrects", f"{event.corrects} is itself a correction.", hint)
    else:
        _check_same(draft, event, standing.event)
        _check_totals(draft, event, standing)


SAME = {
    "action": "action",
    "provider": "provider",
    "receiver": "receiver",
    "resource": "resource",
    "to_resource": "toResource",
    "spec": "resourceSpec",
    "input_of": "inputOf",
    "output_of": "outputOf",
}
"""What a correction repeats, and by which key."""


def _check_same(draft: Draft, event: Event, original: Event) -> None:
    """A correction of a record's first event names the record that the event made."""
    for field, key in SAME.items():
        made = {"resource": original.new_resource, "to_resource": original.new_to_resource}.get(field)
        wanted = made.id if made else getattr(original, field)
        if getattr(event, field) != wanted:
            what = f"{event.corrects} has {wanted or 'nothing'} as its {key}, not {getattr(event, field) or 'nothing'}."
            hint = "Only amounts can be corrected; else back out and replace."
            draft.refuse("differs-from-corrected", key, what, hint)
    if event.action == "separate":
        draft.refuse("not-correctable", "action", "a separate cannot be taken back.", "Combine it again instead.")


def _check_totals(draft: Draft, event: Event, standing: Standing) -> None:
    pairs = ((standing.quantity, event.quantity, "quantity"), (standing.effort, event.effort, "effort"))
    for total, change, field in pairs:
        if change is None:
            continue
        if total is None:
            draft.refuse("differs-from-corrected", field, f"{event.corrects} has no {field}.")
        elif total + change.value < ZERO:
            what = f"{plain(total)} is left of {event.corrects}; {plain(change.value)} would turn it round."
            draft.refuse("over-corrected", field, what)
        elif event.action == "combine" and total + change.value != ZERO:
            draft.refuse("not-correctable", field, "a combine can only be taken back whole.")


def _check_process(draft: Draft, event: Event) -> None:
    for field, id in (("inputOf", event.input_of), ("outputOf", event.output_of)):
        if id is not None and draft.work(id) is None:
            close = nearest(id, draft.base.works)
            hint = f'Did you mean "{close}"?' if close else "Record the process first."
            draft.refuse("unknown-process", field, f'there is no process "{id}".', hint)


def _check_recorder(draft: Draft, event: Event) -> None:
    if event.action in ONLY_BY_PROVIDER and event.recorded_by not in (None, event.provider):
        what = f"{event.recorded_by} cannot give away what {event.provider} has."
        draft.refuse("not-authorised", "recordedBy", what, "Only the provider may record this.")


def _check_holder(draft: Draft, event: Event, stock: Stock) -> None:
    owner, holder = stock.primary_accountable, stock.custodian
    if event.action in RIGHTS:
        allowed = event.provider == owner
    elif event.action in TAKES:
        allowed = event.provider in (owner, holder)
    elif event.action in GIVES:
        allowed = bool({event.provider, event.receiver} & {owner, holder})
    else:
        return
    if not allowed:
        what = f"{stock.id} belongs to {owner} and is held by {holder}; {event.provider} cannot {event.action} it."
        draft.refuse("not-accountable", "provider", what)


def _check_taker(draft: Draft, event: Event, source: Stock | None, target: Stock) -> None:
    """A to-record that already holds something belongs to whom the amount goes to."""
    action = ACTIONS[event.action]
    rights = action.accounting == "decrementIncrement" or (action.implied == "transfer")
    if event.action == "move":
        wrong = source is not None and source.primary_accountable != target.primary_accountable
    else:
        wrong = target.onhand != ZERO and event.receiver not in (target.custodian, target.primary_accountable)
        wrong = wrong or (rights and target.accounting != ZERO and target.primary_accountable != event.receiver)
    if wrong:
        owner, holder = target.primary_accountable, target.custodian
        what = f"{target.id} belongs to {owner} and is held by {holder}, not {event.receiver}."
        draft.refuse("not-accountable", "toResource", what, "Name a record of the receiver, or create one.")
    if target.contained_in:
        draft.refuse("contained", "toResource", f"{target.id} lies in {target.contained_in}.", "Separate it first.")


def _check_in_place(draft: Draft, event: Event, stock: Stock) -> None:
    """A record that goes from one to another without a second one goes whole."""
    action = ACTIONS[event.action]
    rights = action.accounting == "decrementIncrement" and _amount(event) != stock.accounting
    custody = action.onhand == "decrementIncrement" and _amount(event) != stock.onhand
    if rights or custody:
        what = f"{stock.id} is one record of {plain(stock.accounting)}, {plain(stock.onhand)} of it on hand."
        draft.refuse("partial-in-place", "toResource", what, "It goes whole, or a part goes to another record.")


def _check_units(draft: Draft, event: Event, stock: Stock | None, field: str) -> None:
    if stock is None:
        return
    _check_unit(draft, event.quantity, stock.unit, stock.id, f"{field} quantity")
    if stock.effort_unit:
        _check_unit(draft, event.effort, stock.effort_unit, stock.id, f"{field} effort")


def _check_unit(draft: Draft, measure: Measure | None, unit: str, id: str, field: str) -> None:
    if measure and measure.unit and measure.unit != unit:
        draft.refuse("unit-mismatch", field, f"{id} is counted in {unit}, not {measure.unit}.")


def _check_contained(draft: Draft, event: Event, stock: Stock) -> None:
    counts = ACTIONS[event.action].onhand != "none" or ACTIONS[event.action].accounting != "none"
    if stock.contained_in and counts and event.action != "separate" and event.corrects is None:
        hint = f"Move {stock.contained_in} whole, or separate {stock.id} first."
        draft.refuse("contained", "resource", f"{stock.id} lies in {stock.contained_in}.", hint)
    if draft.inside(stock.id) and _hands_over(event) and _amount(event) != stock.onhand:
        what = f"{stock.id} holds other things and goes whole: {plain(stock.onhand)}, not {plain(_amount(event))}."
        draft.refuse("container-partial", "quantity", what)


def _hands_over(event: Event) -> bool:
    action = ACTIONS[event.action]
    return "decrementIncrement" in (action.onhand, action.accounting) or (
        action.implied is not None and event.provider != event.receiver and event.to_resource is not None
    )


def _check_pairing(draft: Draft, event: Event, named: Named) -> None:
    action, id = ACTIONS[event.action], acting_record(event, named)
    work = draft.work(event.input_of or event.output_of or "")
    if not action.pairs_with or work is None or id is None:
        return
    held = work.held.get(id)
    process = work.process.id
    if action.side == "input" and held:
        what = f"{id} is already in {process}: {plain(held.amount)} by {held.action}."
        draft.refuse("already-in-process", "resource", what, f"Record its {action.pairs_with} first.")
    if action.side == "output":
        _check_given_back(draft, event, action, id, held.amount if held and held.action == action.pairs_with else None)


def _check_given_back(draft: Draft, event: Event, action: Action, id: str, held: Decimal | None) -> None:
    process = event.output_of
    if held is None:
        what = f"{process} has not taken {id} by {action.pairs_with}."
        draft.refuse("unpaired", "resource", what, f"Record the {action.pairs_with} first, in the same process.")
    elif _amount(event) > held:
        what = f"{process} has {plain(held)} of {id} in hand, not {plain(_amount(event))}."
        draft.refuse("exceeds-accepted", "quantity", what, "Produce what is new, lower what is lost.")


def _check_hand(draft: Draft, event: Event, named: Named) -> None:
    """After a correction the process has given back no more than it took."""
    action, id = ACTIONS[event.action], acting_record(event, named)
    work = draft.work(event.input_of or event.output_of or "")
    if not action.pairs_with or work is None or id is None:
        return
    held, taking = work.held.get(id), action.side == "input"
    taken_by = event.action if taking else action.pairs_with
    if held and held.action != taken_by:
        what = f"{id} is now in {work.process.id} by {held.action}."
        draft.refuse("already-in-process", "resource", what, "Give it back first.")
    elif (held.amount if held else ZERO) + (_amount(event) if taking else -_amount(event)) < ZERO:
        what = f"{work.process.id} has {held.amount if held else ZERO} of {id} in hand."
        draft.refuse("exceeds-accepted", "quantity", what, "It cannot have given back more than it took.")


def _check_unpacking(draft: Draft, event: Event, stock: Stock | None) -> None:
    """A combine is taken back while its resource still lies where it was put."""
    original = draft.standing(event.corrects) if event.corrects and event.action == "combine" else None
    if stock is None or original is None:
        return
    container = original.event.container or original.event.to_resource
    if (stock.contained_in, stock.inside) != (container, original.quantity):
        what = f"{stock.id} does not lie in {container} any more as {event.corrects} put it there."
        draft.refuse("not-contained", "resource", what)


def _check_way_back(draft: Draft, named: Named) -> None:
    """What is given back to a record brings along what lies in it, so the record must not lie in there itself."""
    giver, taker = named.resource, named.to_resource
    if giver and taker and giver != taker and _lies_in(draft, giver, taker):
        what = f"{giver} lies in {taker}, which would go back into it."
        draft.refuse("containment-cycle", "resource", what, f"Separate {giver} first.")


def _lies_in(draft: Draft, id: str, container: str) -> bool:
    step, seen = draft.stock(id), {id}
    while step and step.contained_in and step.contained_in not in seen:
        if step.contained_in == container:
            return True
        seen.add(step.contained_in)
        step = draft.stock(step.contained_in)
    return False


def _check_packing(draft: Draft, event: Event, stock: Stock | None) -> None:
    if stock is None:
        return
    if event.action == "combine":
        _check_combine(draft, event, stock)
    if event.action == "separate":
        if stock.contained_in is None:
            draft.refuse("not-contained", "resource", f"{stock.id} lies in no container.")
        elif _amount(event) != stock.inside:
            what = f"{plain(stock.inside)} of {stock.id} is in {stock.contained_in} and comes out whole."
            draft.refuse("container-partial", "quantity", what)


def _check_combine(draft: Draft, event: Event, stock: Stock) -> None:
    if _amount(event) != stock.onhand:
        what = f"{stock.id} goes into a container whole: {plain(stock.onhand)}, not {plain(_amount(event))}."
        draft.refuse("container-partial", "quantity", what, "Move the part to a record of its own first.")
    step, seen = event.container or event.to_resource, {stock.id}
    while step is not None and step not in seen:
        seen.add(step)
        box = draft.stock(step)
        step = box.contained_in if box else None
    if step == stock.id:
        draft.refuse("containment-cycle", "container", f"{stock.id} would lie in itself.")


def _amount(event: Event) -> Decimal:
    return event.quantity.value if event.quantity else ZERO
