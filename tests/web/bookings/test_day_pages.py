"""The day sheet on a page, on paper and as a list; calendars of rooms; closing a hall on a page."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from tests.web.bookings.booked import (
    EVENING,
    HOUR,
    NOW,
    booked,
    browser,
    halves,
    holder,
    member,
    settled,
    text_of,
    unit,
)
from tests.web.bookings.used import told
from tests.web.notices.mail_server import closed_port, mail_server
from wikivillage.web.bookings.actions import cancel, move
from wikivillage.web.bookings.closing_actions import close_units
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.use_actions import check_in, check_out
from wikivillage.web.notices.models import Letter
from wikivillage.web.notices.sending import send_due_letters
from wikivillage.web.registry.models import Identity

pytestmark = pytest.mark.usefixtures("_house")
DAY = "?day=2026-04-17"


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with two rooms."""
    settled()
    unit()
    unit("twin-room")


def steward() -> Client:
    return browser(holder("sam", "steward"), lang="fr")


def events(path: str) -> dict[str, Any]:
    """The entries of a calendar by their ids, read by a strict parser."""
    text = browser(lang="fr").get(path).content
    calendar = Calendar.from_ical(text)
    assert [one["TZID"] for one in calendar.walk("VTIMEZONE")] in (["Europe/Paris"], [])
    return {str(one["UID"]): one for one in calendar.walk("VEVENT")}


def test_the_sheet_tells_who_comes_when_and_when_to_open() -> None:
    booked(member("alice"), title="Cercle de lecture", persons=5)
    text = text_of(steward().get(f"/bookings/day/{DAY}"))
    for said in ("Vendredi 17 avril 2026", "18\u00a0h – 20\u00a0h", "Alice", "Cercle de lecture", "Twin room"):
        assert said in text


def test_only_who_looks_after_units_reads_it_and_a_lead_only_theirs() -> None:
    unit("upstairs-room", place="lab")
    booked(member("alice"), unit="upstairs-room", title="Là-haut")
    booked(member("bob"), title="En bas")
    for who in (browser(), browser(member("carl"))):
        assert [who.get(f"/bookings/day{end}").status_code for end in ("/", ".csv", ".pdf")] == [403] * 3
    lead = browser(holder("lead", "circle_lead", scope_kind="place", scope="lab"), lang="fr")
    text = text_of(lead.get(f"/bookings/day/{DAY}"))
    assert "Là-haut" in text
    assert "En bas" not in text


def test_it_is_a_pdf_and_a_list_for_a_spreadsheet() -> None:
    booked(member("alice"), title="=1+1;é")
    who = steward()
    paper = who.get(f"/bookings/day.pdf{DAY}")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert BytesIO(paper.content).read(5) == b"%PDF-"
    table = b"".join(who.get(f"/bookings/day.csv{DAY}").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Small room;2026-04-17 18:00;2026-04-17 20:00;Alice;'=1+1;é" in table.replace('"', "")


def test_a_day_of_nothing_says_so_and_an_odd_one_is_today() -> None:
    who = steward()
    assert who.get("/bookings/day/?day=2026-13-45").status_code == 200
    assert who.get("/bookings/day/?day=1789-07-14").status_code == 200
    assert who.get("/bookings/day.pdf?day=2031-01-01").status_code == 200


def test_the_calendar_of_a_room_has_stable_ids_changes_and_what_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    alice = member("alice")
    open_one = booked(alice, title="Concert; entrée, libre", visibility="public")
    closed_one = booked(alice, title="Famille", begin=EVENING + 3 * HOUR, end=EVENING + 4 * HOUR)
    path = "/bookings/units/small-room.ics"
    before = events(path)
    uid = f"{open_one.pk}@bookings.wikivillage"
    assert str(before[uid]["SUMMARY"]).endswith("Concert; entrée, libre")
    assert "Famille" not in str(before.values())
    move(booking=open_one, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=NOW + timedelta(minutes=1), by=alice.pk)
    cancel(booking=closed_one, at=NOW + timedelta(minutes=2), by=alice.pk)
    after = events(path)
    assert after.keys() == before.keys()
    assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
    assert after[uid].decoded("DTSTART") == EVENING + HOUR
    assert str(after[f"{closed_one.pk}@bookings.wikivillage"]["STATUS"]) == "CANCELLED"


def test_the_calendar_of_a_place_holds_everything_inside_and_keeps_the_hour_over_the_clock_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    unit("far-room", policy={"horizon_days": 365})
    begin = EVENING + timedelta(days=200)
    winter = begin.replace(hour=18)
    row = booked(member("alice"), unit="far-room", begin=winter, end=winter + HOUR)
    found = events("/bookings/places/ground.ics")
    assert found[f"{row.pk}@bookings.wikivillage"].decoded("DTSTART").utcoffset() == timedelta(hours=1)
    assert browser().get("/bookings/places/nowhere.ics").status_code == 404


def test_who_leaves_early_frees_the_calendar_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: EVENING)
    row = booked(member("alice"))
    check_in(booking=row.pk, at=EVENING)
    check_out(booking=row.pk, at=EVENING + HOUR)
    found = events("/bookings/units/small-room.ics")[f"{row.pk}@bookings.wikivillage"]
    assert found.decoded("DTEND") == EVENING + HOUR


FORM = {"subject": "small-room", "first": "2026-04-17", "last": "2026-04-17", "why_fr": "Un tournage."}


def test_closing_shows_who_is_touched_then_moves_and_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    alice = member("alice")
    row = booked(alice)
    who = steward()
    shown = who.get("/bookings/close/", FORM)
    assert shown.status_code == 200
    assert f'name="move-{row.pk}" value="twin-room" checked' in text_of(shown)
    assert Booking.objects.get(pk=row.pk).unit_id == "small-room"
    sent = {**FORM, "confirm": "1", f"move-{row.pk}": "twin-room"}
    done = who.post("/bookings/close/", sent)
    assert done.headers["Location"] == "/bookings/day/?day=2026-04-17"
    assert Booking.objects.get(pk=row.pk).unit_id == "twin-room"
    assert len(told(alice, "blackout")) == 1
    assert "Un tournage." in text_of(who.get(f"/bookings/day/{DAY}"))


def test_closing_says_what_is_wrong_and_who_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    row = booked(member("alice"))
    assert browser().get("/bookings/close/").status_code == 403
    assert browser(member("bob")).post("/bookings/close/", {**FORM, "confirm": "1"}).status_code == 403
    who = steward()
    assert who.get("/bookings/close/").status_code == 200
    assert who.get("/bookings/close/", {**FORM, "why_fr": ""}).status_code == 422
    assert who.get("/bookings/close/", {**FORM, "first": "demain"}).status_code == 422
    assert who.get("/bookings/close/", {**FORM, "subject": "nowhere"}).status_code == 422
    forgot = who.post("/bookings/close/", {**FORM, "confirm": "1"})
    assert forgot.status_code == 422
    assert row.pk in text_of(forgot)


def test_a_hall_shows_that_its_halves_close_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    halves()
    row = booked(member("alice"), unit="left")
    text = text_of(steward().get("/bookings/close/", {**FORM, "subject": "whole"}))
    assert "Left, Right, Whole" in text
    assert f"move-{row.pk}" in text


def test_everybody_is_told_though_the_mail_server_is_down(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", closed_port(), 2
    alice = member("alice")
    Identity.objects.filter(agent=alice).update(email="alice@people.example")
    row = booked(alice)
    end = EVENING + 8 * HOUR
    close_units(subject="small-room", begin=EVENING, end=end, why_fr="Eau.", at=NOW, decided={row.pk: "cancel"})
    assert send_due_letters(lambda: NOW) == 0
    assert len(told(alice, "blackout")) == 1
    assert Letter.objects.filter(agent=alice, sent_at=None).count() == 2
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert send_due_letters(lambda: NOW + timedelta(hours=1)) == 2
