"""Pages for what went wrong. Programs that call the API get the list of problems instead."""

from __future__ import annotations

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from wikivillage.web import problems
from wikivillage.web.shell.typed import typed_fields

TRY_AGAIN_AFTER = "5"
"""Seconds after which a database that was busy is worth another try."""


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
    """Something of ours broke, or the database is busy or away."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return busy(request)
    return problems.our_mistake(request) if _is_api(request) else _page(request, "our_mistake", 500)


def busy(request: HttpRequest) -> HttpResponse:
    """The database is busy or away: what was typed is given back, and soon worth another try."""
    answer = problems.busy() if _is_api(request) else _page(request, "busy", 503, **_typed(request))
    answer.headers["Retry-After"] = TRY_AGAIN_AFTER
    return answer


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session of a form ended while it was filled in: what was typed is given back, to be sent again."""
    return _page(request, "form_too_old", 403, **_typed(request))


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What a form held, but for its secrets, and where it went."""
    return {"typed": typed_fields(request.POST), "action": request.get_full_path()}


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    try:
        return render(request, f"shell/{name}.html", context, status=status)
    except OperationalError:  # not even the session can be read
        return HttpResponse(render_to_string(f"shell/{name}.html", context), status=status)
