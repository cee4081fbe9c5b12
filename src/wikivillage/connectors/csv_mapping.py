"""How a CSV file is read, described in a small YAML or JSON file.

    delimiter: ";"          # "," unless said
    encoding: latin-1       # utf-8, latin-1 or cp1252
    decimal: ","            # or "."
    skip_rows: 2            # lines before the header
    header: yes             # "no": columns are numbers from 1
    missing: ["", NA]       # cells that hold no reading
    time: {column: Horodate, format: "%d/%m/%Y %H:%M", timezone: Europe/Paris, shift_minutes: 0, order: ascending}
    values:
      - {column: Valeur, meter: {column: PDL}, register: import, unit: Wh}

``time.column`` may be a list, whose cells are joined by a space. ``meter``, ``register`` and ``unit`` are a word, or
the column where it stands. A file with one column per meter has one item of ``values`` for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wikivillage.base.units import UnitError, read_unit
from wikivillage.connectors.mapping_files import Document, Keys, read_document

ENCODINGS = {"utf-8": "utf-8-sig", "utf-8-sig": "utf-8-sig", "latin-1": "latin-1", "cp1252": "cp1252"}
SEPARATORS = (",", ";", "\t", "|", " ")
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
ORDERS = ("ascending", "descending")
TOP = ("delimiter", "encoding", "decimal", "skip_rows", "header", "missing", "time", "values")
TIME = ("column", "format", "timezone", "shift_minutes", "order")
VALUE = ("column", "meter", "register", "unit")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name in the header, or by its number from 1 where there is none."""

    name: str


Cell = str | Column
"""A word that is the same in every row, or the column where it stands."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: whose, of which register, in which unit."""

    column: Column
    meter: Cell
    register: Cell
    unit: Cell | None


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How a CSV file is read. ``timezone`` is None where every time carries its offset or counts from 1970."""

    delimiter: str
    encoding: str
    decimal: str
    skip_rows: int
    header: bool
    missing: frozenset[str]
    time_columns: tuple[Column, ...]
    time_format: str
    timezone: str | None
    shift_minutes: int
    backwards: bool
    values: tuple[ValueColumn, ...]


def load_mapping(path: Path) -> CsvMapping:
    """The mapping in a file. Raises ProblemError with everything that is wrong with it."""
    document = read_document(path)
    if document.check_keys((), TOP) and document.check_keys(("time",), TIME):
        mapping = _mapping(document)
        document.finish()
        return mapping
    document.finish()
    raise AssertionError("what has no shape has a problem")


def _mapping(document: Document) -> CsvMapping:
    encoding = document.choice(("encoding",), ENCODINGS, "utf-8")
    header = document.choice(("header",), YES_NO, "yes")
    delimiter = document.choice(("delimiter",), SEPARATORS, ",")
    decimal = document.choice(("decimal",), (".", ","), ".")
    if delimiter == decimal and document.find(("decimal",)):
        document.refuse("mapping-value", ("decimal",), "The decimal sign cannot be the delimiter.")
    mapping = CsvMapping(
        delimiter=delimiter,
        encoding=ENCODINGS.get(encoding, "utf-8-sig"),
        decimal=decimal,
        skip_rows=document.whole(("skip_rows",), 0, 0, 10_000),
        header=YES_NO.get(header, True),
        missing=_missing(document),
        time_columns=_time_columns(document),
        time_format=_time_format(document),
        timezone=_timezone(document),
        shift_minutes=document.whole(("time", "shift_minutes"), 0, -1440, 1440),
        backwards=document.choice(("time", "order"), ORDERS, "ascending") == "descending",
        values=tuple(_value_column(document, keys) for keys in document.items(("values",))),
    )
    if not mapping.header:
        _check_numbers(document, mapping)
    return mapping


def _missing(document: Document) -> frozenset[str]:
    if document.find(("missing",)) is None:
        return frozenset({""})
    cells = (document.find(keys) for keys in document.items(("missing",)))
    return frozenset(cell for cell in cells if isinstance(cell, str))


def _time_columns(document: Document) -> tuple[Column, ...]:
    keys: Keys = ("time", "column")
    if isinstance(document.find(keys), list):
        return tuple(Column(document.text(one)) for one in document.items(keys))
    return (Column(document.text(keys)),)


def _time_format(document: Document) -> str:
    keys: Keys = ("time", "format")
    pattern = document.text(keys, "iso")
    if pattern in ("iso", "epoch", "epoch-ms"):
        return pattern
    sample = datetime(2026, 11, 22, 13, 14)
    try:
        again = datetime.strptime(sample.strftime(pattern), pattern)
    except ValueError:
        again = None
    if again is None or again.date() != sample.date():
        hint = 'It is iso, epoch, epoch-ms or a pattern such as "%d/%m/%Y %H:%M".'
        document.refuse("mapping-value", keys, f'"{pattern}" does not hold a whole date.', hint)
    return pattern


def _timezone(document: Document) -> str | None:
    keys: Keys = ("time", "timezone")
    if document.find(keys) is None:
        return None
    name = document.text(keys)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        document.refuse("mapping-value", keys, f'"{name}" is not a time zone.', "Write one such as Europe/Paris.")
        return None
    return name


def _value_column(document: Document, keys: Keys) -> ValueColumn:
    document.check_keys(keys, VALUE)
    unit = None if document.find((*keys, "unit")) is None else _cell(document, (*keys, "unit"))
    if isinstance(unit, str) and unit:
        try:
            read_unit(unit)
        except UnitError as error:
            document.refuse("mapping-value", (*keys, "unit"), error.what, error.hint)
    column = Column(document.text((*keys, "column")))
    return ValueColumn(column, _cell(document, (*keys, "meter")), _cell(document, (*keys, "register")), unit)


def _cell(document: Document, keys: Keys) -> Cell:
    value: Any = document.find(keys)
    if isinstance(value, dict):
        document.check_keys(keys, ("column",))
        return Column(document.text((*keys, "column")))
    return document.text(keys)


def columns_of(mapping: CsvMapping) -> tuple[Column, ...]:
    """Every column that the mapping names, each once."""
    cells = (cell for one in mapping.values for cell in (one.column, one.meter, one.register, one.unit))
    named = (cell for cell in cells if isinstance(cell, Column))
    return tuple(dict.fromkeys((*mapping.time_columns, *named)))


def _check_numbers(document: Document, mapping: CsvMapping) -> None:
    for column in columns_of(mapping):
        if not (column.name.isascii() and column.name.isdigit() and 1 <= int(column.name[:6]) <= 10_000):
            what = f'Without a header a column is a number from 1, not "{column.name}".'
            document.refuse("mapping-value", ("header",), what)
