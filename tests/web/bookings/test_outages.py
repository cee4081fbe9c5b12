"""What is out of order: who hears of it, when it should work again, and when it does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, holder, member, settled, unit
from tests.web.bookings.used import told
from wikivillage.web.bookings.models import Outage
from wikivillage.web.bookings.outage_actions import end_outage, foresee_end, report_outage

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with one room."""
    settled()
    unit()


def test_it_needs_words_and_a_moment_to_come() -> None:
    wrong = {"unit": "small-room", "said": " ", "until": NOW - HOUR, "at": NOW}
    assert codes(report_outage, **wrong) == ["bad-words", "backwards"]
    assert codes(report_outage, unit="nowhere", said="x", at=NOW) == ["no-unit"]


def test_the_same_form_twice_is_one_outage() -> None:
    first = report_outage(unit="small-room", said="Froid", at=NOW, key="k")
    end_outage(outage=first.pk, at=NOW)
    assert report_outage(unit="small-room", said="Froid", at=NOW, key="k").pk == first.pk
    assert Outage.objects.count() == 1


def test_those_who_look_after_it_hear_of_it() -> None:
    steward = holder("sam", "steward")
    report_outage(unit="small-room", said="Pas de chauffage", at=NOW)
    assert told(steward, "approval") == ["En panne\u00a0: Small room. Ce qui a été vu\u00a0: Pas de chauffage"]


def test_only_those_booked_before_it_should_work_again_are_told() -> None:
    alice, bob = member("alice"), member("bob")
    booked(alice)
    booked(bob, begin=EVENING + timedelta(days=2), end=EVENING + timedelta(days=2, hours=1))
    outage = report_outage(unit="small-room", said="Froid", at=NOW, until=EVENING + timedelta(days=1))
    assert (len(told(alice, "blackout")), len(told(bob, "blackout"))) == (1, 0)
    assert "Rien d’équivalent n’est libre" in told(alice, "blackout")[0]
    foresee_end(outage=outage.pk, until=None, at=NOW)
    assert (len(told(alice, "blackout")), len(told(bob, "blackout"))) == (1, 1)
    assert codes(booked, agent=bob, begin=EVENING + 3 * HOUR, end=EVENING + 4 * HOUR) == ["out-of-order"]


def test_ended_twice_it_is_told_once() -> None:
    alice = member("alice")
    booked(alice)
    outage = report_outage(unit="small-room", said="Froid", at=NOW)
    first = end_outage(outage=outage.pk, at=NOW + HOUR, mended="Radiateur purgé")
    assert end_outage(outage=outage.pk, at=NOW + 2 * HOUR).ended_at == first.ended_at
    assert len(told(alice, "blackout")) == 2
    assert codes(end_outage, outage=0, at=NOW) == ["no-outage"]
    assert codes(foresee_end, outage=0, until=None, at=NOW) == ["no-outage"]
