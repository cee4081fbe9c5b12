"""Everything that writes in the queue. Each is one change of one row, which tells whether it was in time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.jobs.errands import Errand
from wikivillage.web.jobs.identity import is_alive
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.states import DONE, ENDED, FAILED, OPEN, RUNNING, STOPPED, WAITING
from wikivillage.web.registry.actions import record_change

SILENT = timedelta(seconds=60)
"""A worker that has not been heard of for so long is dead, unless its machine says that it lives."""
SILENT_THOUGH_ALIVE = timedelta(minutes=10)
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""How long to wait after the first failure, the second and so on; the last for all others."""
DIED = gettext_noop("Its worker ended in the middle of it.")


def enqueue(
    kind: str,
    *,
    key: str,
    at: datetime,
    payload: dict[str, Any] | None = None,
    by: str = "",
    due_at: datetime | None = None,
) -> Job:
    """Ask for a job; the one of this kind and key that is there already, whatever became of it, is not made twice."""
    row = Job(kind=kind, key=key, payload=payload or {}, asked_by=by, asked_at=at, due_at=due_at or at)
    Job.objects.bulk_create([row], ignore_conflicts=True)
    return Job.objects.get(kind=kind, key=key)


def put_in_regular(*, errands: Iterable[Errand], at: datetime) -> list[str]:
    """Put every regular errand in once for the period of ``at``; the kinds that are in now.

    One that still waits or runs is not put in again: it does the work of both periods.
    """
    periods = {one.kind: key_of_period(one, at) for one in errands if one.every}
    is_open = set(Job.objects.filter(state__in=OPEN, kind__in=periods).values_list("kind", flat=True))
    wanted = {kind: key for kind, key in periods.items() if kind not in is_open}
    rows = [Job(kind=kind, key=key, asked_at=at, due_at=at) for kind, key in wanted.items()]
    Job.objects.bulk_create(rows, ignore_conflicts=True)
    return list(wanted)


def key_of_period(errand: Errand, at: datetime) -> str:
    """The beginning of the period of a regular errand, counted from 1970."""
    assert errand.every is not None, "only a regular errand has periods"
    seconds = errand.every.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo).isoformat()


def claim(*, worker: str, kinds: Collection[str], at: datetime) -> Job | None:
    """The job that has been due for longest, now this worker's; None when nothing is due. No two get the same."""
    due = Job.objects.filter(state=WAITING, due_at__lte=at, kind__in=kinds).order_by("due_at", "id")
    if not due.exists():  # a look costs no lock
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found: Job | None = due.first()
        if found is None or not _change(
            found, WAITING, state=RUNNING, worker=worker, tries=found.tries + 1, started_at=at, heartbeat_at=at
        ):
            return None
    found.refresh_from_db()
    return found


def take_up_lost(*, errands: dict[str, int], at: datetime, alive: Callable[[str], bool | None] = is_alive) -> int:
    """Put jobs whose worker died back into the queue; how many. ``errands``: how often each kind is tried at most."""
    count = 0
    for job in Job.objects.filter(state=RUNNING, kind__in=errands):
        patience = {None: SILENT, True: SILENT_THOUGH_ALIVE, False: None}[alive(job.worker)]
        if patience is None or job.heartbeat_at + patience <= at:
            count += _put_back(job, errands[job.kind], at)
    return count


def _put_back(job: Job, tries: int, at: datetime) -> int:
    """Only if nobody else was quicker, and its worker was not heard of in between."""
    state = STOPPED if job.stop_asked else FAILED if job.tries >= tries else WAITING
    changes: dict[str, Any] = {"due_at": at} if state == WAITING else {"ended_at": at}
    seen = Job.objects.filter(heartbeat_at=job.heartbeat_at, worker=job.worker)
    return _change(job, RUNNING, among=seen, state=state, worker="", last_error=DIED, **changes)


def note_progress(*, job: Job, worker: str, at: datetime, label: str, done: int, total: int) -> bool:
    """Write where a job is and that its worker lives; False when it is not this worker's any more."""
    said = {"label": label, "done": done, "total": total}
    return bool(_of(job, worker).update(heartbeat_at=at, **said))


def finish(*, job: Job, worker: str, at: datetime, result: dict[str, Any] | None) -> bool:
    """It is done; False when it is not this worker's any more."""
    return bool(_of(job, worker).update(state=DONE, ended_at=at, result=result, last_error="", worker=""))


def fail(*, job: Job, worker: str, at: datetime, error: str, tries: int, result: dict[str, Any] | None = None) -> bool:
    """It failed: tried again after a while, or given up after so many ``tries``; False when it is not this worker's."""
    if job.tries < tries:
        wait = BACK_OFF[min(job.tries, len(BACK_OFF)) - 1]
        return bool(_of(job, worker).update(state=WAITING, due_at=at + wait, last_error=error, worker=""))
    return bool(_of(job, worker).update(state=FAILED, ended_at=at, last_error=error, result=result, worker=""))


def put_down(*, job: Job, worker: str, at: datetime) -> bool:
    """The worker leaves before the job is done: it waits for the next one, and this try does not count."""
    tries = max(job.tries - 1, 0)
    return bool(_of(job, worker).update(state=WAITING, due_at=at, tries=tries, worker=""))


def end_stopped(*, job: Job, worker: str, at: datetime) -> bool:
    """Somebody stopped it, and now it has."""
    return bool(_of(job, worker).update(state=STOPPED, ended_at=at, worker=""))


@transaction.atomic
def stop_job(*, job: Job, at: datetime, by: str = "") -> Job:
    """Stop a job: at once while it waits, else when it next says where it is. Raises ProblemError job-has-ended."""
    waited = _change(job, WAITING, state=STOPPED, ended_at=at, stop_asked=True)
    if not waited and not _change(job, RUNNING, stop_asked=True):
        raise ProblemError([Problem("job-has-ended", f"job {job.pk}", "has ended already.", "Load the page again.")])
    record_change("stop_job", str(job.pk), at=at, by=by)
    job.refresh_from_db()
    return job


@transaction.atomic
def run_again(*, job: Job, at: datetime, by: str = "") -> Job:
    """Put a job that has ended into the queue once more. Raises ProblemError job-has-not-ended."""
    fresh = {"label": "", "done": 0, "total": 0, "tries": 0, "last_error": "", "result": None, "stop_asked": False}
    again = Job.objects.filter(pk=job.pk, state__in=ENDED)
    if not again.update(state=WAITING, due_at=at, started_at=None, heartbeat_at=None, ended_at=None, **fresh):
        problem = Problem("job-has-not-ended", f"job {job.pk}", "waits or runs already.", "Load the page again.")
        raise ProblemError([problem])
    record_change("run_job_again", str(job.pk), at=at, by=by)
    job.refresh_from_db()
    return job


def forget_ended(*, kinds: Collection[str], before: datetime, failed_before: datetime) -> int:
    """Take regular jobs that ended long ago out of the log; what failed stays longer. How many went."""
    regular = Job.objects.filter(kind__in=kinds)
    old = regular.filter(state__in=(DONE, STOPPED), ended_at__lt=before)
    failed = regular.filter(state=FAILED, ended_at__lt=failed_before)
    return int(old.delete()[0]) + int(failed.delete()[0])


def _of(job: Job, worker: str) -> Any:
    return Job.objects.filter(pk=job.pk, worker=worker, state=RUNNING)


def _change(job: Job, was: str, *, among: Any = None, **changes: Any) -> int:
    """Change a job if it is still in this state."""
    rows = Job.objects if among is None else among
    return int(rows.filter(pk=job.pk, state=was).update(**changes))
