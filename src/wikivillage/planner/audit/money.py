"""Law: every part of the objective, and what is printed of costs, follows from flows, sizes and prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from wikivillage.planner.audit.expenses import PENALTIES, Parts, expenses
from wikivillage.planner.audit.findings import Finding, shown
from wikivillage.planner.audit.goals import goal_figure
from wikivillage.planner.audit.measures import capital, cost
from wikivillage.planner.audit.priced import Priced, priced
from wikivillage.planner.audit.result import Result
from wikivillage.planner.audit.written import SizeLine

SHARE = 1e-6
"""Of the sum of all parts: what rounding may leave in one of them."""
UNNAMED = frozenset({"carbon"})
"""Kinds whose parts are compared as one sum."""


def objective_parts(result: Result) -> Parts:
    """(kind, id) -> EUR, as they follow from what was written."""
    goals = {
        ("goal", goal.id): goal.worth * goal_figure(result, goal.id).missing(goal.sense, goal.target)
        for goal in result.village.goals.values()
    }
    return expenses(result) | goals


def check_money(result: Result) -> Iterator[Finding]:
    """Every part, the total, the yearly cost and the investment."""
    wanted = objective_parts(result)
    yield from _parts(stated_parts(result), wanted)
    paid, all_ = allowance(wanted, paid=True), allowance(wanted)
    invested = capital(result).value
    for where, stated, found, allowed in (
        ("objective", result.written.total, sum(wanted.values()), all_),
        ("yearly cost", result.written.yearly_cost, cost(result).value, paid),
        ("investment", result.written.investment, invested, SHARE * max(1.0, invested)),
    ):
        yield from _euro("money.total", where, stated, found, allowed)


def allowance(parts: Parts, *, paid: bool = False) -> float:
    """EUR that rounding may leave in one part: a share of all, or of those that somebody pays."""
    return SHARE * sum(abs(amount) for (kind, _), amount in parts.items() if not (paid and kind in PENALTIES)) + 1e-6


def stated_parts(result: Result) -> Parts:
    """(kind, id) -> EUR, as they were printed."""
    stated: Parts = defaultdict(float)
    for part in result.written.parts:
        stated[part.kind, "" if part.kind in UNNAMED else part.id] += part.amount
    return stated


def _parts(stated: Parts, wanted: Parts) -> Iterator[Finding]:
    """Needs that share a price share a part named ``a+b``. Large penalties do not blur what is paid."""
    left = dict(wanted)
    slack = {True: allowance(wanted, paid=True), False: allowance(wanted)}
    for (kind, ids), amount in stated.items():
        found = sum(left.pop((kind, id), 0.0) for id in ids.split("+"))
        yield from _euro(
            f"money.{kind}", f"{kind} of {ids}" if ids else kind, amount, found, slack[kind not in PENALTIES]
        )
    for (kind, id), amount in left.items():
        yield from _euro(f"money.{kind}", f"{kind} of {id}" if id else kind, 0.0, amount, slack[kind not in PENALTIES])


def _euro(code: str, where: str, stated: float, found: float, allowed: float) -> Iterator[Finding]:
    if not abs(stated - found) <= allowed:
        what = f"is printed as {shown(stated)} EUR, re-added it is {shown(found)} EUR"
        yield Finding(code, where, what, abs(stated - found), allowed)


def check_size_costs(result: Result) -> Iterator[Finding]:
    """Capital, yearly cost and embodied carbon printed beside each size."""
    lines = {(line.id, line.kind): line for line in result.written.sizes}
    for one in priced(result):
        for what, stated, found in _costs(result, one, lines[one.id, one.kind]):
            allowed = SHARE * max(1.0, abs(found))
            if not abs(stated - found) <= allowed:
                sentence = f"{what} is printed as {shown(stated)}, its recipe and size make {shown(found)}"
                yield Finding(f"size.{what}", f"{one.id} {one.kind}", sentence, abs(stated - found), allowed)


def _costs(result: Result, one: Priced, line: SizeLine) -> Iterator[tuple[str, float, float]]:
    yearly = one.capital_yearly(result.village.finance.discount_rate) + one.upkeep_yearly
    yield "capital_eur", line.capital_eur, one.investment
    yield "yearly_eur", line.yearly_eur, yearly
    yield "embodied_kg_year", line.embodied_kg_year, one.embodied_yearly
