"""What no recipe may do: create mass, energy, water, carbon, nitrogen or phosphorus.

For each component c of a recipe, sum over outputs of amount x content(c) = sum over inputs of amount x content(c).
Amounts are floats, or arrays over the hours; the rules are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wikivillage.base.problems import Problem
from wikivillage.base.units import plain_unit, write_number
from wikivillage.model.kinds import COMPONENTS, Arc, Constant, FromFile, Listed, Recipe, Resource, Series

Side = Literal["input", "output"]
ArcKey = tuple[Side, str]
"""A side of the recipe and the resource of the arc."""
Amount = float | NDArray[np.float64]
Amounts = Mapping[ArcKey, Amount]
"""Amount of each arc per unit of activity: a float, or one value per hour."""

TOLERANCE = 1e-6
"""Share of what passes through that may be missing or too much: more than rounding is a mistake."""

COMPONENT_UNIT = {"energy": "kWh"}
SIGN: dict[Side, int] = {"input": -1, "output": 1}


@dataclass(frozen=True, slots=True)
class Imbalance:
    """``created`` units of a component per unit of activity (negative: lost), in the worst hour.

    ``stream`` is the resource that carries most of it on the side that is too large.
    """

    component: str
    created: float
    hour: int | None
    stream: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What a recipe loses per unit of activity without saying where it goes."""

    recipe: str
    component: str
    amount: float
    per: str


class UnclosedError(ValueError):
    """The rests of a recipe cannot close its balance: ``what`` is wrong with them."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def arcs_of(recipe: Recipe) -> Iterator[tuple[ArcKey, Arc]]:
    """The inputs and outputs with their keys."""
    yield from ((("input", arc.resource), arc) for arc in recipe.inputs)
    yield from ((("output", arc.resource), arc) for arc in recipe.outputs)


def written_amounts(recipe: Recipe) -> dict[ArcKey, Amount] | None:
    """The amounts that the recipe itself writes, without rests; None where an arc waits for weather or a profile."""
    amounts: dict[ArcKey, Amount] = {}
    for key, arc in arcs_of(recipe):
        if arc.amount is None:
            continue
        times, per = written_values(arc.times), written_values(arc.per)
        if times is None or per is None:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            amounts[key] = np.float64(arc.amount.value) * times / per
    return amounts


def written_values(series: Series | None) -> Amount | None:
    """The values that a series writes itself, 1 where there is none; None where it waits for weather or a profile."""
    match series:
        case None:
            return 1.0
        case Constant(value):
            return value
        case Listed(values):
            return np.array(values)
        case FromFile(values=values, scale=scale):
            return np.array(values) * scale
        case _:
            return None


def solve_rests(recipe: Recipe, resources: Mapping[str, Resource], amounts: Amounts) -> dict[ArcKey, Amount]:
    """The given amounts and those of the rests, which close one component each: k rests, k equations.

    A rest may come out negative; ``imbalances`` then names it. Raises UnclosedError where rests have no solution.
    """
    rests = [(key, arc.rest) for key, arc in arcs_of(recipe) if arc.rest is not None]
    given = {key: amount for key, amount in amounts.items() if key not in dict(rests)}
    if not rests:
        return given
    components = [component for _, component in rests]
    if len(set(components)) < len(components):
        raise UnclosedError("two rests close the same component; one of them needs an amount")
    matrix = np.array([[SIGN[side] * content(resources[id], c) for (side, id), _ in rests] for c in components])
    surplus = np.array([np.broadcast_to(_surplus(resources, given, c), _shape(given)) for c in components])
    if abs(np.linalg.det(matrix / np.maximum(np.abs(matrix).max(axis=0), 1e-300))) < 1e-12:
        names = ", ".join(f"{id} ({component})" for (_, id), component in rests)
        raise UnclosedError(f"the rests {names} hold nothing of what they should close, or cannot be told apart")
    solved = np.linalg.solve(matrix, -surplus.reshape(len(rests), -1)).reshape(surplus.shape)
    return {**given, **{key: _scalar(value) for (key, _), value in zip(rests, solved, strict=True)}}


def imbalances(recipe: Recipe, resources: Mapping[str, Resource], amounts: Amounts) -> list[Imbalance]:
    """What all arcs together create or lose, per component, in the worst hour; creating is worse than losing.

    Rests must be among the amounts.
    """
    found = []
    for component in COMPONENTS:
        surplus = np.atleast_1d(np.asarray(_surplus(resources, amounts, component)))
        through = np.atleast_1d(np.asarray(_through(resources, amounts, component)))
        real = np.where(np.abs(surplus) > TOLERANCE * through, surplus, 0.0)
        if real.any():
            hour = int(np.argmax(real) if real.max() > 0 else np.argmin(real))
            stream = _largest(resources, amounts, component, "output" if real[hour] > 0 else "input")
            found.append(Imbalance(component, float(real[hour]), _hour(real, hour), stream))
    return found


def negative_rests(recipe: Recipe, resources: Mapping[str, Resource], amounts: Amounts) -> list[Imbalance]:
    """The rests that came out below zero: the component is created, by so much, in the worst hour."""
    found = []
    for key, arc in arcs_of(recipe):
        if arc.rest is None:
            continue
        amount = np.atleast_1d(np.asarray(amounts[key]))
        through = np.atleast_1d(np.asarray(_through(resources, amounts, arc.rest)))
        held = content(resources[arc.resource], arc.rest)
        if (amount * held < -TOLERANCE * through).any():
            hour = int(np.argmin(amount))
            found.append(Imbalance(arc.rest, float(-amount[hour] * held), _hour(amount, hour), arc.resource))
    return found


def check_recipe(recipe: Recipe, resources: Mapping[str, Resource], amounts: Amounts, where: str) -> list[Problem]:
    """What the recipe breaks, given all amounts but its rests. A village's own recipe may lose, never create."""
    bad = next((key for key, amount in amounts.items() if not np.isfinite(amount).all()), None)
    if bad is not None:
        what = f"{recipe.id}: the amount of {bad[1]} is not a finite number in every hour."
        return [Problem("not_finite", where, what, "Is something divided by 0?")]
    try:
        solved = solve_rests(recipe, resources, amounts)
    except UnclosedError as unclosed:
        return [Problem("rest", where, f"{recipe.id}: {unclosed.what}.")]
    negative = [_negative_problem(recipe, one, where) for one in negative_rests(recipe, resources, solved)]
    wrong = [one for one in imbalances(recipe, resources, solved) if one.created > 0 or recipe.origin == "library"]
    return [*negative, *(_imbalance_problem(recipe, one, where) for one in wrong)]


def named_losses(recipe: Recipe, resources: Mapping[str, Resource], amounts: Amounts | None = None) -> list[Loss]:
    """What a recipe loses per unit of activity, component by component, in the hour in which it loses most.

    Without ``amounts`` those that the recipe writes are taken; it has none where it waits for the weather.
    """
    given = written_amounts(recipe) if amounts is None else amounts
    if given is None:
        return []
    found = imbalances(recipe, resources, solve_rests(recipe, resources, given))
    return [Loss(recipe.id, one.component, -one.created, recipe.activity_unit) for one in found if one.created < 0]


def content(resource: Resource, component: str) -> float:
    """How much of a component one unit of the resource holds."""
    number = resource.composition.get(component)
    return number.value if number is not None else 0.0


def _surplus(resources: Mapping[str, Resource], amounts: Amounts, component: str) -> Amount:
    return sum((SIGN[side] * content(resources[id], component) * amount for (side, id), amount in amounts.items()), 0.0)


def _through(resources: Mapping[str, Resource], amounts: Amounts, component: str) -> Amount:
    return sum((content(resources[id], component) * np.abs(amount) for (_, id), amount in amounts.items()), 0.0)


def _shape(amounts: Amounts) -> tuple[int, ...]:
    return np.broadcast_shapes(*(np.shape(amount) for amount in amounts.values()))


def _scalar(value: NDArray[np.float64]) -> Amount:
    return float(value) if value.ndim == 0 else value


def _hour(values: NDArray[np.float64], hour: int) -> int | None:
    return hour if values.size > 1 else None


def _largest(resources: Mapping[str, Resource], amounts: Amounts, component: str, side: Side) -> str:
    held = {
        id: float(np.max(content(resources[id], component) * np.asarray(amount)))
        for (other, id), amount in amounts.items()
        if other == side
    }
    return max(held, key=held.__getitem__)


NATURE_GIVES = {
    "mass": "oxygen",
    "energy": "sunlight",
    "water": "rain_fallen",
    "carbon": "soil_carbon",
    "nitrogen": "soil_nitrogen",
    "phosphorus": "soil_phosphorus",
}
"""A resource of the library that nature gives without limit, by what it holds: the example of a hint."""

NATURE_TAKES = {
    "mass": "soil_matter",
    "energy": "heat_lost",
    "water": "water_vapour",
    "carbon": "soil_carbon",
    "nitrogen": "nitrogen_gas",
    "phosphorus": "soil_phosphorus",
}
"""The same for what nature takes."""


def _imbalance_problem(recipe: Recipe, one: Imbalance, where: str) -> Problem:
    said = f"{_amount(one)} of {one.component} per {plain_unit(recipe.activity_unit)}{_of_what(recipe)}{_at(one)}"
    if one.created > 0:
        what = f"{recipe.id} creates {said}: an input is missing, or {one.stream} is too large."
        source = NATURE_GIVES[one.component]
        hint = f"Say where it comes from, for example inputs: {{{source}: {{rest: {one.component}}}}}."
        return Problem("creates", where, what, hint)
    what = f"{recipe.id} loses {said}: an output is missing, or {one.stream} is too large."
    sink = NATURE_TAKES[one.component]
    hint = f"Name where it goes, for example outputs: {{{sink}: {{rest: {one.component}}}}}."
    return Problem("loses", where, what, hint)


def _negative_problem(recipe: Recipe, one: Imbalance, where: str) -> Problem:
    said = f"{_amount(one)} of {one.component} per {plain_unit(recipe.activity_unit)}{_of_what(recipe)}{_at(one)}"
    what = f"{recipe.id} is out of balance by {said}: the rest {one.stream} would be below zero."
    return Problem("negative_rest", where, what, "An input is missing, or an output is too large.")


def _amount(one: Imbalance) -> str:
    return f"{write_number(float(f'{abs(one.created):.4g}'))} {COMPONENT_UNIT.get(one.component, 'kg')}"


def _of_what(recipe: Recipe) -> str:
    of = recipe.activity_unit.partition(" ")[2]
    return f" {of}" if of else ""


def _at(one: Imbalance) -> str:
    return "" if one.hour is None else f" in hour {one.hour}"
