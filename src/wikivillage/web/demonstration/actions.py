"""Let a village live: prepare a demonstration, live through a stretch of time, and live on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from django.db import transaction
from django.utils.translation import gettext_noop

from wikivillage.connectors.kinds import Reading
from wikivillage.model import load_village
from wikivillage.web.demonstration.cast import counters_of
from wikivillage.web.demonstration.life import (
    Life,
    Summary,
    begin_life,
    first_week,
    hand_in,
    live_through_week,
    lived_until,
    refuse_true_life,
)
from wikivillage.web.demonstration.parties import find_parties
from wikivillage.web.demonstration.planned import read_planned
from wikivillage.web.ledger.day_sums import bring_up_to_date
from wikivillage.web.plans.actions import plan_now
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.queries import find_part
from wikivillage.web.registry.models import Definition
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_of_request import forget_village, village_here

Say = Callable[[str, int, int], None]
SEED = 2017
"""The year in which the village of Saint-Blaise was announced."""
LIVED_DAYS = timedelta(days=90)
WEEKS, SUMS = gettext_noop("Living week by week"), gettext_noop("Adding up the days")


def silently(label: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody looks at."""


def prepare(*, village_file: Path, at: datetime, progress: Say = silently, by: str = "") -> Summary:
    """Make all of a demonstration: the village, a plan, a quarter of life up to now; what is there stays.

    Run again, it goes on from where it ended. Raises ProblemError for a village that cannot be read, planned or lived,
    and true-ledger for a database in which a true village lives.
    """
    refuse_true_life()
    if not Definition.objects.filter(section="village").exists():
        record_village(village=load_village(village_file), base=village_file.parent, at=at, by=by)
        forget_village()
    if lived_plan() is None:
        plan_now(at=at, by=by, progress=progress)
    return live_on(at=at, progress=progress, by=by)


def live_on(*, at: datetime, progress: Say = silently, by: str = "") -> Summary:
    """Live by the stored plan up to ``at``, from where life stands or for a quarter, and add up the days.

    Nothing happens where there is no plan yet.
    """
    plan = lived_plan()
    if plan is None:
        return Summary()
    record, flows = parts_of(plan)
    first = (at - LIVED_DAYS).date()
    done = live_through(
        plan_record=record, plan_flows=flows, first=first, now=at, seed=SEED, by=by or None, progress=progress
    )
    progress(SUMS, 0, 0)
    while bring_up_to_date(zone=village_here().zone):
        pass
    return done


def lived_plan() -> StoredPlan | None:
    """The plan that life follows: the first sound one of the village as its file is, whatever is planned later."""
    sound = StoredPlan.objects.filter(sound=True).order_by("id")
    return next((plan for plan in sound if not plan.changes), None)


def parts_of(plan: StoredPlan) -> tuple[dict[str, Any], pd.DataFrame]:
    """The record and the flows of a stored plan."""
    record, flows = find_part(plan.pk, "plan.json"), find_part(plan.pk, "flows.parquet")
    assert record is not None, "every stored plan has its record"
    assert flows is not None, "every stored plan has its flows"
    return json.loads(record), pd.read_parquet(io.BytesIO(flows))


def live_through(
    *,
    plan_record: Mapping[str, Any],
    plan_flows: pd.DataFrame,
    first: date,
    now: datetime,
    seed: int,
    by: str | None = None,
    progress: Say = silently,
) -> Summary:
    """Live from the week of ``first``, or from where life stands, up to ``now``; the same again adds nothing.

    The weeks of a beginning are each one transaction, for nobody else is there yet; later on each action is its own.
    """
    refuse_true_life()
    now, begun = now.astimezone(UTC), lived_until()
    planned = read_planned(plan_record, plan_flows, village_here().zone)
    parties, names = find_parties(plan_record)
    life = Life(planned, parties, counters_of(planned), seed, by, begun, now)
    numbers = range(first_week(life, first), planned.number_of(now.astimezone(planned.zone).date()) + 1)
    if begun is None:
        begin_life(life, life.week(numbers.start), names)
    total, late = Summary(), list[Reading]()
    for done, number in enumerate(numbers):
        progress(WEEKS, done, len(numbers))
        with transaction.atomic() if begun is None else nullcontext():
            total += live_through_week(life, number, numbers.start, late)
    total += hand_in(life, late, now)
    progress(WEEKS, len(numbers), len(numbers))
    return total
