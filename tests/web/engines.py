"""Both databases for the tests of the site: the same test runs on SQLite in a file and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from tests.services.postgres import Cluster
from tests.web.once import made_once
from wikivillage.web.database import database_settings

ENGINES = ("sqlite", "postgresql")


@contextmanager
def use_database(url: str) -> Iterator[None]:
    """Point Django's default connection at another database, and back again."""
    before = connections.settings["default"]
    _point_at({**before, **dict(database_settings(url).items())})
    try:
        yield
    finally:
        _point_at(before)


def _point_at(settings: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = settings


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A SQLite file with the tables and nothing in them, to be copied."""

    def make(path: Path) -> None:
        with django_db_blocker.unblock(), use_database(f"sqlite:///{path}"):
            call_command("migrate", verbosity=0)
            connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return made_once(tmp_path_factory, "empty.sqlite3", make)


@pytest.fixture(scope="session")
def empty_postgres(postgres_cluster: Cluster, django_db_blocker: Any) -> Iterator[str]:
    """The name of a PostgreSQL database with the tables and nothing in them, to be a template."""
    url = postgres_cluster.create_database("empty")
    with django_db_blocker.unblock(), use_database(url):
        call_command("migrate", verbosity=0)
    return "empty"


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the tables, of each engine in turn: for tests that commit, or use several processes."""
    with fresh_database(request, tmp_path) as url:
        yield url


@contextmanager
def fresh_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A database with the tables and nothing in them, of the engine for which a fixture is made."""
    if request.param == "sqlite":
        copy = folder / "village.sqlite3"
        shutil.copy(request.getfixturevalue("empty_sqlite"), copy)
        yield f"sqlite:///{copy}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    template = request.getfixturevalue("empty_postgres")
    name = f"v{abs(hash(request.node.nodeid)):x}"
    url = cluster.create_database(name, template)
    try:
        yield url
    finally:
        cluster.drop_database(name)


@pytest.fixture
def database(database_url: str, django_db_blocker: Any) -> Iterator[str]:
    """Django on a fresh database whose transactions are real."""
    with django_db_blocker.unblock(), use_database(database_url):
        yield database_url


@pytest.fixture(scope="module", params=ENGINES)
def kept_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[str]:
    """The same for all tests of a file, which find there what those before them wrote: for a server that is kept."""
    fresh = fresh_database(request, tmp_path_factory.mktemp("kept"))
    with fresh as url, django_db_blocker.unblock(), use_database(url):
        yield url


@pytest.fixture(scope="session")
def shared_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One SQLite database for all tests that leave nothing behind."""
    copy = tmp_path_factory.mktemp("shared") / "village.sqlite3"
    shutil.copy(empty_sqlite, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def shared_postgres(postgres_cluster: Cluster, empty_postgres: str) -> str:
    """One PostgreSQL database for all tests that leave nothing behind."""
    return postgres_cluster.create_database("shared", empty_postgres)


@pytest.fixture(params=ENGINES)
def shared_url(request: pytest.FixtureRequest) -> str:
    """The shared database of each engine in turn."""
    return str(request.getfixturevalue("shared_sqlite" if request.param == "sqlite" else "shared_postgres"))


@pytest.fixture
def ledger(shared_url: str, django_db_blocker: Any) -> Iterator[None]:
    """Django on a database whose changes are taken back at the end: quick, for tests of a single process."""
    with django_db_blocker.unblock(), use_database(shared_url), transaction.atomic():
        yield
        transaction.set_rollback(True)
