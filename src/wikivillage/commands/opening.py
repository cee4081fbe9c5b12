"""What the commands of the living village share: the database they open, where they print, what time it is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.database import DEFAULT_URL, database_settings, sqlite_warning

WIDE = 240
"""Columns of what is not a terminal: a file or a pipe has no right edge."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False)

Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="DATABASE_URL",
        metavar="URL",
        help=f"{DEFAULT_URL}, or such as postgresql://user:password@host:5432/name",
    ),
]


def open_existing(database: str) -> None:
    """Open a database that must be there: asking should not make an empty one."""
    if is_missing(database):
        hint = "Give --database, or fill one with: wikivillage village load FILE"
        raise ProblemError([Problem("no-database", database, "There is no such file.", hint)])
    open_database(database)


def open_database(database: str) -> None:
    """Make Django ready, with the tables up to date. Raises ProblemError when the database cannot be opened."""
    from django.db import DatabaseError

    from wikivillage.web.setup import migrate, setup

    try:
        setup(database)
        migrate()
    except DatabaseError as error:
        problem = Problem("no-database", database.rpartition("@")[2], f"cannot be opened: {error}.")
        raise ProblemError([problem]) from None


def warn_of_sqlite(database: str) -> None:
    """Say what is known to be wrong with the SQLite at hand, to whoever is about to let many write."""
    warning = sqlite_warning() if database_settings(database)["ENGINE"].endswith("sqlite3") else None
    if warning:
        err.print(warning, markup=False)


def is_missing(database: str) -> bool:
    """Whether this is a file of SQLite that is not there."""
    settings = database_settings(database)
    sqlite = str(settings["ENGINE"]).endswith("sqlite3") and settings["NAME"] != ":memory:"
    return sqlite and not Path(settings["NAME"]).exists()


def right_now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)
