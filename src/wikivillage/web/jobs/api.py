"""The queue through the API, for stewards: what runs, waits and failed; stop, and run again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from wikivillage.web.jobs import actions, queries
from wikivillage.web.jobs.models import Job
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, now, token_of

router = Router(tags=["jobs"])
LARGEST = 2**63 - 1


class JobOut(Schema):
    """A job: which errand, where it is, and what became of it."""

    id: int
    kind: str
    key: str
    state: str
    label: str
    done: int
    total: int
    tries: int
    last_error: str
    result: dict[str, Any] | None = None
    asked_at: datetime
    due_at: datetime
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    ended_at: datetime | None = None


State = Literal["waiting", "running", "done", "failed", "stopped"]


@router.get("/jobs", auth=TokenAuth("steward"), response=list[JobOut])
def get_jobs(
    request: HttpRequest,
    state: State | None = None,
    kind: str = Query("", max_length=48),  # type: ignore[type-arg]
    before: int | None = Query(None, ge=1, le=LARGEST),  # type: ignore[type-arg]
    limit: int = Query(50, ge=1, le=500),  # type: ignore[type-arg]
) -> Any:
    """The newest jobs first; ``before`` is the id to read on from."""
    kind = "" if "\0" in kind else kind
    return queries.run_log(state=state or "", kind=kind, before=before, most=limit)


@router.get("/jobs/{id}", auth=TokenAuth("steward"), response={200: JobOut, 404: Problems})
def get_job(request: HttpRequest, id: int) -> Any:
    """One job."""
    return _job(id)


@router.post("/jobs/{id}/stop", auth=TokenAuth("steward"), response={200: JobOut, 404: Problems, 422: Problems})
def post_stop(request: HttpRequest, id: int) -> Any:
    """Stop a job: at once while it waits, else after its current step."""
    return actions.stop_job(job=_job(id), at=now(), by=token_of(request).agent_id)


@router.post("/jobs/{id}/start", auth=TokenAuth("steward"), response={200: JobOut, 404: Problems, 422: Problems})
def post_start(request: HttpRequest, id: int) -> Any:
    """Run a job again that has ended."""
    return actions.run_again(job=_job(id), at=now(), by=token_of(request).agent_id)


def _job(id: int) -> Job:
    job = queries.find_job(id) if 0 < id <= LARGEST else None
    if job is None:
        raise not_found("job", str(id))
    return job
