"""A building cut open: every place of a village as a lit room, a roof, a yard, with what stands and flows in it.

Two drawings of the same places, a wide and a narrow one. Each place is one link in each.
"""

from __future__ import annotations

from itertools import pairwise

from wikivillage.report.figures.furniture import furnish, pieces_of
from wikivillage.report.figures.letters import clean
from wikivillage.report.figures.section_bays import bays, has_bays
from wikivillage.report.figures.section_frame import LIGHTS, earth, foundation, lights, post, sky, surroundings, timber
from wikivillage.report.figures.section_layout import NARROW, WIDE, Layout, Measures, Placed, PlacedOutside, layout_of
from wikivillage.report.figures.section_names import HOUSE, names
from wikivillage.report.figures.section_pipes import outside_signs, pipes, served_outside, sign_at, sign_xs
from wikivillage.report.figures.section_scene import PIPED, Box, Group, Room, Scene, groups
from wikivillage.report.figures.section_things import TALL, draw_group, facade
from wikivillage.report.markup import Html, short, tag


def section_of(scene: Scene) -> Html:
    """Both drawings; the page shows the one that its width has room for."""
    drawings = ((WIDE, "only-wide"), (NARROW, "only-phone"))
    return Html("".join(tag("div", draw(scene, measures), class_=name) for measures, name in drawings))


def draw(scene: Scene, measures: Measures) -> Html:
    """One drawing."""
    layout = layout_of(scene, measures)
    parts = (
        earth(layout),
        sky(layout, scene.sun),
        surroundings(layout),
        lights(layout),
        _interiors(layout),
        timber(layout),
        foundation(layout),
        _roofs(layout),
        [part for _, box in layout.facades for part in facade(box)],
        [part for one in layout.outside for part in _outside(layout, one)],
        pipes(layout),
        names(layout, scene),
        [_link(room, box) for room, box in linked(layout)],
    )
    size = f"0 0 {measures.width:.5g} {layout.height:.5g}"
    return tag(
        "svg", [part for some in parts for part in some], viewbox=size, role="group", aria_label=clean(scene.label)
    )


def linked(layout: Layout) -> list[tuple[Room, Box]]:
    """Every place with the rectangle that can be touched."""
    inset = 2.0
    found = [(placed.room, _inner(placed.box, inset)) for placed in layout.placed]
    high = 76.0 * (1.0 if layout.measures.outside else 0.8)
    found += [
        (strip.room, Box(strip.box.x + inset, strip.box.y - high, max(strip.box.w - 2 * inset, 1.0), high - 4))
        for strip in layout.roofs
        if strip.room is not None
    ]
    found += [(room, box) for room, box in layout.facades]
    for one in layout.outside:
        right = min([shed.box.x - 2 for shed in one.sheds], default=one.box.right)
        found.append((one.outside.room, Box(one.box.x, one.box.y, max(right - one.box.x, 24.0), one.box.h)))
        found += [(shed.room, shed.box) for shed in one.sheds]
    return [*found, *layout.frames]


def _inner(box: Box, by: float) -> Box:
    return Box(box.x + by, box.y + by, max(box.w - 2 * by, 1.0), max(box.h - 2 * by, 1.0))


def _link(room: Room, box: Box) -> Html:
    area = tag("rect", fill="transparent", x=box.x, y=box.y, width=box.w, height=box.h)
    name = clean(room.name)
    return tag("a", area, tag("title", clean(room.says) or name), href=room.href, aria_label=name)


def _interiors(layout: Layout) -> list[Html]:
    """What stands in each room: bays of machines below and in technical rooms, furniture elsewhere."""
    drawn: list[Html] = []
    for placed in layout.placed:
        if has_bays(placed):
            for group, bay in bays(layout, placed):
                drawn.append(
                    draw_group(group, _standing(bay, layout), loop=main_loop(group), scale=layout.measures.scale)
                )
            drawn += _walls(layout, placed)
        else:
            drawn += _furniture(layout, placed)
    return drawn


def _standing(bay: Box, layout: Layout) -> Box:
    """The space of a bay that its things take: below the signs, above the floor."""
    margin = 7.0 if layout.measures.outside else 4.0
    high = bay.h * 0.46
    return Box(bay.x + margin, bay.bottom - high - margin, bay.w - 2 * margin, high)


def _walls(layout: Layout, placed: Placed) -> list[Html]:
    """Thin walls between the bays of a room."""
    found = [box for _, box in bays(layout, placed)]
    lines = "".join(f"M{b.x:.5g} {b.y:.5g}v{b.h:.5g}" for a, b in pairwise(found) if abs(a.right - b.x) < 0.1)
    return [tag("path", class_="pen2", d=lines)] if lines else []


def main_loop(group: Group) -> str:
    """The loop that a group of things is drawn in: its first thing's own."""
    return group.things[0].loops[0] if group.things[0].loops else ""


def _furniture(layout: Layout, placed: Placed) -> list[Html]:
    kinds = [group.kind for group in groups(placed.room.things)]
    pieces = pieces_of(placed.room.use, kinds)
    floor = placed.box.bottom - layout.measures.wall / 2 - 1
    people = placed.room.light != "dark"
    drawn: list[Html] = []
    for part in placed.parts:
        drawn += furnish(pieces, part, scale=layout.measures.scale, people=people, floor=floor)
    return drawn


def _roofs(layout: Layout) -> list[Html]:
    """What stands on the roof; a roof without anything has a rail and somebody at it."""
    drawn: list[Html] = []
    floor, wall = layout.building.y, layout.measures.wall
    for strip in layout.roofs:
        for group, box in strip.groups:
            space = Box(box.x, floor - wall / 2 - 60, box.w, 60)
            drawn.append(draw_group(group, space, loop=main_loop(group), scale=layout.measures.scale))
        if not strip.groups and strip.room is not None:
            rail = Box(strip.box.x + 4, floor - wall / 2 - 20, strip.box.w - 8, 20)
            posts = "".join(f"M{rail.x + at:.5g} {rail.y:.5g}v20" for at in range(0, int(rail.w) + 1, 12))
            drawn.append(tag("path", class_="pen2", d=f"M{rail.x:.5g} {rail.y:.5g}h{rail.w:.5g}{posts}"))
            drawn += furnish(
                ("plant", "person", "plant"),
                rail,
                scale=layout.measures.scale,
                people=True,
                floor=floor - wall / 2,
                most=3,
            )
    return drawn


def _outside(layout: Layout, one: PlacedOutside) -> list[Html]:
    """A yard with its sheds, or a neighbour's house with its roof."""
    ground, scale = one.ground, layout.measures.scale
    drawn: list[Html] = []
    if not one.beside:
        foot = short(one.box.bottom + 6)
        drawn.append(tag("path", class_="earth", d=f"M0 {ground:.5g}H{layout.measures.width:.5g}V{foot}H0Z"))
        drawn.append(tag("path", class_="cut", d=f"M0 {ground:.5g}H{layout.measures.width:.5g}"))
    base = ground
    if one.outside.kind == "roof":
        base = ground - HOUSE * scale
        wall = Box(one.box.x + 4, base, one.box.w - 8, ground - base)
        drawn.append(tag("rect", class_="sheet", x=wall.x, y=wall.y, width=wall.w, height=wall.h))
        drawn.append(tag("rect", class_="pen", x=wall.x, y=wall.y, width=wall.w, height=wall.h))
    for group, box in one.groups:
        below = group.kind == "tank"
        high = 30.0 if below else TALL.get(group.kind, 40.0)
        top = base + (78.0 if one.beside else 62.0) if below else base - high
        space = Box(box.x + 2, top, box.w - 4, high)
        drawn.append(draw_group(group, space, loop=main_loop(group), scale=scale))
    for shed in one.sheds:
        drawn += _shed(layout, shed)
    return [*drawn, *_strip_signs(layout, one)]


def _shed(layout: Layout, shed: Placed) -> list[Html]:
    """A small house of timber in a yard."""
    box, wall = shed.box, layout.measures.wall
    lit = tag("rect", class_=LIGHTS[shed.room.light], x=box.x, y=box.y, width=box.w, height=box.h)
    roof = tag("rect", class_="wood pen2", x=box.x - wall, y=box.y - wall, width=box.w + 2 * wall, height=wall)
    posts = [post(x, box, wall * 0.75) for x in (box.x, box.right)]
    signs = [loop for loop in PIPED if loop in shed.room.loops]
    hung = [
        sign_at(loop, x, box.y + 14.0, layout.measures.sign)
        for loop, x in zip(signs, sign_xs(layout, box, len(signs)), strict=False)
    ]
    return [lit, *_furniture(layout, shed), *posts, roof, *(hung if not signs or box.w > 150 else [])]


def _strip_signs(layout: Layout, one: PlacedOutside) -> list[Html]:
    """The signs of what has a strip of its own, where no pipe is seen."""
    if one.beside:
        return []
    signs = zip(served_outside(one), outside_signs(layout, one), strict=False)
    return [sign_at(loop, x, one.ground + 12.0, layout.measures.sign) for loop, x in signs]
