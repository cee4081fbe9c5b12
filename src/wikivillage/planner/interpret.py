"""Solution -> flows: every series in the words of the village, at its own tempo. The inverse of ``compile``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wikivillage.base.time import Tempo
from wikivillage.planner.families.stores import kept_share
from wikivillage.planner.linear_program import Floats
from wikivillage.planner.sheet import Node, Sheet
from wikivillage.planner.solve import Solution


@dataclass(frozen=True, slots=True)
class FlowSeries:
    """One series of the plan: (steps,) amounts >= 0 (prices may be negative) in ``unit`` per step."""

    kind: str
    id: str
    resource: str
    network: str
    unit: str
    tempo: Tempo
    amounts: Floats

    @property
    def flow(self) -> str:
        """Its name: ``heat_pump.input.electricity``, ``grid.bought``, ``price.heat.village``."""
        match self.kind:
            case "activity":
                return f"{self.id}.activity"
            case "input" | "output":
                end = "" if self.network == "village" else f".{self.network}"
                return f"{self.id}.{self.kind}.{self.resource}{end}"
            case "price":
                return f"price.{self.resource}.{self.network}"
            case "unmet" | "stranded":
                return f"{self.id}.{self.kind}.{self.resource}"
            case _:
                return f"{self.id}.{self.kind}"


def interpret(sheet: Sheet, solution: Solution) -> list[FlowSeries]:
    """Every flow, level and price of a solution."""
    written = [_series(sheet, flow.kind, flow.id, flow.node, flow.tempo, flow.of(solution.x)) for flow in sheet.flows]
    return [*written, *_free_changes(sheet, written), *_prices(sheet, solution)]


def _series(sheet: Sheet, kind: str, id: str, node: Node | None, tempo: Tempo, amounts: Floats) -> FlowSeries:
    """Rounding may leave -1e-12 where nothing flows: amounts are kept at or above zero."""
    resource, network = node or ("", "village")
    unit = sheet.resource(resource).unit if resource else _activity_unit(sheet, id)
    return FlowSeries(kind, id, resource, network, unit, tempo, np.maximum(amounts, 0.0))


def _activity_unit(sheet: Sheet, process: str) -> str:
    return sheet.village.recipes[sheet.village.processes[process].recipe].activity_unit


def _free_changes(sheet: Sheet, written: list[FlowSeries]) -> list[FlowSeries]:
    """Charging and discharging of the stores whose level is their only column."""
    moved = {series.id for series in written if series.kind == "charged"}
    made = []
    for series in written:
        if series.kind == "level" and series.id not in moved:
            change = _level_change(sheet, series)
            node = (series.resource, series.network)
            made.append(_series(sheet, "charged", series.id, node, series.tempo, change))
            made.append(_series(sheet, "discharged", series.id, node, series.tempo, -change))
    return made


def _level_change(sheet: Sheet, series: FlowSeries) -> Floats:
    store = sheet.village.stores[series.id]
    kept = kept_share(sheet, sheet.village.store_recipes[store.recipe], (series.resource, series.network))
    before = np.roll(series.amounts, 1)
    if store.start is not None:
        before[0] = store.start
    return np.asarray(series.amounts - kept * before)


def _prices(sheet: Sheet, solution: Solution) -> list[FlowSeries]:
    """EUR per unit of each resource in each step: what one unit more of need would add to the cost."""
    made = []
    for (resource, network), rows in sheet.balance_rows.items():
        unit = f"EUR/{sheet.resource(resource).unit}"
        tempo = sheet.resource(resource).tempo
        made.append(FlowSeries("price", resource, resource, network, unit, tempo, solution.row_dual[rows]))
    return made


COLUMNS = ("flow", "kind", "id", "resource", "network", "unit", "tempo")


def as_frame(sheet: Sheet, series: list[FlowSeries]) -> pd.DataFrame:
    """The long table of all series: ``COLUMNS``, step (int32), time (start of the step), amount (float64)."""
    lengths = np.array([len(one.amounts) for one in series])
    starts = {tempo: sheet.axis.starts(tempo) for tempo in {one.tempo for one in series}}
    table = {
        name: pd.Categorical.from_codes(codes, categories=pd.Index(words))
        for name, (codes, words) in (
            (column, _codes([getattr(one, column) for one in series], lengths)) for column in COLUMNS
        )
    }
    return pd.DataFrame(
        {
            **table,
            "step": np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
            "time": np.concatenate([starts[one.tempo] for one in series]),
            "amount": np.concatenate([one.amounts for one in series]),
        }
    )


def _codes(words: list[str], lengths: np.ndarray) -> tuple[np.ndarray, list[str]]:
    known = sorted(set(words))
    place = {word: code for code, word in enumerate(known)}
    return np.repeat(np.array([place[word] for word in words], dtype=np.int32), lengths), known
