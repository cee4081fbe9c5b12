"""The table of drivers: what each gives, what it refuses, and that loader and climate read the same table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.climate.skies import paris, steady
from wikivillage.base.problems import ProblemError
from wikivillage.base.units import read_unit
from wikivillage.climate.drivers import COMPUTED, drivers, evaluate

NEEDED = {"heating_need": {"ua": 1000.0}}


@pytest.mark.parametrize("driver", sorted(COMPUTED))
@pytest.mark.parametrize("hours", [8760, 8000, 49, 1])
def test_every_driver_gives_one_finite_value_per_hour(driver: str, hours: int) -> None:
    """Whole years, and horizons that end in the middle of a day."""
    values = evaluate(driver, NEEDED.get(driver, {}), paris(hours=hours))
    assert values.shape == (hours,)
    assert np.isfinite(values).all()
    assert driver == "temperature" or values.min() >= 0.0


def test_units_are_units_and_defaults_lie_in_their_ranges() -> None:
    for name, driver in drivers().items():
        read_unit(driver.unit)
        for parameter in driver.parameters.values():
            if parameter.unit == "word":
                assert isinstance(parameter.default, str)
                assert not parameter.choices or parameter.default in parameter.choices, name
            else:
                read_unit(parameter.unit)
                assert parameter.default is None or parameter.low <= float(parameter.default) <= parameter.high, name


@pytest.mark.parametrize(
    ("driver", "parameters", "code", "says"),
    [
        ("pv_yeild", {}, "unknown_driver", '"pv_yeild" is no weather driver. Did you mean "pv_yield"?'),
        ("pv_yield", {"tild": 10.0}, "unknown_parameter", '"tild" is no parameter of pv_yield. Did you mean "tilt"?'),
        ("pv_yield", {"tilt": 120.0}, "parameter_range", "tilt is 120 deg. It must lie between 0 and 90 deg."),
        ("pv_yield", {"tilt": float("nan")}, "parameter_range", "tilt is nan deg."),
        ("heating_need", {}, "missing_parameter", '"ua" is missing: heat lost by walls'),
        ("cop_air", {"sink": "sauna"}, "parameter_choice", 'sink "sauna" is not known. Choose floor, radiator, dhw.'),
        (
            "growth_season",
            {"start": "spring"},
            "parameter_day",
            'start "spring" is no day of the year. Write month and day as 04-15.',
        ),
        ("growth_season", {"end": "02-30"}, "parameter_day", 'end "02-30" is no day of the year.'),
    ],
)
def test_what_cannot_be_computed_is_said(driver: str, parameters: dict, code: str, says: str) -> None:
    with pytest.raises(ProblemError) as raised:
        evaluate(driver, parameters, steady())
    assert [problem.code for problem in raised.value.problems] == [code]
    assert says in str(raised.value)


def test_all_mistakes_are_said_together() -> None:
    with pytest.raises(ProblemError) as raised:
        evaluate("pv_yield", {"tilt": -1.0, "azimuth": 500.0, "colour": "blue"}, steady())
    assert len(raised.value.problems) == 3


@pytest.mark.parametrize("driver", ["rain", "irrigation_need", "green_roof_runoff"])
def test_rain_is_not_invented(driver: str) -> None:
    dry = replace(steady(), lacking=frozenset({"rain_mm"}))
    with pytest.raises(ProblemError, match='needs rain, which the weather "Synthetic Paris year'):
        evaluate(driver, {}, dry)


def test_a_season_is_a_year_long_mean_of_one() -> None:
    """Growth from 15 April to 31 October, most at the end of July, none in winter."""
    sky = paris()
    growth = evaluate("growth_season", {}, sky)
    assert growth.mean() == pytest.approx(1.0)
    assert abs(sky.times[growth.argmax()] - np.datetime64("2025-07-24")) <= np.timedelta64(1, "h")
    assert growth[sky.times < np.datetime64("2025-04-15")].max() == 0.0
    assert growth[sky.times >= np.datetime64("2025-11-01")].max() == 0.0


def test_a_season_may_cross_new_year() -> None:
    sky = paris()
    growth = evaluate("growth_season", {"start": "11-01", "end": "02-28"}, sky)
    assert growth.mean() == pytest.approx(1.0)
    assert growth[(sky.times >= np.datetime64("2025-03-01")) & (sky.times < np.datetime64("2025-11-01"))].max() == 0.0


def test_solar_thermal_makes_more_when_cooler_and_sunnier() -> None:
    """About 400 kWh/m2 are used for hot water in Île-de-France; a collector at 50 degrees could give 450 to 650."""
    warm, cool = (evaluate("solar_thermal", {"temperature": at}, paris()) for at in (50.0, 30.0))
    assert 450.0 < warm.sum() < 650.0
    assert (cool >= warm).all()
