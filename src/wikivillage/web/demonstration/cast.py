"""The meters of the demonstration: which flows of the village are measured, by what, and how often.

Everything else is weighed, counted or known from what it goes with, and recorded by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wikivillage.connectors.kinds import Register
from wikivillage.web.demonstration.facts import Parties, ends_of
from wikivillage.web.demonstration.planned import Flow, Planned
from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister, Link

TABLE = """
grid            cellar         in=grid.bought out=grid.sold
battery         cellar         in=battery.charged out=battery.discharged level=battery.level
pv-roof         roof           out=pv_roof.output.electricity
pv-facade       south_wall     out=pv_facade.output.electricity
pv-school       school_roof    out=pv_school.output.electricity
power-fablab    fablab         use=power_fablab.served
power-workspaces workspaces    use=power_workspaces.served
power-labs      labs           use=power_labs.served
power-studios   studios        use=power_studios.served
power-cafe      cafe           use=power_cafe.served
power-creche    creche         use=power_creche.served
power-events    events_hall    use=power_events.served
power-homes     shared_houses  use=power_homes.served
power-common    common_rooms   use=power_common.served
sockets         cellar         in=sockets.input.electricity out=sockets.output.day_power
heat-pump       cellar         in=heat_pump.input.electricity out=heat_pump.output.heat
heat-buffer     cellar         in=heat_buffer.charged out=heat_buffer.discharged level=heat_buffer.level
heating         common_rooms   use=heating.served
hot-water-pump  cellar         in=hot_water_pump.input.electricity out=hot_water_pump.output.hot_water_heat
backup-boiler   cellar         in=backup_boiler.input.electricity out=backup_boiler.output.hot_water_heat
hot-water       cellar         in=hot_water.charged out=hot_water.discharged level=hot_water.level
showers         shared_houses  in=showers.input.drinking_water heat=showers.input.hot_water_heat
greywater       cellar         power=greywater.input.electricity in=greywater.input.greywater \
out=greywater.output.service_water heat=greywater.output.hot_water_heat
mains           cellar         in=mains.bought
tap-water       common_rooms   use=tap_water.served
creche-water    creche         use=creche_water.served
basins          common_rooms   in=basins.input.drinking_water power=basins.input.day_power
rain-roof       roof           out=rain_roof.output.rainwater
rain-tank       yard           in=rain_tank.charged out=rain_tank.discharged level=rain_tank.level
rain-pump       cellar         in=rain_pump.input.rainwater
rain-to-farm    roof           in=rain_to_farm.input.rainwater
mains-to-farm   roof           in=mains_to_farm.input.drinking_water
service-tank    cellar         in=service_tank.charged out=service_tank.discharged level=service_tank.level
grey-tank       cellar         in=grey_tank.charged out=grey_tank.discharged level=grey_tank.level
wc              common_rooms   in=wc.input.service_water
wc-mains        common_rooms   in=wc_mains.input.drinking_water
sewer-grey      cellar         out=sewer_grey.sold
sewer-black     cellar         out=sewer_black.sold
sewer-other     cellar         out=sewer_other.sold
kitchen         cafe           power=kitchen.input.day_power in=kitchen.input.drinking_water
farm            roof           in=farm.input.irrigation_water
yard-beds       yard           in=yard_beds.input.irrigation_water
greenhouse      roof           in=greenhouse.input.irrigation_water power=greenhouse.input.day_power
printers        fablab         power=printers.input.day_power
extruder        fablab         power=extruder.input.day_power
shredder        recyclab       power=shredder.input.day_power
cellulose       recyclab       power=cellulose.input.day_power
compost         yard           temperature=compost.temperature
"""
"""Meter, place, and its registers with the flow that each counts, or the level that it shows."""

OWNED = {"power-homes": "residents"}
"""Meters that are somebody's own: when people are at home can be read off them."""
QUARTERLY = ("grid", "battery", "pv-roof", "pv-facade", "pv-school")
"""Meters that are read every quarter of an hour and closed every hour: what they say decides the renewable share."""
HOURLY = ("mains.bought",)
"""Flows that the plan has by the day and that are read every hour all the same."""
TEMPERATURE = "compost.temperature"
LARGEST_STEPS = {"mains.bought": 12, "heat_pump.output.heat": 400}
"""More than this in an hour cannot be, where a meter is known to say so at times."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A register and the flow or level that it shows, read every ``minutes``."""

    meter: str
    register: str
    flow: str
    unit: str
    minutes: int

    @property
    def is_gauge(self) -> bool:
        """Whether it shows a level instead of counting."""
        return self.flow == TEMPERATURE or self.flow.endswith(".level")


def counters_of(planned: Planned) -> tuple[Counter, ...]:
    """The registers that this plan has something to show on, in the order in which they are settled.

    What goes into a store comes first, for a store cannot owe; then what gives, so that there is something to take.
    """
    found = [counter for meter, _, registers in _rows() for counter in _counters(planned, meter, registers)]
    return tuple(sorted(found, key=lambda one: _turn(planned.flows.get(one.flow))))


def _turn(flow: Flow | None) -> int:
    if flow is None:
        return len(TURNS)
    return 0 if flow.kind == "charged" else 1 if flow.gives else 2


TURNS = ("charged", "gives", "takes")


def described(planned: Planned, parties: Parties, names: Mapping[str, str]) -> Iterator[list[DescribedMeter]]:
    """The meters as the room of the meters takes them, one turn after the other; ``names`` by what is measured."""
    for turn in range(len(TURNS) + 1):
        counters = [one for one in counters_of(planned) if _turn(planned.flows.get(one.flow)) <= turn]
        yield _meters(planned, parties, names, counters)


def _meters(
    planned: Planned, parties: Parties, names: Mapping[str, str], counters: Sequence[Counter]
) -> list[DescribedMeter]:
    return [
        DescribedMeter(
            id=meter,
            name=names.get(meter.replace("-", "_"), ""),
            place=place,
            agent=OWNED.get(meter) if OWNED.get(meter) in parties.agents else None,
            registers=tuple(_register(planned, parties, one) for one in counters if one.meter == meter),
            where=f"demonstration {meter}",
        )
        for meter, place, _ in _rows()
        if any(one.meter == meter for one in counters)
    ]


def _rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    for line in TABLE.replace("\\\n", "").strip().splitlines():
        meter, place, *registers = line.split()
        yield meter, place, dict(register.split("=") for register in registers)


def _counters(planned: Planned, meter: str, registers: Mapping[str, str]) -> Iterable[Counter]:
    for register, flow in registers.items():
        store = flow.removesuffix(".level")
        if flow == TEMPERATURE:
            yield Counter(meter, register, flow, "degC", 60)
        elif flow in planned.flows:
            by_hour = flow in planned.hours or flow in HOURLY
            minutes = 15 if meter in QUARTERLY else 60 if by_hour else 1440
            yield Counter(meter, register, flow, planned.flows[flow].unit, minutes)
        elif store in planned.stores:
            unit = next(one.unit for one in planned.flows.values() if one.resource == planned.stores[store])
            yield Counter(meter, register, flow, unit, 60)


def _register(planned: Planned, parties: Parties, one: Counter) -> DescribedRegister:
    flow = planned.flows.get(one.flow)
    resource = flow.resource if flow else planned.stores.get(one.flow.removesuffix(".level"), "compost")
    largest = LARGEST_STEPS.get(one.flow)
    kind = Register(
        meter=one.meter,
        name=one.register,
        resource=resource,
        unit=one.unit,
        kind="gauge" if one.is_gauge else "counter",
        largest_step_per_hour=Decimal(largest) if largest else None,
        interval_minutes=one.minutes,
        timezone=planned.zone.key,
    )
    grid: Any = "hour" if one.meter in QUARTERLY and flow else "day"
    return DescribedRegister(kind, grid, _link(parties, flow) if flow else None, f"demonstration {one.meter}")


def _link(parties: Parties, flow: Any) -> Link:
    ends = ends_of(flow, parties)
    return Link(
        action=ends.action,
        provider=ends.provider,
        receiver=ends.receiver,
        stock=ends.stock,
        to_stock=ends.to_stock,
        input_of=ends.input_of,
        output_of=ends.output_of,
    )
