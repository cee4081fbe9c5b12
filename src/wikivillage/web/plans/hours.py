"""The electricity of a plan by the hour, compact: what the forecast of the next hours is read from, without pandas."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

SERIES = ("sun", "battery_out", "battery_in", "grid_in", "grid_out", "need", "price")
"""In the order in which they are kept: kWh in each hour, the price in EUR/kWh."""
NOTHING = 1e-3
"""A smaller amount is what a solver leaves of zero."""
NUMBER = "f"
"""As numbers of 32 bits: seven digits, more than any forecast has."""


@dataclass(frozen=True)
class PlanHours:
    """Every hour of a plan from ``start``, by its own clock; ``packed``: the series one after the other."""

    start: datetime
    hours: int
    packed: bytes

    @cached_property
    def series(self) -> dict[str, array[float]]:
        """Each series by its name."""
        whole: array[float] = array(NUMBER)
        whole.frombytes(self.packed)
        return {name: whole[i * self.hours : (i + 1) * self.hours] for i, name in enumerate(SERIES)}

    def hour_like(self, local: datetime) -> int:
        """The hour of the plan that is most like an hour of another year, by the clock of the village.

        In a plan of whole weeks it has the same weekday, at most three days away in the calendar, so that a Sunday is
        foretold from a Sunday; in a shorter plan only the same hour of the day. 29 February is read as 1 March.
        """
        days = self.hours // 24
        if days == 0:
            return local.hour % self.hours
        day = _like_in(self.start.date(), local.date())
        if days >= 7:
            weekday = (self.start.weekday() + day) % 7
            day += (local.weekday() - weekday + 3) % 7 - 3
        begin = day % days * 24 + local.hour - self.start.hour
        return begin % self.hours


def _like_in(start: date, other: date) -> int:
    """Days from ``start`` to the same day of the year that begins there."""
    month, day = (3, 1) if (other.month, other.day) == (2, 29) else (other.month, other.day)
    same = date(start.year, month, day)
    return ((same if same >= start else date(start.year + 1, month, day)) - start) // timedelta(days=1)


def pack(reading: Any) -> bytes:
    """The series of a plan out of its long table; nothing where no electricity flows by the hour."""
    import numpy as np

    from wikivillage.report.weeks import GIVING, LEAVING, TAKING, sunlit

    rows = reading.hourly("electricity", (*TAKING, *GIVING, *LEAVING))
    sunny = sunlit(reading)

    def total(*kinds: str, ids: set[str] | None = None) -> Any:
        chosen = [values for (kind, id), values in rows.items() if kind in kinds and (ids is None or id in ids)]
        return np.sum(chosen, axis=0) if chosen else np.zeros(reading.hours)

    prices = reading.hourly("electricity", ("price",)) or {("price", ""): np.zeros(reading.hours)}
    series = {
        "sun": total("output", ids=sunny),
        "battery_out": total("discharged"),
        "battery_in": total("charged"),
        "grid_in": total("bought"),
        "grid_out": total("sold"),
        "need": total(*TAKING),
        "price": np.max(list(prices.values()), axis=0),
    }
    rounded = (np.where(np.abs(series[name]) < NOTHING, 0.0, series[name]) for name in SERIES)
    return b"".join(np.asarray(values, dtype="<f4").tobytes() for values in rounded)
