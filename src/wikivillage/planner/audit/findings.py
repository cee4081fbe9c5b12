"""What an audit finds, and the two comparisons that find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RELATIVE = 1e-6
"""Share of the turnover up to which a difference is rounding, in a step and of the mean step."""
ABSOLUTE = 1e-7
"""Amount, in any unit, below which nothing is looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken law: ``amount`` is how far it is broken, ``tolerance`` what would have been accepted."""

    code: str
    where: str
    what: str
    amount: float
    tolerance: float

    def __str__(self) -> str:
        return f"{self.where}  {self.what}"


@dataclass(frozen=True, slots=True)
class Residual:
    """The worst balance: how much does not add up, alone and relative to the turnover of its step."""

    absolute: float = 0.0
    relative: float = 0.0
    unit: str = ""
    where: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """What re-adding a plan gave. ``balances`` counts resource x network x step; ``totals`` are the sums made anew."""

    balances: int
    worst: Residual
    findings: tuple[Finding, ...] = ()
    totals: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every law held."""
        return not self.findings

    @property
    def record(self) -> dict[str, Any]:
        """What plan.json keeps of the audit."""
        return {
            "ok": self.ok,
            "balances": self.balances,
            "worst": asdict(self.worst),
            "problems": [str(finding) for finding in self.findings],
            "totals": self.totals,
        }


Clock = Callable[[int], str]
"""What people call a step: its time."""


@dataclass(frozen=True, slots=True)
class Law:
    """How a broken law is told: its code, where, and a sentence in which ``<found>`` and ``<wanted>`` are filled in."""

    code: str
    where: str
    sentence: str
    clock: Clock | None = None

    def broken(self, gap: Floats, allowed: Floats, found: Floats, wanted: Floats) -> Iterator[Finding]:
        """The worst step, if any. A gap that is no number is never allowed: what cannot be added is not accepted."""
        wrong = ~(gap <= allowed)
        if not wrong.any():
            return
        excess = np.where(wrong, np.where(np.isfinite(gap), gap - allowed, np.inf), -np.inf)
        step, count = int(excess.argmax()), int(wrong.sum())
        where = f"{self.where} at {self.clock(step)}" if self.clock else self.where
        told = self.sentence.replace("<found>", shown(found[step])).replace("<wanted>", shown(wanted[step]))
        more = f" (and in {count - 1} more steps)" if count > 1 else ""
        yield Finding(self.code, where, told + more, float(gap[step]), float(allowed[step]))


def tolerance(turnover: ArrayLike) -> Floats:
    """(steps,) what rounding may leave where ``turnover`` (steps,) flows."""
    size = np.abs(np.asarray(turnover, dtype=float))
    finite = np.where(np.isfinite(size), size, 0.0)
    return np.asarray(RELATIVE * (finite + finite.mean()) + ABSOLUTE)


def differs(law: Law, found: ArrayLike, wanted: ArrayLike) -> Iterator[Finding]:
    """At most one finding: the step in which ``found`` and ``wanted`` (steps,) differ most beyond rounding."""
    one, other = _steps(found, wanted)
    yield from law.broken(np.abs(one - other), tolerance(np.fmax(np.abs(one), np.abs(other))), one, other)


def exceeds(law: Law, found: ArrayLike, wanted: ArrayLike) -> Iterator[Finding]:
    """At most one finding: the step in which ``found`` (steps,) passes ``wanted`` (steps,) furthest beyond rounding."""
    one, other = _steps(found, wanted)
    allowed = tolerance(np.where(np.isfinite(other), np.fmax(np.abs(one), np.abs(other)), np.abs(one)))
    yield from law.broken(one - other, allowed, one, other)


def _steps(one: ArrayLike, other: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.broadcast_arrays(np.asarray(one, dtype=float), np.asarray(other, dtype=float))
    return np.atleast_1d(first), np.atleast_1d(second)


def shown(amount: float) -> str:
    """An amount with as many digits as are needed to see what is wrong with it."""
    return f"{amount:.10g}"
