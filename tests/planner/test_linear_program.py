"""Blocks put whole arrays in the right place, and splitting dense columns and rows changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wikivillage.planner.dense import split_dense
from wikivillage.planner.linear_program import Blocks, LinearProgram
from wikivillage.planner.solve import solve


def shop(hours: int, seed: int) -> LinearProgram:
    """A size with an entry in every hour, a purchase, and one yearly row over everything bought."""
    rng = np.random.default_rng(seed)
    blocks = Blocks()
    size = blocks.columns(1, upper=50.0)
    made, bought = blocks.columns(hours), blocks.columns(hours)
    blocks.costs(size, hours * 0.3)
    blocks.costs(bought, rng.uniform(0.5, 2.0, hours))
    held = blocks.rows(hours, upper=0.0)
    blocks.entries(held, made, 1.0)
    blocks.entries(held, size, -rng.uniform(0.0, 1.0, hours))
    need = rng.uniform(1.0, 10.0, hours)
    served = blocks.rows(hours, lower=need, upper=need)
    blocks.entries(served, made, 1.0)
    blocks.entries(served, bought, 1.0)
    year = blocks.rows(1, upper=float(need.sum()) * 0.8)
    blocks.entries(year, bought, 1.0)
    return blocks.finish()


def test_entries_at_the_same_place_are_summed_and_costs_too() -> None:
    blocks = Blocks()
    columns = blocks.columns(2)
    row = blocks.rows(1, lower=3.0)
    blocks.entries(row, columns, [1.0, 2.0])
    blocks.entries(row, columns[:1], 4.0)
    blocks.costs(columns, 1.0)
    blocks.costs(columns[1:], 2.0)
    program = blocks.finish(row_shift=np.array([1.0]))
    assert program.matrix.toarray().tolist() == [[5.0, 2.0]]
    assert program.cost.tolist() == [1.0, 3.0]
    assert program.row_lower.tolist() == [4.0]


@settings(max_examples=15, deadline=None)
@given(hours=st.integers(5, 60), seed=st.integers(0, 1000), most=st.integers(2, 7))
def test_splitting_keeps_the_optimum(hours: int, seed: int, most: int) -> None:
    program = shop(hours, seed)
    split = split_dense(program, most)
    whole, _ = solve(program)
    pieces, _ = solve(split)
    count = len(program.cost)
    assert program.cost @ pieces.x[:count] == pytest.approx(program.cost @ whole.x, rel=1e-9)
    original = split.matrix[: program.matrix.shape[0], :].toarray()
    assert (np.diff(split.matrix.indptr) <= most + hours // most + 1).all()
    assert max(np.count_nonzero(original, axis=1)) <= max(most, hours // most + 2)


def test_nothing_dense_means_nothing_changed() -> None:
    program = shop(10, 0)
    assert split_dense(program) is program
