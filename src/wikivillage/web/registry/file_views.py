"""The pages of the village file: take it, hand in a changed one, see what it would change, confirm."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.registry.as_written import read_written
from wikivillage.web.registry.differences import ADDED, CHANGED, REMOVED, sections_of
from wikivillage.web.registry.file_actions import KEPT, forget_file, keep_file, load_file
from wikivillage.web.registry.file_problems import in_this_language
from wikivillage.web.registry.models import Change, DataFile, PendingFile
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.uploads import LARGEST_UPLOAD, text_of_upload, too_large, village_in, village_state
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.registry.views import ways
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_file import dump_stored_village, stored_trees
from wikivillage.web.shell.templatetags.village import language


class SmallFile(MemoryFileUploadHandler):
    """Keeps an upload in memory as long as it can be a village file, and drops the rest unread."""

    too_large = False

    def handle_raw_input(self, *arguments: Any, **options: Any) -> None:
        """Always take it, whatever the browser says of its length."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a part, or stop where it is too much."""
        if start + len(raw_data) > LARGEST_UPLOAD:
            self.too_large = True
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


@csrf_exempt  # only until the handler below is in place: the view itself is protected
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def village_file(request: HttpRequest) -> HttpResponse:
    """The village file of now, and the form for another."""
    handler = SmallFile(request)
    if request.method == "POST":
        request.upload_handlers = [handler]
    return _village_file(request, handler)


@csrf_protect
def _village_file(request: HttpRequest, handler: SmallFile) -> HttpResponse:
    viewer = viewer_of(request)
    access(viewer, "see", "village_file")
    if request.method != "POST":
        return render(request, "registry/file.html", _file_context(request))
    access(viewer, "load", "village_file")
    try:
        pending = _take(request, handler, viewer.agent or "")
    except ProblemError as error:
        context = _file_context(request) | {"problems": in_this_language(error.problems), "name": _name(request)}
        return render(request, "registry/file.html", context, status=422)
    return redirect("registry:pending_file", pending.pk)


def _take(request: HttpRequest, handler: SmallFile, by: str) -> PendingFile:
    """Read what was handed in, try it, and keep it. Raises ProblemError."""
    upload = request.FILES.get("file")
    if handler.too_large:
        raise ProblemError([too_large(_("the file"))])
    if upload is None:
        what = _("No file was chosen.")
        raise ProblemError([Problem("no-file", "file", what, _("Choose the village file on your machine first."))])
    name = PurePath(upload.name).name
    text = text_of_upload(name, upload.read())
    now = timezone.now()
    with village_in(text, name) as (village, base):
        record_village(village=village, base=base, at=now, dry_run=True)
    return keep_file(name=name, text=text, at=now, by=by)


def _name(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    return PurePath(upload.name).name if upload else ""


def _file_context(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    waiting = PendingFile.objects.filter(by=viewer.agent, loaded_at=None, at__gt=timezone.now() - KEPT)
    return {
        "loaded": "village" in stored_trees(),
        "last": Change.objects.filter(verb="record_village").order_by("-pk").first(),
        "files": DataFile.objects.order_by("path").values_list("path", flat=True),
        "waiting": waiting.order_by("-at"),
        "may_load": may(viewer, "load", "village_file"),
        "largest": LARGEST_UPLOAD // 1_000_000,
        "ways": ways(viewer),
    }


@never_cache
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The village file of now, as it would be loaded again."""
    access(viewer_of(request), "see", "village_file")
    try:
        text = dump_stored_village()
    except ProblemError:
        raise Http404 from None
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="village.yaml"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pending_file(request: HttpRequest, id: str) -> HttpResponse:
    """What a file that waits would change; the form loads it, if the village is still the one it was compared with."""
    viewer = viewer_of(request)
    access(viewer, "load", "village_file")
    pending = PendingFile.objects.filter(pk=id, by=viewer.agent).first()
    if pending is None or timezone.now() - pending.at >= KEPT:
        raise Http404
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and not pending.loaded_at:
        compared, now = request.POST.get("compared", ""), timezone.now()
        try:
            load_file(pending=pending, compared=compared, at=now, by=viewer.agent or "")
        except ProblemError as error:
            problems = error.problems
        else:
            messages.success(request, _("The village is loaded. Every page shows it from now on."))
            return redirect("registry:village_file")
    if pending.loaded_at:
        messages.success(request, _("This file is loaded already."))
        return redirect("registry:village_file")
    return _show(request, pending, problems)


def _show(request: HttpRequest, pending: PendingFile, problems: tuple[Problem, ...]) -> HttpResponse:
    """The differences, and the form that confirms them; or why the file cannot be loaded any more."""
    sections, state = [], village_state()
    try:
        with village_in(pending.text, pending.name) as (village, base):
            found = record_village(village=village, base=base, at=timezone.now(), dry_run=True)
            written = read_written(pending.text, pending.name)
            sections = sections_of(found, village, base, language(), written)
    except ProblemError as error:
        problems, state = (*problems, *error.problems), ""
    context = {
        "pending": pending,
        "sections": sections,
        "counts": {what: sum(section.count(what) for section in sections) for what in (ADDED, REMOVED, CHANGED)},
        "state": state,
        "problems": in_this_language(problems),
        "until": pending.at + KEPT,
        "ways": ways(viewer_of(request)),
    }
    return render(request, "registry/differences.html", context, status=409 if problems else 200)


@require_POST
def forget(request: HttpRequest, id: str) -> HttpResponse:
    """Do not load a file that waits."""
    viewer = viewer_of(request)
    access(viewer, "load", "village_file")
    pending = PendingFile.objects.filter(pk=id, by=viewer.agent).first()
    if pending is not None:
        forget_file(pending=pending, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("The file is forgotten. Nothing was changed."))
    return redirect("registry:village_file")
