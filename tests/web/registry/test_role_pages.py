"""The pages of roles, guardians and consents: given and ended by whoever may, every reason told, nothing done twice."""

from __future__ import annotations

import pytest

from tests.web.registry.somebody import AT, browser, holder, person, text_of
from wikivillage.web.registry.consent_actions import name_guardian
from wikivillage.web.registry.models import Consent, Guardianship, RoleGrant
from wikivillage.web.registry.people_actions import add_household, make_circle

pytestmark = pytest.mark.usefixtures("ledger")


def test_a_steward_gives_a_role_and_ends_it() -> None:
    sarah, alice = holder("sarah", "steward"), person("alice")
    page = browser(sarah).get("/village/roles/?agent=alice&word=auditor")
    form = page.context["form"]
    typed = {"agent": form["agent"].value(), "word": form["word"].value(), "key": form["key"].value(), "where": ""}
    for _ in range(2):
        said = browser(sarah).post("/village/roles/", typed, follow=True)
        assert said.redirect_chain == [("/village/roles/", 302)]
    grant = RoleGrant.objects.get(agent=alice)
    assert (grant.word, grant.given_by, grant.scope_kind) == ("auditor", sarah.pk, "")
    assert "It counts once they have signed in with a second factor." in text_of(said)
    for _ in range(2):
        assert browser(sarah).post(f"/village/roles/{grant.pk}/end/").url == "/village/roles/"
    grant.refresh_from_db()
    assert grant.until is not None
    assert "Over" in text_of(browser(sarah).get("/village/roles/"))


def test_every_reason_why_a_role_is_not_given_is_told() -> None:
    sarah = browser(holder("sarah", "steward"))
    add_household(name="Chez nous", at=AT)
    circle = make_circle(name_en="Energy", name_fr="Énergie", at=AT)
    wrong = sarah.post("/village/roles/", {"agent": "chez_nous", "word": "auditor", "where": ""})
    assert wrong.status_code == 422
    assert "Only a person can hold the role of auditor." in text_of(wrong)
    person("alice")
    wrong = sarah.post("/village/roles/", {"agent": "alice", "word": "auditor", "where": f"circle:{circle.pk}"})
    assert "Where the role of auditor can count: in the whole village." in text_of(wrong)
    assert sarah.post("/village/roles/", {"agent": "alice", "word": "mayor"}).status_code == 422
    assert sarah.post("/village/roles/", {"agent": "alice", "word": "member", "where": "place:moon"}).status_code == 422
    assert RoleGrant.objects.count() == 1


def test_the_last_steward_is_told_why_they_stay() -> None:
    sarah = holder("sarah", "steward")
    grant = RoleGrant.objects.get(agent=sarah)
    page = browser(sarah).post(f"/village/roles/{grant.pk}/end/")
    assert page.status_code == 422
    assert "This is the last steward" in text_of(page)
    said = text_of(browser(sarah, lang="fr").post(f"/village/roles/{grant.pk}/end/"))
    assert "C’est la dernière personne de l’intendance" in said


def test_without_a_second_factor_a_steward_gives_nothing() -> None:
    sarah = browser(holder("sarah", "steward"), second_factor=False)
    person("alice")
    assert sarah.get("/village/roles/").context["form"] is None
    refused = sarah.post("/village/roles/", {"agent": "alice", "word": "member"})
    assert refused.status_code == 403 or refused.url.startswith("/")
    assert RoleGrant.objects.count() == 1


def test_a_lead_gives_the_lead_of_their_own_circle_only() -> None:
    energy, water = (make_circle(name_en=name, name_fr=name, at=AT) for name in ("Energy", "Water"))
    lead = holder("lead", "circle_lead", scope_kind="circle", scope=energy.pk)
    bob = person("bob")
    form = browser(lead).get("/village/roles/").context["form"]
    assert [choice for choice, _name in form.fields["where"].choices] == [f"circle:{energy.pk}"]
    typed = {"agent": "bob", "word": "circle_lead", "where": f"circle:{energy.pk}"}
    assert browser(lead).post("/village/roles/", typed | {"where": f"circle:{water.pk}"}).status_code == 422
    assert browser(lead).post("/village/roles/", typed | {"word": "member", "where": ""}).status_code == 403
    assert browser(lead).post("/village/roles/", typed).status_code == 302
    assert RoleGrant.objects.get(agent=bob).scope == energy.pk


def test_who_sees_who_holds_what() -> None:
    alice = holder("alice", "member")
    assert browser().get("/village/roles/").status_code == 403
    assert browser(person("guest")).get("/village/roles/").status_code == 403
    page = browser(alice).get("/village/roles/")
    assert "Alice" in text_of(page)
    assert page.context["form"] is None
    other = RoleGrant.objects.create(agent=person("bob"), word="member", since=AT)
    assert browser(alice).post(f"/village/roles/{other.pk}/end/").status_code == 403
    own = RoleGrant.objects.get(agent=alice)
    assert browser(alice).post(f"/village/roles/{own.pk}/end/").status_code == 302
    assert browser(alice).post("/village/roles/99999/end/").status_code == 404


def test_a_steward_names_a_guardian_and_ends_it() -> None:
    sarah = browser(holder("sarah", "steward"))
    person("zoe")
    person("awa")
    typed = {"ward": "zoe", "guardian": "awa", "key": "k"}
    for _ in range(2):
        assert sarah.post("/village/guardians/", typed).url == "/village/guardians/"
    row = Guardianship.objects.get()
    assert "Awa acts for Zoe." in text_of(sarah.get("/village/guardians/"))
    wrong = sarah.post("/village/guardians/", {"ward": "awa", "guardian": "zoe"})
    assert "Nobody is their own guardian" in text_of(wrong)
    assert wrong.status_code == 422
    assert sarah.post(f"/village/guardians/{row.pk}/end/").status_code == 302
    member = browser(holder("alice", "member"))
    assert member.get("/village/guardians/").status_code == 403
    assert member.post(f"/village/guardians/{row.pk}/end/").status_code == 403


def test_one_agrees_for_oneself_and_ones_wards() -> None:
    awa, zoe = person("awa"), person("zoe")
    name_guardian(ward=zoe, guardian=awa, at=AT)
    page = browser(awa).get("/village/consents/")
    assert [pk for pk, *_ in page.context["whose"]] == [awa.pk, zoe.pk]
    address = f"/village/consents/{zoe.pk}/photos/"
    for _ in range(2):
        assert browser(awa).post(address, {"wanted": "yes"}).url == "/village/consents/"
    given = Consent.objects.get()
    assert (given.agent, given.given_by) == (zoe, awa.pk)
    for _ in range(2):
        browser(awa).post(address)
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_nobody_agrees_for_others() -> None:
    alice, sarah = person("alice"), holder("sarah", "steward")
    address = f"/village/consents/{alice.pk}/photos/"
    for client in (browser(), browser(person("bob")), browser(sarah)):
        assert client.post(address, {"wanted": "yes"}).status_code in (302, 403)
    assert not Consent.objects.exists()
    assert browser(alice).post(f"/village/consents/{alice.pk}/spam/", {"wanted": "yes"}).status_code == 404
    assert browser().get("/village/consents/").status_code == 403
