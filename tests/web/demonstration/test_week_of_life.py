"""A week of life, before anything is written: balanced in whole thousandths, never less than nothing, repeatable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.web.lived import SEED
from wikivillage.base.problems import ProblemError
from wikivillage.web.demonstration.living import live_week
from wikivillage.web.demonstration.planned import LABOUR, Planned, in_thousandths, read_planned
from wikivillage.web.demonstration.week import Week, shared_out

Recorded = tuple[dict[str, Any], pd.DataFrame]
BY_THE_HOUR = ("electricity", "heat", "hot_water_heat")
BY_THE_DAY = (
    *("drinking_water", "rainwater", "service_water", "greywater", "blackwater", "wastewater", "irrigation_water"),
    *("day_power", "wc_flushing", "handwashing", "showers", "meals", "kitchen_waste"),
)
CLOCKS_BACK, CLOCKS_FORWARD = date(2026, 10, 25), date(2026, 3, 29)


@pytest.fixture(scope="module")
def planned(planned_week: Recorded) -> Planned:
    """The planned week as life follows it."""
    return read_planned(*planned_week, "Europe/Paris")


@pytest.fixture(scope="module")
def weeks(planned: Planned) -> list[Week]:
    """Sixty weeks of life, through two changes of the clocks."""
    return [live_week(planned, number, SEED) for number in range(40, 100)]


def test_electricity_and_heat_balance_in_every_hour(weeks: list[Week]) -> None:
    """The grid and the heat pumps take up exactly the difference."""
    for week in weeks:
        for resource in BY_THE_HOUR:
            assert not week.rest_of_hours(week.flows(resource)).any(), (week.span.days[0], resource)


def test_water_and_meals_balance_on_every_day(weeks: list[Week]) -> None:
    """The mains and the sewers take up exactly the difference."""
    for week in weeks:
        for resource in BY_THE_DAY:
            assert not week.rest_of(week.flows(resource)).any(), (week.span.days[0], resource)


def test_things_balance_in_every_week_and_are_there_before_they_are_used(weeks: list[Week]) -> None:
    """What is weighed adds up over a week, and no day takes more than has come until then."""
    for week in weeks:
        for resource in {flow.resource for flow in week.planned.flows.values()} - {LABOUR}:
            rest = week.rest_of(week.flows(resource))
            assert rest.sum() == 0, (week.span.days[0], resource)
            assert np.cumsum(rest).min() >= 0, (week.span.days[0], resource)


def test_nothing_is_less_than_nothing(weeks: list[Week]) -> None:
    """No flow runs backwards, no store loses what it has not or gives more than it holds."""
    for week in weeks:
        for amounts in (*week.hourly.values(), *week.daily.values(), *week.lost.values()):
            assert amounts.min() >= 0
        for store, lost in week.lost.items():
            moved = week.days_of(f"{store}.charged") - week.days_of(f"{store}.discharged") - lost
            levels = week.level_before(store) + np.cumsum(moved)
            assert levels.min() >= 0, store


def test_every_flow_of_the_plan_is_lived(weeks: list[Week]) -> None:
    """Nothing of the plan is forgotten but work, which is told by who does it."""
    week = weeks[0]
    lived = week.hourly.keys() | week.daily.keys()
    assert {name for name in week.planned.flows if name not in lived} == {
        name for name, flow in week.planned.flows.items() if flow.resource == LABOUR
    }


def test_the_same_seed_is_the_same_week_and_another_is_not(planned: Planned) -> None:
    """Chance comes from the seed, the name and the week, and from nowhere else."""
    first, again, other = (live_week(planned, 96, seed) for seed in (SEED, SEED, SEED + 1))
    name = "pv_roof.output.electricity"
    assert (first.hourly[name] == again.hourly[name]).all()
    assert (first.hourly[name] != other.hourly[name]).any()


def test_days_have_the_hours_of_their_clocks(planned: Planned) -> None:
    """The week of the winter clock has 169 hours and that of the summer clock 167."""
    for day, hours in ((CLOCKS_BACK, 169), (CLOCKS_FORWARD, 167)):
        assert len(live_week(planned, planned.number_of(day), SEED).span.hours) == hours


def test_life_keeps_to_the_weekday_of_the_plan(planned: Planned) -> None:
    """The first day of each week of life is the weekday on which the plan begins."""
    assert {planned.first_day(number).weekday() for number in range(-5, 120)} == {planned.start.weekday()}
    assert planned.first_day(planned.number_of(date(2026, 11, 26))) <= date(2026, 11, 26)


def test_meals_are_whole(weeks: list[Week]) -> None:
    """Nobody eats a third of a meal."""
    assert all(not (week.daily["meals.served"] % 1000).any() for week in weeks)


def test_a_plan_without_a_whole_week_is_refused(planned_week: Recorded) -> None:
    """Life follows whole weeks."""
    record, flows = planned_week
    short = {**record, "horizon": {**record["horizon"], "hours": 100}}
    with pytest.raises(ProblemError) as error:
        read_planned(short, flows, "Europe/Paris")
    assert [one.code for one in error.value.problems] == ["plan-too-short"]


def test_a_plan_of_another_village_is_refused(planned_week: Recorded) -> None:
    """The demonstration names the things of Saint-Blaise, and says which are missing."""
    record, flows = planned_week
    other = {**record, "flows": [one for one in record["flows"] if one["id"] != "battery"]}
    with pytest.raises(ProblemError) as error:
        read_planned(other, flows, "Europe/Paris")
    (problem,) = error.value.problems
    assert problem.code == "not-this-village"
    assert "battery.charged" in problem.what


def test_rounding_never_adds_up() -> None:
    """A thousand small amounts are as many thousandths as their sum; what a solver leaves is nothing."""
    assert in_thousandths(np.full(1000, 0.0004)).sum() == 400
    assert in_thousandths(np.full(1000, 0.000_001)).sum() == 0


def test_sharing_out_is_exact() -> None:
    """Parts add up to the whole, also where there is nothing to go by."""
    assert shared_out(7, np.array([1, 1, 1])).sum() == 7
    assert shared_out(7, np.zeros(3)).sum() == 7


def test_a_fault_in_a_week_is_seen(planned: Planned) -> None:
    """The guard of the guards: a single Wh more of the grid, and the balance does not close."""
    week = live_week(planned, 96, SEED)
    spoiled = replace(week, hourly={**week.hourly, "grid.bought": week.hourly["grid.bought"] + 1})
    assert spoiled.rest_of_hours(spoiled.flows("electricity")).any()
