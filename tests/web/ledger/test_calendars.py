"""Promises in the calendar of a phone: secret links that can be ended, what everybody may know, what is cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from tests.web.ledger.test_book_pages import add, write
from tests.web.registry.somebody import browser, text_of
from wikivillage.web.ledger.calendar_actions import access_calendar, end_calendar_link, make_calendar_link
from wikivillage.web.ledger.models import CalendarLink
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here

pytestmark = pytest.mark.usefixtures("ledger")
SOON = (timezone.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
AT = datetime(2026, 5, 9, tzinfo=UTC)


def shift(id: str, who: str, *, to: str = "farm", hours: int = 3) -> dict[str, Any]:
    """Somebody promises some hours of work in a few days."""
    effort = {"value": str(hours), "unit": "h"}
    times = {"begin": SOON.isoformat(), "end": (SOON + timedelta(hours=hours)).isoformat()}
    said = {"action": "work", "provider": who, "receiver": to, "resourceSpec": "labour", "effort": effort}
    return {"kind": "commitment", "id": id, **said, **times}


def village() -> None:
    """Two organisations and two persons, each with a promise."""
    for name, kind in (("farm", "organisation"), ("cafe", "organisation"), ("alice", "person"), ("ben", "person")):
        add(name, kind)
    write(shift("s-cafe", "cafe"), shift("s-alice", "alice"), shift("s-ben", "ben"))


def entries(answer: Any) -> dict[str, Any]:
    """The entries of a calendar by their ids."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content)
    assert found["VERSION"] == "2.0"
    return {str(one["UID"]).partition("@")[0]: one for one in found.walk("VEVENT")}


def test_the_village_has_a_calendar_without_persons() -> None:
    village()
    found = entries(browser().get("/ledger/calendar/village.ics?lang=fr"))
    assert set(found) == {"s-cafe"}
    one = found["s-cafe"]
    assert one["DTSTART"].dt.astimezone(UTC) == SOON
    assert (one["STATUS"], one["SEQUENCE"]) == ("CONFIRMED", 0)
    assert one["DTSTART"].params["TZID"] == "Europe/Paris"
    assert "s’engage envers" in one["SUMMARY"]
    text = browser().get("/ledger/calendar/village.ics").content.decode()
    assert "BEGIN:VTIMEZONE" in text
    assert "promised" in text
    assert not {"alice", "ben"} & set(text.replace(":", " ").split())


def test_ones_own_link_gives_ones_own_promises_until_it_is_ended() -> None:
    village()
    secret = make_calendar_link(agent="alice", at=AT, by="alice")
    assert set(entries(browser().get(f"/ledger/calendar/{secret}.ics"))) == {"s-alice"}
    again = make_calendar_link(agent="alice", at=AT, by="alice")
    assert browser().get(f"/ledger/calendar/{secret}.ics").status_code == 404
    assert set(entries(browser().get(f"/ledger/calendar/{again}.ics"))) == {"s-alice"}
    assert end_calendar_link(agent="alice", at=AT)
    assert not end_calendar_link(agent="alice", at=AT)
    assert browser().get(f"/ledger/calendar/{again}.ics").status_code == 404
    assert CalendarLink.objects.filter(digest__contains=secret).count() == 0


def test_a_link_ends_with_its_person() -> None:
    village()
    secret = make_calendar_link(agent="alice", at=AT)
    erase_agent(agent=Agent.objects.get(pk="alice"), at=AT)
    assert access_calendar(secret) is None
    assert access_calendar("") is None


def test_what_is_cancelled_stays_and_says_so() -> None:
    village()
    write({"kind": "ending", "id": "end", "promise": "s-cafe", "how": "cancelled"})
    one = entries(browser().get("/ledger/calendar/village.ics"))["s-cafe"]
    assert (one["STATUS"], one["SEQUENCE"]) == ("CANCELLED", 1)


def test_the_page_makes_a_link_shows_it_once_and_ends_it() -> None:
    village()
    alice = browser(Agent.objects.get(pk="alice"))
    assert "Sign in to get an address of your own" in text_of(browser().get("/ledger/calendar/"))
    made = alice.post("/ledger/calendar/")
    page = text_of(made)
    address = page.partition("http://testserver")[2].partition("<")[0].replace("&amp;", "&")
    assert "no-store" in made.headers["Cache-Control"]
    assert set(entries(browser().get(address))) == {"s-alice"}
    assert "http://testserver/ledger/calendar/village.ics" in text_of(alice.get("/ledger/calendar/"))
    assert address.partition("?")[0] not in text_of(alice.get("/ledger/calendar/"))
    assert alice.post("/ledger/calendar/end/").status_code == 302
    assert browser().get(address).status_code == 404


def test_strangers_make_and_end_nothing() -> None:
    for path in ("/ledger/calendar/", "/ledger/calendar/end/"):
        assert browser().post(path).headers["Location"].startswith("/accounts/login/")
    assert browser().get("/ledger/calendar/end/").status_code == 405
    assert not CalendarLink.objects.exists()


def test_a_long_calendar_asks_no_more_questions() -> None:
    village()
    village_here()
    counts = []
    for size in (1, 20):
        write(*(shift(f"more-{size}-{n}", "cafe") for n in range(size)))
        with CaptureQueriesContext(connection) as asked:
            entries(browser().get("/ledger/calendar/village.ics"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_what_has_no_time_is_in_no_calendar() -> None:
    village()
    needed = {"kind": "intent", "id": "need", "action": "transfer", "receiver": "farm", "resourceSpec": "straw"}
    write({**needed, "quantity": {"value": "1", "unit": "kg"}})
    assert "need" not in entries(browser().get("/ledger/calendar/village.ics"))
