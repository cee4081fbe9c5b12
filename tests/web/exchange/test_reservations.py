"""Kilograms kept for somebody: the first wins, seven days at most, taken once, and never more than was kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tests.web.exchange.yards import AT, dropped, key, kg_of, member, yard
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange import lot_actions
from wikivillage.web.exchange import reservation_actions as actions
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Event
from wikivillage.web.ledger.queries import find_pledge, reserved
from wikivillage.web.notices.models import Notice

pytestmark = pytest.mark.usefixtures("ledger")
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> Iterator[None]:
    yard()
    with translation.override("en"):
        yield


def keep(lot: Lot, who: Any, kg: str = "5", **more: Any) -> Reservation:
    """Reserve some of a lot."""
    said = {"id": key(), "lot": lot.pk, "agent": who.pk, "kg": Decimal(kg), "purpose": "furniture", "at": AT, **more}
    return actions.reserve_lot(**said)


def take(lot: Lot, who: Any, kg: str = "5", **more: Any) -> Lot:
    """Take some of a lot."""
    return actions.take_lot(**{"id": key(), "lot": lot.pk, "agent": who.pk, "kg": Decimal(kg), "at": AT, **more})


def test_the_first_who_reserves_has_it_and_the_second_reads_how_much_is_left() -> None:
    lot, ben, ann = dropped("12"), member("ben"), member("ann")
    keep(lot, ben, "8")
    with pytest.raises(ProblemError) as refused:
        keep(lot, ann, "5")
    (problem,) = refused.value.problems
    assert problem.code == "not-so-much"
    for number in ("5", "12", "8"):
        assert number in problem.what
    assert "4" in problem.hint
    assert keep(lot, ann, "4").state == "open"
    assert reserved(lot.pk, AT) == 12
    assert codes(keep, lot=lot, who=ann, kg="0.001") == ["not-so-much"]


def test_the_same_form_twice_reserves_once() -> None:
    lot, ben, form = dropped("12"), member("ben"), key()
    assert keep(lot, ben, "8", id=form) == keep(lot, ben, "8", id=form)
    assert Reservation.objects.count() == 1


def test_what_cannot_be_reserved() -> None:
    lot, ben = dropped("12"), member("ben")
    assert codes(keep, lot=lot, who=ben, kg="-1", purpose="moon") == ["weight-negative", "unknown-word"]
    assert codes(keep, lot=lot, who=ben, keep=WEEK + timedelta(seconds=1)) == ["kept-too-long"]
    assert codes(keep, lot=lot, who=ben, keep=timedelta(0)) == ["kept-too-long"]
    assert codes(actions.reserve_lot, id="x", lot="no", agent="b", kg=None, purpose="art", at=AT) == ["no-lot"]
    lot_actions.hold_back(lot=lot.pk, why="painted", at=AT)
    with pytest.raises(ProblemError) as refused:
        keep(lot, ben)
    assert [one.code for one in refused.value.problems] == ["quarantined"]
    assert "painted" in refused.value.problems[0].what
    gone = dropped("1")
    take(gone, ben, "1")
    assert codes(keep, lot=gone, who=ben, kg="1") == ["lot-gone"]


def test_what_was_kept_is_taken_and_the_promise_is_kept() -> None:
    lot, ben, form = dropped("12"), member("ben"), key()
    one = keep(lot, ben, "5")
    take(lot, ben, "5", id=form, reservation=one.pk)
    take(lot, ben, "5", id=form, reservation=one.pk)
    one.refresh_from_db()
    pledge = find_pledge(one.commitment)
    assert pledge is not None
    assert (one.state, one.taken, kg_of(lot), pledge.delivered, pledge.finished) == ("taken", 5, 7, 5, True)
    assert codes(take, lot=lot, who=ben, kg="1", reservation=one.pk) == ["reservation-over"]
    assert check_ledger().ok


def test_less_than_was_kept_is_enough_and_more_is_refused() -> None:
    lot, ben, ann = dropped("12"), member("ben"), member("ann")
    one = keep(lot, ben, "5")
    with pytest.raises(ProblemError) as refused:
        take(lot, ben, "8", reservation=one.pk)
    assert [each.code for each in refused.value.problems] == ["more-than-reserved"]
    assert "3" in refused.value.problems[0].hint
    assert kg_of(lot) == 12
    take(lot, ben, "4", reservation=one.pk)
    assert reserved(lot.pk, AT) == 0
    take(lot, ann, "8")
    lot.refresh_from_db()
    assert (kg_of(lot), lot.state) == (0, "gone")


def test_nobody_takes_what_is_kept_for_others() -> None:
    lot, ben, ann = dropped("12"), member("ben"), member("ann")
    one = keep(lot, ben, "10")
    assert codes(take, lot=lot, who=ann, kg="3") == ["not-so-much"]
    assert codes(take, lot=lot, who=ann, kg="3", reservation="none") == ["no-reservation"]
    take(lot, ann, "2")
    weigh = {"lot": lot.pk, "kg": Decimal(9), "at": AT}
    assert codes(lot_actions.weigh_lot, id=key(), **weigh) == ["kept-for-others"]
    lot_actions.hold_back(lot=lot.pk, why="wet", at=AT)
    assert codes(take, lot=lot, who=ben, kg="10", reservation=one.pk) == ["quarantined"]
    told = Notice.objects.get(agent=ben.pk)
    assert (told.kind, "wet" in told.text_fr) == ("reservation", True)


def test_what_is_given_back_is_free_at_once() -> None:
    lot, ben, ann = dropped("12"), member("ben"), member("ann")
    one = keep(lot, ben, "12")
    assert actions.cancel_reservation(id=one.pk, at=AT).state == "cancelled"
    assert actions.cancel_reservation(id=one.pk, at=AT).state == "cancelled"
    assert keep(lot, ann, "12").state == "open"
    assert codes(actions.cancel_reservation, id="none", at=AT) == ["no-reservation"]
    assert codes(actions.cancel_reservation, id="no\0ne", at=AT) == ["no-reservation"]


def test_a_reservation_runs_out_by_itself_and_whose_it_was_is_told_once() -> None:
    lot, ben, ann = dropped("12"), member("ben"), member("ann")
    one, late = keep(lot, ben, "12"), AT + WEEK
    assert codes(keep, lot=lot, who=ann, at=late - timedelta(seconds=1)) == ["not-so-much"]
    assert keep(lot, ann, "12", at=late).state == "open", "free before anybody tidied up"
    assert codes(take, lot=lot, who=ben, at=late, reservation=one.pk) == ["reservation-over"]
    assert [actions.lapse_reservations(at=late) for _ in range(2)] == [1, 0]
    one.refresh_from_db()
    assert one.state == "lapsed"
    assert Notice.objects.filter(agent=ben.pk).count() == 1
    assert actions.cancel_reservation(id=one.pk, at=late).state == "lapsed"
    assert check_ledger().ok


def test_one_day_before_it_ends_somebody_is_reminded_once() -> None:
    lot, ben = dropped("12"), member("ben")
    keep(lot, ben)
    assert actions.remind_of_reservations(at=AT + timedelta(days=5)) == 0
    for hours in (1, 2):
        assert actions.remind_of_reservations(at=AT + timedelta(days=6, hours=hours)) == 1
    (told,) = Notice.objects.filter(agent=ben.pk)
    assert "19 November 2026" in told.text_en
    assert "19 novembre 2026" in told.text_fr


def test_what_is_given_away_is_an_event_of_who_keeps_it_and_who_takes_it() -> None:
    lot, ben = dropped("12"), member("ben")
    take(lot, ben, "12", by=ben.pk)
    event = Event.objects.get(resource=lot.pk)
    assert (event.action, event.receiver_id, event.record.recorded_by_id) == ("transfer", ben.pk, ben.pk)
