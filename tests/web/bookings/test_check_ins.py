"""Checking in and out of a room, and what becomes of a booking to which nobody comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, held, member, settled, unit
from tests.web.bookings.used import MINUTE, told
from wikivillage.web.bookings import use_actions, use_errands
from wikivillage.web.bookings.actions import cancel
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.outage_actions import report_outage
from wikivillage.web.bookings.waiting_actions import wait
from wikivillage.web.diary.actions import close_period
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.ledger.models import Event, Promise
from wikivillage.web.ledger.queries import event_of

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with one room."""
    settled()
    unit()


def state_of(row: Booking) -> str:
    return str(Booking.objects.get(pk=row.pk).state)


def test_who_comes_is_there_and_pressing_twice_is_the_same() -> None:
    row = booked(member("alice"))
    first = use_actions.check_in(booking=row.pk, at=EVENING + MINUTE, by="alice")
    again = use_actions.check_in(booking=row.pk, at=EVENING + 2 * MINUTE, by="alice")
    assert (first.state, again.began_at) == ("checked_in", EVENING + MINUTE)


def test_too_early_says_from_when_on() -> None:
    row = booked(member("alice"))
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING - 16 * MINUTE) == ["too-early"]
    assert use_actions.check_in(booking=row.pk, at=EVENING - 15 * MINUTE).state == "checked_in"


def test_early_is_no_use_while_somebody_else_is_still_there() -> None:
    first = booked(member("bob"), begin=EVENING - 2 * HOUR, end=EVENING)
    use_actions.check_in(booking=first.pk, at=EVENING - 2 * HOUR)
    row = booked(member("alice"))
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING - 5 * MINUTE) == ["still-taken"]
    assert use_actions.check_in(booking=row.pk, at=EVENING).state == "checked_in"


def test_too_late_is_when_it_is_over() -> None:
    row = booked(member("alice"))
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING + 2 * HOUR) == ["too-late"]


def test_what_is_not_booked_or_not_there_cannot_be_entered() -> None:
    alice = member("alice")
    row = booked(alice)
    cancel(booking=row, at=NOW, by=alice.pk)
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING) == ["not-standing"]
    assert codes(use_actions.check_in, booking=held(alice).pk, at=EVENING) == ["not-standing"]
    assert codes(use_actions.check_in, booking="nothing", at=EVENING) == ["no-booking"]
    assert codes(use_actions.check_in, booking="a\0b", at=EVENING) == ["no-booking"]


def test_a_room_that_closed_after_it_was_booked_or_broke_says_both() -> None:
    row = booked(member("alice"))
    close_period(subject="small-room", begin=EVENING, end=EVENING + HOUR, why_fr="Dégât des eaux.", at=NOW)
    report_outage(unit="small-room", said="Pas de lumière", at=NOW)
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING) == ["closed", "out-of-order"]


def test_leaving_early_frees_the_rest_and_is_an_event_of_the_time_that_it_was() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    use_actions.check_in(booking=row.pk, at=EVENING + 5 * MINUTE)
    done = use_actions.check_out(booking=row.pk, at=EVENING + HOUR, by=alice.pk)
    assert use_actions.check_out(booking=row.pk, at=EVENING + 2 * HOUR, by=alice.pk).ended_at == done.ended_at
    event = event_of(Event.objects.get(action="use"))
    assert event.effort is not None
    assert (event.begin, event.end, float(event.effort.value)) == (EVENING + 5 * MINUTE, EVENING + HOUR, 0.917)
    assert Occurrence.objects.get(uid=done.occurrence).end == EVENING + HOUR
    assert booked(bob, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=EVENING + HOUR).state == "confirmed"


def test_who_leaves_at_once_was_there_for_a_minute() -> None:
    row = booked(member("alice"))
    use_actions.check_in(booking=row.pk, at=EVENING)
    done = use_actions.check_out(booking=row.pk, at=EVENING)
    assert done.ended_at == EVENING + MINUTE


def test_nobody_leaves_who_has_not_come() -> None:
    row = booked(member("alice"))
    assert codes(use_actions.check_out, booking=row.pk, at=EVENING) == ["not-checked-in"]


def test_nobody_came_so_it_is_free_and_they_are_told_once() -> None:
    alice = member("alice")
    row = booked(alice)
    assert use_errands.free_unused(EVENING + 19 * MINUTE) == 0
    assert use_errands.free_unused(EVENING + 20 * MINUTE) == 1
    assert use_errands.free_unused(EVENING + 21 * MINUTE) == 0
    assert state_of(row) == "no_show"
    assert Promise.objects.filter(ended__isnull=True).count() == 0
    assert [text.split(".")[0] for text in told(alice)][-1] == "Votre place a été libérée"
    assert codes(use_actions.check_in, booking=row.pk, at=EVENING + 25 * MINUTE) == ["freed-already"]


def test_who_waits_for_it_is_offered_what_nobody_came_for() -> None:
    booked(member("alice"))
    bob = member("bob")
    wait(unit="small-room", agent=bob, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=NOW)
    use_errands.free_unused(EVENING + 20 * MINUTE)
    assert Booking.objects.get(agent=bob).state == "offered"


def test_where_it_is_out_of_order_nobody_is_blamed_and_nothing_is_due() -> None:
    alice = member("alice")
    row = booked(alice)
    report_outage(unit="small-room", said="Pas de lumière", at=EVENING - HOUR)
    assert use_errands.free_unused(EVENING + 20 * MINUTE) == 1
    gone = Booking.objects.get(pk=row.pk)
    assert (gone.state, gone.total_cents) == ("released", 0)
    assert "ne coûte rien" in told(alice, "blackout")[-1]


def test_what_is_over_is_closed_by_itself_also_where_nobody_need_check_in() -> None:
    unit("open-room", policy={"check_in_minutes": 0})
    alice = member("alice")
    came, never = booked(alice), booked(alice, unit="open-room")
    use_actions.check_in(booking=came.pk, at=EVENING)
    assert use_errands.free_unused(EVENING + HOUR) == 0
    assert use_errands.close_over(EVENING + 2 * HOUR) == {"forgotten": 0, "finished": 2}
    assert use_errands.close_over(EVENING + 3 * HOUR) == {"forgotten": 0, "finished": 0}
    assert [state_of(came), state_of(never)] == ["done", "done"]
    assert Event.objects.filter(action="use").count() == 2


def test_what_is_kept_free_for_cleaning_stays_so_until_then() -> None:
    unit("kitchen-room", policy={"buffer_minutes": 30})
    row = booked(member("alice"), unit="kitchen-room")
    use_actions.check_in(booking=row.pk, at=EVENING)
    assert use_errands.close_over(EVENING + 2 * HOUR)["finished"] == 0
    assert use_errands.close_over(EVENING + 2 * HOUR + 30 * MINUTE)["finished"] == 1


def test_who_booked_before_it_was_closed_is_told_once_with_the_nearest_free_place() -> None:
    unit("other-room")
    alice = member("alice")
    booked(alice)
    close_period(subject="cafe", begin=EVENING, end=EVENING + timedelta(days=1), why_fr="Travaux.", at=NOW)
    close_period(subject="other-room", begin=EVENING - HOUR, end=EVENING, why_fr="Ménage.", at=NOW)
    unit("upstairs-room", place="lab")
    assert use_errands.tell_of_closures(NOW) == 1
    use_errands.tell_of_closures(NOW + HOUR)
    found = told(alice, "blackout")
    assert len(found) == 1
    assert "Travaux." in found[0]
    assert "Upstairs room est libre" in found[0]
