"""The mail server is down: letters wait, whoever waits is told, stewards see why; it comes back, and they leave."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.accounts.people import sign_in_steward
from tests.web.notices.mail_server import closed_port, mail_server
from wikivillage.web.notices import errands
from wikivillage.web.notices.actions import queue_letter, send_now
from wikivillage.web.notices.models import Letter
from wikivillage.web.notices.sending import send_due_letters

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def post(settings: Any) -> Any:
    """Settings of a village that has a mail server on this machine; nobody listens there yet."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    settings.EMAIL_TIMEOUT = 2
    return settings


def test_refused_then_sent(post: Any) -> None:
    queue_letter(to="zoe@example.org", subject="Bonjour à tous", text="Çà et là.", html="<p>Çà</p>", at=AT)
    assert send_due_letters(lambda: AT) == 0
    waiting = Letter.objects.get()
    assert waiting.last_error.startswith("ConnectionRefusedError")
    assert waiting.next_try_at == AT + timedelta(minutes=1)
    with mail_server() as server:
        post.EMAIL_PORT = server.port
        assert send_due_letters(lambda: AT) == 0, "it is not its time yet"
        assert send_due_letters(lambda: AT + timedelta(minutes=1)) == 1
        assert send_due_letters(lambda: AT + timedelta(days=9)) == 0, "it left once"
        (letter,) = server.letters
    assert letter["To"] == "zoe@example.org"
    assert str(waiting.pk) in letter["Message-ID"]
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = letter.get_payload()
    assert "Çà et là." in plain.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert html.get_content_type() == "text/html"  # type: ignore[union-attr]
    assert Letter.objects.get().sent_at is not None


def test_a_server_that_is_down_is_asked_once_not_once_for_each_letter(post: Any) -> None:
    for number in range(3):
        queue_letter(to=f"{number}@example.org", subject="Hello", text="", at=AT)
    assert send_due_letters(lambda: AT) == 0
    assert sorted(Letter.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_one_address_that_is_refused_stops_no_other(post: Any) -> None:
    queue_letter(to="gone@example.org", subject="Hello", text="", at=AT)
    queue_letter(to="zoe@example.org", subject="Hello", text="", at=AT + timedelta(seconds=1))
    with mail_server(refused=("gone@example.org",)) as server:
        post.EMAIL_PORT = server.port
        assert send_due_letters(lambda: AT + timedelta(minutes=1)) == 2
        assert [letter["To"] for letter in server.letters] == ["zoe@example.org"]
    gone = Letter.objects.get(to="gone@example.org")
    assert (gone.sent_at, gone.next_try_at) == (None, None)
    assert "nobody here" in gone.last_error


def test_the_errand_sends_and_says_how_many(post: Any) -> None:
    queue_letter(to="zoe@example.org", subject="Hello", text="", at=AT)
    said: list[int] = []
    with mail_server() as server:
        post.EMAIL_PORT = server.port
        told = errands.send_letters(lambda label, done=0, total=0: said.append(done), {})
    assert (told, said) == ({"sent": 1}, [1])


def test_a_demonstration_keeps_its_letters(post: Any) -> None:
    post.DEMONSTRATION = True
    queue_letter(to="zoe@example.org", subject="Hello", text="", at=AT)
    assert errands.send_letters(lambda label, done=0, total=0: None, {}) == {"sent": 0}
    assert Letter.objects.get().tries == 0


def test_whoever_waits_for_a_code_is_told_and_stewards_see_why(post: Any) -> None:
    queue_letter(to="zoe@example.org", subject="Hello", text="secret words", at=AT)
    send_due_letters(lambda: AT)
    page = Client(headers={"accept-language": "en"}).post("/accounts/login/", {"login": "ali@example.org"}, follow=True)
    assert "Letters are late." in page.content.decode()
    steward = sign_in_steward()
    shown = steward.get("/letters/").content.decode()
    assert "1 letter does not leave." in shown
    assert "ConnectionRefusedError" in shown
    assert "secret words" not in shown
    kept = Letter.objects.get(to="zoe@example.org")
    assert steward.post(f"/letters/{kept.pk}/send/").status_code == 302
    with mail_server() as server:
        post.EMAIL_PORT = server.port
        errands.send_letters(lambda label, done=0, total=0: None, {})
        assert "zoe@example.org" in [letter["To"] for letter in server.letters]
    assert "All letters have left." in steward.get("/letters/").content.decode()
    assert not send_now(letter=kept.pk, at=AT, by="")


def test_the_secret_of_a_letter_is_in_no_error(post: Any) -> None:
    word = base64.b32encode(b"never told").decode()
    queue_letter(to="zoe@example.org", subject="Hello", text=word, at=AT)
    send_due_letters(lambda: AT)
    assert word not in Letter.objects.get().last_error
