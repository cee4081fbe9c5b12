"""Every sourced number that a plan rests on, so that a reader can doubt it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from wikivillage.model.kinds import Number, Recipe, Resource, StoreRecipe
from wikivillage.planner.naming import both_languages
from wikivillage.planner.sheet import Sheet


def assumptions(sheet: Sheet) -> list[dict[str, Any]]:
    """Every sourced number of every recipe at work, and the price of what is missing."""
    village = sheet.village
    of: dict[str, Recipe | StoreRecipe | Resource] = {
        **{process.recipe: village.recipes[process.recipe] for process in village.processes.values()},
        **{store.recipe: village.store_recipes[store.recipe] for store in village.stores.values()},
        **village.resources,
    }
    rows = []
    for id, thing in of.items():
        rows += [
            {
                "of": id,
                "name": both_languages(thing.name),
                "what": what,
                "value": number.value,
                "unit": number.unit,
                "grade": number.grade,
                "source": number.source,
                "low": number.low,
                "high": number.high,
            }
            for what, number in _numbers(thing)
        ]
    return rows


def _numbers(thing: Any, path: str = "") -> list[tuple[str, Number]]:
    """(path, number) of every Number inside a kind, e.g. ``costs.capital``."""
    if isinstance(thing, Number):
        return [(path, thing)]
    if isinstance(thing, dict):
        parts = [(str(key), part) for key, part in thing.items()]
    elif isinstance(thing, tuple):
        parts = [(getattr(part, "resource", str(place)), part) for place, part in enumerate(thing)]
    elif is_dataclass(thing) and not isinstance(thing, type):
        parts = [(field.name, getattr(thing, field.name)) for field in fields(thing)]
    else:
        return []
    return [found for key, part in parts for found in _numbers(part, f"{path}.{key}" if path else key)]
