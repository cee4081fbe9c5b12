"""Village -> Plan, the chain of stages: resolve, compile, solve, interpret, record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.resolve import resolve
from wikivillage.model.kinds import Village
from wikivillage.planner.compile import compile_village
from wikivillage.planner.interpret import as_frame, interpret
from wikivillage.planner.record import plan_record
from wikivillage.planner.solve import UnboundedError, UnsolvedError, solve


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned horizon: ``record`` is what plan.json holds, ``flows`` the long table of every series."""

    village: Village
    record: dict[str, Any]
    flows: pd.DataFrame

    @property
    def objective(self) -> float:
        """EUR over the horizon, prices of what is missing included."""
        return float(self.record["objective"]["total"])


@dataclass
class Progress:
    """Tells which stage runs and keeps how long each took, in seconds."""

    say: Callable[[str, str], None] = lambda stage, detail: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, detail: str = "") -> Iterator[None]:
        """Time one stage."""
        self.say(name, detail)
        begun = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun


def plan(village: Village, base: Path, progress: Progress | None = None, *, route: str | None = None) -> Plan:
    """The least-cost plan of a village; ``base`` is the folder that its files are relative to.

    Raises ProblemError when a file of the village cannot be read, or somebody would be paid without end.
    """
    progress = progress or Progress()
    with progress.stage("weather"):
        resolved = resolve(village, base)
    with progress.stage("compile"):
        program, sheet = compile_village(resolved)
    with progress.stage("solve", f"{program.size['columns']:,} x {program.size['rows']:,}"):
        try:
            solution, quality = solve(program, say=lambda name: progress.say("solve", name), route=route)
        except UnboundedError:
            raise ProblemError([_unbounded(village)]) from None
        except UnsolvedError as missed:
            raise ProblemError(
                [Problem("unsolved", village.name, f"No route solved this village: {missed}.")]
            ) from None
    with progress.stage("interpret"):
        series = interpret(sheet, solution)
        record = plan_record(sheet, program, solution, quality, series)
        flows = as_frame(sheet, series)
    return Plan(village, {**record, "timings": progress.seconds}, flows)


def _unbounded(village: Village) -> Problem:
    traders = [one.id for one in village.exchanges.values() if one.sell is not None or one.buy is not None]
    return Problem(
        "unbounded",
        village.name,
        f"The village would be paid without end, by trade through some of: {', '.join(traders)}.",
        "Give what brings more than it costs a limit (sell_most or buy_most), or a process in between a largest size.",
    )
