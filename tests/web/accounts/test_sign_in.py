"""Sign-in by code and by password; where one is signed in, and out again; nothing tells who has an account."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.accounts.people import ENGLISH, account, browser, code_for, newest_letter, sign_in, sign_up
from wikivillage.web.accounts.browsers import browser_of
from wikivillage.web.accounts.models import SignIn

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"
SECRET = "twelve signs at least"
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def test_a_code_by_letter_opens_and_opens_once() -> None:
    sign_up(ZOE)
    client = browser()
    client.post("/accounts/login/?next=/me/profile/", {"login": ZOE, "next": "/me/profile/"})
    code = code_for(ZOE)
    page = client.post("/accounts/login/code/confirm/", {"code": code, "next": "/me/profile/"})
    assert page.headers["Location"] == "/me/profile/"
    other = browser()
    other.post("/accounts/login/", {"login": ZOE})
    assert other.post("/accounts/login/code/confirm/", {"code": "x" + code}).status_code == 200


def test_an_unknown_address_gets_the_same_answer_and_a_letter_that_says_so() -> None:
    client = browser()
    assert client.post("/accounts/login/", {"login": ZOE}).headers["Location"] == "/accounts/login/code/confirm/"
    assert client.get("/accounts/login/code/confirm/").status_code == 200
    assert "It has no account here." in newest_letter(ZOE).text
    for _ in range(2):
        assert client.post("/accounts/login/code/confirm/", {"code": "123456"}).status_code == 200


def test_a_password_opens_for_whom_it_is() -> None:
    sign_up(ZOE, password1=SECRET)
    assert browser().post("/accounts/login/", {"login": ZOE, "password": SECRET}).headers["Location"] == "/"
    wrong = browser().post("/accounts/login/", {"login": ZOE, "password": "another one entirely"})
    unknown = browser().post("/accounts/login/", {"login": "nobody@example.org", "password": SECRET})
    for page in (wrong, unknown):
        assert "The address or the password is not right." in page.content.decode()


@pytest.mark.parametrize("where", ["//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(where: str) -> None:
    sign_up(ZOE, password1=SECRET)
    page = browser().post(f"/accounts/login/?next={where}", {"login": ZOE, "password": SECRET, "next": where})
    assert page.headers["Location"] == "/"


def test_where_one_is_signed_in_is_listed_and_one_place_can_be_ended() -> None:
    here = sign_up(ZOE)
    phone = sign_in(ZOE, Client(headers={**ENGLISH, "user-agent": PHONE}))
    shown = here.get("/me/").content.decode()
    assert "Signed in at 2 places" in shown
    assert "Firefox, Android" in shown
    other = SignIn.objects.get(browser="Firefox, Android")
    here.post("/me/sign-ins/end/", {"sign_in": other.pk})
    assert phone.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200
    assert (
        "That was over already." in here.post("/me/sign-ins/end/", {"sign_in": other.pk}, follow=True).content.decode()
    )


def test_nobody_ends_the_session_of_somebody_else() -> None:
    zoe = sign_up(ZOE)
    ali = sign_up("ali@example.org", "Ali")
    hers = SignIn.objects.get(account=account(ZOE))
    for tampered in (hers.pk, "9" * 40, "-1", "1 OR 1=1"):
        ali.post("/me/sign-ins/end/", {"sign_in": tampered})
    assert zoe.get("/me/").status_code == 200


def test_everywhere_else_is_everywhere_else() -> None:
    here, there = sign_up(ZOE), sign_in(ZOE)
    SignIn.objects.all().delete()  # also what nobody noted
    here.post("/me/sign-ins/end/", {})
    assert there.get("/me/").status_code == 302
    assert "Signed in at 1 place" in here.get("/me/").content.decode()


def test_a_new_password_ends_other_places_and_this_one_stays_noted() -> None:
    here, there = sign_up(ZOE, password1=SECRET), sign_in(ZOE)
    page = here.post(
        "/accounts/password/change/",
        {"oldpassword": SECRET, "password1": "quite new 12345", "password2": "quite new 12345"},
    )
    assert page.headers["Location"] == "/me/"
    assert there.get("/me/").status_code == 302
    assert "this browser" in here.get("/me/").content.decode()
    assert "your password was changed." in newest_letter(ZOE).text


def test_a_password_can_be_set_later_and_forgotten() -> None:
    here = sign_up(ZOE)
    assert here.post("/accounts/password/set/", {"password1": SECRET, "password2": SECRET}).status_code == 302
    assert account(ZOE).check_password(SECRET)
    stranger = browser()
    stranger.post("/accounts/password/reset/", {"email": ZOE})
    path = "/accounts/" + newest_letter(ZOE).text.split("/accounts/")[1].split()[0]
    form = stranger.get(path, follow=True)
    page = stranger.post(form.request["PATH_INFO"], {"password1": "another 1234567", "password2": "another 1234567"})
    assert page.status_code == 302
    assert account(ZOE).check_password("another 1234567")
    assert "This link is used up" in browser().get(path, follow=True).content.decode()


def test_signing_out_ends_it() -> None:
    here = sign_up(ZOE)
    assert here.get("/accounts/logout/").status_code == 200, "a link does not sign anybody out"
    assert here.post("/accounts/logout/").status_code == 302
    assert here.get("/me/").status_code == 302


def test_another_address_counts_once_its_code_is_typed() -> None:
    here = sign_up(ZOE)
    agent = account(ZOE).agent
    here.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert account(ZOE).agent == agent
    here.post("/accounts/confirm-email/", {"code": code_for("new@example.org")})
    changed = account("new@example.org")
    assert changed.agent == agent
    assert changed.agent.identity.email == "new@example.org"
    assert "no longer to zoe@example.org" in newest_letter(ZOE).text
    assert sign_in("new@example.org").get("/me/").status_code == 200


def test_the_address_of_somebody_else_cannot_be_taken() -> None:
    sign_up("ali@example.org", "Ali")
    here = sign_up(ZOE)
    here.post("/accounts/email/", {"email": "ali@example.org", "action_add": ""})
    assert account("ali@example.org").agent.identity.name == "Ali"  # type: ignore[union-attr]
    assert account(ZOE).agent.identity.email == ZOE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (PHONE, "Firefox, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_in_two_words(said: str, read: str) -> None:
    assert browser_of(said) == read


PAGES = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
)
OWN_PAGES = (
    "/me/",
    "/me/profile/",
    "/me/leave/",
    "/me/second-factor/",
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/logout/",
    "/accounts/reauthenticate/code/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_in_our_house_and_in_one_language(language: str) -> None:
    zoe = sign_up(ZOE)
    for client, pages in ((Client(), PAGES), (zoe, OWN_PAGES)):
        for path in pages:
            page = client.get(path, headers={"accept-language": language})
            shown = page.content.decode()
            assert page.status_code == 200, path
            assert f'<html lang="{language}"' in shown, path
            assert 'class="top"' in shown, path
            assert 'href="/static/accounts/accounts.css"' in shown, path
            assert "style=" not in shown, path
            assert "placeholder" not in shown, path
