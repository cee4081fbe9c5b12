"""A village as rows of the registry's tables, not yet written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wikivillage.model.dump_recipes import dump_recipe, dump_resource
from wikivillage.model.kinds import Name, Village
from wikivillage.model.yaml_text import Tree
from wikivillage.web.registry.models import Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.village_file import REFERENCES, SINGLE, TABLES, entries_of, referring


def place_rows(village: Village, trees: Mapping[str, Tree], pseudonyms: Mapping[str, str]) -> list[Place]:
    """The places; ``pseudonyms`` are by the id that the file has for an agent."""
    entries = entries_of(trees).get("places", {})
    return [
        Place(
            id=place.id,
            position=position,
            **_names(place.name),
            floor=place.floor,
            area_m2=place.area_m2,
            use=_plain(place.use),
            run_by_id=pseudonyms.get(place.run_by or ""),
            inside_id=place.inside,
            tree=referring(entries[place.id], REFERENCES["places"], pseudonyms),
        )
        for position, place in enumerate(village.places.values())
    ]


def resource_rows(village: Village) -> list[ResourceKind]:
    """The kinds of things, also those of the library."""
    return [
        ResourceKind(
            id=resource.id,
            position=position,
            **_names(resource.name),
            unit=resource.unit,
            tempo=resource.tempo,
            loop=resource.loop,
            legal=_plain(resource.legal),
            nature=resource.nature,
            origin=resource.origin,
            tree=dump_resource(resource),
        )
        for position, resource in enumerate(village.resources.values())
    ]


def recipe_rows(village: Village) -> list[RecipeEntry]:
    """The recipes, also those of the library."""
    return [
        RecipeEntry(
            id=recipe.id,
            position=position,
            **_names(recipe.name),
            loop=recipe.loop,
            activity_unit=_plain(recipe.activity_unit),
            size_unit=_plain(recipe.size_unit),
            use=_plain(recipe.use),
            origin=recipe.origin,
            tree=dump_recipe(recipe),
        )
        for position, recipe in enumerate(village.recipes.values())
    ]


def definition_rows(trees: Mapping[str, Tree], pseudonyms: Mapping[str, str]) -> Iterator[Definition]:
    """The entries of the sections without a table of their own."""
    for section, entries in entries_of(trees).items():
        if section in ("agents", "places", *TABLES):
            continue
        for position, (id, tree) in enumerate(entries.items()):
            kept = referring(tree, REFERENCES.get(section), pseudonyms)
            entry = "" if section in SINGLE else id
            yield Definition(section=section, entry=entry, position=position, tree=kept)


def _names(name: Name) -> dict[str, Any]:
    return {"name_en": _plain(name.en), "name_fr": _plain(name.fr)}


def _plain(text: str | None) -> str | None:
    """Words for a page: PostgreSQL keeps no NUL character in a text, only in the tree, where it is escaped."""
    return None if text is None else text.replace("\0", "\N{REPLACEMENT CHARACTER}")
