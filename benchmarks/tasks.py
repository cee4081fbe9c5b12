"""The works that are measured, each in a process of its own: ``python -m benchmarks.tasks NAME JSON`` prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.highs import solve_with
from benchmarks.memory import forget_peak, peak_mb
from benchmarks.street import street
from wikivillage.climate.resolve import Resolved, resolve
from wikivillage.model import load_village
from wikivillage.model.kinds import Village
from wikivillage.planner.compile import compile_village
from wikivillage.planner.linear_program import LinearProgram
from wikivillage.planner.solve import hand_over, solve


def by_blocks(houses: int, hours: int) -> dict[str, float]:
    """Our compiler on the street, handed over to HiGHS."""
    return measured(lambda resolved: hand_over(compile_village(resolved)[0]), houses, hours)


def by_linopy(houses: int, hours: int) -> dict[str, float]:
    """linopy on the same street, handed over to HiGHS directly."""
    from benchmarks.street_in_linopy import build

    return measured(build, houses, hours)


def measured(build: Callable[[Resolved], Any], houses: int, hours: int) -> dict[str, float]:
    """Seconds, growth of the peak of memory in MB, and the size of the program that ``build`` makes of a street.

    A day of one house goes first, so that what is imported at first use is not counted.
    """
    resolved = street(houses, hours)
    build(street(1, 24))
    gc.collect()
    before = forget_peak()
    begun = time.perf_counter()
    highs = build(resolved)
    seconds = time.perf_counter() - begun
    megabytes = peak_mb() - before
    return {"seconds": seconds, "megabytes": megabytes, "columns": highs.getNumCol(), "nonzeros": highs.getNumNz()}


def hourly_ours(file: str, hours: int | None) -> dict[str, Any]:
    """Our routes on the village with every tempo an hour."""
    program = hourly_program(file, hours)
    begun = time.perf_counter()
    solution, quality = solve(program)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "objective": quality.primal_objective, "status": solution.route, **program.size}


def hourly_highs(file: str, hours: int | None, method: str, solver_limit_s: float) -> dict[str, Any]:
    """One method of HiGHS on the same program."""
    program = hourly_program(file, hours)
    begun = time.perf_counter()
    answer = solve_with(program, method, solver_limit_s)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "objective": answer.objective, "status": answer.status, **program.size}


def hourly_program(file: str, hours: int | None) -> LinearProgram:
    """The linear program of a village file with every tempo an hour."""
    village = shortened(load_village(Path(file)), hours)
    resources = {id: replace(one, tempo="hour") for id, one in village.resources.items()}
    return compile_village(resolve(replace(village, resources=resources), Path(file).parent))[0]


def shortened(village: Village, hours: int | None) -> Village:
    """The first ``hours`` hours of a village's horizon; all of them when None."""
    return village if hours is None else replace(village, horizon=replace(village.horizon, hours=hours))


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "by_blocks": by_blocks,
    "by_linopy": by_linopy,
    "hourly_ours": hourly_ours,
    "hourly_highs": hourly_highs,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
