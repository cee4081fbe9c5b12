"""Electricity and heat by the hour. What people use flickers; the heat pump and the grid make up the difference."""

from __future__ import annotations

import numpy as np

from wikivillage.web.demonstration.planned import Amounts
from wikivillage.web.demonstration.stores import fill_and_empty
from wikivillage.web.demonstration.week import Week, ratio, scaled, shared_out

SKY, USE, WARMTH, SHOWERS = 0.14, 0.10, 0.08, 0.08
"""How far the sun, what people use, the heating and the showers go from the plan on a day."""
ON_DEMAND = ("hot_water_pump", "backup_boiler")
"""What heats water when it is wanted; all other warmth comes as it comes."""
FLICKER = 0.06
"""How far single hours go from their day."""


def live_heat(week: Week) -> None:
    """Rooms and showers, their stores, and the heat pumps that follow them with the efficiency of the plan's hour."""
    _rooms(week)
    _showers(week)


def _rooms(week: Week) -> None:
    fill_and_empty(week, "heat_buffer")
    stored = week.hourly["heat_buffer.charged"] - week.hourly["heat_buffer.discharged"]
    wanted = scaled(week.planned_hours("heating.served"), week.hour_factors("heating", WARMTH, FLICKER))
    served = np.maximum(wanted, -stored)
    week.hourly["heating.served"] = served
    _run(week, "heat_pump", "heat", served + stored)


def _showers(week: Week) -> None:
    fill_and_empty(week, "hot_water")
    given = week.hourly["hot_water.discharged"] - week.hourly["hot_water.charged"]
    for one in week.flows("hot_water_heat"):
        if one.kind == "output" and one.id not in ON_DEMAND:
            week.hourly[one.name] = week.planned_hours(one.name)
            given = given + week.hourly[one.name]
    before = week.planned_hours("showers.input.hot_water_heat")
    wanted = np.maximum(scaled(before, week.hour_factors("showers", SHOWERS, FLICKER)), given)
    missing = wanted - given
    most = int(week.planned.hours["hot_water_pump.output.hot_water_heat"].max())
    _run(week, "hot_water_pump", "hot_water_heat", np.minimum(missing, most))
    _run(week, "backup_boiler", "hot_water_heat", np.maximum(missing - most, 0), per_unit=1.0)
    week.hourly["showers.input.hot_water_heat"] = wanted
    liquid = scaled(week.planned_hours("showers.input.drinking_water"), ratio(wanted, before))
    for name in ("showers.input.drinking_water", "showers.output.showers", "showers.output.greywater"):
        week.hourly[name] = liquid
    week.hourly["showers.served"] = liquid


def _run(week: Week, process: str, resource: str, heat: Amounts, per_unit: float = 0.35) -> None:
    """A process gives so much heat, and takes electricity as in the plan's hour, or its usual share of it."""
    out, power = (f"{process}.output.{resource}", f"{process}.input.electricity")
    share = ratio(week.planned_hours(power), week.planned_hours(out))
    week.hourly[out] = heat
    week.hourly[power] = scaled(heat, np.where(share > 0, share, per_unit))


def live_electricity(week: Week) -> None:
    """The sun, what is used, the battery as planned, and the grid for the rest; after all that takes electricity."""
    flows = list(week.flows("electricity"))
    for one in flows:
        if one.kind == "output":
            flicker = week.hour_factors("flicker" + one.id, 0.0, FLICKER)
            sky = week.factors("sky", SKY)[week.span.day_of_hour]
            most = int(week.planned.hours[one.name].max())
            week.hourly[one.name] = np.minimum(scaled(week.planned_hours(one.name), sky * flicker), most)
        elif one.kind == "served":
            week.hourly[one.name] = scaled(week.planned_hours(one.name), week.hour_factors(one.id, USE, FLICKER))
    fill_and_empty(week, "battery")
    _machines(week)
    for one in flows:
        if one.name not in week.hourly and one.kind in ("input", "offered"):
            week.hourly[one.name] = week.planned_hours(one.name)
    rest = week.rest_of_hours(flows, but=("grid.bought", "grid.sold"))
    week.hourly["grid.bought"], week.hourly["grid.sold"] = np.maximum(-rest, 0), np.maximum(rest, 0)


def _machines(week: Week) -> None:
    """What machines took in a day came through the sockets in the hours in which the plan wants it."""
    used = -week.rest_of(week.flows("day_power"), but="sockets.output.day_power")
    profile, taken = week.planned_hours("sockets.input.electricity"), week.no_hours()
    for day, total in enumerate(used):
        here = week.span.day_of_hour == day
        taken[here] = shared_out(int(total), profile[here])
    week.hourly["sockets.input.electricity"] = taken
    week.daily["sockets.output.day_power"] = used
