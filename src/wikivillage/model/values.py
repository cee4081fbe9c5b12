"""Parsers of plain values: words, ids, yes and no, whole numbers, dates, names and units."""

from __future__ import annotations

from datetime import date, datetime

from wikivillage.base.ids import LONGEST, is_id, title
from wikivillage.base.units import UnitError, read_number, read_unit
from wikivillage.model.fields import Field, Parser, as_text, read_record
from wikivillage.model.kinds import Name
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.yaml_source import Node, Text


def raw(node: Node, reading: Reading) -> Node:
    """The node itself, read later when its unit is known."""
    return node


def text(node: Node, reading: Reading) -> str:
    """Any words."""
    return as_text(node)


def id_text(node: Node, reading: Reading) -> str:
    """The id of something."""
    return check_id(node)


def check_id(node: Node) -> str:
    """The node's text if it can be an id, or an EntryError."""
    word = as_text(node)
    if not is_id(word):
        hint = f"Use letters, digits and underscores, at most {LONGEST}, not a digit first."
        raise EntryError("id", node, f'"{word[:40]}" cannot be an id.', hint)
    return word


def yes_no(node: Node, reading: Reading) -> bool:
    """``yes`` or ``no``."""
    known = {"yes": True, "true": True, "no": False, "false": False}
    word = as_text(node)
    if word.casefold() not in known:
        raise EntryError("yes_no", node, f'"{word[:40]}" is neither yes nor no.')
    return known[word.casefold()]


def choice(*options: str) -> Parser:
    """One of a few words."""

    def parse(node: Node, reading: Reading) -> str:
        word = as_text(node)
        if word not in options:
            what = f'"{word[:40]}" is none of {", ".join(options)}.'
            raise EntryError("choice", node, what, suggestion(word, options))
        return word

    return parse


def integer(low: int, high: int) -> Parser:
    """A whole number between two others, both included."""

    def parse(node: Node, reading: Reading) -> int:
        number = read_number(as_text(node))
        if number.denominator != 1 or not low <= number <= high:
            raise EntryError("whole_number", node, f"{as_text(node)} is not a whole number from {low} to {high}.")
        return int(number)

    return parse


def between(low: float, high: float) -> Parser:
    """A plain number between two others, both included."""

    def parse(node: Node, reading: Reading) -> float:
        value = float(read_number(as_text(node)))
        if not low <= value <= high:
            raise EntryError("number", node, f"{as_text(node)} is not between {low:g} and {high:g}.")
        return value

    return parse


def moment(node: Node, reading: Reading) -> datetime:
    """A date, or a date with an hour, in local standard time."""
    word = as_text(node)
    try:
        read = datetime.fromisoformat(word)
    except ValueError:
        what = f'"{word[:40]}" is not a date.'
        raise EntryError("date", node, what, "Write 2025-01-31 or 2025-01-31 06:00.") from None
    if read.tzinfo or (read.minute, read.second, read.microsecond) != (0, 0, 0):
        what = f'"{word[:40]}" is not a full hour of local standard time.'
        raise EntryError("date", node, what, "Write 2025-01-31 06:00.")
    if not date(1900, 1, 1) <= read.date() <= date(2200, 1, 1):
        raise EntryError("date", node, f'"{word[:40]}" is not between the years 1900 and 2200.')
    return read


def name(node: Node, reading: Reading) -> Name:
    """A name in one language for both, or ``{en: ..., fr: ...}``."""
    if isinstance(node, Text):
        return Name(as_text(node), as_text(node))
    record = read_record(node, NAME, reading)
    english, french = record["en"] or record["fr"], record["fr"] or record["en"]
    if english is None:
        raise EntryError("name", node, "A name needs at least one language.", "Write {en: Roof, fr: Toit}.")
    return Name(english, french)


NAME = (Field("en", text, "the name in English"), Field("fr", text, "the name in French"))


def default_name(id: str) -> Name:
    """The name of a thing that says none."""
    return Name(title(id), title(id))


def unit(node: Node, reading: Reading) -> str:
    """A unit by itself; ``kWh of heat`` says of what."""
    written = as_text(node)
    try:
        read_unit(written.split(" ", 1)[0])
    except UnitError as problem:
        raise EntryError("unit", node, problem.what, problem.hint) from problem
    return written
