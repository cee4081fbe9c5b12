"""One square for each of many things: filled where all is well, dashed where it is silent, crossed where strange."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from wikivillage.report.markup import Html, tag

Square = Literal["well", "silent", "strange", "doubtful"]
STEP, SIDE = 20, 14
A_ROW = 17
"""How many stand in a row: as many as a phone is wide."""


def squares(found: Sequence[Square], *, a_row: int = A_ROW) -> Html:
    """The squares in rows, in their order. The sentence beside says how many there are of each."""
    rows = -(-len(found) // a_row) or 1
    width = min(len(found), a_row) * STEP or STEP
    drawn = [_square(one, 1 + (i % a_row) * STEP, 1 + (i // a_row) * STEP) for i, one in enumerate(found)]
    box = f"0 0 {width} {rows * STEP}"
    return tag("svg", drawn, viewbox=box, width=width, height=rows * STEP, aria_hidden="true", class_="squares")


def _square(kind: Square, x: int, y: int) -> Html:
    match kind:
        case "well":
            return tag("rect", class_="inkfill", x=x, y=y, width=SIDE, height=SIDE)
        case "silent":
            sides = {"x": x + 0.75, "y": y + 0.75, "width": SIDE - 1.5, "height": SIDE - 1.5}
            return tag("rect", class_="pen", stroke_dasharray="2.5 2.5", **sides)
        case "strange":
            return tag("path", class_="pen", d=f"M{x + 1} {y + 1}l12 12M{x + 13} {y + 1}l-12 12")
        case "doubtful":
            return tag("path", class_="inkfill", d=f"M{x} {y}h{SIDE}l-{SIDE} {SIDE}z")
