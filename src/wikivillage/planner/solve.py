"""Linear program -> solution: HiGHS for small programs, HiGHS presolve with our interior point for a whole year.

This is the only module that knows a solver. What comes back is judged on the original program (residuals and
duality gap); a route that misses its tolerance is followed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import piqp
from scipy import sparse

from wikivillage.planner.dense import split_dense
from wikivillage.planner.interior_point import interior_point
from wikivillage.planner.linear_program import Floats, LinearProgram

SMALL = 30_000
"""Columns below which HiGHS' simplex is the fastest route, and gives a vertex."""

TOLERANCE = 1e-6
"""Largest relative residual and duality gap that a plan may have."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Solution:
    """A point and its prices on the original program.

    ``x`` (columns,), ``row_dual`` (rows,) EUR per unit of a row's bounds, ``column_dual`` (columns,) reduced costs.
    """

    x: Floats
    row_dual: Floats
    column_dual: Floats
    route: str
    status: str
    iterations: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a point is: largest relative violations and the gap between primal and dual objective."""

    primal_objective: float
    dual_objective: float
    primal_residual: float
    dual_residual: float

    @property
    def relative_gap(self) -> float:
        """|primal - dual| over their size."""
        size = max(1.0, abs(self.primal_objective), abs(self.dual_objective))
        return abs(self.primal_objective - self.dual_objective) / size

    @property
    def good(self) -> bool:
        """Whether a plan may be built on it."""
        return max(self.primal_residual, self.dual_residual, self.relative_gap) <= TOLERANCE


class UnboundedError(Exception):
    """The program has no least cost: somebody is paid for ever."""


class UnsolvedError(Exception):
    """No route reached its tolerance."""


def solve(program: LinearProgram, *, say: Say = lambda _: None, route: str | None = None) -> tuple[Solution, Quality]:
    """The cheapest point, by the first route that meets the tolerance (or by one given route).

    Raises UnboundedError, or UnsolvedError when every route misses.
    """
    missed = []
    for name in (route,) if route else _routes(program):
        say(name)
        solution = ROUTES[name](program)
        if solution is None:
            missed.append(f"{name}: no solution")
            continue
        quality = judge(program, solution)
        if quality.good:
            return solution, quality
        missed.append(
            f"{name}: primal residual {quality.primal_residual:.1e}, dual residual {quality.dual_residual:.1e}, "
            f"gap {quality.relative_gap:.1e}"
        )
    raise UnsolvedError("; ".join(missed))


def judge(program: LinearProgram, solution: Solution) -> Quality:
    """Residuals relative to the size of what is added up, and both objectives, of a point on its program."""
    x, prices = solution.x, solution.row_dual
    rows = program.matrix @ x
    size = np.maximum(1.0, abs(program.matrix) @ np.abs(x))
    outside = np.maximum(program.row_lower - rows, rows - program.row_upper) / size
    beyond = np.maximum(program.lower - x, x - program.upper) / np.maximum(1.0, np.abs(x))
    reduced = program.cost - program.matrix.T @ prices
    weight = np.maximum(1.0, np.abs(program.cost) + abs(program.matrix.T) @ np.abs(prices))
    wrong = _bound_value(reduced, program.lower, program.upper)
    wrong_rows = _bound_value(prices, program.row_lower, program.row_upper)
    return Quality(
        primal_objective=float(program.cost @ x) + program.constant,
        dual_objective=program.constant + float(wrong.value + wrong_rows.value),
        primal_residual=float(max(outside.max(initial=0.0), beyond.max(initial=0.0), 0.0)),
        dual_residual=float(max((wrong.free / weight).max(initial=0.0), wrong_rows.free.max(initial=0.0))),
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    value: float
    free: Floats


def _bound_value(dual: Floats, lower: Floats, upper: Floats) -> _Bounds:
    """Each dual times the bound it leans on, and how much leans on a bound that is infinite."""
    bound = np.where(dual > 0.0, lower, upper)
    leaning = np.isfinite(bound)
    return _Bounds(float(np.sum(dual[leaning] * bound[leaning])), np.where(leaning, 0.0, np.abs(dual)))


def _routes(program: LinearProgram) -> tuple[str, ...]:
    if len(program.cost) <= SMALL:
        return ("simplex", "ipx")
    return ("interior", "piqp", "hipo", "ipx", "simplex")


def _by_highs(method: str) -> Callable[[LinearProgram], Solution | None]:
    def run(program: LinearProgram) -> Solution | None:
        highs = hand_over(program)
        if highs.setOptionValue("solver", method) != highspy.HighsStatus.kOk:
            return None
        if method != "simplex":
            highs.setOptionValue("run_crossover", "choose")
        highs.run()
        status = highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise UnboundedError
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        info = highs.getInfo()
        iterations = max(info.simplex_iteration_count, info.ipm_iteration_count)
        return _solution(highs, program, method, iterations)

    return run


Inner = Callable[[LinearProgram], tuple[Floats, Floats, int] | None]
"""An interior point on a presolved program: (x, row prices, iterations), or None when it does not converge."""


def _after_presolve(inner: Inner, name: str) -> Callable[[LinearProgram], Solution | None]:
    def run(program: LinearProgram) -> Solution | None:
        highs = hand_over(program)
        highs.presolve()
        if highs.getModelPresolveStatus() not in (
            highspy.HighsPresolveStatus.kReduced,
            highspy.HighsPresolveStatus.kNotReduced,
        ):
            return None
        reduced = _program_of(highs.getPresolvedLp())
        found = inner(reduced)
        if found is None:
            return None
        x, prices, iterations = found
        point = highspy.HighsSolution()
        point.col_value, point.row_value = list(x), list(reduced.matrix @ x)
        point.row_dual, point.col_dual = list(prices), list(reduced.cost - reduced.matrix.T @ prices)
        point.value_valid = point.dual_valid = True
        highs.setOptionValue("simplex_iteration_limit", 0)
        highs.postsolve(point)
        return _solution(highs, program, name, iterations)

    return run


def _own(program: LinearProgram) -> tuple[Floats, Floats, int] | None:
    """Our interior point, on the program as it is: eight thousand entries in a size column cost it little."""
    return interior_point(program, INNER_TOLERANCE)


def _piqp(program: LinearProgram) -> tuple[Floats, Floats, int] | None:
    """PIQP, on the program with its dense columns and rows split."""
    found = _by_piqp(split_dense(program), INNER_TOLERANCE)
    if found is None:
        return None
    x, prices, iterations = found
    return x[: len(program.cost)], prices[: len(program.row_lower)], iterations


INNER_TOLERANCE = 1e-7
"""Of an interior point on the presolved program: the whole program asks for ``TOLERANCE``."""


def _by_piqp(program: LinearProgram, tolerance: float) -> tuple[Floats, Floats, int] | None:
    """PIQP on min c x, A x = b, l <= G x <= u: (x, row prices, iterations), or None when it does not converge."""
    equal = program.row_lower == program.row_upper
    by_row = sparse.csr_array(program.matrix)
    solver = piqp.SparseSolver()
    settings = solver.settings
    settings.eps_abs = settings.eps_rel = tolerance
    settings.eps_duality_gap_rel = settings.eps_duality_gap_abs = tolerance
    settings.iterative_refinement_always_enabled = True
    settings.max_iter = 300
    columns = len(program.cost)
    solver.setup(
        sparse.csc_matrix((columns, columns)),
        program.cost,
        sparse.csc_matrix(by_row[equal]),
        program.row_lower[equal],
        sparse.csc_matrix(by_row[~equal]),
        program.row_lower[~equal],
        program.row_upper[~equal],
        program.lower,
        program.upper,
    )
    if solver.solve() != piqp.PIQP_SOLVED:
        return None
    result = solver.result
    prices = np.zeros(len(equal))
    prices[equal] = -result.y
    prices[~equal] = result.z_l - result.z_u
    return np.clip(result.x, program.lower, program.upper), prices, int(result.info.iter)


def hand_over(program: LinearProgram) -> highspy.Highs:
    """The program in HiGHS, silent and ready: whole arrays, six times faster than filling a HighsLp."""
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    matrix = program.matrix
    rows, columns = matrix.shape
    highs.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        program.constant,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    return highs


def _program_of(lp: highspy.HighsLp) -> LinearProgram:
    matrix = sparse.csc_array(
        (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_)),
        shape=(lp.num_row_, lp.num_col_),
    )
    return LinearProgram(
        cost=np.array(lp.col_cost_),
        constant=float(lp.offset_),
        lower=np.array(lp.col_lower_),
        upper=np.array(lp.col_upper_),
        row_lower=np.array(lp.row_lower_),
        row_upper=np.array(lp.row_upper_),
        matrix=matrix,
    )


def _solution(highs: highspy.Highs, program: LinearProgram, route: str, iterations: int) -> Solution:
    found = highs.getSolution()
    x = np.clip(np.array(found.col_value), program.lower, program.upper)
    prices = np.array(found.row_dual)
    reduced = program.cost - program.matrix.T @ prices
    return Solution(x, prices, reduced, route, "optimal", int(iterations))


ROUTES: dict[str, Callable[[LinearProgram], Solution | None]] = {
    "simplex": _by_highs("simplex"),
    "ipx": _by_highs("ipx"),
    "hipo": _by_highs("hipo"),
    "interior": _after_presolve(_own, "interior"),
    "piqp": _after_presolve(_piqp, "piqp"),
}
"""Every way to solve, by name."""
