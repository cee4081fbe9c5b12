"""What a reader reads for an agent: organisations by name, persons and households only where they may see them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.registry.somebody import AT, person
from wikivillage.web.registry.actions import add_agent, erase_agent
from wikivillage.web.registry.people_actions import add_household, add_organisation
from wikivillage.web.registry.queries import names_for, private_among
from wikivillage.web.registry.viewer import VISITOR, Role, Viewer

pytestmark = pytest.mark.usefixtures("ledger")


def test_strangers_read_no_names_of_persons() -> None:
    alice, home = person("alice"), add_household(name="Chez Alice", at=AT)
    body, grid = add_organisation(name="Le 6B", at=AT), add_agent(handle="grid", kind="outside", name="Grid", at=AT)
    gone = person("gone")
    erase_agent(agent=gone, at=AT)
    everybody = [alice.pk, home.pk, body.pk, grid.pk, gone.pk, "unknown"]
    with CaptureQueriesContext(connection) as asked:
        assert list(names_for(VISITOR, everybody, "fr").values()) == [
            "une personne",
            "un foyer",
            "Le 6B",
            "Grid",
            "quelqu’un (effacé)",
            "unknown",
        ]
    assert len(asked) == 1
    said = names_for(VISITOR, everybody)
    assert [said[alice.pk], said[home.pk], said[gone.pk]] == ["a person", "a household", "someone (erased)"]
    assert names_for(Viewer("p-1", frozenset({Role("kiosk")})), [alice.pk])[alice.pk] == "a person"


def test_members_read_names_and_everybody_reads_their_own() -> None:
    alice, home = person("alice"), add_household(name="Chez Alice", at=AT)
    member = Viewer("p-1", frozenset({Role("member")}))
    assert names_for(member, [alice.pk, home.pk]) == {alice.pk: "Alice", home.pk: "Chez Alice"}
    assert names_for(Viewer(alice.pk), [alice.pk, home.pk]) == {alice.pk: "Alice", home.pk: "a household"}
    assert names_for(Viewer(alice.pk, acts_for=frozenset({home.pk})), [home.pk]) == {home.pk: "Chez Alice"}


def test_what_is_a_persons_or_a_households_is_private() -> None:
    alice, home = person("alice"), add_household(name="Chez Alice", at=AT)
    body = add_organisation(name="Le 6B", at=AT)
    assert private_among([alice.pk, home.pk, body.pk, "unknown"]) == {alice.pk, home.pk}
