"""Splitting columns and rows with thousands of entries, so that a sparse factorisation stays sparse.

A size has an entry in every hour and a yearly goal an entry in every hour of many flows. A dense column x becomes
copies tied by x - copy = 0; a dense row becomes partial sums y = sum of a chunk, and the row adds the y.
The original columns and rows keep their numbers; what is new comes after them.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from wikivillage.planner.linear_program import Floats, LinearProgram

MOST_ENTRIES = 2000
"""Beyond a few thousand entries the fill-reducing ordering stalls; copies of about 2,000 were measured best."""


def split_dense(program: LinearProgram, most: int = MOST_ENTRIES) -> LinearProgram:
    """The same program with no column and no row above ``most`` entries (but for the ties themselves)."""
    return _split_rows(_split_columns(program, most), most)


def _split_columns(program: LinearProgram, most: int) -> LinearProgram:
    starts = program.matrix.indptr
    dense = np.flatnonzero(np.diff(starts) > most)
    coo = program.matrix.tocoo()
    rows, columns, values = coo.row.copy(), coo.col.copy(), coo.data
    origins: list[int] = []
    count = program.matrix.shape[1]
    for column in dense:
        for first in range(starts[column] + most, starts[column + 1], most):
            columns[first : min(first + most, starts[column + 1])] = count + len(origins)
            origins.append(int(column))
    if not origins:
        return program
    new, ties = np.array(origins), np.arange(len(origins))
    tie_rows = program.matrix.shape[0] + ties
    matrix = sparse.coo_array(
        (
            np.concatenate([values, np.ones(len(new)), -np.ones(len(new))]),
            (
                np.concatenate([rows, tie_rows, tie_rows]),
                np.concatenate([columns, new, count + ties]),
            ),
        ),
        shape=(program.matrix.shape[0] + len(new), count + len(new)),
    )
    return _grown(program, sparse.csc_array(matrix), program.lower[new], program.upper[new])


def _split_rows(program: LinearProgram, most: int) -> LinearProgram:
    by_row = sparse.csr_array(program.matrix)
    starts = by_row.indptr
    dense = np.flatnonzero(np.diff(starts) > most)
    coo = by_row.tocoo()
    rows, columns, values = coo.row.copy(), coo.col, coo.data
    origins: list[int] = []
    count = program.matrix.shape[0]
    for row in dense:
        for first in range(starts[row], starts[row + 1], most):
            rows[first : min(first + most, starts[row + 1])] = count + len(origins)
            origins.append(int(row))
    if not origins:
        return program
    old, ties = np.array(origins), np.arange(len(origins))
    sums = program.matrix.shape[1] + ties
    matrix = sparse.coo_array(
        (
            np.concatenate([values, np.ones(len(old)), -np.ones(len(old))]),
            (np.concatenate([rows, old, count + ties]), np.concatenate([columns, sums, sums])),
        ),
        shape=(count + len(old), program.matrix.shape[1] + len(old)),
    )
    free = np.full(len(old), np.inf)
    return _grown(program, sparse.csc_array(matrix), -free, free)


def _grown(program: LinearProgram, matrix: sparse.csc_array, lower: Floats, upper: Floats) -> LinearProgram:
    """The program with free new columns between given bounds and new rows that equal zero."""
    zeros = np.zeros(matrix.shape[0] - program.matrix.shape[0])
    return LinearProgram(
        cost=np.concatenate([program.cost, np.zeros(len(lower))]),
        constant=program.constant,
        lower=np.concatenate([program.lower, lower]),
        upper=np.concatenate([program.upper, upper]),
        row_lower=np.concatenate([program.row_lower, zeros]),
        row_upper=np.concatenate([program.row_upper, zeros]),
        matrix=matrix,
    )
