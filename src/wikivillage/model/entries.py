"""What is at work in a village: processes, stores, needs, offers and exchanges with the outside."""

from __future__ import annotations

from typing import Any

from wikivillage.base.units import Quantity, over, per_hour, plain_unit
from wikivillage.model.fields import Field, Record, as_text, read_record
from wikivillage.model.kinds import Exchange, Need, Offer, Process, Range, Resource, Series, Shift, Store
from wikivillage.model.law_book import legal_use
from wikivillage.model.numbers import amount_in, as_quantity, read_range
from wikivillage.model.reading import EntryError, Reading
from wikivillage.model.series import ONE, Wanted, read_series, spread
from wikivillage.model.setting import place_id
from wikivillage.model.values import choice, id_text, name, raw, yes_no
from wikivillage.model.yaml_source import Mapping, Node

NAME = Field("name", name, "what people call it")

PROCESS = (
    Field("recipe", raw, "the id of its recipe", required=True),
    Field("at", place_id, "the place where it stands"),
    Field("to", place_id, "the place where its outputs arrive"),
    Field("size", raw, "a size such as 80 kWp, or a range such as 0..150 kWp"),
    Field("owned", yes_no, "whether it is there already", default=False),
    NAME,
)


def read_process(id: str, mapping: Mapping, reading: Reading) -> Process | None:
    """One process, or None where its recipe could not be read."""
    record = read_record(mapping, PROCESS, reading)
    recipe = _taken(record, "recipe", reading.shelves.recipes.take, reading)
    if recipe is None:
        return None
    size = _range(record, "size", plain_unit(recipe.size_unit), reading)
    return Process(id, recipe.id, record["at"], record["to"], size, record["owned"], record["name"])


STORE = (
    Field("recipe", raw, "the id of its store recipe", required=True),
    Field("at", place_id, "the place where it stands"),
    Field("size", raw, "a size such as 40 m3, or a range such as 0..120 m3"),
    Field("power", raw, "the power, where it is sized apart from the size"),
    Field("owned", yes_no, "whether it is there already", default=False),
    Field("start", raw, "what it holds at the start; left out, it ends as it began"),
    Field("end", raw, "what it holds at the end: an amount or a range"),
    NAME,
)


def read_store(id: str, mapping: Mapping, reading: Reading) -> Store | None:
    """One store, or None where its recipe could not be read."""
    record = read_record(mapping, STORE, reading)
    recipe = _taken(record, "recipe", reading.shelves.store_recipes.take, reading)
    if recipe is None:
        return None
    unit = reading.shelves.resources.entries()[recipe.holds].unit
    start, end = _range(record, "start", unit, reading), _range(record, "end", unit, reading)
    if start is not None and not start.fixed:
        reading.refuse("range", record["start"], "A store starts with one amount, not with a range.")
    if end is not None and record["start"] is None:
        hint = "Add start:, or drop end: and the store ends as it began."
        reading.refuse("end_without_start", record["end"], "An end is asked for, but no start is given.", hint)
    return Store(
        id=id,
        recipe=recipe.id,
        at=record["at"],
        size=_range(record, "size", plain_unit(recipe.size_unit), reading),
        power=_range(record, "power", per_hour(unit), reading),
        owned=record["owned"],
        start=start.low if start else None,
        end_low=end.low if end else None,
        end_high=end.high if end and end.high != float("inf") else None,
        name=record["name"],
    )


COUNTS = {
    "count": "1",
    "persons": "person",
    "meals": "meal",
    "children": "child",
    "employees": "employee",
    "desks": "desk",
    "dwellings": "dwelling",
}
"""Keys that say how many, with the unit of a plain number behind them."""

AMOUNT = (
    Field("resource", raw, "the id of a resource", required=True),
    Field("amount", raw, "how much, such as 12 L/person/day or 30 MWh/year"),
    Field("series", raw, "how much in each hour: a list, a file, a weather driver"),
    Field("profile", raw, "the profile that spreads the amount over the year"),
    *(Field(key, raw, f"how many ({unit})") for key, unit in COUNTS.items()),
    Field("at", place_id, "where"),
    NAME,
)
NEED = (
    *AMOUNT,
    Field("priority", choice("vital", "essential", "comfort"), "how firmly it is wanted", default="essential"),
    Field("missing_price", raw, "EUR per unit that is not served"),
    Field("shift", raw, "hours of the day in which the day's amount may move"),
    Field("use", legal_use, "the use that the law looks at"),
)
OFFER = (*AMOUNT, Field("must_take", yes_no, "whether it is there, wanted or not", default=False))


def read_need(id: str, mapping: Mapping, reading: Reading) -> Need | None:
    """One need, or None where its resource or amount could not be read."""
    record = read_record(mapping, NEED, reading)
    resource = _taken(record, "resource", reading.shelves.resources.take, reading)
    amount = resource and _amount(record, mapping, resource, reading)
    if resource is None or amount is None:
        return None
    return Need(
        id=id,
        resource=resource.id,
        amount=amount,
        at=record["at"],
        priority=record["priority"],
        missing_price=_value(record, "missing_price", (over("EUR", resource.unit),), reading, least=0.0),
        shift=_shift(record, resource, reading),
        use=record["use"],
        name=record["name"],
    )


def read_offer(id: str, mapping: Mapping, reading: Reading) -> Offer | None:
    """One offer, or None where its resource or amount could not be read."""
    record = read_record(mapping, OFFER, reading)
    resource = _taken(record, "resource", reading.shelves.resources.take, reading)
    amount = resource and _amount(record, mapping, resource, reading)
    if resource is None or amount is None:
        return None
    return Offer(id, resource.id, amount, record["at"], record["must_take"], record["name"])


def _amount(record: Record, mapping: Mapping, resource: Resource, reading: Reading) -> Series | None:
    """The amount per hour: amount or series, times what it is counted with, spread by a profile if there is one."""
    given = [key for key in ("amount", "series") if record[key] is not None]
    if len(given) != 1:
        what = "It says both amount and series." if given else '"amount" is missing: how much is wanted or given.'
        hint = "Write amount: 30 MWh/year, or series: {file: ..., column: ..., unit: ...}."
        reading.refuse("amount", mapping, what, hint)
        return None
    count = reading.attempt(mapping, lambda _: _count(record))
    if count is None:
        return None
    wanted = Wanted(per_hour(resource.unit), resource.unit, count, least=0.0)
    node, profile = record[given[0]], record["profile"]
    if profile is not None:
        return reading.attempt(profile, lambda profile: spread(node, profile, reading, wanted))
    return reading.attempt(node, lambda node: read_series(node, reading, wanted))


def _count(record: Record) -> Quantity:
    """The product of everything that the amount is counted with."""
    product = ONE
    for key, unit in COUNTS.items():
        node = record[key]
        if node is None:
            continue
        count = as_quantity(node)
        if count.number < 0:
            raise EntryError("negative", node, f"{as_text(node)} is below 0.")
        product = product * (Quantity(count.number, unit) if count.unit == "1" else count)
    return product


SHIFT = (
    Field("hours", raw, "hours of the day, such as 8..20", required=True),
    Field("most", raw, "the most that may flow"),
)


def _shift(record: Record, resource: Resource, reading: Reading) -> Shift | None:
    node = record["shift"]
    shift = None if node is None else reading.attempt(node, lambda node: read_record(node, SHIFT, reading))
    if shift is None or not shift.whole:
        return None
    if resource.tempo != "hour":
        what = f'"{resource.id}" is counted by the {resource.tempo}: within it every need may move already.'
        reading.refuse("shift_tempo", node, what, "Drop shift:, or give the resource the tempo hour.")
        return None
    hours = reading.attempt(shift["hours"], _day_hours)
    if hours is None:
        return None
    return Shift(*hours, _value(shift, "most", (per_hour(resource.unit),), reading, least=0.0))


def _day_hours(node: Node) -> tuple[int, int]:
    hours = read_range(node, "1")
    if hours.high > 24 or not (hours.low.is_integer() and hours.high.is_integer()) or hours.fixed:
        what = f'"{as_text(node)[:40]}" are not hours of a day.'
        raise EntryError("hours", node, what, "Write 8..20; a day ends at 24.")
    return int(hours.low), int(hours.high)


EXCHANGE = (
    Field("resource", raw, "the id of a resource", required=True),
    Field("at", place_id, "where"),
    Field("buy", raw, "EUR per unit bought"),
    Field("sell", raw, "EUR per unit sold; below zero, one pays to be rid of it"),
    Field("carbon", raw, "kgCO2e per unit bought"),
    Field("carbon_sold", raw, "kgCO2e per unit sold"),
    Field("renewable", amount_in("1", least=0.0), "the renewable share of what is bought", default=0.0),
    Field("buy_most", raw, "the most that can be bought at once"),
    Field("sell_most", raw, "the most that can be sold at once"),
    Field("buy_most_per_year", raw, "the most that can be bought in a year"),
    Field("sell_most_per_year", raw, "the most that can be sold in a year"),
    Field("waste", yes_no, "whether what leaves here is waste", default=False),
    Field("partner", id_text, "who is on the other side"),
    NAME,
)


def read_exchange(id: str, mapping: Mapping, reading: Reading) -> Exchange | None:
    """One exchange with the outside, or None where its resource could not be read."""
    record = read_record(mapping, EXCHANGE, reading)
    resource = _taken(record, "resource", reading.shelves.resources.take, reading)
    if resource is None:
        return None
    if record["buy"] is None and record["sell"] is None:
        reading.refuse("no_price", mapping, "It neither buys nor sells.", "Add buy: or sell: with a price.")
    if record["renewable"] > 1:
        reading.refuse("above_one", mapping.values["renewable"], "A share is at most 100 %.")
    price, carbon, unit = over("EUR", resource.unit), over("kgCO2e", resource.unit), resource.unit
    yearly = (unit, f"{unit}/year")
    return Exchange(
        id=id,
        resource=resource.id,
        at=record["at"],
        buy=_series(record, "buy", price, reading),
        sell=_series(record, "sell", price, reading),
        carbon=_series(record, "carbon", carbon, reading),
        carbon_sold=_series(record, "carbon_sold", carbon, reading),
        renewable=record["renewable"],
        buy_most_per_hour=_value(record, "buy_most", (per_hour(unit),), reading, least=0.0),
        sell_most_per_hour=_value(record, "sell_most", (per_hour(unit),), reading, least=0.0),
        buy_most_per_year=_value(record, "buy_most_per_year", yearly, reading, least=0.0),
        sell_most_per_year=_value(record, "sell_most_per_year", yearly, reading, least=0.0),
        waste=record["waste"],
        partner=record["partner"],
        name=record["name"],
    )


def _taken(record: Record, key: str, take: Any, reading: Reading) -> Any:
    """What a required reference names, or None where it could not be read."""
    return None if record[key] is None else reading.attempt(record[key], lambda node: take(node, reading))


def _range(record: Record, key: str, unit: str, reading: Reading) -> Range | None:
    """A range; one that cannot be read is any range, so that no check complains that there is none."""
    if record[key] is None:
        return None
    return reading.attempt(record[key], lambda node: read_range(node, unit)) or Range(0.0, float("inf"), unit)


def _value(
    record: Record, key: str, units: tuple[str, ...], reading: Reading, *, least: float | None = None
) -> float | None:  # fmt: skip
    parse = amount_in(*units, least=least)
    return None if record[key] is None else reading.attempt(record[key], lambda node: parse(node, reading))


def _series(record: Record, key: str, unit: str, reading: Reading) -> Series | None:
    node = record[key]
    return None if node is None else reading.attempt(node, lambda node: read_series(node, reading, Wanted(unit)))
