"""Measured streams made to agree with their balances, each moved by as little as its own doubt allows.

Minimise the sum of ((x - y) / s)^2 over the measured streams y with standard deviations s, subject to A x + B z = c
with the streams z that are sought. What B can take is projected out; then x = y - S A'(A S A')^-1 (A y - c), with the
covariance S - S A'(A S A')^-1 A S, and S = diag(s^2). Balances with products are linearised again at each solution
(Gauss-Newton). Source of the method: O. Cencic, Nonlinear data reconciliation in material flow analysis with software
STAN, Sustainable Environment Research 26 (2016) 291-298.

The inverse is never formed: orthogonal bases do the same for dependent balances and for doubts of very different size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.flows.flow_tests import GlobalTest, StreamTest, global_test, stream_tests
from wikivillage.flows.reconcile_balances import (
    Balance,
    Floats,
    chained_values,
    magnitudes,
    slopes,
    streams_of,
    surplus,
)
from wikivillage.flows.reconcile_projection import RANK, Projection, project

StreamClass = Literal["redundant", "nonredundant", "observable", "unobservable", "constant"]
"""Measured and checked by balances; just measured; not measured but following; not following; certain."""

MAXIMUM_ITERATIONS = 100
SETTLED = 1e-10
"""A step is small when it moves no balance by more than this share of what the balance adds up."""
BROKEN = 1e-8
"""A balance that misses by more than this share of what it adds up does not hold."""
NEGLIGIBLE = 1e-4
"""Both count no stream as smaller than this share of the largest, or rounding would keep idle streams moving."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream or coefficient: measured, constant (standard deviation 0), or sought (value None).

    ``start`` is a first guess of what is sought; only products of several sought streams need one.
    """

    name: str
    value: float | None = None
    standard_deviation: float | None = None
    start: float | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class ReconciledStream:
    """What is known of a stream afterwards, beside what was measured; value None where it is unobservable."""

    name: str
    kind: StreamClass
    measured: float | None
    value: float | None
    standard_deviation: float | None


@dataclass(frozen=True, slots=True)
class BalanceResidual:
    """What a balance misses with the values as they were measured, and the same over its standard deviation.

    None where a sought stream takes part; ``normalised`` is None too where nothing in the balance is in doubt.
    """

    name: str
    residual: float | None
    normalised: float | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All streams in the order given; ``stream_tests`` with the most suspect first; balances in the order given."""

    streams: tuple[ReconciledStream, ...]
    global_test: GlobalTest
    stream_tests: tuple[StreamTest, ...]
    residuals: tuple[BalanceResidual, ...]
    iterations: int


@dataclass(frozen=True, slots=True)
class _Network:
    """The streams as arrays over all of them, and where the measured and the sought ones stand in these."""

    streams: tuple[Stream, ...]
    balances: tuple[Balance, ...]
    positions: dict[str, int]
    given: Floats
    doubt: Floats
    measured: list[int]
    sought: list[int]


@dataclass(frozen=True, slots=True)
class _Solution:
    """The point of all streams, the adjustments in standard deviations, and the last linearisation."""

    point: Floats
    adjustments: Floats
    projection: Projection
    iterations: int


def reconcile(streams: Sequence[Stream], balances: Sequence[Balance], confidence: float = 0.95) -> Reconciliation:
    """The streams that agree with all balances and are likeliest, how sure they are, and what seems wrong.

    Raises ProblemError for input that makes no sense, for balances that cannot hold together, and without convergence.
    """
    assert 0 < confidence < 1, "a confidence is a share between 0 and 1"
    _raise_any(check_streams(streams, balances))
    network = _network(streams, balances)
    with np.errstate(all="ignore"):
        solution = _solve(network, _starting_point(network))
    _raise_any(_broken_balances(network, solution))
    return Reconciliation(
        tuple(_reconciled_streams(network, solution)),
        global_test(*_misfit(solution), confidence),
        stream_tests(_statistics(network, solution), confidence),
        tuple(_residuals(network)),
        solution.iterations,
    )


def check_streams(streams: Sequence[Stream], balances: Sequence[Balance]) -> list[Problem]:
    """Everything that is wrong with the input before anything is computed."""
    names = [stream.name for stream in streams]
    twice = [stream for place, stream in enumerate(streams) if stream.name in names[:place]]
    return [
        *(Problem("stream-twice", _where(one), f"The stream {one.name} is given twice.", "Keep one.") for one in twice),
        *(problem for stream in streams for problem in _stream_problems(stream)),
        *(problem for balance in balances for problem in _balance_problems(balance, names)),
    ]


def _stream_problems(stream: Stream) -> Iterator[Problem]:
    name, value, deviation = stream.name, stream.value, stream.standard_deviation
    for number in (value, deviation, stream.start):
        if number is not None and not isfinite(number):
            yield Problem("not-finite", _where(stream), f"{name} holds {number}, which is not a finite number.")
    if deviation is not None and deviation < 0:
        what = f"The standard deviation of {name} is {deviation:g}, below zero."
        yield Problem("negative-deviation", _where(stream), what, "Write 0 for what is certain, more for what is not.")
    if value is not None and deviation is None:
        what = f"{name} has the value {value:g} but no standard deviation."
        yield Problem("deviation-missing", _where(stream), what, "Say how sure it is, or 0 for a constant.")
    if value is None and deviation is not None:
        what = f"{name} has a standard deviation but no value."
        yield Problem("value-missing", _where(stream), what, "Give the value, or neither for a stream that is sought.")


def _balance_problems(balance: Balance, names: Sequence[str]) -> Iterator[Problem]:
    if not streams_of(balance):
        yield Problem("empty-balance", _where(balance), f"The balance {balance.name} names no stream.", "Take it away.")
    if not all(isfinite(number) for number in (balance.right, *(coefficient for coefficient, _ in balance.terms))):
        yield Problem("not-finite", _where(balance), f"The balance {balance.name} holds a number that is not finite.")
    for unknown in (name for name in streams_of(balance) if name not in names):
        close = nearest(unknown, names)
        hint = f"Did you mean {close}?" if close else "Add it to the streams, without a value if it is not measured."
        yield Problem("unknown-stream", _where(balance), f"{balance.name}: there is no stream {unknown}.", hint)


def _where(one: Stream | Balance) -> str:
    return one.where or one.name


def _raise_any(problems: Sequence[Problem]) -> None:
    if problems:
        raise ProblemError(problems)


def _network(streams: Sequence[Stream], balances: Sequence[Balance]) -> _Network:
    given = [0.0 if one.value is None else one.value for one in streams]
    doubt = [one.standard_deviation or 0.0 for one in streams]
    return _Network(
        streams=tuple(streams),
        balances=tuple(balances),
        positions={stream.name: place for place, stream in enumerate(streams)},
        given=np.array(given, dtype=float),
        doubt=np.array(doubt, dtype=float),
        measured=[place for place, one in enumerate(streams) if one.standard_deviation],
        sought=[place for place, one in enumerate(streams) if one.value is None],
    )


def _starting_point(network: _Network) -> Floats:
    """Measured values, guesses, what follows from them one by one, and 1 where nothing does."""
    first = {one.name: one.start if one.value is None else one.value for one in network.streams}
    values = chained_values(network.balances, {name: value for name, value in first.items() if value is not None})
    return np.array([values.get(stream.name, 1.0) for stream in network.streams], dtype=float)


def _solve(network: _Network, start: Floats) -> _Solution:
    """Linearise and step until a step changes nothing; the last step also wipes off what rounding left."""
    point, adjustments = start, np.zeros(len(network.measured))
    projection: Projection | None = None
    for iteration in range(1, MAXIMUM_ITERATIONS + 1):
        slope = slopes(network.balances, network.positions, point)
        excess = surplus(network.balances, network.positions, point)
        if not (np.isfinite(slope).all() and np.isfinite(excess).all()):
            break
        projection, last = _projection_for(network, slope, projection), projection
        before = point
        point, adjustments = _step(network, projection, excess, point, adjustments)
        if projection is last or _is_settled(network, projection, before, point):
            return _Solution(point, adjustments, projection, iteration)
    what = f"The balances with products found no common solution in {MAXIMUM_ITERATIONS} steps."
    sought = ", ".join(network.streams[place].name for place in network.sought)
    hint = f"Give a first guess (start) of {sought}." if sought else "Are the measured values far from any that fit?"
    raise ProblemError([Problem("no-convergence", "balances", what, hint)])


def _projection_for(network: _Network, slope: Floats, last: Projection | None) -> Projection:
    """The last projection again where the slopes are the same: the balances are linear, and its step was exact."""
    if last is not None and np.array_equal(last.slopes, slope):
        return last
    return project(slope, network.doubt, network.measured, network.sought)


def _step(
    network: _Network, projection: Projection, excess: Floats, point: Floats, adjustments: Floats
) -> tuple[Floats, Floats]:
    """The best adjustments and the sought streams under linearised balances that miss by ``excess`` at ``point``.

    The sought ones move as little as they can, so that an unobservable one stays where it is.
    """
    moving = projection.moving
    adjusted = moving @ (moving.T @ adjustments) - projection.closing @ excess
    moved = point.copy()
    moved[network.measured] = (network.given + network.doubt * _spread(network, adjusted))[network.measured]
    left = excess + projection.slopes[:, network.measured] @ (moved - point)[network.measured]
    moved[network.sought] -= projection.following @ left
    return moved, adjusted


def _spread(network: _Network, of_measured: Floats) -> Floats:
    """Values of the measured streams set among all of them, 0 for the others."""
    spread = np.zeros(len(network.streams))
    spread[network.measured] = of_measured
    return spread


def _is_settled(network: _Network, projection: Projection, before: Floats, after: Floats) -> bool:
    """Whether neither a balance nor a measured stream still moves by more than rounding."""
    reach = _reach(network, projection, after)
    moved = np.abs(after - before)
    in_balances = np.abs(projection.slopes) @ moved <= SETTLED * magnitudes(network.balances, network.positions, reach)
    in_streams = moved[network.measured] <= SETTLED * reach[network.measured]
    return bool(in_balances.all() and in_streams.all())


def _reach(network: _Network, projection: Projection, point: Floats) -> Floats:
    """How large each stream is, at least a small share of the largest one in balances, whatever their units."""
    own = np.maximum(np.abs(point), np.abs(network.given))
    in_balances = np.any(projection.slopes != 0, axis=0)
    largest = np.max(np.maximum(own, network.doubt) / projection.units, where=in_balances, initial=0.0)
    return np.maximum(own, NEGLIGIBLE * largest * projection.units)


def _broken_balances(network: _Network, solution: _Solution) -> list[Problem]:
    """The balances that do not hold at the end: constants, or balances among themselves, contradict each other."""
    missed = surplus(network.balances, network.positions, solution.point)
    reach = _reach(network, solution.projection, solution.point)
    size = magnitudes(network.balances, network.positions, reach)
    return [
        _broken_problem(network, balance, float(miss))
        for balance, miss, most in zip(network.balances, missed, size, strict=True)
        if abs(miss) > BROKEN * most
    ]


def _broken_problem(network: _Network, balance: Balance, miss: float) -> Problem:
    certain = [name for name in streams_of(balance) if network.streams[network.positions[name]].standard_deviation == 0]
    what = f"The balance {balance.name} cannot hold beside the others and what is constant: it misses by {miss:.6g}."
    constants = f"Give a constant of it ({', '.join(certain)}) a standard deviation" if certain else "Mend it"
    return Problem("contradictory-balances", _where(balance), what, f"{constants}, or mend the others that are named.")


def _reconciled_streams(network: _Network, solution: _Solution) -> Iterator[ReconciledStream]:
    kinds, deviations = _kinds(network, solution.projection), _deviations(network, solution.projection)
    for stream, kind, value, deviation in zip(network.streams, kinds, solution.point, deviations, strict=True):
        unknown = kind == "unobservable"
        known = (None, None) if unknown else (float(value), float(deviation))
        yield ReconciledStream(stream.name, kind, stream.value, *known)


def _kinds(network: _Network, projection: Projection) -> list[StreamClass]:
    kinds: list[StreamClass] = ["constant"] * len(network.streams)
    for place, redundant in zip(network.measured, projection.redundant, strict=True):
        kinds[place] = "redundant" if redundant else "nonredundant"
    for place, observable in zip(network.sought, projection.observable, strict=True):
        kinds[place] = "observable" if observable else "unobservable"
    return kinds


def _deviations(network: _Network, projection: Projection) -> Floats:
    """Standard deviations afterwards; those of sought streams follow from how they answer to the measured ones."""
    doubt, resting = network.doubt[network.measured], projection.resting
    deviations = _spread(network, doubt * np.minimum(np.linalg.norm(resting, axis=1), 1.0))
    answers = projection.following @ (projection.slopes[:, network.measured] * doubt)
    deviations[network.sought] = np.linalg.norm(answers @ resting, axis=1)
    return deviations


def _misfit(solution: _Solution) -> tuple[float, int]:
    """The weighted sum of squares and its degrees of freedom."""
    return float(solution.adjustments @ solution.adjustments), solution.projection.moving.shape[1]


def _statistics(network: _Network, solution: _Solution) -> dict[str, float]:
    """Adjustment of each redundant stream over the adjustment's own standard deviation."""
    own = np.linalg.norm(solution.projection.moving, axis=1)
    return {
        network.streams[place].name: float(adjustment / deviation)
        for place, adjustment, deviation in zip(network.measured, solution.adjustments, own, strict=True)
        if deviation > RANK
    }


def _residuals(network: _Network) -> Iterator[BalanceResidual]:
    missed = surplus(network.balances, network.positions, network.given)
    doubts = np.linalg.norm(slopes(network.balances, network.positions, network.given) * network.doubt, axis=1)
    for balance, miss, doubt in zip(network.balances, missed, doubts, strict=True):
        if any(network.streams[network.positions[name]].value is None for name in streams_of(balance)):
            yield BalanceResidual(balance.name, None, None)
        else:
            yield BalanceResidual(balance.name, float(miss), float(miss / doubt) if doubt > 0 else None)
