"""A village in numbers: every kind of series, the weather, the rests of recipes, and what cannot be had."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.climate.skies import PARIS, paris
from wikivillage.base.problems import ProblemError
from wikivillage.climate.drivers import evaluate
from wikivillage.climate.resolve import resolve
from wikivillage.model.kinds import (
    Arc,
    Constant,
    Exchange,
    FromClimate,
    FromFile,
    FromProfile,
    Horizon,
    Listed,
    Name,
    Need,
    Number,
    Profile,
    Recipe,
    Resource,
    Series,
    Village,
)

WORDS = Name("x", "x")
DAY = Horizon(datetime(2025, 7, 14), 24)
COP = FromClimate("cop_air", (("sink", "floor"),))


def number(value: float, unit: str = "kWh") -> Number:
    return Number(value, unit, "A", "definition")


def energy(id: str, *, nature: bool = False) -> Resource:
    return Resource(id, WORDS, "kWh", "hour", "heat", {"energy": number(1.0)}, nature=nature)


def heat_pump(heat: float = 1.0, per: Series = COP) -> Recipe:
    return Recipe(
        "heat_pump", WORDS, "heat", "kWh of heat", "kW",
        inputs=(Arc("electricity", number(1.0), per=per), Arc("outdoor", None, rest="energy")),
        outputs=(Arc("warmth", number(heat)),), rate=number(1.0, "1/h"),
    )  # fmt: skip


def village(*needs: Series, site=PARIS, horizon: Horizon = DAY, recipe: Recipe | None = None) -> Village:
    return Village(
        "Ten lines", site, horizon,
        resources={id: energy(id, nature=id == "outdoor") for id in ("electricity", "warmth", "outdoor")},
        recipes={recipe.id: recipe} if recipe else {},
        needs={f"n{place}": Need(f"n{place}", "warmth", series) for place, series in enumerate(needs)},
    )  # fmt: skip


def resolved(*needs: Series, **others):
    return resolve(village(*needs, **others), Path())


def test_numbers_lists_and_files_are_taken_as_they_are() -> None:
    listed, filed = Listed(tuple(range(24))), FromFile("p.csv", "price", tuple(range(24)), 0.001)
    found = resolved(Constant(3.0), listed, filed, site=None)
    assert found.weather is None
    assert found.values(Constant(3.0)).tolist() == [3.0] * 24
    assert found.values(listed).tolist() == list(range(24))
    assert found.values(filed) == pytest.approx(np.arange(24) / 1000.0)


def test_weather_drives_with_its_scale() -> None:
    sun = FromClimate("pv_yield", (("tilt", 35.0), ("azimuth", 180.0)), scale=10.0)
    expected = 10.0 * evaluate("pv_yield", {"tilt": 35.0}, paris(start="07-14", hours=24))
    assert resolved(sun).values(sun) == pytest.approx(expected)


def test_a_profile_spreads_a_rate() -> None:
    """Bastille Day is closed; over the whole year the mean is the rate."""
    closed = Profile("desk", WORDS, (1.0,) * 24, (1.0,) * 24, (1.0,) * 7, (1.0,) * 12, ("07-14",), "C", "declared")
    spread = FromProfile("desk", 5.0)
    day, year = (
        resolve(replace(village(spread, site=None, horizon=horizon), profiles={"desk": closed}), Path()).values(spread)
        for horizon in (DAY, Horizon(datetime(2025, 1, 1), 8760))
    )
    assert day.sum() == 0.0
    assert year.mean() == pytest.approx(5.0)


def test_values_are_computed_once_and_cannot_be_changed() -> None:
    found = resolved(Constant(1.0))
    assert found.values(Constant(1.0)) is found.values(Constant(1.0))
    with pytest.raises(ValueError, match="read-only"):
        found.values(Constant(1.0))[0] = 2.0


def test_rests_close_the_balance_in_every_hour() -> None:
    """Heat is electricity plus what the air gives: 1 = 1/COP + (1 - 1/COP)."""
    found = resolved(recipe=heat_pump())
    amounts, cop = found.arc_amounts("heat_pump"), found.values(COP)
    assert amounts["input", "electricity"] == pytest.approx(1.0 / cop)
    assert amounts["input", "outdoor"] == pytest.approx(1.0 - 1.0 / cop)
    assert amounts["output", "warmth"] == 1.0


def test_a_recipe_that_the_weather_makes_impossible_is_refused() -> None:
    """A COP below 1 in some hour means that heat is destroyed in the air: the hour is named."""
    poor = Listed((4.0,) * 23 + (0.5,))
    weathered = heat_pump(per=FromClimate("cop_air", (("sink", "dhw"),), scale=0.3))
    with pytest.raises(ProblemError, match="heat_pump") as raised:
        resolved(recipe=weathered)
    assert [problem.code for problem in raised.value.problems] == ["negative_rest"]
    assert raised.value.problems[0].where == "recipe heat_pump"
    assert resolved(Listed(poor.values)).values(poor)[-1] == 0.5


def test_what_needs_weather_says_so_where_there_is_none() -> None:
    with pytest.raises(ProblemError) as raised:
        resolved(FromClimate("temperature"), site=replace(PARIS, weather=None))
    (problem,) = raised.value.problems
    assert (problem.code, problem.where) == ("no_weather", "need n0")
    assert problem.what == "temperature: needs the weather, and the site names none."


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ProblemError) as raised:
        resolved(Listed((1.0, 2.0)), FromFile("p.csv", "price", (1.0,) * 25), site=None)
    assert [(problem.code, problem.where) for problem in raised.value.problems] == [
        ("series_length", "need n0"),
        ("series_length", "need n1"),
    ]
    assert "p.csv, column price, has 25 values; the horizon has 24 hours." in str(raised.value)


def test_all_problems_of_all_series_come_together() -> None:
    bad = village(FromClimate("pv_yield", (("tilt", 400.0),)), FromClimate("cop_air", (("sink", "sauna"),)))
    bad = replace(bad, exchanges={"grid": Exchange("grid", "electricity", buy=Listed((1.0,)))})
    with pytest.raises(ProblemError) as raised:
        resolve(bad, Path())
    assert [problem.where for problem in raised.value.problems] == ["need n0", "need n1", "exchange grid"]
