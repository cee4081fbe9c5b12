"""A floor seen from above, as a diagram: each place a rectangle of its area, what is inside of it within. No walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wikivillage.report.figures.letters import clean, in_lines, shortened
from wikivillage.report.figures.section_frame import LIGHTS
from wikivillage.report.figures.section_pipes import sign_at
from wikivillage.report.figures.section_scene import PIPED, Box, Light
from wikivillage.report.markup import Html, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place on a floor: ``size`` in any unit, ``lines`` what is written below its name, ``parts`` inside of it."""

    id: str
    name: str
    href: str
    size: float
    says: str = ""
    lines: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    light: Light = "unknown"
    outdoors: bool = False
    parts: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing, its letters, and the least side of a rectangle."""

    width: float
    height: float
    letter: float
    bold: str
    plain: str
    line: float
    sign: float


WIDE = Frame(900, 320, 14, "b", "n t2", 18, 12)
NARROW = Frame(358, 340, 13.5, "b xs", "xs t2", 16, 9.5)
HEAD = 46.0
"""The strip at the top of a place that keeps its name above what is inside."""


def floor_plan(areas: Sequence[Area], *, label: str) -> Html:
    """The drawing twice, wide and narrow, from the same areas."""
    frames = ((WIDE, "only-wide"), (NARROW, "only-phone"))
    return Html("".join(tag("div", draw(frame, areas, label), class_=name) for frame, name in frames))


def draw(frame: Frame, areas: Sequence[Area], label: str) -> Html:
    """One drawing; places in the open have a border of their own."""
    placed = place(areas, Box(2, 2, frame.width - 4, frame.height - 4), frame)
    drawn = [_area(frame, area, box) for area, box in placed]
    links = [_link(area, box) for area, box in placed]
    size = f"0 0 {frame.width:g} {frame.height:g}"
    return tag("svg", drawn, links, viewbox=size, role="group", aria_label=clean(label))


def place(areas: Sequence[Area], box: Box, frame: Frame) -> list[tuple[Area, Box]]:
    """Every place with its rectangle, each before what is inside of it."""
    found: list[tuple[Area, Box]] = []
    for area, inner in zip(areas, squares([area.size for area in areas], box), strict=True):
        found.append((area, inner))
        if area.parts:
            head = min(HEAD, inner.h * 0.4)
            rest = Box(inner.x + 4, inner.y + head, max(inner.w - 8, 0.0), max(inner.h - head - 4, 0.0))
            found += place(area.parts, rest, frame)
    return found


def squares(sizes: Sequence[float], box: Box) -> list[Box]:
    """Rectangles of these sizes that fill a box, each as near to a square as that goes (Bruls and others, 2000).

    What has no size is as large as a twentieth of all; the order is kept.
    """
    most = max(sizes, default=0.0) or 1.0
    shares = [max(size, 0.0) / most for size in sizes]
    least = (sum(shares) or 1.0) / max(20.0, 2.0 * len(sizes))
    known = [max(share, least) for share in shares]
    scale = box.w * box.h / (sum(known) or 1.0)
    found: list[Box] = []
    rest = [size * scale for size in known]
    while rest:
        count = _best(rest, min(box.w, box.h))
        row, rest = rest[:count], rest[count:]
        boxes, box = _lay(row, box)
        found += boxes
    return found


def _best(sizes: Sequence[float], side: float) -> int:
    """How many of the first sizes go into one row: until the worst of them would become longer."""
    best = 1
    for count in range(2, len(sizes) + 1):
        if _worst(sizes[:count], side) > _worst(sizes[:best], side):
            break
        best = count
    return best


def _worst(row: Sequence[float], side: float) -> float:
    thick = sum(row) / max(side, 1e-9)
    return max(max(thick / (size / thick), (size / thick) / thick) if thick > 0 and size > 0 else 1e9 for size in row)


def _lay(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """A row along the shorter side, and what is left of the box."""
    upright = box.w >= box.h
    side = box.h if upright else box.w
    thick = min(sum(row) / max(side, 1e-9), box.w if upright else box.h)
    found, at = [], 0.0
    for size in row:
        long = size / max(thick, 1e-9)
        found.append(Box(box.x, box.y + at, thick, long) if upright else Box(box.x + at, box.y, long, thick))
        at += long
    if upright:
        return found, Box(box.x + thick, box.y, box.w - thick, box.h)
    return found, Box(box.x, box.y + thick, box.w, box.h - thick)


def _area(frame: Frame, area: Area, box: Box) -> list[Html]:
    style = "pen2" if area.outdoors else "pen"
    shape = {"x": box.x + 2, "y": box.y + 2, "width": max(box.w - 4, 0.0), "height": max(box.h - 4, 0.0)}
    filled = tag("rect", class_=LIGHTS[area.light], **shape)
    edge = tag("rect", class_=style, stroke_dasharray="6 4" if area.outdoors else None, **shape)
    return [filled, edge, *_words(frame, area, box), *_signs(frame, area, box)]


def _words(frame: Frame, area: Area, box: Box) -> list[Html]:
    """The name in up to two lines, then what else there is room for."""
    room, x, y = box.w - 20, box.x + 10, box.y + 8 + frame.line * 0.8
    most = 1 if area.parts else 2
    free = (min(HEAD, box.h * 0.4) if area.parts else box.h) - 12
    lines = [(words, frame.bold) for words in in_lines(area.name, room, frame.letter, most)]
    lines += [(shortened(words, room, frame.letter), frame.plain) for words in area.lines]
    fitting = [line for line in lines if line[0]][: max(int(free / frame.line), 0)]
    return [tag("text", words, class_=class_, x=x, y=y + at * frame.line) for at, (words, class_) in enumerate(fitting)]


def _signs(frame: Frame, area: Area, box: Box) -> list[Html]:
    """The signs of its loops, at the foot."""
    loops = [loop for loop in PIPED if loop in area.loops]
    step = frame.sign + 5
    if area.parts or box.h < 3.4 * frame.line or box.w < step * len(loops) + 16:
        return []
    return [sign_at(loop, box.x + 16 + step * at, box.bottom - 16, frame.sign) for at, loop in enumerate(loops)]


def _link(area: Area, box: Box) -> Html:
    inner = {"x": box.x + 2, "y": box.y + 2, "width": max(box.w - 4, 1.0), "height": max(box.h - 4, 1.0)}
    name = clean(area.name)
    words = tag("title", clean(area.says) or name)
    return tag("a", tag("rect", fill="transparent", **inner), words, href=area.href, aria_label=name)
