"""The day of bookings through the API: machines, coming and leaving, outages, closings; twice, by others, wrongly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, holder, member, settled, unit
from tests.web.bookings.test_bookings_api import post
from tests.web.bookings.used import TWO, has_booked, machine
from wikivillage.web.bookings.models import Booking, Outage, UseSession
from wikivillage.web.diary.models import ClosedPeriod
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")
API = ("use_api", "change_api", "api_parts", "api")


@pytest.fixture
def _house(ledger: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house with two rooms that are alike and a machine, at two in the afternoon of the day that is booked."""
    settled()
    unit()
    unit("twin-room")
    machine()
    at(TWO, monkeypatch)


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that late in the village."""
    for name in API:
        monkeypatch.setattr(f"wikivillage.web.bookings.{name}.now", lambda: moment)


def program(agent: Agent, *scopes: str) -> Client:
    """A program with a token of somebody."""
    _token, secret = issue_token(agent=agent, scopes=scopes or ("read", "commit"), at=NOW)
    return Client(headers={"authorization": f"Bearer {secret}"})


def codes(answer: Any) -> list[str]:
    """The codes of an answer's problems."""
    return [one["code"] for one in answer.json()["problems"]]


def test_a_machine_starts_and_stops_once_each_with_what_was_read() -> None:
    alice, bob = member("alice"), member("bob")
    hers, his = program(alice), program(bob)
    assert codes(post(hers, "bookings/units/printer/start")) == ["not-booked"]
    row = has_booked(alice)
    for _ in range(2):
        started = post(hers, "bookings/units/printer/start", {"key": "k"})
        assert (started.status_code, started.json()["booking"]) == (200, row.pk)
    assert codes(post(his, "bookings/units/printer/start")) == ["in-use"]
    session = started.json()["id"]
    assert post(his, "bookings/units/printer/stop").status_code == 404
    assert codes(post(his, "bookings/units/printer/stop", {"session": session})) == ["not-authorised"]
    assert codes(post(hers, "bookings/units/printer/stop", {"kwh": "-1"})) == ["bad-measure"]
    for _ in range(2):
        stopped = post(hers, "bookings/units/printer/stop", {"kwh": "0.31", "grams": "48"}).json()
        assert (stopped["ended_how"], stopped["kwh"], stopped["grams"]) == ("stopped", "0.31", "48")
    assert UseSession.objects.count() == 1
    assert [one["id"] for one in hers.get("/api/bookings/sessions").json()] == [session]
    assert hers.get("/api/bookings/sessions", {"running": "true"}).json() == []
    assert his.get("/api/bookings/sessions").json() == []
    assert len(program(bob, "steward").get("/api/bookings/sessions").json()) == 1
    assert post(hers, "bookings/units/boat/start").status_code == 404


def test_who_comes_and_leaves_says_so_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = member("alice"), member("bob")
    row, hers, his = booked(alice), program(alice), program(bob)
    path = f"bookings/{row.pk}"
    assert codes(post(hers, f"{path}/check-in")) == ["too-early"]
    at(EVENING, monkeypatch)
    assert post(his, f"{path}/check-in").status_code == 404
    for _ in range(2):
        assert post(hers, f"{path}/check-in").json()["state"] == "checked_in"
    at(EVENING + HOUR, monkeypatch)
    assert post(his, f"{path}/check-out").status_code == 404
    for _ in range(2):
        assert post(hers, f"{path}/check-out").json()["state"] == "done"
    assert post(hers, "bookings/nothing/check-in").status_code == 404


def test_what_breaks_is_reported_by_members_and_ended_by_who_looks_after_it() -> None:
    alice, guest = member("alice"), holder("gil", "kiosk")
    lead = holder("lea", "circle_lead", scope_kind="place", scope="lab")
    hers, leads = program(alice), program(lead)
    said = {"unit": "printer", "said": "The nozzle is blocked.", "key": "k"}
    for _ in range(2):
        made = post(hers, "bookings/outages", said)
        assert (made.status_code, made.json()["said"]) == (201, said["said"])
    assert codes(post(program(guest), "bookings/outages", said)) == ["not-authorised"]
    (listed,) = program(guest).get("/api/bookings/outages").json()
    assert (listed["unit"], listed["said"]) == ("printer", "")
    path = f"bookings/outages/{listed['id']}"
    assert codes(post(hers, f"{path}/end")) == ["not-authorised"]
    assert codes(post(leads, f"{path}/until", {"until": NOW.isoformat()})) == ["backwards"]
    assert post(leads, f"{path}/until", {"until": (TWO + HOUR).isoformat()}).status_code == 200
    for _ in range(2):
        assert post(leads, f"{path}/end", {"mended": "A new nozzle."}).json()["ended_at"]
    assert hers.get("/api/bookings/outages").json() == []
    assert len(hers.get("/api/bookings/outages", {"ended": "true"}).json()) == 1
    assert post(leads, "bookings/outages/999999/end").status_code == 404
    assert post(hers, "bookings/outages", {**said, "said": " ", "key": ""}).status_code == 422
    assert Outage.objects.count() == 1


def test_a_closing_is_looked_at_and_then_done_with_a_choice_for_everybody() -> None:
    alice, lead = member("alice"), holder("lea", "circle_lead", scope_kind="place", scope="cafe")
    row, leads = booked(alice), program(lead)
    said = {"subject": "small-room", "begin": EVENING.isoformat(), "end": (EVENING + 4 * HOUR).isoformat()}
    said["why_fr"] = "Un tournage."
    assert codes(post(program(alice), "bookings/closings", said)) == ["not-authorised"]
    seen = post(leads, "bookings/closings", said).json()
    assert (seen["closed"], seen["units"]) == (False, ["small-room"])
    assert [(one["booking"], one["to"]) for one in seen["meets"]] == [(row.pk, "twin-room")]
    assert ClosedPeriod.objects.count() == 0
    assert codes(post(leads, "bookings/closings", {**said, "close": True})) == ["not-decided"]
    assert codes(post(leads, "bookings/closings", {**said, "why_fr": ""})) == ["bad-words"]
    done = post(leads, "bookings/closings", {**said, "close": True, "decided": {row.pk: "twin-room"}}).json()
    assert (done["closed"], done["moved"]) == (True, [row.pk])
    assert Booking.objects.get().unit_id == "twin-room"
