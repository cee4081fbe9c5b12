"""The drawn code holds the squares of the matrix, with its margin; the matrix is what its text and level ask for."""

from __future__ import annotations

import re

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st
from qrcode import util
from qrcode.constants import ERROR_CORRECT_M

from wikivillage.web.labels.qr import QUIET, drawn, matrix_of

ADDRESS = "https://village.example/l/7KQ4/"
FINDER = [[max(abs(row - 3), abs(column - 3)) != 2 for column in range(7)] for row in range(7)]
FORMAT_MASK = 0b101010000010010


def read_level(matrix: list[list[bool]]) -> int:
    """The error level that the code itself tells, by its format bits beside the first finder."""
    bits = [matrix[8][column] for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [
        matrix[row][8] for row in (7, 5, 4, 3, 2, 1, 0)
    ]
    word = int("".join("1" if bit else "0" for bit in bits), 2) ^ FORMAT_MASK
    return word >> 13


def smallest(text: str) -> int:
    """The smallest version that the library finds for a text at our level."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    made.add_data(text)
    return int(made.best_fit())


def test_the_matrix_tells_its_size_and_level() -> None:
    matrix = matrix_of(ADDRESS)
    version = (len(matrix) - 17) // 4
    assert {len(row) for row in matrix} == {17 + 4 * version}
    assert version == smallest(ADDRESS)
    assert read_level(matrix) == ERROR_CORRECT_M
    assert [row[:7] for row in matrix[:7]] == FINDER
    assert [row[-7:] for row in matrix[:7]] == FINDER
    assert [row[:7] for row in matrix[-7:]] == FINDER
    assert [matrix[6][column] for column in range(8, len(matrix) - 8)] == [
        column % 2 == 0 for column in range(8, len(matrix) - 8)
    ]


def test_fifteen_percent_may_be_scratched() -> None:
    assert util.BIT_LIMIT_TABLE[ERROR_CORRECT_M][3] < util.BIT_LIMIT_TABLE[1][3], "level L would hold more"


@pytest.mark.parametrize("text", [ADDRESS, "http://127.0.0.1:8000/l/2345CDF/", "é" * 40])
def test_the_drawing_has_the_squares_of_the_matrix(text: str) -> None:
    matrix = matrix_of(text)
    side = len(matrix) + 2 * QUIET
    svg = drawn(text, "QR code")
    assert f'viewBox="0 0 {side} {side}"' in svg
    dark = set()
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg):
        assert length == back
        dark |= {(int(y), int(x) + step) for step in range(int(length))}
    assert dark == {(y + QUIET, x + QUIET) for y, row in enumerate(matrix) for x, one in enumerate(row) if one}
    assert "".join(re.findall(r' d="([^"]*)"', svg)) == "".join(re.findall(r"M\d+ \d+h\d+v1h-\d+z", svg))


@given(st.text(min_size=1, max_size=80))
def test_whatever_is_named_is_escaped(name: str) -> None:
    svg = drawn(ADDRESS, name)
    assert svg.count("<") == svg.count(">") == 4
