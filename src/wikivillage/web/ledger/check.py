"""Recompute everything: the chain, every effect of every entry, every sum and promise, and compare with the tables.

It reads the records alone and trusts nothing that was derived from them. Memory grows with the number of resources
and promises, not with the number of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, Max, Model, OuterRef, Subquery

from wikivillage.base.problems import ProblemError
from wikivillage.flows.apply import draft
from wikivillage.flows.chain import GENESIS, seal
from wikivillage.flows.draft import Draft, counts_against, is_booking
from wikivillage.flows.fold import Fold, state_hash
from wikivillage.flows.kinds import Commitment, Entry, Event, Pledge, State, Stock
from wikivillage.flows.wire import canonical_text, read_text, sha256
from wikivillage.web.ledger import models
from wikivillage.web.ledger.guards import LISTED, MORE_CONSTRAINTS, broken_guards
from wikivillage.web.ledger.queries import CHUNK
from wikivillage.web.ledger.reconciling import differences_of_rooms
from wikivillage.web.ledger.rows import event_row, keeping_rows, posting_row, process_row, standing_row
from wikivillage.web.ledger.shelf import stock_of
from wikivillage.web.ledger.sql import Row

MOST = 20
"""How many differences are told; a broken ledger has more."""

Say = Callable[[int, int], None]
"""Hears how many records are done, and of how many."""


@dataclass(slots=True)
class Audit:
    """What was found: differences, what is open without being wrong, and the hash of what the records add up to."""

    records: int = 0
    events: int = 0
    hash: str = ""
    differences: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def differ(self, what: str, wanted: Any, got: Any) -> None:
        """Note a difference between what the records say and what a table says."""
        if wanted != got:
            self.note(f"{what}: the records say {_short(wanted)}, the table says {_short(got)}")

    def note(self, what: str) -> None:
        """Note something wrong."""
        if len(self.differences) < MOST:
            self.differences.append(what)

    @property
    def ok(self) -> bool:
        """Whether everything adds up."""
        return not self.differences


def check_ledger(say: Say = lambda done, total: None, guards: Iterable[str] = ()) -> Audit:
    """Recompute the whole ledger, then let each room compare. One difference and the ledger is not to be trusted.

    ``guards`` names those that other rooms have put into the database beside the ledger's own.
    """
    audit = Audit()
    _check_guards(audit, guards)
    state = _check_records(audit, say)
    _check_stocks(audit, state)
    _check_promises(audit, state)
    _check_processes(audit, state)
    _check_origins(audit)
    _check_containment(audit, state)
    for difference in differences_of_rooms(state):
        audit.note(difference)
    audit.hash = state_hash(state.stocks.values(), state.pledges.values(), state.works.values())
    audit.open = list(_open(state))
    return audit


def _check_guards(audit: Audit, of_other_rooms: Iterable[str]) -> None:
    """Triggers and constraints are there, and say what they should."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED[connection.vendor])
        there = dict(cursor.fetchall())
        broken = broken_guards(connection.vendor, there) + sorted(set(of_other_rooms) - there.keys())
        for model in apps.get_app_config("ledger").get_models():
            table = model._meta.db_table
            wanted = {constraint.name for constraint in model._meta.constraints}
            wanted |= MORE_CONSTRAINTS.get((connection.vendor, table), set())
            broken += sorted(wanted - connection.introspection.get_constraints(cursor, table).keys())
    for name in broken:
        audit.note(f"the guard {name} is not in the database as it should be: its rule may have been broken")


def _check_records(audit: Audit, say: Say) -> State:
    """Walk along the chain; at each record compare the seal, the text, and the rows that it made."""
    total = models.Record.objects.count()
    corrected = frozenset(models.Event.objects.filter(corrects__isnull=False).values_list("corrects", flat=True))
    claimed = frozenset(_triggers())
    growing = Fold(keep=corrected | claimed)
    rows = _Alongside()
    previous = GENESIS
    for row in models.Record.objects.order_by("number").iterator(CHUNK):
        _check_seal(audit, row, previous)
        entry = _entry(audit, row)
        change = _applied(audit, growing, row, entry) if entry else None
        if entry and change:
            _check_rows(audit, rows, row, entry, change)
            growing.absorb(change)
        audit.records, previous = audit.records + 1, row.hash
        if audit.records % CHUNK == 0 or audit.records == total:
            say(audit.records, total)
        if len(audit.differences) >= MOST:
            break
    rows.check_empty(audit)
    head = models.Head.objects.filter(pk=1).first() or models.Head(pk=1, number=-1, hash="missing")
    audit.differ("the end of the chain", (audit.records, previous), (head.number, head.hash))
    audit.differ("the closed period", growing.state.closed_until, head.closed_until)
    return growing.state


def _triggers() -> Iterator[str]:
    """The events that claims speak of."""
    for body in models.Record.objects.filter(kind="claim").values_list("body", flat=True).iterator(CHUNK):
        yield getattr(read_text(body), "triggered_by", "")


def _check_seal(audit: Audit, row: models.Record, previous: str) -> None:
    audit.differ(f"record {row.number}", audit.records + 1, row.number)
    audit.differ(f"record {row.number}, the seal of the one before", previous, row.previous)
    body_hash = sha256(row.body)
    audit.differ(f"record {row.number}, the hash of its text", body_hash, row.body_hash)
    sealed = seal(row.number, row.kind, row.id, body_hash, row.recorded_at, row.recorded_by_id, row.previous)
    audit.differ(f"record {row.number}, its seal", sealed, row.hash)


def _entry(audit: Audit, row: models.Record) -> Entry | None:
    try:
        entry = read_text(row.body)
    except ProblemError as error:
        audit.note(f"record {row.number}: {error}")
        return None
    audit.differ(f"record {row.number}, its id", entry.id, row.id)
    audit.differ(f"record {row.number}, its text", canonical_text(entry), row.body)
    return entry


def _applied(audit: Audit, growing: Fold, row: models.Record, entry: Entry) -> Draft | None:
    try:
        return draft(entry, growing.state, row.recorded_at)
    except ProblemError as error:
        audit.note(f"record {row.number} breaks the rules: {error}")
        return None


class _Alongside:
    """The rows of events, postings and keepings, read alongside the records that made them."""

    def __init__(self) -> None:
        self.events = _Stream(models.Event.objects.order_by("record_id"))
        self.postings = _Stream(models.Posting.objects.order_by("record_id", "id"))
        self.keepings = _Stream(models.Keeping.objects.order_by("record_id", "id"))

    def check_empty(self, audit: Audit) -> None:
        """Nothing is left over once all records are read."""
        for stream in (self.events, self.postings, self.keepings):
            if stream.ahead is not None and audit.ok:
                audit.note(f"{stream.ahead} of record {stream.ahead.record_id} belongs to no record of its kind")


class _Stream:
    def __init__(self, rows: Any) -> None:
        self.rows = rows.iterator(CHUNK)
        self.ahead: Any = next(self.rows, None)

    def of(self, number: int) -> list[Any]:
        """The rows of one record."""
        found = []
        while self.ahead is not None and self.ahead.record_id <= number:
            found.append(self.ahead)
            self.ahead = next(self.rows, None)
        return found


def _check_rows(audit: Audit, rows: _Alongside, row: models.Record, entry: Entry, change: Draft) -> None:
    number = row.number
    events = [_values(each) for each in rows.events.of(number)]
    wanted = [event_row(number, entry, change)] if isinstance(entry, Event) else []
    audit.events += len(wanted)
    audit.differ(f"record {number}, its event", wanted, events)
    before = change.base.stocks
    counted = [posting_row(number, stock, before.get(id)) for id, stock in change.stocks.items()]
    postings = [_values(each) for each in rows.postings.of(number)]
    audit.differ(f"record {number}, its postings", _ordered(counted), _ordered(postings))
    pledged = {id: change.base.pledges.get(id) for id in change.pledges}
    kept = [_values(each) for each in rows.keepings.of(number)]
    audit.differ(f"record {number}, what it keeps", keeping_rows(number, row.id, change, pledged), kept)


def _ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["resource"]))


def _values(row: Model) -> Row:
    """The values of a row by column, without the key that the database made."""
    columns = [each for each in row._meta.concrete_fields if not each.auto_created]
    return {each.column: getattr(row, each.attname) for each in columns}


def _check_stocks(audit: Audit, state: State) -> None:
    seen = set()
    for row in models.Stock.objects.order_by("pk").iterator(CHUNK):
        seen.add(row.pk)
        stock = state.stocks.get(row.pk)
        if stock is None:
            audit.note(f"stock {row.pk} is in the table and in no record")
        else:
            audit.differ(f"stock {row.pk}", _whole_row(stock), _whole_row(stock_of(row)))
    for id in sorted(state.stocks.keys() - seen):
        audit.note(f"stock {id} is in the records and not in the table")


def _whole_row(stock: Stock) -> Row:
    fixed = ("unit", "spec", "allow_negative", "elsewhere")
    return {**standing_row(stock), **{name: getattr(stock, name) for name in fixed}}


def _check_origins(audit: Audit) -> None:
    """Each row that adds up says which record it began with; nothing has lapsed before its time."""
    for model in (models.Promise, models.Process):
        for row in model.objects.exclude(record__id=F("id")):
            audit.note(f"{row.pk} points to record {row.record_id}, which is something else")
    for row in models.Promise.objects.exclude(record__kind=F("kind")):
        audit.note(f"promise {row.pk} is called a {row.kind}, its record is not")
    first = models.Posting.objects.filter(resource=OuterRef("pk"), sequence=1).values("record_id")
    for row in models.Stock.objects.exclude(created_in=Subquery(first[:1])):
        audit.note(f"stock {row.pk} began with record {row.created_in}, its postings with another")
    lapsed = models.Promise.objects.filter(lapsed=True)
    latest = models.Record.objects.aggregate(latest=Max("recorded_at"))["latest"]
    for row in lapsed.exclude(expires__lte=latest) if latest else lapsed:
        audit.note(f"promise {row.pk} is marked as lapsed before its time")


def _check_promises(audit: Audit, state: State) -> None:
    rows = {row.pk: row for row in models.Promise.objects.iterator(CHUNK)}
    for id in sorted(state.pledges.keys() ^ rows.keys()):
        audit.note(f"promise {id} is in the {'records' if id in state.pledges else 'table'} only")
    for id, pledge in state.pledges.items():
        if id in rows:
            _check_promise(audit, pledge, rows[id])


def _check_promise(audit: Audit, pledge: Pledge, row: models.Promise) -> None:
    said = (pledge.measure.value, pledge.measure.unit, pledge.delivered, pledge.ended)
    audit.differ(f"promise {row.pk}", said, (row.amount, row.unit, row.delivered, row.ended))
    taken: tuple[Any, ...] = (None, None, None, None, False, False)
    if isinstance(one := pledge.promise, Commitment):
        taken = (one.resource, one.begin, one.end, one.expires, counts_against(one), is_booking(one))
    in_table = (row.resource, row.begin, row.end, row.expires, row.counts, row.booking)
    audit.differ(f"promise {row.pk}, what it takes and when", taken, in_table)
    total = pledge.fulfilled + pledge.open + pledge.released
    audit.differ(f"promise {row.pk}, kept and open", pledge.measure.value, total)


def _check_processes(audit: Audit, state: State) -> None:
    columns = ("based_on", "name", "at", "held")
    rows = {row.pk: {name: getattr(row, name) for name in columns} for row in models.Process.objects.iterator(CHUNK)}
    works = {id: process_row(0, work) for id, work in state.works.items()}
    said = {id: {name: row[name] for name in columns} for id, row in works.items()}
    audit.differ("processes and what they hold", said, rows)


def _check_containment(audit: Audit, state: State) -> None:
    """Containers make a forest, and what lies in one is where it is and with whom it is."""
    for stock in state.stocks.values():
        box = state.stocks.get(stock.contained_in or "")
        if box and (stock.custodian, stock.location) != (box.custodian, box.location):
            audit.note(f"{stock.id} lies in {box.id}, which is elsewhere")
        step, seen = stock, {stock.id}
        while step.contained_in and step.contained_in in state.stocks:
            step = state.stocks[step.contained_in]
            if step.id in seen:
                audit.note(f"{stock.id} lies in itself")
                break
            seen.add(step.id)


def _open(state: State) -> Iterator[str]:
    """What is not wrong and not finished: things accepted and not given back, containers that never came."""
    for work in state.works.values():
        for id, held in work.held.items():
            yield f"process {work.process.id} has {held.amount.normalize():f} of {id} in hand since its {held.action}"
    waiting: dict[str, Stock] = {one.contained_in: one for one in state.stocks.values() if one.contained_in}
    for container, item in waiting.items():
        if container not in state.stocks:
            yield f"{item.id} was put into {container}, which nothing has produced"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:297]}..."
