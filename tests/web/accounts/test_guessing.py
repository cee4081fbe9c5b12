"""Whoever guesses codes, passwords or addresses is stopped, and told how long to wait."""

from __future__ import annotations

import pytest
from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.core.cache.backends.db import DatabaseCache

from tests.web.accounts.people import ask_to_sign_up, browser, code_for, sign_in, sign_up
from tests.web.remembered import forget_all
from wikivillage.web.accounts.too_many import ACTIONS
from wikivillage.web.notices.models import Letter

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"


def test_passwords_of_one_address_can_be_guessed_five_times() -> None:
    sign_up(ZOE, password1="twelve signs at least")
    for number in range(5):
        page = browser().post("/accounts/login/", {"login": ZOE, "password": f"guess number {number}"})
        assert "not right" in page.content.decode()
    forget_all()  # another process answers, or the same after a restart
    page = browser().post("/accounts/login/", {"login": ZOE, "password": "twelve signs at least"})
    assert "Too many tries." in page.content.decode()
    assert sign_in(ZOE).get("/me/").status_code == 200, "a code still opens"


def test_from_one_machine_few_addresses_can_be_tried() -> None:
    answers = [
        browser().post("/accounts/login/", {"login": f"{number}@example.org", "password": "guess"}).status_code
        for number in range(31)
    ]
    assert answers[-1] == 429


def test_codes_cannot_be_asked_for_without_end() -> None:
    sign_up(ZOE)
    before = Letter.objects.count()
    for _ in range(9):
        page = browser().post("/accounts/login/", {"login": ZOE})
    assert "Too many tries." in page.content.decode()
    assert Letter.objects.count() - before == 5


def test_a_code_can_be_guessed_three_times() -> None:
    sign_up(ZOE)
    client = browser()
    client.post("/accounts/login/", {"login": ZOE})
    code = code_for(ZOE)
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "nonsense"})
    assert client.post("/accounts/login/code/confirm/", {"code": code}).headers["Location"] == "/accounts/login/code/"
    assert client.get("/me/").status_code == 302


def test_letters_of_sign_up_do_not_flood_anybody() -> None:
    for _ in range(5):
        ask_to_sign_up(ZOE)
    page = browser().post("/accounts/signup/", {"email": ZOE, "name": "Zoé"})
    assert page.status_code == 429
    assert Letter.objects.filter(to=ZOE).count() == 5
    shown = page.content.decode()
    assert "That was too often." in shown
    assert "Wait 15 minutes" in shown
    assert 14 * 60 < int(page.headers["Retry-After"]) <= 15 * 60
    assert 'class="top"' in shown


def test_new_codes_for_a_sign_up_do_not_flood_anybody() -> None:
    client = ask_to_sign_up(ZOE)
    answers = [client.post("/accounts/confirm-email/", {"action": "resend"}).status_code for _ in range(8)]
    assert answers[:2] == [302, 302]
    assert Letter.objects.filter(to=ZOE).count() <= 5


def test_sign_ups_from_one_machine_are_limited_and_the_page_says_how_long() -> None:
    for number in range(20):
        browser().post("/accounts/signup/", {"email": f"{number}@example.org", "name": "Zoé"})
    page = browser().post("/accounts/signup/", {"email": "more@example.org", "name": "Zoé"})
    assert page.status_code == 429
    assert "Wait 1 minute," in page.content.decode()


def test_every_limit_on_tries_is_known_where_it_is_told() -> None:
    """Else whoever reached it would read that the database is busy."""
    told = {action for actions in ACTIONS.values() for action in actions} | {"reauthenticate"}
    without_phones = set(app_settings.RATE_LIMITS) - {"change_phone", "verify_phone"}
    assert {*without_phones, "webauthn_login"} <= told


def test_a_try_that_cannot_be_counted_is_not_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatabaseCache, "add", lambda *_args, **_options: False)
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 0.01)
    page = browser().post("/accounts/login/", {"login": ZOE, "password": "twelve signs at least"})
    assert page.status_code == 503
    assert "Nothing was written." in page.content.decode()
    assert ZOE in page.content.decode(), "what was typed is given back"
