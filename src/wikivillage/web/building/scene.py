"""The places and their facts as the scene that the section is drawn from, and the rows of the list below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from wikivillage.base.problems import ProblemError
from wikivillage.report.figures.section import section_of
from wikivillage.report.figures.section_scene import Room, Scene, Thing
from wikivillage.report.figures.section_zones import Zones, floor_of, zones_of
from wikivillage.report.markup import Html
from wikivillage.web.building import words
from wikivillage.web.building.facts import Electricity, Facts, Flow, converters, electricity_of, facts_at, light_of
from wikivillage.web.building.inventory import Inventory, PlaceOf, Standing, in_order, inventory, version
from wikivillage.web.building.sizes import Sizes, current_sizes
from wikivillage.web.shell.kept import keep
from wikivillage.web.shell.templatetags.village import language

EVERYWHERE = "everywhere"
LEAST_SIZE = 1e-6
"""What a plan makes smaller than this, it does not build."""


@dataclass(frozen=True, slots=True)
class Row:
    """A place in the list: what it does now, its loops, its area, and yesterday's kWh. ``who`` is a pseudonym."""

    place: PlaceOf
    room: Room
    who: str | None
    now: str
    loops: tuple[str, ...]
    power: Electricity


@dataclass(frozen=True, slots=True)
class Level:
    """The rows of a floor, or of the roof, or of what is outside; ``floor`` has a plan of its own."""

    title: str
    rows: tuple[Row, ...]
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What the list comes to. ``elsewhere``: used where no meter of the list is, by the ledger."""

    area: float
    used: float | None
    made: float | None
    elsewhere: float | None
    private: int


@dataclass(frozen=True, slots=True)
class Building:
    """The building at a moment, in one language."""

    inventory: Inventory
    facts: Facts
    headline: str
    scene: Scene
    drawing: Html
    levels: tuple[Level, ...]
    sums: Sums
    metered: bool

    def row(self, place: str) -> Row | None:
        """The row of a place."""
        return next((row for level in self.levels for row in level.rows if row.place.id == place), None)


def building_at(at: datetime) -> Building | None:
    """The building as it is in this minute, in the language that is read; None before there is a village."""
    of = version()
    try:
        return keep(f"building.scene.{minute_of(of, at)}", lambda: _build(inventory(of, at), at), at=at).value
    except ProblemError:
        return None


def minute_of(of: str, at: datetime) -> str:
    """What everything that is kept depends on: the village file, the minute, the language and the village's clock."""
    return f"{of}.{at:%Y%m%d%H%M}.{language()}.{timezone.get_current_timezone_name()}"


def _build(stock: Inventory, at: datetime) -> Building:
    stores = [one.id for place in stock.places for one in place.standing if one.section == "stores"]
    facts = facts_at(at, stores=stores, electric=stock.electric)
    sizes = current_sizes()
    passing = converters(facts.flows, stock.electric)
    rows = {place.id: _row(place, stock, facts, sizes, passing) for place in stock.places}
    rooms = [row.room for row in rows.values()] or [_whole(stock, sizes)]
    metered = any(room.light != "unknown" for room in rooms)
    if not metered:
        rooms = [_lit(room) for room in rooms]
    zones = zones_of(rooms, most=10_000)
    scene = Scene(
        rooms=tuple(rooms),
        label=words.label_of_section(len(zones.above) + len(zones.below) + bool(zones.roofs), len(rooms)),
        levels=words.levels_in_words(stock.places, _roof_levels(zones)),
        kinds=words.kinds_in_words(),
        sun=sun_at(at),
    )
    levels = _levels(zones, rows)
    return Building(
        inventory=stock,
        facts=facts,
        headline=words.headline(_storeys(zones), len(zones.roofs), len({one.first for one in zones.below}), len(rooms)),
        scene=scene,
        drawing=section_of(scene),
        levels=levels,
        sums=_sums(rows, facts),
        metered=metered,
    )


def _row(place: PlaceOf, stock: Inventory, facts: Facts, sizes: Sizes, passing: frozenset[str]) -> Row:
    flows = [flow for flow in facts.flows if flow.place == place.id]
    power = electricity_of(flows, stock.electric, passing)
    now = words.now_in_words(flows, power, _stores(place, stock, facts, sizes))
    metered = {stock.kinds[flow.resource].loop for flow in flows if flow.resource in stock.kinds}
    loops = in_order((*place.loops, *metered))
    return Row(place, _room(place, flows, facts, sizes, loops, now), place.run_by, now, loops, power)


def _room(place: PlaceOf, flows: Sequence[Flow], facts: Facts, sizes: Sizes, loops: tuple[str, ...], now: str) -> Room:
    name = words.said(place.name)
    return Room(
        id=place.id,
        name=name,
        href=f"#place-{place.id}",
        says=words.named(name, now) if now else name,
        floor=place.floor,
        area=place.area,
        use=place.use,
        inside=place.inside,
        surfaces=tuple(place.surfaces),
        loops=loops,
        things=_things(place.standing, facts, sizes),
        light=light_of(flows),  # type: ignore[arg-type]
    )


def _things(standing: Sequence[Standing], facts: Facts | None, sizes: Sizes) -> tuple[Thing, ...]:
    """What is drawn of what stands somewhere: not what the plan of today does not build."""
    working = [one for one in standing if one.section in ("processes", "stores")]
    built = [one for one in working if (size := sizes.of(one.id)) is None or size > LEAST_SIZE]
    return tuple(
        Thing(name=words.said(one.name), kind=one.kind, loops=one.loops, level=level_of(one, facts, sizes))
        for one in built
    )


def level_of(one: Standing, facts: Facts | None, sizes: Sizes) -> float | None:
    """How full a store is, as a share of one, where both its level and its size are known."""
    if facts is None or one.section != "stores" or one.id not in facts.stocks:
        return None
    whole = (sizes.of(one.id) or 0.0) * (one.capacity or 0.0)
    return min(max(facts.stocks[one.id] / whole, 0.0), 1.0) if whole > 0 else None


def _stores(place: PlaceOf, stock: Inventory, facts: Facts, sizes: Sizes) -> list[tuple[str, float, str, float | None]]:
    """The stores of a place: name, amount, unit, share."""
    return [
        (words.said(one.name), facts.stocks[one.id], stock.kinds[one.resource].unit, level_of(one, facts, sizes))
        for one in place.standing
        if one.id in facts.stocks and one.resource is not None and one.resource in stock.kinds
    ]


def _whole(stock: Inventory, sizes: Sizes) -> Room:
    """A village without places is one house."""
    loops = in_order(loop for one in stock.everywhere for loop in one.loops)
    things = _things(stock.everywhere, None, sizes)
    return Room(id=EVERYWHERE, name=stock.name, href=f"#{EVERYWHERE}", says=stock.name, loops=loops, things=things)


def _lit(room: Room) -> Room:
    """Where nobody measures anything, no room is darker than others."""
    return Room(**{name: getattr(room, name) for name in Room.__slots__} | {"light": "lit"})


def sun_at(at: datetime) -> float | None:
    """Where the sun of the drawing is between six and nine in the evening; a figure, not astronomy."""
    local = timezone.localtime(at)
    hour = local.hour + local.minute / 60.0
    return (hour - 6.0) / 15.0 if 6.0 <= hour <= 21.0 else None


def _storeys(zones: Zones) -> int:
    return max((one.last + 1 for one in zones.above), default=0)


def _roof_levels(zones: Zones) -> dict[int, str]:
    floors = {room.floor for room in zones.roofs if room.floor is not None}
    return {floor: words.roof_in_words() for floor in floors}


def _levels(zones: Zones, rows: Mapping[str, Row]) -> tuple[Level, ...]:
    """The rows from top to bottom: roofs, storeys, what is outside, cellars last."""
    by_id = {row.room.id: row.room for row in rows.values()}
    roofs = [rows[room.id] for room in zones.roofs]
    found = [
        Level(
            words.roof_in_words(),
            tuple(roofs),
            max((r.place.floor for r in roofs if r.place.floor is not None), default=None),
        )
    ]
    indoors = [
        (floor_of(room, by_id), rows[room.id])
        for one in (*zones.above, *zones.below)
        for room, _ in one.rooms
        if room.id in rows
    ]
    for floor in sorted({floor for floor, _ in indoors}, reverse=True):
        here = tuple(row for at, row in indoors if at == floor)
        found.append(Level(words.long_level(floor), here, floor))
    outside = [rows[room.id] for one in zones.outside for room in (one.room, *one.sheds)]
    outside += [rows[room.id] for room in (*zones.facades, *zones.frames) if room.id in rows]
    found.append(Level(words.outside_in_words(), tuple(outside)))
    return tuple(level for level in found if level.rows)


def _sums(rows: Mapping[str, Row], facts: Facts) -> Sums:
    """The list added up; rooms inside of others are part of their area already."""
    around = {id: rows.get(row.place.inside or "") for id, row in rows.items()}
    whole = [row for id, row in rows.items() if (outer := around[id]) is None or not outer.place.area]
    used = [row.power.used for row in rows.values() if row.power.used is not None]
    made = [row.power.made for row in rows.values() if row.power.made is not None]
    total = sum(used) if used else None
    elsewhere = facts.used - (total or 0.0) if facts.used is not None else None
    return Sums(
        sum(row.place.area or 0.0 for row in whole), total, sum(made) if made else None, elsewhere, facts.private
    )
