"""Pages that visitors ask for again and again: drawn once, and kept for a minute in the memory of the process."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

CHOSEN = ("theme", "been_here")
"""Cookies that change what a visitor reads."""
PERSONAL = ("messages", settings.SESSION_COOKIE_NAME)
"""Whoever has one of these cookies is somebody, and gets a page of their own."""


def kept_for_visitors(view: View[P]) -> View[P]:
    """A page that is the same for every visitor is drawn at most once in ``settings.KEPT_SECONDS``.

    It is kept by address, language and light; what holds a form's token, is no page, or is not there is never kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _may_be_kept(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        page: bytes | None = caches["pages"].get(key)
        if page is not None:
            return HttpResponse(page)
        response = view(request, *args, **kwargs)
        if _is_a_plain_page(request, response):
            caches["pages"].set(key, response.content, settings.KEPT_SECONDS)
        return response

    return answer


def _may_be_kept(request: HttpRequest) -> bool:
    known = any(name in request.COOKIES for name in PERSONAL)
    return settings.KEPT_SECONDS > 0 and request.method in ("GET", "HEAD") and not known


def _key(request: HttpRequest) -> str:
    choices = [request.COOKIES.get(name, "") for name in CHOSEN]
    said = "\n".join([request.get_host(), request.get_full_path(), str(get_language()), *choices])
    return f"page.{sha256(said.encode(errors='replace')).hexdigest()}"


def _is_a_plain_page(request: HttpRequest, response: HttpResponse) -> bool:
    page = response.headers.get("Content-Type", "").startswith("text/html")
    has_form = "CSRF_COOKIE_NEEDS_UPDATE" in request.META
    return response.status_code == 200 and page and not response.streaming and not has_form
