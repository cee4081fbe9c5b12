"""The real services that other tests lean on: they start, answer, survive being killed, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services.postgres import MISSING, Cluster, private_cluster

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A cluster that may be stopped: nobody else is connected to it."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture
def harvest(own_cluster: Cluster) -> Iterator[str]:
    """A database with one basket that is committed."""
    url = own_cluster.create_database("harvest")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE basket (kilograms numeric NOT NULL)")
        connection.execute("INSERT INTO basket VALUES (1.25)")
    yield url
    own_cluster.drop_database("harvest")


def _baskets(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [str(row[0]) for row in connection.execute("SELECT kilograms FROM basket ORDER BY kilograms")]


def test_cluster_answers_in_sql_and_flushes_to_disk(own_cluster: Cluster) -> None:
    with psycopg.connect(own_cluster.url("postgres")) as connection:
        asked = "SELECT 0.1 + 0.2, current_setting('fsync'), current_setting('synchronous_commit'), inet_server_addr()"
        row = connection.execute(asked).fetchone()
    assert row is not None
    assert [str(value) for value in row] == ["0.3", "on", "on", "127.0.0.1"]


def test_restart_keeps_what_was_committed_and_nothing_else(own_cluster: Cluster, harvest: str) -> None:
    with psycopg.connect(harvest) as halfway:
        halfway.execute("INSERT INTO basket VALUES (99)")
        own_cluster.restart("immediate")
        with pytest.raises(psycopg.OperationalError):
            halfway.execute("SELECT 1")
    assert _baskets(harvest) == ["1.25"]


def test_a_killed_server_recovers(own_cluster: Cluster, harvest: str) -> None:
    halfway = psycopg.connect(harvest)
    halfway.execute("INSERT INTO basket VALUES (99)")
    busy = psycopg.connect(harvest)
    busy.pgconn.send_query(b"SELECT count(*) FROM (SELECT generate_series(1, 10000000000)) AS minutes_of_work")
    own_cluster.kill()
    assert not own_cluster.is_running
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(harvest)
    own_cluster.start()
    halfway.close()
    busy.close()
    assert _baskets(harvest) == ["1.25"]


def test_times_that_overlap_can_be_excluded(own_cluster: Cluster, harvest: str) -> None:
    """PostgreSQL's manual, appendix F on btree_gist: equality and overlap in one exclusion constraint."""
    with psycopg.connect(harvest) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute(
            "CREATE TABLE booking (room text, hours int4range, EXCLUDE USING gist (room WITH =, hours WITH &&))"
        )
        taken = "('kitchen', '[8,10)'), ('kitchen', '[10,12)'), ('hall', '[8,12)')"
        connection.execute(f"INSERT INTO booking VALUES {taken}")
        with pytest.raises(psycopg.errors.ExclusionViolation):
            connection.execute("INSERT INTO booking VALUES ('kitchen', '[9,11)')")


def test_databases_do_not_see_each_other(own_cluster: Cluster, harvest: str) -> None:
    other = own_cluster.create_database("other village's")
    with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM basket")
    own_cluster.drop_database("other village's")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(other)
    assert _baskets(harvest) == ["1.25"]


def test_a_database_is_dropped_from_under_whoever_is_connected(own_cluster: Cluster) -> None:
    with psycopg.connect(own_cluster.create_database("brief")) as connection:
        own_cluster.drop_database("brief")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


ENDS = {
    "fails": ("assert False", 1),
    "is interrupted": ("signal.raise_signal(signal.SIGINT)", 2),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", -9),
}
"""How a run of pytest ends: the last line of its test, and what the process returns."""


@pytest.mark.usefixtures("postgres_cluster")
@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_when_a_run(end: str, tmp_path: Path) -> None:
    line, returned = ENDS[end]
    _write_run(
        tmp_path,
        f"""
import os, pathlib, signal, psycopg
def test_it(postgres_cluster):
    psycopg.connect(postgres_cluster.create_database("mine")).close()
    pathlib.Path({str(tmp_path / "told")!r}).write_text(f"{{postgres_cluster.data.parent}} {{postgres_cluster.url()}}")
    {line}
""",
    )
    told = _pytest(tmp_path)
    assert told.returncode == returned, told.stdout
    folder, url = (tmp_path / "told").read_text("utf-8").split()
    deadline = time.monotonic() + 30
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def test_tests_are_skipped_with_one_clear_line_where_there_is_no_server(tmp_path: Path) -> None:
    _write_run(
        tmp_path,
        """
import tests.services.postgres
tests.services.postgres.find_postgres = lambda: None
def test_one(postgres_cluster): pass
def test_two(postgres_cluster): pass
""",
    )
    told = _pytest(tmp_path)
    assert told.returncode == 0
    assert [line.split(": ", 1)[1] for line in told.stdout.splitlines() if line.startswith("SKIPPED")] == [MISSING] * 2


def _write_run(folder: Path, test: str) -> None:
    """A folder with one test, which takes the cluster the way a conftest shares it."""
    (folder / "conftest.py").write_text("from tests.services.postgres import postgres_cluster\n", "utf-8")
    (folder / "test_inner.py").write_text(test, "utf-8")


def _pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
