"""Machines and stores as a section shows them: a tank with its water, a battery with its cells, a greenhouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wikivillage.report.figures.furniture import LEAVES, OF_THINGS, PIECES, SPROUT, draw_piece
from wikivillage.report.figures.section_scene import Box, Group
from wikivillage.report.markup import Html, loop_class, pattern_of, tag

HALF = 0.5
"""How full a store is drawn whose level nobody knows, hatched lightly."""


def draw_group(group: Group, box: Box, *, loop: str, scale: float) -> Html:
    """Things of a kind, standing on the bottom of a rectangle and no higher than it."""
    drawn = DRAWINGS.get(group.kind)
    if drawn is not None:
        return render(drawn(group, box, loop_class(loop)))
    piece = OF_THINGS.get(group.kind, "machine")
    width = PIECES[piece].width * scale
    count = max(min(len(group.things), 2, int(box.w / (width + 4))), 1)
    left = box.middle - (count * (width + 4) - 4) / 2
    return render(draw_piece(piece, left + at * (width + 4), box.bottom, scale) for at in range(count))


def render(parts: Iterable[Html]) -> Html:
    """Parts as one piece of markup."""
    return Html("".join(parts))


def _path(class_: str, d: str, fill: str | None = None) -> Html:
    return tag("path", class_=class_, d=d, fill=fill)


def _rect(class_: str, box: Box, fill: str | None = None) -> Html:
    return tag("rect", class_=class_, fill=fill, x=box.x, y=box.y, width=max(box.w, 0.0), height=max(box.h, 0.0))


def _filled(group: Group, loop: str, *, known: str = "p") -> tuple[str, float]:
    """The pattern and the level of a store."""
    level = group.level
    return f"url(#{'r' if level is None else known}-{pattern_of(loop)})", HALF if level is None else level


def tank(group: Group, box: Box, loop: str) -> list[Html]:
    """An open tank, filled to its level; two of them side by side where there are several."""
    fill, level = _filled(group, loop)
    count = min(len(group.things), 3) if box.w > 40 * len(group.things) else 1
    each = box.w / count
    drawn = []
    for at in range(count):
        x, right = box.x + at * each + 2, box.x + (at + 1) * each - 2
        high = (box.h - 2) * (1.0 - 0.12 * at)
        water = high * 0.94 * level
        drawn += [
            _rect(f"{loop} edge", Box(x, box.bottom - water, right - x, water), fill),
            _path("pen", f"M{x:.5g} {box.bottom - high:.5g}V{box.bottom:.5g}H{right:.5g}v-{high:.5g}"),
        ]
    return drawn


def cylinder(group: Group, box: Box, loop: str) -> list[Html]:
    """Hot-water cylinders, filled from the top: warm water floats."""
    fill, level = _filled(group, loop)
    count = min(len(group.things), 2)
    width = min(box.w / count - 5, 26.0)
    left = box.middle - (count * (width + 5) - 5) / 2
    drawn = []
    for at in range(count):
        x, high = left + at * (width + 5), box.h * (1.0 - 0.16 * at)
        top = box.bottom - high
        drawn += [
            tag("rect", class_="sheet", x=x, y=top, width=width, height=high, rx=6),
            tag("rect", class_=f"{loop} edge", fill=fill, x=x, y=top, width=width, height=max(high * level, 6), rx=6),
            tag("rect", class_="pen2", x=x, y=top, width=width, height=high, rx=6),
        ]
    return drawn


def battery(group: Group, box: Box, loop: str) -> list[Html]:
    """Cells: as many are full as the level says."""
    count = 5 if box.w > 42 else 4
    width = min((box.w - 4) / count - 3, 15.0)
    left = box.middle - (count * (width + 3) - 3) / 2
    level = HALF if group.level is None else group.level
    full = round(level * count)
    return [
        _rect(
            f"{loop} edge",
            Box(left + at * (width + 3), box.y + box.h * 0.12, width, box.h * 0.88),
            "url(#p-energy)" if at < full and group.level is not None else "url(#p-extra)",
        )
        for at in range(count)
    ]


def pump(group: Group, box: Box, loop: str) -> list[Html]:
    """A heat pump: a box with a fan; one for each."""
    count = min(len(group.things), max(int(box.w / 44), 1), 3)
    width = min(box.w / count - 5, 60.0)
    high = min(width * 0.75, box.h)
    left = box.middle - (count * (width + 5) - 5) / 2
    drawn = []
    for at in range(count):
        x, y = left + at * (width + 5), box.bottom - high
        cx, cy, r = x + width / 2, y + high / 2, high * 0.36
        blades = "".join(f"M{cx:.5g} {cy:.5g}l{r * a:.5g} {r * b:.5g}" for a, b in ((0.7, -0.7), (0.7, 0.7), (-1, 0)))
        drawn += [
            _rect("sheet", Box(x, y, width, high)),
            _rect("pen", Box(x, y, width, high)),
            tag("circle", class_="pen2", cx=cx, cy=cy, r=r),
            _path("pen2", blades),
        ]
    return drawn


def boiler(group: Group, box: Box, loop: str) -> list[Html]:
    """A boiler with its flame."""
    width, high = min(box.w - 4, 34.0), min(box.h, 44.0)
    x, y = box.middle - width / 2, box.bottom - high
    across, half = width * 0.22, high * 0.2
    side = f"q{across:.5g} {half:.5g} 0 {2 * half:.5g}q-{across:.5g} -{half:.5g} 0 -{2 * half:.5g}Z"
    flame = f"M{box.middle:.5g} {y + high * 0.34:.5g}{side}"
    pipe = f"M{x + 6:.5g} {y:.5g}v-7M{x + width - 6:.5g} {y:.5g}v-7"
    return [
        _rect("sheet", Box(x, y, width, high)),
        _rect("pen2", Box(x, y, width, high)),
        _path(f"{loop} fill edge", flame),
        _path("pen2", pipe),
    ]


def heap(group: Group, box: Box, loop: str) -> list[Html]:
    """A heap, or bays of them where there are several."""
    count = min(len(group.things), 3 if box.w > 90 else 2 if box.w > 54 else 1)
    each = box.w / count
    high = min(box.h, 38.0 if count == 1 else 28.0)
    drawn = []
    for at in range(count):
        x = box.x + at * each
        left, right = x + 3, x + each - 3
        rise = min(high, (right - left) * 0.62) * (1.9 - 0.25 * at)
        drawn.append(
            _path(
                "matter edge",
                f"M{left:.5g} {box.bottom:.5g}q{(right - left) / 2:.5g} -{rise:.5g} {right - left:.5g} 0Z",
                "url(#p-matter)",
            )
        )
        if count > 1:
            drawn.append(
                _path(
                    "pen2",
                    f"M{x:.5g} {box.bottom:.5g}v-{high * 0.6:.5g}M{x + each:.5g} {box.bottom:.5g}v-{high * 0.6:.5g}",
                )
            )
    return drawn


def dome(group: Group, box: Box, loop: str) -> list[Html]:
    """A digester or a gas holder: a round lid on a wall."""
    width, high = min(box.w - 4, 52.0), min(box.h, 40.0)
    x, y = box.middle - width / 2, box.bottom - high * 0.5
    r = width / 2
    lid = f"M{x:.5g} {y:.5g}a{r:.5g} {min(r, high * 0.5):.5g} 0 0 1 {width:.5g} 0Z"
    fill, _ = _filled(group, loop)
    return [
        _path(f"{loop} edge", lid, fill),
        _rect("sheet", Box(x, y, width, high * 0.5)),
        _rect("pen2", Box(x, y, width, high * 0.5)),
        _path("pen2", lid),
    ]


def bins(group: Group, box: Box, loop: str) -> list[Html]:
    """Bins with lids."""
    count = max(min(3, int(box.w / 19)), 1)
    left = box.middle - (count * 19 - 3) / 2
    d = "".join(
        f"M{left + at * 19 + 2:.5g} {box.bottom:.5g}l-2 -17h16l-2 17ZM{left + at * 19 - 1:.5g} {box.bottom - 17:.5g}"
        "h18v-3h-18Z"
        for at in range(count)
    )
    return [_path("pen2", d)]


def panels(group: Group, box: Box, loop: str) -> list[Html]:
    """Rows of panels that look at the sun."""
    count = max(int((box.w - 4) / 38), 1)
    each = (box.w - 4) / count
    long = min(each * 0.8, 31.0)
    rise = long * 0.55
    drawn = []
    for at in range(count):
        x, y = box.x + 3 + at * each, box.bottom
        drawn += [
            _path(
                "energy edge",
                f"M{x:.5g} {y - 5:.5g}l{long:.5g} -{rise:.5g}l4 4l-{long:.5g} {rise:.5g}Z",
                "url(#p-energy)",
            ),
            _path(
                "pen2",
                f"M{x + 4:.5g} {y - 3:.5g}V{y:.5g}M{x + long * 0.75:.5g} {y - rise:.5g}V{y:.5g}",
            ),
        ]
    return drawn


def collector(group: Group, box: Box, loop: str) -> list[Html]:
    """Solar collectors: panels with pipes for warm water."""
    return [
        Html(part.replace("energy edge", "heat edge").replace("#p-energy", "#p-heat"))
        for part in panels(group, box, loop)
    ]


def beds(group: Group, box: Box, loop: str) -> list[Html]:
    """A planted bed, and somebody at work in it where there is room."""
    count = max(int((box.w - 12) / 15), 1)
    row = "".join(f"M{box.x + 10 + 15 * at:.5g} {box.bottom - 8:.5g}{LEAVES}" for at in range(count))
    people = [draw_piece("person", box.x + box.w * share, box.bottom - 6, 1.0) for share in (0.42, 0.78) if box.w > 76]
    return [
        _rect("matter edge", Box(box.x + 3, box.bottom - 8, box.w - 6, 8), "url(#p-matter)"),
        *people,
        _path("food edge fill", row),
    ]


def greenhouse(group: Group, box: Box, loop: str) -> list[Html]:
    """A house of glass with plants in it."""
    x, width, y = box.x + 4, box.w - 8, box.bottom
    wall, top = y - 38 * _high(box), y - 58 * _high(box)
    outline = f"M{x:.5g} {y:.5g}V{wall:.5g}L{x + width / 2:.5g} {top:.5g}L{x + width:.5g} {wall:.5g}V{y:.5g}"
    tops = ((0.25, (wall + top) / 2), (0.5, top), (0.75, (wall + top) / 2))
    bars = "".join(f"M{x + width * share:.5g} {high:.5g}V{y:.5g}" for share, high in tops)
    bars += f"M{x:.5g} {wall:.5g}h{width:.5g}"
    count = max(int(width / 17), 1)
    plants = "".join(f"M{x + 9 + (width - 18) * at / max(count - 1, 1):.5g} {y - 5:.5g}{SPROUT}" for at in range(count))
    return [_path("sheet", outline + "Z"), _path("food fill edge", plants), _path("pen2", outline + bars)]


def _high(box: Box) -> float:
    return 1.0 if box.w > 70 else 0.82


def gutter(group: Group, box: Box, loop: str) -> list[Html]:
    """Where rain is caught: a butt with its funnel."""
    x, y = box.middle, box.bottom
    return [
        _path(f"{loop} edge", f"M{x - 9:.5g} {y:.5g}v-16h18v16Z", f"url(#p-{pattern_of(loop)})"),
        _path("pen2", f"M{x - 14:.5g} {y - 27:.5g}h28l-8 7v4h-12v-4Z"),
    ]


def filter_(group: Group, box: Box, loop: str) -> list[Html]:
    """The treatment of greywater: basins, each a step lower and cleaner."""
    drawn, each = [], (box.w - 6) / 3
    for at in range(3):
        high = box.h * (0.86 - 0.1 * at)
        drawn.append(
            _rect(
                f"{loop} edge",
                Box(box.x + 3 + at * each, box.bottom - high, each - 3, high),
                f"url(#r-{pattern_of(loop)})",
            )
        )
    return drawn


def racks(group: Group, box: Box, loop: str) -> list[Html]:
    """Plants on shelves under lamps."""
    width, high = min(box.w - 4, 92.0), min(box.h, 44.0)
    x, y = box.middle - width / 2, box.bottom
    frame = f"M{x:.5g} {y:.5g}v-{high:.5g}M{x + width:.5g} {y:.5g}v-{high:.5g}"
    shelves = (y - 4, y - 4 - high * 0.46)
    boards = "".join(f"M{x:.5g} {at:.5g}h{width:.5g}" for at in (*shelves, y - high))
    count = max(int((width - 6) / 12), 1)
    leaves = "".join(f"M{x + 8 + 12 * at:.5g} {shelf:.5g}{LEAVES}" for shelf in shelves for at in range(count))
    return [_path("pen2", frame + boards), _path("food fill edge", leaves)]


DRAWINGS: dict[str, Callable[[Group, Box, str], list[Html]]] = {
    "tank": tank,
    "cylinder": cylinder,
    "battery": battery,
    "pump": pump,
    "boiler": boiler,
    "heap": heap,
    "dome": dome,
    "bins": bins,
    "panels": panels,
    "collector": collector,
    "beds": beds,
    "greenhouse": greenhouse,
    "gutter": gutter,
    "filter": filter_,
    "racks": racks,
}
"""The drawings of machines and stores; other kinds are drawn as furniture."""

TALL = {"greenhouse": 58.0, "beds": 36.0, "panels": 24.0, "collector": 24.0, "gutter": 28.0, "tank": 40.0}
"""How high the things of a roof or a yard are; 40 where nothing is said."""


def facade(box: Box) -> list[Html]:
    """Panels that hang on a wall, seen from the side."""
    count = max(int(box.h / 26), 1)
    each = box.h / count
    drawn = [_path("pen2", f"M{box.x:.5g} {box.y + 2:.5g}V{box.bottom - 2:.5g}")]
    for at in range(count):
        y = box.y + at * each + 3
        drawn.append(
            _path(
                "energy edge",
                f"M{box.x + 1:.5g} {y:.5g}l8 {each - 7:.5g}l4 -2l-8 -{each - 7:.5g}Z",
                "url(#p-energy)",
            )
        )
    return drawn
