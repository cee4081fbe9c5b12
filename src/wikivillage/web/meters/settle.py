"""One week of a register is settled: its sums, its closed intervals, and their events, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors import kinds
from wikivillage.connectors.intervals import revise
from wikivillage.connectors.kinds import Interval
from wikivillage.flows.kinds import Event
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Head
from wikivillage.web.ledger.retry import RaceLostError
from wikivillage.web.meters.closing import Silences, closable, name_of, next_stale, refresh_sums, week_of
from wikivillage.web.meters.facts import Dated, correcting_events, first_events, openings, when
from wikivillage.web.meters.models import ClosedInterval, Correction, CorrectionEvent, Meter, Register
from wikivillage.web.meters.rows import add_rows


@dataclass(frozen=True, slots=True)
class Settled:
    """How many intervals were closed and corrected, how many events that made, and what the ledger refused."""

    closed: int = 0
    corrected: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: Settled) -> Settled:
        """Both together."""
        counts = (self.closed + other.closed, self.corrected + other.corrected, self.events + other.events)
        return Settled(*counts, (*self.problems, *other.problems))


@dataclass(frozen=True, slots=True)
class _Plan:
    """An interval as it is to stand: closed before or new, with the correction and the events that bring it there."""

    interval: Interval
    closed: ClosedInterval | None
    correction: kinds.Correction | None
    events: tuple[Event, ...]


def settle_week(
    row: Register, at: datetime, until: datetime, by: str | None, silences: Silences
) -> tuple[Settled, bool]:
    """Settle the first week that has to be looked at again, and whether there is more; the row is locked.

    What the ledger refuses stays to be closed, with everything after it.
    """
    week = week_of(row, silences)
    refresh_sums(week)
    retired = Meter.objects.filter(pk=row.meter_id, retired_at__isnull=False).exists()
    ready, held = closable(week, until, is_retired=retired)
    plans = _plans(row, ready, at)
    done, problems = _record(row, plans, at, by)
    _save(row, plans[:done], week.baselines, at)
    blocked = plans[done].interval.begin if problems else held
    row.stale_from = blocked or next_stale(week)
    row.stale_until = row.last_at if blocked else row.stale_until if row.stale_from else None
    row.save(update_fields=["stale_from", "stale_until"])
    return _told(plans[:done], problems), blocked is None and row.stale_from is not None


def _plans(row: Register, ready: Sequence[Interval], at: datetime) -> list[_Plan]:
    closed = {one.id: one for one in ClosedInterval.objects.filter(pk__in=[interval.id for interval in ready])}
    last = {one.interval_id: one for one in Correction.objects.filter(interval__in=closed).order_by("number")}
    closed_until = Head.objects.get(pk=1).closed_until
    plans = [_plan(row, one, closed.get(one.id), last.get(one.id), when(one, at, closed_until)) for one in ready]
    return [plan for plan in plans if plan is not None]


def _plan(
    row: Register,
    interval: Interval,
    closed: ClosedInterval | None,
    last: Correction | None,
    dated: Dated,
) -> _Plan:
    if closed is None:
        events = tuple(first_events(row, interval, dated)) if row.action else ()
        return _Plan(interval, None, None, events)
    correction = revise(replace(interval, quantity=closed.quantity), interval, _kind_of(closed, last))
    if correction is None:
        return _Plan(interval, closed, None, ())
    events = tuple(correcting_events(row, closed, interval, correction.id, dated)) if row.action else ()
    return _Plan(interval, closed, correction, events)


def _kind_of(closed: ClosedInterval, last: Correction | None) -> kinds.Correction | None:
    if last is None:
        return None
    unit = closed.register.unit
    return kinds.Correction(last.pk, closed.pk, last.corrects, last.amount, last.quantity, unit)


def _record(row: Register, plans: Sequence[_Plan], at: datetime, by: str | None) -> tuple[int, tuple[Problem, ...]]:
    """Write the events of all plans at once; where one is refused, of all before it. How many were done, and why."""
    events = [event for plan in plans for event in plan.events]
    if not events:
        return len(plans), ()
    first = openings(row, _time_of(events[0]))
    try:
        record(entries=[*first, *events], at=at, by=by)
    except ProblemError as error:
        if len(openings(row, {})) < len(first):
            raise RaceLostError from error
        return _record_singly(row, plans, first, at, by)
    return len(plans), ()


def _time_of(event: Event) -> Dated:
    times = {"at": event.at, "begin": event.begin, "end": event.end}
    return {name: time for name, time in times.items() if time is not None}


def _record_singly(
    row: Register, plans: Sequence[_Plan], first: Sequence[Event], at: datetime, by: str | None
) -> tuple[int, tuple[Problem, ...]]:
    entries = list(first)
    for number, plan in enumerate(plans):
        entries += plan.events
        try:
            record(entries=entries, at=at, by=by)
        except ProblemError as error:
            span = f"{plan.interval.begin:%Y-%m-%d %H:%M} to {plan.interval.end:%H:%M} UTC"
            return number, tuple(_located(row, span, one) for one in error.problems)
        entries = []
    return len(plans), ()


def _located(row: Register, span: str, found: Problem) -> Problem:
    return replace(found, where=f"{name_of(row)} {span}", what=f"the ledger refuses it: {found.what}")


def _save(row: Register, plans: Sequence[_Plan], baselines: dict[datetime, Decimal], at: datetime) -> None:
    new = [plan for plan in plans if plan.closed is None]
    add_rows([_new_row(row, plan, baselines, at) for plan in new])
    old = [_brought_up(plan, baselines) for plan in plans if plan.closed is not None]
    changed = ("net", "quality", "rules", "first_at", "first_value", "last_at", "last_value", "baseline")
    ClosedInterval.objects.bulk_update(old, (*changed, "event", "back"), batch_size=100)
    _save_corrections([plan for plan in plans if plan.correction], at)


def _new_row(row: Register, plan: _Plan, baselines: dict[datetime, Decimal], at: datetime) -> ClosedInterval:
    one = plan.interval
    made = ClosedInterval(id=one.id, register=row, begin=one.begin, end=one.end, quantity=one.quantity, closed_at=at)
    return _describe(made, plan, baselines)


def _brought_up(plan: _Plan, baselines: dict[datetime, Decimal]) -> ClosedInterval:
    assert plan.closed is not None, "it was closed before"
    return _describe(plan.closed, plan, baselines)


def _describe(made: Any, plan: _Plan, baselines: dict[datetime, Decimal]) -> Any:
    one = plan.interval
    made.net, made.quality, made.rules = one.quantity, one.quality, ", ".join(one.rules)
    made.first_at, made.first_value = one.first.at, one.first.value
    made.last_at, made.last_value = one.last.at, one.last.value
    made.baseline = baselines[one.last.at]
    back = [event.id for event in plan.events if event.corrects is None and _is_back(event, plan.interval.id)]
    ahead = [event.id for event in plan.events if event.corrects is None and event.id not in back]
    made.event, made.back = (*ahead, made.event)[0], (*back, made.back)[0]
    return made


def _is_back(event: Event, interval: UUID) -> bool:
    return event.id != str(interval)


def _save_corrections(plans: Iterable[_Plan], at: datetime) -> None:
    for plan in plans:
        one = plan.correction
        assert one is not None, "only what was corrected"
        made = Correction.objects.create(
            id=one.id,
            interval_id=one.interval,
            number=Correction.objects.filter(interval=one.interval).count() + 1,
            corrects=one.corrects,
            amount=one.amount,
            quantity=one.quantity,
            at=at,
        )
        CorrectionEvent.objects.bulk_create(CorrectionEvent(event=event.id, correction=made) for event in plan.events)


def _told(plans: Sequence[_Plan], problems: tuple[Problem, ...]) -> Settled:
    closed = sum(plan.closed is None for plan in plans)
    corrected = sum(plan.correction is not None for plan in plans)
    return Settled(closed, corrected, sum(len(plan.events) for plan in plans), problems)
