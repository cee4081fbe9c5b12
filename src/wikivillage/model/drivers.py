"""The weather drivers that a village file may name, with their parameters: read from ``library/drivers.yaml``.

``climate.drivers`` computes them from the same table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wikivillage.base.problems import ProblemError
from wikivillage.model.fields import Field, as_list, as_mapping, as_text, read_record
from wikivillage.model.library_files import library_entries
from wikivillage.model.numbers import in_unit
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.shelves import no_shelves
from wikivillage.model.values import raw, text, unit
from wikivillage.model.yaml_source import Node

WORD = "word"
"""The unit of a parameter that is text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its unit or ``word``, the range or the words that are allowed, and whether it must be given."""

    unit: str
    says: str
    required: bool
    low: float
    high: float
    choices: tuple[str, ...]

    def read(self, node: Node, reading: Reading) -> float | str:
        """The value that a village gives it, in its unit."""
        return self._word(node) if self.unit == WORD else self._value(node)

    def _word(self, node: Node) -> str:
        word = as_text(node)
        if self.choices and word not in self.choices:
            what = f'"{word[:40]}" is none of {", ".join(self.choices)}.'
            raise EntryError("choice", node, what, suggestion(word, self.choices))
        if not self.choices and not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", word):
            what = f'"{word[:40]}" is no day of the year.'
            raise EntryError("date", node, what, "Write month and day, such as 04-15.")
        return word

    def _value(self, node: Node) -> float:
        value = in_unit(node, self.unit)
        if not self.low <= value <= self.high:
            unit = "" if self.unit == "1" else f" {self.unit}"
            what = f"{as_text(node)} is not between {self.low:g} and {self.high:g}{unit}."
            raise EntryError("out_of_range", node, what)
        return value


@dataclass(frozen=True, slots=True)
class Driver:
    """``unit`` of what it gives in each hour, and its parameters."""

    unit: str
    parameters: Mapping[str, Parameter]


DRIVER = (
    Field("unit", unit, "the unit of what it gives", required=True),
    Field("says", text, "what it gives", required=True),
    Field("source", text, "where its formula is from", required=True),
    Field("parameters", raw, "what it depends on"),
)
PARAMETER = (
    Field("unit", text, "its unit, or word for text", required=True),
    Field("says", text, "what it means", required=True),
    Field("default", raw, "its value when left out"),
    Field("range", raw, "the smallest and the largest value"),
    Field("choices", raw, "the words that are allowed"),
    Field("form", text, "how a word is written"),
)


@lru_cache(maxsize=1)
def drivers() -> Mapping[str, Driver]:
    """Every driver by name. Raises ProblemError for a mistake in the library."""
    reading = Reading(no_shelves(), origin="library")
    table = {name: _driver(parse(), reading) for name, parse in library_entries("drivers").items()}
    if reading.problems:
        raise ProblemError(reading.problems)
    return table


def _driver(node: Node, reading: Reading) -> Driver:
    record = read_record(node, DRIVER, reading)
    parameters = as_mapping(record["parameters"]).values if record["parameters"] is not None else {}
    return Driver(record["unit"], {name: _parameter(given, reading) for name, given in parameters.items()})


def _parameter(node: Node, reading: Reading) -> Parameter:
    record = read_record(node, PARAMETER, reading)
    low, high = (float(word) for word in _words(record["range"]) or ("-inf", "inf"))
    return Parameter(record["unit"], record["says"], record["default"] is None, low, high, _words(record["choices"]))


def _words(node: Node | None) -> tuple[str, ...]:
    return () if node is None else tuple(as_text(item) for item in as_list(node))
