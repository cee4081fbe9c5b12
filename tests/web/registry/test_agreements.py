"""Agreements and qualifications: made, signed by all, ended, granted at a level, taken back; who may, and twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.registry.somebody import AT, LATER, MUCH_LATER, browser, codes, holder, person, text_of
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.agreement_actions import (
    end_agreement,
    end_qualification,
    grant_qualification,
    make_agreement,
    sign_agreement,
)
from wikivillage.web.registry.agreement_queries import (
    agreement_of,
    agreements_of,
    last_qualification,
    qualification_of,
    qualifications_of,
)
from wikivillage.web.registry.models import Agent, Agreement, Qualification
from wikivillage.web.registry.people_actions import add_household
from wikivillage.web.registry.trainings import training_name, training_word
from wikivillage.web.registry.words import Text

pytestmark = pytest.mark.usefixtures("ledger")


def loan(*parties: Agent, **changes: object) -> Agreement:
    """Terms of a loan."""
    words: dict[str, object] = {"kind": "loan", "terms_version": "2026-1", "terms": "Bring it back clean.", "at": AT}
    return make_agreement(parties=parties, **{**words, **changes})  # type: ignore[arg-type]


def test_an_agreement_counts_once_all_have_signed() -> None:
    alice, bob = person("alice"), person("bob")
    row = loan(alice, bob, alice)
    assert row.parties.count() == 2
    sign_agreement(agreement=row, agent=alice, at=AT, by=alice.pk)
    assert agreement_of(alice, "loan", at=LATER) is None
    for _ in range(2):
        row = sign_agreement(agreement=row, agent=bob, at=LATER, by="guardian")
    assert row.signed_at == LATER
    assert [(one.agent_id, one.signed_by) for one in row.parties.order_by("signed_at")] == [
        (alice.pk, ""), (bob.pk, "guardian"),
    ]  # fmt: skip
    assert agreement_of(bob, "loan", at=LATER) == row
    assert agreement_of(bob, "loan", at=LATER, terms_version="2025-1") is None
    assert agreement_of(bob, "rent", at=LATER) is None
    for _ in range(2):
        end_agreement(agreement=row, at=MUCH_LATER)
    assert agreement_of(bob, "loan", at=MUCH_LATER) is None
    assert agreements_of([bob.pk]) == agreements_of() == [row]


def test_what_stands_against_an_agreement() -> None:
    alice, bob = person("alice"), person("bob")
    assert codes(loan) == ["no-party"]
    assert codes(make_agreement, kind="", parties=[alice], terms_version="x" * 33, at=AT) == ["bad-agreement"] * 2
    assert codes(make_agreement, kind="a", parties=[alice], terms_version="1", terms="\0", at=AT) == ["bad-name"]
    backwards = {"kind": "a", "parties": [alice], "terms_version": "1", "at": AT, "until": AT - timedelta(days=1)}
    assert codes(make_agreement, **backwards) == ["ends-before-it-begins"]
    row = loan(alice, key="k")
    assert loan(alice, key="k") == row
    assert codes(sign_agreement, agreement=row, agent=bob, at=AT) == ["not-a-party"]
    end_agreement(agreement=row, at=LATER)
    assert codes(sign_agreement, agreement=row, agent=alice, at=LATER) == ["agreement-over"]


def test_a_qualification_rises_and_ends() -> None:
    bob = person("bob")
    first = grant_qualification(agent=bob, subject="laser", at=AT, by="lead")
    assert codes(grant_qualification, agent=bob, subject="laser", at=LATER) == ["overlapping"]
    second = grant_qualification(agent=bob, subject="laser", level=2, at=LATER, until=MUCH_LATER)
    first.refresh_from_db()
    assert first.until == LATER
    assert qualification_of(bob, "laser", at=AT) == first
    assert qualification_of(bob, "laser", at=AT, level=2) is None
    assert qualification_of(bob, "laser", at=LATER, level=2) == second
    assert qualification_of(bob, "laser", at=MUCH_LATER) is None
    assert last_qualification(bob, "laser") == second
    assert qualifications_of([bob.pk], at=LATER) == [second]
    for _ in range(2):
        end_qualification(qualification=second, at=LATER)
    assert qualifications_of(at=LATER) == []


def test_what_stands_against_a_qualification() -> None:
    bob, home = person("bob"), add_household(name="Chez nous", at=AT)
    assert codes(grant_qualification, agent=home, subject="", level=4, at=AT) == [
        "not-a-person", "bad-agreement", "unknown-level",
    ]  # fmt: skip
    row = grant_qualification(agent=bob, subject="saw", at=AT, key="k")
    assert grant_qualification(agent=bob, subject="saw", at=AT, key="k") == row


def test_a_lower_level_that_is_refused_leaves_the_higher_one() -> None:
    bob = person("bob")
    high = grant_qualification(agent=bob, subject="laser", level=3, at=AT)
    assert codes(grant_qualification, agent=bob, subject="laser", level=2, at=LATER) == ["overlapping"]
    assert qualification_of(bob, "laser", at=LATER, level=3) == high


def test_who_is_erased_is_in_no_agreement_any_more() -> None:
    holder("sarah", "steward")
    bob, alice = person("bob"), person("alice")
    row = loan(bob, alice)
    grant_qualification(agent=bob, subject="laser", at=AT)
    erase_agent(agent=bob, at=LATER)
    row.refresh_from_db()
    assert row.until == LATER
    assert Qualification.objects.get().until == LATER


def test_parties_sign_and_end_on_their_page() -> None:
    alice, bob, sarah = person("alice"), person("bob"), holder("sarah", "steward")
    row = loan(alice, bob)
    hers = browser(alice)
    page = text_of(hers.get("/village/agreements/"))
    assert "loan, 2026-1" in page
    assert "not signed by all yet" in page
    assert hers.post(f"/village/agreements/{row.pk}/sign/", {"agent": bob.pk}).status_code == 403
    assert hers.post(f"/village/agreements/{row.pk}/sign/", {"agent": "nobody"}).status_code == 404
    for _ in range(2):
        assert hers.post(f"/village/agreements/{row.pk}/sign/", {"agent": alice.pk}).url == "/village/agreements/"
    assert browser(sarah).post(f"/village/agreements/{row.pk}/sign/", {"agent": bob.pk}).status_code == 403
    stranger = browser(person("mona"))
    assert "loan" not in text_of(stranger.get("/village/agreements/"))
    assert stranger.post(f"/village/agreements/{row.pk}/end/").status_code == 403
    assert "loan, 2026-1" in text_of(browser(sarah).get("/village/agreements/"))
    assert browser(bob).post(f"/village/agreements/{row.pk}/end/").status_code == 302
    late = browser(bob).post(f"/village/agreements/{row.pk}/sign/", {"agent": bob.pk})
    assert late.status_code == 422
    assert "is over" in text_of(late)
    assert browser().get("/village/agreements/").status_code in (302, 403)


def test_a_lead_notes_a_training() -> None:
    person("bob")
    sarah = browser(holder("sarah", "steward"))
    key = sarah.get("/village/qualifications/").context["form"]["key"].value()
    typed = {"agent": "bob", "subject": "Laser  cutter", "level": "2", "key": key}
    for _ in range(2):
        assert sarah.post("/village/qualifications/", typed).url == "/village/qualifications/"
    row = Qualification.objects.get()
    assert row.subject == "laser", "its word, from its name"
    assert "<b>Laser cutter</b>Bob, alone" in text_of(sarah.get("/village/qualifications/"))
    again = sarah.post("/village/qualifications/", {**typed, "key": ""})
    assert again.status_code == 422
    assert "The same holds since" in text_of(again)
    mona = browser(holder("mona", "member"))
    assert "Bob" not in text_of(mona.get("/village/qualifications/"))
    assert mona.post("/village/qualifications/", typed).status_code == 403
    assert mona.post(f"/village/qualifications/{row.pk}/end/").status_code == 403
    assert sarah.post(f"/village/qualifications/{row.pk}/end/").status_code == 302
    assert "laser" not in text_of(sarah.get("/village/qualifications/")).split("Note a training")[0]


def test_a_training_is_written_by_its_name_in_either_language() -> None:
    assert training_word(" découpe  Laser ") == training_word("laser cutter") == training_word("laser") == "laser"
    assert training_name(training_word("Tour à bois")) == Text("Tour à bois", "Tour à bois")
