"""A second factor: set up, asked for, lost and replaced; roles that need one count only with it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests.web.accounts.people import AT, account, browser, code_for, newest_letter, show_second_factor, sign_up
from wikivillage.web.accounts.sealed import MARK, seal, unseal
from wikivillage.web.registry.role_actions import give_role

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"


def app_code(secret: str) -> str:
    """What an app shows now: the middle one of those that are taken, so that it is still taken half a minute later."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def set_up_app(client: Client) -> str:
    """Set an app up; its secret."""
    shown = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="code">([A-Z2-7]{32})<', shown)
    assert secret, shown
    page = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret[1])})
    assert page.headers["Location"] == "/accounts/2fa/recovery-codes/"
    cache.clear()  # a code counts once; the next half minute has another
    return secret[1]


def ask_for_second(client: Client) -> Any:
    """Sign in by a code, as far as the second factor."""
    client.post("/accounts/login/", {"login": ZOE})
    page = client.post("/accounts/login/code/confirm/", {"code": code_for(ZOE)})
    assert page.headers["Location"] == "/accounts/2fa/authenticate/"
    return page


def make_steward(email: str = ZOE) -> None:
    agent = account(email).agent
    assert agent is not None
    give_role(agent=agent, word="steward", at=AT)


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in() -> None:
    secret = set_up_app(sign_up(ZOE))
    other = browser()
    ask_for_second(other)
    assert other.get("/me/").status_code == 302, "half way in is out"
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    assert other.get("/me/").status_code == 200


def test_a_wrong_code_sets_nothing_up() -> None:
    client = sign_up(ZOE)
    client.get("/accounts/2fa/totp/activate/")
    page = client.post("/accounts/2fa/totp/activate/", {"code": "12"})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    assert not Authenticator.objects.exists()


def test_a_recovery_code_opens_once() -> None:
    client = sign_up(ZOE)
    set_up_app(client)
    codes = re.findall(r"<li>([\w-]{8,})</li>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    for answer in (302, 200):
        other = browser()
        ask_for_second(other)
        assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == answer


def test_a_code_of_the_app_opens_once() -> None:
    secret = set_up_app(sign_up(ZOE))
    code = app_code(secret)
    for answer in (302, 200):
        other = browser()
        ask_for_second(other)
        assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == answer


def test_codes_of_the_app_cannot_be_guessed_without_end() -> None:
    secret = set_up_app(sign_up(ZOE))
    other = browser()
    ask_for_second(other)
    for number in range(6):
        other.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"})
    assert other.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).status_code in (200, 429)
    assert other.get("/me/").status_code == 302


def test_a_stewards_role_waits_and_the_page_leads_to_the_second_factor() -> None:
    client = sign_up(ZOE)
    make_steward()
    page = client.get("/letters/", follow=True)
    assert page.redirect_chain == [("/me/second-factor/?next=%2Fletters%2F", 302)]
    shown = page.content.decode()
    assert "Your role waits for a second factor." in shown
    assert 'href="/accounts/2fa/totp/activate/"' in shown
    assert "Your role of steward waits." in client.get("/me/").content.decode()


def test_the_role_counts_from_the_moment_the_app_is_set_up() -> None:
    client = sign_up(ZOE)
    make_steward()
    set_up_app(client)
    assert client.get("/letters/").status_code == 200
    assert "Your role of steward waits." not in client.get("/me/").content.decode()


def test_a_session_from_before_must_show_the_factor() -> None:
    old = sign_up(ZOE)
    make_steward()
    new = browser()
    new.post("/accounts/login/", {"login": ZOE})
    new.post("/accounts/login/code/confirm/", {"code": code_for(ZOE)})
    secret = set_up_app(new)
    page = old.get("/letters/", follow=True)
    assert "/accounts/2fa/reauthenticate/?next=%2Fletters%2F" in page.content.decode()
    shown = old.post("/accounts/2fa/reauthenticate/?next=/letters/", {"code": app_code(secret), "next": "/letters/"})
    assert shown.headers["Location"] == "/letters/"
    assert old.get("/letters/").status_code == 200


def test_where_it_leads_is_never_another_site() -> None:
    client = sign_up(ZOE)
    show_second_factor(client)
    for where in ("//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)"):
        shown = client.get("/me/second-factor/", {"next": where}).content.decode()
        assert f'class="btn" href="{where}' not in shown
        assert 'class="btn" href="/me/"' in shown


def test_the_app_is_taken_off_and_not_asked_for_any_more() -> None:
    client = sign_up(ZOE)
    set_up_app(client)
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    assert "was taken off" in newest_letter(ZOE).text


def test_after_a_while_they_show_again_that_it_is_them() -> None:
    client = sign_up(ZOE)
    session = client.session
    session["account_authentication_methods"] = [{**one, "at": 0} for one in session["account_authentication_methods"]]
    session.save()
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.headers["Location"].startswith("/accounts/reauthenticate/code/")
    client.post(page.headers["Location"], {"recipient": ZOE, "next": "/accounts/2fa/totp/activate/"})
    confirmed = client.post(
        "/accounts/reauthenticate/code/confirm/?next=/accounts/2fa/totp/activate/", {"code": code_for(ZOE)}
    )
    assert confirmed.headers["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_nobody_takes_off_the_passkey_of_somebody_else() -> None:
    sign_up("ali@example.org", "Ali")
    hers = Authenticator.objects.create(user=account("ali@example.org"), type="webauthn", data={})
    client = sign_up(ZOE)
    for path in (f"/accounts/2fa/webauthn/keys/{hers.pk}/remove/", f"/accounts/2fa/webauthn/keys/{hers.pk}/edit/"):
        assert client.post(path, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=hers.pk).exists()


def stored() -> str:
    """All that the database holds of second factors, and of sessions as they are."""
    rows = [str(row) for row in Authenticator.objects.values_list("data", flat=True)]
    return " ".join([*rows, *(str(one.get_decoded()) for one in Session.objects.all())])


@pytest.fixture
def lasting_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the site is said to it, and so the same after a restart."""
    monkeypatch.setenv("SECRET_KEY", "said")


@pytest.mark.usefixtures("lasting_key")
def test_the_database_holds_no_secret_that_can_be_read() -> None:
    client = sign_up(ZOE)
    secret = set_up_app(client)
    client.get("/accounts/2fa/recovery-codes/")
    assert {one.type for one in Authenticator.objects.all()} == {"totp", "recovery_codes"}
    assert secret not in stored()
    kept = {key: one.data[key] for one in Authenticator.objects.all() for key in ("secret", "seed") if key in one.data}
    assert {key: text[: len(MARK)] for key, text in kept.items()} == {"secret": MARK, "seed": MARK}
    other = browser()
    ask_for_second(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302


@pytest.mark.usefixtures("lasting_key")
def test_secrets_of_before_still_open_and_are_sealed_by_the_migration() -> None:
    secret = set_up_app(sign_up(ZOE))
    migration = import_module("wikivillage.web.accounts.migrations.0003_sealed_factors")
    migration.unseal_all(apps, None)
    assert Authenticator.objects.get(type="totp").data["secret"] == secret
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    other = browser()
    ask_for_second(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    for _again in range(2):
        migration.seal_all(apps, None)
        assert secret not in stored()
        assert unseal(Authenticator.objects.get(type="totp").data["secret"]) == secret
        assert unseal(Authenticator.objects.get(type="recovery_codes").data["seed"]) == seed


@pytest.mark.usefixtures("lasting_key")
def test_a_new_key_opens_with_the_one_of_before_and_a_lost_one_opens_nothing(settings: Any) -> None:
    settings.SECRET_KEY = "the first key"
    sealed = seal("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second key", ["the first key"]
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    guesses = {unseal(sealed) for _ in range(3)}
    assert len(guesses) == 3, "nobody knows what opens"
    assert all(re.fullmatch("[A-Z2-7]{32}", one) for one in guesses)


def test_nothing_is_sealed_with_a_key_that_the_next_start_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr("wikivillage.web.accounts.sealed.is_kept", lambda database: False)
    assert seal("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"
    monkeypatch.setenv("SECRET_KEY", "a key")
    assert seal("JBSWY3DPEHPK3PXP").startswith(MARK)
