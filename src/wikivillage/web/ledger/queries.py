"""What is asked of the ledger: stocks, promises, events in pages, sums as of a moment, the way back and forth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from wikivillage.flows.exact import plain
from wikivillage.flows.fold import state_hash
from wikivillage.flows.kinds import ZERO, Event, Pledge, Standing, State, Stock
from wikivillage.flows.wire import read_text
from wikivillage.web.ledger import models
from wikivillage.web.ledger.shelf import pledge_of, read_stocks, stock_of, work_of
from wikivillage.web.ledger.sql import amount, select, stored

CHUNK = 2000
"""How many rows are held at once while many are read."""


def find_stock(id: str) -> Stock | None:
    """One record as it stands."""
    return next(iter(read_stocks([id])), None)


def stocks(*, spec: str | None = None, agent: str | None = None, elsewhere: bool = False) -> QuerySet[models.Stock]:
    """Records, newest first; of a kind, owned or held by an agent. What is elsewhere only if asked for."""
    rows = models.Stock.objects.all() if elsewhere else models.Stock.objects.filter(elsewhere=False)
    if spec:
        rows = rows.filter(spec=spec)
    if agent:
        rows = rows.filter(Q(primary_accountable=agent) | Q(custodian=agent))
    return rows


def events(
    *, resource: str | None = None, process: str | None = None, agent: str | None = None, action: str | None = None
) -> QuerySet[models.Event]:
    """Events, newest first, of a record, a process, an agent, an action."""
    rows = models.Event.objects.select_related("record").order_by("-record_id")
    if resource:
        rows = rows.filter(record__postings__resource=resource).order_by("-record__postings__sequence")
    if process:
        rows = rows.filter(Q(input_of=process) | Q(output_of=process))
    if agent:
        rows = rows.filter(Q(provider=agent) | Q(receiver=agent))
    return rows.filter(action=action) if action else rows


def event_of(row: models.Event) -> Event:
    """An event row as the kind that the rules know."""
    event = read_text(row.record.body)
    assert isinstance(event, Event), "an event's record is an event"
    return event


def find_pledge(id: str) -> Pledge | None:
    """One promise and how far it is kept, by which entries."""
    row = models.Promise.objects.select_related("record").filter(pk=id).first()
    return pledge_row(row) if row else None


def promises(
    *, kind: str | None = None, resource: str | None = None, open: bool | None = None
) -> QuerySet[models.Promise]:
    """Commitments, claims and intents, newest first; ``open``: still to be kept."""
    rows = models.Promise.objects.select_related("record")
    if kind:
        rows = rows.filter(kind=kind)
    if resource:
        rows = rows.filter(resource=resource)
    still = Q(ended__isnull=True, delivered__lt=F("amount"))
    return rows if open is None else rows.filter(still if open else ~still)


def pledge_row(row: models.Promise) -> Pledge:
    """A promise row as the kind that the rules know, with what kept it."""
    kept_by = tuple(models.Keeping.objects.filter(promise=row).order_by("record_id").values_list("event", flat=True))
    return pledge_of(row, row.record.body, kept_by)


def reserved(id: str, at: datetime) -> Decimal:
    """What of a resource is promised to somebody at a time, and not yet taken."""
    ((total,),) = select(RESERVED, [id], stored(at))
    return amount(total)


RESERVED = """SELECT coalesce(sum(CASE WHEN amount > delivered THEN amount - delivered ELSE 0 END), 0)
    FROM ledger_promise
    WHERE resource = {ids} AND counts AND NOT booking AND ended IS NULL AND (expires IS NULL OR expires > %s)"""


def stock_as_of(id: str, *, number: int | None = None, happened: datetime | None = None) -> tuple[Decimal, Decimal]:
    """What a record counted, accounting and on-hand, up to a number of the ledger and what happened until a time.

    What is recorded later never changes what was reported as of an earlier number.
    """
    rows = models.Posting.objects.filter(resource=id)
    if number is not None:
        rows = rows.filter(record_id__lte=number)
    if happened is not None:
        rows = rows.filter(record__event__happened_at__lte=happened)
    sums = rows.aggregate(accounting=Sum("accounting_change"), onhand=Sum("onhand_change"))
    return sums["accounting"] or ZERO, sums["onhand"] or ZERO


def whole_state() -> State:
    """Everything that the tables say, as one state: for small ledgers and for tests."""
    rows = models.Event.objects.select_related("record").order_by("record_id")
    kept: dict[str, list[str]] = {}
    for promise, event in models.Keeping.objects.order_by("record_id").values_list("promise_id", "event"):
        kept.setdefault(promise, []).append(event)
    pledges = models.Promise.objects.select_related("record").order_by("record_id")
    head = models.Head.objects.get(pk=1)
    return State(
        stocks={row.id: stock_of(row) for row in models.Stock.objects.order_by("created_in", "id")},
        works={row.id: work_of(row) for row in models.Process.objects.order_by("record_id")},
        pledges={row.id: pledge_of(row, row.record.body, tuple(kept.get(row.id, ()))) for row in pledges},
        events=_stand([*rows], [row for row in rows if row.corrects]),
        closed_until=head.closed_until,
    )


def standings(ids: Sequence[str]) -> dict[str, Standing]:
    """Some events, each with the one before it on its resource and what its corrections left of it."""
    rows = [*models.Event.objects.select_related("record").filter(id__in=ids)]
    return _stand(rows, models.Event.objects.filter(corrects__in=ids).order_by("record_id"))


def _stand(rows: Sequence[models.Event], corrections: Iterable[models.Event]) -> dict[str, Standing]:
    found = {row.id: Standing(event_of(row), row.previous, row.quantity, row.effort) for row in rows}
    for one in corrections:
        before = found[one.corrects]
        found[one.corrects] = replace(
            before,
            quantity=_sum(before.quantity, one.quantity),
            effort=_sum(before.effort, one.effort),
            corrected_by=(*before.corrected_by, one.id),
        )
    return found


def _sum(total: Decimal | None, change: Decimal | None) -> Decimal | None:
    return total if change is None else (total or ZERO) + change


def ledger_hash() -> str:
    """The hash of what the ledger adds up to: the same on every machine and database with the same entries."""
    return state_hash(_all_stocks(), _all_pledges(), _all_works())


def _all_stocks() -> Iterator[Stock]:
    return (stock_of(row) for row in models.Stock.objects.order_by("pk").iterator(CHUNK))


def _all_works() -> Iterator[Any]:
    return (work_of(row) for row in models.Process.objects.order_by("pk").iterator(CHUNK))


def _all_pledges() -> Iterator[Pledge]:
    """Promises with what kept them, read alongside in the same order."""
    keepings = models.Keeping.objects.order_by("promise_id", "record_id").values_list("promise_id", "event")
    ahead = keepings.iterator(CHUNK)
    pending = next(ahead, None)
    for row in models.Promise.objects.select_related("record").order_by("pk").iterator(CHUNK):
        kept: list[str] = []
        while pending is not None and pending[0] == row.pk:
            kept.append(pending[1])
            pending = next(ahead, None)
        yield pledge_of(row, row.record.body, tuple(kept))


def find_process(id: str) -> dict[str, Any] | None:
    """A process: its inputs and outputs in their order, what it has in hand, and the effort that went into it."""
    row = models.Process.objects.filter(pk=id).first()
    if row is None:
        return None
    rows = models.Event.objects.filter(Q(input_of=id) | Q(output_of=id)).order_by("record_id")
    listed = list(rows.values_list("id", "input_of", "action", "effort", "effort_unit"))
    efforts: dict[tuple[str, str], Decimal] = {}
    for _, side, action, effort, unit in listed:
        if side == id and effort is not None:
            efforts[action, unit] = efforts.get((action, unit), ZERO) + effort
    return {
        "id": row.id,
        "basedOn": row.based_on,
        "name": row.name,
        "at": row.at,
        "inputs": [event for event, side, *_ in listed if side == id],
        "outputs": [event for event, side, *_ in listed if side != id],
        "effort": [{"action": key[0], "value": plain(total), "unit": key[1]} for key, total in efforts.items()],
        "inHand": {stock: {"action": action, "value": value} for stock, (action, value) in row.held.items()},
    }


def records(*, after: int = 0, until: int | None = None) -> QuerySet[models.Record]:
    """Records in their order, after one number and up to another."""
    rows = models.Record.objects.filter(number__gt=after).order_by("number")
    return rows if until is None else rows.filter(number__lte=until)


def numbers_of(ids: Sequence[str]) -> dict[str, int]:
    """The numbers of some entries."""
    return dict(models.Record.objects.filter(id__in=ids).values_list("id", "number"))
