"""Plans through the API: the list, one with everything but its series, and a new one, which becomes a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from wikivillage.web.plans import actions, queries
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.scenario import Change
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, now, token_of

router = Router(tags=["plans"])
LARGEST = 2**63 - 1


class PlanOut(Schema):
    """A plan in few words. ``changes``: what was planned otherwise than the village file says, by path."""

    id: int
    name: str
    made_at: datetime
    current: bool
    sound: bool
    changes: dict[str, str]
    summary: dict[str, Any]


class WholePlanOut(PlanOut):
    """A plan with its record, as the planner writes it into plan.json."""

    record: dict[str, Any]


class PlanIn(Schema):
    """A scenario: paths of the village file such as ``goals.water.at_most`` with other words, ``1500 m3``."""

    name: str = ""
    changes: dict[str, str] = Field(default_factory=dict)


class RunOut(Schema):
    """The job that makes a plan; ``plan`` is its id once it is done."""

    job: int
    state: str
    plan: int | None = None


@router.get("/plans", auth=TokenAuth("read"), response=list[PlanOut])
def get_plans(request: HttpRequest, limit: int = Query(50, ge=1, le=500)) -> Any:  # type: ignore[type-arg]
    """The current plan first, then the newest."""
    return [_out(plan) for plan in queries.all_plans(limit)]


@router.get("/plans/{id}", auth=TokenAuth("read"), response={200: WholePlanOut, 404: Problems})
def get_plan(request: HttpRequest, id: int) -> Any:
    """One plan with everything but its series, which are at /plans/ID/files/flows.parquet."""
    plan = queries.find_plan(id) if 0 < id <= LARGEST else None
    if plan is None:
        raise not_found("plan", str(id))
    return {**_out(plan), "record": queries.record_of(plan)}


@router.post("/plans", auth=TokenAuth("steward"), response={202: RunOut, 422: Problems})
def post_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Ask for a plan of the village as it is, or with some changes; the same again is the same job."""
    changes = [Change(path, value) for path, value in body.changes.items()]
    job = actions.ask_for_plan(changes=changes, name=body.name, at=now(), by=token_of(request).agent_id)
    return Status(202, {"job": job.pk, "state": job.state, "plan": (job.result or {}).get("plan")})


@router.get("/plans/runs/{job}", auth=TokenAuth("read"), response={200: RunOut, 404: Problems})
def get_run(request: HttpRequest, job: int) -> Any:
    """What became of a plan that was asked for."""
    found = queries.find_run(job) if 0 < job <= LARGEST else None
    if found is None:
        raise not_found("plan being made", str(job))
    return {"job": found.pk, "state": found.state, "plan": (found.result or {}).get("plan")}


def _out(plan: StoredPlan) -> dict[str, Any]:
    fields = ("name", "made_at", "current", "sound", "summary")
    return {
        "id": plan.pk,
        "changes": {path: value for path, value, _names in plan.changes},
        **{field: getattr(plan, field) for field in fields},
    }
