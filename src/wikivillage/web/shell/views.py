"""Choices of a reader that need no account: the language, and light or dark."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

THEMES = ("light", "dark", "system")
THEME_COOKIE = "theme"


def language(request: HttpRequest, lang: str) -> HttpResponse:
    """Read on in another language, on the page that was open."""
    if lang not in dict(settings.LANGUAGES):
        raise Http404
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, lang)


def light(request: HttpRequest, theme: str) -> HttpResponse:
    """Read on in light or dark, or as the system has it."""
    if theme not in THEMES:
        raise Http404
    return _remember(request, THEME_COOKIE, theme)


def _remember(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    back = request.GET.get("next", "/")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    response = HttpResponseRedirect(back if own else "/")
    age = settings.LANGUAGE_COOKIE_AGE
    response.set_cookie(cookie, value, max_age=age, secure=settings.SECURE, samesite="Lax", httponly=True)
    return response
