"""Where somebody decides: competing requests, a yes and a no; and the waiting list, which offers what comes free."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, halves, held, holder, member, settled, unit
from tests.web.prices.priced import dearer
from wikivillage.web.bookings import actions, offers, waiting_actions
from wikivillage.web.bookings.models import Booking, Waiting
from wikivillage.web.bookings.requesting import choice_of
from wikivillage.web.ledger.models import Promise
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")
SLOT = {"unit": "small-room", "begin": EVENING, "end": EVENING + 2 * HOUR}


@pytest.fixture
def _house(ledger: None) -> None:
    """A hall on which a steward decides, and a room that is simply booked."""
    settled()
    unit()
    unit("hall", policy={"approval": True}, kind="hall", item="hall", persons=60)


def asked(agent: Agent, at: datetime = NOW, **facts: object) -> Booking:
    """A request for the hall."""
    row = held(agent, unit="hall", at=at, **facts)
    return actions.request(booking=row, at=at, by=agent.pk)


def test_a_request_reserves_nothing_and_tells_whoever_decides() -> None:
    alice, bob = member("alice"), member("bob")
    sam = holder("sam", "steward")
    row = asked(alice)
    assert row.state == "requested"
    assert Promise.objects.filter(ended__isnull=True).count() == 0
    assert Notice.objects.get(agent=sam, kind="approval").title_fr.startswith("Demande")
    assert actions.request(booking=row, at=NOW).state == "requested"
    assert asked(bob).state == "requested"
    plain = held(alice)
    assert codes(actions.request, booking=plain, at=NOW) == ["no-approval-needed"]
    assert codes(actions.confirm, booking=held(alice, unit="hall"), at=NOW) == ["needs-approval"]


def test_a_yes_says_whom_it_refuses_then_books_and_tells_everybody() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    sam = holder("sam", "steward")
    first, second = asked(alice), asked(bob, begin=EVENING + HOUR, end=EVENING + 3 * HOUR)
    later = asked(carol, begin=EVENING + 4 * HOUR, end=EVENING + 5 * HOUR)
    seen = choice_of(first, at=NOW)
    assert [one.pk for one in seen.loses] == [second.pk]
    assert seen.refusals == ()
    done = actions.approve(booking=first, at=NOW, by=sam.pk)
    assert [one.pk for one in done.loses] == [second.pk]
    states = dict(Booking.objects.values_list("pk", "state"))
    assert (states[first.pk], states[second.pk], states[later.pk]) == ("confirmed", "refused", "requested")
    assert "autre demande" in Notice.objects.get(agent=bob).text_fr
    assert Notice.objects.get(agent=alice).title_fr.startswith("Accordé")
    assert actions.approve(booking=first, at=NOW, by=sam.pk).loses == ()
    assert codes(actions.approve, booking=second, at=NOW, by=sam.pk) == ["not-asked"]


def test_nobody_decides_for_themselves_and_a_no_has_a_reason() -> None:
    alice, sam = member("alice"), holder("sam", "steward")
    row = asked(alice)
    assert codes(actions.approve, booking=row, at=NOW, by=alice.pk) == ["own-request"]
    assert codes(actions.turn_down, booking=row, at=NOW, by=sam.pk, why=" ") == ["no-reason"]
    gone = actions.turn_down(booking=row, at=NOW, by=sam.pk, why="Le piano arrive ce jour-là.")
    assert (gone.state, gone.why) == ("refused", "Le piano arrive ce jour-là.")
    assert "piano" in Notice.objects.get(agent=alice).text_fr
    assert actions.turn_down(booking=row, at=NOW, by=sam.pk, why="Encore").why == "Le piano arrive ce jour-là."
    assert codes(actions.request, booking=row, at=NOW) == ["not-held"]


def test_what_became_impossible_is_not_approved() -> None:
    alice, bob, sam = member("alice"), member("bob"), holder("sam", "steward")
    row = asked(alice)
    booked_by_steward = asked(bob)
    actions.approve(booking=booked_by_steward, at=NOW, by=sam.pk)
    other = asked(alice, begin=EVENING + 2 * HOUR, end=EVENING + 4 * HOUR)
    assert choice_of(other, at=NOW).refusals == ()
    assert Booking.objects.get(pk=row.pk).state == "refused"
    past = asked(alice, begin=EVENING + 5 * HOUR, end=EVENING + 6 * HOUR)
    assert codes(actions.approve, booking=past, at=EVENING + 5.5 * HOUR, by=sam.pk) == ["in-the-past"]


def test_a_price_that_changed_since_asking_is_told_with_the_yes() -> None:
    alice, sam = member("alice"), holder("sam", "steward")
    unit("room-to-ask", policy={"approval": True})
    row = actions.request(booking=held(alice, unit="room-to-ask"), at=NOW, by=alice.pk)
    dearer()
    actions.approve(booking=row, at=NOW + HOUR, by=sam.pk)
    assert Booking.objects.get(pk=row.pk).total_cents == 1800
    assert "Son prix a changé" in Notice.objects.get(agent=alice).text_fr


def test_who_waits_is_offered_what_comes_free_for_twelve_hours() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    row = booked(alice)
    first = waiting_actions.wait(agent=bob, at=NOW, by=bob.pk, persons=2, **SLOT)
    assert waiting_actions.wait(agent=bob, at=NOW, by=bob.pk, persons=2, **SLOT).pk == first.pk
    waiting_actions.wait(agent=carol, at=NOW + HOUR, persons=2, **SLOT)
    actions.cancel(booking=row, at=NOW + HOUR, by=alice.pk)
    offer = Booking.objects.get(agent=bob)
    assert (offer.state, offer.hold_until) == ("offered", NOW + 13 * HOUR)
    assert "gardée pour vous" in Notice.objects.get(agent=bob, kind="waiting_list").text_fr
    assert codes(held, agent=carol, at=NOW + 2 * HOUR) == ["taken"]
    done = actions.confirm(booking=offer, at=NOW + 2 * HOUR, by=bob.pk)
    assert done.booked
    assert Waiting.objects.filter(ended_at=None).get().agent_id == carol.pk


def test_an_offer_that_nobody_takes_goes_to_the_next() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    row = booked(alice)
    for number, agent in enumerate((bob, carol)):
        waiting_actions.wait(agent=agent, at=NOW + timedelta(minutes=number), persons=2, **SLOT)
    actions.cancel(booking=row, at=NOW + HOUR, by=alice.pk)
    late = NOW + 13 * HOUR
    assert offers.pass_on(at=late) == 1
    assert offers.pass_on(at=late) == 0
    assert Booking.objects.get(agent=bob).state == "expired"
    assert Booking.objects.get(agent=carol).state == "offered"
    assert Notice.objects.filter(agent=bob, kind="waiting_list").count() == 2


def test_nobody_waits_for_what_is_free_or_not_theirs() -> None:
    alice, bob = member("alice"), member("bob")
    assert codes(waiting_actions.wait, agent=bob, at=NOW, **SLOT) == ["not-taken"]
    booked(alice)
    assert codes(waiting_actions.wait, agent=bob, at=NOW, persons=99, **SLOT) == ["too-many-persons"]
    row = waiting_actions.wait(agent=bob, at=NOW, persons=2, **SLOT)
    assert waiting_actions.stop_waiting(waiting=row, at=NOW).ended_at == NOW
    assert waiting_actions.stop_waiting(waiting=row, at=NOW + HOUR).ended_at == NOW


def test_a_half_that_comes_free_is_offered_to_who_waits_for_the_whole() -> None:
    alice, bob = member("alice"), member("bob")
    halves()
    row = booked(alice, unit="left")
    waiting_actions.wait(agent=bob, at=NOW, persons=20, **{**SLOT, "unit": "whole"})
    actions.cancel(booking=row, at=NOW, by=alice.pk)
    assert Booking.objects.get(agent=bob).state == "offered"


def test_who_lets_a_hold_go_lets_those_have_it_who_wait() -> None:
    """Whoever chooses another slot holds the first no longer: it is offered, as what is cancelled is."""
    alice, bob = member("alice"), member("bob")
    held(alice)
    waiting_actions.wait(agent=bob, at=NOW, persons=2, **SLOT)
    held(alice, begin=EVENING + timedelta(days=1), end=EVENING + timedelta(days=1, hours=2))
    assert Booking.objects.get(agent=bob).state == "offered"


def test_who_chooses_the_same_slot_again_keeps_it() -> None:
    alice, bob = member("alice"), member("bob")
    held(alice)
    waiting_actions.wait(agent=bob, at=NOW, persons=2, **SLOT)
    assert held(alice).state == "held"
    assert not Booking.objects.filter(agent=bob).exists()
