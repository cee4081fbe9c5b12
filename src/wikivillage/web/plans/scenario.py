"""A scenario: the village in the database with a few of its words changed. Nothing here plans."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import load_village
from wikivillage.model.kinds import Village
from wikivillage.model.yaml_text import write_sections
from wikivillage.web.registry.models import DataFile
from wikivillage.web.registry.village_file import REFERENCES, stored_trees

FILE = "village.yaml"
NAMELESS = {"person": "Somebody", "household": "A household"}
"""How a plan that everybody may read calls the agents of the village whose names are not for everybody."""
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Change:
    """One word of the village file that a scenario has otherwise: where (``goals.water.at_most``), and what instead.

    A path ``scale.<loop>`` has a percentage: how much is wanted of everything in a loop, of what it is now.
    """

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is planned: the sections of the village file, without names of people, and the files that it reads."""

    trees: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The fingerprint of the village and of its files."""
        found = hashlib.sha256(write_sections(self.trees).encode())
        for path, content in sorted(self.files.items()):
            found.update(hashlib.sha256(path.encode() + b"\0" + content).digest())
        return found.hexdigest()


def ground() -> Ground:
    """The village in the database. Raises ProblemError no-village."""
    trees = stored_trees()
    if "village" not in trees:
        raise ProblemError([Problem("no-village", "registry", "No village is in the database yet.", "Load one first.")])
    files = {path: bytes(content) for path, content in DataFile.objects.order_by("path").values_list("path", "content")}
    return Ground(without_names(trees), files)


def without_names(trees: Mapping[str, Any]) -> dict[str, Any]:
    """The sections with numbers in place of the ids and names of persons and households."""
    agents = trees.get("agents") or {}
    hidden = {id: tree["kind"] for id, tree in agents.items() if tree.get("kind") in NAMELESS}
    words = {id: f"{kind}_{number}" for number, (id, kind) in enumerate(hidden.items(), 1)}
    cleared = dict(trees)
    if agents:
        cleared["agents"] = {
            words.get(id, id): {**tree, "name": NAMELESS[hidden[id]]} if id in hidden else tree
            for id, tree in agents.items()
        }
    for section, key in REFERENCES.items():
        entries = trees.get(section) or {}
        cleared |= {section: {id: _renamed(tree, key, words) for id, tree in entries.items()}} if entries else {}
    return cleared


def _renamed(tree: Any, key: str, words: Mapping[str, str]) -> Any:
    return {**tree, key: words[tree[key]]} if isinstance(tree, Mapping) and tree.get(key) in words else tree


def changed(before: Ground, changes: Iterable[Change]) -> Ground:
    """The ground with the changes made. Raises ProblemError unknown-place for a path that leads nowhere."""
    trees: Any = deepcopy(dict(before.trees))
    problems = [problem for change in changes for problem in _make(trees, change)]
    if problems:
        raise ProblemError(problems)
    return Ground(trees, before.files)


def _make(trees: Any, change: Change) -> list[Problem]:
    section, *keys = change.path.split(".")
    if section == SCALE and len(keys) == 1:
        return _scale(trees, keys[0], change)
    here = trees.get(section)
    for key in keys[:-1]:
        here = here.get(key) if isinstance(here, dict) else None
    if not isinstance(here, dict) or not keys or keys[-1] not in here:
        return [Problem("unknown-place", change.path, "is not in the village file.", "Load the page again.")]
    here[keys[-1]] = change.value
    return []


SCALE = "scale"


def _scale(trees: Any, loop: str, change: Change) -> list[Problem]:
    if not NUMBER.fullmatch(change.value) or not 0 <= float(change.value) <= MOST_PERCENT:
        what, hint = f'"{change.value}" is no percentage from 0 to {MOST_PERCENT}.', "Write 100 for as much as now."
        return [Problem("bad-percentage", change.path, what, hint)]
    loops = loops_of_needs(trees)
    for id, tree in (trees.get("needs") or {}).items():
        if loops.get(id) == loop:
            tree["amount"] = scaled(tree["amount"], float(change.value) / 100.0)
    return []


MOST_PERCENT = 1000


def loops_of_needs(trees: Mapping[str, Any]) -> dict[str, str]:
    """The loop of each need whose amount can be made larger or smaller."""
    from wikivillage.web.registry.models import ResourceKind

    loops = dict(ResourceKind.objects.values_list("id", "loop"))
    needs = trees.get("needs") or {}
    return {id: loops[tree["resource"]] for id, tree in needs.items() if "amount" in tree and tree["resource"] in loops}


def scaled(amount: Any, factor: float) -> Any:
    """An amount of the village file, a number with its unit or a series of numbers, times a factor."""
    if isinstance(amount, str):
        return NUMBER.sub(lambda number: f"{float(number.group()) * factor:.12g}", amount, count=1)
    if isinstance(amount, list):
        return [scaled(one, factor) for one in amount]
    if isinstance(amount, Mapping) and "values" in amount:
        return {**amount, "values": scaled(amount["values"], factor)}
    return amount


def write_ground(ground: Ground, folder: Path) -> Path:
    """Write the village file and the files that it reads into a folder; the path of the village file."""
    for path, content in ground.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    file = folder / FILE
    file.write_text(write_sections(ground.trees), "utf-8")
    return file


def read_village(ground: Ground) -> Village:
    """The village as the planner takes it. Raises ProblemError with all its problems."""
    with tempfile.TemporaryDirectory() as folder:
        return load_village(write_ground(ground, Path(folder)))


def check_changes(before: Ground, changes: Sequence[Change]) -> dict[str, list[Problem]]:
    """Every problem of a scenario by the path of the change that makes it; what only several make is under ``""``."""
    if not _problems(before, changes):
        return {}
    found = {change.path: problems for change in changes if (problems := _problems(before, [change]))}
    return found or {"": _problems(before, changes)}


def _problems(before: Ground, changes: Sequence[Change]) -> list[Problem]:
    try:
        read_village(changed(before, changes))
    except ProblemError as error:
        return [_without_folder(problem) for problem in error.problems]
    return []


def _without_folder(problem: Problem) -> Problem:
    """A village file that was only written to be read is called by its name."""
    where = problem.where
    return replace(problem, where=where[where.rfind("/") + 1 :] if FILE in where else where)
