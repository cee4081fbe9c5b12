"""What an entry and its changes are in the tables: the values of each row, by column."""

from __future__ import annotations

from typing import Any

from wikivillage.flows.apply import happened
from wikivillage.flows.chain import Record
from wikivillage.flows.draft import Draft, counts_against, is_booking
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Commitment, Event, Pledge, Stock, Work
from wikivillage.web.ledger.sql import Row


def record_row(record: Record, body_hash: str) -> Row:
    """A sealed record."""
    return {
        "number": record.number,
        "kind": record.kind,
        "id": record.id,
        "body": record.body,
        "body_hash": body_hash,
        "recorded_at": record.recorded_at,
        "recorded_by_id": record.recorded_by,
        "previous": record.previous,
        "hash": record.hash,
    }


def event_row(number: int, event: Event, change: Draft) -> Row:
    """The columns of an event, to ask by."""
    quantity, effort = event.quantity, event.effort
    return {
        "number": number,
        "id": event.id,
        "action": event.action,
        "provider_id": event.provider,
        "receiver_id": event.receiver,
        "resource": event.new_resource.id if event.new_resource else event.resource,
        "to_resource": event.new_to_resource.id if event.new_to_resource else event.to_resource,
        "spec": event.spec,
        "quantity": quantity.value if quantity else None,
        "unit": quantity.unit if quantity else None,
        "effort": effort.value if effort else None,
        "effort_unit": effort.unit if effort else None,
        "input_of": event.input_of,
        "output_of": event.output_of,
        "happened_at": happened(event, change.at),
        "corrects": event.corrects,
        "previous": previous_of(change, event.id),
    }


def previous_of(change: Draft, id: str) -> str | None:
    """The event before one on its resource."""
    standing = change.events.get(id)
    return standing.previous if standing else None


def posting_row(number: int, stock: Stock, before: Stock | None) -> Row:
    """What an event changed in one record, and where that left it."""
    owned, held = (before.accounting, before.onhand) if before else (ZERO, ZERO)
    return {
        "number": number,
        "resource": stock.id,
        "sequence": stock.sequence,
        "accounting_change": stock.accounting - owned,
        "onhand_change": stock.onhand - held,
        "accounting": stock.accounting,
        "onhand": stock.onhand,
    }


def opened_row(stock: Stock, number: int) -> Row:
    """A stock's row as it begins: with nothing; its postings come after it."""
    return {
        "id": stock.id,
        "unit": stock.unit,
        "spec": stock.spec,
        "allow_negative": stock.allow_negative,
        "elsewhere": stock.elsewhere,
        "created_in": number,
        **standing_row(stock),
        "accounting": ZERO,
        "onhand": ZERO,
        "sequence": 0,
    }


def standing_row(stock: Stock) -> Row:
    """What of a stock's row its events may change."""
    return {
        "accounting": stock.accounting,
        "onhand": stock.onhand,
        "primary_accountable_id": stock.primary_accountable,
        "custodian_id": stock.custodian,
        "location": stock.location,
        "stage": stock.stage,
        "state": stock.state,
        "contained_in": stock.contained_in,
        "inside": stock.inside,
        "classified_as": list(stock.classified_as),
        "effort_unit": stock.effort_unit,
        "lot": stock.lot,
        "tracking": stock.tracking,
        "sequence": stock.sequence,
        "last_event": stock.last_event,
    }


def process_row(number: int, work: Work) -> Row:
    """A process and what it has in hand."""
    process = work.process
    return {
        "id": process.id,
        "number": number,
        "based_on": process.based_on,
        "name": process.name,
        "at": process.at,
        "held": held_of(work),
    }


def held_of(work: Work) -> dict[str, list[str]]:
    """What a process has in hand, as JSON."""
    return {id: [held.action, plain(held.amount)] for id, held in work.held.items()}


def promise_row(number: int, kind: str, pledge: Pledge, change: Draft) -> Row:
    """A promise as the batch leaves it: what it makes and ends at once never takes anything."""
    promise, measure = pledge.promise, pledge.measure
    commitment = promise if isinstance(promise, Commitment) else None
    stock = change.stock(commitment.resource) if commitment else None
    booking = commitment is not None and is_booking(commitment)
    row: dict[str, Any] = {
        "id": promise.id,
        "number": number,
        "kind": kind,
        "resource": commitment.resource if commitment else None,
        "amount": measure.value,
        "unit": measure.unit,
        "delivered": pledge.delivered,
        "ended": pledge.ended,
        "counts": commitment is not None and counts_against(commitment),
        "booking": booking,
        "single": booking and stock is not None and stock.accounting == 1,
        "lapsed": False,
        "begin": commitment.begin if commitment else None,
        "end": commitment.end if commitment else None,
        "expires": commitment.expires if commitment else None,
    }
    return row


def keeping_rows(number: int, id: str, change: Draft, before: dict[str, Pledge | None]) -> list[Row]:
    """Which promises an entry counted towards, and how much."""
    return [
        {"promise_id": promise, "number": number, "event": id, "amount": pledge.delivered - old.delivered}
        for promise, pledge in change.pledges.items()
        if (old := before[promise]) is not None and len(pledge.kept_by) > len(old.kept_by)
    ]
