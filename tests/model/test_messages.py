"""Every mistake in a village file is told on its line, in the words of the file, with what would work."""

from __future__ import annotations

import pytest

from tests.model.small_village import SMALL, changed, problems_of


def test_the_small_village_has_no_problem() -> None:
    assert problems_of(SMALL) == []


BOILER = SMALL[SMALL.index("    size_unit: kW") : SMALL.index("    costs: {capital")]

CASES = [
    # Keys and shapes
    ("unknown_key", "size: 0..30 kW", "sice: 0..30 kW", '"sice" is not a key here. Did you mean "size"?'),
    ("unknown_key", "needs:\n", "need:\n", '"need" is not a key here. Did you mean "needs"?'),
    ("missing_key", "recipe: boiler, at", "at", '"recipe" is missing: the id of its recipe.'),
    ("missing_key", "unit: m3, tempo: hour", "tempo: hour", '"unit" is missing: the unit in which it is counted'),
    ("missing_key", BOILER, BOILER.replace("kW\n", "machine\n", 1).replace("    rate: 1 kWh/h/kW\n", ""),
     "1 kWh/h/machine"),
    ("missing_key", "capacity: 40 kWh/m3, ", "", '"capacity" is missing: a number such as "1 kWh/m3".'),
    ("blank", "at: cellar, size: 0..30 kW", "at: , size: 0..30 kW", '"at" has nothing behind it.'),
    ("twice", "  boiler: {recipe: boiler,", "  boiler: {at: cellar, recipe: boiler,", '"at" is written twice here'),
    ("shape", "surfaces: {cellar: 20 m2}", "surfaces: [20 m2]", "Keys with values are expected here, not a list."),
    ("shape", "floor: 0", "floor: [0]", "A single value is expected here, not a list."),
    ("shape", "closed: [12-25]", "closed: 12-25", 'A list such as [1, 2, 3] is expected here, not "12-25".'),
    ("shape", "  sun: {resource: warmth, amount: 1 kW}", "  sun: 1 kW",
     'Keys with values are expected here, not "1 kW".'),
    ("id", "  sun:", "  sun-roof:", '"sun-roof" cannot be an id. Use letters, digits and underscores'),
    ("id", "  gas: {name", "  2gas: {name", '"2gas" cannot be an id.'),
    ("key", "  sun:", "  [sun]:", "A key must be a word"),
    # References
    ("unknown_resource", "resource: gas", "resource: gaz", '"gaz" is no resource. Did you mean "gas"?'),
    ("unknown_recipe", "recipe: boiler", "recipe: boilr", '"boilr" is no recipe. Did you mean "boiler"?'),
    ("unknown_store_recipe", "recipe: tank", "recipe: tnak", '"tnak" is no store recipe. Did you mean "tank"?'),
    ("unknown_place", "at: house", "at: hose", '"hose" is no place of this village. Did you mean "house"?'),
    ("unknown_agent", "run_by: makers", "run_by: maker", '"maker" is no agent of this village. Did you mean "makers"?'),
    ("unknown_profile", "profile: mornings", "profile: morning", '"morning" is no profile. Did you mean "mornings"?'),
    ("unknown_measure", "operational_carbon", "operation_carbon", 'Did you mean "operational_carbon"?'),
    ("unknown_driver", "amount: 1 kW}", "series: {driver: heating_ned}}", 'Did you mean "heating_need"?'),
    ("unknown_component", "{energy: 10 kWh}", "{enery: 10 kWh}", '"enery" is no component. Did you mean "energy"?'),
    ("unknown_legal", "unit: m3, tempo", "unit: m3, legal: grey_row, tempo", 'Did you mean "grey_raw"?'),
    ("unknown_legal", "priority: vital", "use: wc_flsh", 'Did you mean "wc_flush"?'),
    ("choice", "loop: heat", "loop: heath", 'Did you mean "heat"?'),
    ("choice", "priority: vital", "priority: vitale", '"vitale" is none of vital, essential, comfort.'),
    ("choice", "tempo: hour", "tempo: hourly", 'Did you mean "hour"?'),
    ("timezone", "Europe/Paris", "Europe/Pari", '"Europe/Pari" is no time zone. Did you mean "Europe/Paris"?'),
    ("timezone", "Europe/Paris", "../../etc/passwd", "is no time zone."),
    ("cycle", "recipes:\n", "recipes:\n  a: {from: b}\n  b: {from: a}\n", "This goes round in a circle: "),
    ("unknown_recipe", "  boiler:\n", "  boiler:\n    from: boile\n", '"boile" is no recipe to start from.'),
    ("cycle", "area: 100 m2,", "inside: cellar,", "house is inside itself: house in cellar in house."),
    # Units and numbers
    ("unit", "area: 100 m2", "area: 100", '"100" has no unit; write "100 m2".'),
    ("unit", "0..10 kW", "0..10 kWh", '"0..10 kWh" is energy; a power such as "10 kW" is expected.'),
    ("unit", "0..30 kW", "0..30 kw", '"kw" is not a unit. Did you mean "kW"?'),
    ("unit", "1 EUR/m3", "1 EUR/kWh",
     '"1 EUR/kWh" is money per energy; money per volume such as "1 EUR/m3" is expected.'),
    ("unit", "amount: 1 kW}", "amount: 1 kWh}", '"1 kWh" is energy; a power such as "1 kW" is expected.'),
    ("unit", "amount: 1 kW}", "amount: nan kW}", '"nan kW" is not a number.'),
    ("unit", "amount: 1 kW}", "amount: .inf}", '".inf" is not a finite number.'),
    ("unit", "persons: 6", "employees: 6", "is employee times energy per person per time; a power"),
    ("unit", "] kWh, priority", "] EUR, priority", 'is money; a power such as "1 kW" is expected.'),
    ("unit", "unit: m3, tempo", "unit: kwh, tempo", '"kwh" is not a unit. Did you mean "kWh"?'),
    ("negative", "0..30 kW", "-5 kW", '"-5 kW" is below zero.'),
    ("negative", "area: 100 m2", "area: -1 m2", "-1 m2 is below 0."),
    ("negative", "amount: 1 kW}", "amount: -1 kW}", "-1 kW is below 0."),
    ("negative", "persons: 6", "persons: -6", "-6 is below 0."),
    ("negative", "[5, 5, 0, 1]", "[5, 5, 0, -1]", "The list holds values below 0."),
    ("negative", "worth: 1 EUR", "worth: -1 EUR", "A worth below zero would reward missing the goal."),
    ("upside_down", "0..30 kW", "30..0 kW", '"30..0 kW" runs from the larger to the smaller. Write the smaller first.'),
    ("upside_down", "fill_high: 90 %", "fill_high: 10 %, fill_low: 50 %", "fill_low is above fill_high."),
    ("range", "0..30 kW", "0.. kW", '"0.. kW" is not a range. Write "0..150 kWp" or "0..any kWp".'),
    ("range", "start: 10 kWh", "start: 1..2 kWh", "A store starts with one amount, not with a range."),
    ("above_one", "charge: 95 %", "charge: 105 %", "charge is above 100 %."),
    ("above_one", "renewable: 10 %", "renewable: 110 %", "A share is at most 100 %."),
    ("zero", "charge: 95 %", "charge: 0 %", "charge is 0 %: nothing would ever pass."),
    ("zero", "life: 20 year", "life: 0 year", "A life is longer than 0 years."),
    ("yes_no", "cyclic: yes", "cyclic: maybe", '"maybe" is neither yes nor no.'),
    ("whole_number", "hours: 4", "hours: 4.5", "4.5 is not a whole number from 1 to"),
    ("number", "latitude: 48.857", "latitude: 148", "148 is not between -90 and 90."),
    ("number", "[5, 5, 0, 1]", "[5, 5, x, 1]", '"x" is not a number.'),
    ("share", "operational_carbon, at_most: 0 kgCO2e", "renewable_share, at_least: 120 %",
     "is not between 0 % and 100 %."),
    ("hours", "priority: vital", "shift: {hours: 8..25}", '"8..25" are not hours of a day.'),
    ("date", "start: 2025-01-01", "start: 1 January", '"1 January" is not a date. Write 2025-01-31'),
    ("date", "start: 2025-01-01", "start: 2025-01-01 00:30", "is not a full hour of local standard time."),
    ("date", "start: 2025-01-01", "start: 1025-01-01", "is not between the years 1900 and 2200."),
    ("date", "closed: [12-25]", "closed: [25-12]", '"25-12" is not a day.'),
    ("date", "amount: 1 kW}", "count: 1 m2, series: {driver: irrigation_need, start: April}}",
     '"April" is no day of the year.'),
    ("out_of_range", "amount: 1 kW}", "series: {driver: heating_need, ua: 5 W/K, setpoint: 200 degC}}",
     "200 degC is not between 5 and 30 degC."),
    ("weights", "[0,0,0,0,0,0,1,2", "[0,0,0,1,2", "workday has 21 weights; 24 are expected."),
    ("weights", "1,2,3,2,1", "0,0,0,0,0", "not all of them are 0."),
    ("name", "name: {en: Gas, fr: Gaz}", "name: {}", "A name needs at least one language."),
    # Whole entries
    ("list_length", "[5, 5, 0, 1]", "[5, 5, 0]",
     "The list has 3 values; the horizon has 4 hours. Give one value per hour."),
    ("series", "amount: 1 kW}", "amount: {vals: [1, 1, 1, 1]}}",
     "A series has one of the keys values, file, driver, profile."),
    ("series", "amount: 1 kW}", 'amount: "[1, 2"}', '"[1, 2" is not a list with a unit.'),
    ("profile", "amount: 1 kW}", "amount: [1, 1, 1, 1] kW, profile: mornings}",
     "A profile spreads one amount, not a series."),
    ("amount", "amount: 1 kW}", "amount: 1 kW, series: 2 kW}", "It says both amount and series."),
    ("amount", ", amount: 1 kW}", "}", '"amount" is missing: how much is wanted or given.'),
    ("no_price", "buy: 1 EUR/m3, ", "", "It neither buys nor sells."),
    ("end_without_start", "start: 10 kWh, ", "", "An end is asked for, but no start is given."),
    ("target", "at_most: 0 kgCO2e, ", "", "A goal has one target."),
    ("target", "at_most: 0 kgCO2e", "at_most: 0 kgCO2e, at_least: 0 kgCO2e", "A goal has one target."),
    ("missing_key", "measure: operational_carbon, at_most: 0 kgCO2e", "measure: bought, at_most: 0 kWh",
     '"resource" is missing'),
    ("no_arcs", "    inputs: {gas: 0.125 m3}\n    outputs: {warmth: 1 kWh}\n", "", "takes nothing and gives nothing"),
    ("no_folder", "amount: 1 kW}", "series: {file: a.csv, column: b, unit: kW}}",
     "this text has no folder with data files."),
    # Physics
    ("creates", "gas: 0.125 m3", "gas: 0.095 m3",
     "boiler creates 0.05 kWh of energy per kWh of heat: an input is missing, or warmth is too large."),
    ("rest", "{gas: 0.125 m3}", "{gas: {rest: mass}}",
     "boiler: the rests gas (mass) hold nothing of what they should close"),
    ("rest", "{gas: 0.125 m3}", "{gas: {rest: energy}, electricity: {rest: energy}}",
     "two rests close the same component"),
    ("negative_rest", "{warmth: 1 kWh}", "{warmth: 2 kWh, heat_lost: {rest: energy}}",
     "the rest heat_lost would be below zero"),
    ("not_finite", "0.125 m3}", "{value: 0.125 m3, per: [1, 0, 1, 1] 1}}",
     "the amount of gas is not a finite number in every hour"),
    # The whole village
    ("nothing_makes", "resource: gas, at: cellar", "resource: gas",
     'boiler takes "gas" in the network street, which nothing makes.'),
    ("nothing_makes", "{gas: 0.125 m3}", "{biogas: 0.25 m3}",
     'boiler takes "biogas", which nothing makes. Did you mean "gas"?'),
    ("nothing_takes", "{warmth: 1 kWh}", "{hot_water_heat: 1 kWh}",
     'boiler makes "hot_water_heat", which nothing takes.'),
    ("nothing_takes", "resource: warmth, amount: 1 kW", "resource: kitchen_waste, amount: 1 kg/day, must_take: yes",
     None),
    ("no_place", "{recipe: boiler, at: cellar", "{recipe: boiler",
     'boiler covers "cellar" but stands in no place. Places that have it: cellar.'),
    ("no_surface", "{recipe: boiler, at: cellar", "{recipe: boiler, at: house",
     'boiler covers "cellar", which house does not have.'),
    ("no_surface", "surfaces: {cellar: 20 m2}, ", "", "Give a place surfaces: {cellar: 100 m2}."),
    ("no_room", "size: 0..30 kW", "size: 50 kW",
     "boiler cover at least 25 m2 of the surface cellar of cellar, which has 20 m2."),
    ("no_room", "size: 0..30 kW", "size: 41..60 kW", "boiler cover at least 20.5 m2"),
    ("no_size", ", size: 0..30 kW", "", "boiler has costs or a footprint per kW, but no size. Write size: 0..any kW"),
    ("too_full", "start: 10 kWh", "start: 100 kWh", "tank starts with 100 kWh, but holds at most 72 kWh."),
    ("too_full", "end: 5..20 kWh", "end: 100..any kWh", "tank ends with 100 kWh"),
    ("endless_money", "buy_most: 3 m3/h,", "sell: 1.5 EUR/m3,",
     "street buys gas for less than street sells it for in hour 0, both without limit"),
    ("endless_money", "buy: 1 EUR/m3, carbon: 2 kgCO2e/m3, buy_most: 3 m3/h",
     "buy: [2, 2, 1, 2] EUR/m3, sell: 1.5 EUR/m3",
     "in hour 2, both without limit: that earns money without end. Give one of them a limit"),
    ("outside_range", "gas: 0.125 m3", "gas: {value: 0.125 m3, range: 0.2..0.3}",
     "0.125 m3 is outside its own range 0.2..0.3."),
    ("negative", "capital: 100", "capital: -100", "-100 EUR/kW is below 0."),
    ("no_horizon", "year: 2025}\nhorizon: {start: 2025-01-01, hours: 4, cyclic: yes}", "seed: 2}",
     "does not say which hours"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "said"), CASES)
def test_one_mistake_is_one_message_on_its_line(code: str, old: str, new: str, said: str | None) -> None:
    text, line = changed(old, new)
    problems = [problem for problem in problems_of(text) if problem.code == code]
    assert problems, problems_of(text)
    if said is not None:
        told = str(problems[0])
        assert said in told
        assert abs(int(told.split("  ")[0].rpartition(":")[2]) - line) <= 20
        assert problems[0].where.startswith("small.yaml:")


ON_ITS_LINE = {"unit", "unknown_key", "negative", "upside_down", "unknown_place", "choice", "list_length", "yes_no"}


@pytest.mark.parametrize(("code", "old", "new", "said"), [case for case in CASES if case[0] in ON_ITS_LINE])
def test_what_is_wrong_with_a_value_is_told_on_the_line_of_the_value(code: str, old: str, new: str, said: str) -> None:
    text, line = changed(old, new)
    assert next(problem.where for problem in problems_of(text) if problem.code == code) == f"small.yaml:{line}"


@pytest.mark.parametrize(("code", "old", "new", "said"), CASES)
def test_a_mistake_is_told_once(code: str, old: str, new: str, said: str) -> None:
    problems = problems_of(changed(old, new)[0])
    assert len(set(problems)) == len(problems)
    assert len(problems) <= 4


def test_all_mistakes_are_told_together_in_the_order_of_the_file() -> None:
    text = SMALL.replace("0..30 kW", "30..0 kW").replace("at: house", "at: hose").replace("floor: 0", "flor: 0")
    assert [problem.code for problem in problems_of(text)] == ["unknown_key", "upside_down", "unknown_place"]


def test_a_broken_entry_does_not_bring_false_alarms() -> None:
    text = SMALL.replace("{gas: 0.125 m3}", "{gaz: 0.125 m3}")
    assert [problem.code for problem in problems_of(text)] == ["unknown_resource"]


def test_the_same_id_in_two_sections_is_fine() -> None:
    assert "boiler" in SMALL.partition("processes:")[0]
    assert problems_of(SMALL.replace("  sun: {", "  boiler: {")) == []


def test_a_driver_needs_what_it_cannot_guess() -> None:
    text = SMALL.replace("amount: 1 kW}", "series: {driver: heating_need}}")
    assert [str(problem) for problem in problems_of(text)] == [
        'small.yaml:34  "ua" is missing: heat lost by walls, windows and ventilation per kelvin.'
    ]


def test_a_driver_of_water_is_no_power() -> None:
    text = SMALL.replace("amount: 1 kW}", "series: {driver: rain, scale: 100 m2}}")
    assert [problem.code for problem in problems_of(text)] == ["unit"]


def test_forks_of_forks_are_followed_so_far() -> None:
    chain = "".join(f"  r{number}: {{from: r{number + 1}}}\n" for number in range(3000))
    text = SMALL.replace("recipes:\n", f"recipes:\n{chain}  r3000: {{from: boiler}}\n", 1)
    problems = problems_of(text)
    assert {problem.code for problem in problems} == {"cycle"}
    assert "This is a fork of a fork, more than 20 times over." in str(problems[0])


def test_a_bin_that_nobody_fills_is_no_problem() -> None:
    assert problems_of(SMALL.replace("goals:", "  bins: {resource: residual_waste, sell: -0.2 EUR/kg}\ngoals:")) == []


def test_a_year_that_cannot_be_read_is_not_also_missing() -> None:
    text = SMALL.replace("horizon: {start: 2025-01-01, hours: 4, cyclic: yes}\n", "")
    text = text.replace("year: 2025", "year: 20025")
    assert "no_horizon" not in [problem.code for problem in problems_of(text)]
