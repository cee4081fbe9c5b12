"""Everything that writes plans: asking for one, making it at once, storing it, choosing the current one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from wikivillage import __version__
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.jobs.actions import enqueue, run_again
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.states import DONE, ENDED
from wikivillage.web.plans.forms import fields_of
from wikivillage.web.plans.making import MadePlan, make_plan, packed
from wikivillage.web.plans.models import PlanPart, StoredPlan
from wikivillage.web.plans.scenario import Change, Ground, changed, check_changes, ground
from wikivillage.web.registry.actions import check_text, record_change

KIND = "plan"
"""The kind of job that makes a plan."""
LONGEST_NAME = 80
Progress = Callable[[str, int, int], None]


def quietly(label: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody looks at."""


def ask_for_plan(*, changes: Sequence[Change], at: datetime, name: str = "", by: str = "") -> Job:
    """Put a plan of the village, with some changes, into the queue.

    Asked for twice, also in two windows, it is one job; one that failed or was stopped is run again.
    Raises ProblemError with everything that is wrong with the changes.
    """
    before = ground()
    problems = [problem for found in check_changes(before, changes).values() for problem in found]
    problems += check_name(name)
    if problems:
        raise ProblemError(problems)
    told = told_of(before, changes)
    asked = json.dumps([__version__, before.digest, [one[:2] for one in told]], ensure_ascii=False)
    payload = {"name": name, "changes": told, "village_digest": before.digest, "by": by}
    job = enqueue(KIND, key=hashlib.sha256(asked.encode()).hexdigest(), at=at, payload=payload, by=by)
    lost = job.state == DONE and not StoredPlan.objects.filter(pk=(job.result or {}).get("plan")).exists()
    return run_again(job=job, at=at, by=by) if lost or (job.state in ENDED and job.state != DONE) else job


def make_asked(*, payload: dict[str, Any], at: datetime, by: str, progress: Progress) -> StoredPlan:
    """What the worker does: plan the scenario of a job, if the village is still the one it was asked of.

    Raises ProblemError: village-changed, and whatever the planner finds.
    """
    if ground().digest != payload["village_digest"]:
        what = gettext_noop("was changed after this plan was asked for.")
        hint = gettext_noop("Ask for it again, from the village as it is now.")
        raise ProblemError([Problem("village-changed", "village", what, hint)])
    changes = [Change(path, value) for path, value, _names in payload["changes"]]
    return plan_now(changes=changes, name=payload["name"], at=at, by=by, progress=progress, choose=False)


def plan_now(
    *,
    at: datetime,
    by: str = "",
    progress: Progress = quietly,
    changes: Sequence[Change] = (),
    name: str = "",
    choose: bool = True,
) -> StoredPlan:
    """Plan the village in the database at once and store the plan; the current one from now on, unless told otherwise.

    Raises ProblemError when it cannot be planned.
    """
    before = ground()
    made = make_plan(changed(before, changes), at=at, say=progress)
    return store_plan(made=made, digest=before.digest, changes=changes, name=name, at=at, by=by, choose=choose)


@transaction.atomic
def store_plan(
    *,
    made: MadePlan,
    digest: str,
    at: datetime,
    changes: Sequence[Change] = (),
    name: str = "",
    by: str = "",
    choose: bool = False,
) -> StoredPlan:
    """Keep a plan with all its parts; the first sound one becomes the current one, or any with ``choose``."""
    stored = StoredPlan.objects.create(
        name=name,
        changes=told_of(ground(), changes),
        village_digest=digest,
        sha256=hashlib.sha256(made.parts["plan.json"]).hexdigest(),
        made_at=at,
        made_by=by,
        sound=made.sound,
        summary=made.summary,
    )
    rows = [PlanPart(plan=stored, name=part, content=packed(part, content)) for part, content in made.parts.items()]
    PlanPart.objects.bulk_create(rows)
    record_change("store_plan", str(stored.pk), at=at, by=by)
    if made.sound and (choose or not StoredPlan.objects.filter(current=True).exists()):
        choose_plan(plan=stored, at=at, by=by)
    return stored


@transaction.atomic
def choose_plan(*, plan: StoredPlan, at: datetime, by: str = "") -> StoredPlan:
    """Make a plan the current one. Raises ProblemError plan-unsound: what does not add up steers nothing."""
    if not plan.sound:
        what, hint = "does not add up; it cannot be the current one.", "See its certificate."
        raise ProblemError([Problem("plan-unsound", f"plan {plan.pk}", what, hint)])
    list(StoredPlan.objects.select_for_update(no_key=True).filter(current=True))
    StoredPlan.objects.filter(current=True).exclude(pk=plan.pk).update(current=False)
    StoredPlan.objects.filter(pk=plan.pk).update(current=True)
    plan.current = True
    record_change("choose_plan", str(plan.pk), at=at, by=by)
    return plan


def told_of(before: Ground, changes: Sequence[Change]) -> list[list[Any]]:
    """The changes in the order of their paths, each with what people call the thing in each language."""
    names = {field.path: dict(field.names) for field in fields_of(before, "en")} if changes else {}
    return sorted(
        ([change.path, change.value, names.get(change.path, {})] for change in changes), key=lambda one: one[0]
    )


def check_name(name: str) -> list[Problem]:
    """Whether a scenario can be called so."""
    if len(name) > LONGEST_NAME:
        return [Problem("long-name", "name", f"has more than {LONGEST_NAME} characters.", "Make it shorter.")]
    return check_text("name", name, "name")
