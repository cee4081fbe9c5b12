"""A change of hands: rights, custody or both go from one agent, and from one record, to another.

With a to-record the amount leaves the one and enters the other. Without one, the other side is booked on the
ledger's own account of what that agent holds elsewhere, so that totals are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from wikivillage.flows.draft import Draft
from wikivillage.flows.kinds import ZERO, Event, Stock
from wikivillage.flows.records import elsewhere


@dataclass(frozen=True, slots=True)
class Hands:
    """What changes hands: ``amount`` of rights (accounting), of custody (on-hand) or both; ``implied`` by another
    action, which then counts the amount itself where there is no to-record. ``stays_owned``: a move."""

    amount: Decimal
    rights: bool
    custody: bool
    implied: bool = False
    stays_owned: bool = False


def change_hands(draft: Draft, event: Event, giver: str | None, taker: str | None, hands: Hands) -> None:
    """Apply a change of hands to the draft."""
    if giver is None and taker is None:
        return
    if giver is not None and giver == taker:
        _in_place(draft, event, giver, hands)
    elif giver is not None and taker is not None:
        _between(draft, event, giver, taker, hands)
    elif giver is not None and hands.implied:
        _same_record(draft, event, giver, hands)
    elif giver is not None and hands.custody and not hands.rights:
        if event.provider == event.receiver:
            _in_place(draft, event, giver, hands)
        else:
            _out_of_sight(draft, event, giver, hands)
    else:
        _one_sided(draft, event, giver, taker, hands)


def added(stock: Stock, amount: Decimal, *, rights: bool, custody: bool) -> Stock:
    """A record with an amount more of what is named."""
    return replace(
        stock,
        accounting=stock.accounting + (amount if rights else ZERO),
        onhand=stock.onhand + (amount if custody else ZERO),
    )


def give_to(stock: Stock, agent: str, hands: Hands) -> Stock:
    """A record held, owned or both by ``agent``."""
    if hands.stays_owned:
        return stock
    return replace(
        stock,
        primary_accountable=agent if hands.rights else stock.primary_accountable,
        custodian=agent if hands.custody else stock.custodian,
    )


def _access(draft: Draft, id: str) -> Stock:
    stock = draft.stock(id)
    assert stock is not None, "records were named before they are used"
    return stock


def _in_place(draft: Draft, event: Event, id: str, hands: Hands) -> None:
    """From a record to itself: nothing is counted, agents, place and state change; to correct it changes nothing."""
    before = _access(draft, id)
    if event.corrects:
        return
    after = _arrived(give_to(before, event.receiver, hands), event)
    draft.put(after)
    follow(draft, before, after, after.id)


def _between(draft: Draft, event: Event, giver: str, taker: str, hands: Hands) -> None:
    source, target = _access(draft, giver), _access(draft, taker)
    draft.put(added(source, -hands.amount, rights=hands.rights, custody=hands.custody))
    counted = added(target, hands.amount, rights=hands.rights, custody=hands.custody)
    after = counted if event.corrects else _arrived(give_to(counted, event.receiver, hands), event)
    draft.put(after)
    follow(draft, target, after, after.id)
    if hands.amount < ZERO:
        follow(draft, after, _access(draft, giver), giver)
    elif hands.amount > ZERO or not event.corrects:
        follow(draft, source, after, after.id)


def _same_record(draft: Draft, event: Event, id: str, hands: Hands) -> None:
    """An implied change without a to-record: the receiver holds the record, and owns it if all of it went."""
    stock = _access(draft, id)
    if event.corrects:
        return
    rights = hands.rights and hands.amount == stock.onhand == stock.accounting
    after = give_to(stock, event.receiver, replace(hands, rights=rights))
    draft.put(after)
    follow(draft, stock, after, id)


def _out_of_sight(draft: Draft, event: Event, id: str, hands: Hands) -> None:
    """Custody without a to-record, as the accountable agent sees it: leaving takes from on-hand, returning adds."""
    stock = _access(draft, id)
    owner = _owner_then(draft, event, stock)
    if event.receiver == owner:
        after = added(stock, hands.amount, rights=False, custody=True)
        whole = after.onhand == after.accounting
        _book_elsewhere(draft, event.provider, stock, -hands.amount, rights=False)
    elif event.provider == owner:
        after = added(stock, -hands.amount, rights=False, custody=True)
        whole = after.onhand == ZERO
        _book_elsewhere(draft, event.receiver, stock, hands.amount, rights=False)
    else:
        after, whole = stock, True
        _book_elsewhere(draft, event.provider, stock, -hands.amount, rights=False)
        _book_elsewhere(draft, event.receiver, stock, hands.amount, rights=False)
    if event.corrects:
        returns = hands.amount < ZERO and after.custodian == event.receiver and not after.contained_in
        after = replace(after, custodian=event.provider if returns else after.custodian)
    elif whole:
        after = _arrived(give_to(after, event.receiver, hands), event)
    draft.put(after)
    follow(draft, stock, after, id)


def _owner_then(draft: Draft, event: Event, stock: Stock) -> str | None:
    """Who owned the record when the event happened: to correct it, what it did then is taken back."""
    original = draft.standing(event.corrects) if event.corrects else None
    if original is None or not (original.event.quantity and original.event.quantity.value):
        return stock.primary_accountable
    if original.onhand == ZERO:
        return None
    return event.receiver if original.onhand > ZERO else event.provider


def _one_sided(draft: Draft, event: Event, giver: str | None, taker: str | None, hands: Hands) -> None:
    stock = _access(draft, giver or taker or "")
    sign = -1 if giver else 1
    after = added(stock, sign * hands.amount, rights=hands.rights, custody=hands.custody)
    arrived = after if giver else _arrived(after, event)
    draft.put(arrived)
    follow(draft, stock, arrived, stock.id)
    other = event.receiver if giver else event.provider
    _book_elsewhere(draft, other, stock, -sign * hands.amount, rights=hands.rights, custody=hands.custody)


def _book_elsewhere(
    draft: Draft, agent: str, like: Stock, amount: Decimal, *, rights: bool, custody: bool = True
) -> None:
    draft.put(added(elsewhere(draft, agent, like), amount, rights=rights, custody=custody))


def _arrived(stock: Stock, event: Event) -> Stock:
    return replace(stock, location=event.to_location or stock.location, state=event.state or stock.state)


def follow(draft: Draft, before: Stock, after: Stock, container: str) -> None:
    """What lies in a container shares its place and its holder, and goes along when its owner's rights change."""
    if before.id == after.id and _described(before) == _described(after):
        return
    emptied = draft.stock(before.id)
    gone = before.id != after.id and emptied is not None and emptied.onhand == ZERO
    if before.id != after.id and not gone:
        return
    for id in sorted(draft.inside(before.id)):
        item = _access(draft, id)
        owned = item.primary_accountable == before.primary_accountable
        owner = after.primary_accountable if owned else item.primary_accountable
        moved = replace(
            item,
            contained_in=container,
            location=after.location,
            custodian=after.custodian,
            primary_accountable=owner,
        )
        draft.put(moved)
        follow(draft, item, moved, id)


def _described(stock: Stock) -> tuple[str, str, str | None]:
    return stock.primary_accountable, stock.custodian, stock.location
