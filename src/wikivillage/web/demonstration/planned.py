"""A plan as life follows it: whole weeks of whole numbers, and which of its hours a moment of life is.

Amounts are thousandths of the resource's unit (Wh, litres, grams), so that whatever is added up stays exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.local_time import day_span

Amounts = NDArray[np.int64]
Kind = Literal["output", "input", "served", "offered", "bought", "sold", "charged", "discharged"]

SOURCES = ("output", "offered", "bought", "discharged")
"""The kinds of flow that give to a balance; the other four take from it."""
KINDS = (*SOURCES, "input", "served", "sold", "charged")
UNIT = 1000
LABOUR = "labour"
"""Work is told by who did it and how long, and is no stock."""
NAMED = """
grid.bought grid.sold battery.charged sockets.input.electricity sockets.output.day_power heat_pump.output.heat
heating.served heat_buffer.charged hot_water.charged hot_water_pump.output.hot_water_heat
backup_boiler.output.hot_water_heat showers.input.hot_water_heat greywater.input.greywater mains.bought
rain_tank.charged service_tank.charged grey_tank.charged rain_roof.output.rainwater rain_pump.input.rainwater
rain_to_farm.input.rainwater mains_to_farm.input.drinking_water basins.output.greywater sewer_grey.sold
sewer_black.sold sewer_other.sold wc.input.service_water wc_mains.input.drinking_water flushing.served
kitchen.output.meals
"""
LIVED_ON = frozenset(NAMED.split())
"""Flows that the demonstration speaks of by name."""
DUST = 1e-5
"""Less than this is what a solver leaves where nothing flows."""
HOURS_OF_WEEK, DAYS_OF_WEEK = 168, 7


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of the plan: whose, of what, in which unit. ``loop`` is the resource's."""

    name: str
    kind: Kind
    id: str
    resource: str
    unit: str
    loop: str

    @property
    def gives(self) -> bool:
        """Whether it gives to the balance of its resource."""
        return self.kind in SOURCES


@dataclass(frozen=True)
class Planned:
    """The flows of a plan and its whole weeks.

    ``hours``, ``days`` and ``weeks`` hold the amounts of a flow by its name, each at its own tempo; ``levels`` what
    each store holds at the end of each step, at the tempo of what it keeps.
    """

    flows: Mapping[str, Flow]
    hours: Mapping[str, Amounts]
    days: Mapping[str, Amounts]
    weeks: Mapping[str, Amounts]
    levels: Mapping[str, Amounts]
    stores: Mapping[str, str]
    start: date
    length: int
    zone: ZoneInfo

    def number_of(self, day: date) -> int:
        """Which week a day of life is in, counted from the beginning of the plan, on and on."""
        return (day - self.start).days // DAYS_OF_WEEK

    def first_day(self, number: int) -> date:
        """The first day of a week of life."""
        return self.start + timedelta(days=DAYS_OF_WEEK * number)

    def hour_of(self, at: datetime) -> int:
        """The hour of the plan that a moment of life follows: 52 weeks earlier, or as often as it takes.

        A plan has standard time throughout, so in summer what people do is an hour late and the sun is right.
        """
        local = at.astimezone(self.zone)
        standard = local.replace(tzinfo=None) - (local.dst() or timedelta())
        begin = datetime.combine(self.start, datetime.min.time())
        return int((standard - begin) // timedelta(hours=1)) % (self.length * HOURS_OF_WEEK)


def read_planned(record: Mapping[str, Any], flows: pd.DataFrame, zone: str) -> Planned:
    """The whole weeks of a plan.

    Raises ProblemError: plan-too-short, and not-this-village for a plan that lacks what the demonstration lives on.
    """
    start = datetime.fromisoformat(str(record["horizon"]["start"])).date()
    weeks = int(record["horizon"]["hours"]) // HOURS_OF_WEEK
    _check(weeks, {str(one["flow"]) for one in record["flows"]})
    named = {
        one["flow"]: Flow(one["flow"], one["kind"], one["id"], one["resource"], one["unit"], one["loop"])
        for one in record["flows"]
        if one["kind"] in KINDS and not one["nature"]
    }
    found: dict[str, dict[str, Amounts]] = {"hour": {}, "day": {}, "week": {}}
    levels: dict[str, Amounts] = {}
    stores: dict[str, str] = {}
    wanted = flows[flows["flow"].isin([*named, *{name for name in flows["flow"].unique() if name.endswith(".level")}])]
    for name, rows in wanted.groupby("flow", observed=True, sort=False):
        tempo, amounts = str(rows["tempo"].iloc[0]), rows["amount"].to_numpy()
        if str(name).endswith(".level"):
            store = str(rows["id"].iloc[0])
            levels[store], stores[store] = np.rint(amounts * UNIT).astype(np.int64), str(rows["resource"].iloc[0])
        else:
            found[tempo][str(name)] = in_thousandths(amounts)
    return Planned(named, found["hour"], found["day"], found["week"], levels, stores, start, weeks, ZoneInfo(zone))


def _check(weeks: int, names: set[str]) -> None:
    """Refuse what cannot be lived."""
    problems = []
    if weeks == 0:
        what, hint = "is shorter than a week, and life follows its weeks.", "Plan seven days or more."
        problems.append(Problem("plan-too-short", "horizon.hours", what, hint))
    lacking = sorted(LIVED_ON - names)
    if lacking:
        what = f"has no {', '.join(lacking[:5])}: the demonstration is made for the village of Saint-Blaise."
        problems.append(Problem("not-this-village", "flows", what, "Plan villages/saint_blaise.yaml."))
    if problems:
        raise ProblemError(problems)


def in_thousandths(amounts: NDArray[np.float64]) -> Amounts:
    """Amounts in whole thousandths whose sums are right too, however many are added up; without a solver's dust."""
    clean = np.where(amounts < DUST, 0.0, amounts)
    return np.diff(np.rint(np.cumsum(clean) * UNIT).astype(np.int64), prepend=0)


@dataclass(frozen=True)
class Span:
    """A week of life: its seven local days and all its hours, which are 167 or 169 where the clocks change.

    ``day_of_hour`` says which of the days each hour is in, ``planned`` which hour of the plan it follows.
    """

    number: int
    days: tuple[date, ...]
    hours: tuple[datetime, ...]
    day_of_hour: Amounts
    planned_hours: Amounts

    @property
    def begin(self) -> datetime:
        """When it begins."""
        return self.hours[0]

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.hours[-1] + timedelta(hours=1)

    def per_day(self, hourly: Amounts) -> Amounts:
        """Amounts of hours summed into the seven days."""
        summed = np.zeros(DAYS_OF_WEEK, dtype=np.int64)
        np.add.at(summed, self.day_of_hour, hourly)
        return summed


def span_of_week(planned: Planned, number: int) -> Span:
    """The days and hours of a week of life."""
    days = tuple(planned.first_day(number) + timedelta(days=one) for one in range(DAYS_OF_WEEK))
    hours, day_of = [], []
    for place, day in enumerate(days):
        begin, end = day_span(day, planned.zone.key)
        count = (end - begin) // timedelta(hours=1)
        hours += [begin.astimezone(UTC) + timedelta(hours=one) for one in range(count)]
        day_of += [place] * count
    follows = np.array([planned.hour_of(one) for one in hours], dtype=np.int64)
    return Span(number, days, tuple(hours), np.array(day_of, dtype=np.int64), follows)
