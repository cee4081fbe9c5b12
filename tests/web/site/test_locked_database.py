"""Another program holds the database: pages are read all the same, and what would write says that it could not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.web.engines import use_database
from tests.web.lived import LIVED_NOW
from tests.web.site.people import agent_of, client_of
from tests.web.site.village import present
from wikivillage.web.registry.actions import issue_token

PATIENCE = 0.05
"""Seconds that a write waits here for its turn; thirty where people are served."""


@pytest.fixture
def own_village(lived_site: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """Django on a copy whose transactions are real, and which does not wait long."""
    copy = tmp_path / "village.sqlite3"
    shutil.copy(lived_site, copy)
    with django_db_blocker.unblock(), use_database(f"sqlite:///{copy}"), present():
        connections["default"].settings_dict["OPTIONS"]["timeout"] = PATIENCE
        yield copy


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize("path", ["/", "/building/", "/meters/", "/ledger/events/", "/plans/", "/village/about/"])
def test_pages_are_read_while_somebody_else_writes(own_village: Path, who: str, path: str) -> None:
    client = client_of(who)
    with closing(sqlite3.connect(own_village, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.get(path).status_code == 200


def test_what_would_write_says_so_in_words_and_can_be_sent_again(own_village: Path) -> None:
    client = client_of("visitor", raise_request_exception=False)
    typed = {"name": "Ada", "email": "ada@people.example"}
    with closing(sqlite3.connect(own_village, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/accounts/signup/", typed)
        assert answer.status_code == 503
        assert "Rien n’a été écrit" in answer.content.decode()
        assert answer.headers["Retry-After"]
        other.execute("ROLLBACK")
    assert client.post("/accounts/signup/", typed).status_code == 302


def test_the_api_says_so_too(own_village: Path) -> None:
    _, secret = issue_token(agent=agent_of("steward"), scopes=["steward"], at=LIVED_NOW)
    client = client_of("visitor", raise_request_exception=False)
    with closing(sqlite3.connect(own_village, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post(
            "/api/processes",
            '{"id": "x"}',
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )
    assert answer.status_code == 503
    assert [one["code"] for one in answer.json()["problems"]] == ["busy"]
