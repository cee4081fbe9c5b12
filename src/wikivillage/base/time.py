"""The hours of a plan and how slower tempos group them. Local standard time: every day has 24 hours."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tempo = Literal["hour", "day", "week", "year"]

TEMPOS: tuple[Tempo, ...] = ("hour", "day", "week", "year")
"""From fine to coarse."""


def finest(tempos: list[Tempo]) -> Tempo:
    """The finest of some tempos; ``hour`` when there is none."""
    return min(tempos, key=TEMPOS.index, default="hour")


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """``hours`` hours from ``start``; days and weeks are blocks of 24 and 168 hours, the last may be short."""

    start: datetime
    hours: int

    def block_hours(self, tempo: Tempo) -> int:
        """Length of a full block of this tempo, in hours."""
        return {"hour": 1, "day": 24, "week": 168, "year": self.hours}[tempo]

    def steps(self, tempo: Tempo) -> int:
        """How many steps this tempo has."""
        return -(-self.hours // self.block_hours(tempo))

    def block_of_hour(self, tempo: Tempo) -> NDArray[np.int32]:
        """(hours,) the step of ``tempo`` that each hour belongs to."""
        return _blocks(self.hours, self.block_hours(tempo))

    def hours_of_step(self, tempo: Tempo) -> NDArray[np.float64]:
        """(steps,) length of each step in hours."""
        return np.bincount(self.block_of_hour(tempo), minlength=self.steps(tempo)).astype(float)

    def block_of_step(self, fine: Tempo, coarse: Tempo) -> NDArray[np.int32]:
        """(steps of ``fine``,) the step of ``coarse`` that each step of ``fine`` begins in."""
        return self.block_of_hour(coarse)[:: self.block_hours(fine)]

    def sum_to(self, tempo: Tempo, per_hour: NDArray[np.float64]) -> NDArray[np.float64]:
        """(hours,) amounts summed into the steps of ``tempo``."""
        sums = np.bincount(self.block_of_hour(tempo), weights=per_hour, minlength=self.steps(tempo))
        return np.asarray(sums, dtype=np.float64)

    def mean_to(self, tempo: Tempo, per_hour: NDArray[np.float64]) -> NDArray[np.float64]:
        """(hours,) values averaged over the steps of ``tempo``."""
        return self.sum_to(tempo, per_hour) / self.hours_of_step(tempo)

    def starts(self, tempo: Tempo) -> NDArray[np.datetime64]:
        """(steps,) when each step begins."""
        hours = np.arange(self.steps(tempo)) * self.block_hours(tempo)
        return np.datetime64(self.start, "s") + hours.astype("timedelta64[h]")

    def time_of(self, tempo: Tempo, step: int) -> datetime:
        """When one step begins."""
        return self.start + timedelta(hours=step * self.block_hours(tempo))

    @property
    def year_fraction(self) -> float:
        """The horizon as a share of the calendar year in which it starts."""
        return self.hours / (8784 if calendar.isleap(self.start.year) else 8760)


@lru_cache(maxsize=64)
def _blocks(hours: int, length: int) -> NDArray[np.int32]:
    blocks = (np.arange(hours) // length).astype(np.int32)
    blocks.setflags(write=False)
    return blocks
