"""Households, organisations, circles and who belongs to them: from when to when, never twice at once, never deleted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.web.registry.somebody import AT, LATER, MUCH_LATER, codes, person
from wikivillage.web.registry.actions import add_agent, erase_agent
from wikivillage.web.registry.models import Agent, Change, Circle, Membership
from wikivillage.web.registry.people_actions import (
    add_household,
    add_organisation,
    free_handle,
    join,
    leave,
    make_circle,
    slug,
)

pytestmark = pytest.mark.usefixtures("ledger")


def test_a_household_has_members_and_a_pseudonym_that_says_nothing() -> None:
    home = add_household(name="Famille Ouédraogo", members=[person("awa"), person("issa")], at=AT, by="etic")
    assert (home.kind, home.identity.handle) == ("household", "famille_ouedraogo")
    assert re.fullmatch(r"p-[0-9a-f]{16}", home.pseudonym)
    assert sorted(home.members.values_list("agent__identity__handle", flat=True)) == ["awa", "issa"]
    assert Change.objects.filter(verb="join", by="etic").count() == 2


def test_an_organisation_is_known_by_its_handle() -> None:
    assert add_organisation(name="Le 6B", at=AT).pseudonym == "le_6b"
    second = add_organisation(name="Le 6B", at=AT)
    assert second.pseudonym == "le_6b_2"
    assert second.identity.name == "Le 6B"


def test_a_name_is_needed() -> None:
    assert codes(add_household, name=" ", at=AT) == ["no-name"]
    assert codes(add_organisation, name="", at=AT) == ["no-name"]
    assert codes(make_circle, name_en=" ", name_fr="", at=AT) == ["no-name", "bad-circle"]
    assert codes(add_organisation, name="A\0", at=AT) == ["bad-name"]


def test_a_form_that_is_sent_twice_makes_one_thing() -> None:
    alice = person("alice")
    made = [add_organisation(name="Le 6B", at=AT, key="k1") for _ in range(2)]
    assert made[0] == made[1]
    homes = [add_household(name="Chez nous", at=AT, key="k2") for _ in range(2)]
    assert homes[0] == homes[1]
    circles = [make_circle(name_en="Energy", name_fr="Énergie", at=AT, key="k3") for _ in range(2)]
    assert circles[0] == circles[1]
    joined = [join(agent=alice, circle=circles[0], at=AT, key="k4") for _ in range(2)]
    assert joined[0] == joined[1]
    assert (Circle.objects.count(), Membership.objects.count(), Agent.objects.count()) == (1, 1, 3)


def test_a_refused_form_may_be_sent_again() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    with transaction.atomic():
        assert codes(join, agent=alice, body=alice, at=AT, key="k") == ["not-a-body"]
    assert join(agent=alice, body=body, at=AT, key="k").body == body


def test_nobody_is_the_same_thing_twice_at_once() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    first = join(agent=alice, body=body, since=AT, until=LATER, at=AT)
    assert codes(join, agent=alice, body=body, since=AT + timedelta(days=1), at=AT) == ["overlapping"]
    assert codes(join, agent=alice, body=body, since=AT - timedelta(days=9), at=AT) == ["overlapping"]
    second = join(agent=alice, body=body, since=LATER, at=AT)
    before = join(agent=alice, body=body, since=AT - timedelta(days=9), until=AT, at=AT)
    assert {first.pk, second.pk, before.pk} == set(Membership.objects.values_list("pk", flat=True))
    assert codes(join, agent=alice, body=body, since=MUCH_LATER, at=AT) == ["overlapping"]


def test_an_end_is_after_the_beginning() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    assert codes(join, agent=alice, body=body, since=LATER, until=LATER, at=AT) == ["ends-before-it-begins"]


def test_only_what_is_there_can_be_joined() -> None:
    alice, bob = person("alice"), person("bob")
    grid = add_agent(handle="grid", kind="outside", at=AT)
    gone = add_organisation(name="Gone", at=AT)
    erase_agent(agent=gone, at=AT)
    gone.refresh_from_db()
    for body in (alice, bob, grid, gone):
        assert codes(join, agent=alice, body=body, at=AT) == ["not-a-body"]
    erase_agent(agent=bob, at=AT)
    circle = make_circle(name_en="Energy", name_fr="Énergie", at=AT)
    assert codes(join, agent=bob, circle=circle, at=AT) == ["already-erased"]
    assert codes(join, agent=alice, circle=circle, role="\0", at=AT) == ["bad-name"]


def test_leaving_keeps_the_history() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    membership = join(agent=alice, body=body, role="trésorière", votes=False, at=AT)
    assert leave(membership=membership, at=LATER, by=alice.pk).until == LATER
    assert leave(membership=membership, at=MUCH_LATER, by=alice.pk).until == LATER
    assert list(Membership.objects.values_list("role", "votes", "since", "until")) == [("trésorière", False, AT, LATER)]
    assert Change.objects.filter(verb="leave").count() == 1


def test_what_has_not_begun_can_end_before_it_does() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    later = join(agent=alice, body=body, since=LATER, at=AT)
    assert leave(membership=later, at=AT).until == LATER
    assert join(agent=alice, body=body, since=LATER, at=AT).until is None


def test_a_circle_has_an_id_that_no_place_has() -> None:
    circle = make_circle(name_en="", name_fr="Énergie & eau", purpose="Économiser", at=AT)
    assert (circle.pk, circle.name_en) == ("circle-energie-eau", "Énergie & eau")
    assert codes(make_circle, name_en="", name_fr="Énergie, eau", at=AT) == ["circle-taken"]
    assert codes(make_circle, name_en="", name_fr="火", at=AT) == ["bad-circle"]
    assert codes(make_circle, name_en="", name_fr="A", id="fablab", at=AT) == ["bad-circle"]
    assert codes(make_circle, name_en="", name_fr="A", purpose="\0", at=AT) == ["bad-name"]


def test_whoever_is_erased_belongs_to_nothing_any_more() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    going = join(agent=alice, body=body, role="Alice of the third floor", at=AT)
    over = join(agent=alice, body=body, role="Alice", since=AT - timedelta(days=9), until=AT - timedelta(days=3), at=AT)
    erase_agent(agent=alice, at=LATER)
    going.refresh_from_db()
    over.refresh_from_db()
    assert (going.until, going.role, over.until, over.role) == (LATER, "", AT - timedelta(days=3), "")


def test_the_database_itself_refuses_what_cannot_be() -> None:
    alice, body = person("alice"), add_organisation(name="AMAP", at=AT)
    for wrong in ({"body": None}, {"body": body, "until": AT - timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(agent=alice, since=AT, **wrong)


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Café de l’été", "cafe_de_l_ete"), ("  ", "agent"), ("6B", "n_6b"), ("x" * 99, "x" * 60)],
)
def test_a_handle_is_made_of_a_name(name: str, handle: str) -> None:
    assert free_handle(name) == handle


def test_a_slug_is_plain() -> None:
    assert slug("Énergie & eau", "-") == "energie-eau"
