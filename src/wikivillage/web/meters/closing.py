"""Readings of one register become closed intervals and hourly and daily sums, a week of local days at a time.

What is looked at again is what late readings touched: from the reading before the first of them. Steps are made from
an anchor before the week, so that every interval of it is covered whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, takewhile
from operator import attrgetter
from zoneinfo import ZoneInfo

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors import kinds
from wikivillage.connectors.differences import differences
from wikivillage.connectors.intervals import cut
from wikivillage.connectors.kinds import Interval, Mark, Reading, Step
from wikivillage.connectors.local_time import Grid, day_span, span_of
from wikivillage.flows.check_entry import LARGEST
from wikivillage.web.meters.models import ClosedInterval, Register, RollUp
from wikivillage.web.meters.rows import add_rows, kind_of

DAYS = 7
CHUNK = 2000
SUMS: tuple[Grid, ...] = ("hour", "day")
"""The grids of the sums that are kept beside the readings."""


Silences = dict[Grid, tuple[Step, list[Interval]]]
"""The last step that went on for more than a week, and its intervals: they are cut once, not in each of its weeks."""


@dataclass(frozen=True, slots=True)
class Week:
    """Some local days of a register: its steps there, and a little before and after.

    ``following``: the first reading at or after the end, None if there is none. ``silences`` is kept from week to week.
    """

    row: Register
    kind: kinds.Register
    begin: datetime
    end: datetime
    steps: tuple[Step, ...]
    following: datetime | None
    silences: Silences

    @property
    def baselines(self) -> dict[datetime, Decimal]:
        """What the step after each reading counts from."""
        return {step.last.at: step.baseline for step in self.steps}

    def intervals(self, grid: Grid) -> list[Interval]:
        """The intervals of the week, as far as steps touch them. Raises ProblemError for a sum that cannot be kept."""
        timezone = self.kind.timezone
        found = takewhile(lambda one: one.begin < self.end, self._cut(grid))
        kept = [one for one in found if one.begin >= self.begin]
        assert all(span_of(one.begin, grid, timezone)[0] == one.begin for one in kept[:1]), "intervals fit the grid"
        large = [one for one in kept if abs(one.quantity) > LARGEST]
        if large:
            what = f"{large[0].begin:%Y-%m-%d %H:%M} UTC: {large[0].quantity} {self.kind.unit} are too much to be kept."
            hint = "Was the meter exchanged? Describe the new one under a name of its own."
            raise ProblemError([Problem("interval-too-large", name_of(self.row), what, hint)])
        return kept

    def _cut(self, grid: Grid) -> Iterator[Interval]:
        """The intervals of all steps; where one step is all that the week has, those of the week and after."""
        silent = next((one for one in self.steps if one.begin <= self.begin and self.end <= one.end), None)
        if silent is None:
            return cut(self.steps, self.kind, grid)
        step, whole = self.silences.get(grid, (None, []))
        if step != silent:
            whole = list(cut([silent], self.kind, grid))
            self.silences[grid] = (silent, whole)
        return islice(whole, bisect_left(whole, self.begin, key=attrgetter("begin")), None)


def name_of(row: Register) -> str:
    """``meter/register``."""
    return f"{row.meter_id}/{row.name}"


def week_of(row: Register, silences: Silences) -> Week:
    """The week that begins with the first local day that has to be looked at again."""
    assert row.stale_from is not None, "there is something to look at"
    kind = kind_of(row)
    day = row.stale_from.astimezone(ZoneInfo(kind.timezone)).date()
    begin = day_span(day, kind.timezone)[0]
    end = day_span(day + timedelta(days=DAYS), kind.timezone)[0]
    later = row.readings.filter(at__gte=end).order_by("at")
    following = later.values_list("at", flat=True).first()
    resume = _anchor(row, kind, begin)
    steps = differences(_readings(row, kind, resume, following), kind, resume)
    return Week(row, kind, begin, end, tuple(steps), following, silences)


def _anchor(row: Register, kind: kinds.Register, begin: datetime) -> Step | None:
    """The last reading up to a time, as the step that ends there, with what the next one counts from.

    A counter whose dips are set aside counts from an earlier value, which only what was closed knows.
    """
    if kind.kind == "counter" and kind.dip == "quarantine":
        closed = ClosedInterval.objects.filter(register=row, last_at__lte=begin).order_by("-last_at", "-begin").first()
        return _resumed(kind, Mark(closed.last_at, closed.last_value), closed.baseline) if closed else None
    last = row.readings.filter(at__lte=begin).order_by("-at").values_list("at", "value").first()
    return _resumed(kind, Mark(*last), last[1]) if last else None


def _resumed(kind: kinds.Register, mark: Mark, baseline: Decimal) -> Step:
    return Step(
        meter=kind.meter,
        register=kind.name,
        begin=mark.at,
        end=mark.at,
        amount=Decimal(0),
        unit=kind.unit,
        rule="difference",
        is_gap=False,
        first=mark,
        last=mark,
        baseline=baseline,
    )


def _readings(row: Register, kind: kinds.Register, after: Step | None, until: datetime | None) -> Iterator[Reading]:
    rows = row.readings.order_by("at")
    if after is not None:
        rows = rows.filter(at__gt=after.last.at)
    if until is not None:
        rows = rows.filter(at__lte=until)
    for at, value in rows.values_list("at", "value").iterator(CHUNK):
        yield Reading(kind.meter, kind.name, at.astimezone(UTC), value, "", at.astimezone(UTC))


def refresh_sums(week: Week) -> None:
    """Write the hourly and daily sums of a week anew."""
    RollUp.objects.filter(register=week.row, begin__gte=week.begin, begin__lt=week.end).delete()
    rows = [sum_row(week.row, grid, one) for grid in SUMS for one in week.intervals(grid)]
    add_rows(rows)


def sum_row(row: Register, grid: Grid, interval: Interval) -> RollUp:
    """An interval as a sum to keep."""
    return RollUp(
        id=interval.id,
        register=row,
        grid=grid,
        begin=interval.begin,
        end=interval.end,
        quantity=interval.quantity,
        quality=interval.quality,
        rules=", ".join(interval.rules),
    )


def all_steps(row: Register) -> Iterator[Step]:
    """Every step of a register, from its first reading on."""
    kind = kind_of(row)
    return differences(_readings(row, kind, None, None), kind)


def closable(week: Week, until: datetime, *, is_retired: bool) -> tuple[list[Interval], datetime | None]:
    """The intervals that are over, and the begin of the first that only ``until`` holds back.

    An interval is over when a reading at or after its end is there, or no other will ever come.
    """
    row = week.row
    assert row.stale_from is not None, "there is something to look at"
    first = span_of(row.stale_from, grid_of(row), week.kind.timezone)[0]
    known = week.steps[-1].end if week.steps else week.begin
    found = [one for one in week.intervals(grid_of(row)) if one.begin >= first and (is_retired or one.end <= known)]
    held = next((one.begin for one in found if one.end > until), None)
    return [one for one in found if one.end <= until], held


def grid_of(row: Register) -> Grid:
    """How long the intervals of a register are."""
    grid: Grid = row.grid
    return grid


def next_stale(week: Week) -> datetime | None:
    """From where to go on after a week: None when everything that late readings touched was in it."""
    row = week.row
    if week.following is None:
        return None
    sets_aside = week.kind.kind == "counter" and week.kind.dip == "quarantine"
    if not sets_aside and row.stale_until is not None and row.stale_until < week.end:
        after = row.readings.filter(at__gt=row.stale_until).order_by("at").values_list("at", flat=True).first()
        if after is not None and after <= week.end:
            return None
    return max(week.end, week.following - week.kind.interval) if not _spans(week) else week.end


def _spans(week: Week) -> bool:
    """Whether a step goes on from this week into the next."""
    return bool(week.steps) and week.steps[-1].begin < week.end
