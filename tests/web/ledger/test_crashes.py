"""Power cuts: writers and servers are killed in the middle, disks fill up. What was acknowledged is there afterwards,
every batch is there whole or not at all, and everything adds up."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests.services.postgres import Cluster, private_cluster
from tests.web.engines import use_database
from tests.web.ledger import storm_entries as scene
from tests.web.ledger.crowd import Nursery, Worker, crowd
from tests.web.ledger.crowd import nursery as nursery
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Record, Stock

KILLS = {"sqlite": 50, "postgresql": 20}
RESTARTS = 15
LONGEST = (0.08, 0.08, 0.6)
"""Seconds until a kill, at most: most come early, some when SQLite writes its log back into the file."""
PIECES = {"a", "b", "c"}
"""Of the entries of one batch."""


def _open_barn() -> None:
    scene.open_village()
    scene.write([scene.fill("barn", 0), scene.fill("mill", 0)])


def _ids(said: list[dict[str, Any]]) -> set[str]:
    """The ids of the entries that writers said were written, each once."""
    ids = [id for words in said for id in words.get("written", ())]
    assert len(ids) == len(set(ids))
    return set(ids)


def _missing(acknowledged: set[str]) -> set[str]:
    return acknowledged - set(Record.objects.filter(id__in=acknowledged).values_list("id", flat=True))


def _torn() -> set[str]:
    """Batches of which only a part is there."""
    pieces: dict[str, set[str]] = {}
    for id in Record.objects.filter(id__startswith="w-").values_list("id", flat=True):
        batch, piece = id.rsplit("-", 1)
        pieces.setdefault(batch, set()).add(piece)
    return {batch for batch, there in pieces.items() if there != PIECES}


def _assert_sound(acknowledged: set[str]) -> None:
    """All that was acknowledged is there, all that is there is whole, and it adds up."""
    assert _missing(acknowledged) == set()
    assert _torn() == set()
    batches = Record.objects.filter(id__startswith="w-", id__endswith="-a").count()
    stocks = {stock.id: stock.onhand for stock in Stock.objects.all()}
    assert stocks == {"barn": batches, "mill": 0}
    assert check_ledger().differences == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]


def _kill_writers(url: str, nursery: Nursery, kill: int, rng: random.Random, **how: bool) -> set[str]:
    """Two write at once, and are killed at any moment from their very first statement on; what they acknowledged.

    Nobody else has the database open meanwhile, so that whoever opens it next has to recover it.
    """
    connections["default"].close()
    with crowd(nursery, 2, url) as writers:
        for number, writer in enumerate(writers):
            writer.tell("write on", name=f"w-{kill}-{number}", **how)
        said = []
        for writer in writers:
            time.sleep(rng.uniform(0, rng.choice(LONGEST)))
            said += writer.kill()
    return _ids(said)


def test_a_killed_writer_leaves_nothing_half(database: str, nursery: Nursery) -> None:
    rng = random.Random(1)
    _open_barn()
    acknowledged: set[str] = set()
    for kill in range(KILLS[connection.vendor]):
        new = _kill_writers(database, nursery, kill, rng)
        assert _missing(new) == set(), kill
        acknowledged |= new
    assert len(acknowledged) > 3 * KILLS[connection.vendor]
    _assert_sound(acknowledged)


def test_what_is_said_before_it_is_written_is_missed(database: str, nursery: Nursery) -> None:
    """The control of the kills: a writer that acknowledges too early is found out."""
    rng = random.Random(2)
    _open_barn()
    assert any(_missing(_kill_writers(database, nursery, kill, rng, early=True)) for kill in range(20))


def test_what_is_written_piece_by_piece_is_torn(database: str, nursery: Nursery) -> None:
    """The control of the batches: one that does not go whole is found out."""
    rng = random.Random(3)
    _open_barn()
    for kill in range(20):
        _kill_writers(database, nursery, kill, rng, apart=True)
        if _torn():
            return
    raise AssertionError("no batch was ever torn")


@pytest.fixture
def own_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A server that may be killed, flushing to disk as it does by default, or not."""
    with private_cluster(durable=request.param) as cluster:
        yield cluster


@pytest.fixture
def own_database(own_cluster: Cluster, django_db_blocker: Any) -> Iterator[str]:
    """A database of that server, for Django."""
    url = own_cluster.create_database("barns")
    with django_db_blocker.unblock(), use_database(url):
        call_command("migrate", verbosity=0)
        _open_barn()
        yield url


def _kill(cluster: Cluster) -> None:
    cluster.kill()
    cluster.start()


def _cut_off(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'barns'")


DISTURBANCES = (_kill, Cluster.restart, _cut_off)


def _until_it_writes(writer: Worker) -> list[dict[str, Any]]:
    """What a writer says until it has written something from now on; it may have had to say more than was heard."""
    now = time.monotonic()
    said = [writer.hear()]
    while said[-1]["moment"] < now or not said[-1]["written"]:
        said.append(writer.hear())
    return said


def _until_it_fails(writer: Worker) -> list[dict[str, Any]]:
    said = [writer.hear()]
    while "failed" not in said[-1]:
        said.append(writer.hear())
    return said


def _write_through(cluster: Cluster, url: str, nursery: Nursery, disturbances: list[Any]) -> set[str]:
    """Two clients write on while the server is disturbed; what they say was written."""
    rng = random.Random(4)
    said = []
    with crowd(nursery, 2, url) as writers:
        for number, writer in enumerate(writers):
            writer.tell("write on", name=f"w-{number}", patient=True)
            said.append(writer.hear())
        for disturb in disturbances:
            time.sleep(rng.uniform(0, 0.3))
            disturb(cluster)
            said += [words for writer in writers for words in _until_it_writes(writer)]
        said += [words for writer in writers for words in writer.kill()]
    connections["default"].close()
    assert any("failed" in words for words in said)
    return _ids(said)


@pytest.mark.parametrize("own_cluster", [True], indirect=True, ids=["durable"])
def test_clients_outlive_their_server(own_cluster: Cluster, own_database: str, nursery: Nursery) -> None:
    """The server is killed, shut down at once, or ends its connections, again and again; the same two clients write on:
    each hears of it as an error, tries the same batch again on a new connection, and nothing is written twice."""
    disturbances = [*DISTURBANCES] * (RESTARTS // len(DISTURBANCES))
    _assert_sound(_write_through(own_cluster, own_database, nursery, disturbances))


@pytest.mark.parametrize("own_cluster", [False], indirect=True, ids=["not durable"])
def test_a_server_that_does_not_flush_forgets(own_cluster: Cluster, own_database: str, nursery: Nursery) -> None:
    """The control of the power cuts: with synchronous_commit off, what was acknowledged last is gone."""
    assert _missing(_write_through(own_cluster, own_database, nursery, [_kill] * 3))


FULL = {"OperationalError: disk I/O error", "OperationalError: database or disk is full"}


@pytest.mark.parametrize("bytes", [1_000, 100_000, 1_000_000])
def test_a_full_disk_is_said_and_writing_goes_on_when_there_is_room(
    bytes: int, empty_sqlite: Path, tmp_path: Path, nursery: Nursery, django_db_blocker: Any
) -> None:
    """No file of the writer may grow beyond so much: SQLite's log hits the limit in the middle of a batch."""
    file = tmp_path / "village.sqlite3"
    shutil.copy(empty_sqlite, file)
    url = f"sqlite:///{file}"
    with django_db_blocker.unblock(), use_database(url), crowd(nursery, 1, url) as (writer,):
        _open_barn()
        writer.ask("limit files", to=bytes)
        writer.tell("write on", name="w-before")
        said = _until_it_fails(writer)
        assert said[-1]["failed"] in FULL
        _assert_sound(_ids(said))
        writer.ask("limit files", to=-1)
        writer.tell("write on", name="w-after")
        said += [writer.hear() for _ in range(20)]
        said += writer.kill()
        assert len(_ids(said)) >= 60
        _assert_sound(_ids(said))
