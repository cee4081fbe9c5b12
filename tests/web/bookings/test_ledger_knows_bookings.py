"""``ledger check`` compares bookings with the ledger: agreeing after a day of life, and telling what was tampered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, halves, held, member, settled, unit
from tests.web.bookings.used import TWO, has_booked, machine, starts
from wikivillage.web.bookings import actions, use_actions, use_errands
from wikivillage.web.bookings.models import Booking, UnitPart, UseSession
from wikivillage.web.bookings.session_actions import stop_session
from wikivillage.web.ledger.check import check_ledger

pytestmark = pytest.mark.usefixtures("_life")


@pytest.fixture
def _life(ledger: None) -> None:
    """A day: booked, moved, cancelled, held, used, stopped, forgotten, not come for."""
    settled()
    unit()
    halves()
    unit("cleaned", policy={"buffer_minutes": 30})
    machine(walk_in=True)
    alice, bob, carl = member("alice"), member("bob"), member("carl")
    moved = booked(alice)
    actions.move(booking=moved, begin=EVENING + HOUR, end=EVENING + 3 * HOUR, at=NOW, by=alice.pk)
    gone = booked(bob, unit="left")
    actions.cancel(booking=gone, at=NOW, by=bob.pk)
    booked(bob, unit="whole", begin=EVENING + 4 * HOUR, end=EVENING + 5 * HOUR, persons=9)
    booked(carl, unit="cleaned")
    early = has_booked(carl)
    stop_session(session=starts(carl).pk, at=TWO + HOUR, by=carl.pk)
    starts(alice, TWO + HOUR)
    booked(carl, unit="right", begin=EVENING - HOUR, end=EVENING)
    use_errands.free_unused(EVENING)
    held(bob, unit="left", begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR, at=EVENING)
    use_actions.check_in(booking=moved.pk, at=EVENING + HOUR)
    assert Booking.objects.get(pk=early.pk).state == "done"


def found() -> list[str]:
    return [line for line in check_ledger().differences if line.startswith("bookings:")]


def test_a_day_of_life_agrees_with_the_ledger() -> None:
    assert check_ledger().differences == []
    use_errands.close_over(EVENING + timedelta(days=1))
    assert check_ledger().differences == []


def longer() -> None:
    Booking.objects.filter(unit="cleaned").update(end=EVENING + 9 * HOUR)


def cancelled_in_the_table() -> None:
    Booking.objects.filter(unit="cleaned").update(state="cancelled")


def booked_in_the_table() -> None:
    Booking.objects.filter(unit="left", state="cancelled").update(state="confirmed")


def held_for_good() -> None:
    Booking.objects.filter(unit="cleaned").update(state="held")


def of_another() -> None:
    other = Booking.objects.exclude(agent=Booking.objects.get(unit="cleaned").agent).first()
    Booking.objects.filter(unit="cleaned").update(agent=other.agent_id)


def more_of_it() -> None:
    Booking.objects.filter(unit="cleaned").update(amount=2)


def a_half_less() -> None:
    UnitPart.objects.filter(unit="whole", stock="unit-left").delete()


def a_part_too_much() -> None:
    UnitPart.objects.create(unit_id="cleaned", stock="unit-nowhere")


def used_in_the_table() -> None:
    Booking.objects.filter(unit="cleaned").update(state="done")


def revised() -> None:
    Booking.objects.filter(unit="cleaned").update(revision=9)


def running_after_its_booking() -> None:
    Booking.objects.filter(pk=UseSession.objects.get(ended_at=None).booking_id).update(state="done")


def gone_from_the_table() -> None:
    Booking.objects.filter(unit="cleaned").delete()


@pytest.mark.parametrize(
    "tamper",
    [
        longer, cancelled_in_the_table, booked_in_the_table, held_for_good, of_another, more_of_it, a_half_less,
        a_part_too_much, used_in_the_table, revised, running_after_its_booking, gone_from_the_table,
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(tamper: Callable[[], None]) -> None:
    tamper()
    assert found()
