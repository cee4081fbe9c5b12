"""Bookings through the API: units, free slots with reasons, hold and confirm twice, somebody else's, and nonsense."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.bookings.booked import HOUR, member, settled, unit
from tests.web.bookings.test_booking_pages import clock
from wikivillage.web.bookings.models import Booking
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """The house today with two rooms."""
    now = timezone.now()
    settled(now)
    unit(at=now)
    unit("hall", at=now, policy={"approval": True, "min_persons": 4})


def program(agent: Agent) -> Client:
    """A program with a token of somebody."""
    _token, secret = issue_token(agent=agent, scopes=["read", "commit"], at=timezone.now())
    return Client(headers={"authorization": f"Bearer {secret}"})


def wish(**changes: Any) -> dict[str, Any]:
    """Two hours of tomorrow evening."""
    times = {"begin": clock().isoformat(), "end": (clock() + 2 * HOUR).isoformat()}
    return {"unit": "small-room", "persons": 2, "key": "k1", **times, **changes}


def post(client: Client, path: str, body: Any = None) -> Any:
    """What the API answers."""
    return client.post(f"/api/{path}", body or {}, content_type="application/json")


def test_units_and_free_slots_with_reasons() -> None:
    ask = program(member("alice"))
    rows = ask.get("/api/bookings/units").json()
    assert [row["id"] for row in rows] == ["hall", "small-room"]
    assert rows[0]["rules"] == {"approval": True, "min_persons": 4}
    assert ask.get("/api/bookings/units", {"kind": "boat"}).status_code == 422
    query = {"begin": clock().isoformat(), "end": (clock() + 4 * HOUR).isoformat(), "persons": 2}
    slots = ask.get("/api/bookings/free", query).json()
    assert [slot["reasons"] for slot in slots if slot["unit"] == "small-room"] == [[], [], []]
    (refused,) = [slot for slot in slots if slot["unit"] == "hall"]
    assert refused["reasons"][0]["code"] == "too-few-persons"
    assert "4 personnes au moins" in refused["reasons"][0]["fr"].replace("\u00a0", " ")
    assert ask.get("/api/bookings/free", {**query, "end": query["begin"]}).status_code == 422
    naive = ask.get("/api/bookings/free", {**query, "begin": "2026-04-17T18:00:00"})
    assert naive.json()["problems"][0]["code"] == "no-zone"
    for year in ("0001", "9999"):
        far = ask.get("/api/bookings/free", {"begin": f"{year}-01-01T00:00:00Z", "end": f"{year}-01-01T02:00:00Z"})
        assert far.json()["problems"][0]["code"] == "too-far"
    assert Client().get("/api/bookings/units").status_code == 401


def test_hold_confirm_cancel_each_twice() -> None:
    alice, bob = member("alice"), member("bob")
    hers, his = program(alice), program(bob)
    made = post(hers, "bookings", wish())
    assert (made.status_code, made.json()["state"], made.json()["total_cents"]) == (200, "held", 1600)
    assert post(hers, "bookings", wish()).json()["id"] == made.json()["id"]
    path = f"bookings/{made.json()['id']}"
    assert post(his, f"{path}/confirm").status_code == 404
    for _ in range(2):
        assert post(hers, f"{path}/confirm").json()["booked"] is True
    refused = post(his, "bookings", wish(key="k2")).json()["problems"]
    assert [one["code"] for one in refused] == ["taken"]
    assert [row["id"] for row in hers.get("/api/bookings").json()] == [made.json()["id"]]
    for _ in range(2):
        assert post(hers, f"{path}/cancel").json()["state"] == "cancelled"
    assert len(hers.get("/api/bookings", {"over": "true"}).json()) == 1
    assert post(hers, "bookings", wish(begin="2026-04-17T18:00:00")).status_code == 422


def test_where_somebody_decides_it_is_asked_for() -> None:
    hers = program(member("alice"))
    made = post(hers, "bookings", wish(unit="hall", persons=5)).json()
    answer = post(hers, f"bookings/{made['id']}/confirm").json()
    assert (answer["booked"], answer["booking"]["state"]) == (False, "requested")
    assert Booking.objects.get().begin - timezone.now() < timedelta(days=2)
