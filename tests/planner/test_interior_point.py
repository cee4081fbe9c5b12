"""Our interior point against HiGHS' simplex on random programs, and nothing where there is no answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tests.planner.test_linear_program import shop
from wikivillage.planner.interior_point import interior_point
from wikivillage.planner.linear_program import LinearProgram
from wikivillage.planner.solve import solve


def random_program(seed: int) -> LinearProgram:
    """A feasible, bounded program with free, fixed, boxed and one-sided columns, equal, ranged and one-sided rows."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(3, 25)), int(rng.integers(5, 40))
    matrix = sparse.random_array((rows, columns), density=0.3, rng=rng, data_sampler=rng.standard_normal)
    inside = rng.uniform(-1.0, 1.0, columns)
    kind = rng.integers(0, 4, columns)
    lower = np.where(kind == 0, -np.inf, inside - rng.uniform(0.0, 1.0, columns))
    upper = np.where(np.isin(kind, (0, 1)), np.inf, inside + rng.uniform(0.0, 1.0, columns))
    lower[kind == 3] = upper[kind == 3] = inside[kind == 3]
    level = matrix @ inside
    sort = rng.integers(0, 3, rows)
    row_lower = np.where(sort == 0, level, level - rng.uniform(0.0, 1.0, rows))
    row_upper = np.where(sort == 0, level, np.where(sort == 1, level + 1.0, np.inf))
    prices = np.where(sort == 0, rng.standard_normal(rows), rng.uniform(0.0, 1.0, rows))
    reduced = np.where(
        kind == 0, 0.0, np.where(kind == 1, rng.uniform(0.0, 1.0, columns), rng.standard_normal(columns))
    )
    cost = matrix.T @ prices + reduced
    return LinearProgram(cost, 0.0, lower, upper, row_lower, row_upper, sparse.csc_array(matrix))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_it_finds_what_the_simplex_finds(seed: int) -> None:
    program = random_program(seed)
    exact, _ = solve(program, route="simplex")
    found = interior_point(program, 1e-7)
    assert found is not None
    assert program.cost @ found[0] == pytest.approx(program.cost @ exact.x, rel=1e-6, abs=1e-6)


def test_its_prices_make_the_same_objective() -> None:
    program = shop(400, 5)
    solution, quality = solve(program, route="interior")
    assert quality.good
    assert quality.dual_objective == pytest.approx(float(program.cost @ solution.x), rel=1e-6)


def test_where_there_is_no_answer_it_gives_none() -> None:
    one = sparse.csc_array(np.array([[1.0], [1.0]]))
    infeasible = LinearProgram(
        np.ones(1), 0.0, np.zeros(1), np.full(1, np.inf), np.array([3.0, -np.inf]), np.array([np.inf, 1.0]), one
    )
    assert interior_point(infeasible, 1e-7) is None


def test_the_same_program_gives_the_same_point_bit_for_bit() -> None:
    program = shop(200, 7)
    first, second = interior_point(program, 1e-7), interior_point(program, 1e-7)
    assert first is not None
    assert second is not None
    assert (first[0] == second[0]).all()
