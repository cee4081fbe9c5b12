"""Ways to spoil the paper plan in one place, each with the code of the finding that must name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.planner.paper_plan import paper_frame, paper_record, paper_series

Record = dict[str, Any]
Fault = Callable[[Record, pd.DataFrame], Any]
"""Alters the record or the flow table in place, or returns another flow table."""

SERIES = paper_series()
RECORD = paper_record(SERIES)
FRAME = paper_frame(SERIES)


def add(flow: str, step: int, amount: float) -> Fault:
    """More of one flow in one step."""

    def fault(record: Record, frame: pd.DataFrame) -> None:
        row = (frame["flow"] == flow) & (frame["step"] == step)
        assert row.sum() == 1, flow
        frame.loc[row, "amount"] += amount

    return fault


def both(*faults: Fault) -> Fault:
    """Several alterations that hide each other."""

    def fault(record: Record, frame: pd.DataFrame) -> None:
        for one in faults:
            one(record, frame)

    return fault


def put(value: Any, *path: str | int) -> Fault:
    """Another value somewhere in plan.json."""

    def fault(record: Record, frame: pd.DataFrame) -> None:
        at: Any = record
        for step in path[:-1]:
            at = at[step]
        assert path[-1] in at or isinstance(at, list) or path[0] == "certificate", path
        at[path[-1]] = value

    return fault


def drop(*path: str | int) -> Fault:
    """Something of plan.json left out."""

    def fault(record: Record, frame: pd.DataFrame) -> None:
        at: Any = record
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return fault


def part(kind: str, id: str) -> int:
    """The place of a part of the objective."""
    parts = RECORD["objective"]["parts"]
    return next(place for place, one in enumerate(parts) if (one["kind"], one["id"]) == (kind, id))


def size(id: str, kind: str, key: str, value: float) -> Fault:
    """Another figure beside a size."""
    place = next(place for place, one in enumerate(RECORD["sizes"]) if (one["id"], one["kind"]) == (id, kind))
    return put(value, "sizes", place, key)


def rows(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Fault:
    """The flow table rewritten."""
    return lambda record, frame: change(frame)


def words(flow: str, column: str, word: str) -> Fault:
    """Another word in every row of a flow."""

    def fault(record: Record, frame: pd.DataFrame) -> None:
        frame.loc[frame["flow"] == flow, column] = word

    return fault


FAULTS: dict[str, tuple[str, Fault]] = {
    "a bought kilowatt-hour that nobody uses": ("balance", add("grid.bought.power.village", 3, 0.01)),
    "water from nowhere": ("balance", add("tank.discharged.rain.village", 1, 0.01)),
    "a pump that needs less than its recipe": ("recipe.input", add("pump.input.power.village", 11, -0.01)),
    "a panel that gives more than its activity": ("recipe.output", add("pv.output.power.village", 11, 0.01)),
    "compost that is ready too early": (
        "recipe.output",
        both(add("heap.output.compost.village", 0, 0.2), add("heap.output.compost.village", 1, -0.2)),
    ),
    "a panel that shines at night": ("capacity", add("pv.activity", 2, 0.01)),
    "a bed that pauses": ("capacity", add("bed.activity", 1, -0.01)),
    "a bed that lacks more than it draws": ("short.unmet", add("bed.unmet.rain.village", 0, 0.03)),
    "a bed that strands more than it gives": ("short.stranded", add("bed.stranded.leaves.village", 0, 1.1)),
    "a size above its range": ("size.high", size("heap", "process", "size", 5.01)),
    "a size below its range": ("size.low", size("bed", "process", "size", 9.99)),
    "a size that is left out": ("size.missing", drop("sizes", 0)),
    "a size of something that the law refuses": ("size.unknown", size("heap", "process", "id", "wash")),
    "a size twice": ("size.twice", lambda record, frame: record["sizes"].append(record["sizes"][0])),
    "panels that hang over the edge of the roof": ("surface", size("pv", "process", "size", 4.01)),
    "a level that rises by itself": ("store.level", add("battery.level.power.village", 20, 0.01)),
    "a battery that leaks nothing": ("store.level", add("battery.level.power.village", 47, 0.05)),
    "a store fuller than it is": ("store.full", size("battery", "store", "size", 9.0)),
    "a store emptier than allowed": ("store.empty", add("tank.level.rain.village", 0, -0.69)),
    "a store that ends too high": ("store.end", add("tank.level.rain.village", 1, 0.71)),
    "a store that ends too low": ("store.end", add("tank.level.rain.village", 1, -0.31)),
    "a battery faster than its power": ("store.power", size("battery", "power", "size", 0.9)),
    "a tank filled faster than its rate": ("store.power", add("tank.charged.rain.village", 0, 2.41)),
    "a need that is forgotten": ("need", add("lamps.served.power.village", 5, -0.01)),
    "a day of laundry that is forgotten": ("need", add("laundry.served.power.village", 11, -0.01)),
    "laundry at night": (
        "need.shift",
        both(add("laundry.served.power.village", 11, -0.1), add("laundry.served.power.village", 2, 0.1)),
    ),
    "laundry faster than its machine": (
        "need.shift",
        both(add("laundry.unmet.power.village", 32, -0.5), add("laundry.served.power.village", 35, 1.6)),
    ),
    "scraps that nobody took": ("offer", add("kitchen.offered.scraps.village", 0, -0.1)),
    "more offered than there is": ("offer", add("soap.offered.dirty.village", 0, 0.11)),
    "more stranded than was offered": ("offer.stranded", add("kitchen.stranded.scraps.village", 0, 8.0)),
    "more than the fuse allows": ("exchange.hour", add("grid.bought.power.village", 5, 2.0)),
    "more than the year allows": ("exchange.year", rows(lambda frame: times(frame, "grid.bought.power.village", 2.5))),
    "a missing step": ("series.missing", rows(lambda frame: frame.drop(index=7))),
    "a doubled step": ("series.double", rows(lambda frame: pd.concat([frame, frame.iloc[[7]]]))),
    "a step after the end": ("series.outside", rows(lambda frame: pd.concat([frame, frame.iloc[[7]].assign(step=48)]))),
    "a wrong time": ("series.time", rows(lambda frame: frame.assign(time=_late(frame)))),
    "no number": ("series.not_a_number", add("grid.sold.power.village", 5, np.nan)),
    "no number in a price": ("series.not_a_number", add("power.price.power.village", 5, np.inf)),
    "less than nothing": ("series.negative", add("grid.sold.power.village", 5, -0.01)),
    "a flow of a stranger": ("series.unknown", words("city.bought.mains.village", "id", "stranger")),
    "a flow in another network": ("series.unknown", words("hut.served.power.away", "network", "village")),
    "a use that the law refuses": ("series.unknown", words("pump.activity", "id", "wash")),
    "another unit": ("series.unit", words("grid.sold.power.village", "unit", "MWh")),
    "another tempo": ("series.tempo", rows(lambda frame: _daily(frame, "pump.activity"))),
    "a series under two names": ("series.twice", lambda record, frame: _renamed(frame)),
    "matter out of nothing": ("conservation.created", add("heap.input.scraps.village", 0, -0.1)),
    "a loss that is not named": ("conservation.unnamed", drop("losses", 0)),
    "a library recipe that loses": ("conservation.lost", lambda record, frame: _boiling(frame)),
    "a village that gains water": ("conservation.village", add("tank.level.rain.village", 1, 0.1)),
    "a refusal that is hidden": ("refused", drop("refused", 0)),
    "a refusal that is invented": ("refused", lambda record, frame: record["refused"].append({"id": "bed"})),
    "money that is not counted": ("money.total", put(1.0, "objective", "total")),
    "a goal that is said to be met": ("goal.met", put(True, "goals", 0, "met")),
    "a goal that is said to be missed": ("goal.met", put(False, "goals", 2, "met")),
    "a goal reached on paper": ("goal.reached", put(0.99, "goals", 0, "reached")),
    "a shortfall made small": ("goal.missing", put(0.1, "goals", 1, "missing")),
    "a goal that is left out": ("goal.unknown", drop("goals", 1)),
    "a year that costs less": ("money.total", put(1.0, "yearly_cost")),
    "an investment that is smaller": ("money.total", put(1.0, "investment")),
    "capital beside a size": ("size.capital_eur", size("pv", "process", "capital_eur", 2999.0)),
    "yearly cost beside a size": ("size.yearly_eur", size("battery", "power", "yearly_eur", 19.0)),
    "embodied carbon beside a size": ("size.embodied_kg_year", size("pv", "process", "embodied_kg_year", 70.0)),
    "activity beside a size": ("total.activity", size("pump", "process", "yearly_activity", 1.1)),
    "a total": ("total.flow", put(1.0, "flows", 0, "total")),
    "a total that is left out": ("total.flow", drop("flows", 0)),
    "a total of nothing": ("total.flow", lambda record, frame: record["flows"].append(_invented())),
    "a shortage that is kept quiet": ("total.unmet", drop("unmet", 1)),
    "a shortage made small": ("total.unmet", put(0.01, "unmet", 0, "amount")),
    "a stranded offer that is kept quiet": ("total.stranded", drop("stranded", 1)),
    "a measure that nobody knows": ("measure.unknown", lambda record, frame: record["measures"].update(joy=1.0)),
    "a certificate of another plan": ("certificate.primal", put(1.0, "certificate", "primal_objective")),
    "a dual above the primal": ("certificate.dual", put(70000.0, "certificate", "dual_objective")),
    "a gap that is larger than printed": ("certificate.gap", put(60000.0, "certificate", "dual_objective")),
    "a gap that is too large": (
        "certificate.open",
        both(put(0.0, "certificate", "dual_objective"), put(1.0, "certificate", "relative_gap")),
    ),
    "another village": ("origin.village", put("0" * 64, "certificate", "village_sha256")),
    "other flows": ("origin.flows", put("0" * 64, "certificate", "flows_sha256")),
    "no sum of the flows": ("origin.flows", put(None, "certificate", "flows_sha256")),
    "another year": ("origin.horizon", put("2024-01-01T00:00:00", "horizon", "start")),
    "a longer horizon": ("origin.horizon", put(72, "horizon", "hours")),
    "another share of the year": ("origin.year", put(1.0, "horizon", "year_fraction")),
    **{
        f"{kind} of {id}": (f"money.{kind}", put(amount, "objective", "parts", part(kind, id), "amount"))
        for kind, id, amount in (
            ("capital", "pv", 1.0), ("capital", "pump", 8.4), ("upkeep", "battery", 0.0), ("running", "pump", 0.2),
            ("holding", "battery", 0.0), ("bought", "farm", 16.3), ("sold", "garden", 0.3), ("carbon", "pv", 0.0),
            ("missing", "lamps+laundry", 1.0), ("stranded", "kitchen", 49000.0), ("goal", "waste", 0.1),
        )
    },
    **{f"measure {name}": ("measure", put(0.5, "measures", name)) for name in RECORD["measures"]},
}  # fmt: skip
"""What was altered -> the code of the finding that must name it, and the alteration."""


def times(frame: pd.DataFrame, flow: str, factor: float) -> pd.DataFrame:
    """All of a flow times a factor, and a little more."""
    return frame.assign(amount=frame["amount"].where(frame["flow"] != flow, frame["amount"] * factor + 0.6))


def _late(frame: pd.DataFrame) -> pd.Series:
    return frame["time"] + pd.to_timedelta((frame.index == 7).astype(int), unit="h")


def _daily(frame: pd.DataFrame, flow: str) -> pd.DataFrame:
    """One series by the day, though it touches power by the hour."""
    chosen = frame[frame["flow"] == flow]
    days = (
        chosen[chosen["step"] % 24 == 0].assign(step=[0, 1], tempo="day", amount=[0.5, 0.5]).astype({"step": "int32"})
    )
    return pd.concat([frame[frame["flow"] != flow], days])


def _renamed(frame: pd.DataFrame) -> pd.DataFrame:
    """Half of a series under another name."""
    return pd.concat([frame, frame[frame["flow"] == "city.bought.mains.village"].assign(flow="mains.too")])


def _boiling(frame: pd.DataFrame) -> pd.DataFrame:
    """A boiler of the library that takes power and gives nothing."""
    taken = frame[frame["flow"] == "pump.input.power.village"]
    named = taken.assign(flow="boiler.input", id="boiler", resource="electricity")
    idle = taken.assign(
        flow="boiler.activity", kind="activity", id="boiler", resource="", unit="kWh of heat", amount=0.0
    )
    return pd.concat([frame, named, idle])


def _invented() -> Record:
    return {"kind": "bought", "id": "grid", "resource": "rain", "network": "village", "total": 5.0}
