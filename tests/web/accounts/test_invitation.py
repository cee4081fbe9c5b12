"""The first steward: made on the command line, invited by letter, let in by it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.accounts.people import AT, browser, newest_letter, sign_in
from wikivillage.base.problems import ProblemError
from wikivillage.web.accounts.invitations import invite_steward, password_path
from wikivillage.web.accounts.models import Account
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.models import Agent, RoleGrant

pytestmark = pytest.mark.usefixtures("ledger")

STEW = "stew@example.org"


def test_a_steward_is_invited_and_comes_in() -> None:
    account = invite_steward(email=" Stew@Example.org ", name="Stew", at=AT)
    assert account.email == STEW
    assert "Sign in with this address" in newest_letter(STEW).text or "Connectez-vous" in newest_letter(STEW).text
    client = sign_in(STEW)
    assert "Your role of steward waits." in client.get("/me/").content.decode()


def test_invited_twice_is_invited_once() -> None:
    first = invite_steward(email=STEW, name="Stew", at=AT)
    again = invite_steward(email=STEW, name="Another name", at=AT)
    assert first == again
    assert Account.objects.count() == Agent.objects.count() == RoleGrant.objects.count() == 1
    assert Letter.objects.filter(kind="invitation").count() == 1


def test_without_a_mail_server_a_link_lets_them_set_a_password() -> None:
    account = invite_steward(email=STEW, name="Stew", at=AT)
    path = password_path(account)
    client = browser()
    form = client.get(path, follow=True)
    secret = "twelve signs at least"
    client.post(form.request["PATH_INFO"], {"password1": secret, "password2": secret})
    assert client.post("/accounts/login/", {"login": STEW, "password": secret}).headers["Location"] == "/"
    assert "This link is used up" in browser().get(path, follow=True).content.decode()
    assert Client().get("/accounts/password/reset/key/1-nonsense/", follow=True).status_code == 200


def test_what_cannot_be_invited() -> None:
    with pytest.raises(ProblemError) as refused:
        invite_steward(email="nonsense", name=" ", at=AT)
    assert [problem.code for problem in refused.value.problems] == ["bad-email", "bad-name"]
    assert not Account.objects.exists()
