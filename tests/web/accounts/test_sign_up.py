"""Sign-up: an address and a name, a code by letter, and an agent at the end; the same answer to whoever is known."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.internal.flows import manage_email
from allauth.account.models import EmailAddress

from tests.web.accounts.people import AT, account, ask_to_sign_up, browser, code_for, newest_letter, sign_in, sign_up
from wikivillage.web.accounts.actions import forget_unconfirmed, welcome
from wikivillage.web.accounts.models import Account
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.models import Agent, Identity, RoleGrant

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"


def test_whoever_is_new_gets_an_agent_with_their_name() -> None:
    page = sign_up(ZOE, "Zoé d’Arc").get("/me/")
    assert "Zoé d’Arc" in page.content.decode()
    identity = Identity.objects.get()
    assert (identity.name, identity.handle, identity.email) == ("Zoé d’Arc", "zoe_d_arc", ZOE)
    assert identity.agent.kind == "person"
    assert identity.agent_id.startswith("p-")
    assert identity.agent_id == account(ZOE).agent_id


def test_before_the_code_there_is_no_agent() -> None:
    ask_to_sign_up(ZOE)
    assert not Agent.objects.exists()
    assert browser().get("/me/").status_code == 302


def test_a_wrong_code_opens_nothing_and_three_end_it() -> None:
    client = ask_to_sign_up(ZOE)
    code = code_for(ZOE)
    for _ in range(2):
        page = client.post("/accounts/confirm-email/", {"code": "abc"})
        assert "This is not the code of the newest letter." in page.content.decode()
    assert client.post("/accounts/confirm-email/", {"code": "abc"}).headers["Location"] == "/accounts/login/"
    assert client.post("/accounts/confirm-email/", {"code": code}).headers["Location"] == "/accounts/login/"
    assert not Agent.objects.exists()


def test_two_of_one_name_get_two_handles() -> None:
    sign_up(ZOE, "Zoé")
    sign_up("other@example.org", "zoe")
    assert sorted(Identity.objects.values_list("handle", flat=True)) == ["zoe", "zoe_2"]


@pytest.mark.parametrize(
    ("email", "name", "told"),
    [
        ("", "Zoé", "email"),
        ("zoe@", "Zoé", "email"),
        (ZOE, "", "name"),
        (ZOE, " \u200b\u202e ", "name"),
        (ZOE, "Zo\0e", "name"),
        (ZOE, "z" * 81, "name"),
        ("z" * 260 + "@example.org", "Zoé", "email"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(email: str, name: str, told: str) -> None:
    page = browser().post("/accounts/signup/", {"email": email, "name": name})
    shown = page.content.decode()
    assert page.status_code == 200
    assert f'aria-describedby="id_{told}' in shown
    assert 'aria-invalid="true"' in shown
    assert f'href="#id_{told}"' in shown
    assert not Account.objects.exists()


def test_a_script_as_a_name_is_text() -> None:
    shown = sign_up(ZOE, "<script>alert(1)</script>").get("/me/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert Identity.objects.get().handle == "script_alert_1_script"


def test_a_short_password_is_refused_and_nothing_typed_is_lost() -> None:
    page = browser().post("/accounts/signup/", {"email": ZOE, "name": "Zoé", "password1": "short"})
    shown = page.content.decode()
    assert 'value="Zoé"' in shown
    assert "short" not in shown.replace("too short", "")
    assert "at least 12 characters" in shown


def test_a_known_address_gets_the_same_page_and_another_letter() -> None:
    sign_up(ZOE)
    stranger = ask_to_sign_up(ZOE, "Somebody else")
    known = stranger.get("/accounts/confirm-email/").content.decode()
    fresh = ask_to_sign_up("new@example.org").get("/accounts/confirm-email/").content.decode()
    assert _skeleton(known.replace(ZOE, "X")) == _skeleton(fresh.replace("new@example.org", "X"))
    assert "It has an account already." in newest_letter(ZOE).text
    assert Account.objects.filter(email=ZOE).count() == 1


def _skeleton(page: str) -> list[str]:
    """A page without what is drawn by chance in each."""
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_the_form_sent_twice_in_one_browser_waits_for_one_code() -> None:
    client = ask_to_sign_up(ZOE)
    code = code_for(ZOE)
    ask_to_sign_up(ZOE, client=client)
    assert Letter.objects.count() == 1
    assert client.post("/accounts/confirm-email/", {"code": code}).headers["Location"] == "/me/"


def test_whoever_lost_the_first_code_begins_again_elsewhere() -> None:
    first = ask_to_sign_up(ZOE, "Mallory", password1="a long enough secret")
    second = ask_to_sign_up(ZOE, "Zoé")
    assert second.post("/accounts/confirm-email/", {"code": code_for(ZOE)}).headers["Location"] == "/me/"
    assert Identity.objects.get().name == "Zoé"
    assert not account(ZOE).has_usable_password(), "the password of whoever came first opens nothing"
    assert first.get("/me/").status_code == 302
    assert Account.objects.count() == 1


@pytest.mark.parametrize("confirmed", [False, True])
def test_two_forms_at_the_same_moment_make_one_account(confirmed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(ZOE) if confirmed else ask_to_sign_up(ZOE)
    monkeypatch.setattr(manage_email, "assess_unique_email", lambda email, user=None: True)  # neither saw the other
    ask_to_sign_up(ZOE, "Zoé")
    assert Account.objects.count() == EmailAddress.objects.count() == 1
    assert ("It has an account already." in newest_letter(ZOE).text) is confirmed


def test_the_code_sent_twice_and_the_button_back_do_no_harm() -> None:
    client = ask_to_sign_up(ZOE)
    code = code_for(ZOE)
    for _ in range(2):
        assert client.post("/accounts/confirm-email/", {"code": code}, follow=True).status_code == 200
    assert client.get("/accounts/signup/").headers["Location"] == "/"
    assert Agent.objects.count() == 1


def test_another_letter_can_be_asked_for_and_the_newest_counts() -> None:
    client = ask_to_sign_up(ZOE)
    first = code_for(ZOE)
    client.post("/accounts/confirm-email/", {"action": "resend"})
    newest = code_for(ZOE)
    assert Letter.objects.filter(to=ZOE).count() == 2
    if first != newest:
        assert client.post("/accounts/confirm-email/", {"code": first}).status_code == 200
    assert client.post("/accounts/confirm-email/", {"code": newest}).headers["Location"] == "/me/"


def test_welcome_twice_is_once() -> None:
    sign_up(ZOE)
    known = account(ZOE)
    assert welcome(account=known, at=AT) == known.agent
    assert Agent.objects.count() == 1


@pytest.mark.parametrize("demonstration", [True, False])
def test_in_a_demonstration_whoever_signs_up_is_a_member(settings: Any, demonstration: bool) -> None:
    """There everything may be tried; in a true village a steward gives the role."""
    settings.DEMONSTRATION = demonstration
    sign_up(ZOE)
    roles = RoleGrant.objects.filter(agent=account(ZOE).agent).values_list("word", flat=True)
    assert list(roles) == (["member"] if demonstration else [])


def test_an_account_that_nobody_opened_is_forgotten() -> None:
    ask_to_sign_up(ZOE)
    sign_up("kept@example.org")
    unopened = account(ZOE)
    assert forget_unconfirmed(before=unopened.date_joined) == 0
    Account.objects.filter(pk=unopened.pk).update(date_joined=AT)
    assert forget_unconfirmed(before=unopened.date_joined) == 1
    assert [one.email for one in Account.objects.all()] == ["kept@example.org"]


def test_the_letter_with_the_first_code_becomes_theirs() -> None:
    sign_up(ZOE)
    assert newest_letter(ZOE).agent_id == account(ZOE).agent_id


def test_an_unconfirmed_address_is_confirmed_by_signing_in() -> None:
    ask_to_sign_up(ZOE, "Zoé")
    assert sign_in(ZOE).get("/me/").status_code == 200
    assert Identity.objects.get().name == "Zoé"
