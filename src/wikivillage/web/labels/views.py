"""Labels for whoever prints and looks after them: sheets, lists by kind, one label, its end and its successor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.web.labels import actions, queries
from wikivillage.web.labels.kinds import kind_name
from wikivillage.web.labels.models import Label
from wikivillage.web.labels.pdf import pdf_response
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.pages import page_of

MOST_PRINTED = 210
"""Labels on one request: ten sheets of the small size."""
SMALL, LARGE = "small", "large"
PER_SHEET = {SMALL: 21, LARGE: 8}
"""Sizes of labels, and how many are on a sheet of A4: 63.5 by 38.1 mm, and 99.1 by 67.7 mm."""


@never_cache
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """A sheet of the labels that the address names; without any, the kinds of things that have labels."""
    if "code" in request.GET:
        return render(request, "labels/sheet.html", _sheet(request, "shell/base.html"))
    access(viewer_of(request), "make", "label")
    kinds = [(kind, kind_name(kind), number) for kind, number in queries.kinds()]
    return render(request, "labels/kinds.html", {"kinds": sorted(kinds, key=lambda row: row[1])})


@never_cache
@require_safe
def sheet_pdf(request: HttpRequest) -> HttpResponse:
    """The same sheet as a PDF that fits sheets of labels exactly."""
    html = render_to_string("labels/sheet.html", _sheet(request, "labels/paper.html"), request)
    return pdf_response(html, request=request, name=_("labels"))


@never_cache
@require_safe
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """The labels of a kind of things, to choose some and print them."""
    access(viewer_of(request), "make", "label")
    page = page_of(request, queries.labels_of_kind(kind), size=MOST_PRINTED)
    retired = list(queries.labels_of_kind(kind, retired=True)[:MOST_PRINTED])
    if not page.items and not retired:
        raise Http404
    context = {"name": kind_name(kind), "page": page, "retired": retired}
    return render(request, "labels/kind.html", context)


@never_cache
@require_safe
def label(request: HttpRequest, id: str) -> HttpResponse:
    """One label: its code to scan, what it is stuck on, and what may be done with it."""
    viewer = viewer_of(request)
    access(viewer, "print", "label")
    found = _label(id)
    context = {"label": found, "kind": kind_name(found.kind), "newer": None, "may_list": may(viewer, "make", "label")}
    if found.retired_at is not None:
        context["newer"] = queries.find_label(found.kind, found.thing)
    context["may_retire"] = found.retired_at is None and may(viewer, "retire", "label")
    return render(request, "labels/label.html", context)


@require_POST
def new_code(request: HttpRequest, id: str) -> HttpResponse:
    """Give the thing a new code; the old one says so from then on."""
    viewer = viewer_of(request)
    access(viewer, "retire", "label")
    found = _label(id)
    newer = actions.replace_label(code=found.code, at=timezone.now(), by=viewer.agent or "")
    if newer is None:
        messages.success(request, _("This label counted no more already."))
        return redirect("labels:label", found.code)
    messages.success(request, _("The thing has a new label. Print it and take the old one off."))
    return redirect("labels:label", newer.code)


@require_POST
def retire(request: HttpRequest, id: str) -> HttpResponse:
    """Let a label lead nowhere any more."""
    viewer = viewer_of(request)
    access(viewer, "retire", "label")
    found = _label(id)
    ended = found.retired_at is None and actions.retire_label(
        kind=found.kind, thing=found.thing, at=timezone.now(), by=viewer.agent or ""
    )
    said = _("The label counts no more. Take it off.") if ended else _("This label counted no more already.")
    messages.success(request, said)
    return redirect("labels:label", found.code)


def _label(id: str) -> Label:
    found = queries.label_of_code(id)
    if found is None:
        raise Http404
    return found


def _sheet(request: HttpRequest, layout: str) -> dict[str, Any]:
    """What a sheet shows: labels that count, how many codes lead to none, and the addresses of its other forms."""
    access(viewer_of(request), "print", "label")
    codes = request.GET.getlist("code")[:MOST_PRINTED]
    size = LARGE if request.GET.get("size") == LARGE else SMALL
    found = queries.labels_of_codes(codes)
    return {
        "layout": layout,
        "sheets": _sheets(found, PER_SHEET[size]),
        "number": len(found),
        "missing": len(set(codes)) - len(found),
        "size": size,
        "per_sheet": PER_SHEET[size],
        "other": _address("labels:labels", found, SMALL if size == LARGE else LARGE),
        "pdf": _address("labels:sheet_pdf", found, size),
        "paper": layout != "shell/base.html",
    }


def _sheets(found: Sequence[Label], per_sheet: int) -> list[Sequence[Label]]:
    return [found[first : first + per_sheet] for first in range(0, len(found), per_sheet)]


def _address(name: str, found: Sequence[Label], size: str) -> str:
    return f"{reverse(name)}?{urlencode([('code', one.code) for one in found] + [('size', size)])}"
