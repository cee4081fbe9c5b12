"""Laws: a process takes and gives what its recipe says of its activity, within its size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wikivillage.planner.audit.findings import Finding, Floats, Law, differs, exceeds
from wikivillage.planner.audit.result import ArcFlow, Result


def check_conversion(result: Result) -> Iterator[Finding]:
    """input[t] = a[t] x activity[t]; output[t + delay] = b[t] x activity[t], past the end if the horizon is cyclic."""
    for process, arcs in result.arcs.items():
        tempo, activity = result.process_tempo(process), result.activity(process)
        for arc in arcs:
            unit = result.village.resources[arc.node[0]].unit
            sentence = f"<found> {unit} flow, the recipe and the activity make <wanted> {unit}"
            law = Law(f"recipe.{arc.side}", f"{process} {arc.side} {arc.node[0]}", sentence, result.clock(tempo))
            yield from differs(law, result.flow(arc.side, process, arc.node, tempo), arrived(result, arc, activity))


def arrived(result: Result, arc: ArcFlow, activity: Floats) -> Floats:
    """(steps,) what an arc carries in the step in which it arrives."""
    left = arc.per_activity * activity
    if result.village.horizon.cyclic:
        return np.roll(left, arc.delay)
    return np.concatenate([np.zeros(min(arc.delay, len(left))), left])[: len(left)]


def check_capacity(result: Result) -> Iterator[Finding]:
    """activity[t] <= size x rate x availability summed over the step; equal where the recipe runs exactly."""
    for process in result.working():
        recipe, tempo = result.recipe(process), result.process_tempo(process)
        size = result.sizes.get((process, "process"))
        if size is None:
            continue
        available = np.ones(result.axis.hours) if recipe.availability is None else result.values(recipe.availability)
        most = size * recipe.rate.value * result.axis.sum_to(tempo, np.maximum(available, 0.0))
        compare, verb = (differs, "demands") if recipe.runs == "exactly" else (exceeds, "allows")
        sentence = f"the activity is <found> {recipe.activity_unit}, its size {verb} <wanted>"
        yield from compare(Law("capacity", process, sentence, result.clock(tempo)), result.activity(process), most)


def check_short(result: Result) -> Iterator[Finding]:
    """A process that runs exactly lacks at most what it draws, and strands at most what it gives, in every step."""
    for process, arcs in result.arcs.items():
        for arc in arcs:
            kind, verb = ("unmet", "drawn") if arc.side == "input" else ("stranded", "given")
            tempo = result.tempo(arc.node[0])
            sentence = f"<found> are {kind}, only <wanted> are {verb}"
            law = Law(f"short.{kind}", f"{process} {kind} {arc.node[0]}", sentence, result.clock(tempo))
            short, flow = (result.flow(one, process, arc.node, tempo) for one in (kind, arc.side))
            yield from exceeds(law, short, flow)
