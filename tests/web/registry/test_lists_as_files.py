"""Lists as CSV: a mark, semicolons, no formulas, numbers and times of the reader; long lists in pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation

from wikivillage.web.registry.once import new_key
from wikivillage.web.shell.csv import cell, csv_lines, csv_response
from wikivillage.web.shell.pages import page_of

PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "True"),
        (1.5, "1,5"),
        (Decimal("-2.50"), "-2,5"),
        ("-2.50", "'-2.50"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+33 1", "'+33 1"),
        ("\t=1", "'\t=1"),
        ("Étienne", "Étienne"),
        (datetime(2026, 3, 1, 9, tzinfo=UTC), "2026-03-01T10:00:00+01:00"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, expected: str) -> None:
    assert cell(value, PARIS, ",") == expected


def test_the_file_opens_with_a_double_click() -> None:
    lines = list(csv_lines(["a", "b"], [[1, 'say "yes"; now']], zone=UTC))
    assert lines == ["\N{ZERO WIDTH NO-BREAK SPACE}a;b\r\n", '1;"say ""yes""; now"\r\n']


@pytest.mark.parametrize(("lang", "number"), [("fr", "1,5"), ("en", "1.5")])
def test_numbers_are_the_readers(lang: str, number: str) -> None:
    with translation.override(lang):
        response = csv_response("meters", ["kWh"], iter([[1.5]]))
    content = b"".join(response.streaming_content)
    assert content == b"\xef\xbb\xbfkWh\r\n" + f"{number}\r\n".encode()
    assert response.headers["Content-Disposition"] == 'attachment; filename="meters.csv"'


@pytest.mark.parametrize(
    ("asked", "number", "items"),
    [("", 1, [0, 1]), ("?page=2", 2, [2, 3]), ("?page=99", 3, [4]), ("?page=-1", 3, [4]), ("?page=x", 1, [0, 1])],
)
def test_a_page_that_is_not_there_is_the_nearest(asked: str, number: int, items: list[int]) -> None:
    page = page_of(RequestFactory().get(f"/{asked}"), list(range(5)), size=2)
    assert (page.number, page.items, page.pages, page.total) == (number, items, 3, 5)
    assert (page.before, page.after) == ({1: None, 2: 1, 3: 2}[number], {1: 2, 2: 3, 3: None}[number])


def test_an_empty_list_is_one_page() -> None:
    page = page_of(RequestFactory().get("/"), [])
    assert (page.items, page.pages, page.before, page.after) == ([], 1, None, None)


def test_every_form_has_a_key_of_its_own() -> None:
    assert len({new_key() for _ in range(100)}) == 100
