"""Resources and profiles: YAML entries -> kinds."""

from __future__ import annotations

import re
from functools import partial
from typing import get_args

from wikivillage.base.time import TEMPOS
from wikivillage.base.units import conversion, over, read_number, same_dimension
from wikivillage.model.fields import Field, Record, as_list, as_mapping, as_text, read_record
from wikivillage.model.kinds import COMPONENTS, Loop, Number, Profile, Resource
from wikivillage.model.law_book import legal_class
from wikivillage.model.numbers import read_graded
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.values import choice, default_name, name, raw, text, unit, yes_no
from wikivillage.model.yaml_source import Mapping, Node

DAY = re.compile(r"(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
COMPONENT_UNITS = {"energy": "kWh"} | {component: "kg" for component in COMPONENTS if component != "energy"}

RESOURCE = (
    Field("name", name, "what people call it"),
    Field("unit", unit, "the unit in which it is counted, such as kWh, kg or m3", required=True),
    Field("tempo", choice(*TEMPOS), "how often it is balanced: hour, day, week or year", default="hour"),
    Field("loop", choice(*get_args(Loop)), "the loop it belongs to", required=True),
    Field("composition", raw, "what one unit holds: mass, energy, water, carbon, nitrogen, phosphorus"),
    Field("legal", legal_class, "its class in the rules of law"),
    Field("nature", yes_no, "whether the surroundings give and take it without limit", default=False),
    Field("missing_price", raw, "EUR per unit of an essential need that is not met"),
    Field("note", text, "a remark"),
)


def read_resource(id: str, mapping: Mapping, reading: Reading) -> Resource | None:
    """A resource, or None where its unit or loop could not be read."""
    record = read_record(mapping, RESOURCE, reading)
    if not record.whole:
        return None
    unit: str = record["unit"]
    price = record["missing_price"]
    return Resource(
        id=id,
        name=record["name"] or default_name(id),
        unit=unit,
        tempo=record["tempo"],
        loop=record["loop"],
        composition=_composition(record, reading),
        legal=record["legal"],
        nature=record["nature"],
        missing_price=price and reading.attempt(price, lambda node: _price(node, unit, reading)),
        origin=reading.origin,
    )


def _price(node: Node, unit: str, reading: Reading) -> Number:
    return read_graded(node, reading, (over("EUR", unit),), least=0.0)


def content_of_unit(unit: str) -> dict[str, Number]:
    """What the unit alone tells where no composition is given: a kWh holds 1 kWh of energy, a kg weighs 1 kg."""
    return {
        component: Number(float(conversion(unit, content)[0]), content, "A", "its unit")
        for component, content in (("energy", "kWh"), ("mass", "kg"))
        if same_dimension(unit, content)
    }


def _composition(record: Record, reading: Reading) -> dict[str, Number]:
    if record["composition"] is None:
        return content_of_unit(record["unit"])
    mapping = reading.attempt(record["composition"], as_mapping)
    contents: dict[str, Number] = {}
    if mapping is None:
        return contents
    for component, node in mapping.values.items():
        if component not in COMPONENTS:
            hint = suggestion(component, COMPONENTS, "Components")
            reading.refuse("unknown_component", mapping.keys[component], f'"{component}" is no component.', hint)
            continue
        number = reading.attempt(node, partial(_content, COMPONENT_UNITS[component], record["unit"], reading))
        if number is not None:
            contents[component] = number
    return contents


def _content(content: str, unit: str, reading: Reading, node: Node) -> Number:
    """How much of a component one unit holds: ``0.4 kg`` or ``0.4 kg/kg``."""
    return read_graded(node, reading, (content, over(content, unit)), least=0.0)


PROFILE = (
    Field("name", name, "what people call it"),
    Field("workday", raw, "24 relative weights, midnight first", required=True),
    Field("weekend", raw, "24 relative weights; left out, a weekend day is like a working day"),
    Field("weekdays", raw, "7 relative weights, Monday first"),
    Field("months", raw, "12 relative weights, January first"),
    Field("closed", raw, "dates without use, 2025-08-15 or every year 08-15"),
    Field("grade", choice("A", "B", "C"), "how sure it is", default="C"),
    Field("source", text, "where it is from"),
    Field("note", text, "a remark"),
)


def read_profile(id: str, mapping: Mapping, reading: Reading) -> Profile | None:
    """A profile, or None where its working day could not be read."""
    record = read_record(mapping, PROFILE, reading)
    workday = _weights(record, "workday", 24, reading)
    if not record.whole or workday is None:
        return None
    return Profile(
        id=id,
        name=record["name"] or default_name(id),
        workday=workday,
        weekend=_weights(record, "weekend", 24, reading) or workday,
        weekdays=_weights(record, "weekdays", 7, reading) or (1.0,) * 7,
        months=_weights(record, "months", 12, reading) or (1.0,) * 12,
        closed=_closed(record, reading),
        grade=record["grade"],
        source=record["source"] or "this village's own file",
        origin=reading.origin,
    )


def _weights(record: Record, key: str, count: int, reading: Reading) -> tuple[float, ...] | None:
    if record[key] is None:
        return None

    def read(node: Node) -> tuple[float, ...]:
        weights = tuple(float(read_number(as_text(item))) for item in as_list(node))
        if len(weights) != count:
            raise EntryError("weights", node, f"{key} has {len(weights)} weights; {count} are expected.")
        if min(weights) < 0 or sum(weights) <= 0:
            raise EntryError("weights", node, f"The weights of {key} are not negative, and not all of them are 0.")
        return weights

    return reading.attempt(record[key], read)


def _closed(record: Record, reading: Reading) -> tuple[str, ...]:
    if record["closed"] is None:
        return ()

    def read(node: Node) -> tuple[str, ...]:
        days = tuple(as_text(item) for item in as_list(node))
        wrong = next((day for day in days if not DAY.fullmatch(day)), None)
        if wrong is not None:
            what = f'"{wrong[:40]}" is not a day.'
            raise EntryError("date", node, what, "Write 2025-08-15, or 08-15 for every year.")
        return days

    return reading.attempt(record["closed"], read) or ()
