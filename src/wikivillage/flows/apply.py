"""One entry and a state give the next state, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from wikivillage.base.problems import ProblemError
from wikivillage.flows.check_entry import LARGEST, check_entry
from wikivillage.flows.draft import Draft, absorbed
from wikivillage.flows.effects import apply_effects
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import (
    ZERO,
    Claim,
    Closing,
    Commitment,
    Ending,
    Entry,
    Event,
    Intent,
    Measure,
    Pledge,
    Process,
    Standing,
    State,
    Stock,
    Work,
)
from wikivillage.flows.promises import (
    end_promise,
    find_overbooked,
    keep_promises,
    make_claim,
    make_commitment,
    make_intent,
    reserved,
)
from wikivillage.flows.records import Named, name_records
from wikivillage.flows.rules import check_correction, check_rules

CLOCKS_DIFFER = timedelta(days=1)
"""How far in the future something may have happened: the clocks and calendars of people differ."""


def apply(entry: Entry, state: State, at: datetime) -> State:
    """The state after an entry that is recorded at ``at``. Raises ProblemError with every reason against it."""
    return absorbed(state, draft(entry, state, at))


def draft(entry: Entry, state: State, at: datetime) -> Draft:
    """What an entry changes, or ProblemError. The state is not touched."""
    found = Draft(state, at, entry.id)
    found.problems += check_entry(entry)
    if not found.problems:
        _write(found, entry)
    if found.problems:
        raise ProblemError(found.problems)
    return found


def happened(event: Event, recorded_at: datetime) -> datetime:
    """When an event happened: at a point, by the end of an interval, or else when it was recorded."""
    return event.at or event.end or event.begin or recorded_at


def _write(draft: Draft, entry: Entry) -> None:
    match entry:
        case Event():
            _write_event(draft, entry)
        case Process():
            draft.works[entry.id] = Work(entry)
        case Commitment():
            make_commitment(draft, entry)
        case Claim():
            make_claim(draft, entry)
        case Intent():
            make_intent(draft, entry)
        case Ending():
            end_promise(draft, entry)
        case Closing():
            _close(draft, entry)


def _write_event(draft: Draft, event: Event) -> None:
    _check_time(draft, event)
    named = name_records(draft, event)
    check_correction(draft, event)
    check_rules(draft, event, named)
    if draft.problems:
        return
    previous, before = _last_event(draft, named), draft.stock(named.resource)
    apply_effects(draft, event, named)
    keep_promises(draft, event)
    _check_counts(draft)
    _touch(draft, event, named)
    _write_standing(draft, event, previous, before)


def _check_time(draft: Draft, event: Event) -> None:
    when = happened(event, draft.at)
    if draft.closed_until and when < draft.closed_until:
        what = f"what happened before {draft.closed_until.isoformat()} is closed."
        draft.refuse("period-closed", "at", what, "Record it with today's date; a correction is dated today too.")
    if when > draft.at + CLOCKS_DIFFER:
        draft.refuse("in-the-future", "at", f"{when.isoformat()} is yet to come.", "Promise it with a commitment.")


def _close(draft: Draft, closing: Closing) -> None:
    if draft.closed_until and closing.until <= draft.closed_until:
        draft.refuse("already-closed", "until", f"everything before {draft.closed_until.isoformat()} is closed.")
    elif closing.until > draft.at:
        draft.refuse("in-the-future", "until", "a period is closed when it is over.")
    draft.closed_until = closing.until


def _last_event(draft: Draft, named: Named) -> str | None:
    """The event before this one on its record, or on its to-record where it has no other."""
    stock = draft.stock(named.resource) or draft.stock(named.to_resource)
    return stock.last_event if stock else None


def _check_counts(draft: Draft) -> None:
    _check_reopened(draft)
    for stock in draft.stocks.values():
        before = draft.base.stocks.get(stock.id)
        for problem in _shortages(draft, stock, before):
            draft.refuse("insufficient", "quantity", problem)
        if max(abs(stock.accounting), abs(stock.onhand)) > LARGEST:
            draft.refuse("too-large", "quantity", f"{stock.id} would hold more than {LARGEST}.", "Use a larger unit.")


def _shortages(draft: Draft, stock: Stock, before: Stock | None) -> Iterator[str]:
    """What would fall below zero: owned, on hand, or on hand and not reserved. What was short may rise."""
    owned, held = (before.accounting, before.onhand) if before else (ZERO, ZERO)
    if stock.accounting < owned and (moment := find_overbooked(draft, stock)):
        left = f"{plain(stock.accounting)} {stock.unit}"
        yield f"{stock.id} is booked at {moment.isoformat()}, when {left} would be too few."
    if stock.allow_negative:
        return
    if stock.accounting < ZERO and stock.accounting < owned:
        yield f"{stock.id} has {plain(owned)} {stock.unit} on the books; {plain(owned - stock.accounting)} is too much."
    if stock.onhand < ZERO and stock.onhand < held:
        yield f"{stock.id} has {plain(held)} {stock.unit} on hand; {plain(held - stock.onhand)} is too much."
    elif stock.onhand < held and stock.onhand < (kept := reserved(draft, stock.id)):
        yield f"{stock.id} has {plain(held)} {stock.unit} on hand, of which {plain(kept)} is reserved."


def _check_reopened(draft: Draft) -> None:
    """What a correction leaves to be kept again is reserved again, so it must be there."""
    promises = [one.promise for id, one in draft.pledges.items() if _is_reopened(draft.base.pledges.get(id), one)]
    for resource in {one.resource for one in promises if isinstance(one, Commitment) and one.reserves}:
        stock = draft.stock(resource)
        if stock and not stock.allow_negative and stock.onhand < (kept := reserved(draft, stock.id)):
            what = f"{stock.id} has {stock.onhand} {stock.unit} on hand; {kept} would be reserved."
            draft.refuse("insufficient", "quantity", what)


def _is_reopened(before: Pledge | None, after: Pledge) -> bool:
    return before is not None and after.open > before.open


def _touch(draft: Draft, event: Event, named: Named) -> None:
    """Every record that an event names or changes counts it in its own sequence."""
    for id in (named.resource, named.to_resource):
        if id is not None and id not in draft.stocks:
            stock = draft.stock(id)
            assert stock is not None, "records were named before they are used"
            draft.put(stock)
    for id, stock in draft.stocks.items():
        draft.stocks[id] = replace(stock, sequence=stock.sequence + 1, last_event=event.id)


def _write_standing(draft: Draft, event: Event, previous: str | None, before: Stock | None) -> None:
    quantity, effort = _value(event.quantity), _value(event.effort)
    after, kept = draft.stock(before.id if before else None), _given(draft)
    onhand = after.onhand - before.onhand if after and before else ZERO
    draft.events[event.id] = Standing(event, previous, quantity, effort, onhand=onhand, kept=kept)
    if event.corrects:
        original = draft.standing(event.corrects)
        assert original is not None, "the corrected event was looked for before"
        draft.events[event.corrects] = replace(
            original,
            quantity=_sum(original.quantity, quantity),
            effort=_sum(original.effort, effort),
            corrected_by=(*original.corrected_by, event.id),
            kept={id: original.kept.get(id, ZERO) + kept.get(id, ZERO) for id in {**original.kept, **kept}},
        )


def _given(draft: Draft) -> dict[str, Decimal]:
    """What the event gave to each promise."""
    before = {id: draft.base.pledges.get(id) for id in draft.pledges}
    return {id: one.delivered - (held.delivered if (held := before[id]) else ZERO) for id, one in draft.pledges.items()}


def _value(measure: Measure | None) -> Decimal | None:
    return measure.value if measure else None


def _sum(total: Decimal | None, change: Decimal | None) -> Decimal | None:
    return total if change is None else (total or ZERO) + change
