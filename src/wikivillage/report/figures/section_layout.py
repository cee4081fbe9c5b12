"""Where everything of a section stands: storeys of rooms as wide as their areas, a shaft, the roof, what is outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wikivillage.report.figures.section_scene import Box, Group, Room, Scene, groups
from wikivillage.report.figures.section_widths import ends_of, widths_of, without_sliver
from wikivillage.report.figures.section_zones import ON_ROOFS, Outside, Storey, Zones, zones_of


@dataclass(frozen=True, slots=True)
class Measures:
    """The sizes of one of the two drawings, in its own units, which are pixels at most."""

    width: float
    left: float
    right: float
    storey: float
    shaft: float
    wall: float
    least: float
    """The least width of a room."""
    head: float
    """From the top to the roof."""
    letter: float
    """The size of letters that must fit, which grow on very small screens."""
    text: str
    sign: float
    scale: float
    bay: float
    outside: float
    """How much of the width may be given to what stands beside the building."""
    depth: float
    lane: float
    strip: float


WIDE = Measures(1000, 104, 96, 96, 66, 8, 64, 160, 14, "b", 12, 1.0, 56, 384, 118, 3.5, 150)
NARROW = Measures(358, 36, 6, 74, 27, 5, 44, 112, 13.5, "b xs", 9.5, 0.8, 36, 0, 60, 2.5, 118)
GAP = 0.42
"""The height of floors without a place, as a share of a storey."""
SNAP = 0.13
"""How far a room's border may move to meet the shaft, as a share of the width."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A room and its rectangle; ``parts``: what of it is on either side of the shaft."""

    room: Room
    box: Box
    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PlacedStorey:
    """A storey and the rooms on it."""

    storey: Storey
    box: Box
    rooms: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class OnRoof:
    """A strip of the roof: its place (None for what rooms below have up there) and its groups of things."""

    room: Room | None
    box: Box
    groups: tuple[tuple[Group, Box], ...]


@dataclass(frozen=True, slots=True)
class PlacedOutside:
    """Something beside the building, or in a strip of its own below it (``beside`` False)."""

    outside: Outside
    box: Box
    ground: float
    sheds: tuple[Placed, ...]
    groups: tuple[tuple[Group, Box], ...]
    beside: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """All rectangles of a drawing."""

    measures: Measures
    zones: Zones
    height: float
    ground: float
    building: Box
    shaft: Box
    storeys: tuple[PlacedStorey, ...] = ()
    roofs: tuple[OnRoof, ...] = ()
    facades: tuple[tuple[Room, Box], ...] = ()
    outside: tuple[PlacedOutside, ...] = ()
    frames: tuple[tuple[Room, Box], ...] = field(default=())

    def shaft_of(self, storey: Box) -> Box:
        """The shaft where it passes a storey."""
        return Box(self.shaft.x, storey.y, self.shaft.w, storey.h)

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Every room of the storeys."""
        return tuple(room for storey in self.storeys for room in storey.rooms)


def layout_of(scene: Scene, measures: Measures) -> Layout:
    """The rectangles of a scene."""
    inner = measures.width - measures.left - measures.right
    zones = zones_of(scene.rooms, most=max(int((inner - measures.outside - measures.shaft) / measures.least), 1))
    beside, under = _sides(zones, measures)
    if beside:
        measures = replace(measures, left=58.0)
    taken = sum(width for _, width in beside)
    walls = 26.0 if zones.facades and measures.outside == 0 else 0.0
    right = measures.width - (taken if beside else measures.right) - walls
    head = measures.head if zones.roofs or zones.facades or zones.built else 20.0
    head += 22.0 if zones.facades and not measures.outside else 0.0
    building = Box(measures.left, head, max(right - measures.left, 0.0) if zones.built else 0.0, 0.0)
    shaft = _shaft(zones, building, measures)
    storeys, ground, bottom = _storeys(zones, building, shaft, measures)
    building = Box(building.x, building.y, building.w, bottom - building.y)
    first = ground + measures.depth if not zones.below else bottom + (40.0 if measures.outside else 46.0)
    first = first if zones.built else head
    foot = max(first, ground + measures.depth if beside else 0.0)
    frames = tuple(
        (room, Box(building.x, foot + 26.0 * at, max(building.w, 120.0), 24.0)) for at, room in enumerate(zones.frames)
    )
    foot += 26.0 * len(frames)
    outside = _beside(beside, zones, building, ground, measures)
    strips, foot = _strips(under, foot, measures)
    return Layout(
        measures=measures,
        zones=zones,
        height=foot,
        ground=ground,
        building=building,
        shaft=shaft,
        storeys=storeys,
        roofs=_roofs(scene, zones, building, measures),
        facades=_facades(zones, building, ground),
        outside=(*outside, *strips),
        frames=frames,
    )


def _sides(zones: Zones, measures: Measures) -> tuple[list[tuple[Outside, float]], list[Outside]]:
    """What fits beside the building, with its width, and what has to go below. Without a building all goes below."""
    beside: list[tuple[Outside, float]] = []
    left = measures.outside
    rest = list(zones.outside)
    while zones.built and measures.outside and rest:
        width = min(_wanted(rest[0], measures), measures.outside)
        if width > left:
            break
        beside.append((rest.pop(0), width))
        left -= width
    return beside, rest


def _wanted(outside: Outside, measures: Measures) -> float:
    """How wide something outside would be."""
    if outside.kind == "roof":
        return 104.0
    wanted = 24.0 + 44.0 * len(_standing(outside.room)) + 104.0 * len(outside.sheds)
    return min(max(wanted, 110.0), 280.0)


def _standing(room: Room) -> list[Group]:
    """What of a yard stands above its ground; tanks lie below."""
    return [group for group in groups(room.things) if group.kind != "tank"]


def _shaft(zones: Zones, building: Box, measures: Measures) -> Box:
    """The shaft, where the fewest rooms lie across it: as near to the middle as that allows."""
    shares = [ends_of([weight for _, weight in one.rooms]) for one in (*zones.above, *zones.below) if one.rooms]
    borders = {round(end, 3) for ends in shares for end in ends if 0.3 <= end <= 0.7}

    def cost(at: float) -> float:
        across = sum(all(abs(end - at) > SNAP for end in ends) for ends in shares if ends)
        return across + abs(at - 0.5)

    at = min((0.5, *sorted(borders)), key=cost)
    return Box(building.x + at * (building.w - measures.shaft), building.y, measures.shaft, 0.0)


def _storeys(
    zones: Zones, building: Box, shaft: Box, measures: Measures
) -> tuple[tuple[PlacedStorey, ...], float, float]:
    """The storeys from top to bottom, where the ground is, and where the building ends."""
    y, placed, ground = building.y, [], 0.0
    for storey in (*zones.above, None, *zones.below):
        if storey is None:
            ground = y
            continue
        height = measures.storey if storey.rooms else measures.storey * GAP
        box = Box(building.x, y, building.w, height)
        placed.append(PlacedStorey(storey, box, _rooms(storey, box, shaft, measures)))
        y += height
    if not zones.built:
        ground = y = building.y
    return tuple(placed), ground, y + (measures.wall if zones.below else 0.0)


def _rooms(storey: Storey, box: Box, shaft: Box, measures: Measures) -> tuple[Placed, ...]:
    """Rooms side by side, as wide as their areas; a border near the shaft moves to it, else a room lies across."""
    if not storey.rooms:
        return ()
    rooms, weights = [room for room, _ in storey.rooms], [weight for _, weight in storey.rooms]
    left, right = shaft.x - box.x, box.right - shaft.right
    free = left + right
    ends = ends_of(weights)
    near = min(range(len(ends)), key=lambda at: abs(ends[at] * free - left), default=None)
    if near is not None and _meets(ends[near] * free, left, near + 1, len(rooms), free, right, measures):
        cut = near + 1
        widths = [*widths_of(weights[:cut], left, measures.least), *widths_of(weights[cut:], right, measures.least)]
    else:
        widths = without_sliver(widths_of(weights, free, measures.least), left, measures.least)
    found, at = [], 0.0
    for room, width in zip(rooms, widths, strict=True):
        found.append(_placed(room, at, at + width, left, box, shaft))
        at += width
    return tuple(found)


def _meets(end: float, left: float, before: int, all: int, free: float, right: float, measures: Measures) -> bool:
    """Whether a border is near enough to the shaft, and there is room enough on both sides."""
    fits = before * measures.least <= left + 0.5 and (all - before) * measures.least <= right + 0.5
    return fits and abs(end - left) <= SNAP * free


def _placed(room: Room, start: float, end: float, left: float, box: Box, shaft: Box) -> Placed:
    """A room from and to a width that does not count the shaft."""

    def across(at: float, *, begins: bool) -> float:
        beyond = at >= left - 0.01 if begins else at > left + 0.01
        return box.x + at + (shaft.w if beyond else 0.0)

    x, right = across(start, begins=True), across(end, begins=False)
    whole = Box(x, box.y, right - x, box.h)
    parts: tuple[Box, ...] = (whole,)
    if x < shaft.x - 0.01 and right > shaft.right + 0.01:
        parts = (Box(x, box.y, shaft.x - x, box.h), Box(shaft.right, box.y, right - shaft.right, box.h))
    return Placed(room, whole, parts)


def _roofs(scene: Scene, zones: Zones, building: Box, measures: Measures) -> tuple[OnRoof, ...]:
    """The strips of the roof by area; what indoor places have in the sun gets one, too."""
    if not zones.above:
        return ()
    strips: list[tuple[Room | None, tuple[Group, ...], float]] = [
        (room, groups(room.things), room.area or 0.0) for room in zones.roofs
    ]
    indoors = [room for storey in (*zones.above, *zones.below) for room, _ in storey.rooms]
    lifted = tuple(thing for room in indoors for thing in room.things if thing.kind in ON_ROOFS)
    if lifted:
        strips.append((None, groups(lifted), 0.0))
    if not strips:
        return ()
    known = [area for _, _, area in strips if area]
    usual = sum(known) / len(known) if known else 1.0
    widths = widths_of([area or usual for _, _, area in strips], building.w, min(measures.least, building.w))
    found, x = [], building.x
    for (room, some, _), width in zip(strips, widths, strict=True):
        box = Box(x, building.y, width, 0.0)
        found.append(OnRoof(room, box, _in_row(some, Box(x + 6, box.y, width - 12, 0.0), 40.0 * measures.scale)))
        x += width
    return tuple(found)


ROOF_SHARES = {"panels": 3.0, "beds": 2.5, "greenhouse": 1.6}
YARD_SHARES = {"beds": 1.6, "bins": 0.9}
"""How much of a row each kind of thing is given; one for all others."""


def _in_row(
    some: Sequence[Group], box: Box, least: float, shares: Mapping[str, float] = ROOF_SHARES
) -> tuple[tuple[Group, Box], ...]:
    """Groups side by side, the first as many as there is room for."""
    kept = list(some[: max(int(box.w / least), 1)])
    if not kept or box.w < least * 0.6:
        return ()
    widths = widths_of([shares.get(group.kind, 1.0) for group in kept], box.w, least)
    found, x = [], box.x
    for group, width in zip(kept, widths, strict=True):
        found.append((group, Box(x, box.y, width, box.h)))
        x += width
    return tuple(found)


FACADE = 16.0
"""How wide a facade is, seen from the side."""


def _facades(zones: Zones, building: Box, ground: float) -> tuple[tuple[Room, Box], ...]:
    """Facades along the right wall, one above the other."""
    if not zones.facades:
        return ()
    each = (ground - building.y) / len(zones.facades)
    x = building.right + 5.0
    return tuple((room, Box(x, building.y + at * each, FACADE, each)) for at, room in enumerate(zones.facades))


def _beside(
    beside: Sequence[tuple[Outside, float]], zones: Zones, building: Box, ground: float, measures: Measures
) -> tuple[PlacedOutside, ...]:
    x = building.right + (34.0 if zones.facades else 14.0)
    spare = max(x + sum(width for _, width in beside) - measures.width, 0.0)
    found = []
    for outside, width in beside:
        width -= spare / len(beside)
        found.append(
            _outside(outside, Box(x, ground - 110.0, width - 6.0, 110.0 + 108.0), ground, measures, beside=True)
        )
        x += width
    return tuple(found)


def _strips(under: Sequence[Outside], foot: float, measures: Measures) -> tuple[tuple[PlacedOutside, ...], float]:
    """What has no room beside the building: each in a strip of its own."""
    found = []
    for outside in under:
        ground = foot + measures.strip - 40.0
        tanks = any(group.kind == "tank" for group in groups(outside.room.things))
        deep = 30.0 if outside.kind == "roof" else 108.0 if tanks else 66.0
        width = min(measures.width - measures.left - 6.0, 560.0 if outside.kind == "yard" else 240.0)
        box = Box(measures.left, foot + 4.0, width, ground - foot + deep - 8.0)
        found.append(_outside(outside, box, ground, measures, beside=False))
        foot = ground + deep
    return tuple(found), foot


def _outside(outside: Outside, box: Box, ground: float, measures: Measures, *, beside: bool) -> PlacedOutside:
    """A yard's sheds at its right, its things at its left, its tanks below."""
    shed = measures.storey * 0.86
    row = _standing(outside.room) if outside.kind == "yard" else list(groups(outside.room.things))
    each = min((box.w - max(min(44.0 * len(row), box.w * 0.62), 30.0)) / max(len(outside.sheds), 1), 190.0)
    sheds, x = [], box.right - each * len(outside.sheds)
    for at, room in enumerate(outside.sheds):
        place = Box(x + at * each, ground - shed, each - 4.0, shed)
        sheds.append(Placed(room, place, (place,)))
    placed = list(_in_row(row, Box(box.x + 4.0, ground, x - box.x - 8.0, 0.0), 36.0, YARD_SHARES))
    if outside.kind == "yard":
        tanks = [group for group in groups(outside.room.things) if group.kind == "tank"]
        placed += [(group, Box(box.x + 4.0, ground, min(96.0, box.w - 8.0), 0.0)) for group in tanks]
    return PlacedOutside(outside, box, ground, tuple(sheds), tuple(placed), beside)
