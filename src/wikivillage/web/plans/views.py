"""The pages of plans: the current one and all others, the report, two side by side."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.web.jobs.shown import shown
from wikivillage.web.plans import actions, queries
from wikivillage.web.plans.compare import compared
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.summary import finding_of, goals_of, lead_of, title_of_plan
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.templatetags.village import language

LARGEST = 2**63 - 1


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What the current plan says, what is being planned, all plans."""
    viewer = viewer_of(request)
    access(viewer, "see", "plan")
    plans = queries.all_plans()
    current = plans[0] if plans and plans[0].current else None
    context = {
        "current": current,
        "finding": finding_of(current, language()) if current else "",
        "lead": lead_of(current, language()) if current else "",
        "goals": goals_of(current, language()) if current else "",
        "runs": [shown(job) for job in queries.open_runs()],
        "rows": [(plan, title_of_plan(plan, language())) for plan in plans],
        "may_run": may(viewer, "run", "plan_run"),
    }
    return render(request, "plans/overview.html", context)


@require_GET
def report(request: HttpRequest, id: int) -> HttpResponse:
    """The planner's report of a plan."""
    viewer, plan = viewer_of(request), _plan(id)
    access(viewer, "see", "plan")
    lang = language()
    context = {
        "plan": plan,
        "title": title_of_plan(plan, language()),
        "head": queries.text_of(plan, f"head-{lang}"),
        "body": queries.text_of(plan, f"body-{lang}"),
        "contents": json.loads(queries.text_of(plan, f"contents-{lang}")),
        "others": [(other, title_of_plan(other, language())) for other in queries.all_plans(20) if other.pk != plan.pk],
        "may_choose": may(viewer, "choose", "plan") and plan.sound and not plan.current,
    }
    return render(request, "plans/report.html", context)


@require_GET
def numbers(request: HttpRequest, id: int) -> HttpResponse:
    """Every number that the plan is made of, with grade and source."""
    access(viewer_of(request), "see", "plan")
    plan = _plan(id)
    body = queries.text_of(plan, f"numbers-{language()}")
    return render(request, "plans/numbers.html", {"plan": plan, "title": title_of_plan(plan, language()), "body": body})


@require_POST
def choose(request: HttpRequest, id: int) -> HttpResponse:
    """Go by this plan from now on."""
    viewer, plan = viewer_of(request), _plan(id)
    access(viewer, "choose", "plan")
    try:
        actions.choose_plan(plan=plan, at=timezone.now(), by=viewer.agent or "")
    except ProblemError:
        messages.error(request, _("This plan does not add up. It cannot be the current one."))
    else:
        messages.success(request, _("The village goes by this plan now."))
    return HttpResponseRedirect(f"/plans/{plan.pk}/")


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two plans side by side; while one is not chosen, the choice."""
    access(viewer_of(request), "see", "plan")
    first, second = _asked(request, "a"), _asked(request, "b")
    context: dict[str, Any] = {
        "rows": [(plan, title_of_plan(plan, language())) for plan in queries.all_plans()],
        "a": first,
        "b": second,
    }
    if first is not None and second is not None:
        context["compared"] = compared(first, second, language())
    return render(request, "plans/compare.html", context)


def _asked(request: HttpRequest, key: str) -> StoredPlan | None:
    text = request.GET.get(key, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return queries.find_plan(int(text))


def _plan(id: int) -> StoredPlan:
    plan = queries.find_plan(id) if id <= LARGEST else None
    if plan is None:
        raise Http404
    return plan
