"""My things: what is mine and nobody else's, changed with care."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts.people import AT, account, browser, newest_letter, sign_in, sign_up
from wikivillage.base.problems import ProblemError
from wikivillage.web.accounts.actions import change_profile
from wikivillage.web.meters.models import Meter
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent, Identity, Token
from wikivillage.web.registry.people_actions import add_household, join

pytestmark = pytest.mark.usefixtures("ledger")

ZOE, ALI = "zoe@example.org", "ali@example.org"


def agent_of(email: str) -> Agent:
    """Somebody's agent."""
    agent = account(email).agent
    assert agent is not None
    return agent


PAGES = ("/me/", "/me/profile/", "/me/export.json", "/me/export.zip", "/me/leave/", "/me/second-factor/")


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_led_to_the_sign_in(path: str) -> None:
    assert browser().get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_an_account_without_an_agent_has_no_things() -> None:
    client = sign_up(ZOE)
    nobody = account(ZOE)
    nobody.agent = None
    nobody.save()
    assert client.get("/me/").status_code == 404


def test_name_handle_and_language_are_changed() -> None:
    client = sign_up(ZOE)
    page = client.post("/me/profile/", {"name": "  Zoé  d’Arc ", "handle": "zo.e", "language": "fr"}, follow=True)
    assert "It is changed." in page.content.decode()
    identity = Identity.objects.get()
    assert (identity.name, identity.handle) == ("Zoé d’Arc", "zo.e")
    sign_in(ZOE)
    assert "Votre code est" in newest_letter(ZOE).text


@pytest.mark.parametrize(
    ("handle", "told"),
    [
        ("ali", "Somebody else is called so."),
        ("9lives", "a letter first."),
        ("erased_x", "a letter first."),
        ("a\0b", ""),
    ],
)
def test_a_handle_that_cannot_be(handle: str, told: str) -> None:
    sign_up(ALI, "Ali")
    client = sign_up(ZOE)
    page = client.post("/me/profile/", {"name": "Zoé", "handle": handle, "language": "fr"})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert 'id="id_handle_error"' in page.content.decode()
    assert agent_of(ZOE).identity.handle == "zoe"


def test_a_name_that_cannot_be() -> None:
    sign_up(ZOE)
    with pytest.raises(ProblemError) as refused:
        change_profile(account=account(ZOE), name=" \u200b", handle="zoe", language="fr", at=AT)
    assert [problem.code for problem in refused.value.problems] == ["bad-name"]


@pytest.mark.parametrize("name", ["z" * 81, "", "<script>alert(1)</script>"])
def test_a_script_is_text_and_the_rest_is_refused(name: str) -> None:
    client = sign_up(ZOE)
    page = client.post("/me/profile/", {"name": name, "handle": "zoe", "language": "fr"}, follow=True)
    assert "<script>alert" not in page.content.decode()
    assert page.status_code == (200 if name.startswith("<") else 422)


def test_my_meters_are_mine_and_my_households() -> None:
    zoe, ali = sign_up(ZOE), sign_up(ALI, "Ali")
    home = add_household(name="Second floor", handle="floor_two", at=AT)
    join(agent=agent_of(ZOE), body=home, at=AT)
    Meter.objects.create(id="power-home", name="Power at home", agent=home, created_at=AT)
    Meter.objects.create(id="my-own", name="My own <b>", agent=agent_of(ZOE), created_at=AT)
    shown = zoe.get("/me/").content.decode()
    assert "Power at home" in shown
    assert "My own &lt;b&gt;" in shown
    assert "Second floor" in shown
    assert "Power at home" not in ali.get("/me/").content.decode()


def test_a_letter_to_me_is_read_by_me_alone() -> None:
    zoe, ali = sign_up(ZOE), sign_up(ALI, "Ali")
    path = f"/me/letters/{newest_letter(ZOE).pk}/"
    assert "Your code is" in zoe.get(path).content.decode()
    assert ali.get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_a_key_of_mine_is_ended_by_me_alone() -> None:
    zoe, ali = sign_up(ZOE), sign_up(ALI, "Ali")
    token, secret = issue_token(agent=agent_of(ZOE), scopes=["read"], label="my phone", at=AT)
    shown = zoe.get("/me/").content.decode()
    assert "my phone" in shown
    assert secret not in shown
    assert ali.post(f"/me/tokens/{token.pk}/end/").status_code == 404
    assert Token.objects.get().revoked_at is None
    assert zoe.post(f"/me/tokens/{token.pk}/end/").status_code == 302
    assert Token.objects.get().revoked_at is not None
    assert zoe.post(f"/me/tokens/{token.pk}/end/").status_code == 404, "it is over"


def test_the_page_asks_the_database_as_often_for_many_things_as_for_few() -> None:
    client = sign_up(ZOE)
    client.get("/me/")
    for number in range(20):
        Meter.objects.create(id=f"meter-{number}", agent=agent_of(ZOE), created_at=AT)
        issue_token(agent=agent_of(ZOE), scopes=["read"], at=AT)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/me/").status_code == 200
    assert len(asked) <= 18


@pytest.mark.parametrize("path", ["/me/sign-ins/end/", "/me/leave/stay/", "/me/tokens/1/end/"])
def test_nothing_is_changed_by_following_a_link(path: str) -> None:
    assert sign_up(ZOE).get(path).status_code == 405
