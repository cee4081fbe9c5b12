"""What a batch of entries needs of the ledger, read and locked row by row as the rules ask for it.

A shelf behaves like the mapping that the pure rules expect of a state, and fetches what it does not hold yet. Rows are
locked when they are read, in the order of their ids where they are asked for together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q, Sum

from wikivillage.flows.kinds import Event as EventKind
from wikivillage.flows.kinds import Held, Pledge, Standing, State, Stock, Work
from wikivillage.flows.kinds import Process as ProcessKind
from wikivillage.flows.wire import read_text
from wikivillage.web.ledger import models

T = TypeVar("T")
HINTS = 500
"""How many ids are looked through for the one that was meant."""


class Shelf(dict[str, T]):
    """A mapping that fetches what it lacks: ``fetch`` takes ids in order and returns what there is of them."""

    def __init__(self, fetch: Callable[[list[str]], dict[str, T]], ids: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__()
        self.fetch, self.ids = fetch, ids
        self.asked: set[str] = set()

    def want(self, ids: Iterable[str | None]) -> None:
        """Fetch several at once, so that they are locked in order and cost one query."""
        missing = sorted({id for id in ids if id} - self.asked - self.keys())
        if missing:
            self.asked |= set(missing)
            self.update(self.fetch(missing))

    def get(self, id: str, default: Any = None) -> Any:
        """What there is under an id."""
        if id not in self:
            self.want([id])
        return super().get(id, default)

    def __iter__(self) -> Iterator[str]:
        """Ids that there are, some of them at least: what a hint chooses from."""
        return iter([*super().keys(), *self.ids()])


def open_state(closed_until: Any) -> State:
    """The state of the ledger as a view that fetches and locks what is looked at."""
    pledges = Shelf(_pledges, _ids_of(models.Promise))
    return State(
        stocks=Shelf(_stocks, _ids_of(models.Stock)),
        works=Shelf(_works, _ids_of(models.Process)),
        pledges=pledges,
        events=Shelf(_standings),
        contents=Shelf(_contents),
        promised=Shelf(lambda ids: _promised(ids, pledges)),
        closed_until=closed_until,
    )


def locked(rows: Any) -> Any:
    """Rows that nobody else changes until this transaction ends. On SQLite the transaction itself is the lock."""
    return rows.select_for_update(no_key=True) if connection.features.has_select_for_no_key_update else rows


def _ids_of(model: Any) -> Callable[[], list[str]]:
    return lambda: list(model.objects.values_list("id", flat=True)[:HINTS])


def _stocks(ids: list[str]) -> dict[str, Stock]:
    return {row.id: stock_of(row) for row in locked(models.Stock.objects.filter(id__in=ids).order_by("id"))}


def stock_of(row: models.Stock) -> Stock:
    """A row as the kind that the rules know."""
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
    return {row.id: work_of(row) for row in locked(models.Process.objects.filter(id__in=ids).order_by("id"))}


def work_of(row: models.Process) -> Work:
    """A process row as the kind that the rules know."""
    held = {id: Held(action, Decimal(amount)) for id, (action, amount) in row.held.items()}
    return Work(ProcessKind(row.id, row.based_on, row.name, row.at), held)


def _pledges(ids: list[str]) -> dict[str, Pledge]:
    rows = models.Promise.objects.filter(id__in=ids).order_by("id")
    bodies = dict(models.Record.objects.filter(id__in=ids).values_list("id", "body"))
    return {row.id: pledge_of(row, bodies[row.id]) for row in locked(rows)}


def pledge_of(row: models.Promise, body: str, kept_by: tuple[str, ...] = ()) -> Pledge:
    """A promise row, with the text of its record, as the kind that the rules know."""
    promise: Any = read_text(body)
    return Pledge(promise, row.delivered, kept_by, row.ended)


def _promised(ids: list[str], pledges: Shelf[Pledge]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {id: set() for id in ids}
    rows = models.Promise.objects.filter(resource__in=ids, counts=True, ended__isnull=True, lapsed=False)
    for id, resource in rows.values_list("id", "resource"):
        found[resource].add(id)
    pledges.want(id for several in found.values() for id in several)
    return {resource: frozenset(several) for resource, several in found.items()}


def _contents(ids: list[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {id: set() for id in ids}
    for id, container in models.Stock.objects.filter(contained_in__in=ids).values_list("id", "contained_in"):
        found[container].add(id)
    return {container: frozenset(several) for container, several in found.items()}


def _standings(ids: list[str]) -> dict[str, Standing]:
    rows = models.Event.objects.filter(id__in=ids).select_related("record")
    return {row.id: _standing(row) for row in rows}


def _standing(row: models.Event) -> Standing:
    event = read_text(row.record.body)
    assert isinstance(event, EventKind), "an event's record is an event"
    net = models.Event.objects.filter(Q(id=row.id) | Q(corrects=row.id)).aggregate(Sum("quantity"), Sum("effort"))
    return Standing(event, row.previous, net["quantity__sum"], net["effort__sum"])
