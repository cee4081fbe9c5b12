"""Laws: sizes stay inside their ranges, and what stands on a surface fits on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from wikivillage.model.kinds import Costs, Range
from wikivillage.planner.audit.findings import Finding, Law, exceeds
from wikivillage.planner.audit.result import Result


def check_sizes(result: Result) -> Iterator[Finding]:
    """low <= size <= high; every range has its size, and no size is of something that is not there."""
    ranges = _ranges(result)
    counted = Counter((line.id, line.kind) for line in result.written.sizes)
    for key in sorted(set(counted) | set(ranges)):
        where = f"{key[0]} {key[1]}"
        if key not in ranges:
            yield Finding("size.unknown", where, "has a size, but is not in the village or not allowed", 1.0, 0.0)
        elif counted[key] > 1:
            yield Finding("size.twice", where, "has two sizes", float(counted[key]), 0.0)
        elif key in counted:
            yield from _inside(where, result.sizes[key], ranges[key])
        elif key[1] != "process" or ranges[key] is not None or _counts(result, key[0]):
            yield Finding("size.missing", where, "has no size in the plan", 1.0, 0.0)


def _counts(result: Result, process: str) -> bool:
    """Whether the size of a process costs money, carbon or room."""
    recipe = result.recipe(process)
    return recipe.costs != Costs() or bool(recipe.footprint)


def _inside(where: str, size: float, wanted: Range | None) -> Iterator[Finding]:
    low, high, unit = (0.0, np.inf, "") if wanted is None else (wanted.low, wanted.high, wanted.unit)
    yield from exceeds(Law("size.high", where, f"is <found> {unit}, above its largest <wanted> {unit}"), size, high)
    yield from exceeds(Law("size.low", where, f"is <wanted> {unit}, below its smallest <found> {unit}"), low, size)


def _ranges(result: Result) -> dict[tuple[str, str], Range | None]:
    village = result.village
    found: dict[tuple[str, str], Range | None] = {
        (id, "process"): village.processes[id].size for id in result.working()
    }
    for store in village.stores.values():
        found[store.id, "store"] = store.size
        if store.power is not None:
            found[store.id, "power"] = store.power
    return found


def check_surfaces(result: Result) -> Iterator[Finding]:
    """Per place and surface: the sum of size x footprint is at most its m2."""
    used: dict[tuple[str, str], float] = defaultdict(float)
    for place, surface, m2 in _footprints(result):
        used[place, surface] += m2
    for (place, surface), m2 in used.items():
        there = result.village.places[place].surfaces.get(surface, 0.0)
        law = Law("surface", f"{place} {surface}", "<found> m2 are built on, <wanted> m2 are there")
        yield from exceeds(law, m2, there)


def _footprints(result: Result) -> Iterator[tuple[str, str, float]]:
    village = result.village
    things = [
        *((p.id, "process", p.at, village.recipes[p.recipe].footprint) for p in village.processes.values()),
        *((s.id, "store", s.at, village.store_recipes[s.recipe].footprint) for s in village.stores.values()),
    ]
    for id, kind, place, footprint in things:
        for surface, per_size in footprint.items():
            if place is not None:
                yield place, surface, per_size.value * result.sizes.get((id, kind), 0.0)
