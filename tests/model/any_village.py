"""Villages by chance, without a problem: every field of every kind takes part, with values easy to get wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar, get_args

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

T = TypeVar("T")

HOURS = 3
DATA = "when,a,b\n1,0.5,7\n2,1e-3,0\n3,4,2\n"
"""The file ``data.csv`` that these villages read."""
COLUMNS = {"a": (0.5, 1e-3, 4.0), "b": (7.0, 0.0, 2.0)}

ODD_AMOUNTS = (0.0, 1.0, 0.1, 1 / 3, 0.07, 1e-9, 123456.789, 1e6, 0.29, 2.5e-5, 7.0, 0.30000000000000004)
ODD_WORDS = (
    "Toit", "L'atelier", "no", "1.5", "a: b", "a #b", "- a", "{a}", "[1] kWh", '"', "\\", "é ² €", "🌱", "x\x85y",
    "x\ty", "& *",
    "~", "%", "'", "a" * 200, "one\ntwo", "null", "=", "<<", "@", "2025-01-01", "a:", "? b", "| c", "a\\nb", ", d",
    "\u2028|",
)  # fmt: skip
UNITS = ("kWh", "kg", "m3", "h", "meal")
LOOPS: tuple[Loop, ...] = get_args(Loop)

HEATING = FromClimate("heating_need", (("ua", 350.5), ("setpoint", 20.25)), 0.1)
SUN = FromClimate("pv_yield", (("tilt", 33.3), ("azimuth", 180.0), ("losses", 0.14)))
PUMP = FromClimate("cop_air", (("sink", "radiator"),), 1 / 3)
RAIN = FromClimate("rain", (), 1200.7)


class Chance:
    """Draws the parts of one village."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    def one(self, *options: T) -> T:
        """One of some options."""
        return self.rng.choice(options)

    def maybe(self, make: Callable[[], T]) -> T | None:
        """Something or nothing."""
        return make() if self.rng.random() < 0.6 else None

    def yes(self) -> bool:
        """Yes or no."""
        return self.rng.random() < 0.5

    def amount(self, low: float = 0.0, high: float = 1e6) -> float:
        """An amount between two others."""
        fitting = [odd for odd in ODD_AMOUNTS if low <= odd <= high]
        return self.one(*fitting) if fitting and self.yes() else self.rng.uniform(low, high)

    def word(self) -> str:
        """Words that are not easy to write."""
        return self.one(*ODD_WORDS).strip()

    def name(self) -> Name:
        """A name, in one language or two."""
        return Name(self.word(), self.word())

    def number(self, unit: str, low: float = 0.0, high: float = 1e6) -> Number:
        """A number with grade and source, some with a range."""
        value = self.amount(low, high)
        low, high = self.maybe(lambda: (value * self.one(0.0, 0.5, 1.0), value + self.amount(0, 1))) or (None, None)
        return Number(value, unit, self.one("A", "B", "C"), self.word(), low, high)

    def series(self, driver: FromClimate | None, profile: str | None = None, low: float = 0.0) -> Series:
        """One of the kinds of series."""
        column = self.one(*COLUMNS) if low == 0.0 else "a"
        options: list[Series] = [
            Constant(self.amount(low)),
            Listed(tuple(self.amount(low) for _ in range(HOURS))),
            FromFile("data.csv", column, COLUMNS[column], self.amount(low)),
        ]
        options += [driver] if driver else []
        options += [FromProfile(profile, self.amount())] if profile else []
        return self.one(*options)

    def costs(self, size: str) -> Costs:
        """Some costs per unit of size."""
        units = cost_units(size)
        chosen = self.rng.sample(sorted(units), self.rng.randint(0, 4))
        return Costs(**{key: self.number(units[key], 1e-3, 1e5) for key in chosen})

    def size(self, unit: str, low: float = 0.0) -> Range:
        """A fixed size, a range, or a range without end."""
        least = self.amount(low, 100)
        return Range(least, self.one(least, 200 / 3, 1e4, float("inf")) if least < 60 else least, unit)

    def resource(self, id: str, *, empty: bool) -> Resource:
        """A kind of thing; one that is empty can be made without breaking physics."""
        unit = self.one(*UNITS)
        held = [] if empty else self.rng.sample(COMPONENTS, self.rng.randint(0, 3))
        return Resource(
            id=id,
            name=self.name(),
            unit=unit,
            tempo=self.one("hour", "day", "week", "year"),
            loop=self.one(*LOOPS),
            composition={component: self.number("kWh" if component == "energy" else "kg") for component in held},
            legal=self.maybe(lambda: self.one("rain", "grey_raw", "mains")),
            nature=self.yes(),
            missing_price=self.maybe(lambda: self.number(over("EUR", unit))),
            origin="village",
        )

    def arcs(self, known: list[Resource], least: int) -> tuple[Arc, ...]:
        """Inputs or outputs of some resources."""
        return tuple(
            Arc(
                resource=one.id,
                amount=self.number(one.unit),
                times=self.maybe(lambda: self.series(PUMP)),
                per=self.maybe(lambda: self.series(PUMP, low=1e-3)),
                delay_hours=self.one(0.0, 0.5, 1008.0),
            )
            for one in self.rng.sample(known, self.rng.randint(least, len(known)))
        )

    def recipe(self, taken: list[Resource], made: list[Resource]) -> Recipe:
        """A recipe that creates nothing."""
        size, activity = self.one("kW", "m2", "m3/day", "machine"), self.one("kWh of heat", "kg", "m2*year")
        plain = activity.split(" ")[0]
        return Recipe(
            id="works",
            name=self.name(),
            loop=self.one(*LOOPS),
            activity_unit=activity,
            size_unit=size,
            inputs=self.arcs(taken, 1),
            outputs=self.arcs(made, 0),
            rate=self.number(over(f"{plain}/h", size)),
            availability=self.maybe(lambda: self.series(SUN)),
            runs=self.one("up_to", "exactly"),
            costs=self.costs(size),
            running=self.maybe(lambda: self.number(over("EUR", plain))),
            carbon=self.maybe(lambda: self.number(over("kgCO2e", plain))),
            footprint=self.maybe(lambda: {"roof": self.number(over("m2", size), 0, 10)}) or {},
            use=self.maybe(lambda: self.one("wc_flush", "kitchen_garden")),
            note=self.one("", self.word()),
            origin="village",
        )

    def store_recipe(self, held: Resource) -> StoreRecipe:
        """A kind of store in which a level of 10 has room."""
        size = self.one("kWh", "m3", "item")
        flow, share = over(per_hour(held.unit), size), "1"
        return StoreRecipe(
            id="box",
            name=self.name(),
            loop=self.one(*LOOPS),
            holds=held.id,
            size_unit=size,
            capacity=self.number(over(held.unit, size), 10, 1e4),
            loss=self.maybe(lambda: self.number("1/h", 0, 1)),
            charge=self.maybe(lambda: self.number(share, 0.5, 1)),
            discharge=self.maybe(lambda: self.number(share, 0.5, 1)),
            rate_in=self.maybe(lambda: self.number(flow)),
            rate_out=self.maybe(lambda: self.number(flow)),
            fill_low=self.maybe(lambda: self.number(share, 0, 0.2)),
            fill_high=self.maybe(lambda: self.number(share, 1, 1)),
            holding=self.maybe(lambda: self.number(over("EUR", held.unit) + "/h")),
            costs=self.costs(size),
            power_costs=self.maybe(lambda: self.costs(per_hour(held.unit))),
            note=self.one("", self.word()),
            origin="village",
        )

    def profile(self) -> Profile:
        """A shape of use."""

        def weights(count: int) -> tuple[float, ...]:
            return (1.0, *(self.amount() for _ in range(count - 1)))

        closed = self.one((), ("12-25",), ("2025-08-15", "01-01"))
        return Profile(
            "mornings", self.name(), weights(24), weights(24), weights(7), weights(12), closed,
            self.one("A", "B", "C"), self.word(), "village",
        )  # fmt: skip

    def site(self) -> Site:
        """Somewhere under the sky."""
        return Site(
            latitude=self.rng.uniform(-90, 90),
            longitude=self.rng.uniform(-180, 180),
            timezone=self.one("Europe/Paris", "UTC"),
            altitude_m=self.one(0.0, -400.5, 60.0),
            weather=self.maybe(lambda: self.one("paris_synthetic", "my weather.epw")),
            seed=self.one(0, 1, 2**32 - 1),
        )

    def places(self) -> dict[str, Place]:
        """A yard and a hall inside of it."""
        surfaces = {"roof": self.amount(1e6, 1e7), "wall": self.amount()}
        yard = Place(
            "yard", self.name(), self.maybe(lambda: self.rng.randint(-3, 9)), self.maybe(self.amount),
            self.maybe(self.word),
            self.maybe(lambda: "makers"), None, surfaces, {},
        )  # fmt: skip
        networks: dict[str, str] = self.one({}, {"raw_1": "east", "raw_2": "village"})
        return {"yard": yard, "hall": Place("hall", self.name(), inside="yard", networks=networks)}

    def flow(self, resource: Resource, profile: str) -> Series:
        """An amount per hour; the weather drives heat in kWh and rain in m3."""
        return self.series({"kWh": HEATING, "m3": RAIN}.get(resource.unit), profile)

    def hall(self) -> str | None:
        """In the hall, or nowhere in particular."""
        return self.maybe(lambda: "hall")

    def process(self, recipe: Recipe) -> Process:
        """The recipe at work."""
        size = self.size(recipe.size_unit)
        return Process("works", recipe.id, "yard", self.hall(), size, self.yes(), self.maybe(self.name))

    def offer(self, given: Resource, profile: str) -> Offer:
        """Something that arrives by itself."""
        return Offer("offer", given.id, self.flow(given, profile), self.hall(), self.yes(), self.maybe(self.name))

    def store(self, recipe: StoreRecipe, held: Resource) -> Store:
        """A store that starts with something, or ends as it began."""
        start = self.maybe(lambda: self.amount(0, 10))
        low = None if start is None else self.maybe(lambda: self.amount(0, 10))
        high = None if low is None else self.maybe(lambda: self.amount(10, 20))
        return Store(
            id="box",
            recipe=recipe.id,
            at=self.hall(),
            size=self.size(recipe.size_unit, 2.0),
            power=self.maybe(lambda: self.size(per_hour(held.unit))),
            owned=self.yes(),
            start=start,
            end_low=low,
            end_high=high,
            name=self.maybe(self.name),
        )

    def need(self, wanted: Resource, profile: str) -> Need:
        """Something wanted."""
        return Need(
            id="need",
            resource=wanted.id,
            amount=self.flow(wanted, profile),
            at=self.hall(),
            priority=self.one("vital", "essential", "comfort"),
            missing_price=self.maybe(self.amount),
            shift=self.maybe(self.shift) if wanted.tempo == "hour" else None,
            use=self.maybe(lambda: "laundry"),
            name=self.maybe(self.name),
        )

    def shift(self) -> Shift:
        """Hours of the day, with or without a largest amount."""
        return Shift(self.rng.randint(0, 11), self.rng.randint(12, 24), self.maybe(self.amount))

    def exchange(self, traded: Resource, profile: str) -> Exchange:
        """Trade of one resource both ways, so that everything comes from somewhere and can go somewhere."""
        return Exchange(
            id=f"x_{traded.id}",
            resource=traded.id,
            buy=self.series(None, profile),
            sell=self.one(self.series(None, profile), Constant(-self.amount())),
            carbon=self.maybe(lambda: self.series(None, profile)),
            carbon_sold=self.maybe(lambda: self.series(None, profile)),
            renewable=self.amount(0, 1),
            buy_most_per_hour=self.maybe(self.amount),
            sell_most_per_hour=self.amount(),
            buy_most_per_year=self.maybe(self.amount),
            sell_most_per_year=self.maybe(self.amount),
            waste=self.yes(),
            partner=self.maybe(lambda: self.one("enedis", "crèche")),
            name=self.maybe(self.name),
        )

    def goal(self, resource: Resource) -> Goal:
        """A goal for an amount of a resource, or for a share."""
        share = self.yes()
        return Goal(
            id="goal",
            measure="renewable_share" if share else self.one("bought", "used"),
            sense=self.one("at_least", "at_most"),
            target=self.amount(0, 1) if share else self.amount(),
            unit="kWh" if share else resource.unit,
            worth=self.amount(),
            resource=None if share else resource.id,
            matched=self.one("year", "hourly"),
            name=self.maybe(self.name),
        )

    def village(self) -> Village:
        """A whole village."""
        raw = [self.resource("raw_1", empty=False), self.resource("raw_2", empty=False)]
        made = [self.resource("made_1", empty=True), self.resource("made_2", empty=True)]
        known: dict[str, Any] = {resource.id: resource for resource in (*raw, *made)}
        profile, recipe, store_recipe = self.profile(), self.recipe(raw, made), self.store_recipe(self.one(*made))
        start = datetime(2000, 1, 1) + timedelta(hours=self.rng.randint(0, 800_000))
        exchanges = [self.exchange(resource, profile.id) for resource in known.values()]
        return Village(
            name=self.word(),
            site=self.maybe(self.site),
            horizon=Horizon(start, HOURS, self.yes()),
            finance=Finance(self.amount(0, 0.2), self.amount()),
            resources=known,
            recipes={"works": recipe},
            store_recipes={"box": store_recipe},
            profiles={"mornings": profile},
            agents={"makers": Agent("makers", self.word(), self.word())},
            places=self.places(),
            processes={"works": self.process(recipe)},
            stores={"box": self.store(store_recipe, known[store_recipe.holds])},
            needs={"need": self.need(self.one(*made), profile.id)},
            offers={"offer": self.offer(self.one(*made), profile.id)},
            exchanges={exchange.id: exchange for exchange in exchanges},
            goals={"goal": self.goal(self.one(*made))},
        )


def any_village(seed: int) -> Village:
    """The village of a seed."""
    return Chance(seed).village()
