"""A week of life while it is made: what each flow brings in its hours or on its days, in whole thousandths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from wikivillage.web.demonstration.noise import Factors, day_factors, hour_factors
from wikivillage.web.demonstration.planned import DAYS_OF_WEEK, HOURS_OF_WEEK, Amounts, Flow, Planned, Span


@dataclass
class Week:
    """What has been made so far of a week: ``hourly`` and ``daily`` amounts by flow, ``lost`` per day by store."""

    planned: Planned
    span: Span
    seed: int
    hourly: dict[str, Amounts] = field(default_factory=dict)
    daily: dict[str, Amounts] = field(default_factory=dict)
    lost: dict[str, Amounts] = field(default_factory=dict)

    @property
    def place(self) -> int:
        """Which week of the plan it follows."""
        return self.span.number % self.planned.length

    def planned_hours(self, name: str) -> Amounts:
        """The plan's amounts of an hourly flow in the hours of this week, nothing where there is no such flow."""
        found = self.planned.hours.get(name)
        return found[self.span.planned_hours].copy() if found is not None else self.no_hours()

    def planned_days(self, name: str) -> Amounts:
        """The plan's amounts of a flow on the days of this week; what the plan has by the week is on the first."""
        if name in self.planned.hours:
            return self.span.per_day(self.planned_hours(name))
        if name in self.planned.days:
            begin = self.place * DAYS_OF_WEEK
            return self.planned.days[name][begin : begin + DAYS_OF_WEEK].copy()
        days = np.zeros(DAYS_OF_WEEK, dtype=np.int64)
        if name in self.planned.weeks:
            days[0] = self.planned.weeks[name][self.place]
        return days

    def no_hours(self) -> Amounts:
        """Nothing in any hour."""
        return np.zeros(len(self.span.hours), dtype=np.int64)

    def days_of(self, name: str) -> Amounts:
        """What a flow brings on each day, as made so far."""
        if name in self.hourly:
            return self.span.per_day(self.hourly[name])
        return self.daily.get(name, np.zeros(DAYS_OF_WEEK, dtype=np.int64))

    def flows(self, resource: str) -> Iterator[Flow]:
        """The flows of a resource."""
        return (one for one in self.planned.flows.values() if one.resource == resource)

    def rest_of(self, flows: Iterable[Flow], *, but: str = "") -> Amounts:
        """What some flows give less what they take, on each day, leaving one of them out."""
        total = np.zeros(DAYS_OF_WEEK, dtype=np.int64)
        for one in flows:
            if one.name != but:
                total += self.days_of(one.name) if one.gives else -self.days_of(one.name)
        return total

    def rest_of_hours(self, flows: Iterable[Flow], *, but: Iterable[str] = ()) -> Amounts:
        """The same for each hour, of hourly flows."""
        total = self.no_hours()
        for one in flows:
            if one.name not in but and one.name in self.hourly:
                total += self.hourly[one.name] if one.gives else -self.hourly[one.name]
        return total

    def factors(self, name: str, size: float) -> Factors:
        """How much more or less than planned something is on each day of this week."""
        return day_factors(self.seed, name, self.span.number, size)

    def hour_factors(self, name: str, by_day: float, by_hour: float) -> Factors:
        """The same for each hour, with its flicker."""
        flicker = hour_factors(self.seed, name, self.span.number, by_hour, len(self.span.hours))
        return np.asarray(self.factors(name, by_day)[self.span.day_of_hour] * flicker)

    def level_before(self, store: str) -> int:
        """What a store holds when the week begins."""
        levels = self.planned.levels[store]
        if len(levels) >= self.planned.length * HOURS_OF_WEEK:
            return int(levels[(self.span.planned_hours[0] - 1) % (self.planned.length * HOURS_OF_WEEK)])
        each = len(levels) // self.planned.length
        return int(levels[(self.place * each - 1) % (self.planned.length * each)])

    def level_after(self, store: str) -> int:
        """What a store holds when the week is over."""
        levels = self.planned.levels[store]
        if len(levels) >= self.planned.length * HOURS_OF_WEEK:
            return int(levels[self.span.planned_hours[-1]])
        each = len(levels) // self.planned.length
        return int(levels[(self.place + 1) * each - 1])


def scaled(amounts: Amounts, factors: Factors | float) -> Amounts:
    """Whole amounts times factors, rounded."""
    return np.asarray(np.rint(amounts * factors), dtype=np.int64)


def ratio(part: Amounts, whole: Amounts) -> Factors:
    """One amount per unit of another, 0 where there is none of it."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def shared_out(total: int, weights: Amounts | Factors) -> Amounts:
    """A whole amount in whole parts in proportion to weights, equal ones where all are nothing."""
    shape = np.asarray(weights, dtype=np.float64)
    shape = shape if shape.sum() > 0 else np.ones(len(shape))
    ends = np.rint(np.cumsum(shape) / shape.sum() * total).astype(np.int64)
    return np.diff(ends, prepend=0)
