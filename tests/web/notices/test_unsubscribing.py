"""The link that ends letters: signed, without a sign-in, asked before it is done, by a mail program in one press."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client

from tests.web.notices.mail_server import mail_server
from tests.web.notices.told import AT, person, told
from wikivillage.web.notices import queries
from wikivillage.web.notices.links import read_unsubscribe, unsubscribe_path
from wikivillage.web.notices.models import Letter
from wikivillage.web.notices.sending import message_of, send_due_letters
from wikivillage.web.registry.actions import erase_agent

pytestmark = pytest.mark.usefixtures("ledger")
ENGLISH = {"accept-language": "en"}


def stranger() -> Client:
    """A browser that nobody signed in with, and that insists on forms' tokens."""
    return Client(headers=ENGLISH, enforce_csrf_checks=True)


def test_asked_then_done_then_done_already() -> None:
    zoe = person()
    path = unsubscribe_path(zoe.pk, "booking")
    page = stranger().get(path)
    assert page.status_code == 200
    assert "End letters about “My bookings”?" in page.content.decode()
    assert queries.way_of(zoe.pk, "booking") == "now", "looking ends nothing"
    for _ in range(2):
        done = stranger().post(path)
        assert done.status_code == 200
        assert "Letters about “My bookings” come no more." in done.content.decode()
        assert queries.way_of(zoe.pk, "booking") == "none"
    assert queries.way_of(zoe.pk, "match") == "now"
    assert zoe.identity.name not in page.content.decode() + done.content.decode(), "it tells nobody's name"


def test_the_letter_of_the_day() -> None:
    zoe = person()
    path = unsubscribe_path(zoe.pk, "daily")
    assert "End the letter of the day?" in stranger().get(path).content.decode()
    assert "The letter of the day comes no more." in stranger().post(path).content.decode()
    assert "daily" not in queries.ways_of(zoe.pk).values()


def test_a_mail_program_does_it_by_itself(settings: Any) -> None:
    settings.ORIGIN = "https://village.example"
    zoe = person()
    told(zoe)
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        assert send_due_letters(lambda: AT) == 1
        (letter,) = server.letters
    address = letter["List-Unsubscribe"].strip("\r\n <>")
    assert address == Letter.objects.get().unsubscribe
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    done = stranger().post(address.removeprefix(settings.ORIGIN), {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert queries.way_of(zoe.pk, "booking") == "none"


@pytest.mark.parametrize(
    ("origin", "headers"),
    [("", set()), ("http://127.0.0.1:8000", {"List-Unsubscribe"})],
)
def test_a_program_is_told_only_what_it_can_use(settings: Any, origin: str, headers: set[str]) -> None:
    settings.ORIGIN = origin
    told(person())
    sent = message_of(Letter.objects.get()).message()
    assert {name for name in sent if name.startswith("List-")} == headers


@pytest.mark.parametrize("signed", ["guess", "p-1:booking:guess", "p-1:booking", "%20", "a" * 3000, "é:é:é"])
def test_a_guessed_signature_ends_nothing(signed: str) -> None:
    zoe = person()
    for page in (stranger().get(f"/letters/end/{signed}/"), stranger().post(f"/letters/end/{signed}/")):
        assert page.status_code == 404
        assert "This link is not whole." in page.content.decode()
    assert queries.way_of(zoe.pk, "booking") == "now"


def test_a_signature_made_for_something_else_ends_nothing() -> None:
    zoe = person()
    assert read_unsubscribe(Signer().sign(f"{zoe.pk}:booking")) is None
    whole = unsubscribe_path(zoe.pk, "booking")
    assert stranger().post(whole.replace("booking", "match")).status_code == 404
    assert stranger().post(f"{whole[:-3]}/").status_code == 404
    assert queries.way_of(zoe.pk, "match") == "now"


def test_letters_to_somebody_who_was_erased_or_of_a_kind_that_is_no_more() -> None:
    zoe, ali = person(), person("ali")
    path = unsubscribe_path(zoe.pk, "booking")
    erase_agent(agent=zoe, at=AT)
    assert stranger().get(path).status_code == 200
    assert stranger().post(path).status_code == 200
    assert "Other things" in stranger().post(unsubscribe_path(ali.pk, "gossip")).content.decode()


def test_other_verbs_are_refused() -> None:
    assert stranger().delete(unsubscribe_path(person().pk, "booking")).status_code == 405
