"""The words of a section: names of places and of what stands there, as many as fit, and the floors at the left."""

from __future__ import annotations

from collections.abc import Iterable

from wikivillage.report.figures.letters import clean, first_that_fits, in_lines, shortened, width_of
from wikivillage.report.figures.section_bays import bays, has_bays
from wikivillage.report.figures.section_layout import Layout, Placed, PlacedOutside
from wikivillage.report.figures.section_pipes import served_outside, sign_xs
from wikivillage.report.figures.section_scene import PIPED, Scene
from wikivillage.report.figures.section_things import TALL
from wikivillage.report.markup import Html, short, tag

HOUSE = 60.0
"""How high a neighbour's house is drawn."""


def names(layout: Layout, scene: Scene) -> list[Html]:
    """Every text of a section."""
    rooms = [_name_of_room(layout, placed) for placed in layout.placed if not _said_by_level(layout, placed, scene)]
    parts = (_bays, _roofs, _outside, _facades, _frames, _levels)
    return [*rooms, *(text for part in parts for text in part(layout, scene))]


def _text(words: str, x: float, y: float, class_: str) -> Html:
    return tag("text", words, class_=class_.strip() or None, x=x, y=y) if words else Html("")


def _plain(layout: Layout) -> str:
    """The class of words that are not bold."""
    return layout.measures.text.removeprefix("b").strip()


def _name_of_room(layout: Layout, placed: Placed) -> Html:
    """Beside the signs where there is room for as much of it as in a line of its own, else below them."""
    measures, part = layout.measures, placed.parts[0]
    x = part.x + measures.wall / 2 + (7 if measures.outside else 4)
    whole = part.right - measures.wall / 2 - 1 - x
    if not measures.outside:
        return _text(shortened(placed.room.name, whole, measures.letter), x, part.y + 39, measures.text)
    signs = sign_xs(layout, part, len([loop for loop in PIPED if loop in placed.room.loops]))
    free = signs[-1] - measures.sign - x if signs and len(placed.parts) == 1 else whole
    beside = shortened(placed.room.name, free, measures.letter)
    if beside and not beside.endswith("…"):
        return _text(beside, x, part.y + 35, measures.text)
    return _text(shortened(placed.room.name, whole, measures.letter), x, part.y + 54, measures.text)


def _said_by_level(layout: Layout, placed: Placed, scene: Scene) -> bool:
    """Whether the word at the left says it already: the only room of its floor, called as the floor."""
    on = next(one for one in layout.storeys if placed in one.rooms)
    return len(on.rooms) == 1 and placed.room.name == scene.levels.get(on.storey.first)


def _bays(layout: Layout, scene: Scene) -> Iterable[Html]:
    """Below the building what stands in the lowest cellar; by turns in two lines where one is too short."""
    low = layout.storeys[-1] if layout.storeys else None
    if low is None or low.storey.last >= 0:
        return
    measures = layout.measures
    found = [one for placed in low.rooms if has_bays(placed) for one in bays(layout, placed)]
    words = [first_that_fits(group.names(scene.kinds), box.w - 4, measures.letter) for group, box in found]
    crowded = any("…" in word or not word for word in words)
    y = low.box.bottom + (29.0 if measures.outside else 22.0)
    for at, (group, box) in enumerate(found):
        beside = [other for _, other in (*found[max(at - 1, 0) : at], *found[at + 1 : at + 2])]
        room = box.w - 4 + (min((other.w for other in beside), default=0.0) if crowded else 0.0)
        said = first_that_fits(group.names(scene.kinds), room, measures.letter)
        half = width_of(said, measures.letter) / 2
        x = min(max(box.middle, layout.building.x + half - 4), measures.width - half)
        yield _text(said, x, y + (16.0 if crowded and at % 2 else 0.0), f"{_plain(layout)} mid")


def _roofs(layout: Layout, scene: Scene) -> Iterable[Html]:
    measures = layout.measures
    for strip in layout.roofs:
        tallest = max((TALL.get(group.kind, 40.0) for group, _ in strip.groups), default=24.0)
        for group, box in strip.groups:
            y = layout.building.y - TALL.get(group.kind, 40.0) - 12
            words = first_that_fits(group.names(scene.kinds), box.w - 4, measures.letter)
            yield _text(words, box.middle, y, f"{_plain(layout)} mid")
        room = strip.room
        if room is not None and not (len(layout.roofs) == 1 and room.name == scene.levels.get(room.floor or 0)):
            y = layout.building.y - tallest - (30 if strip.groups else 14)
            words = shortened(room.name, strip.box.w - 8, measures.letter)
            yield _text(words, strip.box.x + 6, max(y, measures.letter), measures.text)


def _outside(layout: Layout, scene: Scene) -> Iterable[Html]:
    measures = layout.measures
    for one in layout.outside:
        right = min([shed.box.x for shed in one.sheds], default=one.box.right)
        room = right - one.box.x - 14
        lines = in_lines(one.outside.room.name, room, measures.letter, 3 if one.outside.kind == "roof" else 2)
        first = _outside_y(layout, one, len(lines))
        for at, words in enumerate(lines):
            yield _text(words, one.box.x + 8, first + 16.0 * at, measures.text)
        for shed in one.sheds:
            words = shortened(shed.room.name, shed.box.w - 12, measures.letter)
            yield _text(words, shed.box.x + 8, shed.box.y + 19, measures.text)
        if one.outside.kind == "yard":
            yield from _things_outside(layout, one, scene)


def _outside_y(layout: Layout, one: PlacedOutside, lines: int) -> float:
    """Where the name of a yard begins, above all that stands in it; that of a house, on its wall."""
    if one.outside.kind == "roof":
        return one.ground - HOUSE * layout.measures.scale + 18.0
    tall = max((TALL.get(group.kind, 40.0) for group, _ in one.groups if group.kind != "tank"), default=20.0)
    return one.ground - tall - 14 - 16.0 * (lines - 1)


def _things_outside(layout: Layout, one: PlacedOutside, scene: Scene) -> Iterable[Html]:
    """What a yard holds, below its ground; what has no room for its word has none."""
    under = one.ground + (52.0 if one.beside and served_outside(one) else 36.0)
    row = [(group, box) for group, box in one.groups if group.kind != "tank"]
    for at, (group, box) in enumerate(row):
        beside = [other for _, other in (*row[max(at - 1, 0) : at], *row[at + 1 : at + 2])]
        room = box.w + min((other.w for other in beside), default=40.0)
        said = first_that_fits(group.names(scene.kinds), room, layout.measures.letter)
        half = width_of(said, layout.measures.letter) / 2
        x = min(max(box.middle, one.box.x + half), layout.measures.width - half)
        yield _text("" if "…" in said else said, x, under + (16.0 if at % 2 else 0.0), f"{_plain(layout)} mid")
    for group, box in [(group, box) for group, box in one.groups if group.kind == "tank"][:1]:
        free = layout.measures.width - box.right - 8
        said = first_that_fits(group.names(scene.kinds), min(free, 150.0), layout.measures.letter)
        yield _text(said, box.x + box.w + 6, under + 50, _plain(layout))


def _facades(layout: Layout, scene: Scene) -> Iterable[Html]:
    """The name of a facade: beside it, or above all where there is no room at its side."""
    measures = layout.measures
    for room, box in layout.facades:
        y = min(box.y + 22, box.bottom - 4)
        if measures.outside:
            free = measures.width - box.right - 10
            for at, words in enumerate(in_lines(room.name, min(free, 150), measures.letter)):
                yield _text(words, box.right + 10, y + 16 * at, measures.text)
        elif room is layout.facades[0][0]:
            top = box.y - 98
            yield tag("path", class_="pen2", d=f"M{box.middle:.5g} {top + 6:.5g}V{box.y:.5g}")
            yield _text(shortened(room.name, 140, measures.letter), measures.width, top, f"{measures.text} end")


def _frames(layout: Layout, scene: Scene) -> Iterable[Html]:
    """What holds other places: a line as long as the building, as on a drawing, with its name."""
    for room, box in layout.frames:
        y, left, right = short(box.y + 5), short(box.x - 4), short(box.right - 4)
        ticks = f"M{left} {box.y + 9:.5g}l8 -8M{right} {box.y + 9:.5g}l8 -8"
        yield tag("path", class_="pen", d=f"M{box.x:.5g} {y}H{box.right:.5g}{ticks}")
        words = shortened(room.name, box.w - 12, layout.measures.letter)
        yield _text(words, box.x + 8, box.bottom - 2, layout.measures.text)


def _levels(layout: Layout, scene: Scene) -> Iterable[Html]:
    """The names of the floors at the left, each on a short line."""
    measures = layout.measures
    wide = measures.outside > 0
    lines = [(scene.levels.get(floor, ""), layout.building.y) for floor in _roof_levels(layout)]
    for at, one in enumerate(layout.storeys):
        again = at > 0 and layout.storeys[at - 1].storey.first == one.storey.first
        lines.append(("" if again else _level(scene, one.storey.first, one.storey.last), one.box.bottom))
    for words, y in lines:
        room = min(measures.left - 3.0, 100.0)
        said = shortened(words, room, 14.0 if wide else 11.5)
        yield _text(said, 0, y - (20.0 if y > layout.ground else 8.0), "b" if wide else "xs t2")
        if wide and said and y < layout.ground:
            yield tag("path", class_="pen2", d=f"M0 {y:.5g}h34")


def _roof_levels(layout: Layout) -> list[int]:
    found = [strip.room.floor for strip in layout.roofs if strip.room is not None and strip.room.floor is not None]
    return sorted(found)[-1:]


def _level(scene: Scene, first: int, last: int) -> str:
    low, high = clean(scene.levels.get(first, str(first))), clean(scene.levels.get(last, str(last)))
    return low if first == last else f"{low}–{high}"
