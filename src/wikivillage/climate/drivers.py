"""What the weather drives, by name: the table of drivers and their evaluation.

Names, units and defaults of parameters stand in ``library/drivers.yaml``, which the loader reads too; here each name
meets its function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.climate.building import heating_need
from wikivillage.climate.calendar_year import day_of_season
from wikivillage.climate.evapotranspiration import et0
from wikivillage.climate.heat_pump import cop_air, cop_ground
from wikivillage.climate.irrigation import green_roof_runoff, irrigation_need
from wikivillage.climate.library import load_table
from wikivillage.climate.pv import pv_yield
from wikivillage.climate.rain import rain
from wikivillage.climate.record import Floats, Weather
from wikivillage.climate.season import growth_season
from wikivillage.climate.solar_thermal import solar_thermal
from wikivillage.model.kinds import Site

Value = float | str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its unit, ``word`` for text; ``default`` None where it must be given; what is allowed."""

    unit: str
    says: str
    default: Value | None = None
    low: float = -np.inf
    high: float = np.inf
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Driver:
    """A function of weather and parameters that gives one value per hour in ``unit``, and the columns it reads."""

    compute: Callable[..., Floats]
    needs: tuple[str, ...]
    unit: str
    says: str
    source: str
    parameters: Mapping[str, Parameter]


def _temperature(weather: Weather) -> Floats:
    return weather.temperature_c


COMPUTED: Mapping[str, tuple[Callable[..., Floats], tuple[str, ...]]] = {
    "pv_yield": (pv_yield, ("wind_m_s",)),
    "cop_air": (cop_air, ()),
    "cop_ground": (cop_ground, ("annual",)),
    "solar_thermal": (solar_thermal, ()),
    "rain": (rain, ("rain_mm",)),
    "temperature": (_temperature, ()),
    "heating_need": (heating_need, ()),
    "et0": (et0, ("humidity_pct", "wind_m_s")),
    "irrigation_need": (irrigation_need, ("rain_mm", "humidity_pct", "wind_m_s")),
    "green_roof_runoff": (green_roof_runoff, ("rain_mm", "humidity_pct", "wind_m_s")),
    "growth_season": (growth_season, ()),
}
"""The function of each driver and what it needs of the weather beyond temperature and radiation."""

NEEDED = {
    "rain_mm": "rain",
    "humidity_pct": "humidity",
    "wind_m_s": "wind",
    "annual": "a whole year of temperatures",
}


@cache
def drivers() -> Mapping[str, Driver]:
    """Every driver by name."""
    table = load_table("drivers")
    assert table.keys() == COMPUTED.keys(), "library/drivers.yaml and the functions here name the same drivers"
    return {name: _driver(*COMPUTED[name], entry) for name, entry in table.items()}


def _driver(compute: Callable[..., Floats], needs: tuple[str, ...], entry: Mapping[str, Any]) -> Driver:
    parameters = {name: _parameter(given) for name, given in entry["parameters"].items()}
    return Driver(compute, needs, entry["unit"], entry["says"], entry["source"], parameters)


def _parameter(given: Mapping[str, Any]) -> Parameter:
    low, high = given.get("range", (-np.inf, np.inf))
    return Parameter(
        given["unit"], given["says"], given.get("default"), float(low), float(high), tuple(given.get("choices", ()))
    )


def evaluate(driver: str, parameters: Mapping[str, Value], weather: Weather, site: Site | None = None) -> Floats:
    """(hours,) the driver's value in each hour; parameters left out take their defaults.

    The sun is that of the weather's own place, so ``site`` changes nothing yet. Raises ProblemError for an unknown
    driver or parameter, a value out of range, and weather that lacks what the driver needs.
    """
    if driver not in drivers():
        raise ProblemError([_unknown("driver", driver, drivers())])
    chosen = drivers()[driver]
    problems = [_unknown(driver, name, chosen.parameters) for name in parameters if name not in chosen.parameters]
    checked = (_check(driver, name, parameter, parameters.get(name)) for name, parameter in chosen.parameters.items())
    problems += [problem for problem in checked if problem is not None]
    if problems := problems + _lacks(driver, chosen, weather):
        raise ProblemError(problems)
    values = {name: parameters.get(name, parameter.default) for name, parameter in chosen.parameters.items()}
    return chosen.compute(weather, **values)


def _unknown(where: str, word: str, known: Mapping[str, Any]) -> Problem:
    close = nearest(word, known)
    hint = f'Did you mean "{close}"?' if close else f"It knows {', '.join(known) or 'none'}."
    if where == "driver":
        return Problem("unknown_driver", where, f'"{word}" is no weather driver.', hint)
    return Problem("unknown_parameter", where, f'"{word}" is no parameter of {where}.', hint)


def _check(driver: str, name: str, parameter: Parameter, given: Value | None) -> Problem | None:
    """What is wrong with one parameter's value, if anything."""
    match given:
        case None if parameter.default is None:
            hint = f"Write it in {parameter.unit}."
            return Problem("missing_parameter", driver, f'"{name}" is missing: {parameter.says}.', hint)
        case str() if parameter.choices and given not in parameter.choices:
            hint = f"Choose {', '.join(parameter.choices)}."
            return Problem("parameter_choice", driver, f'{name} "{given}" is not known.', hint)
        case str() if not parameter.choices and not _is_day(given):
            hint = "Write month and day as 04-15."
            return Problem("parameter_day", driver, f'{name} "{given}" is no day of the year.', hint)
        case float() | int() if not parameter.low <= given <= parameter.high:
            hint = f"It must lie between {parameter.low:g} and {parameter.high:g} {parameter.unit}."
            return Problem("parameter_range", driver, f"{name} is {given:g} {parameter.unit}.", hint)
    return None


def _is_day(written: str) -> bool:
    try:
        return len(written) == len("04-15") and day_of_season(written) >= 0
    except ValueError:
        return False


def _lacks(driver: str, chosen: Driver, weather: Weather) -> list[Problem]:
    """What the driver needs that the weather does not hold."""
    absent = weather.lacking if weather.annual is not None else weather.lacking | {"annual"}
    lacking = " and ".join(NEEDED[need] for need in chosen.needs if need in absent)
    if not lacking:
        return []
    what = f'needs {lacking}, which the weather "{weather.name["en"]}" lacks.'
    return [Problem("weather_lacks", driver, what, "Take a weather file that holds it, or paris_synthetic.")]
