"""Roles: given by whoever may, where they can count, never above one's own; the last steward stays."""

from __future__ import annotations

import pytest

from tests.web.registry.somebody import AT, LATER, MUCH_LATER, codes, person
from wikivillage.web.registry.actions import add_agent, erase_agent
from wikivillage.web.registry.models import Agent, Change, Place, RoleGrant
from wikivillage.web.registry.people_actions import add_household, make_circle
from wikivillage.web.registry.role_actions import end_role, give_role
from wikivillage.web.registry.roles import MEMBERS, ROLES, rank_of

pytestmark = pytest.mark.usefixtures("ledger")


def steward(handle: str = "sarah") -> Agent:
    """A steward, as the command line makes the first."""
    agent = person(handle)
    give_role(agent=agent, word="steward", at=AT)
    return agent


def place(id: str, inside: str | None = None) -> Place:
    """A place of no village file."""
    return Place.objects.create(id=id, position=0, name_en=id, name_fr=id, inside_id=inside, tree={})


def test_a_steward_gives_a_role_with_its_dates() -> None:
    sarah, alice = steward(), person("alice")
    grant = give_role(agent=alice, word="treasurer", since=LATER, until=MUCH_LATER, at=AT, by=sarah.pk)
    row = RoleGrant.objects.get(pk=grant.pk)
    assert (row.word, row.scope_kind, row.scope, row.since, row.until) == ("treasurer", "", "", LATER, MUCH_LATER)
    assert row.given_by == sarah.pk
    assert Change.objects.filter(verb="give_role", subject=alice.pk, by=sarah.pk).exists()


def test_a_role_has_a_word_and_a_scope_that_there_are() -> None:
    alice = person("alice")
    assert codes(give_role, agent=alice, word="mayor", at=AT) == ["unknown-role"]
    assert codes(give_role, agent=alice, word="auditor", scope_kind="place", scope="roof", at=AT) == ["wrong-scope"]
    assert codes(give_role, agent=alice, word="circle_lead", at=AT) == ["wrong-scope"]
    assert codes(give_role, agent=alice, word="steward", scope="roof", at=AT) == ["wrong-scope"]
    lead = {"agent": alice, "word": "circle_lead", "at": AT}
    assert codes(give_role, **lead, scope_kind="circle", scope="circle-none") == ["unknown-circle"]
    assert codes(give_role, **lead, scope_kind="circle", scope="\0") == ["unknown-circle"]
    assert codes(give_role, **lead, scope_kind="place", scope="moon") == ["unknown-place"]
    place("roof")
    assert give_role(**lead, scope_kind="place", scope="roof").scope == "roof"


def test_nobody_gives_a_role_above_their_own() -> None:
    sarah, alice, bob = steward(), person("alice"), person("bob")
    circle = make_circle(name_en="Energy", name_fr="Énergie", at=AT)
    give_role(agent=alice, word="circle_lead", scope_kind="circle", scope=circle.pk, at=AT, by=sarah.pk)
    assert codes(give_role, agent=alice, word="steward", at=AT, by=alice.pk) == ["role-above-own"]
    assert codes(give_role, agent=bob, word="member", at=AT, by=alice.pk) == ["role-above-own"]
    lead = give_role(agent=bob, word="circle_lead", scope_kind="circle", scope=circle.pk, at=AT, by=alice.pk)
    assert lead.given_by == alice.pk
    assert codes(give_role, agent=bob, word="member", at=AT, by=person("carol").pk) == ["role-above-own"]
    assert give_role(agent=sarah, word="treasurer", at=AT, by=sarah.pk).word == "treasurer"


def test_a_role_that_is_over_gives_nothing() -> None:
    sarah, alice = steward(), person("alice")
    give_role(agent=alice, word="steward", until=LATER, at=AT, by=sarah.pk)
    assert codes(give_role, agent=alice, word="auditor", at=LATER, by=alice.pk) == ["role-above-own"]


def test_a_role_is_a_persons() -> None:
    home, screen = add_household(name="Chez nous", at=AT), add_agent(handle="door", kind="organisation", at=AT)
    assert codes(give_role, agent=home, word="steward", at=AT) == ["not-a-person"]
    assert give_role(agent=screen, word="kiosk", at=AT).word == "kiosk"
    assert give_role(agent=home, word="member", at=AT).word == "member"


def test_the_same_role_is_not_held_twice_and_a_form_sent_twice_gives_one() -> None:
    alice = person("alice")
    assert give_role(agent=alice, word="member", at=AT, key="k") == give_role(
        agent=alice, word="member", at=AT, key="k"
    )
    assert codes(give_role, agent=alice, word="member", at=AT) == ["overlapping"]
    assert codes(give_role, agent=alice, word="auditor", since=LATER, until=AT, at=AT) == ["ends-before-it-begins"]
    place("roof")
    give_role(agent=alice, word="steward", at=AT)
    give_role(agent=alice, word="steward", scope_kind="place", scope="roof", at=AT)
    assert RoleGrant.objects.count() == 3


def test_a_role_ends_and_stays_as_history() -> None:
    sarah, alice = steward(), person("alice")
    grant = give_role(agent=alice, word="member", at=AT, by=sarah.pk)
    assert end_role(grant=grant, at=LATER, by=sarah.pk).until == LATER
    assert end_role(grant=grant, at=MUCH_LATER, by=sarah.pk).until == LATER
    assert Change.objects.filter(verb="end_role").count() == 1
    assert give_role(agent=alice, word="member", at=LATER, by=sarah.pk).until is None


def test_whoever_holds_a_role_may_lay_it_down_and_nobody_below_takes_it() -> None:
    steward()
    alice = person("alice")
    grant = give_role(agent=alice, word="auditor", at=AT)
    assert codes(end_role, grant=grant, at=AT, by=person("bob").pk) == ["role-above-own"]
    assert end_role(grant=grant, at=LATER, by=alice.pk).until == LATER


def test_the_last_steward_stays() -> None:
    sarah = steward()
    grant = RoleGrant.objects.get(agent=sarah)
    assert codes(end_role, grant=grant, at=LATER, by=sarah.pk) == ["last-steward"]
    assert codes(erase_agent, agent=sarah, at=LATER) == ["last-steward"]
    place("roof")
    bob = person("bob")
    give_role(agent=bob, word="steward", scope_kind="place", scope="roof", at=AT)
    assert codes(end_role, grant=grant, at=LATER, by=sarah.pk) == ["last-steward"]
    give_role(agent=bob, word="steward", since=MUCH_LATER, at=AT)
    assert codes(end_role, grant=grant, at=LATER, by=sarah.pk) == ["last-steward"]
    assert end_role(grant=grant, at=MUCH_LATER, by=sarah.pk).until == MUCH_LATER


def test_a_steward_to_come_may_be_called_off() -> None:
    steward()
    grant = give_role(agent=person("bob"), word="steward", since=LATER, at=AT)
    assert end_role(grant=grant, at=AT).until == LATER


def test_whoever_is_erased_has_no_role_any_more() -> None:
    steward()
    alice = person("alice")
    give_role(agent=alice, word="steward", at=AT)
    erase_agent(agent=alice, at=LATER)
    assert RoleGrant.objects.get(agent=alice).until == LATER
    assert codes(give_role, agent=alice, word="member", at=LATER) == ["already-erased"]


def test_ranks_and_members() -> None:
    assert rank_of(set()) == rank_of({"visitor"}) == 0
    assert rank_of({"member", "steward"}) == max(role.rank for role in ROLES.values())
    assert set(ROLES) - MEMBERS == {"kiosk"}
