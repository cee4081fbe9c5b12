"""Where a scanned or typed code leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wikivillage.web.labels.codes import LONGEST, as_typed
from wikivillage.web.labels.queries import find_label, label_of_code


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """A field for the code of a label."""
    typed = request.GET.get("code", "")
    if not typed:
        return render(request, "labels/ask.html", {"longest": 3 * LONGEST})
    code = as_typed(typed)
    return HttpResponseRedirect(reverse("label", args=[code])) if code else _unknown(request, typed)


@never_cache
@require_safe
def follow(request: HttpRequest, id: str) -> HttpResponse:
    """To the page of the thing; a page that says so where the label counts no more, or there is none."""
    label = label_of_code(id)
    if label is None:
        return _unknown(request, id)
    if label.retired_at is not None:
        newer = find_label(label.kind, label.thing)
        return render(request, "labels/retired.html", {"label": label, "newer": newer}, status=410)
    return HttpResponseRedirect(label.path)


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    context = {"typed": typed[: 3 * LONGEST], "longest": 3 * LONGEST}
    return render(request, "labels/ask.html", context, status=404)
