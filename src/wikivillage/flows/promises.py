"""Promises: made when there is enough, kept in parts by events, ended by cancelling, finishing or lapsing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from wikivillage.base.problems import nearest
from wikivillage.flows.draft import Draft, is_booking
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Claim, Commitment, Ending, Event, Intent, Pledge, Promise, Stock
from wikivillage.flows.occupancy import Stretch, find_conflict
from wikivillage.flows.records import refuse_unknown

Named = Iterable[tuple[str, tuple[str, ...]]]
"""Keys of an entry, and the ids of the promises that it counts towards by each."""


def has_lapsed(promise: Promise, at: datetime) -> bool:
    """Whether a reservation's time is over."""
    expires = promise.expires if isinstance(promise, Commitment) else None
    return expires is not None and expires <= at


def reserved(draft: Draft, resource: str) -> Decimal:
    """What of a resource is promised to somebody and not yet taken."""
    return sum((pledge.open for pledge in _counting(draft, resource) if not _booking(pledge.promise)), ZERO)


def make_commitment(draft: Draft, commitment: Commitment) -> None:
    """Write a commitment, if what it takes is there."""
    stock = draft.stock(commitment.resource)
    if commitment.resource and stock is None:
        refuse_unknown(draft, "resource", commitment.resource)
    if stock:
        _check_unit(draft, commitment, stock)
        _check_free(draft, commitment, stock)
    draft.put_pledge(Pledge(commitment))
    _keep(draft, commitment, (("satisfies", commitment.satisfies),))


def make_claim(draft: Draft, claim: Claim) -> None:
    """Write a claim on what an event gave rise to."""
    if draft.standing(claim.triggered_by) is None:
        draft.refuse("unknown-event", "triggeredBy", f'there is no event "{claim.triggered_by}".')
    draft.put_pledge(Pledge(claim))


def make_intent(draft: Draft, intent: Intent) -> None:
    """Write a need or an offer."""
    if intent.resource and draft.stock(intent.resource) is None:
        refuse_unknown(draft, "resource", intent.resource)
    draft.put_pledge(Pledge(intent))


def end_promise(draft: Draft, ending: Ending) -> None:
    """End a promise; what it reserved is free again."""
    pledge = _find(draft, ending.promise, "promise")
    if pledge is None:
        return
    if _refuse_ended(draft, pledge, "promise"):
        return
    if ending.how == "cancelled" and pledge.open == ZERO:
        draft.refuse("already-finished", "promise", f"{ending.promise} is kept already.")
    draft.put_pledge(replace(pledge, ended=ending.how))


def keep_promises(draft: Draft, event: Event) -> None:
    """Count an event towards the promises that it fulfils, settles or satisfies; several are served in their order.

    A correction counts towards those of the event that it corrects, the last first.
    """
    original = draft.standing(event.corrects) if event.corrects else None
    source = original.event if original else event
    named = (("fulfills", source.fulfills), ("settles", source.settles), ("satisfies", source.satisfies))
    _keep(draft, event, named, original.kept if original else None)


KINDS = {"fulfills": Commitment, "settles": Claim, "satisfies": Intent}
"""What each key names: so that nothing counts twice towards one promise."""


def _keep(draft: Draft, by: Event | Commitment, named: Named, given: Mapping[str, Decimal] | None = None) -> None:
    """Count an entry towards promises. ``given``: to correct an event, what it gave to each so far."""
    back = given is not None
    for field, ids in named:
        found = [pledge for id in dict.fromkeys(ids) if (pledge := _find(draft, id, field)) is not None]
        pledges = [pledge for pledge in found if _may_keep(draft, pledge, by, field, back=back)]
        rest = {name: each.value for name, each in (("quantity", by.quantity), ("effort", by.effort)) if each}
        for pledge in reversed(pledges) if back else pledges:
            name = _counted_as(pledge, by)
            last = pledge is pledges[-1]
            part = _part(pledge, rest[name], last=last) if given is None else _part_back(pledge, rest[name], given)
            rest[name] -= part
            draft.put_pledge(replace(pledge, delivered=pledge.delivered + part, kept_by=(*pledge.kept_by, by.id)))


def _part_back(pledge: Pledge, rest: Decimal, given: Mapping[str, Decimal]) -> Decimal:
    """How much of a correction goes to this promise: no more is taken back than the event gave."""
    return max(rest, -given.get(pledge.promise.id, ZERO))


def _part(pledge: Pledge, rest: Decimal, *, last: bool) -> Decimal:
    """How much of what is left goes to this promise: what it still waits for; the last one takes everything."""
    return rest if last else min(rest, pledge.open)


def _counted_as(pledge: Pledge, by: Event | Commitment) -> str:
    by_effort = pledge.promise.quantity is None
    return "effort" if by_effort and by.effort else "quantity" if by.quantity else "effort"


def _may_keep(draft: Draft, pledge: Pledge, by: Event | Commitment, field: str, *, back: bool) -> bool:
    given = by.effort if _counted_as(pledge, by) == "effort" else by.quantity
    if given is None or (not back and _refuse_ended(draft, pledge, field)):
        return False
    if given.unit != pledge.measure.unit:
        draft.refuse("unit-mismatch", field, f"{pledge.promise.id} is in {pledge.measure.unit}, not {given.unit}.")
        return False
    promise = pledge.promise
    if not isinstance(promise, KINDS[field]):
        what = f"{promise.id} is a {type(promise).__name__.lower()}."
        draft.refuse("wrong-promise", field, what, "Fulfil commitments, settle claims, satisfy intents.")
        return False
    if isinstance(promise, Commitment) and promise.reserves and given.value > pledge.open:
        code = "already-finished" if pledge.open == ZERO else "exceeds-reserved"
        draft.refuse(code, field, f"{promise.id} has {plain(pledge.open)} {given.unit} open, not {plain(given.value)}.")
    return True


def _refuse_ended(draft: Draft, pledge: Pledge, field: str) -> bool:
    id = pledge.promise.id
    if pledge.ended:
        draft.refuse(f"already-{pledge.ended}", field, f"{id} was {pledge.ended}.")
    elif has_lapsed(pledge.promise, draft.at):
        draft.refuse("expired", field, f"{id} lapsed.", "Make a new one.")
    else:
        return False
    return True


def _find(draft: Draft, id: str, field: str) -> Pledge | None:
    pledge = draft.pledge(id)
    if pledge is None:
        close = nearest(id, draft.base.pledges)
        hint = f'Did you mean "{close}"?' if close else ""
        draft.refuse("unknown-promise", field, f'there is no commitment, claim or intent "{id}".', hint)
    return pledge


def _check_unit(draft: Draft, commitment: Commitment, stock: Stock) -> None:
    if commitment.quantity and commitment.quantity.unit != stock.unit:
        what = f"{stock.id} is counted in {stock.unit}, not {commitment.quantity.unit}."
        draft.refuse("unit-mismatch", "quantity", what)


def _check_free(draft: Draft, commitment: Commitment, stock: Stock) -> None:
    if is_booking(commitment):
        _check_slot(draft, commitment, stock)
    elif commitment.reserves and commitment.quantity and not stock.allow_negative:
        free = stock.onhand - reserved(draft, stock.id)
        if commitment.quantity.value > free:
            what = f"{plain(free)} {stock.unit} of {stock.id} is free, not {plain(commitment.quantity.value)}."
            draft.refuse("insufficient", "quantity", what)


def _check_slot(draft: Draft, booking: Commitment, stock: Stock) -> None:
    taken = [_stretch(pledge.promise) for pledge in _counting(draft, stock.id) if _booking(pledge.promise)]
    moment = find_conflict(_stretch(booking), taken, stock.accounting)
    if moment is not None:
        what = f"{stock.id} is taken at {moment.isoformat()}."
        draft.refuse("conflict", "begin", what, "Choose another time, or another of its kind.")


def find_overbooked(draft: Draft, stock: Stock) -> datetime | None:
    """When, from now on, more of a record is booked than there is; None if never."""
    bookings = [_stretch(pledge.promise) for pledge in _counting(draft, stock.id) if _booking(pledge.promise)]
    ahead = [one for one in bookings if one.end > draft.at]
    moments = (find_conflict(replace(one, amount=ZERO), ahead, stock.accounting) for one in ahead)
    return next((moment for moment in moments if moment), None)


def _counting(draft: Draft, resource: str) -> Iterable[Pledge]:
    """The promises that count against a resource now."""
    pledges = (draft.pledge(id) for id in draft.promises_on(resource))
    return [one for one in pledges if one and not one.ended and not has_lapsed(one.promise, draft.at)]


def _booking(promise: Promise) -> bool:
    return isinstance(promise, Commitment) and is_booking(promise)


def _stretch(promise: Promise) -> Stretch:
    assert isinstance(promise, Commitment), "only commitments are bookings"
    assert promise.begin is not None, "a booking has a begin"
    assert promise.end is not None, "a booking has an end"
    return Stretch(promise.begin, promise.end, promise.quantity.value if promise.quantity else Decimal(1))
