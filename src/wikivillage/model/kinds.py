"""The kinds that describe a village: frozen facts, already converted to canonical units.

Every amount of a resource is in the resource's own unit; power is that unit per hour. Files are read and
written by ``load`` and ``dump``; nothing here knows YAML, weather or equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from wikivillage.base.time import Tempo

Grade = Literal["A", "B", "C"]
Priority = Literal["vital", "essential", "comfort"]
Origin = Literal["library", "village"]
Loop = Literal["energy", "heat", "water", "matter", "food", "people", "money"]

COMPONENTS = ("mass", "energy", "water", "carbon", "nitrogen", "phosphorus")
"""What no recipe may create. Units: kg, kWh, kg, kg, kg, kg per unit of resource."""


@dataclass(frozen=True, slots=True)
class Name:
    """What people call a thing, in English and French."""

    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Number:
    """A value with what makes it trustworthy: unit, grade (A read, B standard, C default), source and range."""

    value: float
    unit: str
    grade: Grade
    source: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every hour."""

    value: float


@dataclass(frozen=True, slots=True)
class Listed:
    """One value per step, written in the village file itself."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FromFile:
    """One value per hour, read from a column of a CSV file beside the village file, times ``scale``."""

    path: str
    column: str
    values: tuple[float, ...]
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class FromClimate:
    """One value per hour computed from the weather by a named driver, e.g. ``pv_yield`` with tilt and azimuth."""

    driver: str
    parameters: tuple[tuple[str, float | str], ...] = ()
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class FromProfile:
    """A mean rate per hour spread over the year by a profile of the library (its mean over the year is 1)."""

    profile: str
    rate_per_hour: float


Series = Constant | Listed | FromFile | FromClimate | FromProfile


@dataclass(frozen=True, slots=True)
class Profile:
    """A shape of use: hours of a working day and of a weekend day, weight per weekday and per month.

    ``workday`` and ``weekend`` hold 24 relative weights, ``weekdays`` 7 (Monday first), ``months`` 12,
    ``closed`` ISO dates or ``MM-DD`` without use. ``climate.profiles`` scales the year to a mean of 1.
    """

    id: str
    name: Name
    workday: tuple[float, ...]
    weekend: tuple[float, ...]
    weekdays: tuple[float, ...]
    months: tuple[float, ...]
    closed: tuple[str, ...]
    grade: Grade
    source: str
    origin: Origin = "library"


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of thing that flows.

    ``composition`` maps a component to its content per unit (kg, or kWh for energy). ``nature`` marks what the
    surroundings give and take without limit (air, sunlight): it has no balance. ``legal`` is its class in the
    water and waste rules (``rain``, ``grey_raw``, ``grey_a_plus``, ``waste`` ...). ``missing_price`` is the price
    of one unit of an unmet *essential* need, in EUR per unit.
    """

    id: str
    name: Name
    unit: str
    tempo: Tempo
    loop: Loop
    composition: Mapping[str, Number] = field(default_factory=dict)
    legal: str | None = None
    nature: bool = False
    missing_price: Number | None = None
    origin: Origin = "library"


@dataclass(frozen=True, slots=True)
class Arc:
    """One input or output of a recipe, per unit of activity: ``amount * times(t) / per(t)``, ``delay_hours`` later.

    With ``rest`` set to a component, the amount is whatever closes that component's balance (never negative).
    """

    resource: str
    amount: Number | None
    times: Series | None = None
    per: Series | None = None
    rest: str | None = None
    delay_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What one unit of size (or the thing itself, for ``fixed``) costs in money and carbon.

    ``capital`` EUR/size, ``upkeep`` share of capital per year, ``upkeep_yearly`` EUR/size/year, ``life`` years,
    ``embodied`` kgCO2e/size over the life, ``annuity`` EUR/size/year when the yearly cost is known directly,
    ``once`` EUR/size charged once over the horizon whatever its length, ``fixed`` EUR charged once if present.
    """

    capital: Number | None = None
    upkeep: Number | None = None
    upkeep_yearly: Number | None = None
    life: Number | None = None
    embodied: Number | None = None
    annuity: Number | None = None
    once: Number | None = None
    fixed: Number | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How inputs become outputs, per unit of activity.

    ``rate`` is the activity per hour that one unit of size allows; ``availability`` scales it by the hour.
    ``runs`` is ``up_to`` (a free choice below capacity) or ``exactly`` (a bed grows as it grows).
    ``running`` EUR per activity, ``carbon`` kgCO2e emitted per activity. ``footprint`` m2 of each named
    surface per unit of size. ``use`` names the use that the law looks at (``wc_flush``, ``kitchen_garden``).
    """

    id: str
    name: Name
    loop: Loop
    activity_unit: str
    size_unit: str
    inputs: tuple[Arc, ...]
    outputs: tuple[Arc, ...]
    rate: Number
    availability: Series | None = None
    runs: Literal["up_to", "exactly"] = "up_to"
    costs: Costs = Costs()
    running: Number | None = None
    carbon: Number | None = None
    footprint: Mapping[str, Number] = field(default_factory=dict)
    use: str | None = None
    note: str = ""
    origin: Origin = "library"


@dataclass(frozen=True, slots=True)
class StoreRecipe:
    """Where a resource waits.

    ``capacity`` resource units per unit of size; ``loss`` share of the level lost per hour; ``charge`` and
    ``discharge`` efficiencies; ``rate_in`` and ``rate_out`` resource units per hour per unit of size;
    ``fill_low`` and ``fill_high`` usable shares of the capacity; ``holding`` EUR per unit of level and hour.
    ``power_costs`` are per unit of power when the store's power is sized apart from its volume.
    """

    id: str
    name: Name
    loop: Loop
    holds: str
    size_unit: str
    capacity: Number
    loss: Number | None = None
    charge: Number | None = None
    discharge: Number | None = None
    rate_in: Number | None = None
    rate_out: Number | None = None
    fill_low: Number | None = None
    fill_high: Number | None = None
    holding: Number | None = None
    costs: Costs = Costs()
    power_costs: Costs | None = None
    footprint: Mapping[str, Number] = field(default_factory=dict)
    note: str = ""
    origin: Origin = "library"


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high`` in ``unit``; a fixed size has both equal; ``high`` may be infinite."""

    low: float
    high: float
    unit: str

    @property
    def fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acts: a partner, a household, an organisation, or the outside."""

    id: str
    name: str
    kind: str = "organisation"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere. ``surfaces`` are m2 that processes compete for; ``networks`` maps a resource to the network that
    serves the place (``village`` where nothing is said)."""

    id: str
    name: Name
    floor: int | None = None
    area_m2: float | None = None
    use: str | None = None
    run_by: str | None = None
    inside: str | None = None
    surfaces: Mapping[str, float] = field(default_factory=dict)
    networks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """A recipe at work in a place. ``size`` None: not limited by size. ``to``: where its outputs arrive.
    ``owned``: already there, its capital is not charged."""

    id: str
    recipe: str
    at: str | None = None
    to: str | None = None
    size: Range | None = None
    owned: bool = False
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """A store recipe in a place. Levels in resource units; ``start`` None: the year ends as it began."""

    id: str
    recipe: str
    at: str | None = None
    size: Range | None = None
    power: Range | None = None
    owned: bool = False
    start: float | None = None
    end_low: float | None = None
    end_high: float | None = None
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A need's day amount may move inside the hours ``[first, last)`` of its day, up to ``most_per_hour``."""

    first: int
    last: int
    most_per_hour: float | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody wants of a resource, per hour. ``missing_price`` EUR per unit not served overrides the
    priority's price. ``counts``: what the amount was multiplied by (persons, meals), kept for the reader."""

    id: str
    resource: str
    amount: Series
    at: str | None = None
    priority: Priority = "essential"
    missing_price: float | None = None
    shift: Shift | None = None
    use: str | None = None
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What arrives by itself, per hour. ``must_take``: it is there whether wanted or not (waste); what finds no
    use is stranded, at a price. Otherwise it may be left."""

    id: str
    resource: str
    amount: Series
    at: str | None = None
    must_take: bool = False
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Trade with the outside. Prices EUR per unit, ``carbon`` kgCO2e per unit bought, ``renewable`` share of what
    is bought, limits in units per hour and per year. ``waste``: what leaves counts as waste."""

    id: str
    resource: str
    at: str | None = None
    buy: Series | None = None
    sell: Series | None = None
    carbon: Series | None = None
    carbon_sold: Series | None = None
    renewable: float = 0.0
    buy_most_per_hour: float | None = None
    sell_most_per_hour: float | None = None
    buy_most_per_year: float | None = None
    sell_most_per_year: float | None = None
    waste: bool = False
    partner: str | None = None
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure and a target. ``worth``: EUR per unit of the measure's shortfall that the village will pay."""

    id: str
    measure: str
    sense: Literal["at_least", "at_most"]
    target: float
    unit: str
    worth: float
    resource: str | None = None
    matched: Literal["year", "hourly"] = "year"
    name: Name | None = None


SYNTHETIC_PARIS = "paris_synthetic"


@dataclass(frozen=True, slots=True)
class Site:
    """Where and under which sky. ``weather`` is ``SYNTHETIC_PARIS`` or the path of a weather file."""

    latitude: float
    longitude: float
    timezone: str
    altitude_m: float = 0.0
    weather: str | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Horizon:
    """The hours that are planned, in local standard time, without summer time. ``cyclic``: the end meets the start."""

    start: datetime
    hours: int
    cyclic: bool = True


@dataclass(frozen=True, slots=True)
class Finance:
    """``discount_rate`` per year (real); ``carbon_price`` EUR/kgCO2e added to the cost; both may be 0."""

    discount_rate: float = 0.0
    carbon_price: float = 0.0


@dataclass(frozen=True, slots=True)
class Village:
    """Everything the planner, the ledger and the pages need to know of one village. Mappings are keyed by id."""

    name: str
    site: Site | None
    horizon: Horizon
    finance: Finance = Finance()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    store_recipes: Mapping[str, StoreRecipe] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    stores: Mapping[str, Store] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)
