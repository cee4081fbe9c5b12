"""The two weeks that a reader wants to see: the one when the village makes least of what it needs, and the sunniest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from wikivillage.report.reading import GROUPS, Reading

WEEK = 168
TAKING = ("input", "served", "unmet")
GIVING = ("output", "bought", "offered", "discharged")
LEAVING = ("charged", "sold", "stranded")


@dataclass(frozen=True, slots=True)
class Hours:
    """One hourly resource over the horizon, (hours,) each, in its unit per hour.

    ``made`` by name of producer, what the sun makes together; ``need`` includes what stayed unmet; ``kept`` and
    ``sold`` leave above the need. What stores take and give in the same hour is one difference.
    """

    resource: str
    unit: str
    made: dict[str, np.ndarray]
    bought: np.ndarray
    discharged: np.ndarray
    kept: np.ndarray
    sold: np.ndarray
    need: np.ndarray
    unmet: np.ndarray


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday: the first hour in the horizon, the dates."""

    hour: int
    first: datetime
    last: datetime

    def of(self, values: np.ndarray) -> np.ndarray:
        """The hours of this week out of those of the horizon."""
        return values[self.hour : self.hour + WEEK]


def hours_of(reading: Reading, loop: str) -> Hours | None:
    """The hourly resource of a loop that moves most, None where nothing is hourly."""
    candidates = [
        r
        for r in reading.resources.values()
        if r["loop"] == loop and not r.get("nature") and r.get("tempo") == "hour" and (r.get("turnover") or 0) > 0
    ]
    if not candidates:
        return None
    turnover: dict[str, float] = {}
    for r in candidates:
        turnover[r["id"]] = turnover.get(r["id"], 0.0) + float(r["turnover"])
    id = max(turnover, key=lambda each: turnover[each])
    series = reading.hourly(id, (*TAKING, *GIVING, *LEAVING))
    if not series:
        return None

    def total(*kinds: str) -> np.ndarray:
        chosen = [values for (kind, _), values in series.items() if kind in kinds]
        return np.sum(chosen, axis=0) if chosen else np.zeros(reading.hours)

    made: dict[str, np.ndarray] = {}
    sunny = sunlit(reading)
    for (kind, i), values in series.items():
        if kind in ("output", "offered") and values.any():
            name = reading.words("weeks.sun") if i in sunny else reading.called(i, GROUPS.get(kind, "thing"))
            made[name] = made.get(name, 0.0) + values
    charged, discharged = total("charged"), total("discharged")
    return Hours(
        resource=id,
        unit=str(reading.resources[id]["unit"]),
        made=made,
        bought=total("bought"),
        discharged=np.maximum(discharged - charged, 0.0),
        kept=np.maximum(charged - discharged, 0.0),
        sold=total("sold", "stranded"),
        need=total(*TAKING),
        unmet=total("unmet"),
    )


def sunlit(reading: Reading) -> set[str]:
    """Processes that turn sunlight into something."""
    return {flow["id"] for flow in reading.of_kind("input") if flow["resource"] == "sunlight"}


def weeks_of(reading: Reading) -> list[Week]:
    """Whole weeks from Monday to Sunday inside the horizon."""
    start = reading.start
    monday = (start + timedelta(days=(7 - start.weekday()) % 7)).replace(hour=0)
    if monday < start:
        monday += timedelta(days=7)
    first = int((monday - start).total_seconds() // 3600)
    hours = range(first, reading.hours - WEEK + 1, WEEK)
    return [Week(h, reading.hour_at(h), reading.hour_at(h + WEEK - 1)) for h in hours]


def hard_and_easy(hours: Hours, weeks: list[Week]) -> tuple[Week, Week]:
    """The week that lacks most local production, and the one that has most of it beyond the need."""
    made = np.sum(list(hours.made.values()), axis=0) if hours.made else np.zeros(len(hours.need))
    lack = [float(week.of(hours.need - made).sum()) for week in weeks]
    return weeks[int(np.argmax(lack))], weeks[int(np.argmin(lack))]


@dataclass(frozen=True, slots=True)
class Stack:
    """The hours of a week split by source: below the need what serves it, above it what is kept or sold."""

    made: dict[str, np.ndarray]
    discharged: np.ndarray
    bought: np.ndarray
    unmet: np.ndarray
    kept: np.ndarray
    sold: np.ndarray
    need: np.ndarray


def stack(hours: Hours, week: Week) -> Stack:
    """What leaves (kept, sold) is taken first from local production, then from what is bought, then from stores."""
    made = {id: week.of(values) for id, values in hours.made.items()}
    away = week.of(hours.kept) + week.of(hours.sold)
    local = np.sum(list(made.values()), axis=0) if made else np.zeros(WEEK)
    share = np.divide(np.maximum(local - away, 0.0), local, out=np.zeros_like(local), where=local > 0)
    left = np.maximum(away - local, 0.0)
    bought = np.maximum(week.of(hours.bought) - left, 0.0)
    left = np.maximum(left - week.of(hours.bought), 0.0)
    return Stack(
        made={id: values * share for id, values in made.items()},
        bought=bought,
        discharged=np.maximum(week.of(hours.discharged) - left, 0.0),
        unmet=week.of(hours.unmet),
        kept=week.of(hours.kept),
        sold=week.of(hours.sold),
        need=week.of(hours.need),
    )
