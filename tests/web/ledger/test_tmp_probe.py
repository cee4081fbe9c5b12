"""probe"""

from datetime import *
from decimal import Decimal
import pytest
from wikivillage.flows.kinds import *
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.registry.models import Agent

T = datetime(2026, 1, 1, tzinfo=UTC)
H = timedelta(hours=1)


def m(v, u="one"):
    return Measure(Decimal(v), u)


@pytest.fixture(autouse=True)
def ag(ledger):
    for a in "ab":
        Agent.objects.create(pseudonym=a, kind="organisation", created_at=T)


def w(*e, at=T):
    return record(entries=e, at=at)


R = Event("r", "raise", "a", "a", new_resource=NewStock("room", "one", "room"), quantity=m(1))


def test_booking_effort():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", effort=m(3, "h"), begin=T + H, end=T + 4 * H))
    assert check_ledger().ok


def test_reserve_effort():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", effort=m(3, "h"), reserves=True))
    assert check_ledger().ok


def test_booking_with_reserves_flag():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", quantity=m(1), begin=T + H, end=T + 4 * H, reserves=True))
    w(Event("t", "transfer", "a", "b", "room", to_resource="room", quantity=m(1)))
    assert check_ledger().ok


def test_clock_back_reserve():
    w(R)
    w(Commitment("c", "transfer", "a", "b", "room", quantity=m(1), reserves=True, expires=T + H))
    w(Commitment("d", "transfer", "a", "b", "room", quantity=m(1), reserves=True, expires=T + 2 * H), at=T + H)
    w(Ending("x", "d", "cancelled"), at=T + H)
    try:
        w(Commitment("e", "transfer", "a", "b", "room", quantity=m(1), reserves=True), at=T + H / 2)
    except Exception as x:
        print(repr(x))
    a = check_ledger()
    assert a.ok, a.differences


def test_clock_back_booking():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H, expires=T + H))
    w(
        Commitment("d", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H, expires=T + 2 * H),
        at=T + H,
    )
    w(Ending("x", "d", "cancelled"), at=T + H)
    try:
        w(Commitment("e", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H), at=T + H / 2)
    except Exception as x:
        print(repr(x))
    a = check_ledger()
    assert a.ok, a.differences


def test_ended_correct():
    w(R)
    w(Commitment("c", "transfer", "a", "b", quantity=m(5)))
    w(Event("u", "use", "a", "a", "room", quantity=m(3), fulfills=("c",)))
    w(Ending("x", "c", "finished"))
    w(Event("v", "use", "a", "a", "room", quantity=m(-1), corrects="u"))
    assert check_ledger().ok


def test_same_batch_lapse():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H, expires=T + H))
    w(Commitment("d", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H), at=T + H)
    a = check_ledger()
    assert a.ok, a.differences


def test_end_and_new_in_one_batch():
    w(R)
    w(Commitment("c", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H))
    w(
        Ending("x", "c", "cancelled"),
        Commitment("d", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H),
    )
    a = check_ledger()
    assert a.ok, a.differences


def test_reserve_and_take_and_return_in_one_batch():
    w(R)
    w(
        Commitment("c", "transfer", "a", "b", "room", quantity=m(1), reserves=True),
        Event("l", "lower", "a", "a", "room", quantity=m(1), fulfills=("c",)),
        Event("r2", "raise", "a", "a", "room", quantity=m(1)),
        Commitment("d", "transfer", "a", "b", "room", quantity=m(1), reserves=True),
    )
    a = check_ledger()
    assert a.ok, a.differences


def test_take_then_more_in_one_batch():
    w(R)
    w(
        Commitment("d", "transfer", "a", "b", "room", quantity=m(1), reserves=True),
        Ending("x", "d", "cancelled"),
        Event("l", "lower", "a", "a", "room", quantity=m(1)),
    )
    a = check_ledger()
    assert a.ok, a.differences


def test_booked_then_pool_shrinks_in_one_batch():
    w(R)
    w(
        Commitment("d", "use", "a", "b", "room", quantity=m(1), begin=T + 5 * H, end=T + 9 * H),
        Event("l", "lower", "a", "a", "room", quantity=m(1)),
    )
    a = check_ledger()
    assert a.ok, a.differences


def test_reserve_in_batch_then_lowered_twice():
    w(R)
    w(
        Event("r2", "raise", "a", "a", "room", quantity=m(1)),
        Commitment("d", "transfer", "a", "b", "room", quantity=m(2), reserves=True),
        Event("l", "lower", "a", "a", "room", quantity=m(2), fulfills=("d",)),
    )
    a = check_ledger()
    assert a.ok, a.differences


def test_three_decimals_negative_zero():
    w(R)
    w(Event("l", "raise", "a", "a", "room", quantity=Measure(Decimal("-0"), "one")))
    a = check_ledger()
    assert a.ok, a.differences
