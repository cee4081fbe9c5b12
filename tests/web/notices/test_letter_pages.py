"""Who sees the letters: stewards how they do, in a demonstration everybody all of them, otherwise nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.web.accounts.people import sign_in_steward, sign_up
from wikivillage.web.notices.actions import queue_letter
from wikivillage.web.notices.models import Letter

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def letter() -> Letter:
    """A letter that nobody but its reader should see."""
    return queue_letter(to="zoe@example.org", subject="For Zoé", text="123456 <script>", at=AT)


def test_a_stranger_sees_no_letter(letter: Letter) -> None:
    stranger = Client()
    assert stranger.get("/letters/").status_code == 403
    assert stranger.get(f"/letters/{letter.pk}/").status_code == 404
    assert stranger.post(f"/letters/{letter.pk}/send/").status_code == 302, "led to the sign-in"
    assert Letter.objects.get().next_try_at == AT


def test_a_resident_sees_no_letter_of_others(letter: Letter) -> None:
    resident = sign_up("ali@example.org")
    assert resident.get("/letters/").status_code == 403
    assert resident.get(f"/me/letters/{letter.pk}/").status_code == 404
    assert resident.post(f"/letters/{letter.pk}/send/").status_code == 403


def test_a_steward_sees_who_waits_but_not_what_is_written(letter: Letter) -> None:
    shown = sign_in_steward().get("/letters/").content.decode()
    assert "zoe@example.org" in shown
    assert "123456" not in shown
    assert "No mail server is set." in shown


def test_a_letter_that_is_not_there() -> None:
    steward = sign_in_steward()
    assert steward.post(f"/letters/{uuid4()}/send/", follow=True).status_code == 200
    assert steward.post("/letters/nonsense/send/").status_code == 404
    assert steward.get(f"/letters/{uuid4()}/send/").status_code == 405


def test_in_a_demonstration_all_read_all(letter: Letter, settings: Any) -> None:
    settings.DEMONSTRATION = True
    stranger = Client()
    assert "For Zoé" in stranger.get("/letters/").content.decode()
    shown = stranger.get(f"/letters/{letter.pk}/").content.decode()
    assert "123456 &lt;script&gt;" in shown
    assert stranger.get(f"/letters/{uuid4()}/").status_code == 404


def test_an_empty_post_box_says_when_something_comes(settings: Any) -> None:
    settings.DEMONSTRATION = True
    assert "No letter yet." in Client(headers={"accept-language": "en"}).get("/letters/").content.decode()
