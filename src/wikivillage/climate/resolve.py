"""Turns a village into numbers per hour: its weather, every series, and every amount of its recipes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.drivers import evaluate
from wikivillage.climate.profiles import profile_values
from wikivillage.climate.record import Floats, Times, Weather
from wikivillage.climate.weather import load_weather
from wikivillage.model.conservation import ArcKey, arcs_of, check_recipe, solve_rests, written_amounts
from wikivillage.model.kinds import (
    SYNTHETIC_PARIS,
    Arc,
    Constant,
    FromClimate,
    FromFile,
    FromProfile,
    Listed,
    Recipe,
    Series,
    Village,
)

Amount = float | Floats
Amounts = dict[ArcKey, Amount]
"""(``input`` or ``output``, resource) to the amount per unit of activity, steady or (hours,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """A village with its weather; ``weather`` is None where its site names none. Values are computed once."""

    village: Village
    weather: Weather | None
    _values: dict[Series, Floats] = field(default_factory=dict)
    _amounts: dict[str, Amounts] = field(default_factory=dict)

    def values(self, series: Series) -> Floats:
        """(hours,) the series on the horizon, read-only. Raises ProblemError when it cannot be had."""
        if series not in self._values:
            values = np.array(_evaluate(series, self), dtype=float)
            values.setflags(write=False)
            self._values[series] = values
        return self._values[series]

    def arc_amounts(self, recipe: str) -> Amounts:
        """Each input and output of a recipe per unit of activity, with the rests that close its balances solved."""
        if recipe not in self._amounts:
            self._amounts[recipe] = _arc_amounts(self.village.recipes[recipe], self)
        return self._amounts[recipe]

    @property
    def times(self) -> Times:
        """(hours,) hour beginnings in local standard time."""
        horizon = self.village.horizon
        start = np.datetime64(horizon.start.replace(tzinfo=None), "s")
        return start + np.arange(horizon.hours).astype("timedelta64[h]")


def resolve(village: Village, base: Path) -> Resolved:
    """The village with its weather loaded and every series that it uses evaluated; files are relative to ``base``.

    Raises ProblemError with every problem of the weather, or else of every series, or else of every recipe whose
    balance the weather breaks.
    """
    named = village.site is not None and village.site.weather is not None
    weather = load_weather(village.site, village.horizon, base) if village.site is not None and named else None
    resolved = Resolved(village, weather)
    problems: dict[Problem, None] = {}
    for owner, series in series_of(village):
        try:
            resolved.values(series)
        except ProblemError as error:
            problems.update(dict.fromkeys(_owned(problem, owner) for problem in error.problems))
    if not problems:
        problems.update(dict.fromkeys(_check_recipes(resolved)))
    if problems:
        raise ProblemError(problems)
    return resolved


def _owned(problem: Problem, owner: str) -> Problem:
    """The problem with the thing of the village that it belongs to in front."""
    return Problem(problem.code, owner, f"{problem.where}: {problem.what}", problem.hint)


def series_of(village: Village) -> Iterator[tuple[str, Series]]:
    """Every series that a village uses, with the thing that it belongs to."""
    for recipe in village.recipes.values():
        arcs = (*recipe.inputs, *recipe.outputs)
        for series in (recipe.availability, *(arc.times for arc in arcs), *(arc.per for arc in arcs)):
            if series is not None:
                yield f"recipe {recipe.id}", series
    yield from ((f"need {need.id}", need.amount) for need in village.needs.values())
    yield from ((f"offer {offer.id}", offer.amount) for offer in village.offers.values())
    for exchange in village.exchanges.values():
        for series in (exchange.buy, exchange.sell, exchange.carbon, exchange.carbon_sold):
            if series is not None:
                yield f"exchange {exchange.id}", series


def _evaluate(series: Series, resolved: Resolved) -> Floats:
    hours = resolved.village.horizon.hours
    match series:
        case Constant(value=value):
            return np.full(hours, value)
        case Listed(values=values):
            return _of_length(np.array(values), hours, "the list")
        case FromFile(values=values, scale=scale):
            return _of_length(np.array(values), hours, f"{series.path}, column {series.column},") * scale
        case FromProfile(profile=profile, rate_per_hour=rate):
            return profile_values(resolved.village.profiles[profile], resolved.times) * rate
        case FromClimate(driver=driver, parameters=parameters, scale=scale):
            return evaluate(driver, dict(parameters), _weather_for(series, resolved), resolved.village.site) * scale


def _of_length(values: Floats, hours: int, what: str) -> Floats:
    if values.size != hours:
        said = f"{what} has {values.size} values; the horizon has {hours} hours."
        raise ProblemError([Problem("series_length", "series", said, "Give one value per hour.")])
    return values


def _weather_for(series: FromClimate, resolved: Resolved) -> Weather:
    if resolved.weather is None:
        hint = f"Write site: {{..., weather: {SYNTHETIC_PARIS}}}, or name a weather file."
        raise ProblemError([Problem("no_weather", series.driver, "needs the weather, and the site names none.", hint)])
    return resolved.weather


def _check_recipes(resolved: Resolved) -> Iterator[Problem]:
    """What recipes break in some hour of this weather; the loader has checked those that need no weather."""
    for recipe in resolved.village.recipes.values():
        if written_amounts(recipe) is None:
            known = _known_amounts(recipe, resolved)
            yield from check_recipe(recipe, resolved.village.resources, known, f"recipe {recipe.id}")


def _arc_amounts(recipe: Recipe, resolved: Resolved) -> Amounts:
    """Each arc's amount, with the rests that close the balances."""
    return solve_rests(recipe, resolved.village.resources, _known_amounts(recipe, resolved))


def _known_amounts(recipe: Recipe, resolved: Resolved) -> dict[ArcKey, Amount]:
    """``amount x times / per`` of each arc that is no rest."""
    return {key: _amount(arc, resolved) for key, arc in arcs_of(recipe) if arc.rest is None}


def _amount(arc: Arc, resolved: Resolved) -> Amount:
    assert arc.amount is not None, "an arc without a rest has an amount"
    amount: Amount = arc.amount.value
    if arc.times is not None:
        amount = amount * resolved.values(arc.times)
    if arc.per is not None:
        amount = amount / resolved.values(arc.per)
    return amount
