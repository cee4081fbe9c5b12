"""Plans from recipes: published examples replayed, and worked ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.flows.cookbooks import DAY, DUE, FAMILY, consume, inputs_of, make, to_produce, units, want
from wikivillage.base.problems import ProblemError
from wikivillage.flows.explode import explode
from wikivillage.flows.kinds import Measure
from wikivillage.flows.recipes import (
    Cookbook,
    Good,
    LeadTime,
    Recipe,
    RecipeFlow,
    RecipeProcess,
    StockLine,
    Wanted,
)
from wikivillage.flows.replay_plans import plan_of_case, replay_plan
from wikivillage.flows.schedule import delay_needed

CASES = json.loads((Path(__file__).parent / "data" / "planning_cases.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_case(case: dict[str, Any]) -> None:
    outcome = replay_plan(case)
    assert (outcome.differences, outcome.verdict) == ((), "right")


def test_buckets_are_due_in_utc_and_say_that_nobody_sells_polymer() -> None:
    """The printed due date is five hours behind UTC. Durations do not scale: 1 h for the test, 7 h for the making."""
    (case,) = (case for case in CASES if case["id"].startswith("vf-05"))
    plan = plan_of_case(case)
    assert [(one.start.hour, one.end.hour, one.scale) for one in plan.processes] == [(14, 21, 2), (21, 22, 2)]
    assert [problem.code for problem in plan.problems] == ["no-source"]
    assert str(plan.problems[0]).startswith("polymer  900 kilogram of polymer are missing")


@pytest.mark.parametrize(
    ("order", "children", "grandchildren"), [("4", "5", "15"), ("5", "7", "21"), ("8", "13", "39")]
)
def test_another_order_changes_all_that_follows(order: str, children: str, grandchildren: str) -> None:
    """NRP prints 8 children wanted: 5 and 15, and 10 wanted: 7 and 21 (test_explosions.py). 2 x 8 - 3 = 13 by hand."""
    stock = [StockLine(Good("child"), "u", on_hand=Decimal(5), earlier_demand=Decimal(2))]
    plan = explode(want("parent", order), FAMILY, stock, DUE)
    assert to_produce(plan)["child"] == Decimal(children)
    assert inputs_of(plan)["grandchild"] == Decimal(grandchildren)
    assert [one.id for one in plan.commitments] == [
        "make-child/input/1",
        "make-child/output/1",
        "make-parent/input/1",
        "make-parent/output/1",
    ]


def test_a_recipe_cycle_stops_and_is_named() -> None:
    """NRP's cycle: the child needs 1 parent. 5 children want 5 parents, and no second process makes them."""
    child = make("child", consume("grandchild", "3"), consume("parent", "1"), days=10)
    cookbook = Cookbook((FAMILY.recipes[0], child), FAMILY.purchases)
    stock = [StockLine(Good("child"), "u", on_hand=Decimal(5), earlier_demand=Decimal(2))]
    plan = explode(want("parent", "4"), cookbook, stock, DUE)
    assert inputs_of(plan) == {"child": 8, "grandchild": 15, "parent": 5}
    assert [one.id for one in plan.processes] == ["make-child", "make-parent"]
    (cycle,) = plan.cycles
    assert cycle.specs == ("parent", "child", "parent")
    assert (cycle.process, cycle.wanted, cycle.missing) == ("make-child", units("5"), units("5"))
    assert [problem.code for problem in plan.problems] == ["recipe-cycle"]
    assert "parent needs child needs parent" in plan.problems[0].what


def test_a_starter_needs_itself() -> None:
    """2 starter become 10. Of 30 wanted 24 are there: 6 to make take 1.2, and nothing is left to take them from."""
    cookbook = Cookbook((make("starter", consume("starter", "2"), batch="10"),))
    stock = [StockLine(Good("starter"), "u", on_hand=Decimal(24))]
    assert explode(want("starter", "20"), cookbook, stock, DUE).cycles == ()
    (cycle,) = explode(want("starter", "30"), cookbook, stock, DUE).cycles
    assert (cycle.specs, cycle.wanted, cycle.missing) == (("starter", "starter"), units("1.2"), units("1.2"))


def test_a_cycle_that_stock_covers_is_named_and_no_problem() -> None:
    """4 breads out of the oven are wanted; sourdough takes 4 of any bread, and 5 that saw no oven of ours lie there."""
    cookbook = Cookbook((make("bread", consume("sourdough", "1")), make("sourdough", consume("bread", "1"))))
    stock = [StockLine(Good("bread"), "u", on_hand=Decimal(5))]
    plan = explode(Wanted(Good("bread", "make-bread"), units("4")), cookbook, stock, DUE)
    assert [(cycle.wanted, cycle.missing) for cycle in plan.cycles] == [(units("4"), units("0"))]
    assert plan.problems == ()


def test_two_parents_share_one_stock_and_one_process() -> None:
    """A table takes 4 legs and 1 bench, a bench 2: 6 legs, 4 in stock. The bench starts first and takes
    2 of them; 2 are made for the table."""
    cookbook = Cookbook(
        (
            make("table", consume("leg", "4"), consume("bench", "1"), days=2),
            make("bench", consume("leg", "2"), days=3),
            make("leg", consume("oak", "1")),
        ),
        (LeadTime("oak", 7 * DAY),),
    )
    plan = explode(want("table", "1"), cookbook, [StockLine(Good("leg"), "u", on_hand=Decimal(4))], DUE)
    legs = next(row for row in plan.netting if row.good == Good("leg"))
    assert (legs.wanted, legs.available, legs.taken, legs.to_produce) == (6, 4, 4, 2)
    assert [one.id for one in plan.processes] == ["make-leg", "make-bench", "make-table"]
    assert plan.next == {"make-bench": ("make-table",), "make-leg": ("make-table",)}
    assert plan.processes[0].end == DUE - 2 * DAY
    (oak,) = plan.purchases
    assert (oak.quantity, oak.needed_at, oak.order_by) == (units("2"), DUE - 3 * DAY, DUE - 10 * DAY)
    assert oak.needed_by == ("make-leg",)


BUCKETS = Cookbook(
    (
        Recipe(
            "buckets",
            (
                RecipeProcess(
                    "mould",
                    DAY,
                    (consume("polymer", "1"), RecipeFlow("use", "moulder", effort=Measure(Decimal(3), "hour"))),
                    (RecipeFlow("produce", "bucket", quantity=units("1")),),
                ),
                RecipeProcess(
                    "test",
                    DAY,
                    (RecipeFlow("accept", "bucket", stage="mould", quantity=units("1")),),
                    (RecipeFlow("modify", "bucket", state="pass", quantity=units("1")),),
                ),
            ),
        ),
    ),
    (LeadTime("polymer", DAY),),
)


@pytest.mark.parametrize(
    ("good", "made"),
    [
        (Good("bucket"), 8),
        (Good("bucket", "test", "pass"), 8),
        (Good("bucket", "mould"), 0),
        (Good("bucket", "test", "fail"), 10),
    ],
)
def test_stock_serves_whom_its_stage_and_state_suit(good: Good, made: int) -> None:
    """Of 10 finished buckets wanted: passed ones and those without a word count, failed ones never; moulded ones
    count for what is tested."""
    plan = explode(want("bucket", "10"), BUCKETS, [StockLine(good, "u", on_hand=Decimal(2))], DUE)
    amounts = {one.id: one.scale for one in plan.processes}
    assert amounts["test"] == (10 if good.stage == "mould" else made)
    assert amounts["mould"] == (8 if good.stage == "mould" else made)


def test_what_is_used_is_neither_bought_nor_missing() -> None:
    plan = explode(want("bucket", "2"), BUCKETS, (), DUE)
    assert [one.id for one in plan.purchases] == ["buy-polymer"]
    assert plan.problems == ()
    (moulder,) = (one for one in plan.commitments if one.action == "use")
    assert moulder.effort == Measure(Decimal(6), "hour")


def test_amounts_without_an_end_are_rounded_so_that_it_suffices() -> None:
    """10 from a batch of 3: 3 1/3 batches take 3.333... apples and leave 3.333... of pomace."""
    pomace = RecipeFlow("produce", "pomace", quantity=units("1"))
    juice = RecipeFlow("produce", "juice", quantity=units("3"))
    press = RecipeProcess("press", DAY, (consume("apple", "1"),), (juice, pomace))
    cookbook = Cookbook((Recipe("juice", (press,), Decimal(3)),), (LeadTime("apple", DAY),))
    plan = explode(want("juice", "10"), cookbook, (), DUE)
    amounts = [one.quantity.value for one in plan.commitments if one.quantity]
    assert amounts == [Decimal("3.333333334"), Decimal(10), Decimal("3.333333333")]
    assert [(one.commitment, one.exact) for one in plan.roundings] == [
        ("press/input/1", Fraction(10, 3)),
        ("press/output/2", Fraction(10, 3)),
    ]
    (missing,) = explode(want("pomace", "1"), cookbook, (), DUE).problems
    assert "list it first among the outputs" in missing.hint


def test_optional_inputs_are_written_down_and_ask_for_nothing() -> None:
    raisins = RecipeFlow("consume", "raisin", quantity=units("2"), optional=True)
    plan = explode(want("cake", "3"), Cookbook((make("cake", raisins),)), (), DUE)
    assert [(one.spec, one.optional) for one in plan.commitments] == [("raisin", True), ("cake", False)]
    assert plan.problems == plan.purchases == ()


def test_a_duration_scales_only_where_the_recipe_says_so() -> None:
    for scales, days in ((False, 1), (True, 3)):
        plan = explode(want("cake", "3"), Cookbook((make("cake", scales=scales),)), (), DUE)
        assert plan.processes[0].end - plan.processes[0].start == days * DAY


def test_the_preferred_recipe_stands_first_and_making_goes_before_buying() -> None:
    cookbook = Cookbook((make("soup", days=2), make("soup2"), FAMILY.recipes[1]), (LeadTime("soup", DAY),))
    assert [one.id for one in explode(want("soup", "1"), cookbook, (), DUE).processes] == ["make-soup"]


def test_what_stock_covers_is_not_made() -> None:
    plan = explode(want("child", "3"), FAMILY, [StockLine(Good("child"), "u", on_hand=Decimal(3))], DUE)
    assert plan.processes == plan.commitments == plan.purchases == ()


def test_earlier_promises_beyond_the_stock_take_from_what_is_scheduled() -> None:
    """5 on hand, 8 promised, 10 to come: 7 are free, not 10."""
    line = StockLine(Good("child"), "u", Decimal(5), earlier_demand=Decimal(8), scheduled=Decimal(10))
    assert line.available == 7
    assert StockLine(Good("child"), "u", earlier_demand=Decimal(8)).available == 0


def test_several_wishes_share_the_plan() -> None:
    plan = explode([want("child", "1"), want("parent", "2"), want("grandchild", "4")], FAMILY, (), DUE)
    assert to_produce(plan) == {"parent": 2, "child": 5, "grandchild": 19}
    assert [one.id for one in plan.commitments if one.independent_demand] == [
        "make-child/output/1",
        "make-parent/output/1",
    ]
    (bought,) = plan.purchases
    assert bought.needed_at == DUE - 15 * DAY


def test_moving_everything_by_the_delay_leaves_nothing_late() -> None:
    """Due today: all three steps are late, the order by 35 days (5 + 10 + 20); 35 days later it is just in time."""
    plan = explode(want("parent", "1"), FAMILY, (), DUE, today=DUE)
    assert {one.id: one.by.days for one in plan.late} == {"make-child": 15, "make-parent": 5, "buy-grandchild": 35}
    moved = explode(want("parent", "1"), FAMILY, (), DUE + delay_needed(plan), today=DUE)
    assert moved.late == ()
    assert delay_needed(moved) == timedelta(0)


def test_a_long_chain_of_recipes_is_followed_to_its_end() -> None:
    chain = tuple(make(f"part{step}", consume(f"part{step + 1}", "1")) for step in range(1500))
    plan = explode(want("part0", "1"), Cookbook(chain), (), DUE)
    assert plan.processes[0].start == DUE - 1500 * DAY
    assert [problem.where for problem in plan.problems] == ["part1500"]


def test_times_say_their_zone_and_stay_within_the_calendar() -> None:
    for due, code in ((datetime(2026, 1, 1), "no-time-zone"), (date(1, 1, 2), "beyond-the-calendar")):
        with pytest.raises(ProblemError) as told:
            explode(want("parent", "1"), FAMILY, (), due)
        assert [problem.code for problem in told.value.problems] == [code]
    paris = datetime(2026, 7, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert explode(want("cake", "1"), Cookbook(), (), paris).due == datetime(2026, 7, 1, tzinfo=UTC)


def test_everything_wrong_is_told_at_once() -> None:
    nothing = RecipeProcess(
        "idle", -DAY, (RecipeFlow("consumee", "oak"), RecipeFlow("produce", "oak", quantity=units("-1")))
    )
    cookbook = Cookbook(
        (
            Recipe("a", (nothing, nothing), Decimal(7)),
            make("cake", RecipeFlow("consume", "egg", quantity=Measure(Decimal(1), "kg"))),
        ),
        (LeadTime("egg", -DAY), LeadTime("egg", DAY)),
    )
    lines = [StockLine(Good("egg"), "u", on_hand=Decimal(-1)), StockLine(Good("egg"), "u")]
    with pytest.raises(ProblemError) as told:
        explode([want("cake", "0")], cookbook, lines, DUE)
    assert {problem.code for problem in told.value.problems} == {
        "amount", "batch", "lead-time-twice", "negative-time", "no-amount", "no-output", "process-twice", "stock-twice",
        "unit-mismatch", "unknown-action", "wrong-side",
    }  # fmt: skip
    assert "Did you mean consume?" in str(told.value)


def test_a_bucket_that_must_have_passed_is_not_one_that_nobody_tested() -> None:
    asked = Wanted(Good("bucket", state="pass"), units("10"))
    plan = explode(asked, BUCKETS, [StockLine(Good("bucket"), "u", on_hand=Decimal(4))], DUE)
    assert to_produce(plan)["bucket"] == 10


def test_an_input_without_a_stage_comes_from_the_process_before_in_its_recipe() -> None:
    """Otherwise the test would be fed by itself, the last maker of buckets, and close a circle."""
    mould, test = BUCKETS.processes
    bare = replace(test, inputs=(RecipeFlow("accept", "bucket", quantity=units("1")),))
    plan = explode(want("bucket", "3"), Cookbook((Recipe("buckets", (mould, bare)),), BUCKETS.purchases), (), DUE)
    assert plan.next == {"mould": ("test",)}
    assert plan.cycles == ()
