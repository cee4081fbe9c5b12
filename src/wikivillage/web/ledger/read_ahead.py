"""What a walk through the ledger will ask, read before it asks: in a few statements, not thing by thing.

``reach`` lets the database itself follow the links of narrow stocks and processes in one direction; ``read_told`` then
reads all that happened to them. Both may read more than a walk needs, or less: what it lacks it asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection

from wikivillage.flows.kinds import ZERO, Event, Measure, Standing
from wikivillage.flows.neighbours import Kind
from wikivillage.flows.trace import Direction
from wikivillage.web.ledger import models
from wikivillage.web.ledger.sql import amount, moment, select

NARROW = 60
"""How many events a stock or one side of a process has at most that is walked event by event."""
MOST_REACHED = 60
"""How many stocks and processes are looked for ahead at once."""

SIDES: Mapping[Direction, str] = {"trace": "input_of", "track": "output_of"}
"""The side of a process on which a walk goes on."""
STARTS: Mapping[Kind, str] = {
    "event": "SELECT 'event', CAST(number AS text) FROM ledger_event WHERE id = %s",
    "resource": "SELECT 'resource', CAST(id AS text) FROM ledger_stock WHERE id = %s",
    "process": "SELECT 'process', CAST(id AS text) FROM ledger_process WHERE id = %s",
}
"""Where a way may begin. Events go by their number in it."""


@dataclass(frozen=True, slots=True)
class Link:
    """From something on a way to what belongs to it: the kind of that, its column, the table, and which rows."""

    kind: Kind
    column: str
    table: str
    where: str


FEW = f"(SELECT count(*) FROM (SELECT 1 FROM ledger_event one WHERE one.{{side}} = way.id LIMIT {NARROW + 1}) few)"
OF_SEQUENCE = "(SELECT s.sequence FROM ledger_stock s WHERE s.id = way.id)"
IS_NARROW = f"way.kind = 'resource' AND {OF_SEQUENCE} <= {NARROW}"
OF_STOCK = Link("event", "p.number", "ledger_posting p", f"{IS_NARROW} AND p.resource = way.id")
EVENT = "way.kind = 'event' AND e.number = CAST(way.id AS bigint)"
GOT = f"{EVENT} AND p.number = e.number AND (e.output_of > '' OR e.resource IS NULL OR e.resource <> p.resource)"


def _of_process(side: str) -> Link:
    where = f"way.kind = 'process' AND e.{side} = way.id AND {FEW.format(side=side)} <= {NARROW}"
    return Link("event", "e.number", "ledger_event e", where)


LINKS: Mapping[Direction, tuple[Link, ...]] = {
    "trace": (
        OF_STOCK,
        _of_process("input_of"),
        Link("process", "e.output_of", "ledger_event e", f"{EVENT} AND e.output_of > ''"),
        Link("resource", "e.resource", "ledger_event e", f"{EVENT} AND e.resource > ''"),
        Link("resource", "e.to_resource", "ledger_event e", f"{EVENT} AND e.to_resource > '' AND e.input_of > ''"),
    ),
    "track": (
        OF_STOCK,
        _of_process("output_of"),
        Link("process", "e.input_of", "ledger_event e", f"{EVENT} AND e.input_of > ''"),
        Link("resource", "p.resource", "ledger_event e CROSS JOIN ledger_posting p", GOT),
    ),
}
"""The steps of the strict rule, roughly: hardly one is left out that leads on, and some are here that do not."""


def reach(start: str, kinds: Iterable[Kind], direction: Direction) -> list[tuple[Kind, str, int]]:
    """The stocks and processes that a walk from something may come to, nearest first, and how many events each has.

    What is wide is named and not passed.
    """
    starts = [STARTS[kind] for kind in kinds]
    onward = LATERAL if connection.vendor == "postgresql" else BESIDE
    few = FEW.format(side=SIDES[direction])
    statement = f"""WITH RECURSIVE way(kind, id) AS ({" UNION ".join(starts)} UNION {onward[direction]})
        SELECT kind, id, CASE WHEN kind = 'process' THEN {few} ELSE {OF_SEQUENCE} END
        FROM way WHERE kind <> 'event' LIMIT {MOST_REACHED}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [start] * len(starts))
        return list(cursor.fetchall())


def _step(link: Link, among: str = "") -> str:
    return (
        f"SELECT '{link.kind}' AS kind, CAST({link.column} AS text) AS id FROM {among}{link.table} WHERE {link.where}"
    )


BESIDE = {way: " UNION ".join(_step(link, "way CROSS JOIN ") for link in links) for way, links in LINKS.items()}
"""For SQLite, from 3.34 on: each link is a step of the recursion by itself."""
LATERAL = {
    way: f"SELECT link.kind, link.id FROM way CROSS JOIN LATERAL ({' UNION ALL '.join(map(_step, links))}) link"
    for way, links in LINKS.items()
}
"""For PostgreSQL, which takes only one step: all links in one."""


@dataclass
class Told:
    """An event as its row tells it, the stocks that it touched, and what corrected it: number, amount and effort."""

    row: models.Event
    touched: list[str] = field(default_factory=list)
    corrections: list[tuple[str, Decimal | None, Decimal | None]] = field(default_factory=list)

    @cached_property
    def standing(self) -> Standing:
        """What a walk asks of the event. What only its text says, as its basis or its classes, is not in it."""
        row = self.row
        event = Event(
            id=row.id,
            action=row.action,
            provider=row.provider_id,
            receiver=row.receiver_id,
            resource=row.resource,
            to_resource=row.to_resource,
            spec=row.spec,
            quantity=_measure(row.quantity, row.unit),
            effort=_measure(row.effort, row.effort_unit),
            input_of=row.input_of,
            output_of=row.output_of,
            corrects=row.corrects,
        )
        quantity = _left(row.quantity, [amount for _id, amount, _effort in self.corrections])
        effort = _left(row.effort, [effort for _id, _amount, effort in self.corrections])
        return Standing(event, row.previous, quantity, effort, tuple(id for id, *_ in self.corrections))


def _measure(value: Decimal | None, unit: str | None) -> Measure | None:
    return None if value is None else Measure(value, unit or "")


def _left(first: Decimal | None, changes: list[Decimal | None]) -> Decimal | None:
    said = [one for one in (first, *changes) if one is not None]
    return sum(said, ZERO) if said else None


def read_told(wanted: Mapping[str, Collection[str]]) -> list[Told]:
    """Events in their order: those of some stocks and processes, and some by their ids. ``wanted``: see ``WANTED``."""
    parts = [(WANTED[key], sorted(ids)) for key, ids in wanted.items() if ids]
    if not parts:
        return []
    numbers = " UNION ".join(part.format(ids=", ".join(["%s"] * len(ids))) for part, ids in parts)
    with connection.cursor() as cursor:
        cursor.execute(READ % {"numbers": numbers}, [id for _part, ids in parts for id in ids])
        found: dict[str, Told] = {}
        for *values, touched in cursor.fetchall():
            told = found.get(values[1]) or found.setdefault(values[1], Told(_row(values)))
            if touched is not None:
                told.touched.append(touched)
    for id, corrects, *less in select(CORRECTIONS, list(found)):
        found[corrects].corrections.append((id, *map(_amount, less)))
    return list(found.values())


WANTED = {
    "resource": "SELECT number FROM ledger_posting WHERE resource IN ({ids})",
    "input_of": "SELECT number FROM ledger_event WHERE input_of IN ({ids})",
    "output_of": "SELECT number FROM ledger_event WHERE output_of IN ({ids})",
    "event": "SELECT number FROM ledger_event WHERE id IN ({ids})",
}
"""Events that touched a stock, of a side of a process, and by themselves."""
FIELDS = models.Event._meta.concrete_fields
READ = f"""SELECT {", ".join(f'e."{one.column}"' for one in FIELDS)}, p.resource
    FROM ledger_event e LEFT JOIN ledger_posting p ON p.number = e.number
    WHERE e.number IN (%(numbers)s) ORDER BY e.number, p.id"""
CORRECTIONS = "SELECT id, corrects, quantity, effort FROM ledger_event WHERE corrects IN ({ids}) ORDER BY number"
NAMES = tuple(one.attname for one in FIELDS)
READERS = {"quantity": lambda value: _amount(value), "effort": lambda value: _amount(value), "happened_at": moment}


def _row(values: list[Any]) -> models.Event:
    read = [READERS[name](value) if name in READERS else value for name, value in zip(NAMES, values, strict=True)]
    return models.Event.from_db(None, NAMES, read)


def _amount(value: Any) -> Decimal | None:
    return None if value is None else amount(value)
