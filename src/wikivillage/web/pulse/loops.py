"""The five loops against their goals: the measures of docs/measures.md, of facts instead of a plan. Pure.

A purchase of the grid counts in full in the hour it comes, whatever is sold in another: so the share that is matched
hour by hour is that of the sums, and days can be added up. A yearly goal is shared out over its days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wikivillage.model.kinds import Goal, Resource, Village
from wikivillage.web.pulse.parts import Part, total
from wikivillage.web.pulse.periods import Period

FUEL_LOOPS = frozenset({"energy", "heat"})
LITRES = 1000.0


@dataclass(frozen=True, slots=True)
class Work:
    """Hours of a period: promised, kept of what was promised, and worked in all."""

    promised: float
    kept: float
    worked: float


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop: what was reached against what is aimed at. ``value`` is None where nothing was recorded.

    ``unit`` is ``1`` for a share. ``outside`` of ``whole`` (in ``whole_unit``) is what a share is made of. ``ids``: the
    things whose events are behind it, ``kinds``: and of which kinds of flow.
    """

    loop: str
    value: float | None
    unit: str
    target: float | None
    at_least: bool
    outside: float
    whole: float
    whole_unit: str
    ids: tuple[str, ...]
    kinds: frozenset[str]
    events: int

    @property
    def state(self) -> str:
        """``unknown``, ``free`` (no goal), ``reached``, ``missing`` or ``too_much``."""
        if self.value is None:
            return "unknown"
        if self.target is None:
            return "free"
        if self.gap <= 1e-5 * max(self.whole, self.target):
            return "reached"
        return "missing" if self.at_least else "too_much"

    @property
    def gap(self) -> float:
        """What is missing, or too much: of a share in the unit of its whole, else in its own."""
        if self.value is None or self.target is None:
            return 0.0
        if self.unit == "1":
            return max(0.0, self.outside - (1.0 - self.target) * self.whole)
        return max(0.0, self.target - self.value if self.at_least else self.value - self.target)


def loops_of(parts: Sequence[Part], village: Village, period: Period, work: Work) -> tuple[Loop, ...]:
    """Energy, water, matter, food, people: always all five."""
    return (
        _energy(parts, village),
        _water(parts, village, period),
        _matter(parts, village, period),
        _food(parts, village),
        _people(parts, work),
    )


def _energy(parts: Sequence[Part], village: Village) -> Loop:
    goal = goal_of(village, "renewable_share")
    carrier = (goal and goal.resource) or "electricity"
    bought = [part for part in parts if part.kind == "bought" and part.resource == carrier]
    made = _made(parts, village, carrier)
    outside = sum(part.amount * (1.0 - village.exchanges[part.id].renewable) for part in bought)
    outside += sum(part.amount * (1.0 - renewable_of_process(village, part.id)) for part in made)
    return _share(parts, village, "energy", carrier, goal, outside)


def _food(parts: Sequence[Part], village: Village) -> Loop:
    goal = goal_of(village, "local_food_share")
    eaten = (goal and goal.resource) or "vegetables"
    return _share(parts, village, "food", eaten, goal, total(parts, "bought", resource=eaten))


def _share(
    parts: Sequence[Part], village: Village, loop: str, resource: str, goal: Goal | None, outside: float
) -> Loop:
    """``1 - outside / total``, where the total is what is used inside."""
    counted = [part for part in parts if part.kind in ("bought", "offered", "sold") and part.resource == resource]
    counted += _made(parts, village, resource)
    whole = sum(-part.amount if part.kind == "sold" else part.amount for part in counted)
    value = None if not counted else max(0.0, 1.0 - outside / whole) if whole > 0 else 1.0
    known = village.resources.get(resource)
    return Loop(
        loop,
        value,
        "1",
        goal.target if goal else None,
        True,
        outside,
        whole,
        known.unit if known else "",
        *_from(counted),
    )


def _made(parts: Iterable[Part], village: Village, resource: str) -> list[Part]:
    """What processes make of a resource that do not also take it: a pump between two networks is no source."""
    takes = {
        process.id
        for process in village.processes.values()
        if any(arc.resource == resource for arc in village.recipes[process.recipe].inputs)
    }
    return [part for part in parts if part.kind == "output" and part.resource == resource and part.id not in takes]


def _water(parts: Sequence[Part], village: Village, period: Period) -> Loop:
    """Litres of mains water of a day."""
    goal = goal_of(village, "mains_water")
    target = goal.target * LITRES / 365.0 if goal and goal.sense == "at_most" else None
    known = village.resources
    counted = [part for part in parts if part.kind == "bought" and _is_water(known.get(part.resource))]
    seen = any(_is_water(known.get(part.resource)) for part in parts)
    litres = sum(part.amount for part in counted) * LITRES
    value = litres / period.days if seen else None
    return Loop("water", value, "L", target, False, litres, litres, "L", *_from(counted))


def _is_water(resource: Resource | None) -> bool:
    return resource is not None and resource.loop == "water" and resource.unit == "m3"


def _matter(parts: Sequence[Part], village: Village, period: Period) -> Loop:
    """Kilograms that left as waste."""
    goal = goal_of(village, "waste_to_outside")
    target = goal.target * period.part_of_year if goal and goal.sense == "at_most" else None
    waste = {exchange.id for exchange in village.exchanges.values() if exchange.waste}
    counted = [part for part in parts if part.kind == "sold" and part.id in waste]
    mass = sum(part.amount * _kilograms(village.resources.get(part.resource)) for part in counted)
    seen = any(_loop(village, part) in ("matter", "food") for part in parts)
    return Loop("matter", mass if seen else None, "kg", target, False, mass, mass, "kg", *_from(counted))


def _kilograms(resource: Resource | None) -> float:
    if resource is None:
        return 0.0
    mass = resource.composition.get("mass")
    return 1.0 if resource.unit == "kg" else mass.value if mass else 0.0


def _people(parts: Sequence[Part], work: Work) -> Loop:
    """Hours kept of those that were promised; where nothing was promised, all that were worked."""
    counted = [part for part in parts if part.kind == "worked"]
    seen = bool(counted) or work.promised > 0
    target = work.promised if work.promised > 0 else None
    hours = work.kept if work.promised > 0 else work.worked
    return Loop("people", hours if seen else None, "h", target, True, 0.0, work.worked, "h", *_from(counted))


def _from(parts: Iterable[Part]) -> tuple[tuple[str, ...], frozenset[str], int]:
    listed = list(parts)
    kinds = frozenset(part.kind for part in listed)
    return tuple(dict.fromkeys(part.id for part in listed)), kinds, sum(part.events for part in listed)


def _loop(village: Village, part: Part) -> str:
    resource = village.resources.get(part.resource)
    return resource.loop if resource else ""


def goal_of(village: Village, measure: str) -> Goal | None:
    """The first goal of a measure."""
    return next((goal for goal in village.goals.values() if goal.measure == measure), None)


def renewable_of_process(village: Village, process: str) -> float:
    """The renewable share of what a process makes: that of the least renewable fuel that it takes, 1 without any.

    The plan weighs the inputs by their energy; this is never higher.
    """
    return _of_process(village, process, frozenset())


def _of_process(village: Village, process: str, above: frozenset[str]) -> float:
    taken = [arc.resource for arc in village.recipes[village.processes[process].recipe].inputs]
    return min((_of_resource(village, id, above | {id}) for id in taken if id not in above), default=1.0)


def _of_resource(village: Village, id: str, above: frozenset[str]) -> float:
    resource = village.resources[id]
    if resource.nature or resource.loop not in FUEL_LOOPS:
        return 1.0
    bought = [one.renewable for one in village.exchanges.values() if one.resource == id and one.buy is not None]
    makers = [
        process.id
        for process in village.processes.values()
        if any(arc.resource == id for arc in village.recipes[process.recipe].outputs)
    ]
    return min([*bought, *(_of_process(village, maker, above) for maker in makers)], default=1.0)
