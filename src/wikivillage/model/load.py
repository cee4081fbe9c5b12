"""Village file -> Village, or every problem of the file at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import yaml_source as yaml
from wikivillage.model.check import Where, check_village
from wikivillage.model.entries import read_exchange, read_need, read_offer, read_process, read_store
from wikivillage.model.fields import Field, as_mapping, as_text, read_record
from wikivillage.model.goals import read_goal
from wikivillage.model.kinds import Village
from wikivillage.model.library import library_shelves
from wikivillage.model.reading import Reading
from wikivillage.model.setting import (
    read_agent,
    read_finance,
    read_horizon,
    read_place,
    read_section,
    read_site,
)
from wikivillage.model.values import check_id, raw

VILLAGE = (
    Field("village", raw, "the name of the village", required=True),
    Field("site", raw, "where it is and under which sky"),
    Field("horizon", raw, "the hours that are planned"),
    Field("finance", raw, "discount rate and carbon price"),
    Field("agents", raw, "who acts"),
    Field("resources", raw, "own kinds of thing"),
    Field("recipes", raw, "own recipes"),
    Field("store_recipes", raw, "own kinds of store"),
    Field("profiles", raw, "own shapes of use"),
    Field("places", raw, "where things are"),
    Field("processes", raw, "recipes at work"),
    Field("stores", raw, "where things wait"),
    Field("needs", raw, "what is wanted"),
    Field("offers", raw, "what is given"),
    Field("exchanges", raw, "trade with the outside"),
    Field("goals", raw, "what the village aims at"),
)
"""The sections of a village file."""

ENTRIES: dict[str, Any] = {
    "agents": read_agent,
    "places": read_place,
    "processes": read_process,
    "stores": read_store,
    "needs": read_need,
    "offers": read_offer,
    "exchanges": read_exchange,
    "goals": read_goal,
}
"""How each entry of a section is read, in an order in which what is referred to comes first."""


def load_village(path: Path | str) -> Village:
    """The village in a YAML file. Raises ProblemError with every problem that was found in it."""
    file = Path(path)
    return load_village_text(yaml.read_text(file), base=file.parent, name=str(path))


def load_village_text(text: str, base: Path | None = None, name: str = "village") -> Village:
    """The village in a YAML text; ``base`` is the folder of its data files, ``name`` what problems call the text."""
    told: list[Problem] = []
    root = yaml.parse(text, name, told=told)
    if not isinstance(root, yaml.Mapping):
        what = "A village is keys with values."
        raise ProblemError([Problem("shape", root.where, what, "Begin with village: Its name.")])
    reading = Reading(library_shelves(), base)
    village = _read_village(root, reading)
    problems = [*told, *reading.problems]
    if village is not None:
        problems = [*problems, *check_village(village, _locations(root), whole=not reading.dropped)]
    if problems:
        raise ProblemError(sorted(dict.fromkeys(problems), key=_line))
    assert village is not None, "a village without problems was read"
    return village


def _line(problem: Problem) -> tuple[str, int]:
    """Problems are told in the order of the file."""
    file, _, line = problem.where.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (problem.where, 0)


def _read_village(root: yaml.Mapping, reading: Reading) -> Village | None:
    """The village as far as it could be read; None where not even its name and hours are known."""
    record = read_record(root, VILLAGE, reading)
    title = record["village"] and reading.attempt(record["village"], as_text)
    site, year = read_site(root, reading)
    reading.horizon = read_horizon(root, year, reading)
    _fill_shelves(root, reading)
    sections = {section: read_section(root, section, reading, read) for section, read in ENTRIES.items()}
    for shelf in _shelves(reading).values():
        shelf.take_own(reading)
    finance = read_finance(root, reading)
    if title is None or reading.horizon is None:
        return None
    shelves = {section: shelf.entries() for section, shelf in _shelves(reading).items()}
    return Village(title, site, reading.horizon, finance, **shelves, **sections)


def _shelves(reading: Reading) -> dict[str, Any]:
    shelves = reading.shelves
    return {
        "resources": shelves.resources,
        "recipes": shelves.recipes,
        "store_recipes": shelves.store_recipes,
        "profiles": shelves.profiles,
    }


def _fill_shelves(root: yaml.Mapping, reading: Reading) -> None:
    """Put the village's own entries before the library's, and note the ids that entries may refer to."""
    for section, shelf in _shelves(reading).items():
        node = root.find(section)
        mapping = None if node is None else reading.attempt(node, as_mapping)
        for key in mapping.keys.values() if mapping else ():
            reading.attempt(key, check_id)
        shelf.own = mapping.values if mapping else {}
    reading.places, reading.agents = _ids(root, "places"), _ids(root, "agents")


def _ids(root: yaml.Mapping, section: str) -> frozenset[str]:
    node = root.find(section)
    return frozenset(node.values) if isinstance(node, yaml.Mapping) else frozenset()


def _locations(root: yaml.Mapping) -> Where:
    """Where something stands in the file: the line of a key, of its entry, of its section, or the file."""

    def where(section: str, id: str = "", key: str = "") -> str:
        node: yaml.Node = root
        found = root.where
        for step in (section, id, key):
            if not isinstance(node, yaml.Mapping) or step not in node.keys:
                break
            found, node = node.keys[step].where, node.values[step]
        return found

    return where
