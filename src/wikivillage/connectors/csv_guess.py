"""A proposal for the mapping of a CSV file that nobody has described yet: text to mend, never used by itself."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from wikivillage.base.units import UnitError
from wikivillage.connectors.csv_files import read_written
from wikivillage.connectors.times import TimeError, read_format

LOOKED_AT = 60
"""Lines at the head of the file that are looked at."""
FORMATS = (
    *("iso", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d", "%d/%m/%Y"),
    *("epoch", "epoch-ms"),
)
"""The order decides where several fit: the day before the month."""
DELIMITERS = (";", "\t", "|", ",")
HEAD = "# A proposal made from the first lines of {name}. Check every line of it before you use it.\n"


def guess_mapping(path: Path) -> str:
    """The YAML of a mapping that would read the head of the file, with a question where nothing can be known."""
    encoding, lines = _head(path)
    delimiter = max(DELIMITERS, key=lambda one: _steadiness(lines, one))
    rows = list(csv.reader(lines, delimiter=delimiter))
    first = next((number for number, row in enumerate(rows) if len(row) > 1 and _time_column(row) is not None), None)
    if first is None:
        return HEAD.format(name=path.name) + "# No row with a time was found: write the mapping by hand.\n"
    data = [row for row in rows[first:] if len(row) == len(rows[first])]
    has_header = first > 0 and len(rows[first - 1]) == len(rows[first])
    names = rows[first - 1] if has_header else [str(number + 1) for number in range(len(rows[first]))]
    skipped = max(0, first - has_header)
    about = {"delimiter": delimiter, "encoding": encoding, "skip_rows": str(skipped)}
    return HEAD.format(name=path.name) + _proposal(about, names, data, has_header)


def _proposal(about: dict[str, str], names: Sequence[str], data: list[list[str]], has_header: bool) -> str:
    time = _time_column(data[0])
    assert time is not None, "the first row was chosen for its time"
    pattern = next((one for one in FORMATS if all(_fits(row[time], one) for row in data)), "iso")
    decimal = (
        ","
        if about["delimiter"] != "," and any("," in cell and _reads(cell, ",") for row in data for cell in row)
        else "."
    )
    others = (position for position in range(len(names)) if position != time)
    values = [position for position in others if _mostly_numbers((row[position] for row in data), decimal)]
    lines = [f"{key}: {json.dumps(value)}" for key, value in about.items()]
    lines += [f'decimal: "{decimal}"', f"header: {'yes' if has_header else 'no'}"]
    zone = "" if pattern.startswith("epoch") else ", timezone: Europe/Paris"
    lines.append(f"time: {{column: {json.dumps(names[time])}, format: {json.dumps(pattern)}{zone}}}")
    lines.append("values:")
    lines += [f"  - {{column: {json.dumps(names[one])}, meter: ?, register: ?, unit: ?}}" for one in values]
    return "\n".join(lines) + "\n"


def _head(path: Path) -> tuple[str, list[str]]:
    """The encoding and the first lines; a file of another encoding than UTF-8 is taken for Latin 1."""
    with path.open("rb") as file:
        raw = b"".join(islice(iter(lambda: file.readline(10_000), b""), LOOKED_AT))
    try:
        return "utf-8", raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return "latin-1", raw.decode("latin-1").splitlines()


def _steadiness(lines: Iterable[str], delimiter: str) -> int:
    """In how many lines the delimiter stands equally often, at least once."""
    counts = [line.count(delimiter) for line in lines]
    return max((counts.count(count) for count in set(counts) if count), default=0)


def _time_column(row: Sequence[str]) -> int | None:
    fits = (position for position, cell in enumerate(row) if any(_fits(cell, one) for one in FORMATS))
    return next(fits, None)


def _fits(cell: str, pattern: str) -> bool:
    if pattern.startswith("epoch") and not re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", cell.strip()):
        return False
    if pattern.startswith("epoch") and (len(cell.strip().split(".")[0]) == 13) != (pattern == "epoch-ms"):
        return False
    try:
        read_format(cell, pattern)
    except TimeError:
        return False
    return True


def _reads(cell: str, decimal: str) -> bool:
    try:
        read_written(cell.strip(), decimal)
    except UnitError:
        return False
    return True


def _mostly_numbers(cells: Iterable[str], decimal: str) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(_reads(cell, decimal) for cell in filled) * 2 > len(filled)
