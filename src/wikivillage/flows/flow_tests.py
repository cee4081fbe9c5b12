"""Do measured streams fit their balances? One test for all together and one for each stream.

The global test compares the weighted sum of squares with chi-square; the measurement test compares the adjustment of
each stream with its own standard deviation (Mah and Tamhane, Detection of gross errors in process data, AIChE Journal
28, 1982). With several streams the bound of the second is raised after Šidák, so that the chance to suspect any good
measurement stays at most what it was for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

Verdict = Literal["accepted", "rejected", "untestable"]
"""Untestable: nothing was measured more than once, so that nothing can contradict itself."""

SAME = 1e-6
"""Statistics closer than this cannot be told apart: their streams enter the balances in the same way."""


@dataclass(frozen=True, slots=True)
class GlobalTest:
    """The weighted sum of squares against chi-square with so many degrees of freedom; ``critical`` None without any."""

    sum_of_squares: float
    degrees_of_freedom: int
    critical: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StreamTest:
    """The adjustment (reconciled less measured) of a stream over the adjustment's own standard deviation.

    ``suspect`` when it exceeds ``critical`` to either side. A reading far too high has a large negative statistic.
    """

    stream: str
    statistic: float
    critical: float
    suspect: bool


def global_test(sum_of_squares: float, degrees_of_freedom: int, confidence: float = 0.95) -> GlobalTest:
    """Whether all measurements together fit the balances, wrongly rejected with chance 1 - confidence."""
    if degrees_of_freedom == 0:
        return GlobalTest(sum_of_squares, 0, None, "untestable")
    critical = float(special.chdtri(degrees_of_freedom, 1 - confidence))
    verdict: Verdict = "rejected" if sum_of_squares > critical else "accepted"
    return GlobalTest(sum_of_squares, degrees_of_freedom, critical, verdict)


def stream_tests(statistics: Mapping[str, float], confidence: float = 0.95) -> tuple[StreamTest, ...]:
    """The test of each stream by its statistic, the most suspect first; equals keep the order in which they came."""
    if not statistics:
        return ()
    each = 1 - confidence ** (1 / len(statistics))
    critical = float(-special.ndtri(each / 2))
    tests = [StreamTest(name, value, critical, abs(value) > critical) for name, value in statistics.items()]
    return tuple(sorted(tests, key=lambda test: -round(abs(test.statistic) / SAME)))


def most_suspect(tests: Sequence[StreamTest]) -> tuple[str, ...]:
    """The streams that nothing tells from the most suspect one.

    In a single balance these are all of its streams: that something is wrong shows, but not what.
    """
    largest = max((abs(test.statistic) for test in tests), default=0.0)
    return tuple(test.stream for test in tests if abs(test.statistic) >= largest - SAME * max(1.0, largest))
