"""CSV files become readings, row by row: a file is never held in memory, and every problem has its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from wikivillage.base.problems import Problem, nearest
from wikivillage.base.units import UnitError
from wikivillage.connectors.csv_mapping import Cell, Column, CsvMapping, ValueColumn, columns_of
from wikivillage.connectors.exact import read_decimal
from wikivillage.connectors.kinds import Reading
from wikivillage.connectors.local_time import ClockError
from wikivillage.connectors.times import Folds, TimeError, read_format

LONGEST_LINE = 100_000
GROUPED = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?")
"""1 234,5: digits in groups of three, apart by one of the spaces that French typography uses."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things stand in a file. ``width``: the cells of its header, 0 where it has none."""

    name: str
    mapping: CsvMapping
    positions: Mapping[Column, int]
    width: int
    folds: Folds | None
    received_at: datetime


class _BrokenError(ValueError):
    """A file that cannot be read any further."""


def read_csv(path: Path, mapping: CsvMapping, received_at: datetime) -> Iterator[Reading | Problem]:
    """The readings of a file in its order, and a problem for each cell or row that gives none.

    Cells that the mapping calls missing give nothing. A file that cannot be read on ends with a problem.
    """
    try:
        with path.open("r", encoding=mapping.encoding, errors="surrogateescape", newline="") as file:
            yield from _read(file, path.name, mapping, received_at)
    except OSError as error:
        yield Problem("csv-file", path.name, f"The file cannot be read: {error.strerror}.")


def _read(file: TextIO, name: str, mapping: CsvMapping, received_at: datetime) -> Iterator[Reading | Problem]:
    lines = _lines(file)
    rows = csv.reader(lines, delimiter=mapping.delimiter)
    number = mapping.skip_rows
    try:
        for _ in range(mapping.skip_rows):
            next(lines, None)
        header = next(rows, []) if mapping.header else []
        positions = _positions(header, mapping, f"{name}:{mapping.skip_rows + 1}")
        if isinstance(positions, list):
            yield from positions
            return
        folds = Folds(ZoneInfo(mapping.timezone), mapping.backwards) if mapping.timezone else None
        place = _Place(name, mapping, positions, len(header), folds, received_at)
        for row in rows:
            number = mapping.skip_rows + rows.line_num
            if any(cell.strip() for cell in row):
                yield from _read_row(row, place, f"{name}:{number}")
    except (csv.Error, _BrokenError) as error:
        yield Problem("csv-broken", f"{name}:{number + 1}", f"The file cannot be read on from here: {error}.")


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise _BrokenError(f"a line has more than {LONGEST_LINE} characters")
        yield line


def _positions(header: list[str], mapping: CsvMapping, where: str) -> dict[Column, int] | list[Problem]:
    if not mapping.header:
        return {column: int(column.name) - 1 for column in columns_of(mapping)}
    names = [name.strip() for name in header]
    problems = [
        _bad_column(column.name, names, where) for column in columns_of(mapping) if names.count(column.name) != 1
    ]
    return problems or {column: names.index(column.name) for column in columns_of(mapping)}


def _bad_column(name: str, names: list[str], where: str) -> Problem:
    if name in names:
        return Problem("csv-column", where, f'The column "{name}" is there more than once.', "Rename one of them.")
    close = nearest(name, names)
    hint = f'Did you mean "{close}"?' if close else f"Columns are {', '.join(names[:12])}."
    return Problem("csv-column", where, f'There is no column "{name}".', hint)


def _read_row(row: list[str], place: _Place, where: str) -> Iterator[Reading | Problem]:
    if place.width and len(row) > place.width and any(cell.strip() for cell in row[place.width :]):
        what = f"The row has {len(row)} cells, and the header {place.width}."
        yield Problem("csv-row", where, what, "Are numbers written with the delimiter as their decimal sign?")
        return
    if max(place.positions.values()) >= len(row):
        yield Problem(
            "csv-row", where, f"The row has only {len(row)} cells.", f"Is the delimiter {place.mapping.delimiter!r}?"
        )
        return
    if any("\udc80" <= character <= "\udcff" for cell in row for character in cell):
        what = "The row holds bytes that are no letters."
        yield Problem("csv-encoding", where, what, "Say the encoding of the file: utf-8, latin-1 or cp1252.")
        return
    cells = {column: row[position].strip() for column, position in place.positions.items()}
    present = [one for one in place.mapping.values if cells[one.column] not in place.mapping.missing]
    at = _time(cells, place, where)
    if isinstance(at, Problem):
        yield from [at] if present else []
        return
    for value in present:
        yield _reading(value, cells, at, place, where)


def _time(cells: Mapping[Column, str], place: _Place, where: str) -> datetime | Problem:
    mapping = place.mapping
    text = " ".join(cells[column] for column in mapping.time_columns)
    try:
        written = read_format(text, mapping.time_format)
        if written.tzinfo is not None:
            at = written.astimezone(UTC)
        elif place.folds is None:
            hint = "Say time: {timezone: Europe/Paris} in the mapping."
            return Problem("csv-time", where, f'"{text}" does not say in which time zone it is.', hint)
        else:
            at = place.folds.utc(_series(cells, mapping), written)
    except TimeError as error:
        return Problem("csv-time", where, str(error))
    except ClockError as error:
        return Problem("csv-clock-change", where, str(error), "Let the meter write UTC or an offset.")
    return at + timedelta(minutes=mapping.shift_minutes)


def _series(cells: Mapping[Column, str], mapping: CsvMapping) -> tuple[str, ...]:
    """Which series a row belongs to, as far as the row itself tells."""
    named = (cell for one in mapping.values for cell in (one.meter, one.register))
    return tuple(cells[cell] for cell in named if isinstance(cell, Column))


def _reading(
    value: ValueColumn, cells: Mapping[Column, str], at: datetime, place: _Place, where: str
) -> Reading | Problem:
    try:
        number = read_written(cells[value.column], place.mapping.decimal)
    except UnitError as error:
        return Problem("csv-number", where, f'Column "{value.column.name}": {error.what}', error.hint)
    meter, register = (_word(cell, cells) for cell in (value.meter, value.register))
    if not meter or not register:
        return Problem("csv-name", where, "The row does not say of which meter and register it is.")
    unit = _word(value.unit, cells) or None if value.unit is not None else None
    return Reading(meter, register, at, number, where, place.received_at, unit)


def _word(cell: Cell, cells: Mapping[Column, str]) -> str:
    return cells[cell] if isinstance(cell, Column) else cell


def read_written(text: str, decimal: str) -> Decimal:
    """A number as a file writes it, with its decimal sign and spaces between thousands. Raises UnitError."""
    plain = re.sub(r"\s", "", text) if GROUPED.fullmatch(text) else text
    if decimal == ",":
        if "." in plain:
            raise UnitError(f'"{text[:40]}" has a point, and the decimal sign of this file is a comma.')
        plain = plain.replace(",", ".")
    return read_decimal(plain)
