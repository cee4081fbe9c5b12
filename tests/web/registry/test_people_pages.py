"""The pages of who is here: the first visit, the directory, one agent, circles; for strangers, members and stewards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.registry.somebody import AT, browser, holder, person, text_of
from wikivillage.model import load_village
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.consent_actions import give_consent
from wikivillage.web.registry.models import Agent, Circle, Identity, Membership
from wikivillage.web.registry.people_actions import add_household, add_organisation, join, make_circle
from wikivillage.web.registry.village_actions import record_village

pytestmark = pytest.mark.usefixtures("ledger")

SAINT_BLAISE = Path(__file__).parents[3] / "villages" / "saint_blaise.yaml"


@pytest.fixture
def village(ledger: None) -> None:
    """Saint-Blaise, loaded."""
    record_village(village=load_village(SAINT_BLAISE), base=SAINT_BLAISE.parent, at=AT)


@pytest.mark.usefixtures("village")
def test_the_first_visit_says_what_this_place_is() -> None:
    said = text_of(browser(lang="fr").get("/village/about/"))
    assert '<dd class="num">5</dd>' in said
    assert "7\N{NARROW NO-BREAK SPACE}500 <small>m²</small>" in said
    assert ">17</a></dd>" in said
    assert '<a href="/village/people/ici_montreuil/">Ici Montreuil</a>' in said
    assert '<a href="/building/fablab/">Fablab</a>' in said
    for loop in ("Énergie", "Eau", "Matière", "Nourriture", "Temps"):
        assert loop in said
    assert "/accounts/signup/" in said


def test_before_a_village_is_loaded_the_first_visit_says_so() -> None:
    assert "No village is here yet." in text_of(browser().get("/village/about/"))
    assert "Load a village file" in text_of(browser(holder("sarah", "steward")).get("/village/about/"))
    assert browser().get("/village/").url == "/village/about/"


@pytest.mark.usefixtures("village")
def test_the_first_visit_names_organisations_only() -> None:
    Identity.objects.filter(handle="residents").update(name="Famille Secrète")
    assert "Secrète" not in text_of(browser().get("/village/about/"))


def listed(client: Any, query: str = "") -> set[str]:
    """Who is on the page of the directory."""
    page = client.get(f"/village/people/{query}")
    return {line.name for line in page.context["page"].items}


def test_each_finds_whom_they_may_find() -> None:
    alice, bob = holder("alice", "member"), person("bob")
    add_organisation(name="Le 6B", at=AT)
    home = add_household(name="Chez Bob", members=[bob], at=AT)
    give_consent(agent=alice, purpose="directory", at=AT, by=alice.pk)
    assert listed(browser()) == {"Le 6B"}
    assert listed(browser(bob)) == {"Le 6B", "Bob", "Chez Bob"}
    assert listed(browser(alice)) == {"Le 6B", "Alice"}
    sarah = holder("sarah", "steward")
    assert listed(browser(sarah)) == {"Le 6B", "Alice", "Bob", "Chez Bob", "Sarah"}
    assert listed(browser(sarah, second_factor=False)) == {"Le 6B", "Alice", "Sarah"}
    give_consent(agent=home, purpose="directory", at=AT, by=bob.pk)
    assert listed(browser(alice)) == {"Le 6B", "Alice", "Chez Bob"}
    erase_agent(agent=alice, at=AT)
    assert listed(browser(sarah)) == {"Le 6B", "Bob", "Chez Bob", "Sarah"}


def test_a_search_minds_no_accents_and_swallows_anything() -> None:
    sarah = browser(holder("sarah", "steward"))
    add_organisation(name="Café de l’Été", at=AT)
    add_household(name="Chez nous", at=AT)
    assert listed(sarah, "?q=ETE") == {"Café de l’Été"}
    assert listed(sarah, "?kind=household") == {"Chez nous"}
    assert listed(sarah, "?q=nobody") == set()
    for strange in ("%00", "%25", "<script>alert(1)</script>", "x" * 3000):
        page = sarah.get(f"/village/people/?q={strange}&kind={strange}&page={strange}")
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_a_long_list_comes_in_pages() -> None:
    for number in range(55):
        add_organisation(name=f"Club {number:02}", at=AT)
    page = browser().get("/village/people/?q=club&page=2")
    assert [line.name for line in page.context["page"].items] == [f"Club {number}" for number in range(50, 55)]
    assert "Page 2 of 2" in text_of(page)
    assert 'href="?q=club&amp;page=1"' in text_of(page)


def test_stewards_take_the_directory_as_a_file() -> None:
    sarah = browser(holder("sarah", "steward"))
    Identity.objects.filter(handle="sarah").update(name='=HYPERLINK("http://example.org")')
    content = b"".join(sarah.get("/village/people.csv?kind=person").streaming_content).decode("utf-8")
    assert content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}kind;name;places;roles;circles;pseudonym\r\n")
    assert "'=HYPERLINK(" in content
    assert browser(holder("alice", "member")).get("/village/people.csv").status_code == 403
    assert browser().get("/village/people.csv").status_code == 403


def test_a_persons_page_opens_to_members_and_shows_what_they_agreed_to() -> None:
    alice, bob = holder("alice", "member"), holder("bob", "member")
    Identity.objects.filter(agent=alice).update(email="alice@example.org")
    home = add_household(name="Chez Alice", members=[alice], at=AT)
    circle = make_circle(name_en="Energy", name_fr="Énergie", at=AT)
    join(agent=alice, circle=circle, role="note-taker", at=AT)
    address = f"/village/people/{alice.pk}/"
    assert browser().get(address).status_code == 403
    assert browser(person("guest")).get(address).status_code == 403
    seen = text_of(browser(bob).get(address))
    assert "Energy" in seen
    assert "alice@example.org" not in seen
    assert "Chez Alice" not in seen
    give_consent(agent=alice, purpose="contact", at=AT, by=alice.pk)
    assert "alice@example.org" in text_of(browser(bob).get(address))
    own = text_of(browser(alice).get(address))
    assert "Chez Alice" in own
    assert alice.pk in own
    assert browser(alice).get(f"/village/people/{home.pk}/").status_code == 200
    erase_agent(agent=alice, at=AT)
    assert browser(bob).get(address).status_code == 404
    assert browser(bob).get("/village/people/nobody/").status_code == 404


@pytest.mark.usefixtures("village")
def test_an_organisations_page_is_open_but_not_its_address_nor_its_people() -> None:
    walt = Agent.objects.get(pk="walt")
    Identity.objects.filter(agent=walt).update(email="hello@walt.example")
    join(agent=person("zelda"), body=walt, at=AT)
    seen = text_of(browser().get("/village/people/walt/"))
    assert "Café Institut de Bonté" in seen
    assert "hello@walt.example" not in seen
    assert "Zelda" not in seen
    known = text_of(browser(holder("alice", "member")).get("/village/people/walt/"))
    assert "hello@walt.example" in known
    assert "Zelda" in known


def added(client: Any, **typed: str) -> Any:
    """What comes of the form that adds somebody."""
    return client.post("/village/people/add/", {"kind": "household", "name": "Chez nous", **typed})


def test_a_steward_adds_somebody_once() -> None:
    sarah = browser(holder("sarah", "steward"))
    key = sarah.get("/village/people/add/").context["form"]["key"].value()
    first, second = added(sarah, key=key), added(sarah, key=key)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Agent.objects.filter(kind="household").count() == 1
    added(sarah, kind="organisation", name="AMAP", email="amap@example.org")
    assert Identity.objects.get(handle="amap").email == "amap@example.org"
    added(sarah, kind="person", name="Zoé")
    assert Agent.objects.get(identity__handle="zoe").kind == "person"


def test_what_cannot_be_added_is_told_beside_its_field_and_stays_typed() -> None:
    sarah = browser(holder("sarah", "steward"))
    for typed in ({"name": "  "}, {"email": "no address"}, {"kind": "outside"}, {"name": "x" * 201}):
        page = added(sarah, **typed)
        assert page.status_code == 422
        assert "aria-invalid" in page.content.decode()
    typed = added(sarah, name="<script>alert(1)</script>", email="no")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in typed.content.decode()
    assert added(browser(holder("alice", "member"))).status_code == 403
    assert added(browser()).status_code in (302, 403)
    assert not Agent.objects.filter(kind="household").exists()


def test_a_steward_lets_somebody_into_an_organisation_and_ends_it() -> None:
    sarah, alice, body = holder("sarah", "steward"), person("alice"), add_organisation(name="AMAP", at=AT)
    address, typed = f"/village/people/{body.pk}/", {"agent": "alice", "role": "cook", "votes": "on"}
    assert browser(sarah).post(address, typed).status_code == 302
    row = Membership.objects.get()
    assert (row.agent, row.role, row.votes, row.until) == (alice, "cook", True, None)
    again = browser(sarah).post(address, typed)
    assert again.status_code == 422
    assert "The same holds since" in text_of(again)
    assert browser(holder("bob", "member")).post(address, typed).status_code == 403
    end = f"/village/memberships/{row.pk}/end/"
    assert browser(holder("carol", "member")).post(end).status_code == 403
    assert browser(sarah).get(end).status_code == 405
    assert browser(alice).post(end).url == address
    assert browser(sarah).post("/village/memberships/99999/end/").status_code == 404
    row.refresh_from_db()
    assert row.until is not None


def test_whom_a_form_means() -> None:
    sarah, body = browser(holder("sarah", "steward")), add_organisation(name="AMAP", at=AT)
    for handle in ("alice_1", "alice_2"):
        agent = person(handle)
        Identity.objects.filter(agent=agent).update(name="Alice Martin")
    address = f"/village/people/{body.pk}/"
    several = text_of(sarah.post(address, {"agent": "alice martin"}))
    assert "Several are called so. Write one of these instead: alice_1, alice_2." in several
    assert "Did you mean “alice_1”?" in text_of(sarah.post(address, {"agent": "alise_1"}))
    assert "Nobody here is called so." in text_of(sarah.post(address, {"agent": "xyz"}))
    assert sarah.post(address, {"agent": "\0"}).status_code == 422
    assert sarah.post(address, {"agent": "alice_2"}).status_code == 302


def test_dates_are_days_of_the_village_and_the_last_day_counts() -> None:
    sarah, body = browser(holder("sarah", "steward")), add_organisation(name="AMAP", at=AT)
    person("alice")
    typed = {"agent": "alice", "since": "2026-03-01", "last_day": "2026-03-31"}
    assert sarah.post(f"/village/people/{body.pk}/", typed).status_code == 302
    row = Membership.objects.get()
    assert f"{row.since:%d %H:%M} {row.until:%d %H:%M}" == "28 23:00 31 22:00"  # summer time began in between
    for last_day in ("2026-02-27", "yesterday", "9999-99-99"):
        wrong = sarah.post(f"/village/people/{body.pk}/", typed | {"last_day": last_day})
        assert wrong.status_code == 422


def test_a_member_joins_a_circle_once_and_leaves_it() -> None:
    alice = holder("alice", "member")
    circle = make_circle(name_en="Energy", name_fr="Énergie", purpose="Watch the meters", at=AT)
    address = f"/village/circles/{circle.pk}/"
    assert "Join this circle" in text_of(browser(alice).get(address))
    for _ in range(2):
        assert browser(alice).post(f"{address}join/").url == address
    row = Membership.objects.get()
    assert "You are in this circle." in text_of(browser(alice).get(address))
    assert browser(person("guest")).post(f"{address}join/").status_code == 403
    stranger = text_of(browser().get(address))
    assert "1 member" in stranger
    assert "Alice" not in stranger
    browser(alice).post(f"/village/memberships/{row.pk}/end/")
    assert "0 members" in text_of(browser(alice).get(address)).replace("0 member<", "0 members<")
    assert browser().get("/village/circles/circle-none/").status_code == 404


def test_a_circles_lead_lets_others_in_there_and_nowhere_else() -> None:
    energy, water = (make_circle(name_en=name, name_fr=name, at=AT) for name in ("Energy", "Water"))
    lead, bob = holder("lead", "circle_lead", scope_kind="circle", scope=energy.pk), person("bob")
    assert browser(lead).post(f"/village/circles/{energy.pk}/", {"agent": "bob"}).status_code == 302
    assert browser(lead).post(f"/village/circles/{water.pk}/", {"agent": "bob"}).status_code == 403
    assert list(bob.memberships.values_list("circle", flat=True)) == [energy.pk]
    again = browser(lead).post(f"/village/circles/{energy.pk}/", {"agent": "bob"})
    assert again.status_code == 422


def test_a_steward_makes_a_circle_once() -> None:
    sarah = browser(holder("sarah", "steward"))
    typed = {"name_fr": "Jardins", "name_en": "Gardens", "purpose": "Roof and yard", "key": "k"}
    assert sarah.post("/village/circles/", typed).url == "/village/circles/circle-jardins/"
    assert sarah.post("/village/circles/", typed).url == "/village/circles/circle-jardins/"
    assert Circle.objects.count() == 1
    assert "No circle was made" in text_of(sarah.post("/village/circles/", typed | {"key": "other"}))
    assert sarah.post("/village/circles/", {"name_fr": " "}).status_code == 422
    assert browser(holder("alice", "member")).post("/village/circles/", typed).status_code == 403
    assert "Gardens" in text_of(browser().get("/village/circles/"))


def test_households_are_in_the_directory() -> None:
    assert browser().get("/village/households/").url == "/village/people/?kind=household"
