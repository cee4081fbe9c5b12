"""Guardians act for a ward; a consent is given by oneself or a guardian, taken back by either, and kept."""

from __future__ import annotations

import pytest

from tests.web.registry.somebody import AT, LATER, MUCH_LATER, codes, person
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.consent_actions import (
    end_guardianship,
    give_consent,
    name_guardian,
    withdraw_consent,
)
from wikivillage.web.registry.models import Change, Consent, Guardianship
from wikivillage.web.registry.people_actions import add_household

pytestmark = pytest.mark.usefixtures("ledger")


def test_a_guardian_is_named_once_and_ends() -> None:
    zoe, awa = person("zoe"), person("awa")
    row = name_guardian(ward=zoe, guardian=awa, at=AT, by="etic", key="k")
    assert name_guardian(ward=zoe, guardian=awa, at=AT, by="etic", key="k") == row
    assert codes(name_guardian, ward=zoe, guardian=awa, at=AT) == ["overlapping"]
    assert end_guardianship(guardianship=row, at=LATER, by="etic").until == LATER
    assert end_guardianship(guardianship=row, at=MUCH_LATER, by="etic").until == LATER
    assert name_guardian(ward=zoe, guardian=awa, at=LATER).until is None
    assert Change.objects.filter(verb="end_guardianship").count() == 1


def test_a_child_may_have_two_guardians() -> None:
    zoe = person("zoe")
    for handle in ("awa", "issa"):
        name_guardian(ward=zoe, guardian=person(handle), at=AT)
    assert Guardianship.objects.count() == 2


def test_a_guardian_is_another_person_and_no_ward_of_the_ward() -> None:
    zoe, awa = person("zoe"), person("awa")
    home = add_household(name="Chez nous", at=AT)
    assert codes(name_guardian, ward=zoe, guardian=zoe, at=AT) == ["guards-each-other"]
    assert codes(name_guardian, ward=zoe, guardian=home, at=AT) == ["not-a-person"]
    assert codes(name_guardian, ward=zoe, guardian=awa, since=LATER, until=AT, at=AT) == ["ends-before-it-begins"]
    name_guardian(ward=zoe, guardian=awa, at=AT)
    assert codes(name_guardian, ward=awa, guardian=zoe, at=AT) == ["guards-each-other"]
    erase_agent(agent=awa, at=LATER)
    assert Guardianship.objects.get().until == LATER
    assert codes(name_guardian, ward=zoe, guardian=awa, at=LATER) == ["already-erased"]


def test_a_consent_is_given_once_taken_back_and_given_again() -> None:
    alice = person("alice")
    first = give_consent(agent=alice, purpose="directory", at=AT, by=alice.pk)
    assert give_consent(agent=alice, purpose="directory", at=LATER, by=alice.pk) == first
    taken = withdraw_consent(agent=alice, purpose="directory", at=LATER, by=alice.pk)
    assert taken is not None
    assert (taken.given_at, taken.given_by, taken.withdrawn_at) == (AT, "", LATER)
    assert withdraw_consent(agent=alice, purpose="directory", at=LATER, by=alice.pk) is None
    give_consent(agent=alice, purpose="directory", at=MUCH_LATER, by=alice.pk)
    assert Consent.objects.count() == 2
    assert [row.verb for row in Change.objects.filter(verb__contains="consent").order_by("pk")] == [
        "give_consent",
        "withdraw_consent",
        "give_consent",
    ]


def test_nobody_agrees_for_another_but_a_guardian() -> None:
    zoe, awa, steward = person("zoe"), person("awa"), person("sarah")
    assert codes(give_consent, agent=zoe, purpose="photos", at=AT, by=steward.pk) == ["not-authorised"]
    assert codes(give_consent, agent=zoe, purpose="photos", at=AT, by=awa.pk) == ["not-authorised"]
    name_guardian(ward=zoe, guardian=awa, until=LATER, at=AT)
    assert give_consent(agent=zoe, purpose="photos", at=AT, by=awa.pk).given_by == awa.pk
    assert codes(give_consent, agent=zoe, purpose="letters", at=LATER, by=awa.pk) == ["not-authorised"]


def test_a_purpose_is_one_of_the_list() -> None:
    alice = person("alice")
    assert codes(give_consent, agent=alice, purpose="advertising", at=AT, by=alice.pk) == ["unknown-purpose"]
    erase_agent(agent=alice, at=AT)
    assert codes(give_consent, agent=alice, purpose="photos", at=AT, by=alice.pk) == ["already-erased"]


def test_consents_end_with_the_person() -> None:
    alice = person("alice")
    give_consent(agent=alice, purpose="photos", at=AT, by=alice.pk)
    erase_agent(agent=alice, at=LATER)
    assert Consent.objects.get().withdrawn_at == LATER
