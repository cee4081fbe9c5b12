"""The worker: takes one job after the other from the queue and does it, until it is told to end.

Several may run at once, on several machines. One that dies leaves its job to the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, get_ident
from typing import Any

from django.db import Error, close_old_connections, connection, transaction
from django.utils import timezone

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.jobs import actions
from wikivillage.web.jobs.beat import Beat, JobEndedError, LeavingError, StopAskedError
from wikivillage.web.jobs.errands import Errand, find_errands
from wikivillage.web.jobs.identity import is_alive, this_worker
from wikivillage.web.jobs.models import Job

IDLE = 1.0
"""Seconds to wait when nothing is due."""
AWAY = 5.0
"""Seconds to wait when the database does not answer."""

log = logging.getLogger(__name__)


@dataclass
class Worker:
    """Who works, at which errands, and until when; ``put_in``: the period of each regular one that it has seen to."""

    errands: dict[str, Errand]
    stop: Event
    now: Callable[[], datetime]
    name: str = field(default_factory=lambda: f"{this_worker()}|{get_ident()}")
    put_in: dict[str, str] = field(default_factory=dict)

    def is_at_it(self, name: str) -> bool | None:
        """Whether a worker is at its job. This one, while it looks for the next, is at none: it could not say so."""
        return False if name == self.name else is_alive(name)


def work(
    *,
    until_idle: bool = False,
    stop: Event | None = None,
    now: Callable[[], datetime] = timezone.now,
    kinds: Collection[str] | None = None,
) -> int:
    """Do what is due, of some ``kinds`` or of all; how many jobs that were.

    Ends when ``stop`` is set, after the current step of the current job, or when nothing is due with ``until_idle``.
    """
    errands = {kind: one for kind, one in find_errands().items() if kinds is None or kind in kinds}
    worker = Worker(errands, stop or Event(), now)
    count = 0
    while not worker.stop.is_set():
        try:
            job = _next(worker)
            if job is not None:
                run_job(worker, job)
        except Error:
            if until_idle:
                raise
            log.exception("The database did not answer the worker.")
            connection.close()
            worker.stop.wait(AWAY)
            continue
        if job is None and until_idle:
            return count
        if job is None:
            worker.stop.wait(IDLE)
        count += job is not None
    return count


def _next(worker: Worker) -> Job | None:
    if not connection.in_atomic_block:
        close_old_connections()
    at = worker.now()
    tries = {kind: one.tries for kind, one in worker.errands.items()}
    actions.take_up_lost(errands=tries, at=at, alive=worker.is_at_it)
    _put_in(worker, at)
    return actions.claim(worker=worker.name, kinds=worker.errands, at=at)


def _put_in(worker: Worker, at: datetime) -> None:
    """The regular errands of this period; what was put in once is not looked for again."""
    periods = {kind: actions.key_of_period(one, at) for kind, one in worker.errands.items() if one.every}
    new = [worker.errands[kind] for kind, period in periods.items() if worker.put_in.get(kind) != period]
    if new:
        seen_to = actions.put_in_regular(errands=new, at=at)
        worker.put_in |= {kind: periods[kind] for kind in seen_to}


def run_job(worker: Worker, job: Job) -> None:
    """Do one job that was claimed, and write how it ended."""
    errand = worker.errands[job.kind]
    try:
        with Beat(job, worker.name, leave=worker.stop, now=worker.now) as progress:
            result = _do(errand, progress, job.payload)
    except StopAskedError:
        actions.end_stopped(job=job, worker=worker.name, at=worker.now())
    except LeavingError:
        actions.put_down(job=job, worker=worker.name, at=worker.now())
    except JobEndedError:
        log.warning("Job %s was taken over by another worker.", job.pk)
    except ProblemError as error:
        told = [_told(problem) for problem in error.problems]
        _fail(worker, job, str(error.problems[0]), tries=0, result={"problems": told})
    except Exception as error:
        log.exception("Job %s (%s) failed.", job.pk, job.kind)
        _fail(worker, job, one_line(error), tries=errand.tries)
    else:
        actions.finish(job=job, worker=worker.name, at=worker.now(), result=result)


def _do(errand: Errand, progress: Beat, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Inside somebody's transaction, a failure takes back no more than the errand itself."""
    if connection.in_atomic_block:
        with transaction.atomic():
            return errand.body(progress, payload)
    return errand.body(progress, payload)


def _fail(worker: Worker, job: Job, error: str, *, tries: int, result: dict[str, Any] | None = None) -> None:
    actions.fail(job=job, worker=worker.name, at=worker.now(), error=error, tries=tries, result=result)


def one_line(error: Exception) -> str:
    """An error for people: its kind and the first line of what it says. The log has the rest."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}"[:300] if lines else type(error).__name__


def _told(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "where": problem.where, "what": problem.what, "hint": problem.hint}
