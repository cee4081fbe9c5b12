"""Series and numbers as trees of words."""

from __future__ import annotations

from wikivillage.base.units import over, simplest, write_number, write_quantity, write_range
from wikivillage.model.drivers import WORD, drivers
from wikivillage.model.kinds import Constant, FromClimate, FromFile, FromProfile, Listed, Number, Series
from wikivillage.model.numbers import UNSOURCED
from wikivillage.model.yaml_text import Tree, kept


def dump_series(series: Series | None, unit: str, *, any_driver: bool = False) -> Tree:
    """A series in its unit; ``any_driver`` where a driver's own unit does not matter, as in recipes."""
    match series:
        case None:
            return None
        case Constant(value):
            return write_quantity(value, unit)
        case Listed(values):
            return {"values": [write_number(value) for value in values], "unit": unit}
        case FromFile(path, column, _, scale):
            return kept(file=path, column=column, unit=unit, scale=None if scale == 1.0 else write_number(scale))
        case FromProfile(profile, rate):
            return {"profile": profile, "amount": write_quantity(rate, unit)}
        case FromClimate():
            return _climate(series, None if any_driver else unit)


def _climate(series: FromClimate, unit: str | None) -> Tree:
    driver = drivers()[series.driver]
    given = {key: _parameter(value, driver.parameters[key].unit) for key, value in series.parameters}
    scale = write_number(series.scale)
    if unit is not None and unit != driver.unit:
        scale = f"{scale} {simplest(over(unit, driver.unit))}"
    return kept(driver=series.driver, **given, scale=None if scale == "1" else scale)


def _parameter(value: float | str, unit: str) -> Tree:
    return str(value) if unit == WORD or isinstance(value, str) else write_quantity(value, unit)


def dump_number(number: Number | None) -> Tree:
    """A number with its grade, source and range; the quantity alone where it has none of them."""
    if number is None:
        return None
    tree = graded(number)
    return tree["value"] if len(tree) == 1 else tree


def graded(number: Number) -> dict[str, Tree]:
    """The keys that a number writes."""
    said = number.grade != "C" or number.source != UNSOURCED
    spread = None
    if number.low is not None and number.high is not None:
        spread = write_range(number.low, number.high, number.unit)
    return kept(
        value=write_quantity(number.value, number.unit),
        grade=number.grade if said else None,
        source=number.source if said else None,
        range=spread,
    )
