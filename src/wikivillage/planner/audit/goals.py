"""Laws: what the plan says that it reached, and what it misses of its goals, follows from its flows."""

from __future__ import annotations

from collections.abc import Iterator

from wikivillage.planner.audit.findings import Finding, shown
from wikivillage.planner.audit.measures import MEASURES, Figure, Matched
from wikivillage.planner.audit.result import Result
from wikivillage.planner.audit.written import GoalLine

GOAL_SHARE = 1e-5
"""Of the total of a share, or of the target: what may be missing from a goal that counts as met."""
ROUNDING = 1e-6


def check_measures(result: Result) -> Iterator[Finding]:
    """Every measure that the plan prints; ``renewable_share_hourly`` is the share matched hour by hour."""
    for name, stated in result.written.measures.items():
        base, matched = (name.removesuffix("_hourly"), "hourly") if name.endswith("_hourly") else (name, "year")
        if base not in MEASURES:
            yield Finding("measure.unknown", name, "is no measure that can be added up again", 1.0, 0.0)
            continue
        found = MEASURES[base](result, None, matched)  # type: ignore[arg-type]
        yield from _stated("measure", name, stated, found.value)


def _stated(code: str, where: str, stated: float, found: float) -> Iterator[Finding]:
    allowed = ROUNDING * max(1.0, abs(found))
    if not abs(stated - found) <= allowed:
        what = f"is printed as {shown(stated)}, the flows and sizes make {shown(found)}"
        yield Finding(code, where, what, abs(stated - found), allowed)


def check_goals(result: Result) -> Iterator[Finding]:
    """Every goal of the village once, with what was reached, what is missing, and whether it is met."""
    lines = {line.id: line for line in result.written.goals}
    for goal in sorted(set(lines) ^ set(result.village.goals)):
        where = "the plan" if goal in result.village.goals else "the village"
        yield Finding("goal.unknown", goal, f"is not a goal of {where}", 1.0, 0.0)
    for id in result.village.goals:
        if id in lines:
            yield from _goal(result, lines[id])


def _goal(result: Result, line: GoalLine) -> Iterator[Finding]:
    goal = result.village.goals[line.id]
    figure = goal_figure(result, line.id)
    yield from _stated("goal.reached", line.id, line.reached, figure.value)
    missing = figure.missing(goal.sense, goal.target)
    scale = max(1.0, abs(goal.target)) if figure.total is None else max(1.0, abs(figure.total))
    allowed = GOAL_SHARE * scale
    if not abs(line.missing - missing) <= allowed:
        what = f"misses {shown(missing)}, the plan says {shown(line.missing)}"
        yield Finding("goal.missing", line.id, what, abs(line.missing - missing), allowed)
    if line.met and missing > allowed:
        yield Finding("goal.met", line.id, f"is said to be met, but misses {shown(missing)}", missing, allowed)
    if not line.met and missing == 0.0:
        yield Finding("goal.met", line.id, "is said not to be met, but nothing is missing", 0.0, allowed)


def goal_figure(result: Result, id: str) -> Figure:
    """What the flows make of a goal's measure."""
    goal = result.village.goals[id]
    matched: Matched = goal.matched
    return MEASURES[goal.measure](result, goal.resource, matched)
