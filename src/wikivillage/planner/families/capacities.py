"""Capacity: flow[t] <= size x most[t] (= for what runs exactly); ``most`` is the flow that one unit of size allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from wikivillage.planner.linear_program import Floats, Ints
from wikivillage.planner.sheet import Sheet, Size


def bounded_columns(
    sheet: Sheet, size: Size | None, most: Floats, *, exactly: bool = False
) -> tuple[Ints, Ints | None]:
    """(steps,) new columns held below ``size * most``, and the rows that hold them where the size is a column."""
    steps = len(most)
    if size is None:
        return sheet.blocks.columns(steps), None
    if size.column is None:
        upper = size.low * most
        return sheet.blocks.columns(steps, lower=upper if exactly else 0.0, upper=upper), None
    columns = sheet.blocks.columns(steps, upper=np.where(most > 0.0, np.inf, 0.0))
    return columns, hold_below(sheet, columns, 1.0, size, most, exactly=exactly)


def hold_below(
    sheet: Sheet, columns: Ints, factor: ArrayLike, size: Size, most: Floats, *, exactly: bool = False
) -> Ints:
    """Rows ``factor * x[t] - most[t] * size <= 0`` (``= 0`` if exactly); the size may be a constant."""
    limit = size.low * most if size.column is None else np.zeros(len(most))
    rows = sheet.blocks.rows(len(most), lower=limit if exactly else -np.inf, upper=limit)
    sheet.blocks.entries(rows, columns, factor)
    if size.column is not None:
        sheet.blocks.entries(rows, size.column, -most)
    return rows
