"""A session that ended while somebody typed: after the sign-in, everything typed is given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.accounts.people import code_for, sign_in_steward, sign_up
from wikivillage.web.accounts import typed
from wikivillage.web.registry.models import Identity

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"


def lose_session(client: Client) -> None:
    """As if a month had passed."""
    client.session.flush()
    del client.cookies["sessionid"]


def sign_in_again(client: Client, where: str) -> Any:
    """Follow the page that asks for a sign-in, to its end."""
    client.post(where, {"login": ZOE, "next": "/me/typed/"})
    return client.post("/accounts/login/code/confirm/", {"code": code_for(ZOE), "next": "/me/typed/"}, follow=True)


def test_what_was_typed_comes_back_and_can_be_sent() -> None:
    client = sign_up(ZOE)
    lose_session(client)
    sent = client.post("/me/profile/", {"name": "Zoé d’Arc <b>", "handle": "zoe", "language": "fr"})
    assert sent.headers["Location"] == "/accounts/login/?next=%2Fme%2Ftyped%2F"
    page = sign_in_again(client, sent.headers["Location"])
    shown = page.content.decode()
    assert "Nothing is lost." in shown
    assert 'name="name" rows="1">\nZoé d’Arc &lt;b&gt;</textarea>' in shown
    assert 'action="/me/profile/"' in shown
    client.post("/me/profile/", {"name": "Zoé d’Arc <b>", "handle": "zoe", "language": "fr"})
    assert Identity.objects.get().name == "Zoé d’Arc <b>"
    assert client.get("/me/typed/").headers["Location"] == "/", "once"


def test_a_page_that_is_closed_to_visitors_keeps_what_they_typed() -> None:
    client = sign_in_steward(ZOE)
    lose_session(client)
    sent = client.post("/letters/00000000-0000-0000-0000-000000000000/send/", {"why": "line one\nline two"})
    assert sent.status_code == 302
    assert "line one\nline two" in sign_in_again(client, sent.headers["Location"]).content.decode()


def test_passwords_codes_and_files_are_not_kept() -> None:
    client = sign_up(ZOE)
    lose_session(client)
    client.post("/me/profile/", {"name": "Zoé", "password1": "secret", "code": "123456", "csrfmiddlewaretoken": "x"})
    assert [key for key, _ in client.session[typed.KEY]["fields"]] == ["name"]


def test_a_huge_form_is_not_kept() -> None:
    client = Client()
    client.post("/me/profile/", {"name": "z" * (typed.LONGEST + 1)})
    assert typed.KEY not in client.session


def test_after_an_hour_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_up(ZOE)
    lose_session(client)
    sent = client.post("/me/profile/", {"name": "Zoé"})
    session = client.session
    session[typed.KEY] = {
        **session[typed.KEY],
        "at": datetime.now(UTC).timestamp() - timedelta(hours=2).total_seconds(),
    }
    session.save()
    page = sign_in_again(client, sent.headers["Location"])
    assert page.redirect_chain[-1] == ("/me/profile/", 302)


def test_nobody_else_gets_it() -> None:
    Client().post("/me/profile/", {"name": "typed elsewhere"})
    assert sign_up(ZOE).get("/me/typed/").headers["Location"] == "/"
    assert Client().get("/me/typed/").headers["Location"] == "/"


def test_a_program_without_a_token_is_led_nowhere() -> None:
    assert Client().post("/api/events", "{}", content_type="application/json").status_code == 401
