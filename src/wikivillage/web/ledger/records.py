"""Stocks, events and promises as plain records, for the API, the command line and CSV files."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import Claim, Commitment, Event, Pledge, Stock
from wikivillage.flows.promises import has_lapsed
from wikivillage.flows.wire import utc_text, write_entry
from wikivillage.web.ledger import models

KEPT_AS = {Commitment: "fulfilled", Claim: "settled"}
"""What it is called when a promise is kept; of a need or an offer it is ``satisfied``."""


def stock_record(stock: Stock, reserved: Decimal | None = None) -> dict[str, Any]:
    """A stock; with what is reserved of it, also what is available."""
    record = {
        "id": stock.id,
        "unit": stock.unit,
        "spec": stock.spec,
        "accounting": plain(stock.accounting),
        "onhand": plain(stock.onhand),
        "primaryAccountable": stock.primary_accountable,
        "custodian": stock.custodian,
        "location": stock.location,
        "stage": stock.stage,
        "state": stock.state,
        "containedIn": stock.contained_in,
        "classifiedAs": list(stock.classified_as),
        "effortUnit": stock.effort_unit,
        "lot": stock.lot,
        "tracking": stock.tracking,
        "allowNegative": stock.allow_negative,
        "elsewhere": stock.elsewhere,
        "sequence": stock.sequence,
        "previousEvent": stock.last_event,
    }
    if reserved is not None:
        record |= {"reserved": plain(reserved), "available": plain(stock.onhand - reserved)}
    return record


def event_record(row: models.Event, event: Event, note: str | None = None) -> dict[str, Any]:
    """An event as it was handed in, with its number, its times, the event before it and the remark on it."""
    return {
        **write_entry(event),
        "number": row.record_id,
        "happenedAt": utc_text(row.happened_at),
        "recordedAt": utc_text(row.record.recorded_at),
        "previous": row.previous,
        "note": note,
    }


def pledge_record(pledge: Pledge, at: datetime) -> dict[str, Any]:
    """A promise as it was handed in, how far it is kept, and whether its time is over at ``at``."""
    unit = pledge.measure.unit
    kept = KEPT_AS.get(type(pledge.promise), "satisfied")

    def amount(value: Decimal) -> dict[str, str]:
        return {"value": plain(value), "unit": unit}

    return {
        **write_entry(pledge.promise),
        kept: amount(pledge.fulfilled),
        "open": amount(pledge.open),
        "released": amount(pledge.released),
        "beyond": amount(pledge.beyond),
        f"{kept}By": list(pledge.kept_by),
        "finished": pledge.finished,
        "ended": pledge.ended,
        "lapsed": has_lapsed(pledge.promise, at),
    }
