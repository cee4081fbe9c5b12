"""The pages of the run log, for stewards."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.web.jobs import actions, queries
from wikivillage.web.jobs.errands import find_errands
from wikivillage.web.jobs.forms import read_filter
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.shown import shown, state_words
from wikivillage.web.jobs.states import OPEN
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import viewer_of

PAGE = 50
RELOAD = "5"
"""Seconds until the browser asks again for an open job; the page has a link that ends that."""


@require_GET
def run_log(request: HttpRequest) -> HttpResponse:
    """What runs and waits, the regular errands and when each was last done, and what ended."""
    access(viewer_of(request), "see", "job")
    at, errands = timezone.now(), find_errands()
    part = read_filter(request.GET, errands)
    found = queries.run_log(state=part.state, kind=part.kind, before=part.before, most=PAGE + 1)
    regular = queries.regular_errands(at)
    context = {
        "open": [shown(job) for job in queries.open_jobs()],
        "regular": regular,
        "late": [one for one in regular if one.late],
        "nobody_since": queries.nobody_works(at),
        "ended": [shown(job) for job in found[:PAGE]],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "part": part,
        "states": state_words(),
    }
    return render(request, "jobs/run_log.html", context)


@require_GET
def one_job(request: HttpRequest, id: int) -> HttpResponse:
    """A single job: where it is, what it was asked, what went wrong."""
    access(viewer_of(request), "see", "job")
    job, still = _job(id), "still" in request.GET
    response = render(request, "jobs/one_job.html", {"job": shown(job), "still": still})
    if job.state in OPEN and not still:
        response.headers["Refresh"] = RELOAD
    return response


@require_POST
def stop_job(request: HttpRequest, id: int) -> HttpResponse:
    """Stop it, and go back to the log."""
    viewer = viewer_of(request)
    access(viewer, "stop", "job")
    try:
        actions.stop_job(job=_job(id), at=timezone.now(), by=viewer.agent or "")
    except ProblemError:
        messages.info(request, _("It has ended already."))
    else:
        messages.success(request, _("It stops after its current step."))
    return HttpResponseRedirect("/jobs/")


@require_POST
def start_job(request: HttpRequest, id: int) -> HttpResponse:
    """Run it again, and go back to the log."""
    viewer = viewer_of(request)
    access(viewer, "start", "job")
    try:
        actions.run_again(job=_job(id), at=timezone.now(), by=viewer.agent or "")
    except ProblemError:
        messages.info(request, _("It waits or runs already."))
    else:
        messages.success(request, _("It waits for the worker again."))
    return HttpResponseRedirect("/jobs/")


def _job(id: int) -> Job:
    job = queries.find_job(id)
    if job is None:
        raise Http404
    return job
