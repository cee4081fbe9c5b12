"""Two at the same moment: one tool goes to one of them, hours that both confirm count once, a floor holds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.web.exchange.helped import DAY, NOW, drill, given, person, village
from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange.hour_actions import confirm_hours
from wikivillage.web.exchange.hour_queries import balance_of
from wikivillage.web.exchange.loan_actions import hand_out, reserve_tool, take_back
from wikivillage.web.exchange.models import Loan
from wikivillage.web.ledger.check import check_ledger

pytestmark = pytest.mark.usefixtures("database")
ROUNDS = 4


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What came of acts that begin together: ``done``, or the codes of their problems."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        start.wait()
        try:
            act()
            return "done"
        except ProblemError as error:
            return " ".join(problem.code for problem in error.problems)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_tool_goes_to_one() -> None:
    village()
    people = [person("alice"), person("bob")]
    for number in range(ROUNDS):
        tool = drill(name_fr=f"Outil {number}")
        begin = NOW + number * DAY / 24
        wanted = {"tool": tool.pk, "begin": begin, "due": begin + DAY / 48, "at": NOW}
        acts = [partial(reserve_tool, agent=who.pk, **wanted) for who in people]
        assert at_once(*acts) == ["done", "taken"]
        loan = Loan.objects.get(tool=tool)
        out = [partial(hand_out, loan=loan.pk, condition="good", at=begin) for _ in people]
        assert at_once(*out) == ["done", "handed-out-already"]
        take_back(loan=loan.pk, condition="good", at=begin + DAY / 96)
    assert check_ledger().ok


def test_hours_are_confirmed_once_and_the_floor_holds() -> None:
    village()
    alice, bob = person("alice"), person("bob")
    gift = given(alice, bob, "4")
    confirm = [partial(confirm_hours, gift=gift.pk, by=bob.pk, at=NOW) for _ in range(2)]
    assert at_once(*confirm) == ["decided-already", "done"]
    assert balance_of(bob.pk) == -4
    more = [given(alice, bob, "12", what=str(number)) for number in range(2)]
    both = [partial(confirm_hours, gift=one.pk, by=bob.pk, at=NOW) for one in more]
    assert at_once(*both) == ["below-floor", "done"]
    assert balance_of(bob.pk) == -16
    assert check_ledger().ok
