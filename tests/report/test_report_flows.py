"""Nets and weeks read from a plan: balanced, one unit each, losses named, the hardest week found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from wikivillage.report.figures.net import check_net, throughput
from wikivillage.report.nets import families, full_net, money_net, net_of
from wikivillage.report.reading import Reading, read
from wikivillage.report.weeks import hard_and_easy, hours_of, stack, weeks_of


@pytest.fixture
def reading(record: dict[str, Any], flows: pd.DataFrame) -> Reading:
    return read(record, flows, "fr")


def test_each_family_has_one_unit_and_balances(reading: Reading) -> None:
    found = {(family.name, family.unit): full_net(reading, family) for family in families(reading)}
    assert set(found) == {("energy", "kWh"), ("water", "m3"), ("matter", "kg"), ("food", "kg"), ("people", "h")}
    for whole in found.values():
        check_net(whole)


def test_drawing_leaves_only_thin_flows_out(reading: Reading) -> None:
    for family in families(reading):
        whole, drawn = full_net(reading, family), net_of(reading, family)
        largest = max(link.value for link in whole.links)
        left = sum(throughput(whole)[1][n.id] for n in whole.nodes if n.role == "source") - sum(
            throughput(drawn)[1][n.id] for n in drawn.nodes if n.role == "source"
        )
        assert left < 0.02 * largest


def test_totals_of_the_net_are_those_of_the_plan(reading: Reading) -> None:
    energy = next(family for family in families(reading) if family.name == "energy")
    entering, leaving = throughput(full_net(reading, energy))
    total = {flow["flow"]: flow["total"] for flow in reading.totals}
    assert leaving["source/grid/bought"] == pytest.approx(total["grid.bought"])
    assert entering["sink/heating/served"] == pytest.approx(total["heating.served"])
    assert entering["bus/electricity/village"] == pytest.approx(leaving["bus/electricity/village"])


def test_what_a_machine_loses_is_named_in_grey(reading: Reading) -> None:
    by_family = {family.name: full_net(reading, family) for family in families(reading)}
    assert [node.label for node in by_family["matter"].nodes if node.grey] == ["Vapeur d’eau"]
    assert [node.label for node in by_family["water"].nodes if node.grey] == ["Pertes"]


def test_a_service_counted_beside_its_water_is_not_counted_twice(record: dict[str, Any], flows: pd.DataFrame) -> None:
    flush = {"id": "flushes", "name": {"fr": "Chasses", "en": "Flushes"}, "unit": "m3", "tempo": "day", "loop": "water"}
    record["resources"].append(flush | {"network": "village", "price_mean": 0.0, "turnover": 9.0})
    row = {"name": None, "network": "village", "at": None, "loop": "water", "nature": False, "unit": "m3", "total": 9.0}
    for kind, id, resource in (
        ("input", "wc", "service_water"), ("output", "wc", "flushes"), ("output", "wc", "grey_water"),
        ("served", "people", "flushes"), ("bought", "extra", "service_water"), ("sold", "drain", "grey_water"),
    ):  # fmt: skip
        record["flows"].append(row | {"flow": f"{id}.{kind}.{resource}", "kind": kind, "id": id, "resource": resource})
    reading = read(record, flows, "fr")
    water = next(family for family in families(reading) if family.name == "water")
    assert water.services == ("Chasses",)
    assert "bus/flushes/village" not in {node.id for node in full_net(reading, water).nodes}


def test_a_difference_in_the_plan_is_shown_not_hidden(record: dict[str, Any], flows: pd.DataFrame) -> None:
    next(flow for flow in record["flows"] if flow["flow"] == "grid.bought")["total"] += 50_000.0
    reading = read(record, flows, "fr")
    energy = next(family for family in families(reading) if family.name == "energy")
    whole = full_net(reading, energy)
    assert throughput(whole)[0]["sink/unexplained"] == pytest.approx(50_000.0, rel=1e-3)
    check_net(whole)


def test_what_a_thing_was_forced_without_enters_in_grey(record: dict[str, Any], flows: pd.DataFrame) -> None:
    lack = {
        "flow": "garden.unmet.compost",
        "kind": "unmet",
        "id": "garden",
        "resource": "compost",
        "unit": "kg",
        "total": 100.0,
    }
    record["flows"].append(lack | {"name": None, "network": "village", "at": None, "loop": "matter", "nature": False})
    next(flow for flow in record["flows"] if flow["flow"] == "garden.input.compost")["total"] += 100.0
    record["unmet"].append({"need": "garden", "priority": "forced"})
    reading = read(record, flows, "fr")
    matter = next(family for family in families(reading) if family.name == "matter")
    assert throughput(full_net(reading, matter))[1]["source/missing"] == pytest.approx(100.0)


def test_money_balances_and_adds_up_to_the_yearly_cost(reading: Reading) -> None:
    net = money_net(reading)
    assert net is not None
    check_net(net)
    assert throughput(net)[1]["source/Payé par le village"] == pytest.approx(reading.record["yearly_cost"])


def test_two_things_of_one_recipe_are_told_apart(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["sizes"].append(record["sizes"][0] | {"id": "pv_two", "at": "fablab"})
    names = read(record, flows, "fr").names
    assert names["thing", "pv"] == "Panneaux solaires, Toit"
    assert names["thing", "pv_two"] == "Panneaux solaires, Fablab"


def test_what_has_no_name_is_called_by_its_id(record: dict[str, Any], flows: pd.DataFrame) -> None:
    for flow in record["flows"]:
        if flow["id"] == "fablab_load":
            flow["name"] = None
    assert read(record, flows, "fr").called("fablab_load", "need") == "Fablab load"


def test_the_hard_week_is_in_winter_and_begins_on_a_monday(reading: Reading) -> None:
    hours, weeks = hours_of(reading, "energy"), weeks_of(reading)
    assert hours is not None
    hard, easy = hard_and_easy(hours, weeks)
    assert hard.first.month in (12, 1, 2)
    assert easy.first.month in (5, 6, 7, 8)
    assert (hard.first.weekday(), hard.first.hour, hard.last.hour) == (0, 0, 23)


def test_a_week_stacks_up_to_its_need(reading: Reading) -> None:
    hours, weeks = hours_of(reading, "energy"), weeks_of(reading)
    assert hours is not None
    for week in weeks[::10]:
        split = stack(hours, week)
        served = sum(split.made.values()) + split.bought + split.discharged + split.unmet
        assert served == pytest.approx(split.need, abs=1e-6)


def test_what_a_store_takes_and_gives_at_once_is_one_difference(record: dict[str, Any], flows: pd.DataFrame) -> None:
    busy = flows.copy()
    busy.loc[busy["kind"].isin(["charged", "discharged"]) & (busy["id"] == "battery"), "amount"] += 500.0
    plain, circling = (hours_of(read(record, table, "fr"), "energy") for table in (flows, busy))
    assert plain is not None
    assert circling is not None
    assert circling.kept == pytest.approx(plain.kept)
    assert circling.discharged == pytest.approx(plain.discharged)


def test_a_short_horizon_has_no_week(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["horizon"]["hours"] = 100
    assert weeks_of(read(record, flows, "fr")) == []
    assert np.all([week.hour >= 0 for week in weeks_of(read(record, flows, "fr"))])
