"""Hypothesis strategies for villages that have no problem: every field of every kind takes part."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

from hypothesis import strategies as st

from wikivillage.base.units import over, per_hour
from wikivillage.model.kinds import (
    COMPONENTS,
    Agent,
    Arc,
    Constant,
    Costs,
    Exchange,
    Finance,
    FromClimate,
    FromFile,
    FromProfile,
    Goal,
    Horizon,
    Listed,
    Loop,
    Name,
    Need,
    Number,
    Offer,
    Place,
    Process,
    Profile,
    Range,
    Recipe,
    Resource,
    Series,
    Shift,
    Site,
    Store,
    StoreRecipe,
    Village,
)
from wikivillage.model.recipes import cost_units

HOURS = 3
DATA = "when,a,b\n1,0.5,7\n2,1e-3,0\n3,4,2\n"
"""The file ``data.csv`` that generated villages read."""
COLUMNS = {"a": (0.5, 1e-3, 4.0), "b": (7.0, 0.0, 2.0)}

UNITS = ("kWh", "kg", "m3", "h", "meal")
LOOPS = get_args(Loop)

ODD_AMOUNTS = (0.0, 1.0, 0.1, 1 / 3, 0.07, 1e-9, 123456.789, 1e6, 0.29, 2.5e-5, 7.0)
ODD_WORDS = (
    "Toit", "L'atelier", "no", "1.5", "a: b", "a #b", "- a", "{a}", "[1] kWh", '"', "\\", "é ² €", "🌱", "\x85", "x\ty", "& *", "~", "%", "'",
    "a" * 200, "one\ntwo", "null", "=", "<<", "@", "a ", "2025-01-01",
)  # fmt: skip
amounts = st.one_of(st.sampled_from(ODD_AMOUNTS), st.floats(0, 1e6, allow_subnormal=False))
shares = st.one_of(st.sampled_from((0.0, 1.0, 0.29, 1 / 3)), st.floats(0, 1))
words = st.sampled_from([word.strip() for word in ODD_WORDS])
names = st.builds(Name, words, words)
ids = st.sampled_from(["a", "b", "crèche", "heat_pump_2"])


def numbers(unit: str, values: st.SearchStrategy[float] = amounts) -> st.SearchStrategy[Number]:
    """Numbers in a unit, some with a range."""
    spread = st.tuples(amounts, amounts).map(sorted)
    plain = st.builds(Number, values, st.just(unit), st.sampled_from("ABC"), words)
    ranged = st.tuples(plain, spread).map(
        lambda both: Number(both[0].value, unit, both[0].grade, both[0].source, both[1][0], both[1][1])
    )
    return st.one_of(plain, ranged)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Something or nothing."""
    return st.one_of(st.none(), strategy)


def series(profiles: list[str], *, driver: FromClimate) -> st.SearchStrategy[Series]:
    """Every kind of series; ``driver`` is one that fits."""
    return st.one_of(
        st.builds(Constant, amounts),
        st.lists(amounts, min_size=HOURS, max_size=HOURS).map(lambda values: Listed(tuple(values))),
        st.sampled_from(sorted(COLUMNS)).flatmap(
            lambda column: st.builds(FromFile, st.just("data.csv"), st.just(column), st.just(COLUMNS[column]), amounts)
        ),
        st.builds(FromClimate, st.just(driver.driver), st.just(driver.parameters), st.floats(1e-3, 1e3)),
        *(st.builds(FromProfile, st.just(profile), amounts) for profile in profiles),
    )


HEATING = FromClimate("heating_need", (("ua", 350.5), ("setpoint", 20.25)))
SUN = FromClimate("pv_yield", (("tilt", 33.3), ("azimuth", 180.0), ("losses", 0.14)))
PUMP = FromClimate("cop_air", (("sink", "radiator"),))
SEASON = FromClimate("growth_season", (("start", "04-01"), ("end", "10-31")))


@st.composite
def resources(draw: st.DrawFn, id: str, *, empty: bool) -> Resource:
    """One kind of thing; ``empty`` holds nothing, so that making it breaks no physics."""
    unit = draw(st.sampled_from(UNITS))
    held = {} if empty else draw(st.dictionaries(st.sampled_from(COMPONENTS), st.just(None), max_size=3))
    return Resource(
        id=id,
        name=draw(names),
        unit=unit,
        tempo=draw(st.sampled_from(["hour", "day", "week", "year"])),
        loop=draw(st.sampled_from(LOOPS)),
        composition={component: draw(numbers("kWh" if component == "energy" else "kg")) for component in held},
        legal=draw(maybe(st.sampled_from(["rain", "grey_raw", "mains"]))),
        nature=draw(st.booleans()),
        missing_price=draw(maybe(numbers(over("EUR", unit)))),
        origin="village",
    )


@st.composite
def costs(draw: st.DrawFn, size: str) -> Costs:
    """Some costs per unit of size."""
    units = cost_units(size)
    chosen = draw(st.sets(st.sampled_from(sorted(units)), max_size=4))
    return Costs(**{key: draw(numbers(units[key], st.floats(1e-3, 1e5))) for key in chosen})


@st.composite
def arcs(draw: st.DrawFn, known: list[Resource], least: int) -> tuple[Arc, ...]:
    """Inputs or outputs of some resources."""
    chosen = draw(st.lists(st.sampled_from(known), unique_by=lambda resource: resource.id, min_size=least))
    factor = maybe(series([], driver=PUMP).filter(_never_zero))
    return tuple(
        Arc(one.id, draw(numbers(one.unit)), draw(factor), draw(factor), None, draw(st.sampled_from([0.0, 0.5, 1008.0])))
        for one in chosen
    )


def _never_zero(given: Series) -> bool:
    match given:
        case Constant(value):
            return value > 1e-3
        case Listed(values):
            return min(values) > 1e-3
        case FromFile(values=values, scale=scale):
            return min(values) * scale > 1e-3
        case _:
            return True


@st.composite
def recipes(draw: st.DrawFn, id: str, taken: list[Resource], made: list[Resource]) -> Recipe:
    """One recipe that creates nothing."""
    size, activity = draw(st.sampled_from(["kW", "m2", "m3/day", "machine"])), draw(st.sampled_from(["kWh of heat", "kg", "m2*year"]))
    plain = activity.split(" ")[0]
    return Recipe(
        id=id,
        name=draw(names),
        loop=draw(st.sampled_from(LOOPS)),
        activity_unit=activity,
        size_unit=size,
        inputs=draw(arcs(taken, 1)),
        outputs=draw(arcs(made, 0)),
        rate=draw(numbers(over(f"{plain}/h", size))),
        availability=draw(maybe(series([], driver=SUN))),
        runs=draw(st.sampled_from(["up_to", "exactly"])),
        costs=draw(costs(size)),
        running=draw(maybe(numbers(over("EUR", plain)))),
        carbon=draw(maybe(numbers(over("kgCO2e", plain)))),
        footprint=draw(maybe(st.fixed_dictionaries({"roof": numbers(over("m2", size), st.floats(0, 10))}))) or {},
        use=draw(maybe(st.sampled_from(["wc_flush", "kitchen_garden"]))),
        note=draw(st.one_of(st.just(""), words)),
        origin="village",
    )


@st.composite
def store_recipes(draw: st.DrawFn, id: str, held: Resource) -> StoreRecipe:
    """One kind of store, with room for a level of 10."""
    size = draw(st.sampled_from(["kWh", "m3", "item"]))
    flow = over(per_hour(held.unit), size)
    return StoreRecipe(
        id=id,
        name=draw(names),
        loop=draw(st.sampled_from(LOOPS)),
        holds=held.id,
        size_unit=size,
        capacity=draw(numbers(over(held.unit, size), st.floats(10, 1e4))),
        loss=draw(maybe(numbers("1/h", shares))),
        charge=draw(maybe(numbers("1", st.floats(0.5, 1)))),
        discharge=draw(maybe(numbers("1", st.floats(0.5, 1)))),
        rate_in=draw(maybe(numbers(flow))),
        rate_out=draw(maybe(numbers(flow))),
        fill_low=draw(maybe(numbers("1", st.floats(0, 0.2)))),
        fill_high=draw(maybe(numbers("1", st.just(1.0)))),
        holding=draw(maybe(numbers(over("EUR", held.unit) + "/h"))),
        costs=draw(costs(size)),
        power_costs=draw(maybe(costs(per_hour(held.unit)))),
        footprint={},
        note=draw(st.one_of(st.just(""), words)),
        origin="village",
    )


def weights(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    """So many relative weights."""
    return st.lists(st.sampled_from(ODD_AMOUNTS), min_size=2, max_size=3).map(
        lambda some: (1.0, *(some * count)[: count - 1])
    )


profiles = st.builds(
    Profile,
    id=st.just("mornings"),
    name=names,
    workday=weights(24),
    weekend=weights(24),
    weekdays=weights(7),
    months=weights(12),
    closed=st.sampled_from([(), ("12-25",), ("2025-08-15", "01-01")]),
    grade=st.sampled_from("ABC"),
    source=words,
    origin=st.just("village"),
)


def sizes(unit: str, least: float = 0.0) -> st.SearchStrategy[Range]:
    """Fixed sizes, ranges, and ranges without end."""
    low = st.floats(least, 100)
    high = st.one_of(st.floats(100, 1e4), st.just(float("inf")))
    return st.one_of(low.map(lambda value: Range(value, value, unit)), st.builds(Range, low, high, st.just(unit)))


@st.composite
def villages(draw: st.DrawFn) -> Village:
    """A whole village without a problem."""
    raw = [draw(resources("raw_1", empty=False)), draw(resources("raw_2", empty=False))]
    made = [draw(resources("made_1", empty=True)), draw(resources("made_2", empty=True))]
    known = {resource.id: resource for resource in (*raw, *made)}
    profile = draw(profiles)
    recipe = draw(recipes("works", raw, made))
    store_recipe = draw(store_recipes("box", draw(st.sampled_from(made))))
    held = known[store_recipe.holds].unit
    return Village(
        name=draw(words),
        site=draw(maybe(sites)),
        horizon=Horizon(draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))).replace(minute=0, second=0, microsecond=0), HOURS, draw(st.booleans())),
        finance=draw(st.builds(Finance, st.floats(0, 0.2), amounts)),
        resources=known,
        recipes={recipe.id: recipe},
        store_recipes={store_recipe.id: store_recipe},
        profiles={profile.id: profile},
        agents={"makers": Agent("makers", draw(words), draw(words))},
        places=draw(places()),
        processes={"works": Process("works", "works", "yard", draw(maybe(st.just("hall"))), draw(sizes(recipe.size_unit)), draw(st.booleans()))},
        stores={"box": draw(stores(store_recipe.size_unit, per_hour(held)))},
        needs={"need": draw(needs(draw(st.sampled_from(made)), profile.id))},
        offers={"offer": draw(offers(draw(st.sampled_from(made)), profile.id))},
        exchanges={f"x_{id}": draw(exchanges(f"x_{id}", known[id], profile.id)) for id in known},
        goals={"goal": draw(goals(draw(st.sampled_from(made))))},
    )  # fmt: skip


sites = st.builds(
    Site,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    timezone=st.sampled_from(["Europe/Paris", "UTC"]),
    altitude_m=st.floats(-400, 5000),
    weather=maybe(st.sampled_from(["paris_synthetic", "my weather.epw"])),
    seed=st.integers(0, 2**32 - 1),
)


@st.composite
def places(draw: st.DrawFn) -> dict[str, Place]:
    """A yard and a hall inside of it."""
    yard = Place(
        "yard", draw(names), draw(maybe(st.integers(-3, 9))), draw(maybe(amounts)), draw(maybe(words)),
        draw(maybe(st.just("makers"))), None, {"roof": draw(st.floats(1e6, 1e7)), "wall": draw(amounts)}, {},
    )  # fmt: skip
    return {"yard": yard, "hall": Place("hall", draw(names), inside="yard", networks=draw(networks))}


networks = st.one_of(st.just({}), st.just({"raw_1": "east", "raw_2": "village"}))


@st.composite
def stores(draw: st.DrawFn, size: str, power: str) -> Store:
    """A store that starts with something, or ends as it began."""
    start = draw(maybe(st.floats(0, 10)))
    low = draw(maybe(st.floats(0, 10))) if start is not None else None
    high = draw(maybe(st.floats(10, 20))) if low is not None else None
    return Store("box", "box", draw(maybe(st.just("hall"))), draw(sizes(size, 2.0)), draw(maybe(sizes(power))), draw(st.booleans()), start, low, high)


@st.composite
def needs(draw: st.DrawFn, wanted: Resource, profile: str) -> Need:
    """Something wanted; weather drives only what is counted in kWh."""
    return Need(
        id="need",
        resource=wanted.id,
        amount=draw(_flows(wanted, profile)),
        at=draw(maybe(st.just("hall"))),
        priority=draw(st.sampled_from(["vital", "essential", "comfort"])),
        missing_price=draw(maybe(amounts)),
        shift=draw(maybe(st.builds(Shift, st.integers(0, 11), st.integers(12, 24), maybe(amounts)))),
        use=draw(maybe(st.just("laundry"))),
    )


def _flows(resource: Resource, profile: str) -> st.SearchStrategy[Series]:
    fitting = series([profile], driver=HEATING)
    return fitting if resource.unit == "kWh" else fitting.filter(lambda given: not isinstance(given, FromClimate))


@st.composite
def offers(draw: st.DrawFn, given: Resource, profile: str) -> Offer:
    """Something that arrives by itself."""
    return Offer("offer", given.id, draw(_flows(given, profile)), draw(maybe(st.just("hall"))), draw(st.booleans()))


@st.composite
def exchanges(draw: st.DrawFn, id: str, traded: Resource, profile: str) -> Exchange:
    """Trade of one resource both ways, so that everything comes from and goes somewhere."""
    prices = series([profile], driver=SEASON).filter(lambda given: not isinstance(given, FromClimate))
    return Exchange(
        id=id,
        resource=traded.id,
        buy=draw(prices),
        sell=draw(st.one_of(prices, st.floats(-10, 0).map(Constant))),
        carbon=draw(maybe(prices)),
        carbon_sold=draw(maybe(prices)),
        renewable=draw(shares),
        buy_most_per_hour=draw(maybe(amounts)),
        sell_most_per_hour=draw(maybe(amounts)),
        buy_most_per_year=draw(maybe(amounts)),
        sell_most_per_year=draw(maybe(amounts)),
        waste=draw(st.booleans()),
        partner=draw(maybe(ids)),
    )


@st.composite
def goals(draw: st.DrawFn, resource: Resource) -> Goal:
    """A goal for an amount of a resource, or for a share."""
    share = draw(st.booleans())
    return Goal(
        id="goal",
        measure="renewable_share" if share else draw(st.sampled_from(["bought", "used"])),
        sense=draw(st.sampled_from(["at_least", "at_most"])),
        target=draw(shares if share else amounts),
        unit="kWh" if share else resource.unit,
        worth=draw(amounts),
        resource=None if share else resource.id,
        matched=draw(st.sampled_from(["year", "hourly"])),
        name=draw(maybe(names)),
    )
