"""What meters say and what is made of it: readings, registers, reports of batches, steps and intervals.

Times are aware UTC datetimes, amounts exact decimals. A key names a reading: meter, register and time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from wikivillage.base.problems import Problem
from wikivillage.base.units import UnitError, read_unit

Key = tuple[str, str, datetime]
"""Meter, register, time."""
RegisterKey = tuple[str, str]
"""Meter, register."""
RegisterKind = Literal["counter", "interval", "gauge"]
DipRule = Literal["negative", "quarantine"]
StepRule = Literal["difference", "reset", "roll-over", "dip", "gap", "given", "estimate"]
Quality = Literal["measured", "estimated", "partial"]

OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this a clock was never set: 1970 is where clocks without a battery begin."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One message of a meter. ``unit`` is None where it does not say: then it is what the register shows.

    ``stamped_on_arrival``: the message had no time of its own, ``at`` is when it arrived.
    """

    meter: str
    register: str
    at: datetime
    value: Decimal
    source: str
    received_at: datetime
    unit: str | None = None
    stamped_on_arrival: bool = False

    def __post_init__(self) -> None:
        assert self.at.tzinfo is UTC, "times are read into UTC where they come in"
        assert self.received_at.tzinfo is UTC, "times are read into UTC where they come in"

    @property
    def key(self) -> Key:
        """Meter, register and time: what makes two readings the same."""
        return self.meter, self.register, self.at


@dataclass(frozen=True, slots=True)
class Register:
    """One count of a meter and how it is read.

    kind
        ``counter`` only rises, ``interval`` gives the amount of the interval that ends at its time, ``gauge`` a level.
    unit, multiplier
        What is shown times ``multiplier`` is an amount in ``unit``: kWh per pulse, or the ratio of a transformer.
    rolls_over_at
        What a counter would show after its largest reading: 100000 for five digits that go from 99999 to 0.
    reset_share
        A fall by this share or more begins a new cycle from zero (the rule of Home Assistant, 10 %).
    dip
        A smaller fall counts ``negative``, or counts nothing until the counter is past its old value (``quarantine``).
    largest_step_per_hour
        More of ``unit`` per hour than this cannot be.
    gap_after
        A step longer than so many intervals is a gap.
    decimals
        To how many digits a step is split between intervals.
    """

    meter: str
    name: str
    resource: str
    unit: str
    kind: RegisterKind = "counter"
    multiplier: Decimal = Decimal(1)
    rolls_over_at: Decimal | None = None
    reset_share: Decimal = Decimal("0.1")
    dip: DipRule = "negative"
    largest_step_per_hour: Decimal | None = None
    interval_minutes: int = 15
    gap_after: int = 2
    decimals: int = 6
    timezone: str = "Europe/Paris"
    installed: datetime = OLDEST

    @property
    def key(self) -> RegisterKey:
        """Meter and name."""
        return self.meter, self.name

    @property
    def interval(self) -> timedelta:
        """How long one interval is."""
        return timedelta(minutes=self.interval_minutes)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A reading whose key is taken by another value. The first is kept."""

    reading: Reading
    kept: Decimal


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A reading that is not counted, and why."""

    reading: Reading
    problem: Problem


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of every reading of a batch, each list in the order of arrival.

    New and conflicting readings are in the unit of their register, the others as they came.
    """

    new: tuple[Reading, ...] = ()
    duplicate: tuple[Reading, ...] = ()
    conflicting: tuple[Conflict, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        lists = (self.new, self.duplicate, self.conflicting, self.quarantined)
        return dict(zip(("new", "duplicate", "conflicting", "quarantined"), map(len, lists), strict=True))

    @property
    def received(self) -> int:
        """How many readings the batch had: nothing is dropped."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading as evidence: when, and what was shown."""

    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """What flowed between two times, in the register's unit, by which rule, from which pair of readings.

    ``baseline`` is what the next step counts from: the value shown, or the old one after a dip set aside.
    """

    meter: str
    register: str
    begin: datetime
    end: datetime
    amount: Decimal
    unit: str
    rule: StepRule
    is_gap: bool
    first: Mark
    last: Mark
    baseline: Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """What flowed in one quarter of an hour, hour or day. The same interval always has the same ``id``."""

    id: UUID
    meter: str
    register: str
    begin: datetime
    end: datetime
    quantity: Decimal
    unit: str
    rules: tuple[StepRule, ...]
    quality: Quality
    first: Mark
    last: Mark
    rule_version: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A signed amount to add to a closed interval. ``corrects`` is the interval, or the correction before this one."""

    id: UUID
    interval: UUID
    corrects: UUID
    amount: Decimal
    quantity: Decimal
    unit: str


def check_register(register: Register, where: str) -> list[Problem]:
    """What is wrong with the description of a register."""
    what = f"{register.meter}/{register.name}"
    roll = register.rolls_over_at
    wrong = {
        "multiplier": not (register.multiplier.is_finite() and register.multiplier > 0),
        "rolls_over_at": roll is not None and not (roll.is_finite() and roll > 0),
        "reset_share": not (register.reset_share.is_finite() and 0 < register.reset_share <= 1),
        "largest_step_per_hour": not _positive(register.largest_step_per_hour),
        "interval_minutes": register.interval_minutes < 1 or 1440 % max(1, register.interval_minutes) != 0,
        "gap_after": register.gap_after < 1,
        "decimals": not 0 <= register.decimals <= 9,
    }
    found = [
        Problem("register-number", where, f"{what}: {name} is {getattr(register, name)}.", HINTS[name])
        for name, is_wrong in wrong.items()
        if is_wrong
    ]
    return [*found, *_check_unit(register, where), *_check_timezone(register, where)]


HINTS = {
    "multiplier": "It is a number above 0.",
    "rolls_over_at": "It is a number above 0, such as 100000 for five digits.",
    "reset_share": "It is a share above 0 and at most 1, such as 0.1.",
    "largest_step_per_hour": "It is a number above 0.",
    "interval_minutes": "A day has a whole number of intervals: 1, 5, 10, 15, 30 or 60 minutes.",
    "gap_after": "It is 1 or more.",
    "decimals": "It is between 0 and 9.",
}


def _positive(value: Decimal | None) -> bool:
    return value is None or (value.is_finite() and value > 0)


def _check_unit(register: Register, where: str) -> list[Problem]:
    try:
        read_unit(register.unit)
    except UnitError as error:
        return [Problem("register-unit", where, f"{register.meter}/{register.name}: {error.what}", error.hint)]
    return []


def _check_timezone(register: Register, where: str) -> list[Problem]:
    try:
        ZoneInfo(register.timezone)
    except (OSError, ValueError, LookupError):
        what = f'{register.meter}/{register.name}: "{register.timezone}" is not a time zone.'
        return [Problem("unknown-timezone", where, what, "Write one such as Europe/Paris.")]
    return []
