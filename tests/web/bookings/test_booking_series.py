"""Series of bookings: seen date by date, skipped, moved and cancelled in parts, over clock changes and leap days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.web.bookings.booked import HOUR, NOW, booked, codes, held, member, settled, unit
from tests.web.diary.days import paris
from wikivillage.web.bookings import series_actions
from wikivillage.web.bookings.models import Booking
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.ledger.models import Promise
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")
TUESDAY = datetime(2026, 10, 13, 18)
WEEKLY = "FREQ=WEEKLY;COUNT=4"


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with one room that may be booked a year ahead."""
    settled()
    unit(policy={"horizon_days": 730})


def weekly(agent: Agent, **changes: Any) -> series_actions.Repeated:
    """Four Tuesdays of two hours, over the change of clocks of October."""
    said = {"uid": "s1", "unit": "small-room", "rule": WEEKLY, "begin": TUESDAY, "end": TUESDAY + 2 * HOUR, "at": NOW}
    return series_actions.put_series(agent=agent, by=agent.pk, **{**said, **changes})


def test_each_date_is_booked_at_the_same_hour_on_the_wall() -> None:
    alice = member("alice")
    made = weekly(alice)
    assert [row.begin for row in made.bookings] == [
        paris("2026-10-13T18:00"),
        paris("2026-10-20T18:00"),
        paris("2026-10-27T18:00"),
        paris("2026-11-03T18:00"),
    ]
    assert made.total_cents == 6400
    assert Promise.objects.count() == 4
    assert Occurrence.objects.filter(kind="booking").count() == 4
    assert [row.pk for row in weekly(alice).bookings] == [row.pk for row in made.bookings]
    assert Booking.objects.count() == 4


def test_dates_that_are_taken_are_shown_and_skipped() -> None:
    alice, bob = member("alice"), member("bob")
    begin = paris("2026-10-20T19:00")
    booked(bob, begin=begin, end=begin + HOUR)
    asked = {"unit": "small-room", "agent": alice, "rule": WEEKLY, "persons": 1, "at": NOW}
    found = series_actions.preview(begin=TUESDAY, end=TUESDAY + 2 * HOUR, **asked)
    assert [one.dated.day for one in found.refused] == [date(2026, 10, 20)]
    assert "déjà pris" in found.refused[0].reasons[0].words("fr")
    assert codes(weekly, agent=alice, skip=False) == ["date-refused"]
    made = weekly(alice)
    assert len(made.bookings) == 3
    assert [one.dated.day for one in made.skipped] == [date(2026, 10, 20)]


def test_the_29th_of_february_is_a_date_only_where_there_is_one() -> None:
    alice = member("alice")
    leap = datetime(2028, 2, 29, 10)
    at = paris("2027-12-01T10:00")
    made = weekly(alice, begin=leap, end=leap + HOUR, rule="FREQ=YEARLY;COUNT=1", at=at)
    assert [row.begin for row in made.bookings] == [paris("2028-02-29T10:00")]


def test_the_night_on_which_the_clocks_go_back_two_to_three_lasts_two_hours() -> None:
    alice = member("alice")
    night = datetime(2026, 10, 24, 2)
    made = weekly(alice, begin=night, end=night + HOUR, rule="FREQ=DAILY;COUNT=3")
    assert [(row.end - row.begin) for row in made.bookings] == [HOUR, 2 * HOUR, HOUR]


def test_one_date_moves_and_the_others_stay() -> None:
    alice = member("alice")
    second = weekly(alice).bookings[1]
    wednesday = datetime(2026, 10, 21, 17)
    (moved,) = series_actions.move_date(
        booking=second, begin=wednesday, end=wednesday + HOUR, at=NOW, by=alice.pk, scope="this"
    )
    assert moved.begin == paris("2026-10-21T17:00")
    assert Occurrence.objects.get(uid=moved.occurrence).apart
    assert Booking.objects.filter(begin=paris("2026-10-27T18:00")).count() == 1


def test_this_and_the_following_move_together_or_not_at_all() -> None:
    alice, bob = member("alice"), member("bob")
    rows = weekly(alice).bookings
    later = datetime(2026, 10, 20, 19)
    words = {"begin": later, "end": later + 2 * HOUR, "at": NOW, "by": alice.pk, "scope": "following"}
    moved = series_actions.move_date(booking=rows[1], **words)
    assert [row.begin.hour for row in Booking.objects.order_by("begin")] == [16, 17, 18, 18]
    assert len(moved) == 3
    taken = paris("2026-11-03T15:00")
    booked(bob, begin=taken, end=taken + HOUR)
    early = datetime(2026, 10, 20, 14)
    words |= {"begin": early, "end": early + 2 * HOUR}
    assert codes(series_actions.move_date, booking=rows[1], **words) == ["date-refused"]
    assert Booking.objects.get(pk=rows[1].pk).begin == paris("2026-10-20T19:00")


def test_following_dates_are_cancelled_and_free_for_others() -> None:
    alice, bob = member("alice"), member("bob")
    rows = weekly(alice).bookings
    gone = series_actions.cancel_dates(booking=rows[2], scope="following", at=NOW, by=alice.pk)
    assert [row.state for row in gone] == ["cancelled", "cancelled"]
    assert held(bob, begin=rows[3].begin, end=rows[3].end).state == "held"
    assert Booking.objects.filter(agent=alice, state="confirmed").count() == 2
    assert codes(series_actions.cancel_dates, booking=rows[0], scope="some", at=NOW) == ["unknown-word"]
    assert len(series_actions.cancel_dates(booking=rows[0], scope="all", at=NOW)) == 2


def test_a_series_is_sure_only_so_far_and_given_back_where_nobody_says_that_it_goes_on() -> None:
    alice = member("alice")
    unit("hall", policy={"horizon_days": 365, "reconfirm_weeks": 2})
    made = weekly(alice, uid="s2", unit="hall")
    assert made.series.sure_until == date(2026, 10, 27)
    soon = paris("2026-10-22T09:00")
    assert series_actions.ask_whether_it_goes_on(at=soon) == 1
    assert series_actions.ask_whether_it_goes_on(at=soon) == 0
    assert "27 octobre" in Notice.objects.filter(agent=alice).latest("pk").text_fr
    series = series_actions.go_on(series=made.series, at=soon, by=alice.pk)
    assert series.sure_until == date(2026, 11, 5)
    other = weekly(alice, uid="s3", unit="hall", begin=TUESDAY + 3 * HOUR, end=TUESDAY + 4 * HOUR)
    late = paris("2026-10-28T09:00")
    assert series_actions.ask_whether_it_goes_on(at=late) == 1
    last = Booking.objects.get(pk=other.bookings[-1].pk)
    assert (last.state, last.why) == ("cancelled", "La série n’a pas été reconfirmée.")


def test_units_on_which_somebody_decides_have_no_series() -> None:
    alice = member("alice")
    unit("hall", policy={"approval": True})
    assert codes(weekly, agent=alice, unit="hall", begin=TUESDAY - timedelta(weeks=20)) == ["needs-approval"]
