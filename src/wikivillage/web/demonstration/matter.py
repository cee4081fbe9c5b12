"""Matter and food by the day: what is cooked, grown, made and thrown away, and who brings or takes the rest.

Things that the plan has by the week arrive early in it and leave late, as vans do, so that nobody uses what is not
there yet.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from wikivillage.web.demonstration.noise import Factors
from wikivillage.web.demonstration.planned import DAYS_OF_WEEK, LABOUR, UNIT, Amounts, Flow
from wikivillage.web.demonstration.stores import fill_and_empty
from wikivillage.web.demonstration.week import Week, scaled, shared_out

MEALS, HARVEST, ARRIVALS, WORK = 0.10, 0.20, 0.12, 0.10
"""How far meals, harvests, what arrives, and what a workshop does go from the plan on a day."""
LOOSE = {"joinery": "joinery", "chipper": "joinery", "cellulose": "cellulose", "kitchen": "meals"}
"""Processes that do more or less than planned, and with whom they do it: the chipper takes what the joinery leaves."""
WEEKLY = ("chipper", "sawdust", "garden_compost")
"""Processes that work up in the days of a week what comes together in it, whenever the plan does so."""
SMALL = 100
"""Less than so many thousandths is what rounding left, which nobody drives away."""
GROWN = ("farm", "yard_beds", "greenhouse")

EARLY_DAYS = (0.45, 0.25, 0.15, 0.0, 0.0, 0.1, 0.05)
MAKING_DAYS = (0.35, 0.25, 0.2, 0.0, 0.0, 0.1, 0.1)
FIRST_DAY, LAST_DAY = (1.0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 1.0)
BASKET_DAY = (0, 1.0, 0, 0, 0, 0, 0)
DAYS_OF = {
    "offered": EARLY_DAYS,
    "output": MAKING_DAYS,
    "input": MAKING_DAYS,
    "served": LAST_DAY,
    "bought": FIRST_DAY,
    "sold": LAST_DAY,
}
"""On which days of a week that begins with the plan's first day what is known by the week happens."""
DAYS_BY_FLOW = {
    "vegetables.served": BASKET_DAY,
    "garden_compost.input.green_waste": LAST_DAY,
    "garden_compost.output.compost": LAST_DAY,
}
ELSEWHERE = """
electricity heat hot_water_heat drinking_water rainwater irrigation_water service_water greywater blackwater
wastewater wc_flushing handwashing showers labour
"""
MADE_ELSEWHERE = frozenset(ELSEWHERE.split())
"""Resources whose balances other modules make."""


def live_matter(week: Week) -> None:
    """Everything that is weighed or counted, and what the kitchen and the workshops take and give beside it."""
    flows = [one for one in week.planned.flows.values() if one.name not in week.daily and one.name not in week.hourly]
    for one in flows:
        if one.kind in ("charged", "discharged"):
            _keep(week, one)
        elif one.resource not in MADE_ELSEWHERE or (one.id in PLACES_OF_WORK and one.resource != LABOUR):
            week.daily[one.name] = _days(week, one)
    close = [one for one in dict.fromkeys(one.resource for one in flows) if one not in MADE_ELSEWHERE]
    for resource in close:
        if resource != "day_power":
            close_balance(week, resource)


PLACES_OF_WORK = frozenset(("kitchen", "mushrooms", "shredder", "cellulose", "extruder", "printers", "greenhouse"))
"""Processes of matter that also use water."""


def _keep(week: Week, one: Flow) -> None:
    if one.resource not in MADE_ELSEWHERE and one.name not in week.daily:
        fill_and_empty(week, one.id)


def _days(week: Week, one: Flow) -> Amounts:
    """What a flow brings on each day, before the balances are closed."""
    days = week.planned_days(one.name)
    if one.name in week.planned.weeks or one.id in WEEKLY:
        shares = DAYS_BY_FLOW.get(one.name, DAYS_OF[one.kind])
        total = int(days.sum() * float(np.mean(_factors(week, one))))
        return shared_out(total, np.array(shares))
    made = scaled(days, _factors(week, one))
    return made // UNIT * UNIT if one.unit == "meal" else made


def _factors(week: Week, one: Flow) -> Factors:
    if one.id == "kitchen" or one.name == "meals.served":
        return _meals(week)
    if one.id in LOOSE:
        return np.full(DAYS_OF_WEEK, float(np.mean(week.factors(LOOSE[one.id], WORK))))
    if one.kind == "offered":
        return week.factors(one.id, ARRIVALS)
    if one.id in GROWN and one.resource == "vegetables":
        return week.factors(one.id, HARVEST)
    return np.ones(DAYS_OF_WEEK)


def _meals(week: Week) -> Factors:
    """Meals are whole, and what the kitchen takes goes with them."""
    planned = week.planned_days("kitchen.output.meals")
    cooked = scaled(planned, week.factors("meals", MEALS)) // UNIT * UNIT
    return np.divide(cooked, planned, out=np.ones(DAYS_OF_WEEK), where=planned > 0)


def close_balance(week: Week, resource: str) -> None:
    """Let the outside bring what is missing and take what is over, or else those who bring and use it do so."""
    flows = list(week.flows(resource))
    by_day = all(one.name not in week.planned.weeks for one in flows)
    for one in flows:
        if one.kind in ("bought", "sold"):
            week.daily[one.name] = np.zeros(DAYS_OF_WEEK, dtype=np.int64)
    rest = week.rest_of(flows)
    _bring(week, flows, _missing(rest, by_day=by_day))
    rest = week.rest_of(flows)
    over = np.maximum(rest, 0) if by_day else rest.sum() * np.array(LAST_DAY, dtype=np.int64)
    _take(week, flows, over)


def _missing(rest: Amounts, *, by_day: bool) -> Amounts:
    """What has to come: each day what it lacks, or at once what the week lacks at its worst."""
    if by_day:
        return np.maximum(-rest, 0)
    return max(0, -int(np.cumsum(rest).min())) * np.array(FIRST_DAY, dtype=np.int64)


def _bring(week: Week, flows: Iterable[Flow], amounts: Amounts) -> None:
    if amounts.any():
        kinds = ("bought", "offered", "output") if amounts.sum() > SMALL else ("output", "offered", "bought")
        chosen = _chosen(week, flows, kinds)
        week.daily[chosen] = week.daily[chosen] + amounts


def _take(week: Week, flows: Iterable[Flow], amounts: Amounts) -> None:
    if amounts.any():
        kinds = ("sold", "served", "input") if amounts.sum() > SMALL else ("input", "served", "sold")
        chosen = _chosen(week, flows, kinds)
        week.daily[chosen] = week.daily[chosen] + amounts


def _chosen(week: Week, flows: Iterable[Flow], kinds: tuple[str, ...]) -> str:
    """The flow of the first kind that there is, the largest of them."""
    ranked = [one for kind in kinds for one in flows if one.kind == kind]
    first = [one for one in ranked if one.kind == ranked[0].kind]
    return max(first, key=lambda one: int(week.days_of(one.name).sum())).name
