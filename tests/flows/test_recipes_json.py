"""Recipes and stock out of JSON: both forms, exact numbers, every problem of a file at once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.cookbooks import FAMILY, units
from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Measure
from wikivillage.flows.recipes import Good, LeadTime, StockLine
from wikivillage.flows.recipes_json import read_recipe, read_stock

LEVELS = {
    "levels": [
        {"spec": "parent", "duration_min": 7200, "inputs": [{"spec": "child", "per_unit": "2"}]},
        {"spec": "child", "duration_h": "240", "inputs": [{"spec": "grandchild", "per_unit": 3}]},
        {"spec": "grandchild", "purchase_lead_time_days": 20},
    ]
}


def refused(mapping: Any) -> dict[str, str]:
    """Code of each problem by where it is."""
    with pytest.raises(ProblemError) as told:
        read_recipe(mapping, "r.json")
    return {problem.where: problem.code for problem in told.value.problems}


def test_levels_become_recipes_for_one_unit() -> None:
    cookbook = read_recipe(LEVELS, unit="u")
    assert cookbook.processes == FAMILY.processes
    assert cookbook.purchases == FAMILY.purchases


def test_levels_count_in_their_own_units() -> None:
    levels = [
        {"spec": "juice", "unit": "l", "duration_min": 5, "inputs": [{"spec": "apple", "per_unit": "1.5"}]},
        {"spec": "apple", "unit": "kg", "purchase_lead_time_days": "0.5"},
    ]
    cookbook = read_recipe({"levels": levels})
    (press,) = cookbook.processes
    assert (press.inputs[0].quantity, press.outputs[0].quantity) == (
        Measure(Decimal("1.5"), "kg"),
        Measure(Decimal(1), "l"),
    )
    assert cookbook.purchases == (LeadTime("apple", timedelta(hours=12)),)


def test_processes_are_read_with_all_they_may_say() -> None:
    egg = {
        "action": "consume",
        "spec": "egg",
        "state": "fresh",
        "optional": True,
        "quantity": {"value": 2, "unit": "u"},
    }
    cake = {"action": "produce", "spec": "cake", "stage": "baked", "quantity": {"value": "1", "unit": "u"}}
    bake = {"id": "bake", "duration_h": "0.75", "duration_scales": True, "based_on": "oven", "inputs": [egg]}
    mapping = {
        "id": "cakes",
        "batch": 1,
        "processes": [{**bake, "outputs": [cake]}],
        "purchases": [{"spec": "egg", "lead_time_days": 2}],
    }
    cookbook = read_recipe(mapping)
    (process,) = cookbook.processes
    assert (process.duration, process.duration_scales, process.based_on) == (timedelta(minutes=45), True, "oven")
    assert (process.inputs[0].good, process.inputs[0].optional) == (Good("egg", state="fresh"), True)
    assert process.reached(process.outputs[0]) == Good("cake", "baked")
    assert cookbook.recipe_of["bake"].id == "cakes"


def test_stock_is_counted_in_the_units_of_the_cookbook() -> None:
    given = {
        "onhand": {"child": "5"},
        "prior_demand": {"child": 2},
        "scheduled": {"parent": "1.5"},
        "due": "2026-12-31",
    }
    assert read_stock(given, FAMILY) == (
        StockLine(Good("child"), "u", on_hand=Decimal(5), earlier_demand=Decimal(2)),
        StockLine(Good("parent"), "u", scheduled=Decimal("1.5")),
    )
    assert StockLine(Good("child"), units("1").unit).available == 0


def test_stock_of_what_no_recipe_knows_is_refused() -> None:
    with pytest.raises(ProblemError) as told:
        read_stock({"onhand": {"chid": "5", "parent": -1}}, FAMILY)
    assert [problem.code for problem in told.value.problems] == ["unknown-spec", "amount"]
    assert "Did you mean child?" in str(told.value)


def test_every_slip_of_a_file_is_told_at_once() -> None:
    flow = {"action": "produce", "spec": "", "quantity": {"value": 1.5, "unit": "u"}, "optionl": True}
    process = {"duration_h": "seven", "duration_scales": "yes", "inputs": "egg", "outputs": [flow, 3]}
    twice = {
        "id": "b",
        "duration_h": 1,
        "duration_min": 60,
        "outputs": [{"action": "produce", "spec": "b", "effort": {}}],
    }
    wait = {"spec": "egg", "lead_time_days": "1e12"}
    assert refused({"processes": [process, twice], "purchases": [wait]}) == {
        "r.json processes[0]": "missing-key",
        "r.json processes[0].duration_h": "not-a-number",
        "r.json processes[0].duration_scales": "shape",
        "r.json processes[0].inputs": "shape",
        "r.json processes[0].outputs[0]": "unknown-key",
        "r.json processes[0].outputs[0].spec": "shape",
        "r.json processes[0].outputs[0].quantity.value": "not-exact",
        "r.json processes[0].outputs[1]": "missing-key",
        "r.json processes[1]": "duration-twice",
        "r.json processes[1].outputs[0].effort": "missing-key",
        "r.json purchases[0].lead_time_days": "beyond-the-calendar",
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999999", "1e-40", True, None, [1]])
def test_a_number_is_one_that_people_write(number: Any) -> None:
    assert refused({"processes": [], "batch": number}) == {"r.json batch": "not-a-number"}


@pytest.mark.parametrize("mapping", [{}, {"levels": [], "processes": []}])
def test_a_recipe_has_one_form(mapping: dict[str, Any]) -> None:
    assert refused(mapping) == {"r.json": "recipe-form"}


def test_what_is_written_well_must_also_make_sense() -> None:
    assert refused({"batch": "7", "processes": [{"id": "idle", "duration_h": 1}]}) == {
        "r.json idle": "no-output",
        "r.json": "batch",
    }
