"""What a booking takes of electricity, and whether sun, battery or grid bring it: an estimate by the plan. Pure.

Every hour is shared out as the plan expects it for the whole house; where the sun gives more than everything needs,
one thing more runs on sun alone. It is no measurement: the meter of the place counts what really flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wikivillage.web.plans.queries import HourAhead
from wikivillage.web.registry.words import Text

SUN, KEPT, GRID = "sun", "kept", "grid"
HOUR = timedelta(hours=1)
MOSTLY, PARTLY = 0.5, 0.2
LITTLE_KWH = 0.2
"""Less than this is next to nothing."""


@dataclass(frozen=True, slots=True)
class Mix:
    """What share of an hour's electricity comes from the sun, from the battery, and from the grid."""

    begin: datetime
    sun: float
    kept: float
    grid: float

    @property
    def mostly(self) -> str:
        """From where most of it comes."""
        return max((SUN, KEPT, GRID), key=lambda name: (getattr(self, name), name != GRID))


@dataclass(frozen=True, slots=True)
class Energy:
    """Electricity in kWh, and how much of it comes from where; ``known``: there is a plan that says so."""

    kwh: float
    sun: float = 0.0
    kept: float = 0.0
    grid: float = 0.0
    known: bool = False

    @property
    def own(self) -> float:
        """What the village makes itself, direct or kept."""
        return self.sun + self.kept

    @property
    def little(self) -> bool:
        """Whether it is next to nothing."""
        return self.kwh < LITTLE_KWH

    @property
    def loop(self) -> str:
        """Which sign stands for it: that of energy where most is the village's own, else that of money."""
        return "energy" if self.little or not self.known or self.own >= MOSTLY * self.kwh else "money"


@dataclass(frozen=True, slots=True)
class Run:
    """A time in which electricity comes mostly from one place."""

    begin: datetime
    end: datetime
    mostly: str


def mixes(hours: Sequence[HourAhead]) -> tuple[Mix, ...]:
    """The share of each source in each hour."""
    return tuple(_mix(one) for one in hours)


def _mix(hour: HourAhead) -> Mix:
    if hour.surplus_kwh > 0:
        return Mix(hour.begin, 1.0, 0.0, 0.0)
    sun = max(0.0, min(hour.sun_kwh, hour.need_kwh))
    total = sun + hour.battery_out_kwh + hour.grid_in_kwh
    if total <= 0:
        return Mix(hour.begin, 0.0, 0.0, 1.0)
    return Mix(hour.begin, sun / total, hour.battery_out_kwh / total, hour.grid_in_kwh / total)


def by_hour(known: Sequence[Mix]) -> dict[datetime, Mix]:
    """The same to look up, for many estimates."""
    return {one.begin: one for one in known}


def estimate(power_kw: float, begin: datetime, end: datetime, known: Mapping[datetime, Mix]) -> Energy:
    """What something of a power takes from one moment to another, by the mix of each hour; unknown hours are grid."""
    kwh = power_kw * ((end - begin) / HOUR)
    parts = {SUN: 0.0, KEPT: 0.0, GRID: 0.0}
    found = False
    moment = begin
    while moment < end:
        start = moment.replace(minute=0, second=0, microsecond=0)
        stop = min(end, start + HOUR)
        mix = known.get(start)
        found = found or mix is not None
        for name in parts:
            parts[name] += power_kw * ((stop - moment) / HOUR) * (getattr(mix, name) if mix else float(name == GRID))
        moment = stop
    return Energy(kwh, parts[SUN], parts[KEPT], parts[GRID], found)


def runs(known: Sequence[Mix], begin: datetime, end: datetime) -> tuple[Run, ...]:
    """From where electricity mostly comes, one time after the other."""
    found: list[Run] = []
    for mix in known:
        first, last = max(mix.begin, begin), min(mix.begin + HOUR, end)
        if first >= last:
            continue
        if found and found[-1].mostly == mix.mostly and found[-1].end == first:
            found[-1] = Run(found[-1].begin, last, mix.mostly)
        else:
            found.append(Run(first, last, mix.mostly))
    return tuple(found)


def source_words(energy: Energy) -> Text:
    """From where it comes, in a word or two, for a slot."""
    if energy.little:
        return Text("next to nothing", "presque rien")
    if not energy.known:
        return Text("not foretold", "non prévu")
    sun, kept, grid = (part / energy.kwh for part in (energy.sun, energy.kept, energy.grid))
    if grid >= 1 - PARTLY:
        return Text("grid", "réseau")
    if grid > MOSTLY:
        return Text("mostly grid", "surtout réseau")
    if grid > PARTLY:
        return (
            Text("sun in part", "soleil, en partie")
            if sun >= kept
            else Text("kept sun in part", "soleil gardé, en partie")
        )
    return Text("sun", "soleil") if sun >= kept else Text("kept sun", "soleil gardé")
