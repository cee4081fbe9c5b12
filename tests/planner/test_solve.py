"""Every route finds the same optimum; what misses its tolerance is noticed and followed by the next route."""

from dataclasses import replace

import numpy as np
import pytest

from tests.planner.test_linear_program import shop
from wikivillage.planner import solve as solving
from wikivillage.planner.linear_program import Blocks, LinearProgram
from wikivillage.planner.solve import UnboundedError, UnsolvedError, judge, solve


@pytest.mark.parametrize("route", ["simplex", "ipx", "interior", "piqp"])
def test_routes_agree(route: str) -> None:
    program = shop(400, 3)
    best, _ = solve(program, route="simplex")
    found, quality = solve(program, route=route)
    assert program.cost @ found.x == pytest.approx(program.cost @ best.x, rel=1e-6)
    assert quality.good
    assert quality.dual_objective == pytest.approx(quality.primal_objective, rel=1e-6)


def test_the_judge_sees_a_wrong_point() -> None:
    program = shop(50, 1)
    solution, quality = solve(program)
    assert quality.good
    bent = solution.x.copy()
    bent[5] += 0.1
    assert not judge(program, replace(solution, x=bent)).good


def test_the_judge_sees_a_point_that_is_feasible_but_dear() -> None:
    program = shop(50, 1)
    solution, _ = solve(program)
    dear = judge(program, replace(solution, row_dual=solution.row_dual * 0.5))
    assert dear.primal_residual <= 1e-9
    assert not dear.good


def test_the_judge_sees_prices_that_promise_too_much() -> None:
    program = shop(50, 1)
    solution, _ = solve(program)
    assert not judge(program, replace(solution, row_dual=solution.row_dual * 1.5)).good


def test_a_route_that_misses_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    program = shop(50, 2)

    def rough(program: LinearProgram) -> solving.Solution:
        exact = solving.ROUTES["ipx"](program)
        assert exact is not None
        return replace(exact, x=exact.x * 1.01, route="rough")

    monkeypatch.setitem(solving.ROUTES, "simplex", rough)
    found, quality = solve(program)
    assert (found.route, quality.good) == ("ipx", True)


def test_when_every_route_misses_all_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("simplex", "ipx"):
        monkeypatch.setitem(solving.ROUTES, name, lambda program: None)
    with pytest.raises(UnsolvedError, match="simplex: no solution; ipx: no solution"):
        solve(shop(20, 2))


def test_paid_for_ever_is_unbounded() -> None:
    blocks = Blocks()
    columns = blocks.columns(2)
    blocks.costs(columns, np.array([1.0, -2.0]))
    blocks.entries(blocks.rows(1, lower=0.0, upper=0.0), columns, [1.0, -1.0])
    with pytest.raises(UnboundedError):
        solve(blocks.finish())
