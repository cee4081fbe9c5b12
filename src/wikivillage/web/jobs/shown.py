"""A job in words: what pages say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from wikivillage.web.jobs.errands import find_errands
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.states import DONE, ENDED, FAILED, RUNNING, STOPPED, WAITING


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job as a page shows it; ``label`` and ``title`` are in the reader's language."""

    id: int
    kind: str
    title: str
    state: str
    word: str
    label: str
    done: int
    total: int
    tries: int
    last_error: str
    problems: tuple[dict[str, Any], ...]
    result: dict[str, Any]
    payload: dict[str, Any]
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    ended_at: datetime | None
    due_at: datetime
    took: timedelta | None
    stop_asked: bool

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.state not in ENDED

    @property
    def again(self) -> bool:
        """Whether it was begun before and did not get to its end."""
        return self.is_open and (self.tries > 1 or (self.state == WAITING and self.tries > 0))


def state_words() -> dict[str, str]:
    """The word of each state."""
    return {
        WAITING: _("waits"),
        RUNNING: _("runs"),
        DONE: _("done"),
        FAILED: _("failed"),
        STOPPED: _("stopped"),
    }


def shown(job: Job) -> ShownJob:
    """A job in the language that is read now."""
    errand, result = find_errands().get(job.kind), job.result or {}
    return ShownJob(
        id=job.pk,
        kind=job.kind,
        title=gettext(errand.title) if errand else job.kind,
        state=job.state,
        word=state_words()[job.state],
        label=gettext(job.label) if job.label else "",
        done=job.done,
        total=job.total,
        tries=job.tries,
        last_error=gettext(job.last_error) if job.last_error else "",
        problems=tuple(map(_translated, result.get("problems", ()))) if job.state == FAILED else (),
        result=result,
        payload=job.payload,
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        started_at=job.started_at,
        heartbeat_at=job.heartbeat_at,
        ended_at=job.ended_at,
        due_at=job.due_at,
        took=job.ended_at - job.started_at if job.ended_at and job.started_at else None,
        stop_asked=job.stop_asked,
    )


def _translated(problem: dict[str, str]) -> dict[str, str]:
    """A problem whose words are the program's own in the reader's language, any other as it was told."""
    return {key: gettext(said) if key in ("what", "hint") and said else said for key, said in problem.items()}


LENGTHS = ((86_400, 2 * 86_400), (3600, 5400), (60, 90), (1, 0))
"""A day, an hour, a minute, a second, in seconds, and from which length on each is counted in."""


def span(seconds: float) -> str:
    """A length of time as people say it: ``20 seconds``, ``3 minutes``, ``2 hours``; whole ones in few words."""
    seconds = max(round(seconds), 1)
    one = next(one for one, least in LENGTHS if seconds >= least or seconds % one == 0)
    n = round(seconds / one)
    words = {
        86_400: ngettext("%(n)d day", "%(n)d days", n),
        3600: ngettext("%(n)d hour", "%(n)d hours", n),
        60: ngettext("%(n)d minute", "%(n)d minutes", n),
        1: ngettext("%(n)d second", "%(n)d seconds", n),
    }
    return words[one] % {"n": n}
