"""What the benchmark of the pages rests on: a year that the site's own rules allow, the same on both databases."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.fresh import run_task
from benchmarks.page_load import Reader, plan_pages
from benchmarks.village_year import WAVES, counters, flows, meters
from benchmarks.year_tasks import VILLAGE
from tests.services.postgres import Cluster
from wikivillage.model import load_village

DAYS, TRADE = 1, 250
SAME = {
    "ledger_event": "number, id, action, provider_id, resource, quantity, spec",
    "ledger_stock": "id, accounting, onhand, allow_negative",
    "meters_reading": "register_id, value, source",
    "registry_place": "id, name_fr, floor",
    "plans_storedplan": "id, sha256, current",
}
"""Tables and columns whose rows must be the same."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A year of one day."""
    url = f"sqlite:///{tmp_path_factory.mktemp('year')}/year.sqlite3"
    _task("build", url=url, days=DAYS, trade=TRADE, hours=24, until="2026-06-02T12:00:00+00:00")
    return url


def test_every_flow_of_the_village_has_one_meter() -> None:
    village = load_village(VILLAGE)
    found = flows(village)
    assert len({(one.meter, one.register) for one in found}) == len(found) > 200
    assert {*village.needs, *village.offers} <= {one.link.input_of or one.link.output_of for one in found}
    described = meters(village, found)
    assert sum(len(one.registers) for one in described) == len(found)
    assert [one.flow for one in counters(found)] == list(found)
    assert all(min(wave) >= 0 and len(wave) == 96 for wave in WAVES)


def test_a_year_is_full_and_adds_up(made: str) -> None:
    counted = _task("counted", url=made)
    hourly = sum(one.is_hourly for one in flows(load_village(VILLAGE)))
    assert counted["readings"] == DAYS * 48 * (len(flows(load_village(VILLAGE))) + hourly)
    assert counted["events"] > TRADE + hourly * 12, "an hour of each is an event, of most of them"
    assert _task("check", "benchmarks.ledger_tasks", url=made)["rate"] > 0
    assert _task("question", url=made, sql="SELECT count(*) FROM plans_storedplan WHERE current")["rows"] == [[1]]


def test_both_databases_hold_the_same_year(made: str, postgres_cluster: Cluster) -> None:
    url = postgres_cluster.create_database("adopted")
    _task("adopt", url=url, source=made)
    with closing(sqlite3.connect(made.removeprefix("sqlite:///"))) as ours, psycopg.connect(url) as theirs:
        for table, columns in SAME.items():
            sql = f"SELECT {columns} FROM {table} ORDER BY {columns.split(',')[0]}, 2"
            assert _digest(ours.execute(sql)) == _digest(theirs.execute(sql)), table
    assert _task("check", "benchmarks.ledger_tasks", url=url)["rate"] > 0
    postgres_cluster.drop_database("adopted")


def test_readers_ask_for_every_kind_as_often() -> None:
    pages = {"pulse": ["/"], "room": ["/building/a/", "/building/b/"]}
    planned = plan_pages(pages, rate=100.0, seconds=100.0, seed=1)
    assert planned == plan_pages(pages, rate=100.0, seconds=100.0, seed=1)
    kinds = Counter(asked.kind for asked in planned)
    assert kinds["pulse"] == pytest.approx(kinds["room"], rel=0.1)
    assert {asked.path for asked in planned} == {"/", "/building/a/", "/building/b/"}


@pytest.mark.parametrize(("cookie", "lines"), [("", 2), ("sessionid=x", 3)])
def test_a_reader_reads_in_french_and_may_be_signed_in(cookie: str, lines: int) -> None:
    head = Reader(0, cookie, None).headers()  # type: ignore[arg-type]
    assert head.count("\r\n") == lines
    assert "Accept-Language: fr" in head
    assert "Authorization" not in head


def _task(name: str, module: str = "benchmarks.year_tasks", **arguments: Any) -> dict[str, Any]:
    told = run_task(name, module=module, **arguments)
    assert told is not None
    return told


def _digest(rows: Any) -> str:
    """One text for all rows; the databases write true and false each in their way."""
    found = hashlib.sha256()
    for row in rows:
        found.update(repr([int(value) if isinstance(value, bool) else value for value in row]).encode())
    return found.hexdigest()


def test_the_kept_year_is_made_of_files_that_are_there() -> None:
    from benchmarks.pages_works import MADE_OF

    root = Path(__file__).parents[2]
    assert all(list(root.glob(pattern)) for pattern in MADE_OF)
