"""Recipes and store recipes: YAML entries -> kinds."""

from __future__ import annotations

from typing import Any, get_args

from wikivillage.base.units import over, per_hour, plain_unit, same_dimension
from wikivillage.model.fields import Field, Parser, Record, as_mapping, read_record
from wikivillage.model.kinds import COMPONENTS, Arc, Costs, Loop, Number, Recipe, StoreRecipe
from wikivillage.model.law_book import legal_use
from wikivillage.model.numbers import GRADED, amount_in, graded, number, read_graded
from wikivillage.model.reading import EntryError, Reading, ToldError
from wikivillage.model.series import Wanted, series
from wikivillage.model.values import check_id, choice, default_name, name, raw, text, unit
from wikivillage.model.yaml_source import Mapping, Node

LOOPS: tuple[Loop, ...] = get_args(Loop)
FACTOR = Wanted("1", any_driver=True)
SHARE = Wanted("1", any_driver=True, least=0.0)

RECIPE = (
    Field("name", name, "what people call it"),
    Field("loop", choice(*LOOPS), "the loop it belongs to; left out, that of its first output"),
    Field("activity", unit, "what is counted when it runs, such as kWh of heat", required=True),
    Field("size_unit", unit, "the unit of its size, such as kW or m2", required=True),
    Field("inputs", raw, "what one unit of activity takes"),
    Field("outputs", raw, "what one unit of activity gives"),
    Field("rate", raw, "the activity per hour that one unit of size allows"),
    Field("availability", raw, "the share of the rate that there is in each hour"),
    Field("runs", choice("up_to", "exactly"), "up_to what its size allows, or exactly that", default="up_to"),
    Field("costs", raw, "what it costs to have"),
    Field("running", raw, "EUR per unit of activity"),
    Field("carbon", raw, "kgCO2e given off per unit of activity"),
    Field("footprint", raw, "m2 of each surface per unit of size"),
    Field("use", legal_use, "the use that the law looks at, such as wc_flush"),
    Field("note", text, "a remark", default=""),
)


def read_recipe(id: str, mapping: Mapping, reading: Reading) -> Recipe | None:
    """A recipe, or None where its units or one of its arcs could not be read."""
    record = read_record(mapping, RECIPE, reading)
    if not record.whole:
        return None
    activity, size = plain_unit(record["activity"]), plain_unit(record["size_unit"])
    inputs = _arcs(record["inputs"], activity, reading)
    outputs = _arcs(record["outputs"], activity, reading)
    rate = _rate(record, mapping, activity, size, reading)
    if inputs is None or outputs is None or rate is None:
        return None
    if not inputs and not outputs:
        raise EntryError("no_arcs", mapping, "The recipe takes nothing and gives nothing.", "Add inputs or outputs.")
    return Recipe(
        id=id,
        name=record["name"] or default_name(id),
        loop=record["loop"] or _loop_of((*outputs, *inputs), reading),
        activity_unit=record["activity"],
        size_unit=record["size_unit"],
        inputs=inputs,
        outputs=outputs,
        rate=rate,
        availability=_optional(record["availability"], series(SHARE), reading),
        runs=record["runs"],
        costs=read_costs(record["costs"], size, reading),
        running=_optional(record["running"], number(over("EUR", activity)), reading),
        carbon=_optional(record["carbon"], number(over("kgCO2e", activity)), reading),
        footprint=_footprint(record["footprint"], size, reading),
        use=record["use"],
        note=record["note"],
        origin=reading.origin,
    )


STORE_RECIPE = (
    Field("name", name, "what people call it"),
    Field("loop", choice(*LOOPS), "the loop it belongs to; left out, that of what it holds"),
    Field("holds", raw, "the resource that waits in it", required=True),
    Field("size_unit", unit, "the unit of its size, such as kWh or m3", required=True),
    Field("capacity", raw, "what one unit of size holds"),
    Field("loss", raw, "the share of the level that is lost in time, such as 1 %/day"),
    Field("charge", raw, "the share of what goes in that is stored"),
    Field("discharge", raw, "the share of what is taken out that arrives"),
    Field("rate_in", raw, "what one unit of size takes in per hour"),
    Field("rate_out", raw, "what one unit of size gives per hour"),
    Field("fill_low", raw, "the lowest usable share of the capacity"),
    Field("fill_high", raw, "the highest usable share of the capacity"),
    Field("holding", raw, "EUR per unit held and hour"),
    Field("costs", raw, "what it costs to have, per unit of size"),
    Field("power_costs", raw, "what it costs per unit of power, where the power is sized apart"),
    Field("footprint", raw, "m2 of each surface per unit of size"),
    Field("note", text, "a remark", default=""),
)


def read_store_recipe(id: str, mapping: Mapping, reading: Reading) -> StoreRecipe | None:
    """A store recipe, or None where what it holds, its size or its capacity could not be read."""
    record = read_record(mapping, STORE_RECIPE, reading)
    take = reading.shelves.resources.take
    held = record["holds"] and reading.attempt(record["holds"], lambda node: take(node, reading))
    if not record.whole or held is None:
        return None
    size = plain_unit(record["size_unit"])
    obvious = same_dimension(held.unit, size)
    capacity = _default_one(record, "capacity", over(held.unit, size), obvious, mapping, reading)
    if capacity is None:
        return None
    numbers = {
        key: _optional(record[key], number(unit, least=0.0), reading)
        for key, unit in (
            ("loss", "1/h"), ("charge", "1"), ("discharge", "1"), ("fill_low", "1"), ("fill_high", "1"),
            ("rate_in", over(per_hour(held.unit), size)), ("rate_out", over(per_hour(held.unit), size)),
            ("holding", over("EUR", held.unit) + "/h"),
        )
    }  # fmt: skip
    _check_shares(record, numbers, reading)
    power = record["power_costs"]
    return StoreRecipe(
        id=id,
        name=record["name"] or default_name(id),
        loop=record["loop"] or held.loop,
        holds=held.id,
        size_unit=record["size_unit"],
        capacity=capacity,
        costs=read_costs(record["costs"], size, reading),
        power_costs=None if power is None else read_costs(power, per_hour(held.unit), reading),
        footprint=_footprint(record["footprint"], size, reading),
        note=record["note"],
        origin=reading.origin,
        **numbers,
    )


def _check_shares(record: Record, numbers: dict[str, Number | None], reading: Reading) -> None:
    """Efficiencies above 100 % would create what is stored; an empty range of levels would hold nothing."""
    for key in ("charge", "discharge", "fill_low", "fill_high", "loss"):
        given = numbers[key]
        if given is not None and given.value > 1:
            reading.refuse("above_one", record[key], f"{key} is above 100 %.")
    for key in ("charge", "discharge"):
        given = numbers[key]
        if given is not None and given.value == 0:
            reading.refuse("zero", record[key], f"{key} is 0 %: nothing would ever pass.")
    low, high = numbers["fill_low"], numbers["fill_high"]
    if low and high and low.value > high.value:
        reading.refuse("upside_down", record["fill_low"], "fill_low is above fill_high.")


COSTS = (
    Field("capital", raw, "EUR per unit of size, paid once"),
    Field("upkeep", raw, "the share of the capital that upkeep costs per year"),
    Field("upkeep_yearly", raw, "EUR per unit of size and year"),
    Field("life", raw, "years that it lasts"),
    Field("embodied", raw, "kgCO2e per unit of size, over its life"),
    Field("annuity", raw, "EUR per unit of size and year, when the yearly cost is known"),
    Field("once", raw, "EUR per unit of size, charged once over the horizon"),
    Field("fixed", raw, "EUR charged once if it is there, whatever its size"),
)


def cost_units(size: str) -> dict[str, str]:
    """The unit of each cost for a size unit."""
    return {
        "capital": over("EUR", size),
        "upkeep": "1/year",
        "upkeep_yearly": over("EUR", size) + "/year",
        "life": "year",
        "embodied": over("kgCO2e", size),
        "annuity": over("EUR", size) + "/year",
        "once": over("EUR", size),
        "fixed": "EUR",
    }


def read_costs(node: Node | None, size: str, reading: Reading) -> Costs:
    """What a thing costs per unit of its size; what cannot be read is written down and left out."""
    record = None if node is None else reading.attempt(node, lambda node: read_record(node, COSTS, reading))
    if record is None:
        return Costs()
    units = cost_units(size)
    costs = {key: _optional(record[key], number(unit, least=0.0), reading) for key, unit in units.items()}
    life = costs["life"]
    if life is not None and life.value <= 0:
        reading.refuse("zero", record["life"], "A life is longer than 0 years.")
    return Costs(**costs)


def _footprint(node: Node | None, size: str, reading: Reading) -> dict[str, Number]:
    mapping = None if node is None else reading.attempt(node, as_mapping)
    if mapping is None:
        return {}
    read = {
        surface: reading.attempt(value, lambda value: read_graded(value, reading, (over("m2", size),), least=0.0))
        for surface, value in mapping.values.items()
        if reading.attempt(mapping.keys[surface], check_id)
    }
    return {surface: area for surface, area in read.items() if area is not None}


ARC = (
    Field("times", series(FACTOR), "what the amount is multiplied with, hour by hour"),
    Field("per", series(FACTOR), "what the amount is divided by, hour by hour"),
    Field("delay", amount_in("h", least=0.0), "how much later it comes out", default=0.0),
)
REST = (
    Field("rest", choice(*COMPONENTS), "the component whose balance it closes", required=True),
    Field("delay", amount_in("h", least=0.0), "how much later it comes out", default=0.0),
    Field("note", text, "a remark"),
)


def _arcs(node: Node | None, activity: str, reading: Reading) -> tuple[Arc, ...] | None:
    """The inputs or outputs of a recipe, or None where one of them could not be read."""
    if node is None:
        return ()
    mapping = reading.attempt(node, as_mapping)
    if mapping is None:
        return None
    arcs = [
        reading.attempt(value, lambda value, key=key: _arc(key, value, activity, reading))  # type: ignore[misc]
        for key, value in ((mapping.keys[id], value) for id, value in mapping.values.items())
    ]
    return None if None in arcs else tuple(arc for arc in arcs if arc is not None)


def _arc(key: Node, node: Node, activity: str, reading: Reading) -> Arc:
    resource = reading.attempt(key, lambda key: reading.shelves.resources.take(key, reading))
    if resource is None:
        raise ToldError
    units = (resource.unit, over(resource.unit, activity))
    if not isinstance(node, Mapping):
        return Arc(resource.id, read_graded(node, reading, units, least=0.0))
    if "rest" in node.values:
        record = read_record(node, REST, reading)
        if not record.whole:
            raise ToldError
        return Arc(resource.id, None, rest=record["rest"], delay_hours=record["delay"])
    record = read_record(node, (*GRADED, *ARC), reading)
    amount = graded(record, node, reading, units, least=0.0)
    return Arc(resource.id, amount, record["times"], record["per"], delay_hours=record["delay"])


def _rate(record: Record, mapping: Mapping, activity: str, size: str, reading: Reading) -> Number | None:
    obvious = same_dimension(f"{activity}/h", size)
    return _default_one(record, "rate", over(f"{activity}/h", size), obvious, mapping, reading)


def _default_one(
    record: Record, key: str, unit: str, obvious: bool, mapping: Mapping, reading: Reading
) -> Number | None:  # fmt: skip
    """The number of a key that is 1 by definition where the units say so, as 1 kWh/h for each kW."""
    if record[key] is not None:
        return reading.attempt(record[key], lambda node: read_graded(node, reading, (unit,), least=0.0))
    if obvious:
        return Number(1.0, unit, "A", "definition")
    reading.refuse("missing_key", mapping, f'"{key}" is missing: a number such as "1 {unit}".')
    return None


def _loop_of(arcs: tuple[Arc, ...], reading: Reading) -> Loop:
    """The loop of the first thing that is not given or taken by nature."""
    resources = [reading.shelves.resources.entries()[arc.resource] for arc in arcs]
    return next((resource.loop for resource in resources if not resource.nature), resources[0].loop)


def _optional(node: Node | None, parse: Parser, reading: Reading) -> Any:
    return None if node is None else reading.attempt(node, lambda node: parse(node, reading))
