"""The library on the terminal: all recipes in a list, or one with every number, its unit, grade and source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.model.kinds import Name, Number, Recipe, Resource, StoreRecipe
from wikivillage.model.library import Library, Source
from wikivillage.report.formats import Numbers
from wikivillage.report.words import Words, words_of

Entry = Recipe | StoreRecipe | Resource


def library_listing(library: Library, name: str | None = None, lang: str = "en") -> RenderableType:
    """Every recipe and store by loop, or one recipe, store or resource in full, for rich to print.

    Raises ProblemError for a name that the library does not have, with the nearest it has.
    """
    words = words_of(lang)
    if name is None:
        return _all(library, words)
    shelves: tuple[dict[str, Entry], ...] = (
        dict(library.recipes),
        dict(library.store_recipes),
        dict(library.resources),
    )
    for shelf in shelves:
        if name in shelf:
            return _one(library, shelf[name], words)
    guess = nearest(name, [id for shelf in shelves for id in shelf])
    hint = words("library.hint", name=guess) if guess else words("library.list")
    raise ProblemError([Problem("unknown_recipe", "library", words("library.unknown", name=name), hint)])


def _all(library: Library, words: Words) -> RenderableType:
    entries: list[Recipe | StoreRecipe] = [*library.recipes.values(), *library.store_recipes.values()]
    parts: list[RenderableType] = []
    for loop in dict.fromkeys(entry.loop for entry in entries):
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for entry in entries:
            if entry.loop == loop:
                table.add_row(
                    Text(entry.id, style="bold"),
                    Text(_name(entry.name, words)),
                    Text(_what_it_does(entry, library, words), style="dim"),
                )
        parts += [Text(f"\n{words(f'loop.{loop}')}", style="bold"), table]
    return Group(*parts)


def _name(name: Name, words: Words) -> str:
    return name.fr if words.lang == "fr" else name.en


def _what_it_does(entry: Recipe | StoreRecipe, library: Library, words: Words) -> str:
    def named(id: str) -> str:
        resource = library.resources.get(id)
        return _name(resource.name, words).lower() if resource else id

    if isinstance(entry, StoreRecipe):
        return named(entry.holds)
    taken, given = ([named(arc.resource) for arc in arcs if arc.rest is None] for arcs in (entry.inputs, entry.outputs))
    return f"{', '.join(taken) or '–'} → {', '.join(given) or '–'}"


def _one(library: Library, entry: Entry, words: Words) -> RenderableType:
    numbers = Numbers(words)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(words("evidence.of"), no_wrap=True)
    table.add_column(words("evidence.value"), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(words("evidence.source"))
    for path, number in sourced_numbers(entry):
        value = f"{numbers.number(number.value)} {numbers.unit(number.unit, number.value)}".rstrip()
        table.add_row(path, value, number.grade, Text(_source(library.sources.get(number.source), number)))
    head = Text.assemble((_name(entry.name, words), "bold"), (f"  {entry.id}", "dim"))
    does = None if isinstance(entry, Resource) else Text(_what_it_does(entry, library, words))
    note = getattr(entry, "note", "")
    return Group(*(part for part in (head, does, Text(note) if note else None, Text(), table) if part is not None))


def _source(source: Source | None, number: Number) -> str:
    said = " ".join(part for part in (source.title, source.link) if part) if source else number.source
    return f"{said} ({number.low:g}–{number.high:g})" if number.low is not None and number.high is not None else said


def sourced_numbers(thing: Any, path: str = "") -> Iterator[tuple[str, Number]]:
    """(path, number) of every number inside a recipe, e.g. ``costs.capital``, in the order of declaration."""
    if isinstance(thing, Number):
        yield path, thing
    elif isinstance(thing, tuple):
        for place, part in enumerate(thing):
            yield from sourced_numbers(part, f"{path}.{getattr(part, 'resource', place)}")
    elif hasattr(thing, "items"):
        for key, part in thing.items():
            yield from sourced_numbers(part, f"{path}.{key}")
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            inner = path if field.name == "amount" else f"{path}.{field.name}".lstrip(".")
            yield from sourced_numbers(getattr(thing, field.name), inner)
