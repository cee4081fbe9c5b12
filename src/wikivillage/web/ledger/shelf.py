"""What a batch of entries needs of the ledger, read and locked row by row as the rules ask for it.

A shelf behaves like the mapping that the pure rules expect of a state, and fetches what it does not hold yet. Rows are
locked when they are read, in the order of their ids where they are asked for together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from wikivillage.flows.kinds import Event as EventKind
from wikivillage.flows.kinds import Held, Pledge, Standing, State, Stock, Work
from wikivillage.flows.kinds import Process as ProcessKind
from wikivillage.flows.wire import read_text
from wikivillage.web.ledger import models
from wikivillage.web.ledger.batch import Head
from wikivillage.web.ledger.sql import amount, locking, moment, select, stored, structure

T = TypeVar("T")
HINTS = 500
"""How many ids are looked through for the one that was meant."""


class Shelf(dict[str, T]):
    """A mapping that fetches what it lacks: ``fetch`` takes ids in order and returns what there is of them."""

    def __init__(self, fetch: Callable[[list[str]], dict[str, T]], ids: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__()
        self.fetch, self.ids = fetch, ids
        self.asked: set[str] = set()
        self.read: dict[str, T] = {}

    def want(self, ids: Iterable[str | None]) -> None:
        """Fetch several at once, so that they are locked in order and cost one query."""
        missing = sorted({id for id in ids if id} - self.asked - self.keys())
        if missing:
            self.asked |= set(missing)
            found = self.fetch(missing)
            self.read |= found
            self.update(found)

    def get(self, id: str, default: Any = None) -> Any:
        """What there is under an id."""
        if id not in self:
            self.want([id])
        return super().get(id, default)

    def is_stale(self) -> bool:
        """Whether what was read is otherwise by now: for what no lock keeps as it is."""
        return bool(self.asked) and self.fetch(sorted(self.asked)) != self.read

    def __iter__(self) -> Iterator[str]:
        """Ids that there are, some of them at least: what a hint chooses from."""
        return iter([*super().keys(), *self.ids()])


def open_state(closed_until: datetime | None, at: datetime) -> State:
    """The state of the ledger as a view that fetches and locks what is looked at; ``at`` is when the first entry of
    the batch is recorded: reservations that had lapsed by then are of no account."""
    pledges = Shelf(_pledges, _ids_of("ledger_promise"))
    return State(
        stocks=Shelf(_stocks, _ids_of("ledger_stock")),
        works=Shelf(_works, _ids_of("ledger_process")),
        pledges=pledges,
        events=Shelf(_standings),
        contents=Shelf(_contents),
        promised=Shelf(lambda ids: _promised(ids, pledges, at)),
        closed_until=closed_until,
    )


def read_head(*, locked: bool = False) -> Head:
    """The end of the chain. Its lock is the last one taken: from there to the commit there is one writer at a time."""
    lock = locking() if locked else ""
    ((number, hash, closed_until),) = select(
        f"SELECT number, hash, closed_until FROM ledger_head WHERE id = {{ids}}{lock}", [1]
    )
    return Head(number, hash, moment(closed_until))


def _ids_of(table: str) -> Callable[[], list[str]]:
    return lambda: [id for (id,) in select(f"SELECT id FROM {table} WHERE id <> {{ids}} LIMIT {HINTS}", [""])]


STOCK_COLUMNS = """id, unit, spec, accounting, onhand, primary_accountable_id, custodian_id, location, stage, state,
    contained_in, inside, classified_as, effort_unit, lot, tracking, allow_negative, elsewhere, sequence, last_event"""


def _stocks(ids: list[str]) -> dict[str, Stock]:
    return {stock.id: stock for stock in read_stocks(ids, locking())}


def read_stocks(ids: list[str], lock: str = "") -> list[Stock]:
    """Records as they stand, in the order of their ids."""
    rows = select(f"SELECT {STOCK_COLUMNS} FROM ledger_stock WHERE id IN ({{ids}}) ORDER BY id{lock}", ids)
    return [_stock(row) for row in rows]


def _stock(row: tuple[Any, ...]) -> Stock:
    (id, unit, spec, accounting, onhand, owner, holder, location, stage, state, box, inside, classes, *rest) = row
    effort_unit, lot, tracking, allow_negative, elsewhere, sequence, last_event = rest
    return Stock(
        id=id,
        unit=unit,
        spec=spec,
        accounting=amount(accounting),
        onhand=amount(onhand),
        primary_accountable=owner,
        custodian=holder,
        location=location,
        stage=stage,
        state=state,
        contained_in=box,
        inside=amount(inside),
        classified_as=tuple(structure(classes)),
        effort_unit=effort_unit,
        lot=lot,
        tracking=tracking,
        allow_negative=bool(allow_negative),
        elsewhere=bool(elsewhere),
        sequence=sequence,
        last_event=last_event,
    )


def stock_of(row: models.Stock) -> Stock:
    """A row of the ORM as the kind that the rules know."""
    return Stock(
        id=row.id,
        unit=row.unit,
        spec=row.spec,
        accounting=row.accounting,
        onhand=row.onhand,
        primary_accountable=row.primary_accountable_id,
        custodian=row.custodian_id,
        location=row.location,
        stage=row.stage,
        state=row.state,
        contained_in=row.contained_in,
        inside=row.inside,
        classified_as=tuple(row.classified_as),
        effort_unit=row.effort_unit,
        lot=row.lot,
        tracking=row.tracking,
        allow_negative=row.allow_negative,
        elsewhere=row.elsewhere,
        sequence=row.sequence,
        last_event=row.last_event,
    )


def _works(ids: list[str]) -> dict[str, Work]:
    statement = "SELECT id, based_on, name, at, held FROM ledger_process WHERE id IN ({ids}) ORDER BY id"
    return {row[0]: _work(*row) for row in select(statement + locking(), ids)}


def work_of(row: models.Process) -> Work:
    """A process row of the ORM as the kind that the rules know."""
    return _work(row.id, row.based_on, row.name, row.at, row.held)


def _work(id: str, based_on: str | None, name: str | None, at: str | None, held: Any) -> Work:
    in_hand = {key: Held(action, Decimal(number)) for key, (action, number) in structure(held).items()}
    return Work(ProcessKind(id, based_on, name, at), in_hand)


def _pledges(ids: list[str]) -> dict[str, Pledge]:
    lock = f"{locking()} OF p" if locking() else ""
    statement = f"""SELECT p.id, r.body, p.delivered, p.ended FROM ledger_promise p
        JOIN ledger_record r ON r.number = p.number WHERE p.id IN ({{ids}}) ORDER BY p.id{lock}"""
    return {id: _pledge(body, amount(kept), (), ended) for id, body, kept, ended in select(statement, ids)}


def pledge_of(row: models.Promise, body: str, kept_by: tuple[str, ...] = ()) -> Pledge:
    """A promise row of the ORM, with the text of its record, as the kind that the rules know."""
    return _pledge(body, row.delivered, kept_by, row.ended)


def _pledge(body: str, delivered: Decimal, kept_by: tuple[str, ...], ended: str | None) -> Pledge:
    return Pledge(_read_promise(body), delivered, kept_by, ended)


@lru_cache(maxsize=4096)
def _read_promise(body: str) -> Any:
    """A promise from its text. Whoever promises a thing reads what else is promised of it, and texts never change."""
    return read_text(body)


def _promised(ids: list[str], pledges: Shelf[Pledge], at: datetime) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {id: set() for id in ids}
    statement = """SELECT id, resource FROM ledger_promise
        WHERE resource IN ({ids}) AND counts AND ended IS NULL AND (expires IS NULL OR expires > %s)"""
    for id, resource in select(statement, ids, stored(at)):
        found[resource].add(id)
    pledges.want(id for several in found.values() for id in several)
    return {resource: frozenset(several) for resource, several in found.items()}


def _contents(ids: list[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {id: set() for id in ids}
    for id, container in select("SELECT id, contained_in FROM ledger_stock WHERE contained_in IN ({ids})", ids):
        found[container].add(id)
    return {container: frozenset(several) for container, several in found.items()}


def _standings(ids: list[str]) -> dict[str, Standing]:
    statement = """SELECT e.id, r.body, e.previous,
            (SELECT sum(c.quantity) FROM ledger_event c WHERE c.id = e.id OR c.corrects = e.id),
            (SELECT sum(c.effort) FROM ledger_event c WHERE c.id = e.id OR c.corrects = e.id),
            (SELECT p.onhand_change FROM ledger_posting p WHERE p.number = e.number AND p.resource = e.resource)
        FROM ledger_event e JOIN ledger_record r ON r.number = e.number WHERE e.id IN ({ids})"""
    kept = _kept(ids)
    return {
        id: _standing(body, previous, quantity, effort, onhand, kept.get(id, {}))
        for id, body, previous, quantity, effort, onhand in select(statement, ids)
    }


def _kept(ids: list[str]) -> dict[str, dict[str, Decimal]]:
    """What events and their corrections gave to each promise."""
    statement = """SELECT coalesce(e.corrects, e.id), k.promise_id, sum(k.amount)
        FROM ledger_event e JOIN ledger_keeping k ON k.number = e.number
        WHERE e.id IN ({ids}) OR e.corrects IN ({ids}) GROUP BY 1, 2"""
    found: dict[str, dict[str, Decimal]] = {}
    for event, promise, total in select(statement, ids):
        found.setdefault(event, {})[promise] = amount(total)
    return found


def _standing(
    body: str, previous: str | None, quantity: Any, effort: Any, onhand: Any, kept: dict[str, Decimal]
) -> Standing:
    event = read_text(body)
    assert isinstance(event, EventKind), "an event's record is an event"
    return Standing(
        event,
        previous,
        None if quantity is None else amount(quantity),
        None if effort is None else amount(effort),
        onhand=amount(onhand or 0),
        kept=kept,
    )
