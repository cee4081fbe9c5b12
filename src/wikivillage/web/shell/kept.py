"""What is costly and asked for again and again: made once, and kept for a minute in the memory of the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

CHOSEN = ("theme", "been_here")
"""Cookies that change what a visitor reads."""
PERSONAL = ("messages", settings.SESSION_COOKIE_NAME)
"""Whoever has one of these cookies is somebody, and gets a page of their own."""
FRESH = timedelta(seconds=60)
"""How old what is shown may be."""
MEANWHILE = timedelta(seconds=30)
"""How much older it may be while somebody is making the next."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Something and when it was made."""

    at: datetime
    value: T


_making: dict[str, threading.Lock] = {}
_door = threading.Lock()


def keep(key: str, make: Callable[[], T], *, at: datetime, fresh: timedelta = FRESH) -> Kept[T]:
    """What was made for this key a short while ago; made now where there is nothing so fresh.

    One makes it; those who come meanwhile take the last one, or wait where there is none.
    """
    found = _look(key)
    if found and at - found.at < fresh:
        return found
    with _door:
        lock = _making.setdefault(key, threading.Lock())
    if not lock.acquire(blocking=found is None or at - found.at >= fresh + MEANWHILE):
        assert found is not None, "who finds nothing waits"
        return found
    try:
        again = _look(key)
        if again and at - again.at < fresh:
            return again
        made = Kept(at, make())
        caches["pages"].set(key, made, (fresh + MEANWHILE).total_seconds())
        return made
    finally:
        lock.release()
        with _door:
            _making.pop(key, None)


def forget(key: str) -> None:
    """Make it anew when it is asked for next."""
    caches["pages"].delete(key)


def _look(key: str) -> Kept[Any] | None:
    found: Kept[Any] | None = caches["pages"].get(key)
    return found


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
