"""Recipes and stock out of JSON objects, in two forms, with every problem of a file at once.

As processes, for one batch: ``{"batch": "500", "processes": [{"id": "make", "duration_h": "7", "inputs": [{"action":
"consume", "spec": "polymer", "quantity": {"value": "450", "unit": "kilogram"}}], "outputs": [...]}]}``.

As levels, for one unit: ``{"levels": [{"spec": "parent", "duration_min": 7200, "inputs": [{"spec": "child",
"per_unit": "2"}]}, {"spec": "child", "purchase_lead_time_days": 20}]}``; the level of ``parent`` becomes the process
``make-parent`` that consumes its inputs and produces one unit.

Both take ``"purchases": [{"spec": "polymer", "lead_time_days": "3"}]``. Numbers are whole, or decimals in quotes: a
binary fraction is refused, for nobody can say which decimal was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeVar

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.flows.kinds import ZERO, Measure
from wikivillage.flows.recipes import (
    Cookbook,
    Good,
    LeadTime,
    Recipe,
    RecipeFlow,
    RecipeProcess,
    StockLine,
    check_cookbook,
)

Read = TypeVar("Read")

LARGEST_EXPONENT = 30
"""Numbers above 1e30 or finer than 1e-30 are slips of the pen, and would take ages to reckon with."""

MICROSECONDS = {"duration_h": 3_600_000_000, "duration_min": 60_000_000}
"""The keys by which a duration is written."""

DAY_MICROSECONDS = 86_400_000_000

RECIPE_KEYS = ("id", "batch", "processes", "levels", "purchases")
PROCESS_KEYS = ("id", *MICROSECONDS, "duration_scales", "based_on", "inputs", "outputs")
FLOW_KEYS = ("action", "spec", "stage", "state", "quantity", "effort", "optional")
LEVEL_KEYS = ("spec", "unit", *MICROSECONDS, "duration_scales", "purchase_lead_time_days", "inputs")
LEVEL_INPUT_KEYS = ("spec", "per_unit")
STOCK_KEYS = ("onhand", "prior_demand", "scheduled")


def read_recipe(mapping: Mapping[str, Any], where: str = "recipe", unit: str = "one") -> Cookbook:
    """A cookbook out of one JSON object; ``unit`` counts the levels that name none. Raises ProblemError."""
    reading = _Reading(where)
    keys = reading.record(mapping, "", RECIPE_KEYS)
    if ("levels" in keys) == ("processes" in keys):
        reading.refuse("recipe-form", "", "A recipe has either processes or levels.", "Write one of the two.")
    purchases = tuple(reading.each(keys, "purchases", "", _purchase))
    if "levels" in keys:
        cookbook = _levels(reading, keys, purchases, unit)
    else:
        name = reading.text(keys, "id", "", default="recipe")
        batch = reading.number(keys, "batch", "") if "batch" in keys else None
        processes = tuple(reading.each(keys, "processes", "", _process))
        cookbook = Cookbook((Recipe(name, processes, batch),), purchases)
    problems = reading.problems or check_cookbook(cookbook, where)
    if problems:
        raise ProblemError(problems)
    return cookbook


def read_stock(mapping: Mapping[str, Any], cookbook: Cookbook, where: str = "stock") -> tuple[StockLine, ...]:
    """Stock out of ``{"onhand": {"child": "5"}, "prior_demand": {...}, "scheduled": {...}}``, other keys left alone.

    It is counted in the units of the cookbook. Raises ProblemError.
    """
    reading = _Reading(where)
    units = {flow.spec: flow.quantity.unit for flow in _flows(cookbook) if flow.quantity is not None}
    columns = {key: reading.record(mapping.get(key, {}), key, None) for key in STOCK_KEYS}
    lines = []
    for spec in dict.fromkeys(spec for column in columns.values() for spec in column):
        if spec not in units:
            known = nearest(spec, units)
            hint = f"Did you mean {known}?" if known else ""
            reading.refuse("unknown-spec", "", f"No recipe speaks of {spec}.", hint)
        amounts = (reading.number(columns[key], spec, key) if spec in columns[key] else ZERO for key in STOCK_KEYS)
        lines.append(StockLine(Good(spec), units.get(spec, ""), *amounts))
    if reading.problems:
        raise ProblemError(reading.problems)
    return tuple(lines)


@dataclass(slots=True)
class _Reading:
    """What was found wrong so far. A path such as ``processes[0].duration_h`` says where; what is wrong reads as 0."""

    where: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, path: str, what: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, f"{self.where} {path}".strip(), what, hint))

    def record(self, node: Any, path: str, known: tuple[str, ...] | None) -> Mapping[str, Any]:
        """An object with no other keys than the known ones (None: any)."""
        if not isinstance(node, Mapping):
            self.refuse("shape", path, f"Keys with values are expected here, not {_shown(node)}.")
            return {}
        for key in node:
            if known is not None and key not in known:
                near = nearest(str(key), known)
                hint = f"Did you mean {near}?" if near else f"Keys are {', '.join(known)}."
                self.refuse("unknown-key", path, f'"{key}" is not a key here.', hint)
        return node

    def each(
        self, keys: Mapping[str, Any], key: str, path: str, read: Callable[[_Reading, Any, str], Read]
    ) -> list[Read]:
        """The items of a list that may be missing, each read in its turn."""
        node, here = keys.get(key, []), _path(path, key)
        if not isinstance(node, list | tuple):
            self.refuse("shape", here, f"A list is expected here, not {_shown(node)}.")
            return []
        return [read(self, item, f"{here}[{position}]") for position, item in enumerate(node)]

    def text(self, keys: Mapping[str, Any], key: str, path: str, default: str | None = None) -> str:
        """A word that must be there unless there is a default."""
        value = keys.get(key, default)
        if value is None:
            self.refuse("missing-key", path, f'"{key}" is missing.')
            return ""
        if not isinstance(value, str) or not value.strip():
            self.refuse("shape", _path(path, key), f"A word is expected here, not {_shown(value)}.")
            return ""
        return value

    def word(self, keys: Mapping[str, Any], key: str, path: str) -> str | None:
        """A word that may be missing."""
        return None if keys.get(key) is None else self.text(keys, key, path)

    def flag(self, keys: Mapping[str, Any], key: str, path: str) -> bool:
        """True or false, false where nothing is said."""
        value = keys.get(key, False)
        if not isinstance(value, bool):
            self.refuse("shape", _path(path, key), f"true or false is expected here, not {_shown(value)}.")
        return value is True

    def number(self, keys: Mapping[str, Any], key: str, path: str) -> Decimal:
        """An exact number of 0 or more that must be there."""
        if key not in keys:
            self.refuse("missing-key", path, f'"{key}" is missing.')
            return ZERO
        value, here = keys[key], _path(path, key)
        if isinstance(value, float):
            self.refuse("not-exact", here, f"{value} is a binary fraction.", f'Write it in quotes: "{value}".')
            return ZERO
        number = _find_decimal(value)
        if number is None:
            self.refuse("not-a-number", here, f"{_shown(value)} is not a number.", 'Write "5.5".')
        elif number < 0:
            self.refuse("amount", here, f"{number} is below 0.")
        return number if number is not None and number >= 0 else ZERO


def _process(reading: _Reading, node: Any, path: str) -> RecipeProcess:
    keys = reading.record(node, path, PROCESS_KEYS)
    return RecipeProcess(
        id=reading.text(keys, "id", path),
        duration=_duration(reading, keys, path),
        inputs=tuple(reading.each(keys, "inputs", path, _flow)),
        outputs=tuple(reading.each(keys, "outputs", path, _flow)),
        duration_scales=reading.flag(keys, "duration_scales", path),
        based_on=reading.word(keys, "based_on", path),
    )


def _flow(reading: _Reading, node: Any, path: str) -> RecipeFlow:
    keys = reading.record(node, path, FLOW_KEYS)
    return RecipeFlow(
        action=reading.text(keys, "action", path),
        spec=reading.text(keys, "spec", path),
        stage=reading.word(keys, "stage", path),
        state=reading.word(keys, "state", path),
        quantity=_measure(reading, keys, "quantity", path),
        effort=_measure(reading, keys, "effort", path),
        optional=reading.flag(keys, "optional", path),
    )


def _measure(reading: _Reading, keys: Mapping[str, Any], key: str, path: str) -> Measure | None:
    if key not in keys:
        return None
    here = _path(path, key)
    measure = reading.record(keys[key], here, ("value", "unit"))
    return Measure(reading.number(measure, "value", here), reading.text(measure, "unit", here))


def _purchase(reading: _Reading, node: Any, path: str) -> LeadTime:
    keys = reading.record(node, path, ("spec", "lead_time_days"))
    wait = _time(reading, keys, "lead_time_days", path, DAY_MICROSECONDS)
    return LeadTime(reading.text(keys, "spec", path), wait)


def _levels(reading: _Reading, keys: Mapping[str, Any], purchases: tuple[LeadTime, ...], unit: str) -> Cookbook:
    levels = reading.each(keys, "levels", "", lambda reading, node, path: reading.record(node, path, LEVEL_KEYS))
    units = {level.get("spec"): level.get("unit", unit) for level in levels if isinstance(level.get("spec"), str)}
    recipes, bought = [], list(purchases)
    for position, level in enumerate(levels):
        path = f"levels[{position}]"
        spec = reading.text(level, "spec", path)
        if "purchase_lead_time_days" in level:
            bought.append(LeadTime(spec, _time(reading, level, "purchase_lead_time_days", path, DAY_MICROSECONDS)))
        if "inputs" in level or any(key in level for key in MICROSECONDS):
            recipes.append(_level_recipe(reading, level, path, units, unit))
    return Cookbook(tuple(recipes), tuple(bought))


def _level_recipe(
    reading: _Reading, level: Mapping[str, Any], path: str, units: Mapping[Any, Any], unit: str
) -> Recipe:
    def consumed(reading: _Reading, node: Any, path: str) -> RecipeFlow:
        keys = reading.record(node, path, LEVEL_INPUT_KEYS)
        spec = reading.text(keys, "spec", path)
        measure = Measure(reading.number(keys, "per_unit", path), str(units.get(spec, unit)))
        return RecipeFlow("consume", spec, quantity=measure)

    spec = level.get("spec")
    one = Measure(Decimal(1), reading.text(level, "unit", path, default=unit))
    process = RecipeProcess(
        id=f"make-{spec}",
        duration=_duration(reading, level, path),
        inputs=tuple(reading.each(level, "inputs", path, consumed)),
        outputs=(RecipeFlow("produce", str(spec), quantity=one),),
        duration_scales=reading.flag(level, "duration_scales", path),
    )
    return Recipe(str(spec), (process,), Decimal(1))


def _duration(reading: _Reading, keys: Mapping[str, Any], path: str) -> timedelta:
    written = [key for key in MICROSECONDS if key in keys]
    if len(written) == 1:
        return _time(reading, keys, written[0], path, MICROSECONDS[written[0]])
    what = "The duration is missing." if not written else "The duration is written twice."
    reading.refuse(
        "missing-key" if not written else "duration-twice", path, what, f"Write {' or '.join(MICROSECONDS)}."
    )
    return timedelta(0)


def _time(reading: _Reading, keys: Mapping[str, Any], key: str, path: str, microseconds: int) -> timedelta:
    exact = Fraction(reading.number(keys, key, path)) * microseconds
    try:
        return timedelta(microseconds=-(-exact.numerator // exact.denominator))
    except OverflowError:
        reading.refuse("beyond-the-calendar", _path(path, key), "No calendar lasts that long.")
        return timedelta(0)


def _find_decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if _is_written_by_hand(number) else None


def _is_written_by_hand(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -LARGEST_EXPONENT and number.adjusted() <= LARGEST_EXPONENT


def _flows(cookbook: Cookbook) -> list[RecipeFlow]:
    return [flow for process in cookbook.processes for flow in (*process.inputs, *process.outputs)]


def _path(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(node: Any) -> str:
    return "nothing" if node is None else f'"{str(node)[:40]}"'
