"""Who looks: their roles of now, whom they act for, in one query, and nothing of stewards without a second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.web.registry.somebody import AT, LATER, MUCH_LATER, person
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.consent_actions import name_guardian
from wikivillage.web.registry.models import Agent, Place
from wikivillage.web.registry.people_actions import add_household, add_organisation, join, make_circle
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.viewer import METHODS, VISITOR, Role, Viewer, viewer, viewer_of

pytestmark = pytest.mark.usefixtures("ledger")


class Account:
    """An account as the session knows it."""

    def __init__(self, agent: Agent | None, is_active: bool = True) -> None:
        self.agent_id = agent and agent.pk
        self.is_active = is_active


def request_of(user: Any, *methods: dict[str, Any]) -> Any:
    """A request in a session that was opened so."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = {METHODS: list(methods)} if methods else {}
    return request


def seen(agent: Agent, at: datetime = AT, second_factor: bool = True) -> Viewer:
    """What an agent is."""
    return viewer(agent.pk, at=at, second_factor=second_factor)


def test_strangers_are_visitors() -> None:
    assert viewer_of(RequestFactory().get("/")) == VISITOR
    assert viewer_of(request_of(AnonymousUser())) == VISITOR
    assert viewer_of(request_of(Account(None))) == VISITOR


def test_an_inactive_account_and_an_erased_agent_are_visitors() -> None:
    alice = person("alice")
    give_role(agent=alice, word="member", at=AT)
    assert viewer_of(request_of(Account(alice))).agent == alice.pk
    assert viewer_of(request_of(Account(alice, is_active=False))) == VISITOR
    erase_agent(agent=alice, at=AT)
    assert viewer_of(request_of(Account(alice))) == VISITOR
    assert viewer("nobody", at=AT, second_factor=True) == VISITOR


def test_somebody_without_a_role_is_themselves_and_no_more() -> None:
    alice = person("alice")
    assert seen(alice) == Viewer(alice.pk)
    assert seen(alice).owns(alice.pk)
    assert not seen(alice).owns(None)
    assert not VISITOR.owns(None)


def test_roles_count_from_when_to_when() -> None:
    alice = person("alice")
    give_role(agent=alice, word="auditor", since=LATER, until=MUCH_LATER, at=AT)
    assert not seen(alice, AT).roles
    assert seen(alice, LATER).roles == {Role("auditor"), Role("member")}
    assert not seen(alice, MUCH_LATER).roles


def test_a_role_in_a_circle_counts_there() -> None:
    alice, circle = person("alice"), make_circle(name_en="Energy", name_fr="Énergie", at=AT)
    give_role(agent=alice, word="circle_lead", scope_kind="circle", scope=circle.pk, at=AT)
    found = seen(alice, second_factor=False)
    assert found.roles == {Role("circle_lead", circle.pk), Role("member")}
    assert found.holds("circle_lead", circle.pk)
    assert not found.holds("circle_lead")
    assert not found.holds("circle_lead", "circle-water")
    assert found.holds("member", circle.pk)


def test_a_role_in_a_place_counts_inside_of_it_too() -> None:
    alice = person("alice")
    for id, inside in (("yard", None), ("recyclab", "yard"), ("bins", "recyclab"), ("roof", None)):
        Place.objects.create(id=id, position=0, name_en=id, name_fr=id, inside_id=inside, tree={})
    Place.objects.filter(pk="yard").update(inside="bins")
    give_role(agent=alice, word="circle_lead", scope_kind="place", scope="recyclab", at=AT)
    found = {role.scope for role in seen(alice).roles if role.word == "circle_lead"}
    assert found == {"recyclab", "bins", "yard"}  # a village file whose places go round in a circle ends, too
    Place.objects.filter(pk="yard").update(inside=None)
    assert not seen(alice).holds("circle_lead", "yard")


def test_a_kiosk_is_no_member() -> None:
    screen = person("screen")
    give_role(agent=screen, word="kiosk", at=AT)
    assert seen(screen).roles == {Role("kiosk")}


@pytest.mark.parametrize("word", ["steward", "treasurer", "auditor"])
def test_a_steward_without_a_second_factor_is_a_member(word: str) -> None:
    alice = person("alice")
    give_role(agent=alice, word=word, at=AT)
    found = seen(alice, second_factor=False)
    assert (found.roles, found.waiting) == ({Role("member")}, {Role(word)})
    assert seen(alice).roles == {Role(word), Role("member")}


@pytest.mark.parametrize(
    ("methods", "counts"),
    [
        ([], False),
        ([{"method": "password", "at": 1.0}], False),
        ([{"method": "code", "at": 1.0}], False),
        ([{"method": "password", "at": 1.0}, {"method": "mfa", "at": 2.0, "type": "totp"}], True),
        ([{"method": "mfa", "at": 2.0, "type": "webauthn", "passwordless": True}], True),
        ([{"method": "mfa", "at": 2.0, "type": "recovery_codes", "reauthenticated": True}], True),
    ],
)
def test_the_session_says_how_it_was_opened(methods: list[dict[str, Any]], counts: bool) -> None:
    alice = person("alice")
    give_role(agent=alice, word="steward", at=AT)
    assert viewer_of(request_of(Account(alice), *methods)).holds("steward") is counts


def test_one_acts_for_ones_household_and_wards_but_not_for_organisations() -> None:
    alice, zoe = person("alice"), person("zoe")
    home, body = add_household(name="Chez nous", at=AT), add_organisation(name="AMAP", at=AT)
    join(agent=alice, body=home, until=LATER, at=AT)
    join(agent=alice, body=body, at=AT)
    name_guardian(ward=zoe, guardian=alice, since=LATER, at=AT)
    assert seen(alice, AT).acts_for == {home.pk}
    assert seen(alice, LATER).acts_for == {zoe.pk}
    assert seen(alice, AT).owns(home.pk)
    assert not seen(zoe, LATER).owns(alice.pk)


def test_it_is_asked_once_for_each_request() -> None:
    alice = person("alice")
    give_role(agent=alice, word="steward", at=AT)
    join(agent=alice, body=add_household(name="Chez nous", at=AT), at=AT)
    request = request_of(Account(alice), {"method": "mfa"})
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert viewer_of(request) is viewer_of(request)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        viewer_of(request_of(AnonymousUser()))
    assert not asked
