"""Databases to measure on: fresh ones of both engines, gone when the run ends, all on the same disk.

PostgreSQL is measured where its server is installed, durable, with the buffers that it has by itself.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import Protocol
from unittest.mock import patch

import psycopg
import pytest

from tests.services import postgres

BUFFERS = "128MB"
"""What PostgreSQL takes by itself; the cluster of the tests makes do with less."""


class Engine(Protocol):
    """A kind of database: makes new ones, copies those nobody is connected to, says how large they are."""

    name: str

    def create(self) -> str:
        """The URL of a new, empty database."""

    def copy(self, url: str) -> str:
        """The URL of a copy."""

    def drop(self, url: str) -> None:
        """Remove a database."""

    def megabytes(self, url: str) -> float:
        """How large it is, its log put away."""


class SqliteEngine:
    """Files in one folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        """Of a folder that is there."""
        self.folder, self.numbers = folder, count()

    def create(self) -> str:
        """The URL of a file that is not there yet."""
        return f"sqlite:///{self.folder}/village-{next(self.numbers)}.sqlite3"

    def copy(self, url: str) -> str:
        """A copy of the file."""
        self.megabytes(url)
        fresh = self.create()
        shutil.copyfile(file_of(url), file_of(fresh))
        return fresh

    def drop(self, url: str) -> None:
        """Remove the file and what lies beside it."""
        for file in self.folder.glob(f"{file_of(url).name}*"):
            file.unlink()

    def megabytes(self, url: str) -> float:
        """The length of the file once its log is in it."""
        with closing(sqlite3.connect(file_of(url))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file_of(url).stat().st_size / 1e6


class PostgresEngine:
    """Databases of one private server."""

    name = "PostgreSQL"

    def __init__(self, cluster: postgres.Cluster) -> None:
        """Of a server that runs."""
        self.cluster, self.numbers = cluster, count()

    def create(self) -> str:
        """The URL of a new database."""
        return self.cluster.create_database(f"village_{next(self.numbers)}")

    def copy(self, url: str) -> str:
        """The server copies the files of the database."""
        return self.cluster.create_database(f"village_{next(self.numbers)}", url.rpartition("/")[2])

    def drop(self, url: str) -> None:
        """Remove the database from under whoever is connected."""
        self.cluster.drop_database(url.rpartition("/")[2])

    def megabytes(self, url: str) -> float:
        """What the server says; its log is not in it."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None, "a SELECT of one value has a row"
        return float(row[0]) / 1e6


@contextmanager
def engines() -> Iterator[list[Engine]]:
    """SQLite in a temporary folder, and a PostgreSQL of its own where one can be run."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wikivillage-bench-"))
        found: list[Engine] = [SqliteEngine(Path(folder))]
        stack.enter_context(patch.dict(postgres.SETTINGS, shared_buffers=BUFFERS))
        with suppress(pytest.skip.Exception):
            found.append(PostgresEngine(stack.enter_context(postgres.private_cluster(durable=True))))
        yield found


def file_of(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


def flush_ms(times: int = 50) -> float:
    """How long the smallest durable transaction of bare SQLite takes on this disk, median in ms."""
    spent = []
    with tempfile.TemporaryDirectory(prefix="wikivillage-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "flush", isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE one (value);")
        for _ in range(times):
            begun = time.perf_counter()
            connection.execute("INSERT INTO one VALUES (1)")
            spent.append(time.perf_counter() - begun)
        connection.close()
    return 1000 * median(spent)
