"""A batch on its way into the database: what the rules allowed, turned into rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.chain import Record, seal
from wikivillage.flows.draft import Draft, counts_against
from wikivillage.flows.kinds import Commitment, Entry, Event, Pledge, State, Stock
from wikivillage.flows.wire import canonical_text, kind_of, sha256
from wikivillage.web.ledger import rows, sql


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with when and by whom it is recorded; its canonical text and that text's hash."""

    entry: Entry
    at: datetime
    by: str | None
    body: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an entry: ``created`` or ``exists``, its number, and the event before it on its resource."""

    id: str
    result: Literal["created", "exists"]
    number: int
    previous: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain."""

    number: int
    hash: str
    closed_until: datetime | None


@dataclass(slots=True)
class Batch:
    """The items that the rules allowed, in order, and for each what it changes and what was there before.

    ``is_stale``: whether something that was looked at without a lock has changed since.
    """

    items: list[Item] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    changes: list[Draft] = field(default_factory=list)
    before: list[dict[str, Stock | None]] = field(default_factory=list)
    pledged: list[dict[str, Pledge | None]] = field(default_factory=list)
    written: dict[str, Written] = field(default_factory=dict)
    is_stale: Callable[[], bool] = lambda: False

    def add(self, item: Item, change: Draft) -> None:
        """Take in an entry that the rules allow, with what it changes."""
        self.places[item.entry.id] = len(self.items)
        self.items.append(item)
        self.changes.append(change)
        self.before.append({id: change.base.stocks.get(id) for id in change.stocks})
        self.pledged.append({id: change.base.pledges.get(id) for id in change.pledges})

    def save(self, head: Head) -> Head:
        """Write every row, in the order in which the guards of the database want them; returns the new end."""
        records = self._seal(head)
        numbers = [record.number for record in records]
        sql.insert("ledger_record", [rows.record_row(*pair) for pair in zip(records, self._hashes(), strict=True)])
        sql.insert("ledger_process", self._processes(numbers))
        sql.insert("ledger_stock", self._stocks(numbers))
        sql.insert("ledger_event", self._events(numbers))
        sql.insert("ledger_posting", self._postings(numbers))
        self._update()
        sql.insert("ledger_promise", self._promises(records))
        sql.insert("ledger_keeping", self._keepings(numbers))
        end = Head(records[-1].number, records[-1].hash, self.changes[-1].closed_until)
        sql.update("ledger_head", [(1, {"number": end.number, "hash": end.hash, "closed_until": end.closed_until})])
        return end

    def _hashes(self) -> list[str]:
        return [item.body_hash for item in self.items]

    def _seal(self, head: Head) -> list[Record]:
        records, previous = [], head.hash
        for number, (item, change) in enumerate(zip(self.items, self.changes, strict=True), head.number + 1):
            kind, id, at = kind_of(item.entry), item.entry.id, item.at.astimezone(UTC)
            hash = seal(number, kind, id, item.body_hash, at, item.by, previous)
            records.append(Record(number, kind, id, item.body, at, item.by, previous, hash))
            self.written[id] = Written(id, "created", number, rows.previous_of(change, id))
            previous = hash
        return records

    def _events(self, numbers: list[int]) -> list[sql.Row]:
        together = zip(numbers, self.items, self.changes, strict=True)
        return [rows.event_row(n, item.entry, change) for n, item, change in together if isinstance(item.entry, Event)]

    def _postings(self, numbers: list[int]) -> list[sql.Row]:
        return [
            rows.posting_row(number, stock, before[id])
            for number, change, before in zip(numbers, self.changes, self.before, strict=True)
            for id, stock in change.stocks.items()
        ]

    def _stocks(self, numbers: list[int]) -> list[sql.Row]:
        return [
            rows.opened_row(stock, number)
            for number, change, before in zip(numbers, self.changes, self.before, strict=True)
            for id, stock in change.stocks.items()
            if before[id] is None
        ]

    def _processes(self, numbers: list[int]) -> list[sql.Row]:
        works = {id: work for change in self.changes for id, work in change.works.items()}
        new = zip(numbers, self.items, strict=True)
        return [rows.process_row(n, works[item.entry.id]) for n, item in new if item.entry.id in works]

    def _promises(self, records: list[Record]) -> list[sql.Row]:
        last = self._last_pledges()
        together = zip(records, self.changes, strict=True)
        return [rows.promise_row(r.number, r.kind, last[r.id], change) for r, change in together if r.id in last]

    def _keepings(self, numbers: list[int]) -> list[sql.Row]:
        together = zip(numbers, self.items, self.changes, self.pledged, strict=True)
        return [row for n, item, change, old in together for row in rows.keeping_rows(n, item.entry.id, change, old)]

    def _update(self) -> None:
        """Bring the rows that add up to their last state, each once, in the order of their ids."""
        stocks = {id: stock for change in self.changes for id, stock in change.stocks.items()}
        sql.update("ledger_stock", [(id, rows.standing_row(stocks[id])) for id in sorted(stocks)])
        works = {id: work for change in self.changes for id, work in change.works.items() if id not in self.places}
        sql.update("ledger_process", [(id, {"held": rows.held_of(works[id])}) for id in sorted(works)])
        pledges = {id: one for id, one in self._last_pledges().items() if id not in self.places}
        kept = [(id, {"delivered": pledges[id].delivered, "ended": pledges[id].ended}) for id in sorted(pledges)]
        sql.update("ledger_promise", kept)
        self._let_lapse()

    def _let_lapse(self) -> None:
        """Reservations whose time is over no longer stand in the way of new ones."""
        made = [(item.entry, item.at) for item in self.items if isinstance(item.entry, Commitment)]
        counting = [(entry.resource, at) for entry, at in made if entry.resource and counts_against(entry)]
        if counting:
            at = sql.stored(min(at for _, at in counting))
            found = sql.select(LAPSED, sorted({resource for resource, _ in counting}))
            sql.update("ledger_promise", [(id, {"lapsed": True}) for id, expires in found if sql.stored(expires) <= at])

    def _last_pledges(self) -> dict[str, Pledge]:
        return {id: pledge for change in self.changes for id, pledge in change.pledges.items()}


LAPSED = """SELECT id, expires FROM ledger_promise
    WHERE resource IN ({ids}) AND counts AND ended IS NULL AND NOT lapsed AND expires IS NOT NULL"""


def make_item(entry: Entry, at: datetime, by: str | None = None) -> Item:
    """An entry, ready to be recorded."""
    body = canonical_text(entry)
    return Item(entry, at, by, body, sha256(body))


def look_ahead(state: State, items: Sequence[Item]) -> None:
    """Fetch and lock at once, in order, what entries name."""
    entries: list[Any] = [item.entry for item in items]
    shelves: Any = state
    named = {getattr(entry, name, None) for entry in entries for name in ("resource", "to_resource")}
    boxes = {getattr(entry, "container", None) for entry in entries}
    shelves.stocks.want(named | boxes | {new.id for entry in entries for new in _new(entry)})
    events = [entry for entry in entries if isinstance(entry, Event)]
    shelves.works.want(process for event in events for process in (event.input_of, event.output_of))
    shelves.pledges.want(id for event in events for id in (*event.fulfills, *event.settles, *event.satisfies))
    shelves.events.want(event.corrects for event in events)
    shelves.contents.want(named)
    shelves.promised.want(named)


def check_agents(items: Sequence[Item]) -> None:
    """Every agent is known to the registry. Raises ProblemError."""
    wanted = sorted({name for item in items for name in (*agents_of(item.entry), item.by) if name})
    known = {id for (id,) in sql.select("SELECT pseudonym FROM registry_agent WHERE pseudonym IN ({ids})", wanted)}
    hint = "Add the agent to the registry first."
    unknown = [
        Problem("unknown-agent", name, "is no agent of this village.", hint) for name in wanted if name not in known
    ]
    if unknown:
        raise ProblemError(unknown)


def agents_of(entry: Entry) -> set[str]:
    """Every agent that an entry names."""
    names = {getattr(entry, name, None) for name in ("provider", "receiver", "recorded_by")}
    names |= {agent for new in _new(entry) for agent in (new.primary_accountable, new.custodian)}
    return {name for name in names if name}


def _new(entry: Any) -> Iterable[Any]:
    return [new for new in (getattr(entry, "new_resource", None), getattr(entry, "new_to_resource", None)) if new]
