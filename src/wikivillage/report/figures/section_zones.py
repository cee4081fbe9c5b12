"""Which part of a section each place is: a room of a storey, the roof, a facade, outside, or what holds others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wikivillage.report.figures.section_scene import Room

ROOF_USES = frozenset({"roof", "terrace", "rooftop"})
OUTDOOR_USES = frozenset(
    {"outdoor", "yard", "garden", "court", "courtyard", "street", "park", "field", "land", "square"}
)
GROWING_USES = frozenset({"farm", "garden", "greenhouse"})
ON_ROOFS = frozenset({"panels", "beds", "greenhouse", "collector"})
"""The kinds of things that stand in the sun, also where the file only says in which house."""


@dataclass(frozen=True, slots=True)
class Storey:
    """A floor, or several without a place (``rooms`` empty), from ``first`` up to ``last``."""

    first: int
    last: int
    rooms: tuple[tuple[Room, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """A yard with its sheds, a neighbour's roof, or a wall that the building has no room for."""

    room: Room
    kind: str
    sheds: tuple[Room, ...] = ()


@dataclass(frozen=True, slots=True)
class Zones:
    """The places by the part of the section that they are; storeys from top to bottom."""

    above: tuple[Storey, ...] = ()
    below: tuple[Storey, ...] = ()
    roofs: tuple[Room, ...] = ()
    facades: tuple[Room, ...] = ()
    outside: tuple[Outside, ...] = ()
    frames: tuple[Room, ...] = field(default=())

    @property
    def built(self) -> bool:
        """Whether there is a building at all."""
        return bool(self.above or self.below)


def zones_of(rooms: Sequence[Room], *, most: int) -> Zones:
    """The zones of some places; a storey with more than ``most`` rooms is drawn in several rows."""
    by_id = {room.id: room for room in rooms}
    parts = {room.id: _part(room, rooms, by_id) for room in rooms}
    roofs, neighbours = _roofs([room for room in rooms if parts[room.id] == "roof"], rooms, parts, by_id)
    terraces = {room.id for room in rooms if parts[room.id] == "roof"} - {room.id for room in (*roofs, *neighbours)}
    indoors = [room for room in rooms if parts[room.id] == "room" or room.id in terraces]
    facades = tuple(room for room in rooms if parts[room.id] == "facade")
    floors = _floors(indoors, by_id, most, needed=bool(roofs or facades))
    return Zones(
        above=tuple(one for one in floors if one.last >= 0),
        below=tuple(one for one in floors if one.last < 0),
        roofs=tuple(roofs),
        facades=facades,
        outside=_outside(rooms, parts, neighbours, by_id),
        frames=tuple(room for room in rooms if parts[room.id] == "frame"),
    )


def _part(room: Room, rooms: Sequence[Room], by_id: Mapping[str, Room]) -> str:
    """What a place is, by itself, else as a part of the place that it is inside of."""
    own = _own_part(room)
    if own != "room":
        return own
    for parent in above(room, by_id):
        if _own_part(parent) != "room":
            return "shed" if _own_part(parent) == "yard" else _own_part(parent)
    holds = any(room in above(one, by_id) and one.floor is not None and _own_part(one) == "room" for one in rooms)
    return "frame" if room.floor is None and holds else "room"


def _own_part(room: Room) -> str:
    use, surfaces = room.use or "", room.surfaces
    if use == "facade" or (surfaces and not use and all(one.startswith("facade") for one in surfaces)):
        return "facade"
    on_top = "roof" in surfaces or "catchment" in surfaces
    if use in ROOF_USES or (on_top and (not use or use in GROWING_USES)):
        return "roof"
    in_ground = "soil" in surfaces or "land" in surfaces
    return "yard" if use in OUTDOOR_USES or (in_ground and (not use or use in GROWING_USES)) else "room"


def above(room: Room, by_id: Mapping[str, Room]) -> list[Room]:
    """The places that a place is inside of, the nearest first; a ring of them ends where it closes."""
    found: list[Room] = []
    around = by_id.get(room.inside or "")
    while around is not None and around not in found:
        found.append(around)
        around = by_id.get(around.inside or "")
    return found


def floor_of(room: Room, by_id: Mapping[str, Room]) -> int:
    """The floor of a place, else that of the nearest place around it, else the ground."""
    return next((one.floor for one in (room, *above(room, by_id)) if one.floor is not None), 0)


def _roofs(
    found: Sequence[Room], rooms: Sequence[Room], parts: Mapping[str, str], by_id: Mapping[str, Room]
) -> tuple[list[Room], list[Room]]:
    """Our roofs and the neighbours'. A roof that has rooms above it is a terrace, a room like any other."""
    top = max((floor_of(room, by_id) for room in rooms if parts[room.id] == "room"), default=-1)
    told: list[Room] = []
    untold: list[Room] = []
    for room in found:
        around = above(room, by_id)
        root = next((one for one in reversed(around) if one in found), room)
        (told if root.floor is not None or above(root, by_id) else untold).append(room)
    if not told and untold:
        return [untold[0]], untold[1:]
    return [room for room in told if room.floor is None or floor_of(room, by_id) > top], untold


def _floors(rooms: Sequence[Room], by_id: Mapping[str, Room], most: int, *, needed: bool) -> list[Storey]:
    """Every storey from top to bottom; floors between them that no place is on are one low storey."""
    on: dict[int, list[Room]] = {}
    for room in _nested(rooms, by_id):
        on.setdefault(floor_of(room, by_id), []).append(room)
    if not on:
        return [Storey(0, 0)] if needed else []
    found = []
    for level, here in on.items():
        shares = [(room, _own_area(room, here, by_id)) for room in here]
        found += [Storey(level, level, tuple(shares[at : at + most])) for at in range(0, len(shares), most)]
    # Floors without a place: between two that have some, and from the ground on.
    known = sorted({*on, *([-1] if min(on, default=0) > 0 else []), *([1] if max(on, default=-1) < 0 else [])})
    for low, high in pairwise(known):
        spans = ((low + 1, min(high - 1, -1)), (max(low + 1, 0), high - 1))
        found += [Storey(first, last) for first, last in spans if first <= last]
    return sorted(found, key=lambda one: -one.first)


def _nested(rooms: Sequence[Room], by_id: Mapping[str, Room]) -> Iterable[Room]:
    """Rooms in their order, each followed by what is inside of it."""
    done: set[str] = set()

    def walk(room: Room) -> Iterable[Room]:
        if room.id not in done:
            done.add(room.id)
            yield room
            for one in rooms:
                if one.inside == room.id:
                    yield from walk(one)

    for room in rooms:
        if not any(one in rooms for one in above(room, by_id)):
            yield from walk(room)
    for room in rooms:
        yield from walk(room)


def _own_area(room: Room, beside: Sequence[Room], by_id: Mapping[str, Room]) -> float:
    """The area without that of rooms inside on the same floor; where nothing is said, as large as the others."""
    known = [one.area for one in beside if one.area]
    if not room.area:
        return sum(known) / len(known) if known else 1.0
    inner = sum(one.area or 0.0 for one in beside if one.inside == room.id)
    return max(room.area - inner, 0.0)


def _outside(
    rooms: Sequence[Room], parts: Mapping[str, str], neighbours: Sequence[Room], by_id: Mapping[str, Room]
) -> tuple[Outside, ...]:
    """Yards with what is inside of them, then the neighbours' roofs."""
    yards = [room for room in rooms if parts[room.id] == "yard"]
    sheds = [room for room in rooms if parts[room.id] == "shed"]
    found = []
    for yard in yards:
        mine = (one for one in sheds if next(p for p in above(one, by_id) if parts[p.id] == "yard") == yard)
        found.append(Outside(yard, "yard", tuple(mine)))
    return (*found, *(Outside(room, "roof") for room in neighbours))
