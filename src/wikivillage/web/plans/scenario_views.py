"""The pages of a scenario: the form, and the run while it goes on."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.web.jobs.actions import stop_job
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.queries import usual_seconds
from wikivillage.web.jobs.shown import shown, span
from wikivillage.web.jobs.states import DONE, OPEN
from wikivillage.web.plans import queries
from wikivillage.web.plans.actions import KIND, ask_for_plan, check_name
from wikivillage.web.plans.forms import ScenarioForm, empty_form, read_form, with_problems
from wikivillage.web.plans.scenario import check_changes, ground
from wikivillage.web.plans.summary import changes_in_words
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.templatetags.village import language

LARGEST = 2**63 - 1
RELOAD = "3"
"""Seconds until the browser asks again where a run is; the page has a link that ends that."""


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, it becomes a job, or comes back with everything that is wrong."""
    viewer = viewer_of(request)
    access(viewer, "run", "plan_run")
    try:
        before = ground()
        form = read_form(before, request.POST, language()) if request.POST else empty_form(before, language())
    except ProblemError as error:
        return render(request, "plans/no_village.html", {"problems": error.problems}, status=409)
    if request.method == "GET":
        return _form(request, form)
    found = check_changes(before, form.changes) if not form.all_problems else {}
    form = with_problems(form, {**found, "name": check_name(form.name)})
    if form.all_problems:
        return _form(request, form, status=422)
    job = ask_for_plan(changes=form.changes, name=form.name, at=timezone.now(), by=viewer.agent or "")
    return HttpResponseRedirect(f"/plans/jobs/{job.pk}/")


@require_GET
def progress(request: HttpRequest, id: int) -> HttpResponse:
    """Where a run is; once it is done, its plan."""
    viewer, job = viewer_of(request), _job(id)
    access(viewer, "see", "plan_run")
    made = queries.find_plan(int((job.result or {}).get("plan") or 0)) if job.state == DONE else None
    if made is not None:
        return HttpResponseRedirect(f"/plans/{made.pk}/")
    context = {
        "job": shown(job),
        "name": job.payload.get("name", ""),
        "changes": changes_in_words(job.payload.get("changes", []), language()),
        "left": _left(job),
        "may_stop": may(viewer, "stop", "plan_run", owner=job.asked_by or None) and not job.stop_asked,
        "may_run": may(viewer, "run", "plan_run"),
        "still": "still" in request.GET,
    }
    response = render(request, "plans/progress.html", context)
    if job.state in OPEN and not context["still"]:
        response.headers["Refresh"] = RELOAD
    return response


@require_POST
def stop(request: HttpRequest, id: int) -> HttpResponse:
    """Stop a run: whoever asked for it, and stewards."""
    viewer, job = viewer_of(request), _job(id)
    access(viewer, "stop", "plan_run", owner=job.asked_by or None)
    with suppress(ProblemError):  # it has ended by itself, which the page says
        stop_job(job=job, at=timezone.now(), by=viewer.agent or "")
    return HttpResponseRedirect(f"/plans/jobs/{job.pk}/")


def _left(job: Job) -> str:
    """How long it will still take, if earlier runs tell."""
    usual = usual_seconds(KIND)
    if usual is None or job.started_at is None:
        return ""
    left = usual - (timezone.now() - job.started_at).total_seconds()
    return span(left) if left > 1 else ""


def _form(request: HttpRequest, form: ScenarioForm, status: int = 200) -> HttpResponse:
    return render(request, "plans/new.html", {"form": form}, status=status)


def _job(id: int) -> Job:
    job = queries.find_run(id) if id <= LARGEST else None
    if job is None:
        raise Http404
    return job
