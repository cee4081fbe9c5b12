"""Questions to the plans. What a page asks often is kept in the process, by the id and the fingerprint of the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from wikivillage.report.formats import moment_of
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.states import OPEN
from wikivillage.web.ledger.sql import select
from wikivillage.web.plans.hours import PlanHours
from wikivillage.web.plans.making import unpacked
from wikivillage.web.plans.models import PlanPart, StoredPlan
from wikivillage.web.registry.village_of_request import village_here

CURRENT = "SELECT id, sha256 FROM plans_storedplan WHERE current IN ({ids})"
KEPT = 4
"""Plans whose record and hours stay in the memory of the process."""


@dataclass(frozen=True)
class PlanView:
    """A plan as other rooms read it."""

    id: int
    sha256: str
    name: str
    made_at: datetime
    summary: Mapping[str, Any]

    @property
    def record(self) -> Mapping[str, Any]:
        """What plan.json holds; not to be changed."""
        return _record(self.id, self.sha256)

    @cached_property
    def sizes(self) -> Mapping[str, Mapping[str, Any]]:
        """The size records of processes and stores by id; the power of a store is at ``<id>.power``."""
        rows = self.record["sizes"]
        return {f"{row['id']}.power" if row["kind"] == "power" else str(row["id"]): row for row in rows}

    @cached_property
    def goals(self) -> Mapping[str, Mapping[str, Any]]:
        """The goal records by id."""
        return {str(goal["id"]): goal for goal in self.record["goals"]}

    @property
    def hours(self) -> PlanHours:
        """The electricity of every hour."""
        return _hours(self.id, self.sha256)


@dataclass(frozen=True, slots=True)
class HourAhead:
    """What the plan expects of an hour: electricity in kWh, what one kWh more would be worth.

    ``need_kwh`` is everything that takes electricity but the batteries and the outside. ``surplus_kwh``: the sun
    beyond that need, which could be used now.
    """

    begin: datetime
    sun_kwh: float
    battery_out_kwh: float
    battery_in_kwh: float
    grid_in_kwh: float
    grid_out_kwh: float
    need_kwh: float
    price_eur_kwh: float
    surplus_kwh: float


def current_plan() -> PlanView | None:
    """The plan that the village goes by, or None before the first."""
    rows = select(CURRENT, [True])
    return _view(*rows[0]) if rows else None


def hours_ahead(at: datetime, hours: int) -> tuple[HourAhead, ...]:
    """What the current plan expects from the hour of ``at`` on; empty without a plan.

    The plan knows one year: an hour is foretold from the one of the same weekday and clock that is nearest to it in
    the calendar, so from another year's weather. Nobody knows here what the sky will be.
    """
    plan = current_plan()
    if plan is None:
        return ()
    zone = ZoneInfo(village_here().zone)
    begin = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return tuple(_hour(plan.hours, (begin + timedelta(hours=n)).astimezone(zone)) for n in range(hours))


def _hour(plan: PlanHours, begin: datetime) -> HourAhead:
    standard = begin - (begin.dst() or timedelta())  # the plan knows no summer time
    step, of = plan.hour_like(standard), plan.series
    sun, need = of["sun"][step], of["need"][step]
    return HourAhead(
        begin=begin,
        sun_kwh=sun,
        battery_out_kwh=of["battery_out"][step],
        battery_in_kwh=of["battery_in"][step],
        grid_in_kwh=of["grid_in"][step],
        grid_out_kwh=of["grid_out"][step],
        need_kwh=need,
        price_eur_kwh=of["price"][step],
        surplus_kwh=max(sun - need, 0.0),
    )


def find_plan(id: int) -> StoredPlan | None:
    """A plan without its parts, or None."""
    return StoredPlan.objects.filter(pk=id).first()


def all_plans(most: int = 100) -> list[StoredPlan]:
    """The current plan first, then the newest."""
    return list(StoredPlan.objects.order_by("-current", "-made_at", "-id")[:most])


def find_part(plan: int, name: str) -> bytes | None:
    """A part of a plan as it was made, or None."""
    content = PlanPart.objects.filter(plan_id=plan, name=name).values_list("content", flat=True).first()
    return None if content is None else unpacked(name, bytes(content))


def text_of(plan: StoredPlan, name: str) -> str:
    """A part of a plan as text, kept in the process. Raises KeyError where there is none."""
    return _text(plan.pk, plan.sha256, name)


def record_of(plan: StoredPlan) -> Mapping[str, Any]:
    """What plan.json of a plan holds; not to be changed."""
    return _record(plan.pk, plan.sha256)


def hours_of(plan: StoredPlan) -> PlanHours:
    """The electricity of every hour of a plan."""
    return _hours(plan.pk, plan.sha256)


def open_runs() -> list[Job]:
    """The plans that wait or are being made."""
    return list(Job.objects.filter(kind="plan", state__in=OPEN).order_by("id"))


def find_run(id: int) -> Job | None:
    """The job of a plan, or None."""
    return Job.objects.filter(pk=id, kind="plan").first()


@lru_cache(maxsize=16)
def _text(id: int, sha256: str, name: str) -> str:
    found = find_part(id, name)
    if found is None:
        raise KeyError(name)
    return found.decode()


@lru_cache(maxsize=KEPT)
def _view(id: int, sha256: str) -> PlanView:
    row = StoredPlan.objects.get(pk=id)
    return PlanView(row.pk, sha256, row.name, row.made_at, row.summary)


@lru_cache(maxsize=KEPT)
def _record(id: int, sha256: str) -> Mapping[str, Any]:
    content = find_part(id, "plan.json")
    assert content is not None, "every stored plan has its record"
    found: Mapping[str, Any] = json.loads(content)
    return found


@lru_cache(maxsize=KEPT)
def _hours(id: int, sha256: str) -> PlanHours:
    summary, packed = _view(id, sha256).summary, find_part(id, "hours")
    assert packed is not None, "every stored plan has its hours"
    return PlanHours(moment_of(summary["start"]), int(summary["hours"]), packed)
