"""The setting of a village: site, horizon, money, agents and places."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from wikivillage.base.problems import nearest
from wikivillage.model.fields import Field, Parser, as_mapping, as_text, read_record
from wikivillage.model.kinds import SYNTHETIC_PARIS, Agent, Finance, Horizon, Place, Site
from wikivillage.model.numbers import amount_in, in_unit
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.values import between, check_id, default_name, integer, moment, name, raw, text, yes_no
from wikivillage.model.yaml_source import Mapping, Node

T = TypeVar("T")


def read_section(
    root: Mapping, section: str, reading: Reading, read: Callable[[str, Mapping, Reading], T | None]
) -> dict[str, T]:  # fmt: skip
    """The entries of one section by id. ``reading.dropped`` remembers that one could not be read."""
    node = root.find(section)
    entries: dict[str, T] = {}
    mapping = None if node is None else reading.attempt(node, as_mapping)
    for id, value in mapping.values.items() if mapping else ():
        key = mapping.keys[id] if mapping else root
        entry = reading.attempt(value, lambda value, id=id, key=key: read(check_id(key), as_mapping(value), reading))  # type: ignore[misc]
        if entry is None:
            reading.dropped = True
        else:
            entries[id] = entry
    return entries


def place_id(node: Node, reading: Reading) -> str:
    """The id of a place of this village."""
    return _known(node, reading.places, "place")


def agent_id(node: Node, reading: Reading) -> str:
    """The id of an agent; any id where the village names no agents at all."""
    return _known(node, reading.agents, "agent") if reading.agents else check_id(node)


def _known(node: Node, known: Iterable[str], kind: str) -> str:
    id = as_text(node)
    if id not in known:
        raise EntryError(f"unknown_{kind}", node, f'"{id[:40]}" is no {kind} of this village.', suggestion(id, known))
    return id


def timezone(node: Node, reading: Reading) -> str:
    """The name of a time zone, such as Europe/Paris."""
    zone = as_text(node)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        hint = suggestion(zone, available_timezones()) or "Write a name such as Europe/Paris."
        raise EntryError("timezone", node, f'"{zone[:40]}" is no time zone.', hint) from None
    return zone


def weather(node: Node, reading: Reading) -> str:
    """The name of the synthetic weather, or of a file that is there."""
    said = text(node, reading)
    if said != SYNTHETIC_PARIS and reading.folder is not None and not (reading.folder / said).is_file():
        hint = suggestion(said, [SYNTHETIC_PARIS]) if nearest(said, [SYNTHETIC_PARIS]) else ""
        way = f"Write {SYNTHETIC_PARIS}, or the path of an EPW, TMY3, PVGIS or CSV file from this file."
        raise EntryError("no_weather_file", node, f'"{said[:80]}" is no weather file that can be found.', hint or way)
    return said


SITE = (
    Field("latitude", between(-90, 90), "degrees north", required=True),
    Field("longitude", between(-180, 180), "degrees east", required=True),
    Field("timezone", timezone, "such as Europe/Paris", required=True),
    Field("altitude", amount_in("m"), "metres above the sea", default=0.0),
    Field("weather", weather, "paris_synthetic, or the path of a weather file"),
    Field("year", integer(1900, 2200), "the year that is planned"),
    Field("seed", integer(0, 2**32 - 1), "the seed of a synthetic year", default=0),
)
HORIZON = (
    Field("start", moment, "the first hour"),
    Field("hours", integer(1, 100 * 8784), "how many hours"),
    Field("cyclic", yes_no, "whether the end meets the start", default=True),
)
FINANCE = (
    Field("discount_rate", amount_in("1", "1/year", least=0.0), "per year, without inflation", default=0.0),
    Field("carbon_price", amount_in("EUR/kgCO2e"), "EUR per kgCO2e, added to the cost", default=0.0),
)


def read_site(root: Mapping, reading: Reading) -> tuple[Site | None, int | None]:
    """The site, if there is one, and its year."""
    node = root.find("site")
    record = None if node is None else reading.attempt(node, lambda node: read_record(node, SITE, reading))
    if record is None or not record.whole:
        return None, record["year"] if record else None
    site = Site(
        latitude=record["latitude"],
        longitude=record["longitude"],
        timezone=record["timezone"],
        altitude_m=record["altitude"],
        weather=record["weather"],
        seed=record["seed"],
    )
    return site, record["year"]


def read_horizon(root: Mapping, year: int | None, reading: Reading) -> Horizon | None:
    """The hours that are planned: as said, or the whole year of the site.

    Where a year or a start was said but could not be read, that is the problem, and not that it is missing.
    """
    node = root.find("horizon")
    record = None if node is None else reading.attempt(node, lambda node: read_record(node, HORIZON, reading))
    start = record["start"] if record else None
    if start is None and year is None:
        if not _said(root, "site", "year") and not _said(root, "horizon", "start"):
            hint = "Write horizon: {start: 2025-01-01, hours: 8760}, or a year in site."
            reading.refuse("no_horizon", node or root, "The village does not say which hours are planned.", hint)
        return None
    first = start or datetime(year or 0, 1, 1)
    hours = (record["hours"] if record else None) or (8784 if calendar.isleap(first.year) else 8760)
    return Horizon(first, hours, record["cyclic"] if record else True)


def _said(root: Mapping, section: str, key: str) -> bool:
    node = root.find(section)
    return node is not None and (not isinstance(node, Mapping) or key in node.values)


def read_finance(root: Mapping, reading: Reading) -> Finance:
    """Discount rate and carbon price."""
    node = root.find("finance")
    record = None if node is None else reading.attempt(node, lambda node: read_record(node, FINANCE, reading))
    return Finance(**record) if record else Finance()


AGENT = (
    Field("name", text, "its name"),
    Field("kind", text, "person, household, organisation or outside", default="organisation"),
)


def read_agent(id: str, mapping: Mapping, reading: Reading) -> Agent:
    """One agent."""
    record = read_record(mapping, AGENT, reading)
    return Agent(id, record["name"] or default_name(id).en, record["kind"])


PLACE = (
    Field("name", name, "what people call it"),
    Field("floor", integer(-20, 200), "the storey, 0 at ground level"),
    Field("area", amount_in("m2", least=0.0), "its floor area"),
    Field("use", text, "what it is used for, such as workshop or creche"),
    Field("run_by", agent_id, "the agent who runs it"),
    Field("inside", place_id, "the place that it is part of"),
    Field("surfaces", raw, "m2 of each surface that processes may cover"),
    Field("networks", raw, "which network of a resource serves it"),
)


def read_place(id: str, mapping: Mapping, reading: Reading) -> Place:
    """One place; parts of it that cannot be read are written down and left out."""
    record = read_record(mapping, PLACE, reading)
    return Place(
        id=id,
        name=record["name"] or default_name(id),
        floor=record["floor"],
        area_m2=record["area"],
        use=record["use"],
        run_by=record["run_by"],
        inside=record["inside"],
        surfaces=_by_key(record["surfaces"], _surface_key, lambda node, reading: _area(node), reading),
        networks=_by_key(record["networks"], _resource_key, lambda node, reading: check_id(node), reading),
    )


def _by_key(node: Node | None, key: Parser, value: Parser, reading: Reading) -> dict[str, T]:
    mapping = None if node is None else reading.attempt(node, as_mapping)
    found: dict[str, T] = {}
    for id, node_of_id in mapping.values.items() if mapping else ():
        key_read = reading.attempt(mapping.keys[id], lambda node: key(node, reading)) if mapping else None
        value_read = reading.attempt(node_of_id, lambda node: value(node, reading))
        if key_read is not None and value_read is not None:
            found[key_read] = value_read
    return found


def _surface_key(node: Node, reading: Reading) -> str:
    return check_id(node)


def _resource_key(node: Node, reading: Reading) -> str:
    return reading.shelves.resources.take(node, reading).id


def _area(node: Node) -> float:
    area = in_unit(node, "m2")
    if area < 0:
        raise EntryError("negative", node, f"{as_text(node)} is below 0.")
    return area
