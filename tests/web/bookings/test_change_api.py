"""Changing bookings through the API: moves, asking and deciding, series, waiting; also twice and by others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, held, holder, member, settled, unit
from tests.web.bookings.test_bookings_api import post
from tests.web.bookings.test_use_api import at, codes, program
from wikivillage.web.bookings.models import Booking, BookingSeries, Waiting

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house with a room and a hall on which somebody decides, on the day before."""
    settled()
    unit(policy={"horizon_days": 365})
    unit("hall", kind="hall", item="hall", persons=60, policy={"approval": True})
    at(NOW, monkeypatch)


def times(begin: datetime = EVENING, hours: int = 2) -> dict[str, Any]:
    """From when to when, as programs write it."""
    return {"begin": begin.isoformat(), "end": (begin + hours * HOUR).isoformat()}


def test_a_booking_moves_for_the_price_that_was_seen_and_only_its_owner_moves_it() -> None:
    alice, bob = member("alice"), member("bob")
    row, hers = booked(alice), program(alice)
    path = f"bookings/{row.pk}/move"
    assert post(program(bob), path, times()).status_code == 404
    assert codes(post(hers, path, {**times(EVENING + HOUR, 3), "expected_cents": 1})) == ["price-changed"]
    (moved,) = post(hers, path, {**times(EVENING + HOUR, 3), "expected_cents": 2400}).json()
    assert (moved["id"], moved["total_cents"]) == (row.pk, 2400)
    assert codes(post(hers, path, times(EVENING, 9))) == ["too-long"]
    assert post(hers, path, {**times(), "scope": "none"}).status_code == 422
    assert post(hers, path, {"begin": "2026-04-17T18:00:00", "end": "2026-04-17T19:00:00"}).status_code == 422
    assert hers.get(f"/api/bookings/{row.pk}").json()["total_cents"] == 2400
    assert program(bob).get(f"/api/bookings/{row.pk}").status_code == 404


def test_what_is_asked_for_is_decided_by_who_leads_its_place_and_by_nobody_else() -> None:
    alice, bob = member("alice"), member("bob")
    lead = holder("lea", "circle_lead", scope_kind="place", scope="cafe")
    elsewhere = holder("luc", "circle_lead", scope_kind="place", scope="lab")
    hers, leads, others = program(alice), program(lead), program(elsewhere)
    rows = [held(agent, unit="hall") for agent in (alice,)]
    for _ in range(2):
        assert post(hers, f"bookings/{rows[0].pk}/request").json()["state"] == "requested"
    rows.append(held(bob, unit="hall"))
    post(program(bob), f"bookings/{rows[1].pk}/request")
    seen = leads.get("/api/bookings/requests").json()
    assert [(one["id"], one["agent"], one["loses"]) for one in seen] == [
        (rows[0].pk, "alice", [rows[1].pk]),
        (rows[1].pk, "bob", [rows[0].pk]),
    ]
    assert hers.get("/api/bookings/requests").json() == others.get("/api/bookings/requests").json() == []
    path = f"bookings/{rows[0].pk}/decide"
    assert codes(post(hers, path, {"answer": "yes"})) == ["not-authorised"]
    assert post(others, path, {"answer": "yes"}).status_code == 404
    assert codes(post(leads, path, {"answer": "no"})) == ["no-reason"]
    assert post(leads, path, {"answer": "maybe"}).status_code == 422
    for _ in range(2):
        assert post(leads, path, {"answer": "yes"}).json()["state"] == "confirmed"
    assert Booking.objects.get(pk=rows[1].pk).state == "refused"
    assert codes(post(hers, f"bookings/{booked(alice).pk}/request")) == ["not-held"]


def test_a_series_is_looked_at_then_booked_once_and_goes_on() -> None:
    alice, bob = member("alice"), member("bob")
    hers = program(alice)
    booked(bob, begin=EVENING + timedelta(days=7), end=EVENING + timedelta(days=7, hours=2))
    said = {"unit": "small-room", "rule": "FREQ=WEEKLY;COUNT=3", "persons": 2, "key": "k", **times()}
    seen = post(hers, "bookings/series", said).json()
    assert (seen["booked"], seen["total_cents"]) == (False, 3200)
    assert [[why["code"] for why in one["reasons"]] for one in seen["dates"]] == [[], ["taken"], []]
    assert BookingSeries.objects.count() == 0
    for _ in range(2):
        made = post(hers, "bookings/series", {**said, "book": True})
        assert (made.status_code, len(made.json()["series"]["bookings"])) == (201, 2)
    (listed,) = hers.get("/api/bookings/series").json()
    assert listed["uid"] == made.json()["series"]["uid"]
    assert program(bob).get("/api/bookings/series").json() == []
    path = f"bookings/series/{listed['uid']}/goes-on"
    assert post(hers, path).json()["uid"] == listed["uid"]
    assert post(program(bob), path).status_code == 404
    assert codes(post(hers, "bookings/series", {**said, "unit": "hall"})) == ["needs-approval"]
    assert codes(post(hers, "bookings/series", {**said, "rule": "SOMETIMES"}))[0] == "bad-rule"


def test_who_waits_keeps_their_place_and_leaves_the_list_alone() -> None:
    alice, bob = member("alice"), member("bob")
    his = program(bob)
    assert codes(post(his, "bookings/waiting", {"unit": "small-room", **times()})) == ["not-taken"]
    booked(alice)
    for _ in range(2):
        made = post(his, "bookings/waiting", {"unit": "small-room", **times()})
        assert (made.status_code, made.json()["place"]) == (201, 1)
    assert len(his.get("/api/bookings/waiting").json()) == 1
    path = f"bookings/waiting/{made.json()['id']}/end"
    assert post(program(alice), path).status_code == 404
    for _ in range(2):
        assert post(his, path).status_code == 200
    assert his.get("/api/bookings/waiting").json() == []
    assert Waiting.objects.exclude(ended_at=None).count() == 1


def test_so_many_of_a_pool_are_waited_for_as_they_are_people() -> None:
    unit("desks", kind="desk", persons=1, size=3, service="", item="")
    booked(member("alice"), unit="desks", persons=2)
    made = post(program(member("bob")), "bookings/waiting", {"unit": "desks", "persons": 2, **times()})
    assert made.status_code == 201
    assert Waiting.objects.get().amount == 2
