"""What the benchmarks compare is the same program, and what they keep is readable."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.highs import canonical, hand_over
from benchmarks.results import Row, keep
from benchmarks.street import street
from benchmarks.street_in_linopy import build
from wikivillage.planner.compile import compile_village


def test_linopy_and_our_compiler_build_the_same_matrix() -> None:
    resolved = street(houses=2, hours=48)
    ours, theirs = canonical(hand_over(compile_village(resolved)[0])), canonical(build(resolved))
    np.testing.assert_allclose(ours["columns"], theirs["columns"], atol=1e-8)
    np.testing.assert_allclose(ours["rows"], theirs["rows"], atol=1e-8)


def test_linopy_and_our_compiler_reach_the_same_cost() -> None:
    resolved = street(houses=1, hours=48)
    costs = []
    for highs in (hand_over(compile_village(resolved)[0]), build(resolved)):
        highs.run()
        costs.append(highs.getInfo().objective_function_value)
    assert abs(costs[0] - costs[1]) <= 1e-7 * abs(costs[0])


def test_rows_are_kept_with_machine_versions_and_the_reason_of_a_miss(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    rows = [Row("plan", "14.0 s", target="<= 15 s", met=True), Row("compile", "2 us", target="<= 1 us", met=False)]
    keep(rows, "2026-01-01 12:00, full", "a busy machine", file)
    text = file.read_text("utf-8")
    assert "## 2026-01-01 12:00, full" in text
    assert "cores" in text
    assert "highspy" in text
    assert "| plan | 14.0 s |  |  | <= 15 s | yes |  |" in text
    assert "| compile | 2 us |  |  | <= 1 us | no | a busy machine |" in text
