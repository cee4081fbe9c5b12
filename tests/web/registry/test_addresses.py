"""Every address of the site answers each role as ``addresses.csv`` says; one that is not in the list fails here."""

from __future__ import annotations

from datetime import datetime
from unittest.mock import patch

import pytest

from tests.web.registry.roles_at_addresses import asked, clients, differences, examples, expected, statuses
from tests.web.site.village import present
from wikivillage.web.registry.permits import OPEN, PERMITS

CLOSED = ("302", "403", "404")
"""How an address is shut: to the sign-in, with the reasons, or as if it were not there."""


def test_every_address_is_in_the_list() -> None:
    missing = asked() - {pattern for _method, pattern, _example in expected()}
    assert not missing, f"add lines to addresses.csv for {sorted(missing)}"


def test_no_line_is_of_an_address_that_is_gone() -> None:
    gone = {pattern for _method, pattern, _example in expected()} - asked()
    assert not gone, f"take lines out of addresses.csv for {sorted(gone)}"


def test_each_role_is_answered_as_the_list_says(lived_quickly: datetime) -> None:
    with present():
        browsers, words, wanted = clients(lived_quickly), examples(), expected()
        found = {line: statuses(line, browsers, words) for line in wanted}
    assert not list(differences(found, wanted))


@pytest.mark.parametrize(("kind", "verb"), [("village_file", "see"), ("role", "see"), ("letter", "see")])
def test_a_door_left_open_is_found(kind: str, verb: str, lived_quickly: datetime) -> None:
    opened = {**PERMITS[kind], verb: OPEN}
    with present(), patch.dict(PERMITS, {kind: opened}):
        browsers, words, wanted = clients(lived_quickly), examples(), expected()
        here = {line: answers for line, answers in wanted.items() if answers["guest"] in CLOSED}
        found = {line: statuses(line, {"guest": browsers["guest"]}, words) for line in here}
    assert any(found[line]["guest"] not in CLOSED for line in here)


def test_a_new_address_must_be_written_down() -> None:
    assert len(expected()) >= len(asked()) > 60
