"""An empty ledger in a file of its own, beside the database at hand: for cases in which many connections write.

What many connections have written cannot be taken back together; a file can be thrown away.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from django.db import connections

from wikivillage.flows.kinds import Entry
from wikivillage.web.database import database_settings
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.batch import agents_of
from wikivillage.web.registry.models import Agent
from wikivillage.web.setup import migrate

NOW = datetime(2030, 1, 1, tzinfo=UTC)
"""The clock of what is played there."""


def write_scene(entries: Iterable[Entry], to_come: Iterable[Entry] = ()) -> None:
    """Write what sets the scene, and register the agents in it and in what is to come."""
    listed = list(entries)
    names = {name for entry in (*listed, *to_come) for name in agents_of(entry)}
    for name in sorted(names):
        Agent.objects.create(pseudonym=name, kind="organisation", created_at=NOW)
    record(entries=listed, at=NOW)


@contextmanager
def empty_database() -> Iterator[None]:
    """An empty ledger in a file of its own, for all threads; the one at hand stays as it is, with what it has open."""
    with TemporaryDirectory() as folder, _pointed_at(Path(shutil.copy(_empty_file(), folder))):
        yield


@cache
def _empty_file() -> Path:
    """A file with the tables and nothing in them, made once and thrown away at the end."""
    folder = mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "empty.sqlite3"
    with _pointed_at(file):
        migrate()
        connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@contextmanager
def _pointed_at(file: Path) -> Iterator[None]:
    """The default connection of every thread goes to a file, which need not survive a power cut."""
    settings, connection = connections.settings["default"], connections["default"]
    new = database_settings(f"sqlite:///{file}")
    new["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    connections.settings["default"] = {**settings, **new}
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = settings
        connections["default"] = connection
