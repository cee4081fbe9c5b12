"""What goes into stores and out of them: as planned, with losses that are what is missing, never less than nothing."""

from __future__ import annotations

import numpy as np

from wikivillage.web.demonstration.planned import DAYS_OF_WEEK, Amounts
from wikivillage.web.demonstration.week import Week

LATEST = DAYS_OF_WEEK - 1


def fill_and_empty(week: Week, store: str) -> None:
    """Charge and discharge a store as planned, and count what it loses on each day.

    A store ends the week with what the plan says, so what does not fit is charged on top.
    """
    hourly = f"{store}.charged" in week.planned.hours
    charged, discharged = (_planned(week, f"{store}.{kind}", hourly=hourly) for kind in ("charged", "discharged"))
    begun, ended = week.level_before(store), week.level_after(store)
    discharged = _possible(begun, charged, discharged)
    lost = begun + int(charged.sum() - discharged.sum()) - ended
    if lost < 0:
        charged[int(charged.argmax())] -= lost
        lost = 0
    written = week.hourly if hourly else week.daily
    written[f"{store}.charged"], written[f"{store}.discharged"] = charged, discharged
    level = begun + np.cumsum(week.days_of(f"{store}.charged") - week.days_of(f"{store}.discharged"))
    week.lost[store] = _losses(level, lost)


def _planned(week: Week, name: str, *, hourly: bool) -> Amounts:
    """The plan's amounts; what is put away in a week is put away at its end, what is taken is taken when it begins."""
    if hourly:
        return week.planned_hours(name)
    days = week.planned_days(name)
    return np.roll(days, -1) if name in week.planned.weeks and name.endswith(".charged") else days


def _possible(begun: int, charged: Amounts, discharged: Amounts) -> Amounts:
    """What can be taken each time before anything is put in: rounding may want a little more than is there."""
    level, taken = begun, []
    for put, wanted in zip(charged.tolist(), discharged.tolist(), strict=True):
        taken.append(min(wanted, level))
        level += put - taken[-1]
    return np.array(taken, dtype=np.int64)


def _losses(level: Amounts, lost: int) -> Amounts:
    """A week's loss spread over its days, as far as there is something to lose."""
    ends = np.rint(lost * np.arange(1, DAYS_OF_WEEK + 1) / DAYS_OF_WEEK).astype(np.int64)
    possible = np.minimum.accumulate(np.maximum(level, 0)[::-1])[::-1]
    ends = np.minimum(ends, possible)
    ends[LATEST] = lost
    return np.diff(ends, prepend=0)
