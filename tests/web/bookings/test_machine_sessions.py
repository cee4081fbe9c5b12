"""Starting and stopping machines: with a booking or while free, twice, too late, by others, and when forgotten."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.web.bookings.booked import HOUR, NOW, booked, codes, etic, member, settled
from tests.web.bookings.used import MINUTE, TWO, has_booked, machine, starts, told, trained
from tests.web.diary.days import put
from wikivillage.web.bookings import session_actions, use_errands
from wikivillage.web.bookings.models import Booking, UseSession
from wikivillage.web.bookings.outage_actions import end_outage, report_outage
from wikivillage.web.bookings.session_actions import Measured, start_session, stop_session
from wikivillage.web.diary.actions import close_period, set_opening
from wikivillage.web.diary.reasons import Span
from wikivillage.web.ledger.models import Event, Promise
from wikivillage.web.registry.agreement_actions import make_agreement, sign_agreement
from wikivillage.web.registry.consent_actions import name_guardian

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """The house, without machines yet."""
    settled()


def test_who_booked_starts_and_stops_and_the_rest_is_free() -> None:
    machine()
    alice = member("alice")
    row = has_booked(alice)
    session = starts(alice)
    assert (session.walk_in, session.ends_by) == (False, row.end)
    assert Booking.objects.get(pk=row.pk).state == "checked_in"
    stopped = stop_session(
        session=session.pk, at=TWO + HOUR, by=alice.pk, measured=Measured(Decimal("0.31"), Decimal(48))
    )
    assert (stopped.ended_how, stopped.kwh, stopped.grams) == ("stopped", Decimal("0.31"), Decimal(48))
    assert Event.objects.filter(action="use").count() == 1
    assert has_booked(member("bob"), TWO + HOUR, 1, at=TWO + HOUR).state == "confirmed"


def test_pressing_start_twice_starts_once_and_stop_twice_stops_once() -> None:
    machine()
    alice = member("alice")
    has_booked(alice)
    first, again = starts(alice, key="k"), starts(alice, TWO + MINUTE, key="k")
    without_key = starts(alice, TWO + 2 * MINUTE)
    assert first.pk == again.pk == without_key.pk
    ended = stop_session(session=first.pk, at=TWO + HOUR, by=alice.pk).ended_at
    assert stop_session(session=first.pk, at=TWO + 2 * HOUR, by=alice.pk).ended_at == ended
    assert UseSession.objects.count() == Event.objects.filter(action="use").count() == 1


def test_without_a_booking_it_starts_only_where_its_rules_let_it() -> None:
    machine()
    alice = member("alice")
    assert codes(starts, agent=alice) == ["not-booked"]
    machine("free-printer", walk_in=True)
    session = starts(alice, unit="free-printer")
    assert session.walk_in
    assert session.ends_by == TWO + 4 * HOUR
    assert Promise.objects.filter(resource="unit-free-printer", ended__isnull=True).count() == 1


def test_without_a_booking_it_runs_until_the_next_one() -> None:
    machine(walk_in=True)
    has_booked(member("bob"), TWO + HOUR)
    alice = member("alice")
    assert codes(starts, agent=alice, at=TWO + 50 * MINUTE) == ["taken"]
    assert starts(alice).ends_by == TWO + HOUR


def test_without_a_booking_it_runs_until_the_place_closes_to_the_minute() -> None:
    """Also where somebody presses some seconds after the full minute."""
    machine(walk_in=True, max_minutes=12 * 60)
    week = ((Span(8 * 60, 22 * 60),),) * 7
    set_opening(subject="lab", season="ordinary", since=NOW.date(), week=week, at=NOW)
    set_opening(subject="lab", season="school", since=NOW.date(), week=week, at=NOW)
    session = starts(member("alice"), at=TWO + timedelta(seconds=30))
    assert session.ends_by == TWO.replace(hour=22)


def test_what_is_used_without_a_booking_costs_the_time_that_it_ran() -> None:
    machine(priced=True, walk_in=True)
    alice = member("alice")
    session = starts(alice)
    done = stop_session(session=session.pk, at=TWO + 30 * MINUTE, by=alice.pk)
    paid = Booking.objects.get(pk=done.booking_id)
    assert paid.total_cents > 0
    assert paid.quote.used_by == f"booking:{paid.pk}"
    longer = starts(member("bob"), TWO + HOUR)
    stop_session(session=longer.pk, at=TWO + 2 * HOUR, by="")
    assert Booking.objects.get(pk=longer.booking_id).total_cents == 2 * paid.total_cents


def test_what_is_stopped_at_once_stops_and_costs_nothing() -> None:
    machine(priced=True, walk_in=True)
    alice = member("alice")
    session = starts(alice)
    done = stop_session(session=session.pk, at=TWO + MINUTE / 2, by=alice.pk)
    row = Booking.objects.get(pk=done.booking_id)
    assert (done.ended_how, row.state, row.total_cents) == ("stopped", "done", 0)


def test_what_somebody_else_runs_or_booked_does_not_start() -> None:
    machine(walk_in=True)
    bob, alice = member("bob"), member("alice")
    has_booked(bob)
    assert codes(starts, agent=alice) == ["taken"]
    starts(bob)
    assert codes(starts, agent=alice, at=TWO + MINUTE) == ["in-use"]


def test_a_booking_of_another_does_not_start_it_but_one_of_their_household_does() -> None:
    machine()
    alice, ward = member("alice"), member("ward")
    has_booked(ward)
    assert codes(starts, agent=alice) == ["taken"]
    name_guardian(ward=ward, guardian=alice, at=NOW)
    assert starts(alice).booking.agent_id == ward.pk


def test_who_is_not_trained_learns_every_reason_and_what_to_do() -> None:
    machine(qualification="laser", level=2)
    trainer, alice = member("trainer"), member("alice")
    trained(trainer, level=3)
    put("training", "2026-04-20T18:00", kind="training", subject="laser")
    close_period(subject="lab", begin=TWO - HOUR, end=TWO + HOUR, why_fr="Ménage.", why_en="Cleaning.", at=NOW)
    report_outage(unit="printer", said="Elle fume", at=NOW)
    assert codes(starts, agent=alice) == ["out-of-order", "not-qualified", "not-booked", "closed"]
    with pytest.raises(session_actions.ProblemError) as refused:
        starts(alice)
    hints = " ".join(one.hint for one in refused.value.problems)
    assert "La prochaine formation a lieu le lundi 20 avril 2026, 18\u00a0h." in hints
    assert "Qui peut la donner\u00a0: Trainer." in hints


def test_whose_training_ran_out_reads_since_when() -> None:
    machine(qualification="laser", level=2, walk_in=True)
    alice = member("alice")
    trained(alice, until=TWO - timedelta(days=3))
    assert codes(starts, agent=alice) == ["qualification-over"]
    bob = member("bob")
    trained(bob, level=1)
    assert codes(starts, agent=bob) == ["level-too-low"]


def test_who_learns_starts_with_somebody_trained_beside() -> None:
    machine(qualification="laser", level=1, walk_in=True)
    alice, bob = member("alice"), member("bob")
    trained(alice, level=1)
    assert codes(starts, agent=alice) == ["no-companion"]
    assert codes(starts, agent=alice, beside="bob") == ["wrong-companion"]
    assert codes(starts, agent=alice, beside="alice") == ["wrong-companion"]
    assert codes(starts, agent=alice, beside="nobody at all") == ["wrong-companion"]
    trained(bob, level=2)
    assert starts(alice, beside="bob").beside == bob.pk


def test_a_dangerous_machine_is_never_used_alone() -> None:
    machine(buddy=True, walk_in=True)
    alice, bob = member("alice"), member("bob")
    assert codes(starts, agent=alice) == ["no-companion"]
    assert starts(alice, beside="bob").beside == bob.pk


def test_a_minor_needs_their_guardians_agreement_and_an_adult_beside() -> None:
    machine(walk_in=True)
    kim, mother, other = member("kim"), member("mother"), member("other")
    name_guardian(ward=kim, guardian=mother, at=NOW)
    assert codes(starts, agent=kim) == ["guardian-missing", "adult-missing"]
    row = make_agreement(kind="machines", parties=[kim, mother], terms_version="2026-1", at=NOW)
    for party in (kim, mother):
        sign_agreement(agreement=row, agent=party, at=NOW)
    assert codes(starts, agent=kim) == ["adult-missing"]
    assert starts(kim, beside="other").beside == other.pk
    assert codes(starts, agent=other, at=TWO + MINUTE, beside="kim") == ["in-use", "wrong-companion"]


def test_it_does_not_start_into_the_quiet_hours_with_a_booking_and_stops_before_them_without() -> None:
    machine(curfew_from=15 * 60, curfew_to=18 * 60, walk_in=True)
    alice = member("alice")
    assert starts(alice).ends_by == TWO + HOUR
    assert codes(starts, agent=member("bob"), at=TWO + 90 * MINUTE) == ["too-late"]


def test_a_forgotten_stop_closes_at_the_end_of_the_booking_and_they_are_told_once() -> None:
    machine()
    alice = member("alice")
    row = has_booked(alice)
    session = starts(alice)
    assert use_errands.close_over(row.end - MINUTE) == {"forgotten": 0, "finished": 0}
    assert use_errands.close_over(row.end + MINUTE) == {"forgotten": 1, "finished": 0}
    assert use_errands.close_over(row.end + MINUTE) == {"forgotten": 0, "finished": 0}
    closed = UseSession.objects.get(pk=session.pk)
    assert (closed.ended_how, closed.ended_at) == ("forgotten", row.end)
    assert Booking.objects.get(pk=row.pk).state == "done"
    assert [text.split(".")[0] for text in told(alice)].count("Vous avez oublié d’arrêter") == 1


def test_the_next_one_starts_though_the_one_before_forgot_to_stop() -> None:
    machine()
    alice, bob = member("alice"), member("bob")
    has_booked(alice)
    has_booked(bob, TWO + 2 * HOUR)
    first = starts(alice)
    assert starts(bob, TWO + 2 * HOUR).booking.agent_id == bob.pk
    assert UseSession.objects.get(pk=first.pk).ended_how == "forgotten"


def test_who_is_stopped_by_somebody_else_is_told() -> None:
    machine()
    alice, lead = member("alice"), member("lead")
    has_booked(alice)
    session = starts(alice)
    stopped = stop_session(session=session.pk, at=TWO + HOUR, by=lead.pk)
    assert stopped.ended_by == lead.pk
    assert "Quelqu’un a arrêté pour vous" in told(alice)[-1]


def test_a_machine_that_breaks_closes_the_session_and_tells_the_next_people_what_to_do() -> None:
    machine()
    machine("printer-2")
    alice, bob, carl = member("alice"), member("bob"), member("carl")
    has_booked(alice)
    has_booked(bob, TWO + 2 * HOUR)
    has_booked(carl, TWO + timedelta(days=20))
    session = starts(alice)
    outage = report_outage(unit="printer", said="La buse fume", reporter=alice, at=TWO + HOUR, by=alice.pk)
    again = report_outage(unit="printer", said="Elle fume", at=TWO + HOUR, by=bob.pk)
    broken = UseSession.objects.get(pk=session.pk)
    assert (outage.pk, outage.session_id, broken.ended_how) == (again.pk, session.pk, "broken")
    assert "Une panne pendant votre usage" in told(alice, "blackout")[0]
    assert "Printer 2 est libre au même moment" in told(bob, "blackout")[0]
    assert told(carl, "blackout") == []
    assert use_errands.tell_of_outages(TWO + timedelta(days=14)) == 1
    assert use_errands.tell_of_outages(TWO + timedelta(days=14)) == 1
    assert len(told(carl, "blackout")) == 1
    assert codes(starts, agent=bob, at=TWO + 2 * HOUR) == ["out-of-order"]
    end_outage(outage=outage.pk, at=TWO + timedelta(days=15), by=etic().pk, mended="Buse changée")
    assert "De nouveau en marche" in told(carl, "blackout")[-1]


def test_what_was_read_off_is_plausible() -> None:
    machine()
    alice = member("alice")
    has_booked(alice)
    session = starts(alice)
    wrong = Measured(Decimal(-1), Decimal("NaN"))
    assert codes(stop_session, session=session.pk, at=TWO + HOUR, measured=wrong) == ["bad-measure", "bad-measure"]
    assert codes(stop_session, session="none", at=TWO) == ["no-session"]
    assert codes(start_session, unit="none", agent=alice, at=TWO) == ["no-unit"]


def test_a_booking_of_a_pool_of_machines_starts_beside_others() -> None:
    machine("sewing", walk_in=True)
    alice = member("alice")
    booked(alice, unit="sewing", begin=TWO, end=TWO + HOUR, persons=1)
    assert starts(alice, unit="sewing").booking.agent_id == alice.pk
