"""Published cases of planning, replayed: a recipe and what is wanted become a plan, changes go through it.

A case gives a recipe and stock, its steps are ``plan`` and ``change``; or it gives a finished plan, its processes and
commitments, which are then checked as entries of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wikivillage.base.problems import ProblemError
from wikivillage.flows.exact import decimal_of
from wikivillage.flows.expectations import Found
from wikivillage.flows.explode import explode
from wikivillage.flows.fold import Fold
from wikivillage.flows.kinds import Measure
from wikivillage.flows.plan_expectations import Planned, Row, check_plan
from wikivillage.flows.recipes import DEMANDING, Cookbook, Good, Recipe, RecipeFlow, RecipeProcess, StockLine, Wanted
from wikivillage.flows.recipes_json import LEVEL_KEYS, MICROSECONDS, PROCESS_KEYS, RECIPE_KEYS, read_recipe, read_stock
from wikivillage.flows.replay import PLAYED_AT, Outcome, outcome_of
from wikivillage.flows.replay_words import NotPlayedError, each, expected_of, is_refusal, measure, plain_word, text_of
from wikivillage.flows.schedule import ProductionPlan
from wikivillage.flows.wire import read_entry

PLAN_STEPS = ("plan", "explode", "order", "want", "demand")
CHANGE_STEPS = ("change", "update", "edit", "adjust")
SOME_DAY = date(2026, 12, 31)
"""When what is wanted is due in a case that is only about amounts."""


def is_about_plans(case: Mapping[str, Any]) -> bool:
    """Whether a case gives a recipe or a plan, or asks for one."""
    given = case.get("given") or {}
    steps = [key for step in case.get("steps") or () if isinstance(step, Mapping) for key in step]
    named = bool({"recipe", "recipes", "plan"} & given.keys()) or bool({*steps} & {"plan", "explode", "change"})
    return named or case.get("group") == "planning"


def replay_plan(case: Mapping[str, Any]) -> Outcome:
    """Play one case of planning. Raises NotPlayedError for a step of another kind."""
    player = _Planner(case)
    found = Found()
    if "recipe" not in player.given and "recipes" not in player.given:
        player.take_given()
    for number, step in enumerate(case.get("steps") or (), 1):
        here = Found()
        player.play(step, here)
        found.checked += here.checked
        found.lines += [f"step {number}: {line}" for line in here.lines]
    check_plan(found, case.get("expect") or {}, player.planned)
    return outcome_of(case, checked=found.checked, differences=tuple(found.lines), remarks=tuple(player.remarks))


def plan_of_case(case: Mapping[str, Any]) -> ProductionPlan:
    """The plan of the first step of a case."""
    player = _Planner(case)
    player.play({key: value for key, value in case["steps"][0].items() if key != "expect"}, Found())
    assert player.planned.plan is not None, "the first step of such a case makes a plan"
    return player.planned.plan


@dataclass(slots=True)
class _Planner:
    """What was asked for so far, and the plan that follows from it."""

    case: Mapping[str, Any]
    wanted: list[Wanted] = field(default_factory=list)
    due: date | datetime = SOME_DAY
    cookbook: Cookbook = field(default_factory=Cookbook)
    stock: tuple[StockLine, ...] = ()
    edits: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    planned: Planned = field(default_factory=Planned)
    remarks: list[str] = field(default_factory=list)

    @property
    def given(self) -> Mapping[str, Any]:
        """What the case gives."""
        return self.case.get("given") or {}

    def play(self, step: Mapping[str, Any], found: Found) -> None:
        """Plan or change, and compare what the step expects."""
        expected = expected_of(step)
        wanted, refused = expected.pop("reject", None), None
        try:
            self._act(step)
        except ProblemError as error:
            refused = error
        self._refusal(found, wanted, refused)
        check_plan(found, expected, self.planned)

    def take_given(self) -> None:
        """A finished plan: its processes and commitments as entries, which the rules of the ledger let through."""
        agent = next((str(one["id"]) for one in each(self.given, "agents")), "somebody")
        ledger, rows = Fold(), []
        for process in each(self.given, "processes"):
            ledger.add(read_entry({"id": process["id"]}, "process"), PLAYED_AT)
        for body in each(self.given, "commitments"):
            row = Row.of_words(body)
            ledger.add(read_entry(_entry(row, body, agent), "commitment"), PLAYED_AT)
            rows.append(row)
        processes = [str(one["id"]) for one in each(self.given, "processes")]
        self.planned = Planned(rows=rows, processes=processes)

    def _act(self, step: Mapping[str, Any]) -> None:
        for key, body in step.items():
            if plain_word(key) in PLAN_STEPS:
                self._plan(body)
                return
            if plain_word(key) in CHANGE_STEPS:
                for one in body if isinstance(body, list) else [body]:
                    self._change(one)
                return
        if any(key in step for key in ("expect", "expected")):
            return
        raise NotPlayedError(f"no step of planning is called {' or '.join(step)}")

    def _plan(self, body: Any) -> None:
        asked = body if isinstance(body, list) else [body]
        unit = next((one["quantity"]["unit"] for one in asked if isinstance(one.get("quantity"), Mapping)), "one")
        recipe = self.given.get("recipe", self.given.get("recipes"))
        if recipe is None:
            raise NotPlayedError("nothing says how it is made: there is no recipe")
        self.cookbook = read_recipe(plain_recipe(recipe), str(self.case["id"]), unit=unit)
        self.stock = read_stock(_stock_words(self.given), self.cookbook, str(self.case["id"]))
        self.due = _day(next((one["due"] for one in asked if one.get("due")), self.given.get("due")))
        self.wanted = [_wanted(one, unit) for one in asked]
        self.edits = []
        self._explode()

    def _change(self, body: Mapping[str, Any]) -> None:
        """One quantity, named by its demand or by its action and specification; the due date; what is in stock."""
        if "due" in body:
            self.due = _day(body["due"])
        if _stock_words(body):
            self.stock = read_stock({**_stock_words(self.given), **_stock_words(body)}, self.cookbook)
        amounts = {key: measure(body[key], self._unit()) for key in ("quantity", "effort") if key in body}
        if amounts:
            spec, action = self._changed(body)
            self._set(spec, action, amounts)
        self._explode()

    def _changed(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The specification and the action that a change speaks of; no action for what is wanted from outside."""
        name = str(body.get("demand", body.get("spec", body.get("id", ""))))
        action = str(body.get("action", ""))
        spec = name.removesuffix("_input").removesuffix("_demand")
        if not action and (name.endswith("_input") or spec not in {one.good.spec for one in self.wanted}):
            action = "consume"
        return spec, action

    def _set(self, spec: str, action: str, amounts: Mapping[str, Any]) -> None:
        inputs = [row for row in self.planned.rows if row.side == "input" and row.spec == spec]
        if not action and self.planned.plan is not None:
            amount = _read(amounts["quantity"])
            self.wanted = [replace(one, quantity=amount) if one.good.spec == spec else one for one in self.wanted]
        elif self.planned.plan is not None and action in DEMANDING and inputs and "quantity" in amounts:
            self.cookbook = _with_input(self.cookbook, self.planned, spec, _read(amounts["quantity"]))
        else:
            self.edits.append((action, spec, dict(amounts)))

    def _explode(self) -> None:
        if self.wanted:
            plan = explode(self.wanted, self.cookbook, self.stock, self.due)
            rows = [Row.of_commitment(one) for one in plan.commitments] + list(self._exchange(plan))
            self.planned = Planned(plan, rows, [one.recipe_process for one in plan.processes])
        for action, spec, amounts in self.edits:
            touched = [row for row in self.planned.rows if row.spec == spec and action in ("", row.action)]
            if not touched:
                raise NotPlayedError(f"the plan has no {action} of {spec} to change")
            for row in touched:
                row.amounts |= amounts

    def _exchange(self, plan: ProductionPlan) -> Iterator[Row]:
        """What is given in return for what the recipe takes (RecipeExchange), in proportion to it."""
        recipe = self.given.get("recipe") or {}
        exchange = recipe.get("exchange") if isinstance(recipe, Mapping) else None
        if not exchange:
            return
        clause, returned = exchange["clause"], exchange["reciprocal"]
        key = "effort" if "effort" in clause else "quantity"
        made = [one for one in plan.commitments if (one.action, one.spec) == (clause["action"], clause["spec"])]
        measures = [getattr(one, key) for one in made]
        share = Fraction(sum(Fraction(one.value) for one in measures if one)) / Fraction(clause[key]["value"])
        row = Row.of_words(returned)
        for name, amount in row.amounts.items():
            exact = Fraction(str(amount["value"])) * share
            row.amounts[name] = {"value": str(decimal_of(exact, up=True)), "unit": amount["unit"]}
        yield row

    def _refusal(self, found: Found, wanted: Any, refused: ProblemError | None) -> None:
        codes = [problem.code for problem in refused.problems] if refused else []
        if wanted is None and refused:
            found.lines.append(f"refused, though nothing was wrong: {refused}")
        elif wanted is not None:
            same = is_refusal(wanted, codes) if refused else False
            found.same(f"the refusal ({', '.join(codes) or 'none'})", True, same is not False)
            if same is None:
                self.remarks.append(f'refused with {", ".join(codes)}; "{wanted}" is no word for it known here')

    def _unit(self) -> str:
        return self.wanted[0].quantity.unit if self.wanted else "one"


def plain_recipe(recipe: Any) -> dict[str, Any]:
    """A recipe in the words that are read here: what has no duration takes none, remarks and exchanges aside."""
    if isinstance(recipe, list):
        return plain_recipe({"processes": recipe} if "outputs" in recipe[0] else {"levels": recipe})
    named = {key: value for key, value in recipe.items() if key in RECIPE_KEYS}
    for form, keys in (("processes", PROCESS_KEYS), ("levels", LEVEL_KEYS)):
        if form in named:
            named[form] = [
                _timed({key: value for key, value in one.items() if _kept(key, keys)}) for one in named[form]
            ]
    return named


def _kept(key: str, keys: Sequence[str]) -> bool:
    return key in keys or key in DURATIONS or key in ("lead_time_days", "lead_days")


DURATIONS: Mapping[str, int] = {"duration_d": 1440, "duration_days": 1440, "duration_hours": 60, "duration_minutes": 1}
"""Other words for durations, and how many minutes one is."""


def _timed(node: dict[str, Any]) -> dict[str, Any]:
    for word, minutes in DURATIONS.items():
        if word in node:
            node["duration_min"] = str(Decimal(str(node.pop(word))) * minutes)
    for word in ("lead_time_days", "lead_days"):
        if word in node:
            node["purchase_lead_time_days"] = node.pop(word)
    makes = "outputs" in node or "inputs" in node
    return node if any(key in node for key in MICROSECONDS) or not makes else {**node, "duration_h": "0"}


STOCK_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("onhand", "stock", "inventory", "available"), "onhand"),
    **dict.fromkeys(("priordemand", "earlierdemand", "committed", "reserved"), "prior_demand"),
    **dict.fromkeys(("scheduled", "scheduledreceipts", "incoming"), "scheduled"),
}


def _stock_words(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in given.items():
        if plain_word(key) in STOCK_WORDS and isinstance(value, Mapping):
            plain = {spec: one["value"] if isinstance(one, Mapping) else one for spec, one in value.items()}
            found[STOCK_WORDS[plain_word(key)]] = plain
    return found


def _wanted(asked: Mapping[str, Any], unit: str) -> Wanted:
    return Wanted(Good(asked["spec"], asked.get("stage"), asked.get("state")), _read(measure(asked["quantity"], unit)))


def _read(amount: Mapping[str, Any]) -> Measure:
    return Measure(Decimal(str(amount["value"])), str(amount["unit"]))


def _day(text: str | None) -> date | datetime:
    if text is None:
        return SOME_DAY
    if len(text) == len("2026-12-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _entry(row: Row, body: Mapping[str, Any], agent: str) -> dict[str, Any]:
    """A planned commitment as an entry: of the one agent that the case names, where it says nothing else."""
    who = {"provider": body.get("provider", agent), "receiver": body.get("receiver", agent)}
    at = {"inputOf" if row.side == "input" else "outputOf": row.process} if row.process else {}
    return {"id": text_of(body), "action": row.action, "resourceSpec": row.spec, **who, **at, **row.amounts}


def _with_input(cookbook: Cookbook, planned: Planned, spec: str, amount: Measure) -> Cookbook:
    """The recipes with so much of one input in all: those who take it are written for a batch as large as the plan.

    Several who take it share the new amount as they shared the old one.
    """
    takers = [row for row in planned.rows if row.side == "input" and row.spec == spec and "quantity" in row.amounts]
    before = sum(Fraction(str(row.amounts["quantity"]["value"])) for row in takers)
    ratio = Fraction(amount.value) / before
    changed = {str(row.process) for row in takers}
    return replace(cookbook, recipes=tuple(_rewritten(one, changed, planned, spec, ratio) for one in cookbook.recipes))


def _rewritten(recipe: Recipe, changed: set[str], planned: Planned, spec: str, ratio: Fraction) -> Recipe:
    if not any(process.id in changed for process in recipe.processes):
        return recipe
    assert planned.plan is not None, "only what was exploded has takers"
    scales = {one.recipe_process: one.scale for one in planned.plan.processes}

    def flow(one: RecipeFlow, process: RecipeProcess, side: str) -> RecipeFlow:
        factor = scales[process.id] * (ratio if side == "input" and one.spec == spec else 1)
        return replace(one, quantity=_times(one.quantity, factor), effort=_times(one.effort, scales[process.id]))

    processes = tuple(
        replace(
            process,
            inputs=tuple(flow(one, process, "input") for one in process.inputs),
            outputs=tuple(flow(one, process, "output") for one in process.outputs),
        )
        if process.id in changed
        else process
        for process in recipe.processes
    )
    return Recipe(recipe.id, processes)


def _times(measure: Measure | None, factor: Fraction) -> Measure | None:
    if measure is None:
        return None
    return Measure(decimal_of(Fraction(measure.value) * factor, up=True), measure.unit)
