"""What each goal measures, as linear amounts over the horizon. The definitions are written out in docs/measures.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from wikivillage.climate.origin import renewable_share_made
from wikivillage.model.kinds import Costs, Goal, Loop
from wikivillage.planner.sheet import NO_COLUMNS, Flow, FlowKind, Linear, Sheet, joined

Weight = Callable[[Flow], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount (``part``), or a share ``part / whole`` when ``whole`` is given."""

    part: Linear
    whole: Linear | None
    unit: str


def minus(amount: Linear) -> Linear:
    """The amount with its sign changed."""
    return Linear(amount.columns, -amount.coefficients, -amount.constant)


def value(measure: Measure, x: np.ndarray) -> float:
    """The measure in a solution; a share of nothing counts as reached (1)."""
    part = measure.part.of(x)
    if measure.whole is None:
        return part
    whole = measure.whole.of(x)
    return min(1.0, max(0.0, part / whole)) if abs(whole) > 1e-9 else 1.0


def _share(outside: Linear, total: Linear, unit: str) -> Measure:
    """1 - outside / total, as (total - outside) / total."""
    return Measure(joined([total, minus(outside)]), total, unit)


def _used_inside(sheet: Sheet, resources: set[str]) -> Linear:
    """bought + made + offered - sold - stranded."""
    gone = sheet.total(["sold", "stranded"], resources)
    return joined([sheet.total(["bought", "offered"], resources), _made(sheet, resources), minus(gone)])


def _made(sheet: Sheet, resources: set[str], weight: Weight = lambda _: 1.0) -> Linear:
    """What processes give that do not also take it: a line between two networks is not a source."""
    made = (
        f
        for f in sheet.flows
        if f.kind == "output" and f.node and f.node[0] in resources and not _takes(sheet, f.id, f.node[0])
    )
    return _sum(made, weight)


def _takes(sheet: Sheet, process: str, resource: str) -> bool:
    recipe = sheet.village.recipes[sheet.village.processes[process].recipe]
    return any(arc.resource == resource for arc in recipe.inputs)


def _sum(flows: Iterable[Flow], weight: Weight = lambda _: 1.0) -> Linear:
    """The weighted total of some flows over the horizon."""
    return joined(
        Linear(NO_COLUMNS, np.zeros(0), weight(f) * float(f.fixed.sum()))
        if f.columns is None
        else Linear(f.columns, weight(f) * f.scale, weight(f) * float(f.fixed.sum()))
        for f in flows
    )


def _renewable_share(sheet: Sheet, goal: Goal) -> Measure:
    carrier = {goal.resource or "electricity"}
    not_renewable = _sum(
        (f for f in sheet.flows if f.kind == "bought" and f.node and f.node[0] in carrier),
        lambda f: 1.0 - sheet.village.exchanges[f.id].renewable,
    )
    made = _made(sheet, carrier, lambda f: 1.0 - renewable_share_made(sheet.resolved, f.id))
    offset = [minus(sheet.total(["sold"], carrier))] if goal.matched == "year" else []
    return _share(joined([not_renewable, made, *offset]), _used_inside(sheet, carrier), _unit(sheet, carrier))


def _carbon(scopes: tuple[str, ...]) -> Callable[[Sheet, Goal], Measure]:
    def measure(sheet: Sheet, goal: Goal) -> Measure:
        return Measure(joined(part for scope in scopes for part in sheet.carbon[scope]), None, "kgCO2e")

    return measure


def _waste(sheet: Sheet, goal: Goal) -> Measure:
    exits = {exchange.id for exchange in sheet.village.exchanges.values() if exchange.waste}
    gone = (f for f in sheet.flows if f.kind == "sold" and f.id in exits)
    return Measure(_sum(gone, lambda f: _kilograms(sheet, f)), None, "kg")


def _kilograms(sheet: Sheet, flow: Flow) -> float:
    """kg in one unit of what flows; what has no mass weighs nothing."""
    assert flow.node is not None, "what is sold is a resource"
    resource = sheet.resource(flow.node[0])
    mass = resource.composition.get("mass")
    if resource.unit == "kg":
        return 1.0
    return mass.value if mass else 0.0


def _loop(sheet: Sheet, loop: Loop, unit: str) -> set[str]:
    return {id for id, r in sheet.village.resources.items() if r.loop == loop and r.unit == unit and not r.nature}


def _mains(sheet: Sheet, goal: Goal) -> Measure:
    return Measure(sheet.total(["bought"], _loop(sheet, "water", "m3")), None, "m3")


def _water_reuse(sheet: Sheet, goal: Goal) -> Measure:
    reused = {id for id in _loop(sheet, "water", "m3") if (sheet.resource(id).legal or "").startswith(REUSED_CLASSES)}
    ends = _sum(
        f
        for f in sheet.flows
        if f.kind == "input" and f.node and f.node[0] in reused and not _gives_any(sheet, f.id, reused)
    )
    again = joined([ends, sheet.total(["served"], reused)])
    mains = _mains(sheet, goal).part
    return _share(mains, joined([mains, again]), "m3")


REUSED_CLASSES = ("rain", "grey_a")
"""Legal classes of water that is used again: rain of any roof, and treated greywater."""


def _gives_any(sheet: Sheet, process: str, resources: set[str]) -> bool:
    recipe = sheet.village.recipes[sheet.village.processes[process].recipe]
    return any(arc.resource in resources for arc in recipe.outputs)


def _local_food(sheet: Sheet, goal: Goal) -> Measure:
    food = {goal.resource or "vegetables"}
    return _share(sheet.total(["bought"], food), _used_inside(sheet, food), _unit(sheet, food))


def _cost(kinds: frozenset[str] | None) -> Callable[[Sheet, Goal], Measure]:
    def measure(sheet: Sheet, goal: Goal) -> Measure:
        chosen = [c.amount for c in sheet.charges if c.kind in kinds] if kinds else []
        return Measure(joined(chosen), None, "EUR")

    return measure


COST_KINDS = frozenset({"capital", "upkeep", "bought", "sold", "running", "carbon", "holding"})
"""The parts of the objective that somebody pays; the others are prices of what is missing."""


def _flow(*kinds: FlowKind) -> Callable[[Sheet, Goal], Measure]:
    def measure(sheet: Sheet, goal: Goal) -> Measure:
        assert goal.resource is not None, "the loader asks for a resource"
        return Measure(sheet.total(kinds, {goal.resource}), None, sheet.resource(goal.resource).unit)

    return measure


def _unit(sheet: Sheet, resources: set[str]) -> str:
    return next((sheet.resource(id).unit for id in resources if id in sheet.village.resources), "kWh")


def investment(sheet: Sheet, goal: Goal) -> Measure:
    """EUR paid once for everything that is built."""
    parts = []
    for (id, part), size in sheet.sizes.items():
        unit, fixed = unit_capital(sheet, id, part)
        constant = fixed + (unit * size.low if size.column is None else 0.0)
        columns = NO_COLUMNS if size.column is None else np.array([size.column], dtype=np.int32)
        parts.append(Linear(columns, np.full(len(columns), unit), constant))
    return Measure(joined(parts), None, "EUR")


def unit_capital(sheet: Sheet, id: str, part: str) -> tuple[float, float]:
    """EUR paid once per unit of a size, and once whatever the size; nothing for what is owned."""
    village = sheet.village
    thing = village.processes[id] if part == "process" else village.stores[id]
    costs = costs_of(sheet, id, part)
    if thing.owned:
        return 0.0, 0.0
    return sum(n.value for n in (costs.capital, costs.once) if n is not None), costs.fixed.value if costs.fixed else 0.0


def costs_of(sheet: Sheet, id: str, part: str) -> Costs:
    """The costs of a process, of a store's volume or of its power."""
    village = sheet.village
    if part == "process":
        return village.recipes[village.processes[id].recipe].costs
    recipe = village.store_recipes[village.stores[id].recipe]
    return recipe.costs if part == "store" else recipe.power_costs or Costs()


MEASURES: dict[str, Callable[[Sheet, Goal], Measure]] = {
    "renewable_share": _renewable_share,
    "carbon": _carbon(("operational", "embodied")),
    "operational_carbon": _carbon(("operational",)),
    "embodied_carbon": _carbon(("embodied",)),
    "waste_to_outside": _waste,
    "mains_water": _mains,
    "water_reuse_share": _water_reuse,
    "local_food_share": _local_food,
    "cost": _cost(COST_KINDS),
    "capital": investment,
    "bought": _flow("bought"),
    "sold": _flow("sold"),
    "used": _flow("input", "served"),
    "produced": _flow("output"),
}
