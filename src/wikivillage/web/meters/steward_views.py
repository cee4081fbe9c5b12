"""What stewards do with meters: look at what was set aside, close intervals, hand in a file of readings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.meters import actions, models, page_queries
from wikivillage.web.meters.forms import UploadForm
from wikivillage.web.meters.uploads import UnsureError, take_upload
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import Viewer, viewer_of

OUTCOMES = {
    "new": gettext_noop("It counts now."),
    "duplicate": gettext_noop("It was there already."),
    "conflicting": gettext_noop("Another value is kept for that time; this one is noted beside it."),
}


def _steward(request: HttpRequest) -> Viewer:
    """Whoever may change meters. Raises NotPermittedError."""
    viewer = viewer_of(request)
    access(viewer, "change", "meter")
    return viewer


@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """What was set aside and waits for somebody to look at it."""
    _steward(request)
    return _quarantine(request)


def _quarantine(request: HttpRequest, problems: tuple[Problem, ...] = (), status: int = 200) -> HttpResponse:
    found = page_queries.set_aside(request.GET.get("meter") or None, most=100)
    context = {"found": found, "problems": problems, "meter": request.GET.get("meter", ""), "names": _names(found)}
    return render(request, "meters/quarantine.html", context, status=status)


def _names(found: list[page_queries.Set]) -> dict[str, str]:
    rows = models.Meter.objects.filter(pk__in={one.meter for one in found})
    return {row.pk: row.name or row.pk for row in rows}


@require_POST
def release(request: HttpRequest, id: int) -> HttpResponse:
    """Let something that was set aside count after all."""
    viewer = _steward(request)
    try:
        outcome = actions.release(id=id, at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        return _quarantine(request, error.problems, 422)
    messages.success(request, _(OUTCOMES[outcome]))
    return HttpResponseRedirect(reverse("meters:quarantine"))


@require_POST
def dismiss(request: HttpRequest, id: int) -> HttpResponse:
    """Settle that something that was set aside does not count."""
    viewer = _steward(request)
    try:
        actions.dismiss(id=id, at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        return _quarantine(request, error.problems, 422)
    messages.success(request, _("It does not count. It is kept, with its reason."))
    return HttpResponseRedirect(reverse("meters:quarantine"))


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the intervals that are over into events of the ledger, now."""
    viewer = _steward(request)
    done = actions.close_intervals(at=timezone.now(), by=viewer.agent)
    if done.problems:
        context: dict[str, Any] = {"problems": done.problems, "done": done}
        return render(request, "meters/not_closed.html", context, status=422)
    said = ngettext("%(count)d interval was closed.", "%(count)d intervals were closed.", done.closed)
    messages.success(request, said % {"count": done.closed})
    return HttpResponseRedirect(reverse("meters:meters"))


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in a file of readings; the same file again adds nothing."""
    access(viewer_of(request), "record", "readings")
    if request.method == "GET":
        return render(request, "meters/upload.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "meters/upload.html", {"form": form}, status=422)
    return _taken(request, form)


def _taken(request: HttpRequest, form: UploadForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        taken, mapping = take_upload(
            said["file"], register=said["register"], mapping=said["mapping"], at=timezone.now()
        )
    except UnsureError as error:
        again = UploadForm(initial={"register": said["register"], "mapping": error.mapping})
        return render(request, "meters/upload.html", {"form": again, "unsure": True}, status=422)
    except ProblemError as error:
        again = UploadForm(initial={"register": said["register"], "mapping": said["mapping"]})
        context = {"form": again, "problems": error.problems}
        return render(request, "meters/upload.html", context, status=422)
    context = {"form": UploadForm(), "taken": taken, "mapping": mapping, "name": said["file"].name[:100]}
    context["reasons"] = [(code, times, example) for code, (times, example) in taken.reasons.items()]
    return render(request, "meters/upload.html", context)
