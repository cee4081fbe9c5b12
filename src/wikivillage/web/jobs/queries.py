"""Questions to the queue. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from wikivillage.web.jobs.errands import find_errands
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.states import DONE, ENDED, FAILED, RUNNING, WAITING

PATIENCE = timedelta(minutes=2)
"""A regular errand is late when it was not done for two periods and so long."""
NOBODY = timedelta(minutes=3)
"""No worker runs when nothing that was due for so long was begun."""
MOST_TIMES = 20


@dataclass(frozen=True, slots=True)
class Regular:
    """A regular errand: how often it comes, when it was last done, whether it is late, and what failed last."""

    kind: str
    title: str
    every: timedelta
    last_done: datetime | None
    late: bool
    last_error: str


def find_job(id: int) -> Job | None:
    """The job of a number, or None."""
    return Job.objects.filter(pk=id).first()


def jobs_of_kind(kind: str, states: Sequence[str] = (), most: int = 50) -> list[Job]:
    """The newest jobs of a kind, in some states or in all."""
    found = Job.objects.filter(kind=kind)
    return list((found.filter(state__in=states) if states else found).order_by("-id")[:most])


def run_log(*, state: str = "", kind: str = "", before: int | None = None, most: int = 50) -> list[Job]:
    """The newest jobs, of a state and a kind, before a number."""
    found = Job.objects.order_by("-id")
    found = found.filter(state=state) if state else found
    found = found.filter(kind=kind) if kind else found
    return list((found.filter(pk__lt=before) if before else found)[:most])


def open_jobs() -> list[Job]:
    """What runs, then what waits, the next one first."""
    return [
        *Job.objects.filter(state=RUNNING).order_by("started_at"),
        *Job.objects.filter(state=WAITING).order_by("due_at", "id")[:50],
    ]


def regular_errands(at: datetime) -> list[Regular]:
    """Every regular errand, and whether it is late at a time."""
    regular = [one for one in find_errands().values() if one.every]
    rows = Job.objects.filter(kind__in=[one.kind for one in regular])
    done = dict(rows.filter(state=DONE).values_list("kind").annotate(Max("ended_at")))
    first = dict(rows.filter(state__in=(WAITING, RUNNING, FAILED)).values_list("kind").annotate(Max("asked_at")))
    errors = dict(rows.exclude(last_error="").order_by("id").values_list("kind", "last_error"))
    found = []
    for one in regular:
        assert one.every is not None, "only these were chosen"
        last = done.get(one.kind)
        since = last or first.get(one.kind)
        late = since is not None and at - since > 2 * one.every + PATIENCE
        found.append(Regular(one.kind, one.title, one.every, last, late, errors.get(one.kind, "")))
    return sorted(found, key=lambda one: (not one.late, one.every, one.kind))


def nobody_works(at: datetime) -> datetime | None:
    """Since when something is due that nobody begins; None while the queue moves."""
    waiting = Job.objects.filter(state=WAITING, kind__in=find_errands(), due_at__lte=at - NOBODY)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if oldest is None or Job.objects.filter(state=RUNNING, heartbeat_at__gt=at - NOBODY).exists():
        return None
    ended = Job.objects.filter(state__in=ENDED, ended_at__gt=at - NOBODY, started_at__isnull=False)
    return None if ended.exists() else oldest


def usual_seconds(kind: str) -> float | None:
    """How long a job of this kind usually takes: the middle of its last runs; None before the first."""
    done = Job.objects.filter(kind=kind, state=DONE, started_at__isnull=False).order_by("-ended_at")[:MOST_TIMES]
    seconds = sorted((job.ended_at - job.started_at).total_seconds() for job in done)
    return seconds[len(seconds) // 2] if seconds else None
