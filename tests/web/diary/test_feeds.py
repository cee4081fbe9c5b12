"""The diary as calendars: read strictly, over the clock change, with what is cancelled; public, secret, single."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from tests.web.diary.days import AT, PARIS, house, put
from tests.web.registry.somebody import browser, holder, person, text_of
from wikivillage.web.diary import actions, ics, series_actions
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.ledger.calendar_actions import make_calendar_link
from wikivillage.web.ledger.models import CalendarLink
from wikivillage.web.registry.viewer import VISITOR

pytestmark = pytest.mark.usefixtures("ledger")
SOON = (timezone.localtime(timezone=PARIS) + timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)


def soon(uid: str, **more: Any) -> Occurrence:
    """Something in three days."""
    return put(uid, SOON.replace(tzinfo=None).isoformat(), **{"visibility": "public", **more})


def entries(text: bytes) -> dict[str, Any]:
    """The entries of a calendar by their ids, after a strict look at its lines."""
    assert text.endswith(b"END:VCALENDAR\r\n")
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
    found = Calendar.from_ical(text)
    assert not found.errors
    assert (found["VERSION"], found["PRODID"]) == ("2.0", "-//WikiVillage//diary//")
    made = {}
    for one in found.walk("VEVENT"):
        assert not one.errors
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"} <= one.keys()
        made[str(one["UID"]).partition("@")[0]] = one
    zones = {str(one["TZID"]) for one in found.walk("VTIMEZONE")}
    used = {str(one["DTSTART"].params.get("TZID")) for one in made.values()}
    assert used <= zones
    return made


def feed(path: str, who: Any = None) -> dict[str, Any]:
    """The entries behind an address."""
    answer = browser(who).get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return entries(answer.content)


def test_the_public_calendar_has_what_is_public() -> None:
    house()
    soon("talk", place="cafe", title="Café, thé; et « gâteau » " * 4)
    soon("print", place="lab", kind="session", state="tentative")
    soon("assembly", visibility="members")
    found = feed("/diary/village.ics?lang=fr")
    assert set(found) == {"talk", "print"}
    talk = found["talk"]
    assert talk["DTSTART"].dt == SOON
    assert talk["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (talk["STATUS"], talk["SEQUENCE"], talk["LOCATION"]) == ("CONFIRMED", 0, "Café")
    assert str(talk["SUMMARY"]) == "Café, thé; et « gâteau » " * 4
    assert found["print"]["STATUS"] == "TENTATIVE"
    assert "État\u00a0: confirmé" in talk["DESCRIPTION"]
    assert str(talk["URL"]) == "http://testserver/diary/dates/talk/"
    assert set(feed("/diary/village.ics?place=ground")) == {"talk"}
    assert set(feed("/diary/village.ics?kind=session")) == {"print"}
    assert set(feed("/diary/village.ics?place=moon&kind=%00")) == {"talk", "print"}


def test_what_is_moved_and_cancelled_keeps_its_id_and_says_so() -> None:
    soon("talk")
    actions.move_occurrence(uid="talk", begin=SOON + timedelta(days=1), end=SOON + timedelta(days=1, hours=1), at=AT)
    moved = feed("/diary/village.ics")["talk"]
    assert (moved["SEQUENCE"], moved["STATUS"]) == (1, "CONFIRMED")
    actions.cancel_occurrence(uid="talk", at=AT + timedelta(hours=1))
    gone = feed("/diary/village.ics")["talk"]
    assert (gone["SEQUENCE"], gone["STATUS"]) == (2, "CANCELLED")
    assert gone["UID"] == moved["UID"]
    assert gone["DTSTAMP"].dt == AT + timedelta(hours=1)


def test_a_series_over_the_clock_change_keeps_its_hour_in_other_programs() -> None:
    first = datetime(2026, 10, 20, 18)
    words = {"rule": "FREQ=WEEKLY;COUNT=30", "begin": first, "end": first + timedelta(hours=2), "at": AT}
    series_actions.put_series(uid="course", title="Course", kind="workshop", **words)
    rows = list(Occurrence.objects.order_by("begin"))
    words = {"viewer": VISITOR, "lang": "fr", "name": "x", "zone": "Europe/Paris", "address": str}
    text = ics.feed(rows, **words)
    found = entries(text)
    assert len(found) == 30
    starts = [one["DTSTART"].dt for one in found.values()]
    assert {start.hour for start in starts} == {18}
    assert {start.astimezone(UTC).hour for start in starts} == {16, 17}
    assert [row.begin for row in rows] == sorted(start.astimezone(UTC) for start in starts)
    zone = next(iter(Calendar.from_ical(text).walk("VTIMEZONE")))
    made = zone.to_tz()
    for row in rows:
        wall = row.begin.astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None)
        assert wall.replace(tzinfo=made).utcoffset() == row.begin.astimezone(PARIS).utcoffset(), (
            "the zone itself says so"
        )


def test_ones_own_address_gives_ones_own_dates_until_it_is_ended() -> None:
    ben, eve = holder("ben", "member"), person("eve")
    soon("dinner", visibility="private", owner=ben.pk)
    soon("theirs", visibility="private", owner=eve.pk)
    soon("assembly", visibility="members")
    secret = make_calendar_link(agent=ben.pk, at=AT)
    answer = browser().get(f"/diary/calendars/{secret}.ics")
    assert set(entries(answer.content)) == {"dinner"}
    assert "no-store" in answer.headers["Cache-Control"]
    assert set(feed(f"/diary/calendars/{secret}.ics?all")) == {"dinner", "assembly"}
    again = make_calendar_link(agent=ben.pk, at=AT)
    assert browser().get(f"/diary/calendars/{secret}.ics").status_code == 404
    assert set(feed(f"/diary/calendars/{again}.ics")) == {"dinner"}


def test_the_page_makes_addresses_shows_them_once_and_ends_them() -> None:
    ben = holder("ben", "member")
    soon("dinner", visibility="private", owner=ben.pk)
    mine = browser(ben)
    assert "Sign in to get an address of your own" in text_of(browser().get("/diary/calendars/"))
    made = text_of(mine.post("/diary/calendars/"))
    address = made.partition("My dates:")[2].partition("http://testserver")[2].partition("<")[0]
    assert set(feed(address)) == {"dinner"}
    assert address.partition("?")[0] not in text_of(mine.get("/diary/calendars/"))
    assert mine.post("/diary/calendars/end/").status_code == 302
    assert browser().get(address).status_code == 404
    for path in ("/diary/calendars/", "/diary/calendars/end/"):
        assert browser().post(path).headers["Location"].startswith("/accounts/login/")


def test_the_same_form_sent_twice_makes_one_address() -> None:
    mine = browser(holder("ben", "member"))
    for path in ("/diary/calendars/", "/ledger/calendar/"):
        before = CalendarLink.objects.count()
        key = text_of(mine.get(path)).partition('name="key" value="')[2].partition('"')[0]
        first, second = (text_of(mine.post(path, {"key": key})) for _ in range(2))
        assert "shown only now" in first
        assert "shown only now" not in second
        assert CalendarLink.objects.count() == before + 1


def test_one_date_as_a_file() -> None:
    soon("talk")
    answer = browser().get("/diary/dates/talk.ics")
    assert set(entries(answer.content)) == {"talk"}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="talk.ics"'


def test_an_empty_calendar_and_a_long_one() -> None:
    assert feed("/diary/village.ics") == {}
    counts = []
    for size in (1, 30):
        for number in range(size):
            soon(f"m{size}-{number}")
        with CaptureQueriesContext(connection) as asked:
            feed("/diary/village.ics")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
