"""Most readings are ordinary: of a known register, in its unit, later than all before, with a number it can show.

Such a reading is new whatever else came, so nothing has to be looked up for it and it stays the object it is: this
takes a fraction of the time that ``sort_readings`` needs for all others. What this module lets through, that one would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Rounded, Subnormal
from fractions import Fraction
from itertools import repeat
from math import ceil, floor

from wikivillage.connectors.exact import decimals_of
from wikivillage.connectors.kinds import Reading, Register, RegisterKey

MOST_DECIMALS = 9
LARGEST = Decimal(10) ** 15
PLAIN_UNITS = (None, "", "1")
"""A reading without a unit is what the register shows."""

BILLION = 10**MOST_DECIMALS
PLACES = Decimal(MOST_DECIMALS)
STRICT = Context(
    prec=28,
    Emin=-20,
    Emax=40,
    traps=[Clamped, Inexact, InvalidOperation, Overflow, Rounded, Subnormal],
)
"""Refuses what is longer or smaller than any meter writes, zeros at the end included; careful sorting has its say."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an ordinary reading of a register shows, in whole billionths.

    divisor
        Of every value, so that its amount has at most nine decimals too.
    largest_step
        More than this may still be allowed, after a longer time; None where any step is.
    is_simple
        Whether no more than the unit and the range has to be looked at.
    """

    units: frozenset[str | None]
    lowest: int
    highest: int
    divisor: int
    largest_step: int | None
    is_counter: bool
    is_interval: bool
    is_simple: bool


@dataclass(slots=True)
class Course:
    """How far a register has come: its next ordinary reading is after ``after`` and not after ``until``.

    ``value`` is what it showed last, None if it never did; ``begun`` the time of its first reading of the batch.
    """

    limits: Limits
    after: datetime
    until: datetime
    value: int | None = None
    begun: datetime | None = None
    is_ordinary: bool = True


def limits_of(register: Register, largest: Decimal = LARGEST) -> Limits:
    """The limits of a register of which no value beyond ``largest`` is wanted."""
    most = floor(Fraction(min(largest, LARGEST)) * BILLION)
    top = register.rolls_over_at
    highest = most if top is None else min(most, ceil(Fraction(top) * BILLION) - 1)
    divisor: int = 10 ** decimals_of(register.multiplier)
    step = _largest_step(register)
    return Limits(
        units=frozenset((*PLAIN_UNITS, register.unit)),
        lowest=0 if register.kind == "counter" else -most,
        highest=highest,
        divisor=divisor,
        largest_step=step,
        is_counter=register.kind == "counter",
        is_interval=register.kind == "interval",
        is_simple=divisor == 1 and step is None and register.kind != "interval",
    )


def _largest_step(register: Register) -> int | None:
    """The most that a register may count within one interval, as shown."""
    if register.largest_step_per_hour is None or register.kind == "gauge":
        return None
    seconds = register.interval_minutes * 60
    shown_per_hour = Fraction(register.largest_step_per_hour) / Fraction(register.multiplier)
    largest: int = floor(shown_per_hour * seconds * BILLION / 3600)
    return largest


def follow(readings: Sequence[Reading], courses: Mapping[RegisterKey, Course]) -> list[int]:
    """Let registers go on by a batch; returns what each reading shows in billionths, 0 where that is not ordinary.

    A course whose register has any reading that is not ordinary in the batch is no longer ``is_ordinary``.
    """
    values = billionths([one.value for one in readings])
    for reading, value in zip(readings, values, strict=True):
        course = courses.get((reading.meter, reading.register))
        if course is None:
            continue
        at, limits = reading.at, course.limits
        if (
            course.after < at <= course.until
            and value is not None
            and limits.lowest <= value <= limits.highest
            and reading.unit in limits.units
            and (limits.is_simple or _fits(reading, value, course))
        ):
            if course.begun is None:
                course.begun = at
            course.after, course.value = at, value
        else:
            course.is_ordinary = False
    return [value or 0 for value in values]


def _fits(reading: Reading, value: int, course: Course) -> bool:
    limits = course.limits
    if value % limits.divisor or (limits.is_interval and reading.stamped_on_arrival):
        return False
    if limits.largest_step is None or (limits.is_counter and course.value is None):
        return True
    step = value - (course.value or 0) if limits.is_counter else value
    return 0 <= step <= limits.largest_step


def billionths(values: Sequence[Decimal]) -> list[int | None]:
    """Numbers as whole billionths; None where one is not whole, or longer than meters write."""
    try:
        scaled = list(map(STRICT.scaleb, values, repeat(PLACES)))
        whole: list[int | None] = list(map(int, scaled))
        if whole == scaled:
            return whole
    except (ArithmeticError, ValueError):
        pass
    return [found for one in values for found in billionths([one])] if len(values) > 1 else [None]
