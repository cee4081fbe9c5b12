"""Goals: measure + short >= target (or measure - over <= target), with a price on every unit missing.

A share s = part / whole with a target is the linear row part - target x whole; its missing amount is in units
of the whole (kWh, m3, kg). ``planner/measures.py`` says what each measure adds up.
"""

from __future__ import annotations

from wikivillage.model.kinds import Goal
from wikivillage.planner.measures import MEASURES, Measure
from wikivillage.planner.sheet import Linear, Sheet, joined


def add_goals(sheet: Sheet) -> None:
    """One row and one missing column per goal."""
    for goal in sheet.village.goals.values():
        _add_goal(sheet, goal, MEASURES[goal.measure](sheet, goal))


def _add_goal(sheet: Sheet, goal: Goal, measure: Measure) -> None:
    reached, target = goal_row(goal, measure)
    least = goal.sense == "at_least"
    bound = target - reached.constant
    row = sheet.blocks.rows(1, lower=bound) if least else sheet.blocks.rows(1, upper=bound)
    missing = sheet.blocks.columns(1)
    sheet.blocks.entries(row, reached.columns, reached.coefficients)
    sheet.blocks.entries(row, missing, 1.0 if least else -1.0)
    sheet.charge("goal", goal.id, missing, goal.worth)
    sheet.goal_rows[goal.id] = (int(row[0]), int(missing[0]))


def goal_row(goal: Goal, measure: Measure) -> tuple[Linear, float]:
    """The linear amount and the target it is held against."""
    if measure.whole is None:
        return measure.part, goal.target
    whole = measure.whole
    scaled = Linear(whole.columns, -goal.target * whole.coefficients, -goal.target * whole.constant)
    return joined([measure.part, scaled]), 0.0
