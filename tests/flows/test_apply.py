"""One entry and a state give the next state: a new one, the same that a growing fold comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.flows.apply import apply
from wikivillage.flows.fold import fold
from wikivillage.flows.kinds import State
from wikivillage.flows.wire import read_entry

AT = datetime(2026, 5, 1, tzinfo=UTC)
RAISE = read_entry(
    {
        "id": "e1",
        "action": "raise",
        "provider": "farm",
        "receiver": "farm",
        "newResource": {"id": "apples", "unit": "kg"},
        "quantity": {"value": "10", "unit": "kg"},
    }
)
LOWER = read_entry(
    {
        "id": "e2",
        "action": "lower",
        "provider": "farm",
        "receiver": "farm",
        "resource": "apples",
        "quantity": {"value": "4", "unit": "kg"},
    }
)


def test_each_state_stands_when_the_next_is_made() -> None:
    empty = State()
    raised = apply(RAISE, empty, AT)
    lowered = apply(LOWER, raised, AT)
    assert empty == State()
    assert raised.stocks["apples"].onhand == Decimal(10)
    assert lowered.stocks["apples"].onhand == Decimal(6)
    assert lowered == fold([(RAISE, AT), (LOWER, AT)])


def test_what_is_refused_makes_no_state() -> None:
    before = apply(RAISE, State(), AT)
    again = apply(LOWER, before, AT)
    with pytest.raises(ProblemError) as told:
        apply(read_entry({"id": "e3", "action": "lower", "provider": "farm", "receiver": "farm", "resource": "apples",
                          "quantity": {"value": "7", "unit": "kg"}}), again, AT)  # fmt: skip
    assert {problem.code for problem in told.value.problems} == {"insufficient"}
    assert again == apply(LOWER, before, AT)
