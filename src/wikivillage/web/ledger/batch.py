"""A batch on its way into the database: what the rules allowed, turned into rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.apply import happened
from wikivillage.flows.chain import seal
from wikivillage.flows.draft import Draft, counts_against, is_booking
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Claim, Commitment, Entry, Event, Intent, Pledge, State, Stock, Work
from wikivillage.flows.wire import KINDS, canonical_text, sha256
from wikivillage.web.ledger import models
from wikivillage.web.registry.models import Agent

ROWS = 500
"""How many rows go into the database with one statement."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with when and by whom it is recorded."""

    entry: Entry
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an entry: ``created`` or ``exists``, its number, and the event before it on its resource."""

    id: str
    result: Literal["created", "exists"]
    number: int
    previous: str | None


@dataclass(slots=True)
class Batch:
    """The items that the rules allowed, in order, and what they change: new rows, and rows as they will stand."""

    items: list[Item] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    changes: list[Draft] = field(default_factory=list)
    before: list[dict[str, Stock | None]] = field(default_factory=list)
    delivered: list[dict[str, Pledge | None]] = field(default_factory=list)
    written: dict[str, Written] = field(default_factory=dict)

    def look_ahead(self, state: State, items: Sequence[Item]) -> None:
        """Fetch and lock at once, in order, what the entries name."""
        entries = [item.entry for item in items]
        names = ("resource", "to_resource", "container")
        shelves: Any = state
        shelves.stocks.want(getattr(entry, name, None) for entry in entries for name in names)
        shelves.stocks.want(new.id for entry in entries for new in _new(entry))
        events = [entry for entry in entries if isinstance(entry, Event)]
        shelves.works.want(process for event in events for process in (event.input_of, event.output_of))
        shelves.pledges.want(id for event in events for id in (*event.fulfills, *event.settles))
        shelves.events.want(event.corrects for event in events)
        named = [getattr(entry, name, None) for entry in entries for name in ("resource", "to_resource")]
        shelves.contents.want(named)
        shelves.promised.want(named)

    def add(self, item: Item, change: Draft) -> None:
        """Take in an entry that the rules allow, with what it changes."""
        self.places[item.entry.id] = len(self.items)
        self.items.append(item)
        self.changes.append(change)
        self.before.append({id: change.base.stocks.get(id) for id in change.stocks})
        self.delivered.append({id: change.base.pledges.get(id) for id in change.pledges})

    def check_agents(self) -> None:
        """Every agent is known to the registry. Raises ProblemError."""
        wanted = {name for item in self.items for name in (*agents_of(item.entry), item.by) if name}
        known = set(Agent.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
        hint = "Add the agent to the registry first."
        unknown = [
            Problem("unknown-agent", name, "is no agent of this village.", hint) for name in sorted(wanted - known)
        ]
        if unknown:
            raise ProblemError(unknown)

    def save(self, head: models.Head) -> None:
        """Write every row, in the order in which the guards of the database want them."""
        records = self._records(head)
        _create(models.Record, records)
        _create(models.Process, self._new_processes(records))
        _create(models.Stock, self._new_stocks(records))
        _create(models.Event, self._events(records))
        _create(models.Posting, self._postings(records))
        self._update()
        _create(models.Promise, self._new_promises(records))
        _create(models.Keeping, self._keepings(records))
        last = records[-1]
        closed = next((change.closed_until for change in reversed(self.changes)), head.closed_until)
        models.Head.objects.filter(pk=1).update(number=last.number, hash=last.hash, closed_until=closed)

    def _records(self, head: models.Head) -> list[models.Record]:
        rows, previous = [], head.hash
        for number, item in enumerate(self.items, head.number + 1):
            kind = next(name for name, type_ in KINDS.items() if isinstance(item.entry, type_))
            body, at = canonical_text(item.entry), item.at.astimezone(UTC)
            body_hash = sha256(body)
            row = models.Record(
                number=number,
                kind=kind,
                id=item.entry.id,
                body=body,
                body_hash=body_hash,
                recorded_at=at,
                recorded_by_id=item.by,
                previous=previous,
                hash=seal(number, kind, item.entry.id, body_hash, at, item.by, previous),
            )
            self.written[row.id] = Written(
                row.id, "created", number, _previous(self.changes[self.places[row.id]], row.id)
            )
            rows.append(row)
            previous = row.hash
        return rows

    def _events(self, records: list[models.Record]) -> list[models.Event]:
        rows = zip(records, self.items, self.changes, strict=True)
        return [event_row(record, item.entry, change) for record, item, change in rows if isinstance(item.entry, Event)]

    def _postings(self, records: list[models.Record]) -> list[models.Posting]:
        return [
            posting_row(record, stock, before.get(id))
            for record, change, before in zip(records, self.changes, self.before, strict=True)
            for id, stock in change.stocks.items()
        ]

    def _new_stocks(self, records: list[models.Record]) -> list[models.Stock]:
        return [
            _opened(stock, record.number)
            for record, change, before in zip(records, self.changes, self.before, strict=True)
            for id, stock in change.stocks.items()
            if before[id] is None
        ]

    def _new_promises(self, records: list[models.Record]) -> list[models.Promise]:
        """Promises as the batch leaves them: what it makes and ends at once never takes anything."""
        last = self._last_pledges()
        rows = zip(records, self.items, self.changes, strict=True)
        return [
            _promised(record, last[record.id], change)
            for record, item, change in rows
            if isinstance(item.entry, Commitment | Claim | Intent)
        ]

    def _new_processes(self, records: list[models.Record]) -> list[models.Process]:
        new = [
            (record, work.process)
            for record, change in zip(records, self.changes, strict=True)
            for work in change.works.values()
            if work.process.id == record.id
        ]
        return [
            models.Process(id=one.id, record=record, based_on=one.based_on, name=one.name, at=one.at)
            for record, one in new
        ]

    def _keepings(self, records: list[models.Record]) -> list[models.Keeping]:
        return [
            models.Keeping(promise_id=id, record=record, event=record.id, amount=pledge.delivered - before.delivered)
            for record, change, delivered in zip(records, self.changes, self.delivered, strict=True)
            for id, pledge in change.pledges.items()
            if (before := delivered[id]) is not None and len(pledge.kept_by) > len(before.kept_by)
        ]

    def _update(self) -> None:
        """Bring the rows that add up to their last state, each once."""
        stocks = {id: stock for change in self.changes for id, stock in change.stocks.items()}
        works = {id: work for change in self.changes for id, work in change.works.items()}
        for id in sorted(stocks):
            models.Stock.objects.filter(pk=id).update(**standing_fields(stocks[id]))
        for id in sorted(works):
            models.Process.objects.filter(pk=id).update(held=held_of(works[id]))
        pledges = self._last_pledges()
        for id in sorted(pledges.keys() - self.places.keys()):
            models.Promise.objects.filter(pk=id).update(delivered=pledges[id].delivered, ended=pledges[id].ended)
        self._let_lapse()

    def _let_lapse(self) -> None:
        """Reservations whose time is over no longer stand in the way of new ones."""
        made = [item for item in self.items if isinstance(item.entry, Commitment) and counts_against(item.entry)]
        if made:
            resources = {item.entry.resource for item in made if isinstance(item.entry, Commitment)}
            rows = models.Promise.objects.filter(resource__in=resources, counts=True, ended__isnull=True, lapsed=False)
            rows.filter(expires__lte=min(item.at for item in made)).update(lapsed=True)

    def _last_pledges(self) -> dict[str, Pledge]:
        return {id: pledge for change in self.changes for id, pledge in change.pledges.items()}


def event_row(record: models.Record, event: Event, change: Draft) -> models.Event:
    """The columns of an event."""
    quantity, effort = event.quantity, event.effort
    return models.Event(
        record=record,
        id=event.id,
        action=event.action,
        provider_id=event.provider,
        receiver_id=event.receiver,
        resource=event.new_resource.id if event.new_resource else event.resource,
        to_resource=event.new_to_resource.id if event.new_to_resource else event.to_resource,
        spec=event.spec,
        quantity=quantity.value if quantity else None,
        unit=quantity.unit if quantity else None,
        effort=effort.value if effort else None,
        effort_unit=effort.unit if effort else None,
        input_of=event.input_of,
        output_of=event.output_of,
        happened_at=happened(event, record.recorded_at),
        corrects=event.corrects,
        previous=_previous(change, event.id),
    )


def _previous(change: Draft, id: str) -> str | None:
    standing = change.events.get(id)
    return standing.previous if standing else None


def _create(model: Any, rows: list[Any]) -> None:
    if rows:
        model.objects.bulk_create(rows, batch_size=ROWS)


def _new(entry: Entry) -> Iterable[Any]:
    return [new for new in (getattr(entry, "new_resource", None), getattr(entry, "new_to_resource", None)) if new]


def agents_of(entry: Entry) -> set[str]:
    """Every agent that an entry names."""
    names = {getattr(entry, name, None) for name in ("provider", "receiver", "recorded_by")}
    names |= {agent for new in _new(entry) for agent in (new.primary_accountable, new.custodian)}
    return {name for name in names if name}


def posting_row(record: models.Record, stock: Stock, before: Stock | None) -> models.Posting:
    """What an event changed in one record, and where that left it."""
    owned, held = (before.accounting, before.onhand) if before else (ZERO, ZERO)
    return models.Posting(
        record=record,
        resource=stock.id,
        sequence=stock.sequence,
        accounting_change=stock.accounting - owned,
        onhand_change=stock.onhand - held,
        accounting=stock.accounting,
        onhand=stock.onhand,
    )


def _opened(stock: Stock, number: int) -> models.Stock:
    """A record's row as it begins: with nothing; its postings come after it."""
    return models.Stock(
        id=stock.id,
        unit=stock.unit,
        spec=stock.spec,
        allow_negative=stock.allow_negative,
        elsewhere=stock.elsewhere,
        created_in=number,
        **{**standing_fields(stock), "accounting": ZERO, "onhand": ZERO, "sequence": 0},
    )


def standing_fields(stock: Stock) -> dict[str, Any]:
    """What of a record's row its events may change."""
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


def held_of(work: Work) -> dict[str, list[str]]:
    """What a process has in hand, as JSON."""
    return {id: [held.action, plain(held.amount)] for id, held in work.held.items()}


def _promised(record: models.Record, pledge: Pledge, change: Draft) -> models.Promise:
    promise, measure = pledge.promise, pledge.measure
    row = models.Promise(
        record=record,
        id=promise.id,
        kind=record.kind,
        amount=measure.value,
        unit=measure.unit,
        delivered=pledge.delivered,
        ended=pledge.ended,
    )
    if isinstance(promise, Commitment):
        stock = change.stock(promise.resource)
        row.resource, row.expires = promise.resource, promise.expires
        row.begin, row.end = promise.begin, promise.end
        row.counts, row.booking = counts_against(promise), is_booking(promise)
        row.single = row.booking and stock is not None and stock.accounting == 1
    return row
