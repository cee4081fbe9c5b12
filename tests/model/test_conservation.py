"""Recipes cannot break physics: what they create is refused, what they lose is named, rests close their balances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.model.conservation import (
    Imbalance,
    Loss,
    UnclosedError,
    arcs_of,
    check_recipe,
    imbalances,
    named_losses,
    negative_rests,
    solve_rests,
    written_amounts,
)
from wikivillage.model.kinds import Arc, Constant, FromClimate, Listed, Name, Number, Origin, Recipe, Resource


def number(value: float, unit: str = "kWh") -> Number:
    return Number(value, unit, "A", "test")


def resource(id: str, **held: float) -> Resource:
    composition = {component: number(value) for component, value in held.items()}
    return Resource(id, Name(id, id), "kg", "hour", "matter", composition)


RESOURCES = {
    one.id: one
    for one in (
        resource("gas", energy=1.0),
        resource("power", energy=1.0),
        resource("warmth", energy=1.0),
        resource("air_heat", energy=1.0),
        resource("peel", mass=1.0, water=0.75, carbon=0.12),
        resource("compost", mass=1.0, water=0.5, carbon=0.15),
        resource("vapour", mass=1.0, water=1.0),
        resource("gas_co2", mass=1.0, carbon=12 / 44),
        resource("oxygen", mass=1.0),
        resource("love"),
    )
}


def recipe(inputs: dict[str, float | str], outputs: dict[str, float | str], origin: Origin = "village") -> Recipe:
    """A recipe of amounts, or of rests where a component is given instead."""

    taken = tuple(arc(id, given) for id, given in inputs.items())
    made = tuple(arc(id, given) for id, given in outputs.items())
    return Recipe("it", Name("It", "Cela"), "energy", "kWh of heat", "kW", taken, made, number(1.0), origin=origin)


def arc(id: str, given: float | str) -> Arc:
    return Arc(id, None, rest=given) if isinstance(given, str) else Arc(id, number(given))


def told(one: Recipe) -> list[str]:
    amounts = written_amounts(one)
    assert amounts is not None
    return [problem.what for problem in check_recipe(one, RESOURCES, amounts, "a.yaml:1")]


def test_a_boiler_of_105_percent_is_refused() -> None:
    assert told(recipe({"gas": 1.0}, {"warmth": 1.05})) == [
        "it creates 0.05 kWh of energy per kWh of heat: an input is missing, or warmth is too large."
    ]


def test_a_village_may_lose_and_the_loss_is_named() -> None:
    boiler = recipe({"gas": 1.25}, {"warmth": 1.0})
    assert told(boiler) == []
    assert named_losses(boiler, RESOURCES) == [Loss("it", "energy", 0.25, "kWh of heat")]


def test_the_library_may_not_lose() -> None:
    assert told(recipe({"gas": 1.25}, {"warmth": 1.0}, "library")) == [
        "it loses 0.25 kWh of energy per kWh of heat: an output is missing, or gas is too large."
    ]


def test_a_rest_closes_what_is_open() -> None:
    pump = recipe({"power": 0.25, "air_heat": "energy"}, {"warmth": 1.0})
    amounts = solve_rests(pump, RESOURCES, {("input", "power"): 0.25, ("output", "warmth"): 1.0})
    assert amounts["input", "air_heat"] == pytest.approx(0.75)
    assert imbalances(pump, RESOURCES, amounts) == []


def test_rests_by_the_hour() -> None:
    pump = recipe({"power": 1.0, "air_heat": "energy"}, {"warmth": 1.0})
    cop = np.array([2.0, 4.0, 0.5])
    amounts = solve_rests(pump, RESOURCES, {("input", "power"): 1.0 / cop, ("output", "warmth"): 1.0})
    np.testing.assert_allclose(amounts["input", "air_heat"], [0.5, 0.75, -1.0])
    assert negative_rests(pump, RESOURCES, amounts) == [Imbalance("energy", 1.0, 2, "air_heat")]
    problems = check_recipe(pump, RESOURCES, amounts, "a.yaml:1")
    assert [(p.code, p.what) for p in problems] == [
        (
            "negative_rest",
            "it is out of balance by 1 kWh of energy per kWh of heat in hour 2: the rest air_heat would be below zero.",
        )
    ]


def test_three_rests_close_three_components_together() -> None:
    heap = recipe({"peel": 1.0, "oxygen": "mass"}, {"compost": 0.4, "gas_co2": "carbon", "vapour": "water"})
    amounts = solve_rests(heap, RESOURCES, {("input", "peel"): 1.0, ("output", "compost"): 0.4})
    assert amounts["output", "vapour"] == pytest.approx(0.75 - 0.2)
    assert amounts["output", "gas_co2"] == pytest.approx((0.12 - 0.06) * 44 / 12)
    assert imbalances(heap, RESOURCES, amounts) == []
    assert negative_rests(heap, RESOURCES, amounts) == []


@given(st.floats(0.01, 10), st.floats(0.0, 1.0))
def test_whatever_the_amounts_rests_leave_nothing_over(peel: float, share: float) -> None:
    compost = peel * share * 0.5
    heap = recipe({"peel": peel, "oxygen": "mass"}, {"compost": compost, "gas_co2": "carbon", "vapour": "water"})
    amounts = solve_rests(heap, RESOURCES, {("input", "peel"): peel, ("output", "compost"): compost})
    assert imbalances(heap, RESOURCES, amounts) == []


def test_rests_given_among_the_amounts_are_solved_anew() -> None:
    pump = recipe({"power": 0.25, "air_heat": "energy"}, {"warmth": 1.0})
    once = solve_rests(pump, RESOURCES, {("input", "power"): 0.25, ("output", "warmth"): 1.0})
    assert solve_rests(pump, RESOURCES, once) == once
    assert named_losses(pump, RESOURCES, once) == []


@pytest.mark.parametrize(
    "open_recipe",
    [
        recipe({"power": 1.0, "love": "energy"}, {"warmth": 1.0}),
        recipe({"power": 1.0, "gas": "energy", "air_heat": "energy"}, {"warmth": 1.0}),
        recipe({"peel": 1.0, "vapour": "water"}, {"compost": 1.0, "oxygen": "carbon"}),
    ],
)
def test_rests_that_close_nothing_are_refused(open_recipe: Recipe) -> None:
    amounts = written_amounts(open_recipe)
    assert amounts is not None
    with pytest.raises(UnclosedError):
        solve_rests(open_recipe, RESOURCES, amounts)
    assert [p.code for p in check_recipe(open_recipe, RESOURCES, amounts, "a:1")] == ["rest"]


def test_rounding_is_no_crime() -> None:
    assert told(recipe({"gas": 1 / 3}, {"warmth": 0.33333333333})) == []
    assert told(recipe({"gas": 0.333}, {"warmth": 1 / 3})) != []


def test_recipes_that_wait_for_the_weather_are_checked_later() -> None:
    boiler = recipe({"gas": 1.0}, {"warmth": 1.0})
    waiting = replace(boiler, inputs=(Arc("gas", number(1.0), per=FromClimate("cop_air")),))
    assert written_amounts(waiting) is None
    assert named_losses(waiting, RESOURCES) == []


def test_steady_and_listed_factors_are_checked_at_once() -> None:
    boiler = recipe({"gas": 1.0}, {"warmth": 1.0})
    steady = replace(boiler, inputs=(Arc("gas", number(1.0), per=Constant(0.5)),))
    assert written_amounts(steady) == {("input", "gas"): 2.0, ("output", "warmth"): 1.0}
    listed = replace(boiler, inputs=(Arc("gas", number(1.0), times=Listed((1.5, 0.5))),))
    assert told(listed) == [
        "it creates 0.5 kWh of energy per kWh of heat in hour 1: an input is missing, or warmth is too large."
    ]
    assert [key for key, _ in arcs_of(steady)] == [("input", "gas"), ("output", "warmth")]


def test_the_library_loses_nothing_by_the_hour_either() -> None:
    gas = Arc("gas", number(1.0), times=Listed((1.0, 2.0)))
    boiler = replace(recipe({"gas": 1.0}, {"warmth": 1.0}, "library"), inputs=(gas,))
    assert [text.partition(":")[0] for text in told(boiler)] == ["it loses 1 kWh of energy per kWh of heat in hour 1"]


def test_the_code_of_a_loss() -> None:
    boiler = recipe({"gas": 1.25}, {"warmth": 1.0}, "library")
    amounts = written_amounts(boiler)
    assert amounts is not None
    assert [problem.code for problem in check_recipe(boiler, RESOURCES, amounts, "a:1")] == ["loses"]
