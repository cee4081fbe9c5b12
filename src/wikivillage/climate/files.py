"""Reads a weather file that somebody brings: its format, its hours and its columns; says what is wrong, and where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.calendar_year import LEAP_DAY, hour_of_leap_year, month_of
from wikivillage.climate.formats import FORMATS, PLAIN, Format, Heading, RefusedError
from wikivillage.climate.placing import utc_offset_hours
from wikivillage.climate.record import Floats, Record, Times
from wikivillage.climate.split import complete_radiation, standard_pressure
from wikivillage.model.kinds import Site

LARGEST_BYTES = 200_000_000
MOST_PROBLEMS = 5
"""Unreadable rows named one by one; a file with more of them is of another kind."""

RAINLESS_HOURS = 2400
"""A column of rain that stays zero for longer than this was never measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of a file: their hours on the file's clock, its columns in our units, the line of each."""

    times: Times
    columns: dict[str, Floats]
    lines: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one of our columns stands in a row, and how its number becomes ours."""

    column: str
    position: int
    factor: float
    missing: float

    def read(self, cells: Sequence[str]) -> float:
        """Our number; NaN where the cell is empty or holds the file's sign for no value. Raises ValueError."""
        written = cells[self.position].strip()
        if not written or written.lower() in ("na", "nan", "null"):
            return float("nan")
        value = float(written)
        return float("nan") if value == self.missing else value * self.factor


def read_record(path: Path, *, shown: str, site: Site) -> Record:
    """The record in a weather file: EPW, TMY3, PVGIS (typical or hourly), Météo-France, or a CSV of our columns.

    ``shown`` is the path as the village writes it. Raises ProblemError when the file is missing or cannot be read.
    """
    lines = _lines_of(path, shown)
    format = next((format for format in FORMATS if lines and format.recognise(lines)), None)
    if format is None:
        hint = f"Known are {'; '.join(known.name for known in FORMATS)}."
        raise ProblemError([Problem("not_weather", shown, "this is not a weather file.", hint)])
    try:
        heading = format.read_heading(lines, site)
        rows = _read_rows(format, heading, lines, shown)
    except RefusedError as refused:
        where = f"{shown}:{refused.line}" if refused.line else shown
        raise ProblemError([Problem("weather_heading", where, refused.what, refused.hint)]) from None
    return _record(format, heading, rows, shown=shown, site=site)


def _lines_of(path: Path, shown: str) -> list[str]:
    """The lines of a text file. Raises ProblemError."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            hint = "Keep the hours and columns that are needed."
            raise ProblemError([Problem("weather_too_large", shown, "the weather file has more than 200 MB.", hint)])
        raw = path.read_bytes()
    except OSError as error:
        what = f"the weather file cannot be read: {error.strerror or error}."
        hint = "Paths start at the village file; paris_synthetic needs no file."
        raise ProblemError([Problem("no_weather_file", shown, what, hint)]) from None
    if b"\0" in raw[:4096]:
        hint = "Unpack it first if it is compressed."
        raise ProblemError([Problem("not_weather", shown, "this is not a text file.", hint)])
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return raw.decode("latin-1").splitlines()


def _read_rows(format: Format, heading: Heading, lines: list[str], shown: str) -> Rows:
    """Every row until a blank line. Raises ProblemError naming the first rows that cannot be read."""
    cells, clock = _columns(format, lines[heading.header_line])
    times, values, numbers = [], [], []
    problems: list[Problem] = []
    for number, row in _data(format, heading, lines):
        try:
            hour, found = format.hour(*(row[place] for place in clock)), [cell.read(row) for cell in cells]
        except (ValueError, IndexError) as error:
            reason = f"it has only {len(row)} cells" if isinstance(error, IndexError) else str(error)
            hint = "Is the file cut off, or edited by hand?"
            problems.append(Problem("weather_row", f"{shown}:{number}", f"the row cannot be read: {reason}.", hint))
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        times.append(hour)
        values.append(found)
        numbers.append(number)
    if not numbers and not problems:
        problems = [Problem("weather_no_rows", shown, "the weather file holds no hours.", "Is the file cut off?")]
    if problems:
        raise ProblemError(problems)
    table = np.array(values, dtype=float)
    return Rows(
        times=np.array(times, dtype="datetime64[h]"),
        columns={cell.column: table[:, place] for place, cell in enumerate(cells)},
        lines=np.array(numbers, dtype=np.int64),
    )


def _columns(format: Format, header: str) -> tuple[list[Cell], list[int]]:
    """The columns that we use and the positions of the clock. Raises RefusedError where one is missing."""
    names = [name.strip() for name in header.split(format.delimiter)]
    hint = f"Its columns are {', '.join(names[:20])}."

    def position(name: str | int) -> int | None:
        return name if isinstance(name, int) else names.index(name) if name in names else None

    lost = [source.header for source in format.columns.values() if source.required and position(source.header) is None]
    lost += [name for name in format.clock if position(name) is None]
    if format.either and not any(all(name in names for name in group) for group in format.either):
        lost.append(" or ".join(format.either[-1]))
    if lost:
        raise RefusedError(f"the column {', '.join(map(str, lost))} is missing.", hint)
    cells = [
        Cell(column, place, source.factor, source.missing)
        for column, source in format.columns.items()
        if (place := position(source.header)) is not None
    ]
    return cells, [place for name in format.clock if (place := position(name)) is not None]


def _data(format: Format, heading: Heading, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number (from 1) and cells of each row, until a blank line. Raises RefusedError for a second place."""
    names = [name.strip() for name in lines[heading.header_line].split(format.delimiter)]
    place = names.index(format.one_place) if format.one_place in names else None
    first: str | None = None
    body = lines[heading.first_row :]
    end = next((row for row, line in enumerate(body) if not line.strip()), len(body))
    for number, cells in enumerate(csv.reader(body[:end], delimiter=format.delimiter), heading.first_row + 1):
        if place is not None and place < len(cells):
            first = first or cells[place]
            if cells[place] != first:
                what = f"the file holds more than one station, {first} and {cells[place]}."
                raise RefusedError(what, "Keep the rows of one station.", line=number)
        yield number, cells


def _record(format: Format, heading: Heading, rows: Rows, *, shown: str, site: Site) -> Record:
    """The rows as a record on the standard time of their place, with what the file leaves out worked out and said."""
    offset = utc_offset_hours(site.timezone) if heading.utc_offset_h is None else int(heading.utc_offset_h // 1)
    times = _one_year(rows.times) if heading.typical else rows.times
    times = times + np.timedelta64(offset if format.in_utc else 0, "h")
    if problems := list(_twice(times, rows.lines, shown)):
        raise ProblemError(problems)
    columns, remarks = dict(rows.columns), []
    if "pressure_pa" not in columns or np.isnan(columns["pressure_pa"]).all():
        columns["pressure_pa"] = np.full(times.size, standard_pressure(heading.altitude_m))
        remarks.append("pressure is that of the standard atmosphere at this altitude")
    if times.size > RAINLESS_HOURS and np.all(columns.get("rain_mm", np.ones(1)) == 0.0):
        del columns["rain_mm"]
        remarks.append("the column of rain is zero throughout and therefore not used")
    remarks += complete_radiation(
        columns, times, latitude=heading.latitude, longitude=heading.longitude, altitude_m=heading.altitude_m,
        utc_offset_h=offset, sun_minute=heading.sun_minute,
    )  # fmt: skip
    name = heading.name or Path(shown).name
    return Record(
        where=shown, name={"en": name, "fr": name}, synthetic=False, typical=heading.typical,
        source=f"file {shown}" if format is PLAIN else f"{format.name}, file {shown}", grade="A",
        latitude=heading.latitude, longitude=heading.longitude, altitude_m=heading.altitude_m, utc_offset_h=offset,
        times=times, columns=columns, lines=rows.lines, sun_minute=heading.sun_minute, remarks=tuple(remarks),
    )  # fmt: skip


def _one_year(times: Times) -> Times:
    """The hours of a typical year, whose months come from many years, on one year; a leap year if it has a 29 February.

    Otherwise the hour after 28 February would be lost where UTC is shifted in a leap year.
    """
    months = times.astype("datetime64[M]")
    inside = times.astype("datetime64[h]") - months.astype("datetime64[h]")
    leap = bool((hour_of_leap_year(times) // 24 == LEAP_DAY).any())
    year = np.datetime64("2000-01" if leap else "2001-01", "M")
    placed: Times = (year + month_of(times).astype("timedelta64[M]")).astype("datetime64[h]") + inside
    return placed


def _twice(times: Times, lines: NDArray[np.int64], shown: str) -> Iterator[Problem]:
    """The first hour that the file gives twice."""
    order = np.argsort(times, kind="stable")
    same = np.flatnonzero(np.diff(times[order].astype(np.int64)) == 0)
    if same.size:
        first, second = order[same[0]], order[same[0] + 1]
        hour = str(times[first]).replace("T", " ")
        what = f"the hour {hour}:00 stands in lines {lines[first]} and {lines[second]}."
        yield Problem("weather_hour_twice", f"{shown}:{lines[second]}", what, "Times must not follow summer time.")
