"""Building the year on which pages are measured, each part in a process: ``python -m benchmarks.year_tasks NAME JSON``.

``build`` makes it in SQLite through the actions of the site: the village file is loaded, its meters are described,
readings come in, and intervals are closed week by week; a trade of small lots gives traces to follow. ``adopt``
copies its rows into a PostgreSQL, table by table: the two hold the same. The triggers rest while it does.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from benchmarks.fresh import ROOT
from benchmarks.ledger_bases import file_of
from benchmarks.ledger_story import AGENTS, HANDLES, in_batches, story
from benchmarks.tasks import shortened
from benchmarks.village_year import counters, flows, meters, openings, read_all
from wikivillage.model import load_village
from wikivillage.web.setup import migrate, setup

VILLAGE = ROOT / "villages" / "saint_blaise.yaml"
AT_ONCE = 5000
"""Readings in a batch, and rows in a copied part."""
WEEK = timedelta(days=7)


def build(url: str, days: int, trade: int, until: str, hours: int | None = None, seed: int = 2026) -> dict[str, Any]:
    """Make the year: so many days until a moment, so many events of trade, a plan of so many hours (None: a year)."""
    setup(url)
    migrate()
    end = datetime.fromisoformat(until)
    begin = end - timedelta(days=days)
    begun = time.perf_counter()
    _found(begin, hours)
    _plan(end)
    _trade(trade, end)
    _live(begin, end, random.Random(seed))
    return {"seconds": time.perf_counter() - begun}


def _plan(at: datetime) -> None:
    """The plan that the village goes by."""
    from wikivillage.web.plans.actions import plan_now

    plan_now(at=at)


def _found(begin: datetime, hours: int | None) -> None:
    """The village, its agents, stocks, processes and meters."""
    from wikivillage.web.ledger.actions import record
    from wikivillage.web.meters.actions import add_meters
    from wikivillage.web.registry.actions import add_agent
    from wikivillage.web.registry.village_actions import record_village

    village = load_village(VILLAGE) if hours is None else shortened(load_village(VILLAGE), hours)
    record_village(village=village, base=VILLAGE.parent, at=begin)
    for handle, pseudonym in zip(HANDLES, AGENTS, strict=True):
        add_agent(handle=handle, kind="organisation", at=begin, pseudonym=pseudonym)
    described = flows(village)
    record(entries=openings(village, described, begin), at=begin)
    add_meters(meters=meters(village, described), at=begin)


def _trade(events: int, at: datetime) -> None:
    """The story of the ledger's own benchmarks: lots with a trace."""
    from wikivillage.web.ledger.actions import record

    for some in in_batches(story(events), 1000):
        record(entries=some, at=at)


def _live(begin: datetime, end: datetime, rng: random.Random) -> None:
    """Readings come in and intervals close, week by week."""
    from wikivillage.web.meters.actions import close_intervals, ingest

    some = counters(flows(load_village(VILLAGE)))
    while begin < end:
        until = min(begin + WEEK, end)
        readings = read_all(some, begin, until, rng)
        while part := list(islice(readings, AT_ONCE)):
            ingest(readings=part, at=until, source="year")
        settled = close_intervals(at=until)
        assert not settled.problems, settled.problems[:3]
        print(f"{until:%Y-%m-%d}", file=sys.stderr, flush=True)
        begin = until


COUNTED = {"events": "ledger_event", "readings": "meters_reading", "intervals": "meters_closedinterval"}


def counted(url: str) -> dict[str, int]:
    """How many rows there are of what is large."""
    with closing(sqlite3.connect(file_of(url))) as made:
        return {name: made.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in COUNTED.items()}


def adopt(url: str, source: str) -> dict[str, Any]:
    """Copy every row of a SQLite database into a PostgreSQL without rows."""
    setup(url)
    migrate()
    import psycopg
    from django.apps import apps

    begun = time.perf_counter()
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]
    with closing(sqlite3.connect(file_of(source))) as made, psycopg.connect(url) as target:
        target.execute("SET session_replication_role = replica")
        for model in models:
            _copy(made, target, model)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")
    return {"seconds": time.perf_counter() - begun}


def _copy(made: sqlite3.Connection, target: Any, model: Any) -> None:
    """The rows of one table, and where its numbers go on."""
    meta = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated]
    names = ", ".join(f'"{field.column}"' for field in fields)
    readers = [_reader(field) for field in fields]
    target.execute(f'DELETE FROM "{meta.db_table}"')
    with target.cursor().copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in made.execute(f'SELECT {names} FROM "{meta.db_table}"'):
            copy.write_row([None if value is None else read(value) for read, value in zip(readers, row, strict=True)])
    if meta.auto_field is not None:
        column, table = meta.auto_field.column, meta.db_table
        most = f'SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"'
        target.execute(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), ({most}), false)")


def _reader(field: Any) -> Callable[[Any], Any]:
    """How a value of SQLite becomes one of PostgreSQL; most stay as they are."""
    return READERS.get(field.get_internal_type(), _itself)


def _itself(value: Any) -> Any:
    return value


READERS: dict[str, Callable[[Any], Any]] = {
    "BooleanField": bool,
    "DateTimeField": lambda text: f"{text}+00",
    "JSONField": str,
}


def question(url: str, sql: str) -> dict[str, Any]:
    """The rows of a question to the SQLite file: ids that the load asks for."""
    with closing(sqlite3.connect(file_of(url))) as made:
        return {"rows": made.execute(sql).fetchall()}


def settle(url: str) -> dict[str, Any]:
    """Put the log of a SQLite file into the file, so that it can be moved by itself."""
    with closing(sqlite3.connect(file_of(url))) as made:
        made.execute("ANALYZE")
        made.execute("PRAGMA journal_mode=DELETE")
        made.execute("PRAGMA journal_mode=WAL")
    return {}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "build": build, "counted": counted, "settle": settle, "adopt": adopt, "question": question
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
