"""The heartbeat of a job: a thread with a connection of its own that says where the job is and that its worker lives.

The job's own transaction is not touched, so others see the progress before it commits, and nobody waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType

from django.db import Error, connection

from wikivillage.web.jobs.actions import note_progress
from wikivillage.web.jobs.models import Job

LOOK_EVERY = 0.5
"""Seconds between two looks: is there something new to say, did somebody stop the job?"""
BEATS = 10
"""At the latest after so many looks without news, say that the worker lives."""
WAIT = 1000
"""Milliseconds to wait for SQLite while the job itself writes: whoever waits longer sees no stop."""

log = logging.getLogger(__name__)


class JobEndedError(BaseException):
    """Raised inside an errand to end it; not an Exception, so that no errand takes it for a failure of its own."""


class StopAskedError(JobEndedError):
    """Somebody stopped the job."""


class TakenOverError(JobEndedError):
    """Another worker took the job, because nothing was heard of this one for too long."""


class LeavingError(JobEndedError):
    """The worker was told to end; the job waits for the next one."""


class Beat:
    """The ``Progress`` of one job, to be entered around it; inside somebody's transaction there is no thread."""

    def __init__(self, job: Job, worker: str, *, leave: Event, now: Callable[[], datetime]) -> None:
        self.job, self.worker, self.leave, self.now = job, worker, leave, now
        self.said = self.written = (job.label, job.done, job.total)
        self.stop_asked = self.taken = False
        self.over = Event()
        self.thread = None if connection.in_atomic_block else Thread(target=self._beat, name=f"beat of job {job.pk}")

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Say where the job is. Raises JobEndedError when it is to end here."""
        self.said = (label, max(done, 0), max(total, 0))
        if self.thread is None:
            self._write()
        if self.taken:
            raise TakenOverError
        if self.stop_asked:
            raise StopAskedError
        if self.leave.is_set():
            raise LeavingError

    def __enter__(self) -> Beat:
        if self.thread is not None:
            self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.over.set()
        if self.thread is None:
            self._write()
        else:
            self.thread.join()
            self._patiently(self._write)

    def _beat(self) -> None:
        try:
            if connection.vendor == "sqlite":
                connection.cursor().execute(f"PRAGMA busy_timeout={WAIT}")
            looks = 0
            while not self.over.wait(LOOK_EVERY):
                self._patiently(self._look)
                looks = looks + 1 if self.said == self.written and looks < BEATS else 0
                if not looks:
                    self._patiently(self._write)
        finally:
            connection.close()

    def _patiently(self, say: Callable[[], None]) -> None:
        """A database that is busy or away for a moment ends no job: the next beat tries again."""
        try:
            say()
        except Error:
            log.info("The heartbeat of job %s was not written.", self.job.pk, exc_info=True)
            connection.close_if_unusable_or_obsolete()

    def _write(self) -> None:
        said = label, done, total = self.said
        mine = note_progress(job=self.job, worker=self.worker, at=self.now(), label=label, done=done, total=total)
        self.written = said
        self.taken = self.taken or not mine
        self._look()

    def _look(self) -> None:
        stop_asked = Job.objects.filter(pk=self.job.pk).values_list("stop_asked", flat=True).first()
        self.stop_asked = bool(stop_asked)
