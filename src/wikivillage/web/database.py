"""Which database the village lives in: SQLite in one file by default, PostgreSQL by its URL; the same code on both."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from wikivillage.base.problems import Problem, ProblemError

DEFAULT_URL = "sqlite:///village.sqlite3"

PRAGMAS = """PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;
PRAGMA secure_delete=ON;"""
"""Durable before anything is acknowledged; REPLACE does not pass by the triggers that forbid deleting; what is erased
is overwritten."""

WITHOUT_JIT = "-c jit=off"
"""PostgreSQL compiles a statement that it takes for long; ours are short, and compiling takes longer than they do."""

WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite 3.7.0 to 3.51.2 may corrupt a file when two connections write and checkpoint at once; mended in these
versions and all newer ones of their lines (sqlite.org, 13 March 2026)."""


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings for a database URL, ``sqlite:///file`` or ``postgresql://user@host:port/name``.

    Raises ProblemError when it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(url.removeprefix("sqlite:///"))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(url)
    hint = f"Write {DEFAULT_URL} or postgresql://user:password@host:5432/name."
    raise ProblemError([Problem("database-url", "DATABASE_URL", f'"{parts.scheme}" is no database known here.', hint)])


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite may corrupt a file that two connections write at the same time."""
    if version >= max(WAL_RESET_FIXED):
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_FIXED)


def sqlite_warning() -> str | None:
    """What to tell at the start about the SQLite at hand, if anything."""
    if not has_wal_reset_bug():
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (mended in 3.51.3, 3.50.7 and 3.44.6): let only one "
        "process write at a time and keep backups, or use PostgreSQL."
    )


def _sqlite(path: str) -> dict[str, Any]:
    name = path if path == ":memory:" else str(Path(path or "village.sqlite3").absolute())
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": PRAGMAS},
        "CONN_MAX_AGE": None,
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = {"options": WITHOUT_JIT, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
