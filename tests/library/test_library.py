"""The library keeps its own promises: every number says where it is from, every recipe closes, in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from wikivillage.model import imbalances, load_library, solve_rests
from wikivillage.model.conservation import arcs_of, negative_rests
from wikivillage.model.kinds import COMPONENTS, Arc, FromClimate, Name, Number, Recipe

LIBRARY = load_library()
ENTRIES = {
    f"{section}.{id}": entry
    for section in ("resources", "recipes", "store_recipes", "profiles")
    for id, entry in getattr(LIBRARY, section).items()
}
NOMINAL = {"cop_air": 3.0, "cop_ground": 4.0, "growth_season": 1.5, "irrigation_need": 2e-4}
"""An ordinary summer hour, for recipes whose amounts follow the weather."""


def numbers_of(thing: Any) -> Iterator[Number]:
    """Every number inside an entry."""
    if isinstance(thing, Number):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from numbers_of(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for part in thing.values():
            yield from numbers_of(part)
    elif isinstance(thing, tuple):
        for part in thing:
            yield from numbers_of(part)


@pytest.mark.parametrize("id", ENTRIES)
def test_every_number_has_unit_grade_and_a_known_source(id: str) -> None:
    for number in numbers_of(ENTRIES[id]):
        assert number.unit
        assert number.grade in "ABC"
        assert number.source in LIBRARY.sources or number.source in ("its unit", "definition"), number


@pytest.mark.parametrize("id", ENTRIES)
def test_ranges_hold_their_value(id: str) -> None:
    for number in numbers_of(ENTRIES[id]):
        low = number.value if number.low is None else number.low
        high = number.value if number.high is None else number.high
        assert low <= number.value <= high, number


@pytest.mark.parametrize("id", ENTRIES)
def test_names_are_in_english_and_french(id: str) -> None:
    name = ENTRIES[id].name
    assert isinstance(name, Name)
    assert name.en
    assert name.fr
    assert name.en != id.split(".")[1]


def test_goals_have_names_and_sourced_worths() -> None:
    for goal in LIBRARY.goals.values():
        assert goal.name.en
        assert goal.name.fr
        assert goal.unit == "resource" or (goal.worth is not None and goal.worth.source in LIBRARY.sources)


def test_every_source_is_used() -> None:
    used = {number.source for entry in ENTRIES.values() for number in numbers_of(entry)}
    used |= {goal.worth.source for goal in LIBRARY.goals.values() if goal.worth}
    used |= {profile.source for profile in LIBRARY.profiles.values()}
    assert set(LIBRARY.sources) - used == set()


def amount(arc: Arc, *, hour: dict[str, float]) -> float:
    """The amount of an arc when the weather is as in ``hour``."""
    assert arc.amount is not None
    times, per = (hour[s.driver] if isinstance(s, FromClimate) else 1.0 for s in (arc.times, arc.per))
    return arc.amount.value * times / per


def closed(recipe: Recipe, hour: dict[str, float]) -> dict[tuple[str, str], float]:
    """All amounts of a recipe in an hour, rests included."""
    given = {key: amount(arc, hour=hour) for key, arc in arcs_of(recipe) if arc.rest is None}
    return solve_rests(recipe, LIBRARY.resources, given)  # type: ignore[return-value]


@pytest.mark.parametrize("id", LIBRARY.recipes)
@pytest.mark.parametrize("weather", ["summer", "winter"])
def test_every_recipe_closes_mass_energy_water_carbon_nitrogen_phosphorus(id: str, weather: str) -> None:
    hour = NOMINAL if weather == "summer" else {**NOMINAL, "growth_season": 0.0, "irrigation_need": 0.0, "cop_air": 1.9}
    recipe = LIBRARY.recipes[id]
    amounts = closed(recipe, hour)
    assert imbalances(recipe, LIBRARY.resources, amounts) == []  # type: ignore[arg-type]
    assert negative_rests(recipe, LIBRARY.resources, amounts) == []  # type: ignore[arg-type]


def test_compost_says_where_each_kilogram_goes() -> None:
    amounts = closed(LIBRARY.recipes["compost"], NOMINAL)
    brought = 1 + 0.35 + amounts["input", "oxygen"]
    streams = ("compost", "co2_biogenic", "water_vapour", "nitrogen_gas", "soil_phosphorus")
    left = sum(amounts["output", id] for id in streams)
    assert brought == pytest.approx(left, rel=1e-9)
    assert 0.4 < amounts["output", "co2_biogenic"] < 0.8
    assert 0.2 < amounts["output", "nitrogen_gas"] / 0.0099 < 0.4


def test_compositions_know_only_what_the_balances_know() -> None:
    for resource in LIBRARY.resources.values():
        assert set(resource.composition) <= set(COMPONENTS)
        held = {component: number.value for component, number in resource.composition.items()}
        if held.get("mass"):
            parts = sum(held.get(part, 0.0) for part in ("water", "carbon", "nitrogen", "phosphorus"))
            assert parts <= held["mass"] * (1 + 1e-9), resource.id


def test_shapes_of_use_are_whole() -> None:
    for profile in LIBRARY.profiles.values():
        lengths = [len(weights) for weights in (profile.workday, profile.weekend, profile.weekdays, profile.months)]
        assert lengths == [24, 24, 7, 12]
        assert np.min(profile.workday) >= 0


def test_what_is_stored_and_what_flows_exists() -> None:
    assert {store.holds for store in LIBRARY.store_recipes.values()} <= set(LIBRARY.resources)
    flows = {arc.resource for recipe in LIBRARY.recipes.values() for _, arc in arcs_of(recipe)}
    waiting = {store.holds for store in LIBRARY.store_recipes.values()}
    outside = {"packaging", "residual_waste", "wind"}
    assert set(LIBRARY.resources) - flows - waiting == outside, "everything else flows through some recipe"
