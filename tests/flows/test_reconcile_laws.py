"""Laws of reconciliation over random networks of streams: constrained least squares in whatever units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg
from hypothesis import example, given
from hypothesis import strategies as st

from tests.flows.test_reconcile import kinds_of, values_of
from wikivillage.flows.flow_tests import most_suspect
from wikivillage.flows.reconcile import Stream, reconcile
from wikivillage.flows.reconcile_balances import Balance, linear_balance

Network = tuple[list[Stream], list[Balance], dict[str, float]]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Streams between up to four processes and the world outside, balances of all, and a truth that fits them.

    Constants tell the truth; measured ones are off by up to three standard deviations. What a process has left over
    goes outside, so that all numbers are whole and constants can agree exactly.
    """
    places = [f"P{number}" for number in range(draw(st.integers(1, 4)))]
    ends = st.tuples(st.sampled_from(["outside", *places]), st.sampled_from(places)).filter(
        lambda pair: len({*pair}) > 1
    )
    flows = draw(st.lists(st.tuples(ends, st.integers(-9, 50)), min_size=1, max_size=9))
    left = {p: sum(amount * ((b == p) - (a == p)) for (a, b), amount in flows) for p in places}
    flows += [((place, "outside"), rest) for place, rest in left.items() if rest]
    truth = {f"F{number}": float(amount) for number, (_, amount) in enumerate(flows)}
    signs = {
        p: {f"F{n}": float((b == p) - (a == p)) for n, ((a, b), _) in enumerate(flows) if p in (a, b)} for p in places
    }
    balances = [linear_balance(place, terms) for place, terms in signs.items() if terms]
    return [draw(_seen(name, value)) for name, value in truth.items()], balances, truth


@st.composite
def _seen(draw: st.DrawFn, name: str, truth: float) -> Stream:
    known = draw(st.sampled_from(["measured", "measured", "measured", "constant", "sought"]))
    deviation = draw(st.integers(1, 60)) / 10
    error = draw(st.integers(-30, 30)) / 10 * deviation
    return {"measured": Stream(name, truth + error, deviation), "constant": Stream(name, truth, 0.0)}.get(
        known, Stream(name)
    )


def plain(streams: list[Stream], balances: list[Balance]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Equality-constrained least squares by scipy alone: values, standard deviations, and which of them are settled.

    All solutions of the balances are x0 + N u; the u that fits the measurements best is an ordinary least squares.
    """
    positions = {stream.name: place for place, stream in enumerate(streams)}
    rows = np.zeros((len(balances), len(streams)))
    for row, balance in enumerate(balances):
        for coefficient, (name,) in balance.terms:
            rows[row, positions[name]] = coefficient
    certain = [place for place, one in enumerate(streams) if one.standard_deviation == 0]
    everything = np.vstack([rows, np.eye(len(streams))[certain]])
    right = np.array([*(one.right for one in balances), *(streams[place].value for place in certain)])
    start, free = scipy.linalg.lstsq(everything, right)[0], scipy.linalg.null_space(everything, rcond=1e-10)
    weights = np.array([1 / one.standard_deviation if one.standard_deviation else 0.0 for one in streams])
    given = np.array([one.value or 0.0 for one in streams])
    weighed = weights[:, None] * free
    weighed[abs(weighed) < 1e-9] = 0.0  # what only rounding left would else be taken for a measurement
    inverse = scipy.linalg.pinv(weighed, rtol=1e-10)
    unsettled = free @ scipy.linalg.null_space(weighed, rcond=1e-10)
    values = start + free @ inverse @ (weights * (given - start))
    return values, np.linalg.norm(free @ inverse, axis=1), np.linalg.norm(unsettled, axis=1) < 1e-8


TWINS = (
    [Stream("F0"), Stream("F1"), Stream("F2", -1.0, 0.1), Stream("F3", 1.0, 0.0)],
    [
        Balance("P0", ((-1.0, ("F0",)), (-1.0, ("F1",)), (-1.0, ("F2",))), 0.0),
        Balance("P1", ((1.0, ("F0",)), (1.0, ("F1",)), (-1.0, ("F3",))), 0.0),
    ],
    {"F0": 0.0, "F1": 1.0, "F2": -1.0, "F3": 1.0},
)
"""Two unmeasured streams that only ever come together: neither can be told."""


@example(TWINS)
@given(networks())
def test_law_same_as_plain_constrained_least_squares(
    network: Network,
) -> None:
    streams, balances, _ = network
    result = reconcile(streams, balances)
    for stream, value, deviation, settled in zip(result.streams, *plain(streams, balances), strict=True):
        assert (stream.kind != "unobservable") == settled
        if settled:
            assert stream.value == pytest.approx(value, abs=1e-7)
            assert stream.standard_deviation == pytest.approx(deviation, abs=1e-7)


@given(networks())
def test_law_balances_hold_and_doubt_never_grows(
    network: Network,
) -> None:
    streams, balances, _ = network
    result = reconcile(streams, balances)
    values = values_of(result)
    for balance in balances:
        known = [(coefficient, values[names[0]]) for coefficient, names in balance.terms]
        if all(value is not None for _, value in known):
            assert sum(coefficient * (value or 0.0) for coefficient, value in known) == pytest.approx(0, abs=1e-9)
    for before, after in zip(streams, result.streams, strict=True):
        if before.standard_deviation is not None and after.standard_deviation is not None:
            assert after.standard_deviation <= before.standard_deviation
            assert after.measured == before.value
            moved = after.kind == "redundant" or after.value == pytest.approx(before.value, abs=1e-9)
            assert moved, f"{after.name} is not checked by anything, and was moved"


@given(networks(), st.lists(st.integers(-6, 6), min_size=13, max_size=13))
def test_law_units_do_not_matter(network: Network, powers: list[int]) -> None:
    # Each stream in its own unit, from grams to thousands of tonnes: results in that unit, tests as they were.
    streams, balances, _ = network
    unit = {stream.name: 10.0**power for stream, power in zip(streams, powers[: len(streams)], strict=True)}
    in_units = [
        one
        if one.value is None or one.standard_deviation is None
        else replace(one, value=one.value * unit[one.name], standard_deviation=one.standard_deviation * unit[one.name])
        for one in streams
    ]
    restated = [replace(one, terms=tuple((c / unit[names[0]], names) for c, names in one.terms)) for one in balances]
    plain_result, result = reconcile(streams, balances), reconcile(in_units, restated)
    assert kinds_of(result) == kinds_of(plain_result)
    for before, after in zip(plain_result.streams, result.streams, strict=True):
        if before.value is not None and after.value is not None:
            assert after.value / unit[after.name] == pytest.approx(before.value, abs=1e-6)
    assert result.global_test.sum_of_squares == pytest.approx(plain_result.global_test.sum_of_squares, abs=1e-6)


@given(networks(), st.data())
def test_law_a_lone_error_is_always_the_most_suspect(network: Network, data: st.DataObject) -> None:
    streams, balances, truth = network
    exact = [one if one.value is None else replace(one, value=truth[one.name]) for one in streams]
    checked = [one.name for one in reconcile(exact, balances).streams if one.kind == "redundant"]
    if checked:
        wrong = data.draw(st.sampled_from(checked))
        planted = [
            replace(one, value=truth[wrong] + 10 * (one.standard_deviation or 0.0)) if one.name == wrong else one
            for one in exact
        ]
        assert wrong in most_suspect(reconcile(planted, balances).stream_tests)
