"""HiGHS by itself: solving a finished program with a method and a time limit."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from wikivillage.planner.linear_program import LinearProgram
from wikivillage.planner.solve import hand_over

METHODS = ("ipx", "hipo", "choose")
"""The interior points without crossover, and what HiGHS chooses when nothing is said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS found: its status in words, and its objective in EUR."""

    status: str
    objective: float


def solve_with(program: LinearProgram, method: str, limit_s: float) -> Answer:
    """Solve by one of METHODS, for at most ``limit_s`` seconds."""
    highs = hand_over(program)
    highs.setOptionValue("solver", method)
    highs.setOptionValue("time_limit", limit_s)
    if method != "choose":
        highs.setOptionValue("run_crossover", "off")
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    return Answer(status, float(highs.getInfo().objective_function_value))


def canonical(highs: highspy.Highs) -> dict[str, np.ndarray]:
    """What a program holds whatever the order of its columns and rows: sorted, rounded figures of each."""
    lp = highs.getLp()
    by_column = lp.a_matrix_.format_ == highspy.MatrixFormat.kColwise
    starts, index = np.array(lp.a_matrix_.start_), np.array(lp.a_matrix_.index_)
    along = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    column, row = (along, index) if by_column else (index, along)
    values = np.array(lp.a_matrix_.value_)
    columns = [np.array(each) for each in (lp.col_cost_, lp.col_lower_, lp.col_upper_)]
    rows = [np.array(each) for each in (lp.row_lower_, lp.row_upper_)]
    return {
        "columns": _sorted(np.column_stack([*columns, *_moments(column, values, lp.num_col_)])),
        "rows": _sorted(np.column_stack([*rows, *_moments(row, values, lp.num_row_)])),
    }


def _moments(place: np.ndarray, values: np.ndarray, count: int) -> list[np.ndarray]:
    """Per column or row: how many entries other than 0, their sum and the sum of their squares."""
    return [np.bincount(place, weights=weights, minlength=count) for weights in (values != 0.0, values, values**2)]


def _sorted(table: np.ndarray) -> np.ndarray:
    rounded = np.round(table, 9) + 0.0
    return rounded[np.lexsort(rounded.T)]
