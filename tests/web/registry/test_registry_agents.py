"""Agents: added, renamed, found, erased without a trace of their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.actions import add_agent, erase_agent, issue_token, rename, revoke_token
from wikivillage.web.registry.models import Agent, Change, Identity
from wikivillage.web.registry.queries import find_agent, list_agents, names_of, pseudonyms_of

pytestmark = pytest.mark.usefixtures("ledger")

AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2025, 4, 1, 9, tzinfo=UTC)


def codes(action: Callable[..., Any], **words: Any) -> list[str]:
    """The codes of the problems that an action finds."""
    with pytest.raises(ProblemError) as refused:
        action(**words)
    return [problem.code for problem in refused.value.problems]


def everything() -> str:
    """Every cell of the registry as one text."""
    return "\n".join(
        str(row) for table in apps.get_app_config("registry").get_models() for row in table.objects.values()
    )


def test_a_person_gets_a_pseudonym_that_says_nothing() -> None:
    alice = add_agent(handle="alice", kind="person", name="Alice Martin", email="alice@example.org", at=AT, by="etic")
    assert re.fullmatch(r"p-[0-9a-f]{16}", alice.pseudonym)
    assert (alice.kind, alice.created_at, alice.erased_at) == ("person", AT, None)
    assert (alice.identity.handle, alice.identity.name) == ("alice", "Alice Martin")


def test_without_a_name_the_handle_is_read() -> None:
    assert add_agent(handle="ici_montreuil", kind="organisation", at=AT).identity.name == "Ici montreuil"


def test_a_wrong_agent_is_refused_with_every_reason() -> None:
    assert codes(add_agent, handle="1 alice", kind="persn", name="A\0", at=AT) == [
        "bad-handle",
        "unknown-kind",
        "bad-name",
    ]
    assert codes(add_agent, handle="alice", kind="person", email="\0", at=AT) == ["bad-name"]
    assert codes(add_agent, handle="erased_alice", kind="person", at=AT) == ["bad-handle"]
    assert not Agent.objects.exists()


def test_a_handle_is_taken_once() -> None:
    add_agent(handle="alice", kind="person", at=AT)
    assert codes(add_agent, handle="alice", kind="person", at=AT) == ["handle-taken"]


def test_a_public_pseudonym_is_no_handle_for_others() -> None:
    etic = add_agent(handle="etic", kind="organisation", pseudonym="etic", at=AT)
    rename(agent=etic, handle="etic_paris", at=AT)
    assert codes(add_agent, handle="etic", kind="organisation", at=AT) == ["handle-taken"]
    assert find_agent("etic") == find_agent("etic_paris") == etic


def test_a_new_name_changes_no_pseudonym() -> None:
    alice = add_agent(handle="alice", kind="person", name="Alice Martin", at=AT)
    add_agent(handle="bob", kind="person", at=AT)
    rename(agent=alice, name="Alice Roux", at=LATER)
    rename(agent=alice, handle="alice_r", at=LATER)
    assert rename(agent=alice, handle="alice_r", at=LATER).name == "Alice Roux"
    assert pseudonyms_of(["alice_r"]) == {"alice_r": alice.pseudonym}
    assert find_agent("alice") is None
    assert codes(rename, agent=alice, handle="bob", at=LATER) == ["handle-taken"]
    assert codes(rename, agent=alice, handle="no id", name="\0", at=LATER) == ["bad-handle", "bad-name"]


def test_erasing_leaves_no_name_and_frees_the_handle() -> None:
    alice = add_agent(
        handle="alice",
        kind="person",
        name="Alice Martin",
        email="am@example.org",
        phone="0612345678",
        note="tall",
        at=AT,
    )
    issue_token(agent=alice, scopes=["read"], label="phone of Alice", at=AT)
    assert "Alice Martin" in everything()
    erased = erase_agent(agent=alice, at=LATER)
    for word in ("alice", "martin", "example.org", "0612345678", "tall"):
        assert word not in everything().casefold()
    assert erased.erased_at == LATER
    assert list(erased.tokens.values_list("revoked_at", flat=True)) == [LATER]
    assert find_agent(alice.pseudonym) == alice
    assert find_agent("alice") is None
    assert add_agent(handle="alice", kind="person", at=LATER).pseudonym != alice.pseudonym


def test_an_erased_agent_does_nothing_more() -> None:
    alice = add_agent(handle="alice", kind="person", at=AT)
    erase_agent(agent=alice, at=LATER)
    assert codes(erase_agent, agent=alice, at=LATER) == ["already-erased"]
    assert codes(rename, agent=alice, handle="bob", at=LATER) == ["already-erased"]
    assert codes(issue_token, agent=alice, scopes=["read"], at=LATER) == ["already-erased"]


def test_the_handle_of_an_erased_organisation_is_free_too() -> None:
    old = add_agent(handle="etic", kind="organisation", pseudonym="etic", at=AT)
    erase_agent(agent=old, at=LATER)
    new = add_agent(handle="etic", kind="organisation", at=LATER)
    assert new.pseudonym != "etic"
    assert pseudonyms_of(["etic"]) == {"etic": new.pseudonym}


def test_names_are_read_in_one_query(django_assert_num_queries: Any) -> None:
    alice = add_agent(handle="alice", kind="person", name="Alice Martin", at=AT)
    bob = add_agent(handle="bob", kind="person", at=AT)
    erase_agent(agent=bob, at=LATER)
    with django_assert_num_queries(1):
        read = names_of([alice.pseudonym, bob.pseudonym, "grid", bob.pseudonym], "fr")
    assert read == {alice.pseudonym: "Alice Martin", bob.pseudonym: "quelqu’un (effacé)", "grid": "grid"}
    assert names_of([bob.pseudonym]) == {bob.pseudonym: "someone (erased)"}
    assert ("", "person", "someone (erased)") in list_agents()


def test_all_unknown_agents_are_told_at_once() -> None:
    alice = add_agent(handle="alice", kind="person", at=AT)
    assert pseudonyms_of(["alice", alice.pseudonym]) == dict.fromkeys(["alice", alice.pseudonym], alice.pseudonym)
    assert pseudonyms_of([]) == {}
    with pytest.raises(ProblemError) as refused:
        pseudonyms_of(["alise", "alice", "zoe"], where="events[0].provider")
    assert [str(problem) for problem in refused.value.problems] == [
        'events[0].provider  "alise" is nobody here. Did you mean "alice"?',
        'events[0].provider  "zoe" is nobody here.',
    ]
    assert {problem.code for problem in refused.value.problems} == {"unknown-agent"}


@pytest.mark.parametrize("word", ["", "\0", "x" * 1000, "' OR 1=1"])
def test_odd_words_are_nobody(word: str) -> None:
    add_agent(handle="alice", kind="person", at=AT)
    assert find_agent(word) is None
    assert codes(pseudonyms_of, handles=[word]) == ["unknown-agent"]


def test_every_action_leaves_a_trace_without_names() -> None:
    alice = add_agent(handle="alice", kind="person", at=AT, by="etic")
    rename(agent=alice, name="Alice Roux", at=LATER, by=alice.pseudonym)
    token, _ = issue_token(agent=alice, scopes=["read"], at=LATER, by="etic")
    revoke_token(token=token, at=LATER)
    revoke_token(token=token, at=LATER)
    erase_agent(agent=alice, at=LATER)
    assert list(Change.objects.order_by("pk").values_list("at", "by", "verb", "subject")) == [
        (AT, "etic", "add_agent", alice.pseudonym),
        (LATER, alice.pseudonym, "rename", alice.pseudonym),
        (LATER, "etic", "issue_token", alice.pseudonym),
        (LATER, "", "revoke_token", alice.pseudonym),
        (LATER, "", "erase_agent", alice.pseudonym),
    ]


def test_the_database_itself_refuses_a_second_handle() -> None:
    """Two who ask at the same moment both find a handle free; whoever writes second is told so."""
    from wikivillage.web.registry import actions

    alice = add_agent(handle="alice", kind="person", at=AT)
    bob = Agent.objects.create(pseudonym="p-0", kind="person", created_at=AT)
    assert codes(actions._save, identity=Identity(agent=bob, handle="alice", name="Bob")) == ["handle-taken"]
    assert find_agent("alice") == alice
