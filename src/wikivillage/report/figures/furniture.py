"""What stands in a room by its use: beds and desks, cots and easels, people. Drawn with one pen, from the floor up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from wikivillage.report.figures.section_scene import Box
from wikivillage.report.markup import Html, tag


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of furniture, its left foot at 0 0: how wide it is, and the paths by the class that draws them."""

    width: float
    paths: tuple[tuple[str, str], ...]


def _pen(width: float, path: str) -> Piece:
    return Piece(width, (("pen2", path),))


def _shelf(width: int, rows: int, books: str) -> Piece:
    boards = "".join(f"M0 -{10 * row}h{width}" for row in range(1, rows))
    return _pen(width, f"M0 0v-{10 * rows}h{width}V0{boards}{books}")


LEAVES = "q-4.5 -2.7 -4.5 -7.2q3.6 .9 4.5 4.5q.9 -3.6 4.5 -4.5q0 4.5 -4.5 7.2Z"
SPROUT = "q-9 -1 -9 -9q8 0 9 9q1 -8 9 -9q0 8 -9 9Z"
PERSON = "M2 -20.5q4 -2 8 0l1 10.5h-2l-.8 10h-1.8l-.4 -9 -.4 9h-1.8l-.8 -10h-2Z"
HEAD = "M6 -28.3a3.3 3.3 0 0 1 0 6.6a3.3 3.3 0 0 1 0 -6.6Z"
BOOKS = (
    "M3 0v-6.5h3v6.5M8 0v-4h6v4M17 0v-5h5v5M3 -10v-4h6v4M11 -10v-6.5h3v6.5M17 -10v-5h4v5"
    "M4 -20v-5h6v5M13 -20v-6.5h4v6.5M3 -30v-6h3v6M9 -30v-4h6v4"
)
PLANKS = "".join(f"M{2 * (at % 2)} -{5 * at}h38v-4h-38Z" for at in range(5))

PIECES = {
    "bed": _pen(38, "M0 0v-20M0 -9h36v9M4 -9q0 -5 5 -5h5v5M16 -9q0 -4 6 -4h14v4"),
    "lamp": _pen(12, "M6 -26v10M0 -12q6 -9 12 0Z"),
    "table": _pen(44, "M0 -14h44M4 -14V0M40 -14V0"),
    "computer": _pen(48, "M0 -14h48M4 -14V0M44 -14V0M15 -25h15v10h-15ZM22 -15v1"),
    "shelf": _shelf(26, 4, BOOKS),
    "bistro": _pen(40, "M9 -14h22M20 -14V0M14 0h12M0 0v-9h6v9M34 0v-9h6v9"),
    "sofa": _pen(42, "M0 0v-13q0 -4 4 -4h34q4 0 4 4V0M4 -8h34M4 -4h34M21 -8v4"),
    "bench": _pen(60, "M0 -14h60M4 -14V0M56 -14V0M10 -14l5 -9v-5h4v5l5 9ZM36 -14v-12h8v12"),
    "easel": _pen(20, "M1 0l9 -36l9 36M0 -12h20M2 -14v-18h16v18Z"),
    "saw": _pen(46, "M0 -14h46M5 -14V0M41 -14V0M16 -14a8 8 0 0 1 16 0Z"),
    "planks": Piece(42, (("wood pen2", PLANKS),)),
    "printer": _pen(34, "M0 0v-30h34V0ZM0 -22h34M6 -4h22M17 -22v6M12 -16h10"),
    "nozzle": _pen(30, "M0 0v-26h30V0ZM6 -8h18M15 -26v8M12 -18h6l-3 4Z"),
    "sewing": _pen(34, "M0 -14h34M4 -14V0M30 -14V0M8 -14v-10h18v10h-5v-5h-8"),
    "press": _pen(40, "M0 0v-8h40V0ZM6 -8v-18h8v8h12v-8h8v18M14 -22h12M20 -18v6"),
    "cot": _pen(28, "M0 0v-18M28 0v-18M0 -15h28M0 -4h28M4 -15v11M8 -15v11M12 -15v11M16 -15v11M20 -15v11M24 -15v11"),
    "blocks": _pen(17, "M0 0h8v-8h-8ZM9 0h8v-8h-8ZM4 -8l5 -8l5 8Z"),
    "counter": _pen(56, "M3 0v-18h50V0M0 -18h56M11 -18v-7h9v7M29 -18q0 -5 5 -5q5 0 5 5"),
    "stove": _pen(
        34,
        "M0 0v-18h34V0M0 -18h34M5 -18v-6h10v6M4 -24h12M20 -18v-4h10v4M6 -4h22v-9h-22ZM10 -30q2 -3 0 -5"
        "M14 -30q2 -3 0 -5",
    ),
    "cold": _pen(28, "M0 0v-40h28V0ZM0 -26h28M22 -32v4M22 -20v8M12 -38v8M9 -36l6 4M15 -36l-6 4"),
    "bucket": _pen(20, "M3 0l-2 -18h18l-2 18ZM0 -18h20"),
    "chairs": _pen(34, "M0 0v-18M0 -9h8v9M13 0v-18M13 -9h8v9M26 0v-18M26 -9h8v9"),
    "stage": _pen(54, "M0 0v-7h54V0M42 -7v-15M37 -22h10M40 -26a2 2 0 0 1 4 0v4h-4Z"),
    "board": _pen(40, "M0 -36h40v20h-40ZM6 -30h20M6 -25h26M4 -16L0 0M36 -16L40 0"),
    "shower": _pen(22, "M2 0v-34h10M8 -34q4 4 8 0M9 -28v4M12 -27v5M15 -28v4M0 0h22"),
    "basin": _pen(22, "M0 -16h22l-4 8h-14ZM11 -8V0M7 -16v-6h6M13 -22v3"),
    "machine": _pen(32, "M0 0v-24h32V0ZM5 -19h10v6h-10ZM20 -19h7M20 -15h7M6 -6h20"),
    "boxes": _pen(36, "M0 0v-14h16V0ZM18 0v-11h16V0ZM7 -14v-13h18v13M14 -27v5"),
    "bicycle": _pen(
        36,
        "M8 -15a7 7 0 0 1 0 14a7 7 0 0 1 0 -14ZM28 -15a7 7 0 0 1 0 14a7 7 0 0 1 0 -14Z"
        "M8 -8l7 -9h10l3 9M15 -17l6 9h-13M13 -20h5M25 -17l-1 -4h4",
    ),
    "plant": Piece(18, (("pen2 food", "M9 0v-9"), ("food fill edge", f"M9 -6{SPROUT}"))),
    "racks": Piece(
        88,
        (
            ("pen2", "M0 0v-44M88 0v-44M0 -4h88M0 -24h88M0 -44h88"),
            ("food fill edge", "".join(f"M{8 + 12 * at} {y}{LEAVES}" for y in (-4, -24) for at in range(7))),
        ),
    ),
    "person": Piece(12, (("inkfill", HEAD + PERSON),)),
}

USES: dict[str, tuple[str, ...]] = {
    "home": ("bed", "lamp", "person", "table", "shelf", "sofa", "person", "bed"),
    "office": ("computer", "person", "computer", "person", "computer", "shelf", "computer", "person"),
    "workshop": ("planks", "saw", "person", "printer", "person", "shelf", "press", "table"),
    "laboratory": ("bench", "person", "shelf", "bench", "person", "computer"),
    "studio": ("easel", "person", "table", "easel", "person", "plant", "shelf"),
    "restaurant": ("counter", "person", "bistro", "person", "bistro", "plant"),
    "creche": ("cot", "blocks", "person", "cot", "plant", "sofa"),
    "events": ("chairs", "person", "chairs", "chairs", "person", "stage"),
    "common": ("sofa", "plant", "person", "bistro", "person", "shelf", "bicycle"),
    "school": ("board", "person", "table", "person", "table", "shelf"),
    "library": ("shelf", "person", "shelf", "table", "shelf", "person", "sofa"),
    "shop": ("shelf", "counter", "person", "shelf", "boxes", "person"),
    "storage": ("boxes", "shelf", "boxes", "boxes", "person"),
    "care": ("bed", "person", "table", "plant", "person", "sofa"),
    "farm": ("racks", "person", "racks", "bucket", "person"),
    "technical": ("machine", "person", "machine"),
    "bicycles": ("bicycle", "bicycle", "person", "bicycle"),
}
"""What stands in a room of a use, from left to right, again from the start where there is room for more."""

ALSO = {
    "residence": "home", "residential": "home", "housing": "home", "dwelling": "home", "flat": "home",
    "apartment": "home",
    "coworking": "office", "workspace": "office", "workspaces": "office", "incubator": "office", "fablab": "workshop",
    "makerspace": "workshop", "repair": "workshop", "recycling": "workshop", "lab": "laboratory", "art": "studio",
    "cafe": "restaurant", "canteen": "restaurant", "kitchen": "restaurant", "bar": "restaurant",
    "kindergarten": "creche",
    "nursery": "creche", "hall": "events", "theatre": "events", "meeting": "events", "community": "common",
    "circulation": "common", "shared": "common", "classroom": "school", "university": "school", "store": "storage",
    "cellar": "storage", "health": "care", "clinic": "care", "greenhouse": "farm", "garden": "farm",
    "plant": "technical",
    "parking": "bicycles", "grocery": "shop", "market": "shop",
}  # fmt: skip
"""Other words for the same uses."""

NEUTRAL = ("table", "person", "shelf", "plant")
"""The interior of a use that nobody has drawn yet."""

OF_THINGS = {
    "saw": "saw", "nozzle": "nozzle", "press": "press", "shelf": "shelf", "bins": "bucket", "stove": "stove",
    "cold": "cold", "racks": "racks", "shower": "shower", "basin": "basin", "machine": "machine", "heap": "bucket",
    "printer": "printer",
}  # fmt: skip
"""The furniture that a kind of thing is, in a room that people use."""


def pieces_of(use: str | None, kinds: Sequence[str]) -> tuple[str, ...]:
    """The furniture of a room: its things first, among what its use asks for."""
    usual = USES.get(ALSO.get(use or "", use or ""), NEUTRAL)
    own = [OF_THINGS[kind] for kind in kinds if kind in OF_THINGS]
    if not own:
        return usual
    people = [piece for piece in usual if piece not in own]
    mixed: list[str] = []
    for at, piece in enumerate(own):
        mixed += [piece, *people[at : at + 1]]
    return (*mixed, *people[len(own) :])


def furnish(
    pieces: Sequence[str], room: Box, *, scale: float, people: bool, floor: float, most: int = 24
) -> list[Html]:
    """As much of the furniture as fits side by side, spread over the room, standing on ``floor``."""
    wanted = [piece for piece in pieces if people or piece != "person"]
    if not wanted:
        return []
    margin, least = 9.0 * scale, 9.0 * scale
    free = room.w - 2 * margin
    chosen: list[str] = []
    used = 0.0
    for piece in islice(cycle(wanted), most):
        width = PIECES[piece].width * scale
        if piece == "person" and chosen[-1:] == ["person"]:
            continue
        if used + width + least * len(chosen) <= free and (piece != "lamp" or room.w > 120):
            chosen.append(piece)
            used += width
        elif len(chosen) >= len(wanted) or used + 60 * scale > free:
            break
    gap = (free - used) / max(len(chosen) + 1, 1)
    drawn, x = [], room.x + margin + gap
    for at, piece in enumerate(chosen):
        drawn.append(draw_piece(piece, x, floor, scale, mirrored=bool(at % 3)))
        x += PIECES[piece].width * scale + gap
    return drawn


def draw_piece(name: str, x: float, floor: float, scale: float = 1.0, *, mirrored: bool = False) -> Html:
    """A piece with its left foot at ``x``; a person may look the other way."""
    piece = PIECES[name]
    turn = mirrored and name == "person"
    place = f"translate({x + (piece.width * scale if turn else 0.0):.5g} {floor:.5g})"
    size = "" if scale == 1.0 and not turn else f" scale({-scale if turn else scale:g} {scale:g})"
    return tag("g", [tag("path", class_=name, d=path) for name, path in piece.paths], transform=place + size)
