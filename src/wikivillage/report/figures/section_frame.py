"""The house itself: earth, timber, slabs and walls, the sky and its trees."""

from __future__ import annotations

from wikivillage.report.figures.furniture import draw_piece
from wikivillage.report.figures.section_layout import Layout, Placed
from wikivillage.report.figures.section_scene import Box
from wikivillage.report.markup import Html, tag

LIGHTS = {"lit": "lamp", "dark": "earth", "unknown": "sheet"}
"""What a room is filled with."""


def earth(layout: Layout) -> list[Html]:
    """The ground, cut open."""
    width, ground = layout.measures.width, layout.ground
    built = layout.building
    if not layout.zones.built:
        return []
    foot = _foot(layout)
    low = built.bottom if layout.zones.below else ground
    notch = f"M0 {ground:.5g}H{built.x - 5:.5g}V{low:.5g}H{built.right + 5:.5g}V{ground:.5g}H{width:.5g}V{foot:.5g}H0Z"
    stones = []
    for at in range(int(width / 48)):
        x, y = (at * 137.5 + 23) % width, ground + 16 + (at * 61.8) % max(foot - ground - 22, 1.0)
        if y > low + 6 or not built.x - 14 < x < built.right + 14:
            stones.append(f"M{x:.5g} {y:.5g}l5 -3" if at % 2 else f"M{x:.5g} {y:.5g}a2 2 0 1 1 .1 0")
    return [tag("path", class_="earth", d=notch), tag("path", class_="hair", d="".join(stones))]


def _foot(layout: Layout) -> float:
    """Where the drawing of the ground ends: before the strips."""
    strips = [one.box.y - 4 for one in layout.outside if not one.beside]
    frames = [box.y - 2 for _, box in layout.frames]
    return min([layout.height, *strips, *frames])


def lights(layout: Layout) -> list[Html]:
    """The floor of every room, lit or grey, and the paper of the shaft."""
    drawn = [fill(part, placed) for placed in layout.placed for part in placed.parts]
    if layout.storeys:
        top, bottom = layout.storeys[0].box.y, layout.storeys[-1].box.bottom
        drawn.append(_rect("paper", Box(layout.shaft.x, top, layout.shaft.w, bottom - top)))
    for storey in layout.storeys:
        if not storey.rooms:
            drawn.append(_rect("sheet", storey.box))
            drawn.append(tag("path", class_="hair", d=_hatched(storey.box)))
    return drawn


def fill(box: Box, placed: Placed) -> Html:
    """What a room is filled with."""
    return _rect(LIGHTS[placed.room.light], box)


def _hatched(box: Box) -> str:
    count = int(box.w / 14)
    return "".join(f"M{box.x + 14 * at:.5g} {box.bottom:.5g}l10 -{box.h:.5g}" for at in range(1, count))


def _rect(class_: str, box: Box) -> Html:
    return tag("rect", class_=class_, x=box.x, y=box.y, width=max(box.w, 0.0), height=max(box.h, 0.0))


def timber(layout: Layout) -> list[Html]:
    """Posts, braces and slabs of what is above the ground."""
    wall = layout.measures.wall
    drawn: list[Html] = []
    for storey in layout.storeys:
        if storey.storey.last < 0:
            continue
        xs = {round(edge, 1) for room in storey.rooms for part in room.parts for edge in (part.x, part.right)}
        xs |= {round(edge, 1) for edge in (layout.building.x, layout.building.right)}
        drawn += [post(x, storey.box, wall) for x in sorted(xs)]
        if storey.rooms:
            drawn.append(tag("path", class_="grain", d=_braces(layout, storey.box)))
    for box in (storey.box for storey in layout.storeys if storey.storey.last >= 0):
        drawn += [
            *_slab(layout.building.x, layout.shaft.x, box.y, wall),
            *_slab(layout.shaft.right, layout.building.right, box.y, wall),
        ]
    return drawn


def post(x: float, box: Box, wall: float) -> Html:
    """A post of timber between two rooms."""
    left, right = x - wall / 2, x + wall / 2
    wood = _rect("wood", Box(left, box.y, wall, box.h))
    lines = tag(
        "path",
        class_="pen2",
        d=f"M{left:.5g} {box.y:.5g}v{box.h:.5g}M{right:.5g} {box.y:.5g}v{box.h:.5g}",
    )
    return Html(wood + lines)


def _braces(layout: Layout, box: Box) -> str:
    """Struts in the four corners of a storey."""
    half, long = layout.measures.wall / 2, layout.measures.storey * 0.2
    y = box.y + half
    corners = (
        (layout.building.x + half, 1),
        (layout.shaft.x - half, -1),
        (layout.shaft.right + half, 1),
        (layout.building.right - half, -1),
    )
    return "".join(f"M{x:.5g} {y + long:.5g}l{way * long:.5g} -{long:.5g}" for x, way in corners)


def _slab(x: float, right: float, y: float, wall: float) -> list[Html]:
    """A slab of timber with its grain."""
    left, right, half = x - wall / 2, right + wall / 2, wall / 2
    if right - left < 3 * wall:
        return []
    count = int((right - left - wall) / 9)
    grain = "".join(
        f"M{left + 3 + 9 * at:.5g} {y + half - 1:.5g}l{wall - 2:.5g} -{wall - 2:.5g}" for at in range(count)
    )
    return [
        _rect("wood", Box(left, y - half, right - left, wall)),
        tag("path", class_="grain", d=grain),
        tag("path", class_="pen", d=f"M{left:.5g} {y - half:.5g}H{right:.5g}"),
        tag("path", class_="pen2", d=f"M{left:.5g} {y + half:.5g}H{right:.5g}"),
    ]


def foundation(layout: Layout) -> list[Html]:
    """The line of the ground, the concrete of the cellar, and its inner walls."""
    built, ground, wall = layout.building, layout.ground, layout.measures.wall
    if not layout.zones.built:
        return []
    width = layout.measures.width
    drawn = [
        tag(
            "path",
            class_="cut",
            d=f"M0 {ground:.5g}H{built.x:.5g}M{built.right:.5g} {ground:.5g}H{width:.5g}",
        )
    ]
    below = [storey for storey in layout.storeys if storey.storey.last < 0]
    if not below:
        return [*drawn, tag("path", class_="cut", d=f"M{built.x:.5g} {ground:.5g}H{built.right:.5g}")]
    bottom = below[-1].box.bottom
    top, left, right = ground - wall / 2, built.x - wall, built.right + wall
    outer = f"M{left:.5g} {top:.5g}H{right:.5g}V{bottom + wall:.5g}H{left:.5g}Z"
    inner = f"M{built.x:.5g} {ground + wall / 2:.5g}V{bottom:.5g}H{built.right:.5g}V{ground + wall / 2:.5g}Z"
    drawn.append(tag("path", class_="poche", fill_rule="evenodd", d=outer + inner))
    for storey in below:
        xs = sorted({round(e, 1) for room in storey.rooms for part in room.parts for e in (part.x, part.right)})
        lines = "".join(
            f"M{x:.5g} {storey.box.y:.5g}v{storey.box.h:.5g}" for x in xs if built.x + 1 < x < built.right - 1
        )
        floor = f"M{built.x:.5g} {storey.box.y:.5g}H{built.right:.5g}" if storey is not below[0] else ""
        drawn.append(tag("path", class_="cut" if floor else "pen", d=lines + floor) if lines or floor else Html(""))
    return drawn


def sky(layout: Layout, sun: float | None) -> list[Html]:
    """The sun on its way, or the moon."""
    wide = layout.measures.outside > 0
    r = 21.0 if wide else 13.0
    y = r + (12.0 if wide else 6.0)
    label = 112.0 if layout.facades and not wide else 0.0  # a facade's name has this place
    left, right = layout.measures.left + r, layout.measures.width - r - 12 - label
    if sun is None:
        x = right - r
        inner, high = r * 0.85, r * 1.1
        moon = f"M{x:.5g} {y - r:.5g}a{r} {r} 0 1 0 {r} {high:.5g}a{inner:.5g} {inner:.5g} 0 0 1 -{r} -{high:.5g}Z"
        return [tag("path", class_="pen2", d=moon)]
    x = left + (right - left) * min(max(sun, 0.0), 1.0)
    return [tag("circle", class_="energy edge", fill="url(#p-energy)", cx=x, cy=y, r=r)]


def tree(x: float, ground: float, size: float) -> Html:
    """A tree with its roots."""

    def at(dx: float, dy: float) -> str:
        return f"{x + dx * size:.5g} {ground + dy * size:.5g}"

    trunk = f"M{at(0, 14)}L{at(0, -60)}M{at(0, -30)}L{at(-12, -44)}M{at(0, -40)}L{at(11, -53)}"
    roots = "".join(f"M{at(0, 14)}L{at(dx, 14 + dy)}" for dx, dy in ((-8, 16), (2, 22), (9, 12)))
    crowns = [
        tag("circle", class_="food fill edge", fill_opacity=".55", cx=x + dx * size, cy=ground + dy * size, r=r * size)
        for dx, dy, r in ((-16, -58, 17), (14, -66, 18), (-2, -84, 19), (2, -60, 14))
    ]
    return Html(tag("path", class_="pen", d=trunk) + tag("path", class_="pen2", d=roots) + "".join(crowns))


def surroundings(layout: Layout) -> list[Html]:
    """Trees and a passer-by where nothing else stands, in the wide drawing."""
    if layout.measures.outside == 0 or not layout.zones.built:
        return []
    if any(one.beside for one in layout.outside):
        return [tree(36, layout.ground, 0.7)]
    x = layout.measures.width - 42
    person = draw_piece("person", x - 38, layout.ground, 1.05, mirrored=True)
    return [tree(layout.measures.left / 2 - 4, layout.ground, 1.05), tree(x, layout.ground, 0.9), person]
