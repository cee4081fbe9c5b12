"""People for the tests of sign-in: they go in by the same door as everybody."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.web.remembered import forget_all
from wikivillage.web.accounts.models import Account
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.role_actions import give_role

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def entrance(settings: Any) -> None:
    """Letters go into our queue, as on a real site, and nothing is left over from another test."""
    settings.EMAIL_BACKEND = "wikivillage.web.notices.backend.QueuedBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, which ours must not be
    forget_all()


def browser() -> Client:
    """Somebody's browser, in English."""
    return Client(headers=ENGLISH)


def newest_letter(email: str) -> Letter:
    """The letter that came last."""
    return Letter.objects.filter(to=email).latest("made_at")


def code_for(email: str) -> str:
    """The code of the newest letter."""
    found = re.search(r"\b\d{6}\b", newest_letter(email).text)
    assert found, newest_letter(email).text
    return found[0]


def ask_to_sign_up(email: str, name: str = "Zoé", client: Client | None = None, **more: str) -> Client:
    """Fill in the form of sign-up, and wait for the code."""
    client = client or browser()
    page = client.post("/accounts/signup/", {"email": email, "name": name, **more})
    assert (page.status_code, page.headers.get("Location")) == (302, "/accounts/confirm-email/")
    return client


def sign_up(email: str, name: str = "Zoé", **more: str) -> Client:
    """Sign up with all that it needs."""
    client = ask_to_sign_up(email, name, **more)
    page = client.post("/accounts/confirm-email/", {"code": code_for(email)})
    assert (page.status_code, page.headers["Location"]) == (302, "/me/")
    return client


def sign_in(email: str, client: Client | None = None) -> Client:
    """Sign in by a code."""
    client = client or browser()
    client.post("/accounts/login/", {"login": email})
    page = client.post("/accounts/login/code/confirm/", {"code": code_for(email)})
    assert page.status_code == 302, page.content.decode()
    return client


def account(email: str) -> Account:
    """The account of an address."""
    return Account.objects.get(email=email)


def show_second_factor(client: Client) -> None:
    """As if a second factor had been shown in this session."""
    session = client.session
    methods = session["account_authentication_methods"]
    session["account_authentication_methods"] = [*methods, {"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()


def sign_in_steward(email: str = "steward@example.org") -> Client:
    """A steward who has shown a second factor."""
    client = sign_up(email, "Stew")
    agent = account(email).agent
    assert agent is not None
    give_role(agent=agent, word="steward", at=AT)
    show_second_factor(client)
    return client
