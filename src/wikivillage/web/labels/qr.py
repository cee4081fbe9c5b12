"""A QR code as a drawing: one path of dark squares on white, for screens and paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from wikivillage.report.markup import Html, tag

QUIET = 4
"""White squares around the code, as its standard asks."""


def matrix_of(text: str) -> list[list[bool]]:
    """The squares of the code, row by row, without its margin; 15 % of it may be scratched."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    made.add_data(text)
    made.make(fit=True)
    return [[bool(dark) for dark in row] for row in made.get_matrix()]


def drawn(text: str, name: str) -> Html:
    """The code as SVG; ``name`` is for those who do not see it."""
    matrix = matrix_of(text)
    side = len(matrix) + 2 * QUIET
    return tag(
        "svg",
        tag("rect", width=side, height=side, fill="#fff"),
        tag("path", d="".join(_strokes(matrix)), fill="#000"),
        class_="qr",
        viewbox=f"0 0 {side} {side}",
        role="img",
        aria_label=name,
        shape_rendering="crispEdges",
    )


def _strokes(matrix: list[list[bool]]) -> Iterator[str]:
    """Each run of dark squares as a rectangle, relative to nothing."""
    for y, row in enumerate(matrix, QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
