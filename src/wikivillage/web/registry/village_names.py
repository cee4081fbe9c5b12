"""What the village file calls its things, in one language: read together, and every few seconds at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from wikivillage.base.ids import title
from wikivillage.model import yaml_source
from wikivillage.model.library_files import library_entries
from wikivillage.report.words import LANGUAGES
from wikivillage.web.registry.models import Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.shell.kept import forget, keep

WORKING = ("processes", "needs", "offers")
"""Sections whose entries the ledger knows as processes, in the order in which they are asked."""
HOLDING = ("stores", "exchanges")
"""Sections whose entries have a stock of their own."""
FRESH = timedelta(seconds=5)
"""How long a village file that another process loaded is not seen yet."""


@dataclass(frozen=True, slots=True)
class VillageNames:
    """Names by id, and where an entry is that has a place, by section and id."""

    resources: Mapping[str, tuple[str, str]]
    """Name and loop."""
    entries: Mapping[tuple[str, str], str]
    """Of what works and what holds, by section and id."""
    located: Mapping[tuple[str, str], str]
    places: Mapping[str, str]
    """In the order of the house."""


def village_names(lang: str) -> VillageNames:
    """All names in a language, at most some seconds old, and none older than what this process loaded last."""
    if not settings.KEPT_SECONDS:
        return _read(lang)
    return keep(_key(lang), lambda: _read(lang), at=timezone.now(), fresh=FRESH).value


def forget_names() -> None:
    """Read them again when they are asked for next."""
    for lang in LANGUAGES:
        forget(_key(lang))


def _key(lang: str) -> str:
    return f"registry.names.{lang}"


def _read(lang: str) -> VillageNames:
    rows = list(Definition.objects.filter(section__in=(*WORKING, *HOLDING)))
    recipes, name = _recipes(rows, lang), f"name_{lang}"
    return VillageNames(
        resources={id: (said, loop) for id, said, loop in ResourceKind.objects.values_list("pk", name, "loop")},
        entries={(row.section, row.entry): _name(row, recipes, lang) for row in rows},
        located={(row.section, row.entry): str(row.tree["at"]) for row in rows if row.tree.get("at")},
        places=dict(Place.objects.order_by("position").values_list("pk", name)),
    )


def _recipes(rows: Iterable[Definition], lang: str) -> dict[str, str]:
    """The names of the recipes of those entries that have no name of their own."""
    wanted = {str(row.tree["recipe"]) for row in rows if "recipe" in row.tree and "name" not in row.tree}
    return dict(RecipeEntry.objects.filter(pk__in=wanted).values_list("pk", f"name_{lang}"))


def _name(row: Definition, recipes: Mapping[str, str], lang: str) -> str:
    name: Any = row.tree.get("name")
    if isinstance(name, Mapping):
        return str(name.get(lang) or name.get("en") or title(row.entry))
    recipe = str(row.tree.get("recipe"))
    return str(name) if name else recipes.get(recipe) or _kept_name(recipe, lang) or title(row.entry)


@cache
def _kept_name(recipe: str, lang: str) -> str | None:
    """The name of a kind of store, which only the library knows; parsed once."""
    entry = library_entries("store_recipes").get(recipe)
    node: Any = entry().find("name") if entry else None  # type: ignore[union-attr]
    found = node.find(lang) or node.find("en") if isinstance(node, yaml_source.Mapping) else node
    return found.text if isinstance(found, yaml_source.Text) else None
