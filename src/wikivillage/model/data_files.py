"""Columns of CSV files: one number per hour of the horizon, with nothing missing and nothing guessed."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from wikivillage.model.fields import as_text
from wikivillage.model.kinds import Horizon
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.yaml_source import Node

LARGEST_DATA = 100_000_000
TIME_COLUMNS = ("time", "timestep", "timestamp", "datetime", "date", "hour", "heure", "horodate")


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its column names and its rows with the line on which each stands."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool


def read_column(path_node: Node, column_node: Node, reading: Reading) -> tuple[float, ...]:
    """(hours,) the numbers of one column. Raises EntryError naming the first hour or line that is not there."""
    table = _table(path_node, reading)
    column = as_text(column_node)
    if column not in table.columns:
        what = f'{table.name} has no column "{column}".'
        raise EntryError("no_column", column_node, what, suggestion(column, table.columns, "Columns"))
    if reading.horizon is None:
        raise EntryError("no_horizon", path_node, "A data file needs the hours of a village's horizon.")
    position = table.columns.index(column)
    lines = _lines_of_hours(table, reading.horizon, path_node)
    return tuple(_number(table, line, cells[position], column, column_node) for line, cells in lines)


def _table(node: Node, reading: Reading) -> Table:
    written = as_text(node)
    if reading.folder is None:
        raise EntryError("no_folder", node, f'"{written}" cannot be read: this text has no folder with data files.')
    path = reading.folder / written
    table = reading.tables.get(path) or _read_table(path, written, node)
    assert isinstance(table, Table), "tables are kept by their path"
    reading.tables[path] = table
    return table


def _read_table(path: Path, name: str, node: Node) -> Table:
    try:
        if path.stat().st_size > LARGEST_DATA:
            raise EntryError("too_large", node, f"{name} has more than {LARGEST_DATA // 1_000_000} MB.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EntryError("not_utf8", node, f"{name} is not text in UTF-8.", "Save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        what = f"{name} cannot be read: {reason}."
        raise EntryError("no_file", node, what, "Paths start at the village file.") from None
    numbered = enumerate(text.splitlines(), 1)
    lines = [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]
    if not lines:
        raise EntryError("empty", node, f"{name} is empty.")
    delimiter = max(",;\t", key=lines[0][1].count)
    try:
        cells = list(csv.reader((line for _, line in lines), delimiter=delimiter))
    except csv.Error as error:
        raise EntryError("csv", node, f"{name} is not a CSV file: {error}.") from None
    rows = tuple((number, tuple(row)) for (number, _), row in zip(lines[1:], cells[1:], strict=False))
    columns = tuple(cell.strip() for cell in cells[0])
    twice = next((column for place, column in enumerate(columns) if column and column in columns[:place]), None)
    if twice is not None:
        raise EntryError("csv", node, f'{name} has two columns called "{twice}".')
    short = next((number for number, row in rows if len(row) != len(columns)), None)
    if short is not None:
        raise EntryError("csv", node, f"{name} line {short} has another number of cells than its heading.")
    return Table(name, columns, rows, delimiter != ",")


def _lines_of_hours(table: Table, horizon: Horizon, node: Node) -> list[tuple[int, tuple[str, ...]]]:
    """The row of each hour, by the time column if there is one, else by order; a column of counted hours is no time."""
    times = next((place for place, column in enumerate(table.columns) if column.casefold() in TIME_COLUMNS), None)
    if table.rows and times is not None and not table.rows[0][1][times].strip().isdigit():
        return _by_time(table, times, horizon, node)
    rows = list(table.rows)
    if len(rows) < horizon.hours:
        missing = horizon.start + timedelta(hours=len(rows))
        end = rows[-1][0] + 1 if rows else 2
        what = f"{table.name} ends before line {end}: hour {missing:%Y-%m-%d %H:%M} is missing."
        raise EntryError("missing_hour", node, what, f"It has {len(rows)} rows for {horizon.hours} hours.")
    if len(rows) > horizon.hours:
        extra = rows[horizon.hours][0]
        what = f"{table.name} has {len(rows)} rows for {horizon.hours} hours; line {extra} is the first too many."
        raise EntryError("too_many_hours", node, what, "Give it a time column, or cut it to the horizon.")
    return rows


def _by_time(table: Table, times: int, horizon: Horizon, node: Node) -> list[tuple[int, tuple[str, ...]]]:
    rows: dict[datetime, tuple[int, tuple[str, ...]]] = {}
    for line, cells in table.rows:
        time = _time(table, line, cells[times], node)
        if time in rows:
            what = f"{table.name} gives {time:%Y-%m-%d %H:%M} twice, in lines {rows[time][0]} and {line}."
            raise EntryError("hour_twice", node, what, "Times are local standard time, without summer time.")
        rows[time] = (line, cells)
    wanted = [horizon.start + timedelta(hours=hour) for hour in range(horizon.hours)]
    missing = next((time for time in wanted if time not in rows), None)
    if missing is not None:
        after = max((line for time, (line, _) in rows.items() if time < missing), default=1)
        what = f"{table.name} has no row for {missing:%Y-%m-%d %H:%M}, expected after line {after}."
        raise EntryError("missing_hour", node, what, "Times are local standard time, without summer time.")
    return [rows[time] for time in wanted]


def _time(table: Table, line: int, cell: str, node: Node) -> datetime:
    try:
        time = datetime.fromisoformat(cell.strip())
    except ValueError:
        what = f'{table.name} line {line}: "{cell[:40]}" is not a time like 2025-01-31 06:00.'
        raise EntryError("time", node, what) from None
    if time.tzinfo is not None:
        what = f'{table.name} line {line}: "{cell[:40]}" names a time zone.'
        raise EntryError("time", node, what, "Write local standard time, without zone and without summer time.")
    if (time.minute, time.second) != (0, 0):
        what = f'{table.name} line {line}: "{cell[:40]}" is not a full hour.'
        raise EntryError("time", node, what, "Give one row per hour.")
    return time


def _number(table: Table, line: int, cell: str, column: str, node: Node) -> float:
    written = cell.strip().replace(",", ".") if table.decimal_comma else cell.strip()
    if not written:
        raise EntryError("blank", node, f'{table.name} line {line}: "{column}" is blank.', "Write 0 if nothing flows.")
    try:
        value = float(written)
    except ValueError:
        raise EntryError("number", node, f'{table.name} line {line}: "{cell[:40]}" is not a number.') from None
    if not math.isfinite(value):
        raise EntryError("not_finite", node, f'{table.name} line {line}: "{cell[:40]}" is not a finite number.')
    return value
