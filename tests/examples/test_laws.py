"""Laws that every plan obeys, tried on small villages; the least cost comes from an independent program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import rich_village
from tests.examples.small_village import SMALL, Small, reference_cost, told
from wikivillage.model import load_village_text
from wikivillage.planner.planning import Plan, plan

few = settings(max_examples=15, deadline=None)


def planned(text: str) -> Plan:
    return plan(load_village_text(text), base=Path())


def cost(small: Small, water_tempo: str = "day") -> float:
    return planned(told(small, water_tempo)).objective


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-6)


@few
@given(SMALL)
def test_all_hourly_is_the_plain_hourly_optimum(small: Small) -> None:
    assert cost(small, "hour") == near(reference_cost(small, "hour"))


@few
@given(SMALL)
def test_mixed_tempo_is_the_optimum_of_the_pooled_day(small: Small) -> None:
    assert cost(small, "day") == near(reference_cost(small, "day"))


@few
@given(SMALL)
def test_a_slower_tempo_never_costs_more(small: Small) -> None:
    slow, fast = cost(small, "day"), cost(small, "hour")
    assert slow <= fast + 1e-6 * max(1.0, abs(fast))


@few
@given(SMALL, st.sampled_from([0.25, 1.0, 4.0]))
def test_more_supply_never_costs_more(small: Small, free_kw: float) -> None:
    without = cost(small)
    assert cost(replace(small, free_kw=free_kw)) <= without + 1e-6 * max(1.0, abs(without))


@few
@given(SMALL, st.sampled_from([2.0, 10.0]))
def test_all_prices_doubled_double_the_cost(small: Small, factor: float) -> None:
    assert cost(replace(small, factor=factor)) == near(factor * cost(small))


@few
@given(SMALL)
def test_nothing_is_missing_where_it_can_be_bought(small: Small) -> None:
    result = planned(told(replace(small, grid_kw=1e4), "day"))
    assert result.record["unmet"] == []


@few
@given(SMALL, st.sampled_from(["hour", "day"]))
def test_every_plan_proves_itself(small: Small, water_tempo: str) -> None:
    certificate = planned(told(small, water_tempo)).record["certificate"]
    assert certificate["worst_residual"] <= 1e-6
    assert certificate["relative_gap"] <= 1e-6


@few
@given(SMALL)
def test_every_balance_closes(small: Small) -> None:
    flows = planned(told(small, "day")).flows
    gives = flows[flows["kind"].isin(["output", "bought", "offered", "discharged"])]
    takes = flows[flows["kind"].isin(["input", "sold", "served", "stranded", "charged"])]
    hourly_power = [
        part[part["resource"] == "power"].groupby("step")["amount"].sum().reindex(range(24), fill_value=0.0)
        for part in (gives, takes)
    ]
    assert list(hourly_power[0]) == pytest.approx(list(hourly_power[1]), abs=1e-6)
    water = [part.loc[part["resource"] == "water", "amount"].sum() for part in (gives, takes)]
    assert water[0] == pytest.approx(water[1], abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_a_village_with_something_of_everything(seed: int) -> None:
    rich = rich_village.drawn(seed)
    least, _ = rich_village.plain(rich).least_cost()
    assert planned(rich_village.told(rich)).objective == near(least)


def test_a_village_that_can_do_nothing_still_gets_a_plan() -> None:
    result = planned(
        """village: Nothing
horizon: {start: 2025-01-01, hours: 24}
resources:
  power: {name: Power, unit: kWh, tempo: hour, loop: energy, missing_price: 10 EUR/kWh}
needs:
  lights: {resource: power, amount: 24 kWh/day, profile: flat}
offers:
  empty_generator: {resource: power, amount: 0 kW}
"""
    )
    assert result.objective == near(240.0)
    (shortage,) = result.record["unmet"]
    assert (shortage["need"], shortage["amount"], shortage["steps"]) == ("lights", near(24.0), 24)


@pytest.mark.parametrize(
    "goal",
    [
        "measure: renewable_share, resource: power, at_least: 100 %",
        "measure: bought, resource: power, at_most: 0 kWh",
    ],
)
def test_a_goal_out_of_reach_is_missed_at_a_price(goal: str) -> None:
    result = planned(
        f"""village: Goal out of reach
horizon: {{start: 2025-01-01, hours: 24}}
resources:
  power: {{name: Power, unit: kWh, tempo: hour, loop: energy, missing_price: 10 EUR/kWh}}
needs:
  lights: {{resource: power, amount: 24 kWh/day, profile: flat}}
exchanges:
  grid: {{resource: power, buy: 0.20 EUR/kWh}}
goals:
  dream: {{{goal}, worth: 1 EUR/kWh}}
"""
    )
    (dream,) = result.record["goals"]
    assert not dream["met"]
    assert dream["missing"] == near(24.0)
    assert result.objective == near(24 * 0.20 + 24 * 1.0)
