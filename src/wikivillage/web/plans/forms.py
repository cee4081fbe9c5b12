"""The form of a scenario: what can be planned otherwise, and what somebody typed, read without trust."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.model.kinds import Name, Village
from wikivillage.planner.naming import both_languages
from wikivillage.report.goals_read import loop_of, title_of
from wikivillage.report.reading import read, readable
from wikivillage.web.plans.scenario import MOST_PERCENT, SCALE, Change, Ground, loops_of_needs, read_village

QUANTITY = re.compile(r"(?P<before>(?:[\d.eE+-]+\.\.)?)(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?P<unit> .*)?")
"""``0..150 kWp``, ``100 %``, ``0.2 EUR/kWh``: what is kept before the number, the number, its unit."""
TYPED = re.compile(r"-?\d{1,12}(?:[.,]\d{1,9})?")
SPACES = str.maketrans("", "", " \u00a0\u202f\t")
LARGEST = 1e9
LOOPS = ("energy", "heat", "water", "matter", "food", "people", "money")
GOALS, USES, PRICES, SIZES = "goals", "uses", "prices", "sizes"
GROUPS = (GOALS, USES, PRICES, SIZES)
FIRST_LOOPS, FIRST_SIDES = ("energy", "water"), ("buy", "most")
"""What most people ask about; the rest is folded."""


@dataclass(frozen=True, slots=True)
class Field:
    """One number that a scenario can change: where it stands, its names by language, what is kept around it."""

    path: str
    group: str
    names: Mapping[str, str]
    loop: str
    number: str
    before: str = ""
    unit: str = ""
    side: str = ""
    typed: str = ""
    problems: tuple[Problem, ...] = ()
    name: str = ""

    @property
    def id(self) -> str:
        """Its id on the page."""
        return self.path.replace(".", "-")

    @property
    def first(self) -> bool:
        """Whether it is shown unfolded."""
        return self.group in (GOALS, USES) or (self.loop in FIRST_LOOPS and self.side in FIRST_SIDES)

    def value(self, number: str) -> str:
        """The word of the village file with another number."""
        return number if self.group == USES else f"{self.before}{number}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True, slots=True)
class ScenarioForm:
    """A form as it came: its fields with what was typed, the changes that this makes, and what is wrong."""

    fields: tuple[Field, ...]
    name: str = ""
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def groups(self) -> list[tuple[str, list[Field], list[Field]]]:
        """Each group with its first fields and its folded ones."""
        return [
            (group, [one for one in of if one.first], [one for one in of if not one.first])
            for group in GROUPS
            if (of := [one for one in self.fields if one.group == group])
        ]

    @property
    def all_problems(self) -> list[tuple[Field | None, Problem]]:
        """Everything that is wrong, with the field that it is beside."""
        beside = [(one, problem) for one in self.fields for problem in one.problems]
        return [*beside, *((None, problem) for problem in self.problems)]


def empty_form(ground: Ground, lang: str) -> ScenarioForm:
    """The form with every number as the village has it now."""
    return ScenarioForm(tuple(replace(one, typed=_written(one.number, lang)) for one in fields_of(ground, lang)))


def read_form(ground: Ground, typed: Mapping[str, str], lang: str) -> ScenarioForm:
    """What somebody typed: the changes, and beside each field what cannot be a number of it."""
    read_fields = tuple(_read(one, typed.get(one.path), lang) for one in fields_of(ground, lang))
    changes = [change for one in read_fields if (change := _change(one)) is not None]
    return ScenarioForm(read_fields, str(typed.get("name", "")).strip(), tuple(changes))


def with_problems(form: ScenarioForm, found: Mapping[str, Sequence[Problem]]) -> ScenarioForm:
    """The form with problems of the village file beside the fields that make them, the others above."""
    paths = {one.path for one in form.fields}
    fields = tuple(replace(one, problems=(*one.problems, *found.get(one.path, ()))) for one in form.fields)
    others = [problem for path, problems in found.items() if path not in paths for problem in problems]
    return replace(form, fields=fields, problems=(*form.problems, *others))


def _read(one: Field, typed: str | None, lang: str) -> Field:
    if typed is None:
        return replace(one, typed=_written(one.number, lang))
    said = typed.translate(SPACES)
    if not TYPED.fullmatch(said):
        problem = Problem("not-a-number", one.path, _("is not a number."), _("Write it as in 12.5."))
    elif not 0 <= float(said.replace(",", ".")) <= LARGEST:
        problem = Problem("out-of-range", one.path, _("is below zero or absurdly large."), "")
    elif one.group == USES and float(said.replace(",", ".")) > MOST_PERCENT:
        problem = Problem("out-of-range", one.path, _("is more than ten times as much as now."), "")
    else:
        return replace(one, typed=said)
    return replace(one, typed=typed[:40], problems=(problem,))


def _change(one: Field) -> Change | None:
    if one.problems or float(one.typed.replace(",", ".")) == float(one.number):
        return None
    return Change(one.path, one.value(one.typed.replace(",", ".")))


def _written(number: str, lang: str) -> str:
    return number.replace(".", ",") if lang == "fr" else number


def fields_of(ground: Ground, lang: str) -> list[Field]:
    """Every number that the form offers, named in a language and in the order of the file."""
    offered = _offered(ground.digest, _Held(ground))
    return [replace(one, name=one.names.get(lang) or one.names["en"]) for one in offered]


class _Held:
    """A village that is not compared: the fingerprint beside it says which it is."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=2)
def _offered(digest: str, held: _Held) -> tuple[Field, ...]:
    ground = held.ground
    village = read_village(ground)
    found = [*_goals(ground, village), *_uses(ground), *_prices(ground, village), *_sizes(ground, village)]
    return tuple(found)


def _goals(ground: Ground, village: Village) -> Iterator[Field]:
    resources = [
        {"id": one.id, "name": both_languages(one.name), "loop": one.loop} for one in village.resources.values()
    ]
    readings = {lang: read({"resources": resources}, pd.DataFrame(), lang) for lang in ("en", "fr")}
    for id, tree in (ground.trees.get("goals") or {}).items():
        goal = village.goals[id]
        told = {"id": id, "measure": goal.measure, "resource": goal.resource}
        loop = loop_of(readings["en"], told)
        own = both_languages(goal.name) if goal.name else None
        names = {lang: title_of(reading, {**told, "name": own}) for lang, reading in readings.items()}
        for side in ("at_least", "at_most"):
            if side in tree:
                yield from _field(f"goals.{id}.{side}", GOALS, names, loop, tree[side], side)


def _uses(ground: Ground) -> Iterator[Field]:
    loops = set(loops_of_needs(ground.trees).values())
    for loop in LOOPS:
        if loop in loops:
            names = {lang: read({}, pd.DataFrame(), lang).words(f"loop.{loop}") for lang in ("en", "fr")}
            yield Field(f"{SCALE}.{loop}", USES, names, loop, "100", unit="%")


def _prices(ground: Ground, village: Village) -> Iterator[Field]:
    for id, tree in (ground.trees.get("exchanges") or {}).items():
        exchange = village.exchanges[id]
        names = _named(exchange.name, village.resources[exchange.resource].name, id)
        for side in ("buy", "sell"):
            if side in tree:
                loop = village.resources[exchange.resource].loop
                yield from _field(f"exchanges.{id}.{side}", PRICES, names, loop, tree[side], side)


def _sizes(ground: Ground, village: Village) -> Iterator[Field]:
    for section, recipes in (("processes", village.recipes), ("stores", village.store_recipes)):
        for id, tree in (ground.trees.get(section) or {}).items():
            thing: Any = getattr(village, section)[id]
            recipe: Any = recipes[thing.recipe]
            names = _named(thing.name, recipe.name, id)
            for side in ("size", "power"):
                if side in tree:
                    told = "power" if side == "power" else "most" if ".." in str(tree[side]) else "fixed"
                    yield from _field(f"{section}.{id}.{side}", SIZES, names, recipe.loop, tree[side], told)


def _named(own: Name | None, other: Name | None, id: str) -> dict[str, str]:
    name = own or other
    return both_languages(name) if name else {"en": readable(id), "fr": readable(id)}


def _field(path: str, group: str, names: Mapping[str, str], loop: str, tree: Any, side: str) -> Iterator[Field]:
    """Only a plain number with its unit is offered; whatever changes by the hour stays as it is."""
    found = QUANTITY.fullmatch(tree) if isinstance(tree, str) else None
    if found and float(found["number"]) >= 0:
        unit = (found["unit"] or "").strip()
        yield Field(path, group, names, loop, found["number"], found["before"], unit, side)
