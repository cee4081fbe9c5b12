"""Arc amounts per unit of activity, from the recipe alone: ``amount x times / per``, and rests by balance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wikivillage.model.kinds import Arc, Recipe, Series, Village
from wikivillage.planner.audit.findings import Floats

Values = Callable[[Series], Floats]
Amounts = dict[tuple[str, int], Floats]


def arc_amounts(recipe: Recipe, village: Village, values: Values, hours: int) -> Amounts:
    """(input | output, place in the recipe) -> (hours,) amount per activity.

    The k rests of a recipe solve, in every hour, ``sum(out x content) = sum(in x content)`` for their k components.
    """
    arcs = {
        (side, place): arc
        for side, group in (("input", recipe.inputs), ("output", recipe.outputs))
        for place, arc in enumerate(group)
    }
    known = {key: _known(arc, values, hours) for key, arc in arcs.items() if arc.rest is None}
    return known | _rests(arcs, known, village, hours)


def _known(arc: Arc, values: Values, hours: int) -> Floats:
    assert arc.amount is not None, "an arc without an amount is a rest"
    amount = np.full(hours, arc.amount.value)
    amount = amount if arc.times is None else amount * values(arc.times)
    return amount if arc.per is None else amount / values(arc.per)


def _rests(arcs: dict[tuple[str, int], Arc], known: Amounts, village: Village, hours: int) -> Amounts:
    open_ = [key for key, arc in arcs.items() if arc.rest is not None]
    if not open_:
        return {}
    wanted = [str(arcs[key].rest) for key in open_]
    content = np.array([[_signed(key, arcs[key], component, village) for key in open_] for component in wanted])
    given = np.zeros((len(wanted), hours))
    for key, amounts in known.items():
        given += np.outer([_signed(key, arcs[key], component, village) for component in wanted], amounts)
    return dict(zip(open_, np.linalg.solve(content, -given), strict=True))


def _signed(key: tuple[str, int], arc: Arc, component: str, village: Village) -> float:
    """Content of a component per unit: positive where it leaves the process, negative where it enters."""
    content = village.resources[arc.resource].composition.get(component)
    return 0.0 if content is None else content.value * (1.0 if key[0] == "output" else -1.0)
