"""What is measured of the ledger, each in a process of its own: ``python -m benchmarks.ledger_tasks NAME JSON``.

Whatever is handed in is made beforehand and not counted: what counts is the time from the call to the durable answer.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from benchmarks.ledger_bases import file_of
from benchmarks.ledger_story import (
    AGENTS,
    BEGIN,
    HANDLES,
    NOW,
    SHARED,
    in_batches,
    lots,
    stock_name,
    story,
)
from benchmarks.load import quantile
from benchmarks.memory import forget_peak, peak_mb
from wikivillage.flows.kinds import Event, Measure
from wikivillage.web.setup import migrate, setup

METERS = 300
"""As many as a village of about a hundred homes has."""
LAST = 50
"""Events on a page."""


def prepare(url: str) -> dict[str, Any]:
    """Make the tables, the agents, the meters and a token; returns its secret."""
    setup(url)
    migrate()
    from wikivillage.connectors.kinds import Register
    from wikivillage.web.meters.actions import add_meters
    from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister
    from wikivillage.web.registry.actions import add_agent, issue_token

    for handle, pseudonym in zip(HANDLES, AGENTS, strict=True):
        steward = add_agent(handle=handle, kind="organisation", at=BEGIN, pseudonym=pseudonym)
    _, secret = issue_token(agent=steward, scopes=("steward",), at=BEGIN)
    registers = [Register(meter_name(number), "import", "electricity", "kWh") for number in range(METERS)]
    described = [(one.meter, DescribedRegister(one, "hour", None, "bench")) for one in registers]
    add_meters(meters=[DescribedMeter(id, "", "", None, (one,), "bench") for id, one in described], at=BEGIN)
    return {"secret": secret}


def meter_name(number: int) -> str:
    """The id of a meter."""
    return f"meter-{number}"


def ingest(url: str, readings: int, batch: int) -> dict[str, Any]:
    """Readings in batches, through every check: all registers every quarter of an hour; each was read once before."""
    setup(url)
    from wikivillage.connectors.kinds import Reading
    from wikivillage.web.meters.actions import ingest as take_in

    listed = [
        Reading(meter_name(n % METERS), "import", quarter(n), Decimal(n // METERS) / 4, "bench", NOW)
        for n in range(METERS + readings)
    ]
    first, listed = listed[:METERS], listed[METERS:]
    take_in(readings=first, at=NOW, source="bench")
    begun = time.perf_counter()
    counts = [take_in(readings=some, at=NOW, source="bench").counts["new"] for some in _parts(listed, batch)]
    seconds = time.perf_counter() - begun
    assert sum(counts) == readings, "all of them are new"
    return {"seconds": seconds, "rate": readings / seconds}


def quarter(number: int) -> Any:
    """When the reading of a number was made."""
    return BEGIN + timedelta(minutes=15 * (number // METERS))


def ingest_raw(url: str, readings: int, batch: int) -> dict[str, Any]:
    """The same rows by ``executemany`` into a table with the same columns and key and no rules, a transaction each."""
    write = _raw_sqlite if url.startswith("sqlite") else _raw_postgres
    rows = [
        (n % METERS + 1, quarter(n), n // METERS * 250_000_000, NOW, "bench", False, n // batch)
        for n in range(METERS + readings)
    ]
    seconds = write(url, [rows[:METERS], *_parts(rows[METERS:], batch)])
    return {"seconds": seconds, "rate": readings / seconds}


RAW = """INSERT INTO {table} (register_id, at, value, received_at, source, stamped, batch_id)
VALUES ({marks}) ON CONFLICT DO NOTHING"""


def _raw_sqlite(url: str, batches: Sequence[list[Any]]) -> float:
    """Into a file of its own, written ahead and flushed as ours is; the first batch is not counted."""
    with closing(sqlite3.connect(file_of(url))) as made:
        (table,) = made.execute("SELECT sql FROM sqlite_master WHERE name = 'meters_reading'").fetchone()
    texts = [[(a, str(at)[:-6], c, str(arrived)[:-6], *rest) for a, at, c, arrived, *rest in some] for some in batches]
    with closing(sqlite3.connect(f"{file_of(url)}-raw", isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        connection.execute(table)
        statement = RAW.format(table="meters_reading", marks=", ".join("?" * 7))
        begun = 0.0
        for some in texts:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, some)
            connection.execute("COMMIT")
            begun = begun or time.perf_counter()
        return time.perf_counter() - begun


def _raw_postgres(url: str, batches: Sequence[list[Any]]) -> float:
    """Into a table of its own; the first batch is not counted."""
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE raw_reading (LIKE meters_reading INCLUDING ALL)")
        connection.commit()
        statement = RAW.format(table="raw_reading", marks=", ".join(["%s"] * 7))
        begun = 0.0
        for some in batches:
            cursor.executemany(statement, some)
            connection.commit()
            begun = begun or time.perf_counter()
        return time.perf_counter() - begun


def record(url: str, events: int, batch: int) -> dict[str, Any]:
    """Events with every check, in batches that are each one durable transaction; the shared stocks are there before."""
    setup(url)
    from wikivillage.web.ledger.actions import record as write

    entries = story(SHARED + events)
    write(entries=list(islice(entries, SHARED)), at=NOW)
    batches = list(in_batches(entries, batch))
    begun = time.perf_counter()
    for some in batches:
        write(entries=some, at=NOW)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "rate": events / seconds}


def create(url: str, events: int, batch: int) -> dict[str, Any]:
    """The rows of the same events by Django's ``objects.create``, into a table with the same columns and indexes and
    no rules; so many to a transaction."""
    setup(url)
    from django.db import connection, transaction

    plain = plain_events()
    with connection.schema_editor() as editor:
        editor.create_model(plain)
    told = (entry for entry in islice(story(SHARED + events), SHARED - 1, None) if isinstance(entry, Event))
    first, *rows = [_columns(event) for event in told]
    plain.objects.create(**first)
    begun = time.perf_counter()
    for some in _parts(rows, batch):
        if batch == 1:
            plain.objects.create(**some[0])
        else:
            with transaction.atomic():
                for row in some:
                    plain.objects.create(**row)
    seconds = time.perf_counter() - begun
    assert plain.objects.count() == events + 1, "all of them are there"
    return {"seconds": seconds, "rate": events / seconds}


def plain_events() -> Any:
    """A model with the columns, indexes and constraints of the ledger's events, and a number from the database."""
    from django.db import models

    from wikivillage.web.ledger.models import Event as Kept

    def renamed(parts: Iterable[Any]) -> list[Any]:
        copies = [(one.name, one.clone()) for one in parts]
        for name, copy in copies:
            copy.name = f"plain_{name}"
        return [copy for _, copy in copies]

    meta = {
        "app_label": "registry",
        "db_table": "plain_event",
        "indexes": renamed(Kept._meta.indexes),
        "constraints": renamed(Kept._meta.constraints),
    }
    fields = {field.name: field.clone() for field in Kept._meta.local_fields if field.name != "record"}
    number = models.BigAutoField(primary_key=True, db_column="number")
    names = {"__module__": __name__, "Meta": type("Meta", (), meta), "number": number, **fields}
    return type("PlainEvent", (models.Model,), names)


def _columns(event: Event) -> dict[str, Any]:
    quantity = event.quantity or Measure(Decimal(0), "kg")
    resource = event.new_resource.id if event.new_resource else event.resource
    to_resource = event.new_to_resource.id if event.new_to_resource else event.to_resource
    names = ("id", "action", "spec", "input_of", "output_of", "corrects")
    return {
        **{name: getattr(event, name) for name in names},
        "provider_id": event.provider,
        "receiver_id": event.receiver,
        "resource": resource,
        "to_resource": to_resource,
        "quantity": quantity.value,
        "unit": quantity.unit,
        "happened_at": event.at,
    }


def fill(url: str, events: int, batch: int = 1000) -> dict[str, Any]:
    """Write a whole story; what counts is the time inside the ledger."""
    setup(url)
    from wikivillage.web.ledger.actions import record as write

    seconds = 0.0
    for some in in_batches(story(events), batch):
        begun = time.perf_counter()
        write(entries=some, at=NOW)
        seconds += time.perf_counter() - begun
    return {"seconds": seconds, "rate": events / seconds}


def ask(url: str, events: int, times: int) -> dict[str, Any]:
    """Each question so many times, about another stock or lot each time: median and 99th percentile in ms."""
    setup(url)
    rng = random.Random(events)
    told: dict[str, Any] = {}
    for name, question in questions(events).items():
        question(rng)
        spent = [_milliseconds(question, rng) for _ in range(times)]
        told[name] = {"p50": quantile(spent, 0.5), "p99": quantile(spent, 0.99)}
    return told


def _milliseconds(question: Callable[[random.Random], int], rng: random.Random) -> float:
    begun = time.perf_counter()
    answers = question(rng)
    spent = 1000 * (time.perf_counter() - begun)
    assert answers, "there is something to be found"
    return spent


def questions(events: int) -> dict[str, Callable[[random.Random], int]]:
    """What is asked of a ledger that holds a story; each returns how much it found."""
    from wikivillage.flows.trace import trace, track
    from wikivillage.web.ledger import queries
    from wikivillage.web.ledger.history import LedgerHistory

    def stock(rng: random.Random) -> int:
        return queries.find_stock(stock_name(rng.randrange(SHARED))) is not None

    def as_of(rng: random.Random) -> int:
        owned, _ = queries.stock_as_of(stock_name(rng.randrange(SHARED)), number=rng.randint(SHARED, events))
        return owned > 0

    def last(rng: random.Random) -> int:
        rows = queries.events(resource=stock_name(rng.randrange(SHARED)))[:LAST]
        return len([queries.event_of(row) for row in rows])

    def back(rng: random.Random) -> int:
        return len(trace(f"table-{rng.randrange(lots(events))}", LedgerHistory(), "strict").steps)

    def forth(rng: random.Random) -> int:
        return len(track(f"grain-{rng.randrange(lots(events))}", LedgerHistory(), "strict").steps)

    return {"stock": stock, "stock as of a number": as_of, "last 50 events": last, "trace": back, "track": forth}


def check(url: str) -> dict[str, Any]:
    """The whole ledger recomputed: seconds, the most memory, events."""
    setup(url)
    from wikivillage.web.ledger.check import check_ledger

    before = forget_peak()
    begun = time.perf_counter()
    audit = check_ledger()
    seconds = time.perf_counter() - begun
    assert audit.ok, audit.differences
    return {"seconds": seconds, "megabytes": peak_mb(), "before": before, "rate": audit.events / seconds}


def _parts(listed: Sequence[Any], size: int) -> Iterable[Any]:
    return (listed[start : start + size] for start in range(0, len(listed), size))


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare,
    "ingest": ingest,
    "ingest_raw": ingest_raw,
    "record": record,
    "create": create,
    "fill": fill,
    "ask": ask,
    "check": check,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
