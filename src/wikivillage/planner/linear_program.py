"""A linear program gathered block by block as numpy arrays and handed over as one sparse matrix.

minimise ``cost @ x + constant`` with ``lower <= x <= upper`` and ``row_lower <= matrix @ x <= row_upper``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """The finished program: (columns,) and (rows,) vectors and a CSC matrix (rows, columns)."""

    cost: Floats
    constant: float
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    matrix: sparse.csc_array

    @property
    def size(self) -> dict[str, int]:
        """Columns, rows and non-zeros."""
        rows, columns = self.matrix.shape
        return {"columns": int(columns), "rows": int(rows), "nonzeros": int(self.matrix.nnz)}


@dataclass
class Blocks:
    """Where families of equations put their columns, rows and entries, whole arrays at a time."""

    column_count: int = 0
    row_count: int = 0
    constant: float = 0.0
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _row_lower: list[Floats] = field(default_factory=list)
    _row_upper: list[Floats] = field(default_factory=list)
    _costs: list[tuple[Ints, Floats]] = field(default_factory=list)
    _rows: list[Ints] = field(default_factory=list)
    _columns: list[Ints] = field(default_factory=list)
    _values: list[Floats] = field(default_factory=list)

    def columns(self, count: int, *, lower: ArrayLike = 0.0, upper: ArrayLike = np.inf) -> Ints:
        """Add ``count`` columns between their bounds; returns their numbers (count,)."""
        self._lower.append(_filled(lower, count))
        self._upper.append(_filled(upper, count))
        first = self.column_count
        self.column_count += count
        return np.arange(first, self.column_count, dtype=np.int32)

    def rows(self, count: int, *, lower: ArrayLike = -np.inf, upper: ArrayLike = np.inf) -> Ints:
        """Add ``count`` rows between their bounds; returns their numbers (count,)."""
        self._row_lower.append(_filled(lower, count))
        self._row_upper.append(_filled(upper, count))
        first = self.row_count
        self.row_count += count
        return np.arange(first, self.row_count, dtype=np.int32)

    def entries(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Add ``values`` at (rows, columns), broadcast together; entries at the same place are summed."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        self._rows.append(row.astype(np.int32, copy=False))
        self._columns.append(column.astype(np.int32, copy=False))
        self._values.append(value.astype(float, copy=False))

    def costs(self, columns: Ints, values: ArrayLike) -> None:
        """Add to the cost of columns."""
        self._costs.append((columns, _filled(values, len(columns))))

    def finish(self, *, row_shift: Floats | None = None) -> LinearProgram:
        """The program, once; ``row_shift`` (rows,) is added to both bounds of every row."""
        cost = np.zeros(self.column_count)
        for columns, values in self._costs:
            np.add.at(cost, columns, values)
        shift = np.zeros(self.row_count) if row_shift is None else row_shift
        return LinearProgram(
            cost=cost,
            constant=self.constant,
            lower=_joined(self._lower),
            upper=_joined(self._upper),
            row_lower=_joined(self._row_lower) + shift,
            row_upper=_joined(self._row_upper) + shift,
            matrix=self._matrix(),
        )

    def _matrix(self) -> sparse.csc_array:
        shape = (self.row_count, self.column_count)
        if not self._values:
            return sparse.csc_array(shape)
        values, rows, columns = _taken(self._values), _taken(self._rows), _taken(self._columns)
        matrix = sparse.csc_array(sparse.coo_array((values, (rows, columns)), shape=shape))
        del values, rows, columns
        if not matrix.data.all():
            matrix.eliminate_zeros()
        return matrix


def _filled(values: ArrayLike, count: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=float), (count,))


def _taken(parts: list[Any]) -> Any:
    """All parts in one array; the list lets go of them, so that nothing is held twice for long."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)
