"""Values that change by the hour: a number, a list, a column of a file, a weather driver or a profile."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from wikivillage.base.units import Quantity, UnitError, mismatch, read_number, read_unit, same_dimension
from wikivillage.model.data_files import read_column
from wikivillage.model.drivers import drivers
from wikivillage.model.fields import Field, Parser, Record, as_list, as_mapping, as_text, read_record
from wikivillage.model.kinds import Constant, FromClimate, FromFile, FromProfile, Listed, Series
from wikivillage.model.numbers import as_quantity
from wikivillage.model.reading import EntryError, Reading, ToldError, suggestion
from wikivillage.model.values import raw
from wikivillage.model.yaml_source import Mapping, Node, Sequence, Text

ONE = Quantity(Fraction(1), "1")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The unit that a series must have. ``per_step``: the unit of lists that say how much in each hour.

    ``times`` multiplies it (350 persons); ``any_driver`` leaves the unit of a driver to the recipe.
    """

    unit: str
    per_step: str | None = None
    times: Quantity = ONE
    any_driver: bool = False
    least: float | None = None


def read_series(node: Node, reading: Reading, wanted: Wanted) -> Series:
    """The series that a node writes, in ``wanted.unit``. Raises EntryError."""
    if isinstance(node, Text) and node.text.lstrip().startswith("["):
        return _short_list(node, reading, wanted)
    if isinstance(node, Text):
        return Constant(_converted(node, as_quantity(node), wanted, per_step=False))
    if isinstance(node, Sequence):
        return _listed(node, "1", reading, wanted)
    mapping = as_mapping(node)
    for key, read in FORMS.items():
        if key in mapping.values:
            return read(mapping, reading, wanted)
    hint = suggestion(next(iter(mapping.keys), ""), FORMS)
    raise EntryError("series", node, f"A series has one of the keys {', '.join(FORMS)}.", hint)


def series(wanted: Wanted) -> Parser:
    """A parser of series in a unit."""
    return lambda node, reading: read_series(node, reading, wanted)


def _converted(node: Node, quantity: Quantity, wanted: Wanted, *, per_step: bool) -> float:
    """A quantity times what it is counted with, in the wanted unit."""
    counted = quantity * wanted.times
    value = counted.to(_unit_for(node, counted, wanted, per_step=per_step))
    if wanted.least is not None and value < wanted.least:
        raise EntryError("negative", node, f"{as_text(node)[:40]} is below {wanted.least:g}.")
    return value


def _unit_for(node: Node, counted: Quantity, wanted: Wanted, *, per_step: bool) -> str:
    """The wanted unit; for lists and files also the unit of the amount in one hour, which is the same number."""
    if same_dimension(counted.unit, wanted.unit):
        return wanted.unit
    if per_step and wanted.per_step and same_dimension(counted.unit, wanted.per_step):
        return wanted.per_step
    problem = mismatch(f"{float(counted.number):g} {counted.unit}".removesuffix(" 1"), counted, wanted.unit)
    raise EntryError("unit", node, problem.what, problem.hint)


def _short_list(node: Text, reading: Reading, wanted: Wanted) -> Series:
    """``[10, 50, 20] kWh``."""
    found = re.fullmatch(r"\s*(\[[^][]*\])\s*(.*)", node.text, re.DOTALL)
    if not found:
        raise EntryError("series", node, f'"{node.text[:40]}" is not a list with a unit.', "Write [10, 50, 20] kWh.")
    return _listed(Text(found[1], node.file, node.line), found[2].strip() or "1", reading, wanted)


def _listed(node: Node, unit: str, reading: Reading, wanted: Wanted) -> Listed:
    items = as_list(node)
    if reading.horizon and len(items) != reading.horizon.hours:
        what = f"The list has {len(items)} values; the horizon has {reading.horizon.hours} hours."
        raise EntryError("list_length", node, what, "Give one value per hour.")
    factor = Quantity(Fraction(1), _unit_of_text(node, unit)) * wanted.times
    target = _unit_for(node, factor, wanted, per_step=True)
    values = tuple(Quantity(_item(item) * factor.number, factor.unit).to(target) for item in items)
    if wanted.least is not None and min(values, default=0.0) < wanted.least:
        raise EntryError("negative", node, f"The list holds values below {wanted.least:g}.")
    return Listed(values)


def _item(node: Node) -> Fraction:
    try:
        return read_number(as_text(node))
    except UnitError as problem:
        raise EntryError("number", node, problem.what, problem.hint) from problem


def _unit_of_text(node: Node, written: str) -> str:
    try:
        return "1" if written == "1" else read_unit(written)
    except UnitError as problem:
        raise EntryError("unit", node, problem.what, problem.hint) from problem


def _whole(record: Record) -> Record:
    if not record.whole:
        raise ToldError
    return record


LISTED = (
    Field("values", raw, "one number per hour", required=True),
    Field("unit", raw, "the unit of the numbers", required=True),
)
FILED = (
    Field("file", raw, "the path of a CSV file, from the village file", required=True),
    Field("column", raw, "the heading of the column", required=True),
    Field("unit", raw, "the unit of the numbers", required=True),
    Field("scale", raw, "a factor"),
)
DRIVEN = (Field("driver", raw, "the name of a weather driver"), Field("scale", raw, "a factor"))
PROFILED = (
    Field("profile", raw, "the id of a profile", required=True),
    Field("amount", raw, "the mean amount with its unit", required=True),
)


def _read_listed(mapping: Mapping, reading: Reading, wanted: Wanted) -> Series:
    record = _whole(read_record(mapping, LISTED, reading))
    return _listed(record["values"], as_text(record["unit"]), reading, wanted)


def _read_file(mapping: Mapping, reading: Reading, wanted: Wanted) -> Series:
    record = _whole(read_record(mapping, FILED, reading))
    unit = Quantity(Fraction(1), _unit_of_text(record["unit"], as_text(record["unit"])))
    scale = _scale(record["scale"])
    counted = unit * scale * wanted.times
    factor = counted.to(_unit_for(record["unit"], counted, wanted, per_step=True))
    values = read_column(record["file"], record["column"], reading)
    if wanted.least is not None and min(values) * factor < wanted.least:
        what = f'The column "{as_text(record["column"])}" holds values below {wanted.least:g}.'
        raise EntryError("negative", record["column"], what)
    return FromFile(as_text(record["file"]), as_text(record["column"]), values, factor)


def _read_driver(mapping: Mapping, reading: Reading, wanted: Wanted) -> Series:
    name = as_text(mapping.values["driver"])
    if name not in drivers():
        what = f'"{name[:40]}" is no weather driver.'
        raise EntryError("unknown_driver", mapping.values["driver"], what, suggestion(name, drivers(), "Drivers"))
    driver = drivers()[name]
    parameters = (Field(key, one.read, one.says, one.required) for key, one in driver.parameters.items())
    record = _whole(read_record(mapping, (*DRIVEN, *parameters), reading))
    given = tuple((key, record[key]) for key in driver.parameters if record[key] is not None)
    scale = _scale(record["scale"])
    if wanted.any_driver:
        return FromClimate(name, given, scale.to("1"))
    counted = Quantity(Fraction(1), driver.unit) * scale * wanted.times
    return FromClimate(name, given, counted.to(_unit_for(mapping.values["driver"], counted, wanted, per_step=False)))


def _scale(node: Node | None) -> Quantity:
    return ONE if node is None else as_quantity(node)


def _read_profile(mapping: Mapping, reading: Reading, wanted: Wanted) -> Series:
    record = _whole(read_record(mapping, PROFILED, reading))
    return spread(record["amount"], record["profile"], reading, wanted)


def spread(amount: Node, profile: Node, reading: Reading, wanted: Wanted) -> Series:
    """A mean amount over the year, spread by a profile; ``flat`` is no profile at all."""
    mean = read_series(amount, reading, wanted)
    if not isinstance(mean, Constant):
        raise EntryError("profile", profile, "A profile spreads one amount, not a series.", "Drop the profile.")
    if as_text(profile) == "flat" and "flat" not in reading.shelves.profiles.own:
        return mean
    return FromProfile(reading.shelves.profiles.take(profile, reading).id, mean.value)


FORMS: dict[str, Callable[[Mapping, Reading, Wanted], Series]] = {
    "values": _read_listed,
    "file": _read_file,
    "driver": _read_driver,
    "profile": _read_profile,
}
"""How a series may be written, by the key that tells."""
