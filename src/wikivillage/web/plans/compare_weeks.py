"""The same two weeks of two plans, on one scale: the week that lacks most sun in the first, and the sunniest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from wikivillage.report.figures.key import key, stroke, swatch
from wikivillage.report.figures.stacked_hours import Layer, axis, stacked_hours
from wikivillage.report.markup import Html
from wikivillage.report.reading import Reading
from wikivillage.report.weeks import Hours, Stack, Week, hard_and_easy, stack, weeks_of
from wikivillage.web.plans import queries
from wikivillage.web.plans.hours import PlanHours
from wikivillage.web.plans.models import StoredPlan

SUN, OTHER = "sun", "other"


@dataclass(frozen=True, slots=True)
class ComparedWeek:
    """A week in both plans: which days, why these, both drawings, what the patterns mean, what is bought in each."""

    days: str
    why: str
    a: Html
    b: Html
    key: Html
    bought_a: str
    bought_b: str


def weeks_side_by_side(first: StoredPlan, second: StoredPlan, reading: Reading) -> tuple[ComparedWeek, ...]:
    """Two weeks, or none where the plans do not cover the same time, or less than a week of it."""
    same = all(first.summary[name] == second.summary[name] for name in ("start", "hours"))
    whole = weeks_of(reading) if same else []
    if not whole:
        return ()
    a, b = (_hours(queries.hours_of(plan)) for plan in (first, second))
    hard, easy = hard_and_easy(a, whole)
    top = max(_highest(stack(hours, week)) for hours in (a, b) for week in (hard, easy))
    told = [(hard, _("The week that lacks most sun."))]
    told += [(easy, _("The week with most sun to spare."))] if easy != hard else []
    return tuple(_week(a, b, week, why, top, reading) for week, why in told)


def _hours(plan: PlanHours) -> Hours:
    of = {name: np.asarray(values, dtype=float) for name, values in plan.series.items()}
    stored = of["battery_out"] - of["battery_in"]
    sun, need, bought, sold = of["sun"], of["need"], of["grid_in"], of["grid_out"]
    other = np.maximum(need + sold - stored - sun - bought, 0.0)
    return Hours(
        resource="electricity",
        unit="kWh",
        made={SUN: sun, OTHER: np.where(other < 1e-2, 0.0, other)},
        bought=bought,
        discharged=np.maximum(stored, 0.0),
        kept=np.maximum(-stored, 0.0),
        sold=sold,
        need=need,
        unmet=np.zeros(plan.hours),
    )


def _week(a: Hours, b: Hours, week: Week, why: str, top: float, reading: Reading) -> ComparedWeek:
    numbers = reading.numbers
    drawings = [_drawing(stack(hours, week), top, reading) for hours in (a, b)]
    bought = [numbers.amount(float(week.of(hours.bought).sum()), "kWh") for hours in (a, b)]
    samples = [(swatch(loop, pattern), name) for name, loop, pattern in _layers()]
    legend = key([*samples, (stroke(), _("The need, hour by hour"))])
    days = numbers.days(week.first, week.last)
    return ComparedWeek(days, why, drawings[0], drawings[1], legend, bought[0], bought[1])


def _layers() -> tuple[tuple[str, str, str], ...]:
    return (
        (_("Sun"), "energy", "p-energy"),
        (_("Battery"), "energy", "p-kept"),
        (_("Grid"), "money", "r-money"),
        (_("Sun sold"), "energy", "p-extra"),
    )


def _drawing(split: Stack, top: float, reading: Reading) -> Html:
    sun, battery, grid, sold = _layers()
    below = [
        Layer(*sun, split.made[SUN]),
        Layer(_("Other"), "energy", "r-energy", split.made[OTHER]),
        Layer(*battery, split.discharged),
        Layer(*grid, split.bought),
    ]
    above = [Layer(battery[0], "energy", "p-kept", split.kept), Layer(*sold, split.sold)]
    highest, step = axis(top)
    label = reading.numbers.amount(step, "kW")
    return stacked_hours(
        below, split.need, above, top=highest, step=step, step_label=label, day_labels=reading.words.weekdays
    )


def _highest(split: Stack) -> float:
    made = split.made[SUN] + split.made[OTHER] + split.discharged + split.bought
    return float((np.maximum(made, split.need) + split.kept + split.sold).max())
