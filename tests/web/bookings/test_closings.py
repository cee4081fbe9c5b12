"""Closing a hall: who is touched is seen first; then everybody is moved or cancelled and told, or nothing happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, halves, held, member, settled, unit
from tests.web.bookings.used import told
from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.closing import preview
from wikivillage.web.bookings.closing_actions import Closing, close_units
from wikivillage.web.bookings.facts import who_asks
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.use_actions import check_in
from wikivillage.web.bookings.writing import thing_of
from wikivillage.web.diary.actions import close_period
from wikivillage.web.diary.models import ClosedPeriod

pytestmark = pytest.mark.usefixtures("_house")
WORDS = {"begin": EVENING - HOUR, "end": EVENING + 8 * HOUR, "at": NOW, "why_fr": "Un tournage.", "why_en": "A film."}


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with two rooms that are alike, and one upstairs."""
    settled()
    for id in ("small-room", "twin-room"):
        unit(id)
    unit("upstairs-room", place="lab")


def closed(decided: dict[str, str], subject: str = "small-room", **more: object) -> Closing:
    return close_units(subject=subject, decided=decided, **{**WORDS, **more})  # type: ignore[arg-type]


def test_it_shows_who_is_touched_and_the_nearest_free_place_for_each() -> None:
    alice, bob = member("alice"), member("bob")
    one, two = booked(alice), booked(bob, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    booked(bob, unit="twin-room", begin=EVENING + 2 * HOUR, end=EVENING + 4 * HOUR)
    found = preview("small-room", EVENING - HOUR, EVENING + 8 * HOUR, at=NOW)
    assert [(one.booking.pk, one.proposal.to) for one in found.meetings] == [
        (one.pk, "twin-room"),
        (two.pk, "upstairs-room"),
    ]
    assert ClosedPeriod.objects.count() == 0


def test_then_they_are_moved_or_cancelled_and_told_once_and_it_is_closed() -> None:
    alice, bob = member("alice"), member("bob")
    one, two = booked(alice), booked(bob, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    done = closed({one.pk: "twin-room", two.pk: "cancel"})
    assert [row.unit_id for row in done.moved] == ["twin-room"]
    gone = Booking.objects.get(pk=two.pk)
    assert (gone.state, gone.total_cents) == ("cancelled", 0)
    assert len(told(alice, "blackout")) == len(told(bob, "blackout")) == 1
    assert "Twin room" in told(alice, "blackout")[0]
    assert "Vous ne payez rien" in told(bob, "blackout")[0]
    assert codes(booked, agent=bob) == ["closed"]


def test_nobody_pays_more_for_where_they_are_moved() -> None:
    alice = member("alice")
    row = booked(alice)
    before = row.total_cents
    unit("grand-room", kind="room", item="hall", persons=40)
    closed({row.pk: "grand-room"})
    assert Booking.objects.get(pk=row.pk).total_cents == before > 0


def test_a_hall_closes_with_its_halves_and_a_half_with_its_hall() -> None:
    halves()
    alice = member("alice")
    row = booked(alice, unit="left")
    assert {one.pk for one in preview("whole", EVENING, EVENING + HOUR, at=NOW).units} == {"left", "right", "whole"}
    assert {one.pk for one in preview("left", EVENING, EVENING + HOUR, at=NOW).units} == {"left", "whole"}
    closed({row.pk: "small-room"}, "whole")
    assert codes(booked, agent=alice, unit="right") == ["closed"]


def test_a_place_closes_with_everything_in_it() -> None:
    found = preview("ground", EVENING, EVENING + HOUR, at=NOW)
    assert {one.pk for one in found.units} == {"small-room", "twin-room"}


def test_who_booked_since_it_was_looked_at_is_not_overlooked() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    booked(bob, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    assert codes(closed, decided={row.pk: "twin-room"}) == ["not-decided"]
    assert ClosedPeriod.objects.count() == 0
    assert Booking.objects.get(pk=row.pk).unit_id == "small-room"


def test_where_a_place_was_taken_meanwhile_nothing_happens_at_all() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    booked(bob, unit="twin-room")
    assert codes(closed, decided={row.pk: "twin-room"})[:2] == ["not-to-be-moved", "taken"]
    assert told(alice, "blackout") == []


def test_what_is_only_held_falls_away_and_who_is_there_stays() -> None:
    alice, bob = member("alice"), member("bob")
    there = booked(alice)
    check_in(booking=there.pk, at=EVENING)
    hold = held(bob, begin=EVENING + 3 * HOUR, end=EVENING + 4 * HOUR, at=EVENING)
    found = preview("small-room", EVENING, EVENING + 5 * HOUR, at=EVENING + timedelta(minutes=5))
    assert [row.pk for row in found.begun] == [there.pk]
    closed({}, begin=EVENING, at=EVENING + timedelta(minutes=5))
    assert Booking.objects.get(pk=hold.pk).state == "cancelled"
    assert Booking.objects.get(pk=there.pk).state == "checked_in"


def test_it_needs_a_reason_a_time_and_something_that_closes() -> None:
    assert codes(closed, decided={}, why_fr="", why_en="", end=EVENING - 2 * HOUR) == ["backwards", "bad-words"]
    assert codes(closed, decided={}, subject="nowhere") == ["nothing-to-close"]


def test_done_twice_it_is_done_once() -> None:
    row = booked(member("alice"))
    closed({row.pk: "twin-room"})
    closed({})
    assert ClosedPeriod.objects.count() == 1


@pytest.mark.parametrize(("closed_one", "shut"), [("left", {"left", "whole"}), ("whole", {"left", "right", "whole"})])
def test_what_shares_a_part_is_closed_with_it_by_whatever_page_it_was_closed(closed_one: str, shut: set[str]) -> None:
    halves()
    times = {"begin": EVENING, "end": EVENING + 4 * HOUR}
    close_period(subject=closed_one, at=NOW, why_fr="Peinture.", why_en="Paint.", **times)
    alice, found = member("alice"), {}
    for id in ("left", "right", "whole", "small-room"):
        there = thing_of(Unit.objects.get(pk=id), EVENING, EVENING + 2 * HOUR, at=NOW)
        asked = Asked(EVENING, EVENING + 2 * HOUR, 4, NOW, "Europe/Paris")
        found[id] = refusals(there, asked, who_asks(alice, at=NOW, begin=EVENING, end=EVENING + HOUR))
    assert {id for id, against in found.items() if [one.code for one in against] == ["closed"]} == shut
    assert "Peinture." in found["whole"][0].words("fr")
    later = {"begin": EVENING + 24 * HOUR, "end": EVENING + 26 * HOUR}
    assert booked(alice, unit="whole", **later).state == "confirmed"
