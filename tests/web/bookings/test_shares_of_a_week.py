"""The share of a week: two of one household in the same second have one between them, and holds do not go around it."""

from __future__ import annotations

from functools import partial
from unittest.mock import patch

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, held, member, settled, unit
from tests.web.exchange.test_help_at_the_same_moment import at_once
from wikivillage.web.bookings import actions, parties
from wikivillage.web.bookings.models import Booking
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_actions import add_household

ONE = {"quota": 1, "quota_per": "household", "step_minutes": 1}
ROUNDS = 4


def of_one_home(name: str = "a") -> tuple[Agent, Agent]:
    """Two members of one household."""
    two = member(f"{name}lice"), member(f"{name}nton")
    add_household(name=f"Chez {name}", members=list(two), at=NOW)
    return two


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with a room of which each household has one booking a week, and one on which somebody decides."""
    settled()
    unit(policy=ONE)
    unit("hall", kind="hall", item="hall", persons=60, policy={**ONE, "approval": True})


@pytest.mark.usefixtures("_house")
def test_what_two_of_a_household_hold_is_confirmed_once() -> None:
    alice, anton = of_one_home()
    first, second = held(alice), held(anton, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR)
    assert actions.confirm(booking=first, at=NOW, by=alice.pk).booked
    assert codes(actions.confirm, booking=second, at=NOW, by=anton.pk) == ["quota"]
    assert actions.confirm(booking=first, at=NOW, by=alice.pk).booked
    assert actions.move(booking=first, begin=EVENING + HOUR, end=EVENING + 2 * HOUR, at=NOW, by=alice.pk)
    assert codes(held, agent=anton) == ["quota", "taken"] or codes(held, agent=anton) == ["taken", "quota"]
    assert booked(member("bob"), begin=EVENING - 2 * HOUR, end=EVENING - HOUR).state == "confirmed"


@pytest.mark.usefixtures("_house")
def test_what_two_of_a_household_hold_is_asked_for_once() -> None:
    alice, anton = of_one_home()
    rows = [held(agent, unit="hall") for agent in (alice,)]
    actions.request(booking=rows[0], at=NOW, by=alice.pk)
    with patch.object(actions, "refuse_rules", lambda *told, **more: None):
        rows.append(held(anton, unit="hall", begin=EVENING + 3 * HOUR, end=EVENING + 4 * HOUR))
    assert codes(actions.request, booking=rows[1], at=NOW, by=anton.pk) == ["quota"]


def test_two_of_a_household_in_the_same_second_have_one(database: str) -> None:
    settled()
    unit(policy=ONE)
    for number in range(ROUNDS):
        pair = of_one_home("abcd"[number])
        hour = EVENING + number * 2 * HOUR if number < 2 else EVENING - number * 2 * HOUR
        rows = [held(who, begin=hour + n * HOUR, end=hour + (n + 1) * HOUR) for n, who in enumerate(pair)]
        acts = [partial(actions.confirm, booking=row.pk, at=NOW, by=row.agent_id) for row in rows]
        assert at_once(*acts) == ["done", "quota"]
    assert Booking.objects.filter(state="confirmed").count() == ROUNDS
    assert check_ledger().ok


def test_a_unit_without_a_quota_locks_nobody(ledger: None) -> None:
    settled()
    free, alice = unit(), member("alice")
    with patch.object(parties.Agent.objects, "select_for_update", side_effect=AssertionError):
        parties.lock_share(free, alice, NOW)
