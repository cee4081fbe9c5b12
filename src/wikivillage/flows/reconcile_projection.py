"""The linear algebra of reconciliation: what linearised balances demand of measured streams and say of sought ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from wikivillage.flows.reconcile_balances import Floats

RANK = 1e-9
"""Singular values below this are rounding: the matrices are scaled so that no entry exceeds 1."""

CANCELLED = 1e-13
"""A sum that is smaller than this share of its terms is zero but for rounding."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What the linearised balances say, shapes for m balances, n measured and k sought streams, q degrees of freedom.

    ``moving`` (n, q) and ``resting`` (n, n - q) are orthonormal bases of the adjustments, in standard deviations, that
    balances demand and that they leave free. ``closing`` (n, m) gives the smallest adjustment that closes a surplus,
    ``following`` (k, m) the sought streams that do. ``slopes`` (m, all streams) are the balances themselves, ``units``
    (all streams) what counts as one of each stream.
    """

    slopes: Floats
    units: Floats
    moving: Floats
    resting: Floats
    closing: Floats
    following: Floats
    redundant: Floats
    observable: Floats


def project(slope: Floats, doubt: Floats, measured: list[int], sought: list[int]) -> Projection:
    """Take what sought streams absorb out of the balances, then what depends on other balances.

    ``slope`` (m, all streams), ``doubt`` the standard deviation of each stream; the other two are positions in these.
    """
    rows, columns = _even_scales(slope)
    even = rows[:, None] * slope * columns
    following, observable = _inverse(even[:, sought])
    elimination = _elimination(even[:, sought])
    reduced = _product(elimination, even[:, measured])
    independent = _independent_rows(reduced)
    moving, resting, adjusting = _bases(reduced[independent] * (doubt / columns)[measured])
    return Projection(
        slopes=slope,
        units=columns,
        moving=moving,
        resting=resting,
        closing=adjusting @ elimination[independent] * rows,
        following=columns[sought][:, None] * following * rows,
        redundant=np.linalg.norm(reduced, axis=0) > RANK,
        observable=observable,
    )


def _even_scales(matrix: Floats) -> tuple[Floats, Floats]:
    """Factors of rows and columns that bring their largest entries near 1, whatever the units (Ruiz 2001)."""
    rows, columns = np.ones(matrix.shape[0]), np.ones(matrix.shape[1])
    for _ in range(20):
        size = np.abs(rows[:, None] * matrix * columns)
        of_rows, of_columns = size.max(axis=1, initial=0.0), size.max(axis=0, initial=0.0)
        rows = rows / np.sqrt(np.where(of_rows > 0, of_rows, 1.0))
        columns = columns / np.sqrt(np.where(of_columns > 0, of_columns, 1.0))
    return rows, columns


def _inverse(matrix: Floats) -> tuple[Floats, Floats]:
    """The pseudo-inverse of a matrix, and which of its columns the product with it determines."""
    left, sizes, right = np.linalg.svd(matrix, full_matrices=True)
    rank = int(np.count_nonzero(sizes > RANK))
    return right[:rank].T / sizes[:rank] @ left[:, :rank].T, np.linalg.norm(right[rank:], axis=0) <= RANK


def _independent_rows(matrix: Floats) -> list[int]:
    """As many rows as the matrix has rank, none of them made of the others."""
    rank = int(np.count_nonzero(np.linalg.svd(matrix, compute_uv=False) > RANK))
    order = linalg.qr(matrix.T, mode="r", pivoting=True)[1]
    return sorted(int(row) for row in order[:rank])


def _elimination(matrix: Floats) -> Floats:
    """Combinations of rows that cancel the matrix: each further row less its share of the independent ones.

    An orthogonal basis would do as well on paper, but mixes rows that have nothing to do with each other; what rounding
    then leaves of a vague stream in the balance of precise ones would count.
    """
    chosen = _independent_rows(matrix)
    others = [row for row in range(matrix.shape[0]) if row not in chosen]
    combinations = np.eye(matrix.shape[0])[others]
    combinations[:, chosen] = -_product(matrix[others], _inverse(matrix[chosen])[0])
    return combinations


def _product(left: Floats, right: Floats) -> Floats:
    """The matrix product, with exact zeros where its terms cancel up to rounding."""
    product = left @ right
    return np.where(np.abs(product) > CANCELLED * (np.abs(left) @ np.abs(right)), product, 0.0)


def _bases(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """Orthonormal bases (n, q) of the rows of a matrix (q, n) and (n, n - q) of the rest, and its inverse (n, q).

    Entries of very different size lose nothing in the decomposition when the largest come first in both directions.
    """
    rank = matrix.shape[0]
    largest_first = np.argsort(-np.abs(matrix).max(axis=0, initial=0.0), kind="stable")
    basis, triangle, order = linalg.qr(matrix[:, largest_first].T, pivoting=True)
    basis = basis[np.argsort(largest_first)]
    inverse = np.linalg.solve(triangle[:rank].T, np.eye(rank)[order])
    return basis[:, :rank], basis[:, rank:], basis[:, :rank] @ inverse
