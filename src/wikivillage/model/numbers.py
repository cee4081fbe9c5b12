"""Parsers of quantities, ranges, and numbers with grade and source."""

from __future__ import annotations

import re

from wikivillage.base.units import NUMBER, Quantity, UnitError, mismatch, read_quantity, same_dimension
from wikivillage.model.fields import Field, Parser, Record, as_text, read_record
from wikivillage.model.kinds import Grade, Number, Range
from wikivillage.model.reading import EntryError, Reading
from wikivillage.model.values import choice, raw, text
from wikivillage.model.yaml_source import Mapping, Node, Text

UNSOURCED = "this village's own file"
"""The source of a number that a village writes without saying where it is from; its grade is then C."""


def as_quantity(node: Node) -> Quantity:
    """A number with its unit, or an EntryError."""
    try:
        return read_quantity(as_text(node))
    except UnitError as problem:
        raise EntryError("unit", node, problem.what, problem.hint) from problem


def in_unit(node: Node, *units: str) -> float:
    """The quantity as a float in the first unit; the others are accepted spellings with another dimension."""
    quantity = as_quantity(node)
    for unit in units:
        if same_dimension(quantity.unit, unit):
            return quantity.to(unit)
    problem = mismatch(as_text(node), quantity, units[0])
    raise EntryError("unit", node, problem.what, problem.hint)


def amount_in(*units: str, least: float | None = None) -> Parser:
    """A quantity in one of some units."""

    def parse(node: Node, reading: Reading) -> float:
        value = in_unit(node, *units)
        if least is not None and value < least:
            raise EntryError("negative", node, f"{as_text(node)} is below {least:g}.")
        return value

    return parse


def read_range(node: Node, unit: str, *, signed: bool = False) -> Range:
    """``0..150 kWp``, ``0..any kWp`` or the fixed ``80 kWp``, in ``unit``."""
    written = as_text(node)
    low, high = _ends(node, written, unit)
    if low < 0 and not signed:
        raise EntryError("negative", node, f'"{written}" is below zero.')
    if low > high:
        what = f'"{written}" runs from the larger to the smaller.'
        raise EntryError("upside_down", node, what, "Write the smaller first.")
    return Range(low, high, unit)


def _ends(node: Node, written: str, unit: str) -> tuple[float, float]:
    """The lowest and the highest value in ``unit``; ``any`` is infinite."""
    first, dots, last = written.partition("..")
    if not dots:
        fixed = in_unit(node, unit)
        return fixed, fixed
    words = re.fullmatch(rf"(any|{NUMBER.pattern})\s*(?P<unit>.*)", last.strip())
    if not words:
        hint = 'Write "0..150 kWp" or "0..any kWp".'
        raise EntryError("range", node, f'"{written[:40]}" is not a range.', hint)
    low = as_quantity(Text(f"{first} {words['unit']}", node.file, node.line))
    high = None if words[1] == "any" else as_quantity(Text(f"{words[1]} {words['unit']}", node.file, node.line))
    if not same_dimension(low.unit, unit):
        problem = mismatch(written, high or low, unit)
        raise EntryError("unit", node, problem.what, problem.hint)
    return low.to(unit), float("inf") if high is None else high.to(unit)


def number(*units: str, least: float | None = None) -> Parser:
    """A Number: a quantity alone, or ``{value: 1196 EUR/kW, grade: A, source: ..., range: 900..1300}``."""

    def parse(node: Node, reading: Reading) -> Number:
        return read_graded(node, reading, units, least=least)

    return parse


GRADED = (
    Field("value", raw, "the value with its unit"),
    Field("amount", raw, "another word for value"),
    Field("grade", choice("A", "B", "C"), "A read at the source, B standard or recalled, C a default"),
    Field("source", text, "where the value is from"),
    Field("range", raw, "the lowest and the highest value to expect"),
    Field("note", text, "a remark"),
)


def read_graded(node: Node, reading: Reading, units: tuple[str, ...], *, least: float | None = None) -> Number:
    """The Number that a node writes, in the first unit; the others are accepted spellings."""
    if isinstance(node, Mapping):
        return graded(read_record(node, GRADED, reading), node, reading, units, least=least)
    if reading.origin == "library":
        hint = "Write {value: ..., grade: ..., source: ...}."
        raise EntryError("ungraded", node, f'"{as_text(node)}" has neither grade nor source.', hint)
    return Number(_at_least(node, in_unit(node, *units), least), units[0], "C", UNSOURCED)


def graded(
    record: Record, node: Mapping, reading: Reading, units: tuple[str, ...], *, least: float | None = None
) -> Number:
    """The Number in a record that was read with the fields of GRADED, and maybe others."""
    value = record["value"] or record["amount"]
    if value is None:
        raise EntryError("missing_key", node, f'"value" is missing: {GRADED[0].says}.')
    if isinstance(value, Mapping):
        return read_graded(value, reading, units, least=least)
    if reading.origin == "library" and not (record["grade"] and record["source"]):
        raise EntryError("ungraded", node, "A number of the library says its grade and its source.")
    read = _at_least(value, in_unit(value, *units), least)
    low, high = _spread(record["range"], value, units)
    if (low is not None and read < low) or (high is not None and read > high):
        what = f"{as_text(value)} is outside its own range {as_text(record['range'])}."
        raise EntryError("outside_range", node, what)
    grade: Grade = record["grade"] or "C"
    return Number(read, units[0], grade, record["source"] or UNSOURCED, low, high)


def _at_least(node: Node, value: float, least: float | None) -> float:
    if least is not None and value < least:
        raise EntryError("negative", node, f"{as_text(node)} is below {least:g}.")
    return value


def _spread(node: Node | None, value: Node, units: tuple[str, ...]) -> tuple[float | None, float | None]:
    """The range of a number; without a unit of its own it has the unit of the value."""
    if node is None:
        return None, None
    written = as_text(node)
    if re.fullmatch(r"[-+.\deE ]+", written):
        written = f"{written} {as_quantity(value).unit}"
    wanted = next((unit for unit in units if same_dimension(as_quantity(value).unit, unit)), units[0])
    spread = read_range(Text(written, node.file, node.line), wanted, signed=True)
    return spread.low, spread.high
