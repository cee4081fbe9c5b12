"""Bad days of mutual help: the mail server is down, errands run twice; and calendars and labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from tests.web.exchange.helped import DAY, drill, in_english, lent, person, repair_day, reserved, wish
from tests.web.registry.somebody import browser, text_of
from wikivillage.web.accounts.models import Account
from wikivillage.web.exchange.errands import helping_errands
from wikivillage.web.exchange.loan_actions import cancel_loan
from wikivillage.web.exchange.models import Loan, Wish
from wikivillage.web.jobs.errands import find_errands
from wikivillage.web.labels.queries import find_label
from wikivillage.web.ledger.calendar_actions import make_calendar_link
from wikivillage.web.notices.models import Letter, Notice
from wikivillage.web.notices.sending import send_due_letters
from wikivillage.web.registry.models import Agent, Identity

pytestmark = pytest.mark.usefixtures("house_on_a_bad_day")


@pytest.fixture
def house_on_a_bad_day(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def with_address(handle: str) -> Agent:
    """Somebody who can be written to."""
    agent = person(handle)
    Identity.objects.filter(agent=agent).update(email=f"{handle}@example.org")
    Account.objects.create(agent=agent, email=f"{handle}@example.org")
    return agent


def test_a_mail_server_that_is_down_loses_no_match(settings: Any) -> None:
    settings.EMAIL_BACKEND = "wikivillage.web.notices.backend.QueueBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    alice, now = with_address("alice"), timezone.now()
    wish(alice, at=now)
    offer = wish(person("bob"), "offer", "Perceuse", at=now)
    assert Wish.objects.get(pk=offer.pk).state == "open"
    assert Notice.objects.get().kind == "match"
    letter = Letter.objects.get()
    assert "Perceuse" in letter.subject
    send_due_letters(timezone.now, lambda number: None)
    letter.refresh_from_db()
    assert letter.sent_at is None
    assert letter.next_try_at is not None
    page = text_of(browser(alice).get("/letters/mine/"))
    assert "Perceuse" in page


def test_errands_run_twice_tell_once() -> None:
    assert {"remind_loans", "end_wishes"} <= find_errands().keys()
    alice, now = person("alice"), timezone.now()
    lent(drill(at=now - 9 * DAY), alice, now - 9 * DAY, days=1)
    old = wish(alice, at=now - 9 * DAY, until=now - DAY)

    def progress(label: str, done: int = 0, total: int = 0) -> None:
        """Nobody looks."""

    found = [helping_errands.remind_loans(progress, {}) for _again in range(2)]
    assert [one["block"] for one in found] == [1, 0]
    assert [helping_errands.end_wishes(progress, {})["ended"] for _again in range(2)] == [1, 0]
    assert Notice.objects.filter(agent=alice).count() == 2
    assert Wish.objects.get(pk=old.pk).state == "over"


def test_a_loan_and_a_repair_day_are_in_calendars() -> None:
    alice, now = person("alice"), timezone.now()
    tool = drill(at=now)
    kept, gone = reserved(tool, alice, now, days=1, at=now), reserved(tool, alice, now + 3 * DAY, days=1, at=now)
    cancel_loan(loan=gone.pk, at=now, by=alice.pk)
    day = repair_day(begin=now + DAY, end=now + DAY + timedelta(hours=4), at=now)
    secret = make_calendar_link(agent=alice.pk, at=now, by=alice.pk)
    mine = events_of(browser().get(f"/diary/calendars/{secret}.ics").content)
    assert mine[kept.pk]["STATUS"] == "CONFIRMED"
    assert mine[gone.pk]["STATUS"] == "CANCELLED"
    assert isinstance(mine[kept.pk].decoded("DTSTART"), datetime)
    public = events_of(browser().get("/diary/village.ics?kind=repair").content)
    assert set(public) == {day.pk}


def events_of(text: bytes) -> dict[str, Any]:
    """The entries of a calendar by the first part of their ids."""
    return {str(one["UID"]).split("@")[0]: one for one in Calendar.from_ical(text).walk("VEVENT")}


def test_the_label_of_a_tool_leads_to_lending_and_bringing_back() -> None:
    tool = drill(at=timezone.now())
    label = find_label("tool", tool.pk)
    assert browser().get(f"/l/{label.code}/").url == f"/exchange/tools/{tool.pk}/here/"
    page = browser().get(f"/exchange/tools/{tool.pk}/").content.decode()
    assert label.code in page
    assert "<svg" in page
    assert "Lend it here." in text_of(browser().get(f"/exchange/tools/{tool.pk}/here/"))
    lent(tool, person("alice"), timezone.now())
    assert "Bring it back here." in text_of(browser().get(f"/exchange/tools/{tool.pk}/here/"))
    assert Loan.objects.count() == 1
