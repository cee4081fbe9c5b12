"""Published micro cases give their published answer (figures and sources: ``planner_hand_cases.json``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.published.hand_villages import NOT_YET, TOLD, reservoir1
from wikivillage.model import load_village_text
from wikivillage.planner.planning import Plan, plan

FILE = Path(__file__).with_name("planner_hand_cases.json")
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in json.loads(FILE.read_text())["cases"]}


def planned(text: str) -> Plan:
    return plan(load_village_text(text), base=FILE.parent)


def amounts(result: Plan, kind: str, id: str) -> list[float]:
    flows: pd.DataFrame = result.flows
    return list(flows[(flows["kind"] == kind) & (flows["id"] == id)].sort_values("step")["amount"])


def test_no_case_is_forgotten() -> None:
    assert set(TOLD) | set(NOT_YET) == set(CASES)
    assert not set(TOLD) & set(NOT_YET)


@pytest.mark.parametrize("id", sorted(set(TOLD) - {"delay_2h", "reservoir1"}))
def test_costs_what_was_published(id: str) -> None:
    case = CASES[id]
    assert planned(TOLD[id](case)).objective == pytest.approx(case["cost"], rel=1e-6)


def test_merit_order_takes_the_cheap_source_first() -> None:
    case = CASES["merit_order"]
    result = planned(TOLD["merit_order"](case))
    for i, flows in enumerate(case["flows"]):
        assert amounts(result, "bought", f"source_{i}") == pytest.approx(flows, abs=1e-6)


@pytest.mark.parametrize(
    ("id", "sized"), [("storage_invest", "box"), ("invest_size", "boiler"), ("invest_fixed_size", "boiler")]
)
def test_builds_what_was_published(id: str, sized: str) -> None:
    case = CASES[id]
    sizes = {entry["id"]: entry["size"] for entry in planned(TOLD[id](case)).record["sizes"]}
    assert sizes[sized] == pytest.approx(case["size"], rel=1e-6)


@pytest.mark.parametrize("id", ["carbon_price", "co2_cap_total"])
def test_emits_what_was_published(id: str) -> None:
    case = CASES[id]
    assert planned(TOLD[id](case)).record["measures"]["operational_carbon"] == pytest.approx(case["CO2"], rel=1e-6)


def test_a_delayed_delivery_arrives_later() -> None:
    case = CASES["delay_2h"]
    result = planned(TOLD["delay_2h"](case))
    assert result.objective == pytest.approx(case["cost_derived"], rel=1e-6)
    arrived = amounts(result, "output", "journey")
    assert arrived[:2] == pytest.approx(case["arrives_first"], abs=1e-6)
    assert arrived[2:] == pytest.approx(case["load_far"][2:], abs=1e-5)


def test_a_reservoir_delivers_what_it_holds() -> None:
    case = CASES["reservoir1"]
    result = planned(reservoir1(case))
    assert sum(amounts(result, "served", "town")) == pytest.approx(sum(case["demand_met"]), rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "id", "published"), [("served", "town", "demand_met"), ("level", "reservoir", "content_end")]
)
def test_a_reservoir_that_minds_waiting_delivers_at_once(kind: str, id: str, published: str) -> None:
    case = CASES["reservoir1"]
    assert amounts(planned(reservoir1(case, holding=0.001)), kind, id) == pytest.approx(case[published], abs=1e-5)
