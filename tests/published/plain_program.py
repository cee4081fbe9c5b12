"""A linear program written row by row, with names: the slow and obvious way, to compare the planner with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

Terms = Mapping[tuple[str, int], float]
"""What a row adds up: (variable, step) -> coefficient."""


class PlainProgram:
    """Variables are named and stepped; rows are sums of terms."""

    def __init__(self) -> None:
        self.number: dict[tuple[str, int], int] = {}
        self.cost: list[float] = []
        self.most: list[float] = []
        self.equal: list[tuple[Terms, float]] = []
        self.below: list[tuple[Terms, float]] = []

    def variable(self, name: str, steps: int = 1, *, cost: float = 0.0, most: float = np.inf) -> None:
        """A variable from 0 to ``most`` in each step, at a cost per unit."""
        for step in range(steps):
            self.number[name, step] = len(self.cost)
            self.cost.append(cost)
            self.most.append(most)

    def equals(self, terms: Terms, value: float) -> None:
        """A row that must be equal to ``value``."""
        self.equal.append((terms, value))

    def at_most(self, terms: Terms, value: float) -> None:
        """A row that must not exceed ``value``."""
        self.below.append((terms, value))

    def least_cost(self) -> tuple[float, dict[tuple[str, int], float]]:
        """The least cost and the value of every variable."""
        found = linprog(
            self.cost, *self._matrix(self.below), *self._matrix(self.equal),
            bounds=np.column_stack([np.zeros(len(self.most)), self.most]),
        )  # fmt: skip
        assert found.status == 0, found.message
        return float(found.fun), {name: float(found.x[column]) for name, column in self.number.items()}

    def _matrix(self, rows: list[tuple[Terms, float]]) -> tuple[coo_array | None, list[float] | None]:
        if not rows:
            return None, None
        entries = [(i, self.number[key], v) for i, (terms, _) in enumerate(rows) for key, v in terms.items()]
        at, column, coefficient = zip(*entries, strict=True)
        matrix = coo_array((coefficient, (at, column)), shape=(len(rows), len(self.cost)))
        return matrix, [value for _, value in rows]
