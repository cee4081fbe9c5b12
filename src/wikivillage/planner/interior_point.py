"""An interior point for the planner's linear programs: few iterations on year-long programs full of near-ties.

min c x, A x = r, l <= (x, r) <= u, where a row that equals has r fixed. With one s = +-(x, r) - bound >= 0 and one
price z >= 0 per finite bound, each iteration solves Newton's equations of the optimality conditions and s z = aim
(``planner/newton.py``).

* predictor and second-order corrector, starting point: Mehrotra (1992), SIAM J. Optim. 2(4);
* further correctors while the factor is dear: Gondzio (1996), Comput. Optim. Appl. 6;
* scaling of rows and columns: Ruiz (2001), RAL-TR-2001-034;
* long steps: in these programs a few of 300,000 bounds block every step. The step passes the first bound that blocks
  by ``OVERSHOOT`` times its length; what is passed keeps a share of its s (or z), and the residual of its bound is
  repaired by the next Newton steps, as in any infeasible interior point (Wright 1997, ch. 6). When the gap has
  closed, steps stop at the bounds again. It halves the iterations, and is ours: whoever calls judges the point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from wikivillage.planner.linear_program import Floats, LinearProgram
from wikivillage.planner.newton import Newton

MOST_ITERATIONS = 100
OVERSHOOT, KEPT = 3.0, 0.1
"""While the gap is open: how far beyond the first bound a step goes, and the least share of s and z that it leaves."""
STRICT_KEPT = 0.005
"""The same share when steps stop at the bounds."""
CLOSING, CLOSED = 1e-6, 3e-8
"""Relative gaps below which steps stop at the bounds, and below which only residuals are still reduced."""
LEAST_AIM = 0.1
"""The smallest share of the mean product s z that a step aims at."""
CORRECTORS, ENOUGH = 2, 0.9
"""At most so many further correctors, none when a step is already this long."""
SHIFT, ATTEMPTS = 1e-10, 4
"""What keeps the matrix quasi-definite; when a solve is bad it grows a hundredfold, so often."""
REFINEMENTS, BAD = 2, 1e-6
"""Turns of iterative refinement, and the relative error above which a solve is bad."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """The program in scaled units: ``matrix`` = R A C; bounds over columns and then rows, divided by their median.

    ``measure`` and ``price`` (columns + rows,) turn a value and a price back into the program's units.
    """

    matrix: sparse.csr_array
    cost: Floats
    lower: Floats
    upper: Floats
    measure: Floats
    price: Floats
    constant: float


@dataclass(frozen=True, slots=True)
class Direction:
    """A step of columns and row values (``w``), row prices (``y``), distances to bounds (``s``) and their prices."""

    w: Floats
    y: Floats
    s: Floats
    z: Floats

    def plus(self, share: float, other: Direction) -> Direction:
        """This step and a share of another."""
        return Direction(
            self.w + share * other.w, self.y + share * other.y, self.s + share * other.s, self.z + share * other.z
        )


def interior_point(program: LinearProgram, tolerance: float) -> tuple[Floats, Floats, int] | None:
    """(x, row prices, iterations), all residuals and the gap below ``tolerance``; None where it gets nowhere.

    Below ``CLOSED`` only residuals are still reduced: a smaller tolerance is not reached.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _followed(program, tolerance)


def _followed(program: LinearProgram, tolerance: float) -> tuple[Floats, Floats, int] | None:
    free, fixed = program.lower < program.upper, program.lower >= program.upper
    given = program.matrix[:, fixed] @ program.lower[fixed]
    path = Path(
        scaled_program(
            program.matrix[:, free],
            program.cost[free],
            np.concatenate([program.lower[free], program.row_lower - given]),
            np.concatenate([program.upper[free], program.row_upper - given]),
            program.constant + float(program.cost[fixed] @ program.lower[fixed]),
        )
    )
    for iteration in range(MOST_ITERATIONS):
        if path.error <= tolerance:
            x = program.lower.copy()
            columns = int(free.sum())
            x[free] = path.w[:columns] * path.program.measure[:columns]
            return np.clip(x, program.lower, program.upper), path.y * path.program.price[columns:], iteration
        if not path.advance():
            return None
    return None


def scaled_program(
    matrix: sparse.csc_array, cost: Floats, lower: Floats, upper: Floats, constant: float, passes: int = 6
) -> Scaled:
    """Rows and columns divided by the root of their largest entry, over and over, until all are near 1."""
    rows, columns = np.ones(matrix.shape[0]), np.ones(matrix.shape[1])
    for _ in range(passes):
        size = abs(matrix)
        by_row = 1.0 / np.sqrt(_or_one(size.max(axis=1).toarray().ravel()))
        by_column = 1.0 / np.sqrt(_or_one(size.max(axis=0).toarray().ravel()))
        rows, columns = rows * by_row, columns * by_column
        matrix = sparse.diags_array(by_row) @ matrix @ sparse.diags_array(by_column)
    scale = np.concatenate([1.0 / columns, rows])
    lower, upper, cost = lower * scale, upper * scale, cost * columns
    bounds = np.abs(np.concatenate([lower, upper]))
    unit, price = _middle(bounds[np.isfinite(bounds)]), _middle(np.abs(cost))
    return Scaled(
        sparse.csr_array(matrix), cost / price, lower / unit, upper / unit, unit / scale, price * scale, constant
    )


def _or_one(values: Floats) -> Floats:
    return np.where(values > 0.0, values, 1.0)


def _middle(values: Floats) -> float:
    values = values[values > 0.0]
    return float(np.median(values)) if len(values) else 1.0


class Path:
    """Where the iterations stand: columns and row values ``w``, row prices ``y``, distances ``s`` and prices ``z``."""

    def __init__(self, program: Scaled) -> None:
        self.program = program
        self.rows, self.columns = program.matrix.shape
        lower, upper = program.lower, program.upper
        self.tie = lower == upper
        self.equal = self.tie[self.columns :]
        low = np.flatnonzero(np.isfinite(lower) & ~self.tie)
        high = np.flatnonzero(np.isfinite(upper) & ~self.tie)
        self.at = np.concatenate([low, high])
        self.side = np.concatenate([np.ones(len(low)), -np.ones(len(high))])
        self.bound = np.concatenate([lower[low], -upper[high]])
        self.newton = Newton(program.matrix, self.equal)
        self.level = np.where(self.equal, lower[self.columns :], 0.0)
        size = np.maximum(1.0 / program.price, np.concatenate([np.abs(program.cost), np.zeros(self.rows)]))
        self.price_weight = 1.0 / size
        self.shift = SHIFT
        self._start()
        self._look()

    def _start(self) -> None:
        """Mehrotra's starting point: least squares for x and y, then everything pushed inside its bounds."""
        program, n = self.program, self.columns
        self.newton.factor(np.ones(n), np.where(self.equal, 0.0, 1.0), SHIFT)
        near = np.clip(0.0, program.lower, program.upper)
        x, _, _ = self.newton.solve(np.zeros(n), near[n:] - program.matrix @ near[:n], REFINEMENTS)
        x = x + near[:n]
        self.w = np.concatenate([x, np.where(self.equal, self.level, program.matrix @ x)])
        _, self.y, _ = self.newton.solve(program.cost, np.zeros(self.rows), REFINEMENTS)
        s = self.side * self.w[self.at] - self.bound
        z = self.side * self._slope()[self.at] / np.bincount(self.at, minlength=n + self.rows)[self.at]
        s = s + max(-1.5 * float(s.min(initial=0.0)), 0.0)
        z = z + max(-1.5 * float(z.min(initial=0.0)), 0.0)
        product = _sum(s * z)
        self.s = s + max(0.5 * product / max(_sum(z), 1e-12), 1e-3)
        self.z = z + max(0.5 * product / max(_sum(s), 1e-12), 1e-3)

    def _slope(self) -> Floats:
        """(columns + rows,) what one more unit of each costs at the present row prices."""
        return np.concatenate([self.program.cost - self.newton.turned @ self.y, self.y])

    def _gather(self, values: Floats) -> Floats:
        """(columns + rows,) sums over the bounds of each column and row."""
        return np.asarray(np.bincount(self.at, values, self.columns + self.rows))

    def _look(self) -> None:
        """Residuals, gap, and the mean product of distances and prices."""
        program, n, w = self.program, self.columns, self.w
        off_price = self._slope() - self._gather(self.side * self.z)
        off_price[self.tie] = 0.0
        off_row = w[n:] - program.matrix @ w[:n]
        off_bound = self.side * w[self.at] - self.bound - self.s
        self.off = off_row, off_price, off_bound
        weight = 1.0 / np.maximum(1.0 / program.measure, np.abs(w))
        primal_error = max(_largest(off_bound * weight[self.at]), _largest(off_row * weight[n:]))
        money = float(program.measure[0] * program.price[0])
        primal = _sum(program.cost * w[:n]) * money + program.constant
        dual = (_sum(self.level * self.y) + _sum(self.bound * self.z)) * money + program.constant
        self.gap = abs(primal - dual) / max(1.0, abs(primal), abs(dual))
        self.mean = _sum(self.s * self.z) / max(1, len(self.s))
        self.error = max(primal_error, _largest(off_price * self.price_weight), self.gap)

    def advance(self) -> bool:
        """One iteration; False when no step is left."""
        step = self._corrected()
        a, b = self._reach(step)
        if not min(a, b) > 1e-9:
            return False
        step, a, b = self._longer(step, a, b)
        kept = STRICT_KEPT if self._closing else KEPT
        self.w, self.y = self.w + a * step.w, self.y + b * step.y
        self.s = np.maximum(self.s + a * step.s, kept * self.s)
        self.z = np.maximum(self.z + b * step.z, kept * self.z)
        self._look()
        return True

    @property
    def _closing(self) -> bool:
        return self.gap < CLOSING

    def _corrected(self) -> Direction:
        """Mehrotra's predictor and corrector, with a larger shift as long as the solves are bad."""
        s, z = self.s, self.z
        self.one_over_s, self.one_over_z = 1.0 / s, 1.0 / z
        self.ratio = z * self.one_over_s
        theta = self._gather(self.ratio)
        self.ease = np.where(self.equal, 0.0, 1.0 / np.maximum(theta[self.columns :], 1e-12))
        product = s * z
        for _ in range(ATTEMPTS):
            self.newton.factor(theta[: self.columns], self.ease, self.shift)
            step, _ = self._direction(self.off, -product, 0)
            a, b = self._reach(step)
            ahead = _sum(np.maximum(s + a * step.s, 0.0) * np.maximum(z + b * step.z, 0.0)) / len(s) / self.mean
            self.aim = self.mean * (1.0 if self.gap < CLOSED else max(ahead**3, LEAST_AIM))
            step, error = self._direction(self.off, self.aim - product - step.s * step.z, REFINEMENTS)
            if error < BAD:
                break
            self.shift *= 100.0
        return step

    def _longer(self, step: Direction, a: float, b: float) -> tuple[Direction, float, float]:
        """Gondzio's correctors: products that would leave the middle are drawn back, as long as the step grows."""
        nothing = np.zeros(self.rows), np.zeros(self.columns + self.rows), np.zeros(len(self.s))
        for _ in range(CORRECTORS):
            if min(a, b) >= ENOUGH:
                break
            hope = (self.s + min(1.0, a + 0.3) * step.s) * (self.z + min(1.0, b + 0.3) * step.z)
            wanted = np.maximum(np.clip(hope, 0.1 * self.aim, 10.0 * self.aim) - hope, -10.0 * self.aim)
            more, _ = self._direction(nothing, wanted, 0)
            tried = [step.plus(share, more) for share in (1.0, 0.4, 0.15)]
            best = max(tried, key=lambda one: sum(self._reach(one)))
            further = self._reach(best)
            if sum(further) < a + b + 0.03:
                break
            step, (a, b) = best, further
        return step, a, b

    def _direction(
        self, off: tuple[Floats, Floats, Floats], target: Floats, refinements: int
    ) -> tuple[Direction, float]:
        """The step that repairs ``off`` and brings every product s z by ``target`` nearer, and the solve's error."""
        off_row, off_price, off_bound = off
        n = self.columns
        g = self._gather(self.side * (target * self.one_over_s - self.ratio * off_bound)) - off_price
        dx, u, error = self.newton.solve(g[:n], off_row + self.ease * g[n:], refinements)
        moved = np.where(self.ease < 1.0, self.ease * (g[n:] + u), self.program.matrix @ dx - off_row)
        dw = np.concatenate([dx, moved])
        ds = self.side * dw[self.at] + off_bound
        return Direction(dw, -u, ds, (target - self.z * ds) * self.one_over_s), error

    def _reach(self, step: Direction) -> tuple[float, float]:
        """How long the step may be for distances and for prices, at most 1."""
        over = 1.0 if self._closing else 1.0 + OVERSHOOT
        blocks = (step.s * self.one_over_s).min(initial=0.0), (step.z * self.one_over_z).min(initial=0.0)
        a, b = (min(1.0, over / max(-float(block), 1e-300)) for block in blocks)
        return a, b


def _largest(values: Floats) -> float:
    return float(np.abs(values).max(initial=0.0))


def _sum(values: Floats) -> float:
    """Without BLAS, whose waiting threads cost more than they bring and whose sums depend on their number."""
    return float(values.sum())
