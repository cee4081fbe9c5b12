"""The loops as pipes: risers in the shaft, a branch in the ceiling of each room, and a sign that hangs from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wikivillage.report.figures.section_layout import Layout, OnRoof, Placed, PlacedOutside
from wikivillage.report.figures.section_scene import PIPED, Box, Room
from wikivillage.report.markup import Html, tag


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a branch of a loop leaves the shaft (``y``), how far it goes (``x``), and where it hangs down to."""

    loop: str
    x: float
    y: float
    down: float | None = None


def pipes(layout: Layout) -> list[Html]:
    """Every pipe and then every sign of a section."""
    lanes = _lanes(layout)
    drops = [*_indoors(layout, lanes), *_on_roofs(layout, lanes), *_on_walls(layout), *_beside(layout, lanes)]
    return [*_branches(drops, lanes), *_risers(drops, lanes), *(_sign(layout, drop) for drop in drops if drop.down)]


def _lanes(layout: Layout) -> dict[str, float]:
    """The place of each loop's riser in the shaft."""
    box, step = layout.shaft, layout.shaft.w / (len(PIPED) + 1)
    return {loop: box.x + step * (at + 1) for at, loop in enumerate(PIPED)}


def void(layout: Layout, top: float, loop: str) -> float:
    """How high a loop runs in the ceiling below ``top``."""
    return top + layout.measures.wall / 2 + 4 + PIPED.index(loop) * layout.measures.lane


def _indoors(layout: Layout, lanes: dict[str, float]) -> Iterable[Drop]:
    for placed in layout.placed:
        yield from hang(layout, placed, void_at=placed.box.y)


def hang(layout: Layout, placed: Placed, *, void_at: float) -> list[Drop]:
    """The signs of a room, from its right to its left, each below its pipe."""
    part = placed.parts[-1]
    down = sign_y(layout, placed.box)
    return [
        Drop(loop, x, void(layout, void_at, loop), down)
        for loop, x in zip(_served(placed.room), sign_xs(layout, part, len(_served(placed.room))), strict=False)
    ]


def sign_xs(layout: Layout, box: Box, count: int) -> list[float]:
    """The middles of signs at the right of a room, as many as there is room for."""
    step = layout.measures.sign + (4.0 if layout.measures.outside else 2.5)
    first = box.right - layout.measures.wall / 2 - step * 0.75
    fits = int((first - box.x - layout.measures.wall / 2) / step + 0.6)
    return [first - step * at for at in range(min(count, max(fits, 0)))]


def sign_y(layout: Layout, box: Box) -> float:
    """How high the signs of a room hang: their middle."""
    return box.y + (30.0 if layout.measures.outside else 22.0)


def _served(room: Room) -> list[str]:
    return [loop for loop in PIPED if loop in room.loops]


def _on_roofs(layout: Layout, lanes: dict[str, float]) -> Iterable[Drop]:
    """What stands on the roof is joined along the slab, at its nearer side."""
    for strip in layout.roofs:
        for group, box in strip.groups:
            for loop in group.loops:
                near = box.x + 6 if box.x > lanes[loop] else box.right - 6
                inside = box.x + 4 <= lanes[loop] <= box.right - 4
                yield Drop(loop, lanes[loop] if inside else near, _roof_y(layout, strip, loop))


def _roof_y(layout: Layout, strip: OnRoof, loop: str) -> float:
    return strip.box.y - layout.measures.wall / 2 - 2 + PIPED.index(loop) * (layout.measures.lane - 1)


def _on_walls(layout: Layout) -> Iterable[Drop]:
    """A facade is joined in the ceiling behind it."""
    for room, box in layout.facades:
        top = next((one.box.y for one in layout.storeys if one.box.bottom > box.y + 1), box.y)
        for loop in {loop for thing in room.things for loop in thing.loops if loop in PIPED}:
            yield Drop(loop, box.x, void(layout, top, loop))


def _beside(layout: Layout, lanes: dict[str, float]) -> Iterable[Drop]:
    """What stands outside is joined below the ground."""
    for one in layout.outside:
        if one.beside:
            xs = outside_signs(layout, one)
            for loop, x in zip(served_outside(one), xs, strict=False):
                yield Drop(loop, x, void(layout, layout.ground, loop), layout.ground + 30.0)


def served_outside(one: PlacedOutside) -> list[str]:
    """The loops of a yard, of its sheds, or of a neighbour's roof."""
    touched = {loop for room in (one.outside.room, *one.outside.sheds) for loop in room.loops}
    return [loop for loop in PIPED if loop in touched]


def outside_signs(layout: Layout, one: PlacedOutside) -> list[float]:
    """Where the signs of something outside are, from its left."""
    step = layout.measures.sign + 4.0
    return [one.box.x + 8.0 + step * at for at in range(len(served_outside(one)))]


def _branches(drops: Sequence[Drop], lanes: dict[str, float]) -> list[Html]:
    """One line for each loop, height and side: to the farthest drop, with the others hanging from it."""
    sides: dict[tuple[str, float, bool], list[Drop]] = {}
    for drop in drops:
        sides.setdefault((drop.loop, drop.y, drop.x > lanes[drop.loop]), []).append(drop)
    drawn = []
    for (loop, y, _), some in sides.items():
        far = max(some, key=lambda drop: abs(drop.x - lanes[loop]))
        path = f"M{lanes[loop]:.5g} {y:.5g}H{far.x:.5g}"
        path += f"V{far.down - 4:.5g}" if far.down else ""
        path += "".join(f"M{one.x:.5g} {y:.5g}V{one.down - 4:.5g}" for one in some if one.down and one is not far)
        drawn.append(tag("path", class_=f"flow {loop}", d=path))
    return drawn


def _risers(drops: Sequence[Drop], lanes: dict[str, float]) -> list[Html]:
    """A riser from the highest to the lowest branch of each loop."""
    drawn = []
    for loop, x in lanes.items():
        ys = [drop.y for drop in drops if drop.loop == loop]
        if ys and max(ys) > min(ys):
            drawn.append(tag("path", class_=f"flow {loop}", d=f"M{x:.5g} {min(ys):.5g}V{max(ys):.5g}"))
    return drawn


def _sign(layout: Layout, drop: Drop) -> Html:
    assert drop.down is not None, "a drop without a sign is not drawn here"
    return sign_at(drop.loop, drop.x, drop.down, layout.measures.sign)


def sign_at(loop: str, x: float, y: float, size: float) -> Html:
    """The sign of a loop around a point of a figure."""
    return tag(
        "use", href=f"#m-{loop}", class_=f"fill edge {loop}", x=x - size / 2, y=y - size / 2, width=size, height=size
    )
