"""A plan of production: what is promised, bought and taken from stock, when, and what comes too late.

Times are continuous and in UTC: a process runs day and night, and a date means its midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal, TypeVar

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Measure
from wikivillage.flows.recipes import Good, RecipeProcess

Time = TypeVar("Time", datetime, timedelta)


@dataclass(frozen=True, slots=True)
class PlannedProcess:
    """A recipe's process at work. ``scale`` is how many batches it makes, exactly."""

    id: str
    recipe_process: str
    scale: Fraction
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PlannedCommitment:
    """A promise to make. Inputs are due when their process starts, outputs when it ends.

    ``independent_demand``: it serves what somebody asked for from outside the plan. ``optional`` inputs are written
    down but neither taken from stock, nor made, nor bought.
    """

    id: str
    process: str
    side: Literal["input", "output"]
    action: str
    spec: str
    stage: str | None
    state: str | None
    quantity: Measure | None
    effort: Measure | None
    due: datetime
    independent_demand: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """Something to order until ``order_by`` so that it is there at ``needed_at``, when the first process needs it."""

    id: str
    good: Good
    quantity: Measure
    order_by: datetime
    needed_at: datetime
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Netting:
    """What the plan wants of a good, what was there for it, what it takes of that, and what is to make, buy or find."""

    good: Good
    unit: str
    wanted: Decimal
    available: Decimal
    taken: Decimal
    to_produce: Decimal


@dataclass(frozen=True, slots=True)
class Link:
    """``before`` makes a good that ``after`` needs."""

    before: str
    after: str
    good: Good


@dataclass(frozen=True, slots=True)
class Cycle:
    """Goods that need each other, the last being the first again. The plan stops there.

    ``process`` has the input that would close the circle: it wants so much, and stock does not cover ``missing``.
    """

    specs: tuple[str, ...]
    process: str
    wanted: Measure
    missing: Measure


@dataclass(frozen=True, slots=True)
class Rounding:
    """An amount that has no end in decimals: inputs are rounded up, what comes along is rounded down."""

    commitment: str
    exact: Fraction
    written: Decimal


@dataclass(frozen=True, slots=True)
class Late:
    """What should have started or been ordered already: at ``at``, ``by`` ago."""

    id: str
    what: Literal["process", "purchase"]
    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True)
class ProductionPlan:
    """Everything that follows from what is wanted. Who makes something stands before who needs it.

    ``problems`` are the goods that are missing: nobody makes nor sells them, or they need themselves.
    """

    due: datetime
    processes: tuple[PlannedProcess, ...] = ()
    commitments: tuple[PlannedCommitment, ...] = ()
    purchases: tuple[PlannedPurchase, ...] = ()
    netting: tuple[Netting, ...] = ()
    links: tuple[Link, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    roundings: tuple[Rounding, ...] = ()
    problems: tuple[Problem, ...] = ()
    late: tuple[Late, ...] = ()

    @property
    def next(self) -> Mapping[str, tuple[str, ...]]:
        """The processes that wait for each process."""
        found: dict[str, dict[str, None]] = {}
        for link in self.links:
            found.setdefault(link.before, {})[link.after] = None
        return {before: tuple(after) for before, after in found.items()}


def as_moment(when: date | datetime, where: str = "due") -> datetime:
    """A date as its midnight and a time, whatever its zone, in UTC. A time without a zone is refused."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), UTC)
    if when.tzinfo is None:
        what = f"{when.isoformat()} does not say in which time zone."
        raise ProblemError([Problem("no-time-zone", where, what, f"Write {when.isoformat()}+00:00 for UTC.")])
    return _within_the_calendar(where, lambda: when.astimezone(UTC))


def duration_of(process: RecipeProcess, scale: Fraction) -> timedelta:
    """How long a process takes for so many batches, to the microsecond, rounded up."""
    if not process.duration_scales:
        return process.duration
    microseconds = Fraction(process.duration // timedelta(microseconds=1)) * scale
    return _within_the_calendar(process.id, lambda: timedelta(microseconds=ceil(microseconds)))


def back_from(end: datetime, length: timedelta, what: str) -> datetime:
    """When something must start that takes ``length`` and is to be over at ``end``."""
    return _within_the_calendar(what, lambda: end - length)


def find_late(processes: Sequence[PlannedProcess], purchases: Sequence[PlannedPurchase], today: datetime) -> list[Late]:
    """What should have begun before ``today``; what begins at this very moment is in time."""
    starts = [Late(one.id, "process", one.start, today - one.start) for one in processes]
    orders = [Late(one.id, "purchase", one.order_by, today - one.order_by) for one in purchases]
    return [one for one in (*starts, *orders) if one.by > timedelta(0)]


def delay_needed(plan: ProductionPlan) -> timedelta:
    """By how much everything has to move so that nothing of a plan is late; 0 when nothing is."""
    return max((one.by for one in plan.late), default=timedelta(0))


def _within_the_calendar(what: str, reckon: Callable[[], Time]) -> Time:
    try:
        return reckon()
    except OverflowError:
        said = f"{what} would take longer than the calendar lasts."
        raise ProblemError(
            [Problem("beyond-the-calendar", what, said, "Look at the duration and the amount.")]
        ) from None
