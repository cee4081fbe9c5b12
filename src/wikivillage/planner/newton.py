"""Newton's equations of an interior point, factorised as a sparse LDL'.

    [ Z/S  A' ] [ dx]
    [ A    -E ] [-dy]  = residuals,   Z/S = sum of z/s over the bounds of a column, E = 1 / (the same over a row)

Rows of inequality with few entries are eliminated beforehand, as A' E^-1 A; the rest is kept quasi-definite
(Vanderbei 1995) by a small shift, which iterative refinement undoes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import qdldl
from numpy.typing import NDArray
from scipy import sparse

from wikivillage.planner.linear_program import Floats, Ints

SHORT_ROW = 8
"""Rows of inequality with at most so many entries are eliminated: they make few new ones."""

GOOD = 1e-11
"""The relative error at which refinement stops."""


class Newton:
    """The matrix of one program, its ordering found once and its numbers factorised anew in every iteration."""

    def __init__(self, matrix: sparse.csr_array, equal: NDArray[np.bool_]) -> None:
        self.matrix, self.turned = matrix, sparse.csr_array(matrix.T)
        columns = matrix.shape[1]
        short = ~equal & (np.diff(matrix.indptr) <= SHORT_ROW)
        self.short, self.long = np.flatnonzero(short), np.flatnonzero(~short)
        self.short_rows = matrix[self.short]
        self.short_turned = sparse.csr_array(self.short_rows.T)
        first, second, row, value = _pairs(self.short_rows)
        at = np.arange(columns)
        places = np.concatenate([first, at]), np.concatenate([second, at])
        pattern = sparse.csc_array((np.ones(len(first) + columns), places), shape=(columns, columns))
        pattern.sum_duplicates()
        pattern.sort_indices()
        key = np.repeat(at, np.diff(pattern.indptr)) * columns + pattern.indices
        place = np.searchsorted(key, second.astype(np.int64) * columns + first)
        self.products = sparse.csr_array((value, (place, row)), shape=(pattern.nnz, len(self.short)))
        self.count = pattern.nnz
        corner = -sparse.eye_array(len(self.long))
        blocks = [[pattern, sparse.csc_array(matrix[self.long].T)], [None, corner]]
        whole = sparse.block_array(blocks, format="csc")
        whole.sort_indices()
        self.whole = sparse.csc_matrix(whole)
        self.diagonal = self.whole.indptr[1:] - 1
        self.solver: Any = None

    def factor(self, theta: Floats, ease: Floats, shift: float) -> None:
        """Factorise with ``theta`` (columns,) = Z/S, ``ease`` (rows,) = E, and the shift of the diagonal."""
        self.theta, self.ease, columns = theta, ease, len(theta)
        self.weight = 1.0 / (ease[self.short] + shift)
        self.whole.data[: self.count] = self.products @ self.weight
        self.whole.data[self.diagonal[:columns]] += theta + shift
        self.whole.data[self.diagonal[columns:]] = -ease[self.long] - shift
        if self.solver is None:
            self.solver = qdldl.Solver(self.whole, upper=True)
        else:
            self.solver.update(self.whole, upper=True)

    def solve(self, top: Floats, bottom: Floats, refinements: int) -> tuple[Floats, Floats, float]:
        """(x, u, relative error) with theta x + A' u = top and A x - ease u = bottom."""
        x, u = self._once(top, bottom)
        size = max(np.abs(top).max(initial=0.0), np.abs(bottom).max(initial=0.0), 1e-300)
        error, best = np.inf, (x, u)
        for turn in range(refinements + 1):
            above = top - self.theta * x - self.turned @ u
            below = bottom - self.matrix @ x + self.ease * u
            now = max(np.abs(above).max(initial=0.0), np.abs(below).max(initial=0.0)) / size
            if turn and not now < error:
                return *best, error
            slow = not now < 0.5 * error
            error, best = now, (x, u)
            if slow or turn == refinements or error < GOOD:
                break
            dx, du = self._once(above, below)
            x, u = x + dx, u + du
        return *best, float(error)

    def _once(self, top: Floats, bottom: Floats) -> tuple[Floats, Floats]:
        columns = len(self.theta)
        part = self.weight * bottom[self.short]
        found = self.solver.solve(np.concatenate([top + self.short_turned @ part, bottom[self.long]]))
        x, u = found[:columns], np.empty(len(bottom))
        u[self.long] = found[columns:]
        u[self.short] = self.weight * (self.short_rows @ x) - part
        return x, u


def _pairs(matrix: sparse.csr_array) -> tuple[Ints, Ints, Ints, Floats]:
    """(first column, second column, row, product) of every two entries in one row, an entry with itself included."""
    matrix.sort_indices()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    firsts, seconds, rows, products = [], [], [], []
    for lag in range(SHORT_ROW):
        here = np.flatnonzero(row[: max(len(row) - lag, 0)] == row[lag:])
        firsts.append(matrix.indices[here])
        seconds.append(matrix.indices[here + lag])
        rows.append(row[here])
        products.append(matrix.data[here] * matrix.data[here + lag])
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(rows), np.concatenate(products)
