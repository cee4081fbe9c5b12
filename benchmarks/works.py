"""The works of DESIGN's table of speed and size, each returning its rows."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.fresh import ROOT, run_command, run_task
from benchmarks.highs import METHODS
from benchmarks.ledger_works import FULL_LEDGER, LEDGER_WORKS, QUICK_LEDGER, LedgerScale
from benchmarks.pages_works import FULL_PAGES, PAGES_WORKS, QUICK_PAGES, PagesScale
from benchmarks.results import Row
from benchmarks.sharing_works import FULL_SHARING, QUICK_SHARING, SHARING_WORKS, SharingScale
from benchmarks.tasks import shortened
from wikivillage.model import dump_village, load_village

VILLAGE = ROOT / "villages" / "saint_blaise.yaml"
HIGHS_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: repeats, houses and hours of the street, hours of the village (None: its year), limit;
    and what of the ledger, of the pages and of sharing."""

    repeats: int
    houses: int
    street_hours: int
    village_hours: int | None
    hourly_hours: int | None
    limit_s: float
    ledger: LedgerScale
    pages: PagesScale
    sharing: SharingScale


FULL = Scale(
    repeats=5, houses=10, street_hours=8760, village_hours=None, hourly_hours=None, limit_s=1800.0, ledger=FULL_LEDGER,
    pages=FULL_PAGES, sharing=FULL_SHARING,
)  # fmt: skip
QUICK = Scale(
    repeats=3, houses=2, street_hours=1460, village_hours=720, hourly_hours=336, limit_s=120.0, ledger=QUICK_LEDGER,
    pages=QUICK_PAGES, sharing=QUICK_SHARING,
)  # fmt: skip


def compile_a_street(scale: Scale) -> list[Row]:
    """Building a matrix and handing it to HiGHS: our compiler against linopy, taking turns."""
    size: dict[str, Any] = {"houses": scale.houses, "hours": scale.street_hours}
    pairs = [(run_task("by_blocks", **size), run_task("by_linopy", **size)) for _ in range(scale.repeats)]
    ours, theirs = (_medians([answer for answer in side if answer]) for side in zip(*pairs, strict=True))
    per_variable, per_variable_theirs = (1e6 * one["seconds"] / one["columns"] for one in (ours, theirs))
    counted = f"{ours['columns']:,.0f} variables, {ours['nonzeros']:,.0f} entries"
    time_ratio, memory_ratio = ours["seconds"] / theirs["seconds"], ours["megabytes"] / theirs["megabytes"]
    return [
        Row(
            f"compile {counted}: time", f"{per_variable:.2f} us per variable",
            f"linopy direct {per_variable_theirs:.2f} us", f"{time_ratio:.2f}", "<= 1 us and <= 0.20",
            per_variable <= 1.0 and time_ratio <= 0.2,
        ),
        Row(
            "the same: memory", f"{ours['megabytes']:.0f} MB", f"linopy direct {theirs['megabytes']:.0f} MB",
            f"{memory_ratio:.2f}", "<= 0.50", memory_ratio <= 0.5,
        ),
    ]  # fmt: skip


def plan_saint_blaise(scale: Scale) -> list[Row]:
    """The whole command, from the village file to the report, each loop at its own tempo."""
    runs, timings = [], {}
    with tempfile.TemporaryDirectory() as folder:
        file, result = _village_file(Path(folder), scale.village_hours), Path(folder) / "result"
        for _ in range(min(scale.repeats, 3)):
            runs.append(run_command("plan", str(file), "--out", str(result)))
            timings = json.loads((result / "plan.json").read_text("utf-8"))["timings"]
    seconds, megabytes = median(run.seconds for run in runs), max(run.megabytes for run in runs)
    stages = ", ".join(f"{name} {spent:.1f}" for name, spent in timings.items() if name != "total")
    return [
        Row(
            f"plan Saint-Blaise, {_length(scale.village_hours)}, own tempos: file to report",
            f"{seconds:.1f} s ({stages})", target="<= 15 s", met=seconds <= 15.0,
        ),
        Row("the same: memory", f"{megabytes:.0f} MB", target="< 1500 MB", met=megabytes < 1500.0),
    ]  # fmt: skip


def solve_hourly(scale: Scale) -> list[Row]:
    """Saint-Blaise with every tempo an hour: our route against each method of HiGHS on the same matrix."""
    wanted: dict[str, Any] = {"file": str(VILLAGE), "hours": scale.hourly_hours}
    patience = scale.limit_s + 300.0
    ours = run_task("hourly_ours", limit_s=patience, **wanted)
    rows, best = [], None
    for method in METHODS:
        told = run_task("hourly_highs", limit_s=patience, solver_limit_s=scale.limit_s, method=method, **wanted)
        rows.append(Row(f"HiGHS {method} on that matrix", _said(told)))
        if told and told["status"] == "Optimal" and (best is None or told["seconds"] < best["seconds"]):
            best = {**told, "method": method}
    return [_hourly_row(ours, best, scale), *rows]


def _hourly_row(ours: dict[str, Any] | None, best: dict[str, Any] | None, scale: Scale) -> Row:
    work = f"solve Saint-Blaise, {_length(scale.hourly_hours)}, all hourly"
    target = f">= 10 x faster, objective within {HIGHS_TOLERANCE:g}"
    if ours is None:
        return Row(work, "did not end", target=target, met=False)
    if best is None:
        faster, off = scale.limit_s / ours["seconds"], 0.0
        against, ratio = f"HiGHS: nothing within {scale.limit_s:.0f} s", f"> {faster:.1f} x faster"
    else:
        faster = best["seconds"] / ours["seconds"]
        off = abs(ours["objective"] - best["objective"]) / max(1.0, abs(best["objective"]))
        against, ratio = f"HiGHS {best['method']} {best['seconds']:.1f} s", f"{faster:.1f} x faster, {off:.0e} off"
    return Row(work, _said(ours), against, ratio, target, faster >= 10.0 and off <= HIGHS_TOLERANCE)


def _said(answer: dict[str, Any] | None) -> str:
    if answer is None:
        return "did not end"
    size = f"{answer['columns']:,} x {answer['rows']:,}"
    return f"{answer['seconds']:.1f} s, {answer['status']}, objective {answer['objective']:,.2f}, {size}"


def _village_file(folder: Path, hours: int | None) -> Path:
    """Saint-Blaise itself, or a copy of it with a shorter horizon."""
    if hours is None:
        return VILLAGE
    file = folder / VILLAGE.name
    file.write_text(dump_village(shortened(load_village(VILLAGE), hours)), "utf-8")
    return file


def _medians(answers: list[dict[str, Any]]) -> dict[str, float]:
    return {name: median(answer[name] for answer in answers) for name in answers[0]}


def _length(hours: int | None) -> str:
    return "a whole year" if hours is None else f"{hours} hours"


def _of_ledger(work: Callable[[LedgerScale], list[Row]]) -> Callable[[Scale], list[Row]]:
    return lambda scale: work(scale.ledger)


def _of_pages(work: Callable[[PagesScale], list[Row]]) -> Callable[[Scale], list[Row]]:
    return lambda scale: work(scale.pages)


def _of_sharing(work: Callable[[SharingScale], list[Row]]) -> Callable[[Scale], list[Row]]:
    return lambda scale: work(scale.sharing)


WORKS: dict[str, Callable[[Scale], list[Row]]] = {
    "compile": compile_a_street,
    "plan": plan_saint_blaise,
    "hourly": solve_hourly,
    **{name: _of_ledger(work) for name, work in LEDGER_WORKS.items()},
    **{name: _of_pages(work) for name, work in PAGES_WORKS.items()},
    **{name: _of_sharing(work) for name, work in SHARING_WORKS.items()},
}
