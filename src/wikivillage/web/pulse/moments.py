"""From the hours that the plan expects to what people can do with them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from wikivillage.model.kinds import Village

HOUR = timedelta(hours=1)
LITTLE = 0.5
"""Kilowatt-hours in an hour below which nobody would wait for them."""
MUCH = 0.5
"""Share of the largest surplus from which on an hour is a good one."""
A_PART = 0.2
"""Share of the need in the sunniest hour below which nobody would call it a good one."""
NEARLY = 0.7
"""Share of that from which on another hour is as good."""
AT_LEAST = 12
"""Hours that are looked at, at least; else those until midnight."""
SUNNY = 0.05
"""Share of the sunniest hour below which people would not say that there is sun."""


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour that is expected, in kWh: what the sun gives, what is needed, what the battery and the grid give, what
    is to spare beyond need and battery. ``at`` is its beginning."""

    at: datetime
    sun: float
    need: float
    kept: float
    grid: float
    spare: float

    @property
    def used_sun(self) -> float:
        """The sun that serves the need at once."""
        return max(0.0, min(self.sun, self.need - self.kept - self.grid))


@dataclass(frozen=True, slots=True)
class Moment:
    """Some hours in a row, what they are good for (``best``, ``sunny``, ``part``) or not (``grid``), and for which
    machines. ``energy`` in kWh: to spare, or of the grid; of ``part`` it is the share of the need that the sun serves.
    """

    kind: str
    begin: datetime
    end: datetime
    energy: float
    machines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """What may wait for the sun: a process that people start, or a need that may be moved; kWh per unit of activity."""

    id: str
    energy: float


def machines_of(village: Village) -> tuple[Machine, ...]:
    """What takes energy that is counted by the day, so in an hour that can be chosen, and the hand that starts it.

    Needs that the village file lets move in the day are among them. The hungriest come first.
    """
    found = []
    for process in village.processes.values():
        inputs = village.recipes[process.recipe].inputs
        energy = [arc.amount.value for arc in inputs if arc.amount and _waits(village, arc.resource)]
        hands = any(village.resources[arc.resource].loop == "people" for arc in inputs)
        if energy and hands:
            found.append(Machine(process.id, sum(energy)))
    moved = (
        need for need in village.needs.values() if need.shift and village.resources[need.resource].loop == "energy"
    )
    found += [Machine(need.id, 0.0) for need in moved]
    return tuple(sorted(found, key=lambda machine: -machine.energy))


def _waits(village: Village, resource: str) -> bool:
    kind = village.resources[resource]
    return kind.loop == "energy" and kind.unit == "kWh" and kind.tempo != "hour" and not kind.nature


def moments_of(hours: Sequence[Hour], machines: Sequence[Machine]) -> tuple[Moment, ...]:
    """The best hours for the hungriest machines, others with something to spare, those to avoid; in their order."""
    peak = max((hour.spare for hour in hours), default=0.0)
    ids = [machine.id for machine in machines]
    half = (len(ids) + 1) // 2
    found: list[Moment] = []
    if peak > LITTLE:
        found += _runs(hours, "best", tuple(ids[:half]), lambda hour: hour.spare >= MUCH * peak)[:1]
        sunny = _runs(hours, "sunny", tuple(ids[half:]), lambda hour: hour.spare > LITTLE)
        found += [one for one in sunny if (one.begin, one.end) != (found[0].begin, found[0].end) and one.machines][:1]
    else:
        found += _partly_sunny(hours, tuple(ids[:half]))
    dark = _runs(hours, "grid", tuple(ids[:1]), lambda hour: hour.grid > LITTLE and hour.sun <= LITTLE)
    return tuple(sorted((*found, *dark[:1]), key=lambda moment: (moment.begin, moment.end)))


def _partly_sunny(hours: Sequence[Hour], machines: tuple[str, ...]) -> list[Moment]:
    """Without anything to spare: the hours in which the sun serves most of the need, if that is worth saying."""
    most = max((_share(hour) for hour in hours), default=0.0)
    if most < A_PART:
        return []
    runs = _runs(hours, "part", machines, lambda hour: _share(hour) >= NEARLY * most)
    longest = max(runs, key=lambda run: run.end - run.begin)
    within = [hour for hour in hours if longest.begin <= hour.at < longest.end]
    return [replace(longest, energy=sum(hour.used_sun for hour in within) / sum(hour.need for hour in within))]


def _share(hour: Hour) -> float:
    return hour.used_sun / hour.need if hour.need > 0 else 0.0


def _runs(hours: Sequence[Hour], kind: str, machines: tuple[str, ...], holds: object) -> list[Moment]:
    """Hours in a row for which something holds, those with the most energy first."""
    assert callable(holds)
    found = []
    for good, run in groupby(hours, key=holds):
        if good:
            some = list(run)
            energy = sum(hour.grid if kind == "grid" else hour.spare for hour in some)
            found.append(Moment(kind, some[0].at, some[-1].at + HOUR, energy, machines))
    return sorted(found, key=lambda moment: -moment.energy)


def until_tonight(hours: Sequence[Hour], zone: tzinfo) -> tuple[Hour, ...]:
    """The hours until midnight by some clock, or twelve where that is more."""
    if not hours:
        return ()
    today = hours[0].at.astimezone(zone).date()
    until = sum(hour.at.astimezone(zone).date() == today for hour in hours)
    return tuple(hours[: max(until, AT_LEAST)])


def sun_until(hours: Sequence[Hour]) -> datetime | None:
    """When the sun that shines first is over; None where it does not shine in these hours."""
    peak = max((hour.sun for hour in hours), default=0.0)
    if peak <= LITTLE:
        return None
    end = None
    for hour in _first_sun(hours, peak):
        end = hour.at + HOUR
    return end


def _first_sun(hours: Sequence[Hour], peak: float) -> Iterator[Hour]:
    begun = False
    for hour in hours:
        if hour.sun > max(SUNNY * peak, LITTLE):
            begun = True
            yield hour
        elif begun:
            return


def is_sunny(hours: Sequence[Hour]) -> bool:
    """Whether the sun shines in the first of the hours."""
    until = sun_until(hours)
    peak = max((hour.sun for hour in hours), default=0.0)
    return until is not None and hours[0].sun > max(SUNNY * peak, LITTLE)


def spare(hours: Sequence[Hour]) -> float:
    """What is to take in all these hours."""
    return sum(hour.spare for hour in hours)
