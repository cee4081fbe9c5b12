"""Laws: no process creates mass, energy, water, carbon, nitrogen or phosphorus, and for the village the sum holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikivillage.model.kinds import COMPONENTS
from wikivillage.planner.audit.balances import GIVES, TAKES, gives
from wikivillage.planner.audit.findings import ABSOLUTE, RELATIVE, Finding, shown
from wikivillage.planner.audit.processes import arrived
from wikivillage.planner.audit.result import Result, number
from wikivillage.planner.audit.stores import store_flows

UNITS = {"energy": "kWh"}
"""By component; all others are counted in kg."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What one process took, gave and still has under way of one component, over the horizon."""

    taken: float
    given: float
    under_way: float

    @property
    def lost(self) -> float:
        """What did not come out; negative where more came out than went in."""
        return self.taken - self.given - self.under_way


def check_recipes(result: Result) -> Iterator[Finding]:
    """inputs >= outputs of every component; equal for a recipe of the library, else the loss is named in the plan."""
    named = {(line.recipe, line.component) for line in result.written.losses}
    for process in result.working():
        recipe = result.recipe(process)
        for component in COMPONENTS:
            sides = process_sides(result, process, component)
            allowed = 2 * RELATIVE * max(sides.taken, sides.given + sides.under_way) + ABSOLUTE
            unit = UNITS.get(component, "kg")
            if not sides.lost >= -allowed:
                what = f"creates {shown(-sides.lost)} {unit} of {component}"
                yield Finding("conservation.created", process, what, -sides.lost, allowed)
            elif sides.lost > allowed and recipe.origin == "library":
                what = f"loses {shown(sides.lost)} {unit} of {component}, which its recipe does not account for"
                yield Finding("conservation.lost", process, what, sides.lost, allowed)
            elif sides.lost > allowed and (recipe.id, component) not in named:
                what = f"loses {shown(sides.lost)} {unit} of {component}, and the plan does not say so"
                yield Finding("conservation.unnamed", process, what, sides.lost, allowed)


def process_sides(result: Result, process: str, component: str) -> Sides:
    """What a process did with one component."""
    activity = result.activity(process)
    taken = given = under_way = 0.0
    for arc in result.arcs[process]:
        content = contained(result, arc.node[0], component)
        if not content:
            continue
        amount = content * float(result.flow(arc.side, process, arc.node, result.process_tempo(process)).sum())
        if arc.side == "input":
            taken += amount
        else:
            given += amount
            under_way += content * float((arc.per_activity * activity).sum() - arrived(result, arc, activity).sum())
    return Sides(taken, given, under_way)


def contained(result: Result, resource: str, component: str) -> float:
    """Content of a component per unit of a resource."""
    return number(result.village.resources[resource].composition.get(component))


def check_village(result: Result) -> Iterator[Finding]:
    """What enters from outside, offers and nature = what leaves + what stays + what stores and processes lose."""
    for component in COMPONENTS:
        comes, goes, turnover = _boundary(result, component)
        stays, lost, held = _stores(result, component)
        sides = [process_sides(result, process, component) for process in result.working()]
        gap = comes - goes - stays - lost - sum(one.lost + one.under_way for one in sides)
        allowed = 2 * RELATIVE * (turnover + held) + ABSOLUTE
        if not abs(gap) <= allowed:
            unit = UNITS.get(component, "kg")
            what = f"{shown(comes)} {unit} of {component} enter, {shown(comes - gap)} {unit} are accounted for"
            yield Finding("conservation.village", "village", what, abs(gap), allowed)


def _boundary(result: Result, component: str) -> tuple[float, float, float]:
    """(what crosses into the village, what crosses out of it, all that flows) of a component."""
    comes = goes = turnover = 0.0
    for key, amount in result.sums.items():
        if key.resource not in result.village.resources or not (gives(result, key) or key.kind in TAKES):
            continue
        content, nature = (
            contained(result, key.resource, component),
            result.village.resources[key.resource].nature,
        )
        turnover += abs(content * amount)
        if nature or key.kind not in INSIDE:
            inward = gives(result, key) != nature
            comes, goes = (comes + content * amount, goes) if inward else (comes, goes + content * amount)
    return comes, goes, turnover


INSIDE = frozenset({"input", "output", "charged", "discharged"}) & (GIVES | TAKES)
"""Kinds of flow that stay in the village, unless nature is at the other end."""


def _stores(result: Result, component: str) -> tuple[float, float, float]:
    """(rise of the levels, losses, largest levels) of a component over all stores."""
    rise = lost = held = 0.0
    for one in store_flows(result):
        content = contained(result, one.recipe.holds, component)
        rise += content * float(one.level[-1] - one.before[0])
        lost += content * float(
            (one.before * (1.0 - one.kept)).sum()
            + (1.0 - one.charge) * one.charged.sum() + (1.0 / one.discharge - 1.0) * one.discharged.sum()
        )  # fmt: skip
        held += abs(content) * float(one.level.max())
    return rise, lost, held
