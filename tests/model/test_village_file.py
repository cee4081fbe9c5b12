"""What a village file says is what the village is: units, counts, series, forks, defaults."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.model.small_village import SMALL, problems_of
from wikivillage.base.problems import ProblemError
from wikivillage.model import load_village, load_village_text
from wikivillage.model.kinds import Constant, FromClimate, FromProfile, Listed, Name, Range, Village

HEAD = "village: A\nhorizon: {start: 2025-01-01, hours: 2}\n"
GRID = "exchanges:\n  grid: {resource: electricity, buy: 0.20 EUR/kWh, sell: 0.05 EUR/kWh}\n"


def load(text: str) -> Village:
    return load_village_text(text, name="a.yaml")


def need(amount: str, resource: str = "electricity", extra: str = "") -> object:
    """The amount per hour of a need written so."""
    grid = f"exchanges:\n  grid: {{resource: {resource}, buy: 1 EUR/{'m3' if 'water' in resource else 'kWh'}}}\n"
    return load(f"{HEAD}{extra}needs:\n  it: {{resource: {resource}, {amount}}}\n{grid}").needs["it"].amount


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("amount: 24 kWh/day", Constant(1.0)),
        ("amount: 24 kWh/day, profile: flat", Constant(1.0)),
        ("amount: 8.76 MWh/year, profile: flat", Constant(1.0)),
        ("amount: 500 W", Constant(0.5)),
        ("amount: 24 kWh/person/day, persons: 3", Constant(3.0)),
        ("amount: 1 kWh/meal, meals: 240 meal/day", Constant(10.0)),
        ("amount: 8.76 kWh/m2/year, count: 1000 m2", Constant(1.0)),
        ("amount: 24 kWh/child/day, children: 2, count: 2", Constant(4.0)),
        ("amount: [1, 2] kWh", Listed((1.0, 2.0))),
        ("amount: [1, 2] MW", Listed((1000.0, 2000.0))),
        ("amount: {values: [1, 2], unit: kW}", Listed((1.0, 2.0))),
        ("amount: [1, 2] kWh/person, persons: 10", Listed((10.0, 20.0))),
        ("series: {driver: heating_need, ua: 3500 W/K, setpoint: 20 degC}", FromClimate("heating_need", (("ua",
         3500.0), ("setpoint", 20.0)))),
        ("series: {driver: heating_need, ua: 1 kW/K, scale: 50 %}", FromClimate("heating_need", (("ua", 1000.0),),
         0.5)),
    ],
)  # fmt: skip
def test_amounts_are_per_hour_in_the_unit_of_the_resource(written: str, meant: object) -> None:
    assert need(written) == meant


def test_water_by_driver_and_area() -> None:
    assert need("series: {driver: rain}, count: 100 m2", "drinking_water") == FromClimate("rain", (), 100.0)


def test_an_amount_spread_by_a_profile() -> None:
    profile = "profiles:\n  nights: {workday: [3,2,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2]}\n"
    assert need("amount: 24 kWh/day, profile: nights", extra=profile) == FromProfile("nights", 1.0)
    village = load(f"{HEAD}{profile}{GRID}")
    assert village.profiles["nights"].weekend == village.profiles["nights"].workday
    assert village.profiles["nights"].months == (1.0,) * 12


def test_lists_may_run_over_lines() -> None:
    assert need("amount: {values: [1,\n      2], unit: kW}") == Listed((1.0, 2.0))


def test_without_a_horizon_the_whole_year_of_the_site_is_planned() -> None:
    site = "village: A\nsite: {latitude: 48, longitude: 2, timezone: Europe/Paris, year: 2024}\n"
    horizon = load(site + GRID).horizon
    assert (horizon.start, horizon.hours, horizon.cyclic) == (datetime(2024, 1, 1), 8784, True)


def test_a_horizon_without_hours_is_a_year() -> None:
    assert load("village: A\nhorizon: {start: 2025-04-01 06:00}\n" + GRID).horizon.hours == 8760


def test_sizes() -> None:
    roof = "places:\n  roof: {surfaces: {roof: 1 ha}}\n"
    text = f"{HEAD}{GRID}{roof}processes:\n  pv: {{recipe: pv_roof, at: roof, size: %s}}\n"
    assert load(text % "0..150 kWp").processes["pv"].size == Range(0, 150, "kWp")
    assert load(text % "0..any kWp").processes["pv"].size == Range(0, float("inf"), "kWp")
    assert load(text % "0.08 MWp").processes["pv"].size == Range(80, 80, "kWp")


def test_only_what_is_used_comes_from_the_library() -> None:
    village = load(HEAD + GRID)
    assert set(village.resources) == {"electricity"}
    assert not village.recipes


def test_own_entries_come_before_those_of_the_library() -> None:
    own = "resources:\n  electricity: {unit: MWh, loop: energy}\n"
    village = load(f"{HEAD}{own}exchanges:\n  grid: {{resource: electricity, buy: 200 EUR/MWh}}\n")
    assert (village.resources["electricity"].unit, village.resources["electricity"].origin) == ("MWh", "village")
    assert village.resources["electricity"].name == Name("Electricity", "Electricity")


def test_a_fork_changes_what_it_says_and_keeps_the_rest() -> None:
    costs = "costs: {capital: 500 EUR/kWp, embodied: none}"
    fork = f"recipes:\n  pv_cheap: {{from: pv_roof, {costs}, footprint: {{wall: 1 m2/kWp}}}}\n"
    pv = load(f"{HEAD}{fork}{GRID}").recipes["pv_cheap"]
    original = load(f"{HEAD}recipes:\n  pv: {{from: pv_roof}}\n{GRID}").recipes["pv"]
    assert pv.costs.capital is not None
    assert (pv.costs.capital.value, pv.costs.capital.grade) == (500.0, "C")
    assert pv.costs.life == original.costs.life
    assert pv.costs.embodied is None
    assert set(pv.footprint) == {"wall"}
    assert (pv.inputs, pv.outputs, pv.origin) == (original.inputs, original.outputs, "village")


def test_a_fork_of_the_same_name_stands_before_the_original() -> None:
    pv = load(f"{HEAD}recipes:\n  pv_roof: {{from: pv_roof, running: 0.01 EUR/kWh}}\n{GRID}").recipes["pv_roof"]
    assert pv.running is not None
    assert pv.origin == "village"


def test_a_rate_that_its_units_tell_need_not_be_written() -> None:
    assert load(SMALL.replace("    rate: 1 kWh/h/kW\n", "")).recipes["boiler"].rate.value == 1.0


def test_a_kilowatt_hour_holds_a_kilowatt_hour_unless_it_is_said_to_hold_nothing() -> None:
    nothing = "c: {unit: kWh, loop: energy, composition: {}}"
    own = "".join(f"  {entry}\n" for entry in ("a: {unit: kWh, loop: energy}", "b: {unit: kg, loop: food}", nothing))
    resources = load(f"{HEAD}resources:\n{own}{GRID}").resources
    held = {id: {component: number.value for component, number in resources[id].composition.items()} for id in "abc"}
    assert held == {"a": {"energy": 1.0}, "b": {"mass": 1.0}, "c": {}}


def test_shares_and_yearly_limits() -> None:
    limits = "renewable: 27 %, buy_most_per_year: 210 kWh/year"
    grid = load(f"{HEAD}exchanges:\n  grid: {{resource: electricity, buy: 0.2 EUR/kWh, {limits}}}\n").exchanges["grid"]
    assert (grid.renewable, grid.buy_most_per_year) == (0.27, 210.0)


def test_goals_take_their_worth_from_the_library() -> None:
    sun = "sun: {measure: renewable_share, at_least: 100 %, matched: hourly}"
    less = "less: {measure: bought, resource: electricity, at_most: 5 MWh}"
    village = load(f"{HEAD}{GRID}goals:\n  {sun}\n  {less}\n")
    share, amount = village.goals["sun"], village.goals["less"]
    assert (share.target, share.unit, share.worth) == (1.0, "kWh", 0.3)
    price = village.resources["electricity"].missing_price
    assert (amount.target, amount.unit, amount.worth) == (5000.0, "kWh", price.value if price else 1000.0)


def test_agents_need_not_be_listed_unless_some_are() -> None:
    places = "places:\n  roof: {run_by: ici_montreuil}\n"
    assert load(HEAD + GRID + places).places["roof"].run_by == "ici_montreuil"
    assert [p.code for p in problems_of(HEAD + GRID + "agents:\n  etic: {}\n" + places)] == ["unknown_agent"]


def test_300_quantities_load_quickly() -> None:
    need = "  n{0}: {{resource: electricity, amount: {0}.5 kWh/person/day, persons: {0}, priority: vital}}\n"
    needs = "".join(need.format(number) for number in range(150))
    assert len(load(f"{HEAD}needs:\n{needs}{GRID}").needs) == 150


def test_a_weather_file_that_is_not_there_is_told_with_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    site = "latitude: 48.8, longitude: 2.4, timezone: Europe/Paris, year: 2025"
    file.write_text(f"village: A\nsite: {{{site}, weather: paris_synthetik}}\nneeds: {{a: {{resource: electrcity}}}}\n")
    with pytest.raises(ProblemError) as error:
        load_village(file)
    assert "no_weather_file" in [problem.code for problem in error.value.problems]
    assert 'Did you mean "paris_synthetic"?' in str(error.value)
    assert "electrcity" in str(error.value)


def test_a_need_that_is_counted_by_the_day_cannot_be_shifted_within_it() -> None:
    text = (
        HEAD
        + GRID
        + (
            "needs:\n  a: {resource: service_water, amount: 1 m3/day, shift: {hours: 8..20}}\n"
            "offers:\n  b: {resource: service_water, amount: 2 m3/day}\n"
        )
    )
    assert [problem.code for problem in problems_of(text)] == ["shift_tempo"]
