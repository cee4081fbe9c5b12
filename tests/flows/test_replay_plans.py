"""Cases of planning, replayed: the published ones and those of the same kind, other spellings, and differences told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.flows.replay_plans import is_about_plans, replay_plan
from wikivillage.flows.replay_words import NotPlayedError

FILES = ("ledger_cases.json", "more_ledger_cases.json")
DATA = Path(__file__).parent / "data"
CASES = [case for file in FILES for case in json.loads((DATA / file).read_text("utf-8"))["cases"]]
PLANS = [case for case in CASES if is_about_plans(case)]


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case["id"])
def test_case_of_planning(case: dict[str, Any]) -> None:
    outcome = replay_plan(case)
    assert (outcome.differences, outcome.remarks, outcome.verdict) == ((), (), "right")


def test_exactly_the_cases_of_planning_are_played_here() -> None:
    assert {case["id"] for case in PLANS} == {case["id"] for case in CASES if case["group"] == "planning"}


LEVELS = [
    {"spec": "bread", "duration_days": 1, "inputs": [{"spec": "dough", "per_unit": "2"}]},
    {"spec": "dough", "inputs": [{"spec": "flour", "per_unit": "3"}]},
    {"spec": "flour", "lead_time_days": 4},
]


def baking(*steps: Any, given: Any = None, **expect: Any) -> dict[str, Any]:
    recipe = {"recipe": {"levels": LEVELS, "note": "by hand"}, "inventory": {"dough": {"value": "1", "unit": "u"}}}
    return {"id": "c", "given": given or recipe, "steps": [*steps], "expect": expect}


WANTED = {"plan": {"spec": "bread", "quantity": {"value": "5", "unit": "u"}, "due": "2026-07-10T00:00:00"}}

SPELLINGS: dict[str, dict[str, Any]] = {
    "days, stock and lead times by other words": baking(
        WANTED,
        demand={"dough_input": {"value": "10", "unit": "u"}, "dough_to_produce": 9, "flour_to_buy": "27"},
        purchases={"flour": "27"},
        schedule={"make-bread": {"start": "2026-07-09"}, "buy-flour": {"order_by": "2026-07-05T00:00:00Z"}},
        late={"2026-07-06": ["buy-flour"]},
        previous={"make-bread": "make-dough"},
        process_count=2,
        cycles=0,
        problems=[],
    ),
    "changes of a demand, a date and a stock": baking(
        WANTED,
        {"change": {"spec": "dough", "quantity": "13"}, "expect": {"demand": {"flour_input": "36"}}},
        {"change": {"action": "consume", "spec": "dough", "quantity": {"value": "10", "unit": "u"}}},
        {"update": {"due": "2026-08-01"}, "expect": {"schedule": {"make-bread": {"end": "2026-08-01"}}}},
        {"adjust": {"stock": {"dough": "4"}}, "expect": {"demand": {"dough_to_produce": "6"}}},
        {"change": {"demand": "bread", "quantity": {"value": "2", "unit": "u"}}},
        demand={"dough_input": "4", "dough_to_produce": "0", "flour_to_buy": "0"},
    ),
    "what is refused": baking({"plan": {"spec": "bread", "quantity": {"value": "5", "unit": "kg"}}, "reject": "amount"},
                              {"plan": {"spec": "bread", "quantity": "-5"}, "reject": True},
                              {"plan": {"spec": "dough", "quantity": {"value": "2", "unit": "u"}}},
                              independent_demand=["dough"]),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in SPELLINGS if name != "what is refused"])
def test_other_spellings_are_read(name: str) -> None:
    outcome = replay_plan(SPELLINGS[name])
    assert (outcome.differences, outcome.verdict) == ((), "right")


def test_refusals_are_compared() -> None:
    """An amount below 0 is refused; 5 kg are not, for the case counts in whatever is asked for."""
    outcome = replay_plan(SPELLINGS["what is refused"])
    assert outcome.differences == ("step 1: the refusal (none) is False, expected True",)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"demand": {"dough_input": "11"}}, "dough_input is 10, expected 11"),
        ({"demand": {"sugar": "1"}}, "sugar is no such demand"),
        ({"processes": ["make-bread"]}, "the processes is"),
        ({"commitments": []}, "the number of commitments is 4, expected 0"),
        ({"moon": "full"}, '"moon" is an expectation that nothing here compares'),
        ({"late_if_today_after": "2026-07-08"}, "late on 2026-07-08 is"),
    ],
)
def test_what_differs_is_told(expect: dict[str, Any], told: str) -> None:
    outcome = replay_plan(baking(WANTED, **expect))
    assert outcome.verdict == "wrong"
    assert told in outcome.differences[0]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (baking(WANTED, {"bake": {}}), "no step of planning is called bake"),
        (baking(WANTED, {"change": {"action": "work", "spec": "baker", "effort": "2 h"}}), "no work of baker to"),
        (baking(WANTED, given={"onhand": {}}), "there is no recipe"),
    ],
)
def test_what_cannot_be_played_says_why(case: dict[str, Any], told: str) -> None:
    with pytest.raises(NotPlayedError, match=told):
        replay_plan(case)


def test_a_given_plan_must_be_one_that_the_ledger_takes() -> None:
    promise = {"id": "c1", "process": "p", "io": "out", "action": "bake", "spec": "bread"}
    with pytest.raises(ProblemError) as told:
        replay_plan({"id": "c", "given": {"plan": {}, "commitments": [promise]}, "expect": {}})
    assert "unknown-action" in [problem.code for problem in told.value.problems]
