"""Lists as files that a French spreadsheet opens with a double click: UTF-8 with a mark at the front, semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from wikivillage.flows.exact import plain

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells Excel that the file is UTF-8."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute or obey."""


def csv_response(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download ``name.csv``, sent as it is made, so that a long list needs no memory.

    Numbers have the decimal sign of the reader's language; times have the village's own zone, and say so.
    """
    point = "," if (get_language() or "").startswith("fr") else "."
    lines = csv_lines([str(title) for title in header], rows, zone=timezone.get_current_timezone(), point=point)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name.removesuffix(".csv")}.csv"'
    return response


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]], *, zone: tzinfo, point: str = ".") -> Iterator[str]:
    """The lines of the file, the mark in the first."""
    yield MARK + _line(header, zone, point)
    for row in rows:
        yield _line(row, zone, point)


def cell(value: Any, zone: tzinfo, point: str) -> str:
    """A value as a cell; words that a spreadsheet would take for a formula become words again."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.astimezone(zone) if timezone.is_aware(value) else value).isoformat(timespec="seconds")
    if isinstance(value, int | float | Decimal):
        return (plain(value) if isinstance(value, Decimal) else str(value)).replace(".", point)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(values: Iterable[Any], zone: tzinfo, point: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([cell(value, zone, point) for value in values])
    return line.getvalue()
