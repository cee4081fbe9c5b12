"""The ledger out of one database and into another: the same state, sealed, on either engine and in either form."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.web.engines import use_database
from tests.web.ledger.stories import STORY, tell_story
from wikivillage.base.problems import ProblemError
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import exchange, models
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import ledger_hash

FORMS = {"jsonl": (exchange.export_jsonl, exchange.read_jsonl), "csv": (exchange.export_csv, exchange.read_csv)}


@pytest.fixture
def elsewhere(tmp_path: Path, empty_sqlite: Path, django_db_blocker: Any) -> Iterator[str]:
    """An empty SQLite database of its own."""
    copy = tmp_path / "elsewhere.sqlite3"
    shutil.copy(empty_sqlite, copy)
    with django_db_blocker.unblock():
        yield f"sqlite:///{copy}"


@pytest.fixture(scope="module")
def exported_story(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> str:
    """The story as JSON lines."""
    copy = tmp_path_factory.mktemp("story") / "village.sqlite3"
    shutil.copy(empty_sqlite, copy)
    with django_db_blocker.unblock(), use_database(f"sqlite:///{copy}"):
        tell_story()
        return _export("jsonl")


def _export(form: str) -> str:
    text = io.StringIO()
    assert FORMS[form][0](text) == len(STORY)
    return text.getvalue()


def _import(form: str, text: str) -> int:
    return exchange.import_rows(FORMS[form][1](text.splitlines(keepends=True), "there"))


@pytest.mark.parametrize("form", FORMS)
def test_an_export_comes_to_the_same_state_elsewhere(form: str, database: str, elsewhere: str) -> None:
    tell_story()
    text, state = _export(form), ledger_hash()
    seal = models.Head.objects.get(pk=1).hash
    with use_database(elsewhere):
        assert _import(form, text) == len(STORY)
        assert ledger_hash() == state
        assert models.Head.objects.get(pk=1).hash == seal
        audit = check_ledger()
        assert (audit.ok, audit.hash) == (True, state)
        assert _export(form) == text


@pytest.mark.parametrize("form", FORMS)
def test_and_back_into_the_first_engine(form: str, database: str, elsewhere: str) -> None:
    with use_database(elsewhere):
        tell_story()
        text, state = _export(form), ledger_hash()
    assert _import(form, text) == len(STORY)
    assert ledger_hash() == state
    assert check_ledger().ok


def test_an_import_that_was_cut_off_is_run_again(elsewhere: str, database: str) -> None:
    tell_story()
    text = _export("jsonl")
    lines = text.splitlines(keepends=True)
    with use_database(elsewhere):
        assert _import("jsonl", "".join(lines[:6])) == 5
        assert _import("jsonl", text) == len(STORY) - 5
        assert _import("jsonl", text) == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"value": "12.123456789"', '"value": "13"', "seal-broken"),
        ('"recordedAt": "2026-05-01T12:00:00Z"', '"recordedAt": "2026-05-01T12:00:01Z"', "seal-broken"),
        ('"recordedAt": "2026-05-01T12:00:00Z"', '"recordedAt": "noon"', "not-a-time"),
        ("wikivillage-ledger/1", "wikivillage-ledger/9", "unknown-format"),
        ('"action": "consume"', '"action": "eat"', "unknown-action"),
        ('{"number": 2', '["number"', "not-json"),
        ('{"number": 2', '[2]\n{"number": 2', "shape"),
    ],
)
def test_what_was_changed_on_the_way_is_refused(
    old: str, new: str, code: str, elsewhere: str, exported_story: str
) -> None:
    text = exported_story.replace(old, new, 1)
    with use_database(elsewhere):
        with pytest.raises(ProblemError) as told:
            _import("jsonl", text)
        assert code in [problem.code for problem in told.value.problems]
        assert all(problem.where.startswith("there:") for problem in told.value.problems)
        assert not models.Record.objects.exists()


def test_no_name_leaves_with_an_export(ledger: None) -> None:
    from wikivillage.web.registry.actions import add_agent

    agent = add_agent(handle="zoe", kind="person", name="Zoé Planted-Name", at=datetime(2026, 1, 1, tzinfo=UTC))
    body = {
        "id": "e",
        "action": "raise",
        "quantity": {"value": "1", "unit": "kg"},
        "newResource": {"id": "r", "unit": "kg"},
    }
    record(entries=[read_entry({**body, "provider": agent.pk, "receiver": agent.pk})], at=agent.created_at)
    for form in FORMS:
        text = io.StringIO()
        FORMS[form][0](text)
        assert agent.pk in text.getvalue()
        assert "Planted" not in text.getvalue()
        assert "zoe" not in text.getvalue()
