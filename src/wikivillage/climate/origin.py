"""Where the energy of a process comes from: which share of what it makes is renewable."""

from __future__ import annotations

import numpy as np

from wikivillage.climate.resolve import Resolved

FUEL_LOOPS = frozenset({"energy", "heat"})
"""Loops whose resources may be fossil; sun, air, plants and waste are renewable."""


def renewable_share_made(resolved: Resolved, process: str) -> float:
    """The renewable share (0..1) of what a process makes: that of its inputs, weighted by their energy.

    An input that several sources bring counts as its least renewable source, so that a claim is never too high.
    What nature gives, and matter that is no fuel (kitchen waste), is renewable.
    """
    return _of_process(resolved, process, frozenset())


def _of_process(resolved: Resolved, process: str, above: frozenset[str]) -> float:
    recipe = resolved.village.recipes[resolved.village.processes[process].recipe]
    amounts = resolved.arc_amounts(recipe.id)
    shares, weights = [], []
    for arc in recipe.inputs:
        energy = resolved.village.resources[arc.resource].composition.get("energy")
        if energy is not None and arc.resource not in above:
            weights.append(energy.value * float(np.mean(amounts["input", arc.resource])))
            shares.append(_of_resource(resolved, arc.resource, above | {arc.resource}))
    return float(np.average(shares, weights=weights)) if sum(weights) > 0.0 else 1.0


def _of_resource(resolved: Resolved, id: str, above: frozenset[str]) -> float:
    village = resolved.village
    resource = village.resources[id]
    if resource.nature or resource.loop not in FUEL_LOOPS:
        return 1.0
    bought = [e.renewable for e in village.exchanges.values() if e.resource == id and e.buy is not None]
    makers = [
        process.id
        for process in village.processes.values()
        if any(arc.resource == id for arc in village.recipes[process.recipe].outputs)
    ]
    return min([*bought, *(_of_process(resolved, maker, above) for maker in makers)], default=1.0)
