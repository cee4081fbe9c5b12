"""From a choice to a booking: held, priced, confirmed, cancelled, moved, used; each twice, by others, and too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, banded, booked, codes, halves, held, member, settled, unit
from tests.web.prices.priced import dearer
from wikivillage.web.bookings import actions
from wikivillage.web.bookings.finding import Search
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.queries import free_units
from wikivillage.web.bookings.unit_actions import change_policy
from wikivillage.web.bookings.writing import promises, write
from wikivillage.web.diary.actions import close_period
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.ledger.models import Event, Promise
from wikivillage.web.notices.models import Notice
from wikivillage.web.prices.models import FrozenQuote

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with one room."""
    settled()
    unit()


def test_a_room_is_held_then_booked_at_the_price_of_a_bracket() -> None:
    alice = member("alice")
    banded(alice)
    row = held(alice)
    assert (row.state, row.total_cents) == ("held", 720)
    promise = Promise.objects.get()
    assert (promise.resource, promise.expires) == ("unit-small-room", NOW + actions.HELD_FOR)
    done = actions.confirm(booking=row, at=NOW, by=alice.pk)
    assert done.booked
    assert done.booking.state == "confirmed"
    assert FrozenQuote.objects.get().used_by == f"booking:{row.pk}"
    lasting = Promise.objects.get(ended__isnull=True)
    assert (lasting.expires, lasting.begin, lasting.end) == (None, EVENING, EVENING + 2 * HOUR)
    assert Occurrence.objects.get().subject == "small-room"
    assert Notice.objects.filter(agent=alice, kind="booking").count() == 1
    again = actions.confirm(booking=row, at=NOW, by=alice.pk)
    assert again.booked
    assert Promise.objects.filter(ended__isnull=True).count() == 1


def test_nothing_lasts_that_was_not_confirmed() -> None:
    alice, bob = member("alice"), member("bob")
    held(alice)
    assert codes(held, agent=bob) == ["taken"]
    later = NOW + actions.HELD_FOR
    assert held(bob, at=later).state == "held"


def test_a_second_choice_frees_the_first() -> None:
    alice, bob = member("alice"), member("bob")
    first = held(alice)
    held(alice, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    assert Booking.objects.get(pk=first.pk).state == "expired"
    assert held(bob).state == "held"


def test_the_same_press_twice_holds_once() -> None:
    alice = member("alice")
    assert held(alice, key="k1").pk == held(alice, key="k1").pk
    assert Booking.objects.count() == 1


def test_a_hold_that_ran_out_is_booked_where_the_time_is_still_free() -> None:
    alice, bob = member("alice"), member("bob")
    row = held(alice)
    late = NOW + timedelta(minutes=20)
    assert actions.confirm(booking=row, at=late, by=alice.pk).booked
    other = held(bob, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    booked(alice, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR, at=late)
    assert codes(actions.confirm, booking=other, at=late, by=bob.pk) == ["hold-over", "taken"]


def test_a_price_that_changed_meanwhile_is_told_before_anything_is_booked() -> None:
    alice = member("alice")
    row = held(alice)
    dearer()
    assert actions.confirm(booking=row, at=NOW + timedelta(minutes=5), by=alice.pk).booking.total_cents == 1600
    row = held(alice, begin=EVENING + 2 * HOUR, end=EVENING + 4 * HOUR)
    assert row.total_cents == 1800
    dearer("10.00")
    late = NOW + timedelta(minutes=20)
    asked = actions.confirm(booking=row, at=late, by=alice.pk)
    assert not asked.booked
    assert asked.difference is not None
    assert "18,00\u00a0€" in asked.difference.fr
    assert "20,00\u00a0€" in asked.difference.fr
    done = actions.confirm(booking=row, at=late + timedelta(minutes=1), by=alice.pk)
    assert (done.booked, done.booking.total_cents) == (True, 2000)


def test_a_certificate_out_of_date_pays_the_full_price_and_says_so() -> None:
    alice = member("alice")
    banded(alice)
    year_later = NOW + timedelta(days=360)
    begin = EVENING + timedelta(days=360)
    row = held(alice, at=year_later, begin=begin, end=begin + 2 * HOUR)
    assert row.total_cents == 1600
    assert any("n’est plus valable" in str(line) or "était valable" in str(line) for line in row.quote.lines)


def test_cancelling_is_free_until_some_hours_before_and_frees_the_time() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    gone = actions.cancel(booking=row, at=NOW, by=alice.pk)
    assert (gone.state, gone.total_cents) == ("cancelled", 0)
    assert Occurrence.objects.get().state == "cancelled"
    late = booked(bob)
    assert actions.cancel(booking=late, at=EVENING - HOUR, by=bob.pk).total_cents == 1600
    assert actions.cancel(booking=late, at=EVENING + 9 * HOUR, by=bob.pk).state == "cancelled"
    running = booked(bob)
    assert codes(actions.cancel, booking=running, at=EVENING + HOUR, by=bob.pk) == ["has-begun"]


def test_a_steward_who_cancels_says_why_and_the_person_is_told() -> None:
    alice, sam = member("alice"), member("sam")
    row = booked(alice)
    actions.cancel(booking=row, at=NOW, by=sam.pk, why="Le plafond fuit.")
    assert "Le plafond fuit." in Notice.objects.filter(agent=alice).latest("pk").text_fr


def test_moving_takes_the_new_time_and_frees_the_old_one() -> None:
    alice, bob = member("alice"), member("bob")
    unit("other-room")
    row = booked(alice)
    moved = actions.move(booking=row, begin=EVENING + HOUR, end=EVENING + 4 * HOUR, at=NOW, by=alice.pk)
    assert (moved.begin, moved.total_cents) == (EVENING + HOUR, 2400)
    assert Occurrence.objects.get().begin == EVENING + HOUR
    assert booked(bob, begin=EVENING, end=EVENING + HOUR).state == "confirmed"
    other = actions.move(booking=row, begin=EVENING, end=EVENING + HOUR, unit="other-room", at=NOW, by=alice.pk)
    assert other.unit_id == "other-room"
    back = {"begin": EVENING, "end": EVENING + HOUR, "unit": "small-room"}
    assert codes(actions.move, booking=row, at=NOW, by=alice.pk, **back) == ["taken"]
    free = {"begin": EVENING + 2 * HOUR, "end": EVENING + 3 * HOUR}
    assert codes(actions.move, booking=row, at=NOW, by=alice.pk, expected_cents=1, **free) == ["price-changed"]
    assert codes(actions.move, booking=row, at=EVENING + HOUR, by=alice.pk, **free) == ["not-movable"]


def test_use_is_an_event_that_keeps_the_promise_and_frees_the_rest() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    assert codes(actions.end_use, booking=row, at=NOW) == ["not-begun"]
    done = actions.end_use(booking=row, at=EVENING + HOUR, by=alice.pk)
    assert done.state == "done"
    event = Event.objects.get(action="use")
    assert (event.effort, event.effort_unit, event.quantity) == (1, "h", 1)
    assert Promise.objects.get(ended="finished").delivered == 1
    assert actions.end_use(booking=row, at=EVENING + HOUR, by=alice.pk).state == "done"
    assert held(bob, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=EVENING + HOUR).state == "held"


def test_what_is_given_back_is_free_and_stays_due() -> None:
    alice, bob = member("alice"), member("bob")
    row = booked(alice)
    gone = actions.release(booking=row, at=EVENING + HOUR, no_show=True)
    assert (gone.state, gone.total_cents) == ("no_show", 1600)
    assert actions.release(booking=row, at=EVENING + HOUR).state == "no_show"
    assert held(bob, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=EVENING + HOUR).state == "held"


def test_a_hall_and_its_halves_exclude_each_other() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    halves()
    booked(alice, unit="left")
    assert codes(held, agent=bob, unit="whole") == ["taken"]
    assert booked(bob, unit="right").state == "confirmed"
    begin = EVENING + 2 * HOUR
    booked(carol, unit="whole", begin=begin, end=begin + HOUR)
    assert codes(held, agent=bob, unit="right", begin=begin, end=begin + HOUR) == ["taken"]


def test_a_pool_is_never_oversold() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    unit("desks", kind="desk", size=3, persons=1, item="desk")
    assert booked(alice, unit="desks", persons=2).amount == 2
    assert codes(held, agent=bob, unit="desks", persons=2) == ["taken"]
    assert booked(bob, unit="desks", persons=1).total_cents == 400
    assert codes(held, agent=carol, unit="desks", persons=1) == ["taken"]
    assert codes(held, agent=carol, unit="desks", persons=4, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR) == [
        "too-many-of-it"
    ]


def test_what_is_no_booking_is_told() -> None:
    alice = member("alice")
    assert codes(held, agent=alice, unit="nowhere") == ["no-unit"]
    assert codes(held, agent=alice, unit="a\0b") == ["no-unit"]
    assert codes(held, agent=alice, title="x" * 121, visibility="nobody") == ["bad-words", "unknown-word"]
    assert codes(actions.confirm, booking="nothing", at=NOW) == ["no-booking"]
    assert codes(actions.confirm, booking="a\0b", at=NOW) == ["no-booking"]
    row = booked(alice)
    actions.cancel(booking=row, at=NOW, by=alice.pk)
    assert codes(actions.confirm, booking=row, at=NOW) == ["not-held"]
    assert codes(held, agent=alice, begin=EVENING, end=EVENING) == ["backwards"]


def test_two_who_passed_the_rules_in_the_same_second_are_told_apart_by_the_ledger() -> None:
    alice, bob = member("alice"), member("bob")
    first = booked(alice)
    late = Booking(id="late", unit=first.unit, agent=bob, begin=EVENING + HOUR, end=EVENING + 3 * HOUR, state="held")
    assert codes(write, entries=promises(late), at=NOW, by="") == ["taken"]
    assert not Promise.objects.filter(pk__startswith="booking-late").exists()


def test_a_room_that_closes_between_choice_and_yes_is_not_booked() -> None:
    alice = member("alice")
    row = held(alice)
    close_period(subject="cafe", begin=EVENING, end=EVENING + 8 * HOUR, why_fr="Fuite d’eau.", at=NOW)
    assert codes(actions.confirm, booking=row, at=NOW, by=alice.pk) == ["closed"]
    assert codes(held, agent=alice) == ["closed"]


def test_half_a_hall_is_taken_to_the_end_of_a_booking_longer_than_its_own_rules_allow() -> None:
    """What counts is what was promised, not how long the unit that is asked for may be had."""
    left, _right, whole = halves()
    change_policy(unit=left.pk, policy={"max_minutes": 60}, at=NOW)
    booked(member("alice"), unit=whole.pk, begin=EVENING, end=EVENING + 4 * HOUR)
    late = EVENING + 3.5 * HOUR
    assert codes(held, agent=member("bob"), unit=left.pk, begin=late, end=late + HOUR / 2) == ["taken"]
    search = Search(2, late, late + HOUR / 2, 30, NOW, "Europe/Paris")
    assert left.pk not in {one.thing.id for one in free_units(search).offers}
