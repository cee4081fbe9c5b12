"""How far each goal is, what its next step costs, and every measure of the plan."""

from __future__ import annotations

from typing import Any

from wikivillage.model.kinds import Goal
from wikivillage.planner.families.goals import goal_row
from wikivillage.planner.linear_program import Floats
from wikivillage.planner.measures import MEASURES, value
from wikivillage.planner.naming import both_languages
from wikivillage.planner.sheet import Sheet
from wikivillage.planner.solve import Solution


def goal_record(sheet: Sheet, solution: Solution, goal: Goal) -> dict[str, Any]:
    """One goal: its target, what was reached, what is missing, and what one more unit costs."""
    measure = MEASURES[goal.measure](sheet, goal)
    linear, target = goal_row(goal, measure)
    row, _ = sheet.goal_rows[goal.id]
    short = target - linear.of(solution.x) if goal.sense == "at_least" else linear.of(solution.x) - target
    whole = measure.whole.of(solution.x) if measure.whole is not None else max(abs(goal.target), 1.0)
    missing = max(0.0, short) if short > 1e-5 * max(1.0, abs(whole)) else 0.0
    share = measure.whole is not None
    price = abs(float(solution.row_dual[row]))
    return {
        "id": goal.id,
        "name": both_languages(goal.name) if goal.name else None,
        "measure": goal.measure,
        "resource": goal.resource,
        "matched": goal.matched,
        "sense": goal.sense,
        "share": share,
        "target": goal.target,
        "reached": value(measure, solution.x),
        "unit": "share" if share else measure.unit,
        "met": missing == 0.0,
        "missing": missing,
        "missing_unit": measure.unit,
        "price": price,
        "worth": goal.worth,
        "worth_unit": f"EUR/{measure.unit}",
        "point_price": price * whole / 100.0 if share else None,
    }


def measure_values(sheet: Sheet, x: Floats) -> dict[str, float]:
    """Every measure that needs no resource of its own, whether or not somebody made it a goal."""
    found = {}
    for name, measure in MEASURES.items():
        if name in ("bought", "sold", "used", "produced"):
            continue
        for matched in ("year", "hourly") if name == "renewable_share" else ("year",):
            goal = Goal("", name, "at_most", 0.0, "", 0.0, matched=matched)
            known = measure(sheet, goal)
            if known.whole is None or abs(known.whole.of(x)) > 1e-9:
                found[name + ("_hourly" if matched == "hourly" else "")] = value(known, x)
    return found
