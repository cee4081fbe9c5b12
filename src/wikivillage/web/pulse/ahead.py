"""What the plan says to this room: the hours to come, and how large the stores are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from wikivillage.model.kinds import Village
from wikivillage.web.plans.queries import HourAhead, PlanView, hours_ahead
from wikivillage.web.pulse.facts import Forecast
from wikivillage.web.pulse.moments import Hour, machines_of, moments_of, until_tonight

TRACE = 1e-3
"""A size below this is a trace that the solver leaves where nothing is built."""
AHEAD = 24
"""Hours that are looked ahead."""


def forecast(plan: PlanView | None, village: Village, at: datetime, zone: tzinfo) -> Forecast | None:
    """The next hours by the current plan; None without a plan, or where it has no electricity."""
    hours = tuple(_hour(one) for one in hours_ahead(at, AHEAD)) if plan else ()
    if plan is None or not any(hour.need or hour.sun for hour in hours):
        return None
    weather = plan.record.get("weather") or {}
    return Forecast(
        plan=str(plan.id),
        hours=hours,
        moments=moments_of(until_tonight(hours, zone), machines_of(village)),
        synthetic=bool(weather.get("synthetic")),
        grade=str(weather.get("grade") or "C"),
    )


def capacities(plan: PlanView | None, village: Village) -> Mapping[str, float]:
    """How much each store can hold, in the unit of what it holds: by its size in the village file, else in the plan."""
    sizes = plan.sizes if plan else {}
    found = {}
    for store in village.stores.values():
        fixed = store.size.high if store.size and store.size.fixed else None
        planned = sizes.get(store.id, {}).get("size")
        size = fixed if fixed is not None else planned
        if size and size > TRACE:
            found[store.id] = float(size) * village.store_recipes[store.recipe].capacity.value
    return found


def _hour(one: HourAhead) -> Hour:
    return Hour(one.begin, one.sun_kwh, one.need_kwh, one.battery_out_kwh, one.grid_in_kwh, one.surplus_kwh)
