"""A result folder, read: what was written, the village it is about, and what both together mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.base.time import TEMPOS, Tempo, TimeAxis
from wikivillage.climate.resolve import Resolved, resolve
from wikivillage.model import load_village
from wikivillage.model.kinds import Number, Recipe, Series, Village
from wikivillage.model.law import refusals
from wikivillage.planner.audit.amounts import arc_amounts
from wikivillage.planner.audit.findings import Clock, Floats
from wikivillage.planner.audit.tracks import Key, Track, read_tracks
from wikivillage.planner.audit.written import Written, read_plan

Node = tuple[str, str]
"""A resource and the network that carries it."""


class ArcFlow(NamedTuple):
    """One arc of a process: input or output, (steps,) amounts per activity, and how many steps later it arrives."""

    side: str
    node: Node
    per_activity: Floats
    delay: int


@dataclass(frozen=True)
class Result:
    """Everything that the laws look at. ``digests`` are the SHA-256 of the files as they lie in the folder."""

    resolved: Resolved
    written: Written
    tracks: tuple[Track, ...]
    digests: Mapping[str, str]

    @property
    def village(self) -> Village:
        """The village that was planned."""
        return self.resolved.village

    @cached_property
    def axis(self) -> TimeAxis:
        """The hours that were to be planned, according to the village and not to the plan."""
        return TimeAxis(self.village.horizon.start, self.village.horizon.hours)

    @cached_property
    def refused(self) -> frozenset[str]:
        """Ids of the processes and needs that the law refuses, according to the rules and not to the plan."""
        return frozenset(refusal.id for refusal in refusals(self.village))

    @cached_property
    def sizes(self) -> dict[tuple[str, str], float]:
        """(id, process | store | power) -> size."""
        return {(line.id, line.kind): line.size for line in self.written.sizes}

    @cached_property
    def series(self) -> dict[Key, tuple[Tempo, Floats]]:
        """Each series with (steps,) amounts of every step; rows of steps that do not exist are left out."""
        return {track.key: (track.tempo, self._dense(track)) for track in self.tracks}

    @cached_property
    def sums(self) -> dict[Key, float]:
        """The total of each series over the horizon."""
        return {key: float(amounts.sum()) for key, (_, amounts) in self.series.items()}

    def _dense(self, track: Track) -> Floats:
        steps = self.axis.steps(track.tempo)
        known = (track.steps >= 0) & (track.steps < steps)
        return summed(track.steps[known], track.amounts[known], steps)

    def flow(self, kind: str, id: str, node: Node, tempo: Tempo) -> Floats:
        """(steps,) a series at ``tempo``; zero where it was not written, or was written at a coarser tempo."""
        wrote, amounts = self.series.get(Key(kind, id, *node), (tempo, np.zeros(self.axis.steps(tempo))))
        if TEMPOS.index(wrote) > TEMPOS.index(tempo):
            return np.zeros(self.axis.steps(tempo))
        return self.summed(amounts, wrote, tempo)

    def summed(self, amounts: Floats, fine: Tempo, coarse: Tempo) -> Floats:
        """(steps of ``fine``,) amounts summed into the steps of ``coarse``."""
        if fine == coarse:
            return amounts
        return summed(self.axis.block_of_step(fine, coarse), amounts, self.axis.steps(coarse))

    def total(self, kind: str, *, resource: str | None = None, id: str | None = None) -> float:
        """The sum of a kind of flow over the horizon, of one resource or one owner where asked."""
        return sum(
            amount for key, amount in self.sums.items()
            if key.kind == kind and resource in (None, key.resource) and id in (None, key.id)
        )  # fmt: skip

    def node(self, resource: str, place: str | None) -> Node:
        """The resource in the network that serves a place."""
        networks = self.village.places[place].networks if place is not None else {}
        return resource, networks.get(resource, "village")

    def tempo(self, resource: str) -> Tempo:
        """At which tempo a resource is balanced."""
        return self.village.resources[resource].tempo

    def process_tempo(self, process: str) -> Tempo:
        """At which tempo a process was written, else the finest of what it touches."""
        wrote = self.series.get(Key("activity", process, "", ""))
        return self.finest_tempo(self.recipe(process)) if wrote is None else wrote[0]

    def finest_tempo(self, recipe: Recipe) -> Tempo:
        """The finest tempo of the resources that a recipe touches, nature apart."""
        touched = [self.village.resources[arc.resource] for arc in (*recipe.inputs, *recipe.outputs)]
        return min((one.tempo for one in touched if not one.nature), key=TEMPOS.index, default="hour")

    def activity(self, process: str) -> Floats:
        """(steps,) the activity of a process at its own tempo."""
        return self.flow("activity", process, ("", ""), self.process_tempo(process))

    def recipe(self, process: str) -> Recipe:
        """The recipe of a process."""
        return self.village.recipes[self.village.processes[process].recipe]

    def working(self) -> Iterator[str]:
        """Ids of the processes that the law allows."""
        return (id for id in self.village.processes if id not in self.refused)

    @cached_property
    def arcs(self) -> dict[str, tuple[ArcFlow, ...]]:
        """The arcs of every process that the law allows."""
        return {process: tuple(self._arcs(process)) for process in self.working()}

    def _arcs(self, process: str) -> Iterator[ArcFlow]:
        at, recipe, tempo = self.village.processes[process], self.recipe(process), self.process_tempo(process)
        amounts = arc_amounts(recipe, self.village, self.values, self.axis.hours)
        for side, arcs, place in (
            ("input", recipe.inputs, at.at),
            ("output", recipe.outputs, at.to or at.at),
        ):
            for place_in_recipe, arc in enumerate(arcs):
                per_activity = self.axis.mean_to(tempo, amounts[side, place_in_recipe])
                delay = round(arc.delay_hours / self.axis.block_hours(tempo))
                yield ArcFlow(side, self.node(arc.resource, place), per_activity, delay)

    def values(self, series: Series) -> Floats:
        """(hours,) a series of the village."""
        return self.resolved.values(series)

    def per_step(self, series: Series | None, tempo: Tempo) -> Floats:
        """(steps,) a price or factor averaged over steps; zero where there is none."""
        return np.zeros(self.axis.steps(tempo)) if series is None else self.axis.mean_to(tempo, self.values(series))

    def when(self, tempo: Tempo, step: int) -> str:
        """The start of a step as people write it."""
        moment = self.axis.time_of(tempo, step)
        return moment.isoformat(sep=" ", timespec="minutes") if tempo == "hour" else moment.date().isoformat()

    def clock(self, tempo: Tempo) -> Clock:
        """What people call the steps of a tempo."""
        return lambda step: self.when(tempo, step)


def summed(steps: NDArray[np.integer[Any]], amounts: Floats, count: int) -> Floats:
    """(count,) amounts added up by their step."""
    return np.bincount(steps, weights=amounts, minlength=count).astype(float, copy=False)


def number(known: Number | None, default: float = 0.0) -> float:
    """The value, or what holds where nothing is said."""
    return default if known is None else known.value


def read_result(folder: Path) -> Result:
    """Read plan.json, flows.parquet and village.yaml. Raises ProblemError with what is wrong in any of them."""
    if not folder.is_dir():
        raise ProblemError([Problem("no_folder", str(folder), "This folder is not there.")])
    problems: list[Problem] = []
    written = _tried(problems, read_plan, folder / "plan.json")
    tracks = _tried(problems, read_tracks, folder / "flows.parquet")
    village = _tried(problems, _read_village, folder / "village.yaml")
    if written is None or tracks is None or village is None:
        raise ProblemError(problems)
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in DIGESTED}
    return Result(resolve(village, folder), written, tuple(tracks), digests)


DIGESTED = ("village.yaml", "flows.parquet")

Read = TypeVar("Read")


def _tried(problems: list[Problem], read: Callable[[Path], Read], file: Path) -> Read | None:
    """What is in a file, or None and its problems among the others."""
    try:
        return read(file)
    except ProblemError as error:
        problems.extend(error.problems)
        return None


def _read_village(file: Path) -> Village:
    if not file.is_file():
        raise ProblemError([Problem("missing_file", str(file), "This file is not there.")])
    return load_village(file)
