"""The library that comes with WikiVillage: shelves for one village to take from, and all of it read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wikivillage.base.problems import ProblemError
from wikivillage.model import yaml_source as yaml
from wikivillage.model.fields import Field, read_record
from wikivillage.model.kinds import Name, Number, Profile, Recipe, Resource, StoreRecipe
from wikivillage.model.library_files import library_entries
from wikivillage.model.numbers import number
from wikivillage.model.reading import Reading
from wikivillage.model.recipes import read_recipe, read_store_recipe
from wikivillage.model.resources import read_profile, read_resource
from wikivillage.model.shelves import Shelf, Shelves
from wikivillage.model.values import name, raw, text, yes_no


@dataclass(frozen=True, slots=True)
class GoalKind:
    """A measure that goals may name: the unit of what is missing, the default worth of one unit, and whether the
    target is a share. ``unit`` is ``resource`` where the unit is that of the goal's resource."""

    measure: str
    name: Name
    unit: str
    worth: Number | None
    share: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from."""

    id: str
    title: str
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in the library, by id."""

    resources: Mapping[str, Resource]
    recipes: Mapping[str, Recipe]
    store_recipes: Mapping[str, StoreRecipe]
    profiles: Mapping[str, Profile]
    goals: Mapping[str, GoalKind]
    sources: Mapping[str, Source]


def library_shelves() -> Shelves:
    """New shelves on which the library stands and nothing has been taken yet."""
    return Shelves(
        resources=Shelf("resource", library_entries("resources"), read_resource),
        recipes=Shelf("recipe", library_entries("recipes"), read_recipe),
        store_recipes=Shelf("store recipe", library_entries("store_recipes"), read_store_recipe),
        profiles=Shelf("profile", library_entries("profiles"), read_profile),
    )


GOAL_KIND = (
    Field("name", name, "what people call it"),
    Field("unit", text, "the unit of what is missing", required=True),
    Field("worth", raw, "EUR per unit that is missing"),
    Field("share", yes_no, "whether the target is a share", default=False),
    Field("note", text, "a remark"),
)


def read_goal_kind(id: str, node: yaml.Node, reading: Reading) -> GoalKind | None:
    """A measure with its default worth, or None where its unit could not be read."""
    record = reading.attempt(node, lambda node: read_record(node, GOAL_KIND, reading))
    if record is None or not record.whole:
        return None
    worth = record["worth"]
    if worth is not None and record["unit"] != "resource":
        worth = reading.attempt(worth, lambda node: number(f"EUR/{record['unit']}", least=0.0)(node, reading))
    return GoalKind(id, record["name"] or Name(id, id), record["unit"], worth, record["share"])


@lru_cache(maxsize=1)
def goal_kinds() -> Mapping[str, GoalKind]:
    """The measures that goals may name. Raises ProblemError for a mistake in the library."""
    reading = Reading(library_shelves(), origin="library")
    kinds = {id: read_goal_kind(id, parse(), reading) for id, parse in library_entries("goals").items()}
    if reading.problems:
        raise ProblemError(reading.problems)
    return {id: kind for id, kind in kinds.items() if kind is not None}


SOURCE = (
    Field("title", text, "who says it and where", required=True),
    Field("link", text, "where to read it", default=""),
    Field("note", text, "what to know before quoting", default=""),
)


def read_sources(reading: Reading) -> dict[str, Source]:
    """The sources of the library's numbers."""
    sources = {}
    for id, parse in library_entries("sources").items():
        record = reading.attempt(parse(), lambda node: read_record(node, SOURCE, reading))
        if record is not None and record.whole:
            sources[id] = Source(id, record["title"], record["link"], record["note"])
    return sources


@lru_cache(maxsize=1)
def load_sources() -> Mapping[str, Source]:
    """Where the library's numbers come from, by the key that they carry."""
    reading = Reading(library_shelves(), origin="library")
    sources = read_sources(reading)
    assert not reading.problems, reading.problems
    return sources


@lru_cache(maxsize=1)
def load_library() -> Library:
    """The whole library, each recipe checked against physics. Raises ProblemError with all of its problems."""
    from wikivillage.model.check import check_physics

    shelves = library_shelves()
    reading = Reading(shelves, origin="library")
    sources = read_sources(reading)
    for shelf in (shelves.resources, shelves.recipes, shelves.store_recipes, shelves.profiles):
        for id, parse in shelf.common.items():
            reading.attempt(parse(), lambda node, shelf=shelf, id=id: shelf.take_id(id, node, reading))  # type: ignore[misc]
    resources = shelves.resources.entries()
    recipes = shelves.recipes.entries()
    where = {id: parse().where for id, parse in shelves.recipes.common.items()}
    problems = [*reading.problems, *check_physics(recipes, resources, where)]
    if problems:
        raise ProblemError(problems)
    return Library(
        resources, recipes, shelves.store_recipes.entries(), shelves.profiles.entries(), goal_kinds(), sources
    )
