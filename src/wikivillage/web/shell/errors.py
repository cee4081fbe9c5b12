"""Pages for what went wrong. Programs that call the API get the list of problems instead."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wikivillage.web import problems


def nothing_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    if _is_api(request):
        return problems.nothing_there(request, exception or Exception())
    return _page(request, "not_found", 404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page is for others. Its reasons are told where the exception holds some."""
    return _page(request, "not_allowed", 403, reasons=getattr(exception, "reasons", ()))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What came is no request that a browser makes."""
    return _page(request, "bad_request", 400)


def our_mistake(request: HttpRequest) -> HttpResponse:
    """Something of ours broke."""
    return problems.our_mistake(request) if _is_api(request) else _page(request, "our_mistake", 500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session of a form ended while it was filled in: what was typed is given back, to be sent again."""
    typed = [(key, value) for key in request.POST for value in request.POST.getlist(key)]
    hidden = {"csrfmiddlewaretoken"}
    kept = [(key, value) for key, value in typed if key not in hidden and "password" not in key]
    return _page(request, "form_too_old", 403, typed=kept, action=request.get_full_path())


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    return render(request, f"shell/{name}.html", context, status=status)
