"""One's own inbox and choices: only one's own, with the number of what is new at the top of every page."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts.people import account, browser, sign_in_steward, sign_up
from tests.web.notices.mail_server import closed_port
from tests.web.notices.told import AT, told
from wikivillage.web.accounts.departures import erase_account
from wikivillage.web.accounts.models import Account
from wikivillage.web.notices import queries
from wikivillage.web.notices.inbox_views import SIZE
from wikivillage.web.notices.kinds import KINDS
from wikivillage.web.notices.models import Letter, Notice
from wikivillage.web.notices.sending import send_due_letters
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Identity
from wikivillage.web.registry.words import Text

pytestmark = pytest.mark.usefixtures("ledger")
ZOE = "zoe@example.org"


def agent_of(email: str = ZOE) -> str:
    """The pseudonym of who signed up with an address."""
    found = account(email).agent_id
    assert found is not None
    return str(found)


def text(client: Client, path: str) -> str:
    """What a page says."""
    return client.get(path).content.decode()


def test_visitors_have_no_inbox() -> None:
    for path in ("/letters/mine/", "/letters/preferences/"):
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")
    assert Client().post("/letters/mine/1/").status_code == 302
    assert 'href="/letters/mine/"' not in text(browser(), "/prices/")


def test_an_empty_inbox_says_so() -> None:
    zoe = sign_up(ZOE)
    assert "Nobody has told you anything yet." in text(zoe, "/letters/mine/")


def test_reading_one_and_all() -> None:
    zoe = sign_up(ZOE)
    for number in range(3):
        told(agent_of(), title=Text(f"<b>{number}", "x"), at=AT + timedelta(hours=number), path=f"/prices/?n={number}")
    shown = text(zoe, "/letters/mine/")
    assert "You have 3 new notices." in shown
    assert "&lt;b&gt;2" in shown
    newest = queries.inbox(agent_of())[0]
    answer = zoe.post(f"/letters/mine/{newest.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/prices/?n=2")
    assert zoe.post(f"/letters/mine/{newest.pk}/").status_code == 302, "pressed twice"
    assert zoe.get(f"/letters/mine/{newest.pk}/").status_code == 405
    assert "You have 2 new notices." in text(zoe, "/letters/mine/")
    assert "2 notices are read." in zoe.post("/letters/mine/read/", follow=True).content.decode()
    again = zoe.post("/letters/mine/read/", follow=True).content.decode()
    assert "All notices were read already." in again
    assert "You have read everything." in again


def test_a_notice_without_a_page_is_read_where_it_stands() -> None:
    zoe = sign_up(ZOE)
    told(agent_of(), path="")
    answer = zoe.post(f"/letters/mine/{Notice.objects.get().pk}/")
    assert answer.headers["Location"] == "/letters/mine/"


def test_nobody_reads_what_others_were_told() -> None:
    sign_up(ZOE)
    told(agent_of())
    notice = Notice.objects.get()
    for other in (sign_up("ali@example.org"), sign_in_steward()):
        assert "Your booking is confirmed" not in text(other, "/letters/mine/")
        assert other.post(f"/letters/mine/{notice.pk}/").status_code == 404
        other.post("/letters/mine/read/")
    assert Notice.objects.get().read_at is None


def test_a_long_inbox_has_pages() -> None:
    zoe = sign_up(ZOE)
    for number in range(SIZE + 1):
        told(agent_of(), title=Text(f"n{number}.", "x"), at=AT + timedelta(minutes=number))
    assert "n0." not in text(zoe, "/letters/mine/")
    assert "n0." in text(zoe, "/letters/mine/?page=2")
    assert text(zoe, "/letters/mine/?page=nonsense")


def test_the_top_of_every_page_counts_what_is_new() -> None:
    zoe = sign_up(ZOE)
    assert "unread:" not in text(zoe, "/prices/")
    told(agent_of())
    told(agent_of())
    with CaptureQueriesContext(connection) as asked:
        assert "unread:</span> 2" in text(zoe, "/prices/")
    assert sum("notices_notice" in one["sql"] for one in asked) == 1
    with CaptureQueriesContext(connection) as asked:
        text(browser(), "/prices/")
    assert not any("notices_notice" in one["sql"] for one in asked)


def test_choosing_what_comes_by_letter() -> None:
    zoe = sign_up(ZOE)
    shown = text(zoe, "/letters/preferences/")
    assert shown.count("<select") == len(KINDS)
    assert f"Letters go to {ZOE}." in shown
    chosen = {**queries.ways_of(agent_of()), "match": "daily", "loan": "none"}
    assert "Your choice is kept." in zoe.post("/letters/preferences/", chosen, follow=True).content.decode()
    again = zoe.post("/letters/preferences/", chosen, follow=True).content.decode()
    assert "That was your choice already." in again
    assert queries.ways_of(agent_of()) == chosen
    for wrong in ({}, {**chosen, "loan": "never"}, {"loan": "now"}):
        assert zoe.post("/letters/preferences/", {"x": "1", **wrong}).status_code == 422
    assert queries.ways_of(agent_of()) == chosen


def test_an_account_without_an_agent_has_no_inbox() -> None:
    client = browser()
    client.force_login(
        Account.objects.create_user("new@example.org"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/letters/mine/").status_code == 404


def test_a_mail_server_that_is_down_loses_nothing(settings: object) -> None:
    zoe = sign_up(ZOE)
    Letter.objects.all().delete()
    told(agent_of())
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()  # type: ignore[attr-defined]
    assert send_due_letters(lambda: AT) == 0
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.tries) == (None, 1)
    assert "You have 1 new notice." in text(zoe, "/letters/mine/")


def test_what_was_told_goes_with_who_leaves_and_is_in_what_they_take() -> None:
    zoe = sign_up(ZOE)
    told(agent_of())
    zoe.post("/letters/preferences/", {**queries.ways_of(agent_of()), "loan": "none"})
    taken = zoe.get("/me/export.json").json()
    assert [one["title_fr"] for one in taken["notices"]] == ["Votre réservation est confirmée"]
    assert [(one["kind"], one["way"]) for one in taken["notice_preferences"]] == [("loan", "none")]
    erase_account(account=account(ZOE), at=AT)
    assert not Notice.objects.exists()


def test_the_language_of_letters_follows_the_profile() -> None:
    zoe = sign_up(ZOE)
    assert account(ZOE).agent.identity.language == "en"
    zoe.post("/me/profile/", {"name": "Zoé", "handle": "zoe", "language": "fr"})
    told(agent_of())
    assert Letter.objects.get(kind="notice_booking").subject.endswith("Votre réservation est confirmée")


def test_the_inbox_through_the_api() -> None:
    sign_up(ZOE)
    agent = account(ZOE).agent
    told(agent)
    client = Client()
    _, secret = issue_token(agent=agent, scopes=["read"], at=AT)
    key = {"Authorization": f"Bearer {secret}"}
    (notice,) = client.get("/api/notices?unread=true", headers=key).json()
    assert (notice["kind"], notice["title_en"], notice["read_at"]) == ("booking", "Your booking is confirmed", None)
    assert client.get("/api/notices").status_code == 401
    assert client.get("/api/notices?limit=0", headers=key).status_code == 422
    assert client.get("/api/notices/preferences", headers=key).json()["ways"]["price"] == "daily"
    change = {"data": {"ways": {"price": "none"}}, "content_type": "application/json"}
    assert client.patch("/api/notices/preferences", headers=key, **change).status_code == 403, "its scope is read"
    _, secret = issue_token(agent=agent, scopes=["write"], at=AT)
    key = {"Authorization": f"Bearer {secret}"}
    assert client.patch("/api/notices/preferences", headers=key, **change).json()["ways"]["price"] == "none"
    wrong = {"data": {"ways": {"prise": "now", "loan": "weekly"}}, "content_type": "application/json"}
    answer = client.patch("/api/notices/preferences", headers=key, **wrong)
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["problems"]] == ["unknown-kind", "unknown-way"]


def test_accounts_of_before_keep_their_language() -> None:
    sign_up(ZOE)
    Identity.objects.update(language="")
    step = import_module("wikivillage.web.accounts.migrations.0002_language")
    step.tell_the_registry(apps, None)
    assert Identity.objects.get(agent=agent_of()).language == "en"


@pytest.mark.parametrize("id", ["0", str(2**63), str(2**200), "-1", "x"])
def test_a_notice_that_is_not_there(id: str) -> None:
    assert sign_up(ZOE).post(f"/letters/mine/{id}/").status_code == 404
