"""Quantities as people write them: read exactly, converted exactly, refused in words."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.base.units import (
    UnitError,
    conversion,
    convert,
    over,
    parse_quantity,
    per_hour,
    plain_unit,
    read_quantity,
    read_unit,
    write_quantity,
    write_range,
)


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("12 L/person/day", "m3/person/h", 0.0005),
        ("29 %", "1", 0.29),
        ("20 degC", "degC", 20.0),
        ("293.15 K", "degC", 20.0),
        ("20 °C", "K", 293.15),
        ("5 degC/h", "K/h", 5.0),
        ("1 kWh/h/kW", "1", 1.0),
        ("150000 Wp", "kWp", 150.0),
        ("80 kW", "kWp", 80.0),
        ("0.2 €/kWh", "EUR/kWh", 0.2),
        ("2 MEUR", "EUR", 2e6),
        ("3 t", "kg", 3000.0),
        ("1 m²", "m2", 1.0),
        ("1 km2", "m2", 1e6),
        ("1 ha", "m2", 1e4),
        ("1 MJ", "kWh", 1 / 3.6),
        ("0.1 EUR/kgCO2e", "EUR/tCO2e", 100.0),
        ("4.55 m2/kWp", "m2/kW", 4.55),
        ("2.98 %/year", "1/year", 0.0298),
        ("1 1/h", "1/day", 24.0),
        ("1 %/day", "1/h", 0.01 / 24),
        ("8000 EUR/(m3/day)", "EUR/(m3/h)", 192000.0),
        ("3 children", "child", 3.0),
        ("5 people", "person", 5.0),
        ("8.76 MWh/year", "kW", 1.0),
        ("90 deg", "deg", 90.0),
        (" 7 kWh ", "kWh", 7.0),
        ("7kWh", "kWh", 7.0),
        (".5 kWh", "kWh", 0.5),
        ("-0.2 EUR/kg", "EUR/kg", -0.2),
        ("0.27", "1", 0.27),
    ],
)  # fmt: skip
def test_a_quantity_converts_to_the_nearest_float(written: str, unit: str, value: float) -> None:
    assert convert(written, unit) == value


@pytest.mark.parametrize(
    ("written", "unit", "said"),
    [
        ("12 kWh", "kW", '"12 kWh" is energy; a power such as "12 kW" is expected.'),
        ("1500", "m2", '"1500" has no unit; write "1500 m2".'),
        ("12 kwh", "kWh", '"kwh" is not a unit. Did you mean "kWh"?'),
        ("12 L/person/day", "kW",
         '"12 L/person/day" is volume per person per time; a power such as "12 kW" is expected.'),
        ("5 m2", "1", '"5 m2" is area; a plain number or a share such as "5 %" is expected.'),
        ("5 kWh", "EUR/kWh", '"5 kWh" is energy; money per energy such as "5 EUR/kWh" is expected.'),
        ("3 meals", "person", '"3 meals" is meal; a person such as "3 person" is expected.'),
        ("7,500 m2", "m2",
         '"7,500 m2" is not a number with a unit. Write numbers with digits and a point only: 7500 or 0.2.'),
        ("1 000 kg", "kg",
         '"1 000 kg" is not a number with a unit. Write numbers with digits and a point only: 7500 or 0.2.'),
        ("many kg", "kg", '"many kg" is not a number. A quantity is a number and a unit, such as "12 kWh".'),
        ("nan", "1", '"nan" is not a finite number. Write the number itself.'),
        (".inf kW", "kW", '".inf kW" is not a number. A quantity is a number and a unit, such as "12 kWh".'),
        ("1e300 kW", "kW", '"1e300" is too large to be meant. Check its exponent and its unit.'),
        ("1 kW**9", "kW", '"kW**9" is not a unit. Write units like "kWh", "m3/day" or "L/person/day".'),
        ("1 furlong", "m", '"furlong" is not a unit.'),
        ("", "m", '"" is not a number.'),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(written: str, unit: str, said: str) -> None:
    with pytest.raises(UnitError) as refused:
        convert(written, unit)
    assert str(refused.value).startswith(said)


@given(st.text(max_size=40), st.sampled_from(["kWh", "1", "EUR/kWh", "degC"]))
def test_any_text_is_a_number_or_a_unit_error(written: str, unit: str) -> None:
    with contextlib.suppress(UnitError):
        assert isinstance(convert(written, unit), float)


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.sampled_from(["kWh", "1", "1/year", "EUR/kW", "m3/h/(m3/h)", "degC"]),
)
def test_a_written_quantity_reads_back_exactly(value: float, unit: str) -> None:
    assert convert(write_quantity(value, unit), unit) == value


def test_counted_amounts_multiply() -> None:
    meals = read_quantity("0.12 kg/meal") * read_quantity("120 meal/day")
    assert meals.to("kg/h") == 0.6


def test_units_of_flows_and_quotients() -> None:
    assert (per_hour("kWh"), per_hour("m3")) == ("kW", "m3/h")
    assert (over("EUR", "kW"), over("EUR", "m3/day"), over("EUR", "1")) == ("EUR/kW", "EUR/(m3/day)", "EUR")
    assert plain_unit("kWh of heat") == "kWh"
    assert parse_quantity("12 L / person / day") == (12.0, "L/person/day")
    assert read_unit("kWh · h") == "kWh·h"


def test_ranges_are_written_as_people_write_them() -> None:
    assert write_range(0, 150, "kWp") == "0..150 kWp"
    assert write_range(0, float("inf"), "kWp") == "0..any kWp"
    assert write_range(80, 80, "kWp") == "80 kWp"
    assert write_range(0.015, 0.035, "1/year") == "1.5..3.5 %/year"


def test_hostile_numbers_answer_at_once() -> None:
    begun = time.monotonic()
    for written in ("1e999999999 kW", "9" * 100_000, "1 " + "k" * 100_000, "1 " + "(" * 10_000, "1 m/" * 10_000):
        with pytest.raises(UnitError):
            convert(written, "kW")
    assert time.monotonic() - begun < 5


def test_a_conversion_is_computed_once() -> None:
    conversion("MWh/year", "kW")
    before = conversion.cache_info().hits
    conversion("MWh/year", "kW")
    assert conversion.cache_info().hits == before + 1
