"""How things are made (ValueFlows: Recipe, RecipeProcess, RecipeFlow), where they are bought, and what lies in stock.

Amounts are exact decimals, those of a recipe for one batch. A good is a specification at a stage and in a state. Every
good has one unit in all that is handed in together; nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from wikivillage.base.problems import Problem, nearest
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.kinds import ZERO, Measure

Thing = TypeVar("Thing")

DEMANDING = frozenset({"consume", "accept", "pickup", "combine", "deliverService"})
"""Inputs that must be there in their whole amount. What is used, worked with or cited is still there afterwards."""


@dataclass(frozen=True, slots=True)
class Good:
    """A thing as it is asked for or lies there: its specification, its stage and its state where they matter."""

    spec: str
    stage: str | None = None
    state: str | None = None

    def __str__(self) -> str:
        marks = [f"stage {self.stage}"] * bool(self.stage) + [f"state {self.state}"] * bool(self.state)
        return f"{self.spec} ({', '.join(marks)})" if marks else self.spec


@dataclass(frozen=True, slots=True)
class RecipeFlow:
    """One input or output of a recipe's process, for one batch. ``optional``: the process also runs without it."""

    action: str
    spec: str
    stage: str | None = None
    state: str | None = None
    quantity: Measure | None = None
    effort: Measure | None = None
    optional: bool = False

    @property
    def good(self) -> Good:
        """What flows."""
        return Good(self.spec, self.stage, self.state)

    @property
    def demands(self) -> bool:
        """Whether this input has to be taken from a stock, made or bought before the process can start."""
        positive = self.quantity is not None and self.quantity.value > 0
        return positive and not self.optional and self.action in DEMANDING


@dataclass(frozen=True, slots=True)
class RecipeProcess:
    """One step of a recipe. It is run for its first output with an amount above 0; the others come along.

    ``duration_scales``: whether two batches take twice as long; ValueFlows leaves it open, and the default is no.
    ``based_on`` is the stage that its outputs reach, its own id where nothing is said.
    """

    id: str
    duration: timedelta
    inputs: tuple[RecipeFlow, ...] = ()
    outputs: tuple[RecipeFlow, ...] = ()
    duration_scales: bool = False
    based_on: str | None = None

    @property
    def main(self) -> RecipeFlow | None:
        """The output that the process is run for."""
        return next((flow for flow in self.outputs if flow.quantity and flow.quantity.value > 0), None)

    def reached(self, flow: RecipeFlow) -> Good:
        """An output as it lies there afterwards: at the stage of this process unless the recipe says another."""
        return Good(flow.spec, flow.stage or self.based_on or self.id, flow.state)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Processes that belong together, in the order in which they are run. ``batch`` is what the author calls one."""

    id: str
    processes: tuple[RecipeProcess, ...]
    batch: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long it takes until something that was ordered is there."""

    spec: str
    wait: timedelta


@dataclass(frozen=True)
class Cookbook:
    """All recipes, the preferred ones first, and what can be bought. What can be made is not bought."""

    recipes: tuple[Recipe, ...] = ()
    purchases: tuple[LeadTime, ...] = ()

    @cached_property
    def processes(self) -> tuple[RecipeProcess, ...]:
        """Every process, recipe by recipe."""
        return tuple(process for recipe in self.recipes for process in recipe.processes)

    @cached_property
    def waits(self) -> Mapping[str, timedelta]:
        """The lead time of each specification that can be bought."""
        return {one.spec: one.wait for one in self.purchases}

    @cached_property
    def makers(self) -> Mapping[str, tuple[tuple[Recipe, RecipeProcess], ...]]:
        """Who makes each specification, the preferred recipe first and in it the last process first."""
        found: dict[str, list[tuple[Recipe, RecipeProcess]]] = {}
        for recipe in self.recipes:
            for process in reversed(recipe.processes):
                if process.main is not None:
                    found.setdefault(process.main.spec, []).append((recipe, process))
        return {spec: tuple(makers) for spec, makers in found.items()}

    @cached_property
    def recipe_of(self) -> Mapping[str, Recipe]:
        """The recipe that each process belongs to."""
        return {process.id: recipe for recipe in self.recipes for process in recipe.processes}


@dataclass(frozen=True, slots=True)
class StockLine:
    """What there is of a good: on hand, asked of it by earlier promises, and scheduled to come in time."""

    good: Good
    unit: str
    on_hand: Decimal = ZERO
    earlier_demand: Decimal = ZERO
    scheduled: Decimal = ZERO

    @property
    def available(self) -> Fraction:
        """What a new plan may take. What earlier promises need beyond the stock they take from what is scheduled."""
        return max(Fraction(0), Fraction(self.on_hand) - Fraction(self.earlier_demand) + Fraction(self.scheduled))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for from outside the plan (independent demand)."""

    good: Good
    quantity: Measure


@dataclass(frozen=True, slots=True)
class _Use:
    """A place where a specification is counted in a unit, for the check that it is the same everywhere."""

    spec: str
    unit: str
    where: str


def find_maker(good: Good, consumer: RecipeProcess | None, cookbook: Cookbook) -> RecipeProcess | None:
    """Who makes a good: the nearest earlier process of the consumer's own recipe, else the cookbook's preference.

    Outside its own recipe a good is made by the first recipe that has it, in the last process that reaches it: who
    asks for a bucket without naming a stage gets a finished one.
    """
    fitting = [(recipe, one) for recipe, one in cookbook.makers.get(good.spec, ()) if _fits(good, one)]
    if consumer is not None:
        own = cookbook.recipe_of[consumer.id]
        earlier = own.processes[: own.processes.index(consumer)]
        before = next((one for recipe, one in fitting if recipe is own and one in earlier), None)
        if before is not None:
            return before
    return next((one for _, one in fitting), None)


def _fits(good: Good, process: RecipeProcess) -> bool:
    assert process.main is not None, "makers have an output they are run for"
    made = process.reached(process.main)
    return good.stage in (None, made.stage) and good.state in (None, made.state)


def check_cookbook(cookbook: Cookbook, where: str = "recipe") -> list[Problem]:
    """What is wrong with recipes and purchases, whoever wrote them."""
    found = [problem for process in cookbook.processes for problem in _process_problems(process, where)]
    found += [
        Problem("process-twice", where, f"Two processes are called {id}.", "Give each its own id.")
        for id in _twice(process.id for process in cookbook.processes)
    ]
    found += [problem for recipe in cookbook.recipes for problem in _batch_problems(recipe, where)]
    found += _purchase_problems(cookbook.purchases, where)
    return found + _unit_problems(_uses(cookbook, where))


def check_request(wanted: Sequence[Wanted], cookbook: Cookbook, stock: Iterable[StockLine]) -> list[Problem]:
    """What is wrong with a cookbook, what is wanted of it and what is in stock, all together."""
    found = check_cookbook(cookbook)
    lines = tuple(stock)
    for one in wanted:
        if not (one.quantity.value.is_finite() and one.quantity.value > 0):
            what = f"{one.quantity.value} {one.quantity.unit} of {one.good} cannot be wanted."
            found.append(Problem("amount", "wanted", what, "Ask for an amount above 0."))
    found += [problem for line in lines for problem in _line_problems(line)]
    found += [
        Problem("stock-twice", "stock", f"{good} is counted twice.", "Add the two lines up.")
        for good in _twice(line.good for line in lines)
    ]
    uses = [*_uses(cookbook, "recipe")]
    uses += [_Use(one.good.spec, one.quantity.unit, "wanted") for one in wanted]
    uses += [_Use(line.good.spec, line.unit, "stock") for line in lines]
    return list(dict.fromkeys([*found, *_unit_problems(uses)]))


def no_source(good: Good, amount: str, cookbook: Cookbook) -> Problem:
    """The problem of a good that nobody makes nor sells."""
    along = next((one.id for one in cookbook.processes if any(flow.spec == good.spec for flow in one.outputs)), None)
    known = nearest(good.spec, (spec for spec in (*cookbook.makers, *cookbook.waits) if spec != good.spec))
    hint = "Give it a recipe, or a lead time if it is bought."
    if good.spec in cookbook.makers:
        hint = f"{good.spec} is made, but not at this stage and in this state."
    elif along is not None:
        hint = f"It is named by {along}: list it first among the outputs if the process shall be run for it."
    elif known is not None:
        hint = f"Did you mean {known}?"
    return Problem("no-source", good.spec, f"{amount} of {good} are missing: nobody makes it nor sells it.", hint)


def _process_problems(process: RecipeProcess, where: str) -> Iterator[Problem]:
    at = f"{where} {process.id}"
    if process.duration < timedelta(0):
        yield Problem("negative-time", at, f"{process.id} would end before it starts.")
    if process.main is None:
        yield Problem("no-output", at, f"{process.id} gives nothing.", "Name an output with an amount above 0.")
    for side, flows in (("input", process.inputs), ("output", process.outputs)):
        for flow in flows:
            yield from _flow_problems(flow, side, at)


def _flow_problems(flow: RecipeFlow, side: str, where: str) -> Iterator[Problem]:
    action = ACTIONS.get(flow.action)
    if action is None:
        known = nearest(flow.action, ACTIONS)
        hint = f"Did you mean {known}?" if known else f"Actions are {', '.join(ACTIONS)}."
        yield Problem("unknown-action", where, f'"{flow.action}" is not an action.', hint)
    elif action.side not in (side, "both"):
        yield Problem("wrong-side", where, f"{flow.action} {flow.spec} cannot be an {side} of a process.")
    if flow.quantity is None and flow.effort is None:
        yield Problem("no-amount", where, f"{flow.action} {flow.spec} says no amount.", "Add a quantity or an effort.")
    for measure in (flow.quantity, flow.effort):
        if measure is not None and not (measure.value.is_finite() and measure.value >= 0):
            yield Problem("amount", where, f"{flow.spec}: {measure.value} {measure.unit} is not an amount.")


def _batch_problems(recipe: Recipe, where: str) -> Iterator[Problem]:
    amounts = {flow.quantity.value for one in recipe.processes for flow in one.outputs if flow.quantity is not None}
    if recipe.batch is not None and recipe.batch not in amounts:
        what = f"{recipe.id} is written for a batch of {recipe.batch}, but no output has that amount."
        yield Problem("batch", where, what, "Write the amounts of one batch.")


def _purchase_problems(purchases: Sequence[LeadTime], where: str) -> Iterator[Problem]:
    for spec in _twice(one.spec for one in purchases):
        yield Problem("lead-time-twice", where, f"{spec} has two lead times.", "Keep one of them.")
    for one in purchases:
        if one.wait < timedelta(0):
            yield Problem("negative-time", where, f"{one.spec} would come before it is ordered.")


def _line_problems(line: StockLine) -> Iterator[Problem]:
    for name in ("on_hand", "earlier_demand", "scheduled"):
        value: Decimal = getattr(line, name)
        if not (value.is_finite() and value >= 0):
            words = name.replace("_", " ")
            yield Problem("amount", "stock", f"{line.good}: {words} is {value}.", "Amounts are 0 or more.")


def _uses(cookbook: Cookbook, where: str) -> Iterator[_Use]:
    for process in cookbook.processes:
        for flow in (*process.inputs, *process.outputs):
            if flow.quantity is not None:
                yield _Use(flow.spec, flow.quantity.unit, f"{where} {process.id}")


def _unit_problems(uses: Iterable[_Use]) -> list[Problem]:
    first: dict[str, _Use] = {}
    found = []
    for use in uses:
        other = first.setdefault(use.spec, use)
        if other.unit != use.unit:
            what = f"{use.spec} is counted in {use.unit} here and in {other.unit} in {other.where}."
            found.append(Problem("unit-mismatch", use.where, what, f"Write {other.unit} everywhere."))
    return found


def _twice(things: Iterable[Thing]) -> list[Thing]:
    seen: set[Thing] = set()
    again: dict[Thing, None] = {}
    for thing in things:
        if thing in seen:
            again[thing] = None
        seen.add(thing)
    return list(again)
