"""Measured streams agree with their balances afterwards: published and hand-made cases, and planted mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.flow_tests import global_test, most_suspect, stream_tests
from wikivillage.flows.reconcile import Reconciliation, Stream, check_streams, reconcile
from wikivillage.flows.reconcile_balances import Balance, linear_balance, read_balances

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "data" / "reconciliation_cases.json").read_text("utf-8"))["cases"]
}
"""Each names its source: STAN's worked example (Cencic 2016), STAN's help, and closed forms."""


def measured(**given: tuple[float, float]) -> list[Stream]:
    """Streams by name with value and standard deviation."""
    return [Stream(name, *pair) for name, pair in given.items()]


def values_of(result: Reconciliation) -> dict[str, float | None]:
    return {stream.name: stream.value for stream in result.streams}


def deviations_of(result: Reconciliation) -> dict[str, float | None]:
    return {stream.name: stream.standard_deviation for stream in result.streams}


def kinds_of(result: Reconciliation) -> dict[str, str]:
    return {stream.name: stream.kind for stream in result.streams}


def problems_of(streams: list[Stream], *lines: str) -> dict[str, Problem]:
    with pytest.raises(ProblemError) as told:
        reconcile(streams, read_balances(lines))
    return {problem.code: problem for problem in told.value.problems}


def stan_streams() -> list[Stream]:
    case = CASES["stan_cencic_2016"]
    given = {**case["flows"], **case["parameters"]}
    return [Stream(name, one["value"], one["sd"]) for name, one in given.items()]


def test_worked_example_of_stan() -> None:
    case = CASES["stan_cencic_2016"]
    result = reconcile(stan_streams(), read_balances(case["constraints"]))
    values, deviations, kinds = values_of(result), deviations_of(result), kinds_of(result)
    for name, expected in case["expected_base"].items():
        if expected == "unobservable":
            assert (kinds[name], values[name], deviations[name]) == (expected, None, None)
        else:
            assert values[name] == pytest.approx(expected[0], abs=case["tolerance"]["value_abs"])
            assert deviations[name] == pytest.approx(expected[1], abs=case["tolerance"]["sd_abs"])
    assert kinds == case["classification"]
    assert result.global_test.sum_of_squares == pytest.approx(case["weighted_sum_of_squares"], abs=1e-7)
    assert result.global_test.degrees_of_freedom == 2
    assert result.iterations <= 5


def test_worked_example_of_stan_with_two_equal_exports() -> None:
    case = CASES["stan_cencic_2016"]
    result = reconcile(stan_streams(), read_balances([*case["constraints"], "F6 - F7 = 0"]))
    for name, expected in case["expected_with_F6_eq_F7"].items():
        assert kinds_of(result)[name] == "observable"
        assert (values_of(result)[name], deviations_of(result)[name]) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if case["kind"] == "analytic"])
def test_one_balance_in_closed_form(id: str) -> None:
    case: dict[str, Any] = CASES[id]
    streams = [Stream(name, value, case["sd"][name]) for name, value in case["measured"].items()]
    result = reconcile(streams, read_balances([case.get("balance", "in = out")]))
    close = case.get("tolerance", {"value_abs": 1e-5})["value_abs"]
    assert values_of(result) == pytest.approx(case["expected"], abs=close)
    if "expected_sd" in case:
        expected = case["expected_sd"]
        each = expected if isinstance(expected, dict) else dict.fromkeys(case["measured"], expected)
        assert deviations_of(result) == pytest.approx(each, abs=close)
    assert result.global_test.sum_of_squares == pytest.approx(case["chi2"], abs=1e-7)
    assert result.global_test.degrees_of_freedom == case["dof"]
    if "global_test_95pct" in case:
        assert result.global_test.critical == pytest.approx(case["global_test_95pct"]["critical"], abs=1e-6)
        assert (result.global_test.verdict == "rejected") == case["global_test_95pct"]["reject"]


EXCHANGER = ["x1 = x2 + x3", "x2 = x4", "x3 = x5", "x4 + x5 = x6"]


def test_heat_exchanger_with_bypass() -> None:
    # By hand: the two ends of a branch average to 100.395, 64.325 and 35.545; each then takes a third of the gap 0.525.
    readings = {"x1": 101.91, "x2": 64.45, "x3": 34.65, "x4": 64.20, "x5": 36.44, "x6": 98.88}
    result = reconcile([Stream(name, value, 1.0) for name, value in readings.items()], read_balances(EXCHANGER))
    expected = {"x1": 100.22, "x2": 64.5, "x3": 35.72, "x4": 64.5, "x5": 35.72, "x6": 100.22}
    assert values_of(result) == pytest.approx(expected, abs=1e-9)
    assert set(kinds_of(result).values()) == {"redundant"}
    assert [one.residual for one in result.residuals] == pytest.approx([2.81, 0.25, -1.79, 1.76])
    assert result.residuals[0].normalised == pytest.approx(2.81 / 3**0.5)


def test_every_class_of_stream() -> None:
    streams = [Stream("mains", 10, 1), Stream("fixed", 2, 0), Stream("out"), Stream("free"), Stream("alone", 5, 1)]
    result = reconcile(streams, read_balances(["mains + fixed = out"]))
    assert kinds_of(result) == {
        "mains": "nonredundant",
        "fixed": "constant",
        "out": "observable",
        "free": "unobservable",
        "alone": "nonredundant",
    }
    assert values_of(result) == {"mains": 10, "fixed": 2, "out": pytest.approx(12), "free": None, "alone": 5}
    assert deviations_of(result) == {"mains": 1, "fixed": 0, "out": pytest.approx(1), "free": None, "alone": 1}
    assert (result.global_test.verdict, result.global_test.critical, result.stream_tests) == ("untestable", None, ())
    assert result.residuals[0].residual is None


def test_nothing_at_all() -> None:
    assert reconcile([], []).streams == ()
    assert values_of(reconcile([Stream("sun", 3, 1)], [])) == {"sun": 3}


def test_dependent_balances_count_once() -> None:
    streams = measured(a=(100, 10), b=(110, 10), c=(8, 3))
    lines = ["a + c = b", "b = a + c", "2*a + 2*c = 2*b"]
    once, thrice = reconcile(streams, read_balances(lines[:1])), reconcile(streams, read_balances(lines))
    assert thrice.global_test.degrees_of_freedom == 1
    assert values_of(thrice) == pytest.approx(values_of(once))
    assert deviations_of(thrice) == pytest.approx(deviations_of(once))


def test_doubts_of_very_different_size() -> None:
    # The rough one simply follows the sharp two, which share their gap of 10 equally.
    streams = measured(total=(100, 1e6), left=(100, 1e-6), right=(110, 1e-6), guess=(3, 1e12))
    result = reconcile(streams, read_balances(["total = left + right", "left = right", "guess = total"]))
    assert values_of(result) == pytest.approx({"total": 210, "left": 105, "right": 105, "guess": 210}, rel=1e-12)
    assert deviations_of(result)["total"] == pytest.approx(2**0.5 * 1e-6)


def test_vague_stream_that_cancels_leaves_no_trace() -> None:
    # Three times the first balance less the second says p = q; what is left of the vague one is rounding.
    streams = [Stream("z"), Stream("u"), *measured(vague=(100, 1e9), p=(5, 1e-3), q=(6, 1e-3))]
    lines = ["0.3*z + 0.7*u - 0.1*vague = 0.1*p", "0.9*z + 2.1*u - 0.3*vague = 0.3*q"]
    result = reconcile(streams, read_balances(lines))
    assert kinds_of(result)["vague"] == "nonredundant"
    assert values_of(result) == {"z": None, "u": None, "vague": 100, "p": pytest.approx(5.5), "q": pytest.approx(5.5)}


def test_idle_streams_beside_a_busy_network() -> None:
    # Nothing flows in a, b, e, f and g; what rounding of millions leaves in them is no contradiction.
    idle = [*measured(a=(0, 1), b=(0, 1), g=(0, 2)), Stream("e"), Stream("f")]
    busy = measured(c=(1000000.13, 3), d=(999998.81, 5))
    lines = ["a = b", "c + a - b = d", "b = e", "e = f", "f = g", "3*e - 1.87*a + 0.3*c = 0.3*d + 3*f - 1.87*g"]
    values = values_of(reconcile([*idle, *busy], read_balances(lines)))
    assert [values[stream.name] for stream in idle] == pytest.approx([0.0] * 5, abs=1e-9)
    assert values["c"] == pytest.approx(values["d"])


def test_transfer_coefficient_that_nobody_measured() -> None:
    streams = [*measured(food=(200, 10)), Stream("peel"), Stream("share"), *measured(bin=(30, 3))]
    result = reconcile(streams, read_balances(["peel = food*share", "peel = bin"]))
    assert values_of(result)["share"] == pytest.approx(0.15)
    assert deviations_of(result)["share"] == pytest.approx(0.15 * (0.05**2 + 0.1**2) ** 0.5)


def test_first_guess_chooses_among_solutions() -> None:
    area = [Stream("area", 9, 0.0)]
    for start in (2.0, -2.0):
        result = reconcile([*area, Stream("side", start=start)], read_balances(["side*side = area"]))
        assert values_of(result)["side"] == pytest.approx(3 * np.sign(start))


def test_text_becomes_terms_on_one_side() -> None:
    (balance,) = read_balances(["", "  F4 + 2 - 1.5e1*F3*TC34 = -F2 + 3*2*F2  "])
    assert balance.where == "balances:2"
    assert balance.name == "F4 + 2 - 1.5e1*F3*TC34 = -F2 + 3*2*F2"
    assert balance.terms == ((1, ("F4",)), (-15, ("F3", "TC34")), (1, ("F2",)), (-6, ("F2",)))
    assert balance.right == -2


@pytest.mark.parametrize(
    ("line", "column"),
    [("F1 + F2", 8), ("F1 = ", 5), ("= F1", 1), ("F1 = 2F2", 7), ("F1 = F2*", 8), ("F1 = F2 = F3", 9), ("a/b=1", 2)],
)
def test_text_that_is_no_balance(line: str, column: int) -> None:
    with pytest.raises(ProblemError) as told:
        read_balances(["a = b", line], "water.txt")
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == ("balance-text", f"water.txt:2:{column}")


def test_all_wrong_streams_are_told_at_once() -> None:
    streams = [
        Stream("a", 1, -2),
        Stream("a", float("nan"), 1),
        Stream("b", 1),
        Stream("c", None, 3, where="streams.csv:4"),
    ]
    balances = [
        *read_balances(["kitchn + compost = 0"]),
        Balance("nothing", ()),
        linear_balance("odd", {"a": float("inf")}),
    ]
    found = check_streams([*streams, Stream("kitchen")], balances)
    assert [problem.code for problem in found] == [
        "stream-twice",
        "negative-deviation",
        "not-finite",
        "deviation-missing",
        "value-missing",
        "unknown-stream",
        "unknown-stream",
        "empty-balance",
        "not-finite",
    ]
    assert found[4].where == "streams.csv:4"
    assert found[5].hint == "Did you mean kitchen?"
    with pytest.raises(ProblemError) as told:
        reconcile(streams, balances)
    assert len(told.value.problems) == len(check_streams(streams, balances))


def test_constants_that_contradict_each_other() -> None:
    streams = measured(in_=(50, 0), out=(60, 0), other=(3, 1))
    found = problems_of(streams, "in_ = out", "other = 4")
    assert list(found) == ["contradictory-balances"]
    assert "misses by -10" in found["contradictory-balances"].what
    assert "in_, out" in found["contradictory-balances"].hint


def test_balances_that_contradict_each_other() -> None:
    assert set(problems_of(measured(a=(1, 1)), "a = 1", "a = 2")) == {"contradictory-balances"}


def test_products_without_a_solution() -> None:
    found = problems_of(measured(a=(3, 1)), "a*a = -1")
    assert list(found) == ["no-convergence"]
    assert "start" in problems_of([Stream("a", start=3.0)], "a*a = -1")["no-convergence"].hint


NETWORK = ["rain + mains = tank", "tank = house + garden", "house = toilets + kitchen", "toilets + kitchen = sewer"]
TRUE = {"rain": 40, "mains": 60, "tank": 100, "house": 70, "garden": 30, "toilets": 30, "kitchen": 40, "sewer": 70}
NOISE = (0.6, -0.9, 0.3, 1.1, -0.5, -0.2, 0.8, -0.7)
"""In standard deviations of 2: readings as good meters give them."""


def readings(wrong: str = "", by: float = 0.0) -> list[Stream]:
    """The water of a village as read, one stream wrong by so many standard deviations."""
    errors = {name: noise + by * (name == wrong) for name, noise in zip(TRUE, NOISE, strict=True)}
    return [Stream(name, true + 2.0 * errors[name], 2.0) for name, true in TRUE.items()]


def test_good_readings_are_accepted() -> None:
    result = reconcile(readings(), read_balances(NETWORK))
    assert result.global_test.verdict == "accepted"
    assert not any(test.suspect for test in result.stream_tests)


@pytest.mark.parametrize("by", [10.0, -10.0])
@pytest.mark.parametrize("wrong", TRUE)
def test_gross_error_is_found(wrong: str, by: float) -> None:
    result = reconcile(readings(wrong, by), read_balances(NETWORK))
    assert result.global_test.verdict == "rejected"
    first = result.stream_tests[0]
    assert wrong in most_suspect(result.stream_tests)
    assert first.suspect
    assert first.statistic * by < 0
    alike = {frozenset({"rain", "mains"}), frozenset({"toilets", "kitchen"})}
    assert set(most_suspect(result.stream_tests)) in [{wrong}, *(pair for pair in alike if wrong in pair)]


def test_single_balance_cannot_tell_who_is_wrong() -> None:
    result = reconcile(measured(a=(100, 1), b=(150, 5)), read_balances(["a = b"]))
    assert most_suspect(result.stream_tests) == ("a", "b")
    assert most_suspect(()) == ()


def test_good_measurements_are_rejected_as_often_as_announced() -> None:
    # 5 % of 600 is 30, give or take 5.3; the bound of the single streams is on the safe side, as Šidák's is.
    generator, balances = np.random.default_rng(7), read_balances(NETWORK)
    noise = generator.normal(size=(600, len(TRUE)))
    results = [
        reconcile([Stream(n, t + e, 1.0) for (n, t), e in zip(TRUE.items(), row, strict=True)], balances)
        for row in noise
    ]
    assert 15 <= sum(one.global_test.verdict == "rejected" for one in results) <= 45
    assert 5 <= sum(one.stream_tests[0].suspect for one in results) <= 45


def test_bounds_of_the_tests() -> None:
    # Printed tables: chi-square 95 % with 1, 5 and 10 degrees 3.841, 11.070, 18.307; normal two-sided 1.960.
    assert [global_test(0.0, n).critical for n in (1, 5, 10)] == pytest.approx([3.841, 11.070, 18.307], abs=1e-3)
    assert stream_tests({"a": 2.0})[0].critical == pytest.approx(1.960, abs=1e-3)
    assert stream_tests({"a": 2.0})[0].suspect
    assert not stream_tests({"a": 2.0, "b": 1.0})[0].suspect
