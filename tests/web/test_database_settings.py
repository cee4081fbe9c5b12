"""Which database a URL means, and what is known to be wrong with some versions of SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.web.database import database_settings, has_wal_reset_bug, sqlite_warning


def test_a_file_is_durable_and_kept_by_its_triggers() -> None:
    settings = database_settings("sqlite:////data/village.sqlite3")
    assert settings["NAME"] == str(Path("/data/village.sqlite3"))
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        assert pragma in settings["OPTIONS"]["init_command"]


def test_a_server_is_named_with_its_password_and_options() -> None:
    settings = database_settings("postgresql://anna:s%40cret@db.example:5433/my%20village?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"]) == ("anna", "s@cret", "db.example")
    assert (settings["PORT"], settings["NAME"]) == ("5433", "my village")
    assert settings["OPTIONS"] == {"sslmode": "require", "options": "-c jit=off"}


def test_what_an_address_says_of_a_server_counts_more() -> None:
    settings = database_settings("postgresql://anna@db.example/village?options=-c%20jit%3Don")
    assert settings["OPTIONS"] == {"options": "-c jit=on"}


def test_another_database_is_refused_in_words() -> None:
    with pytest.raises(ProblemError) as told:
        database_settings("mysql://localhost/village")
    (problem,) = told.value.problems
    assert (problem.code, problem.what) == ("database-url", '"mysql" is no database known here.')


@pytest.mark.parametrize(
    ("version", "wrong"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], wrong: bool) -> None:
    assert has_wal_reset_bug(version) is wrong


def test_the_warning_names_the_version_at_hand() -> None:
    warning = sqlite_warning()
    assert (warning is None) is not has_wal_reset_bug()
    assert warning is None or sqlite3.sqlite_version in warning
