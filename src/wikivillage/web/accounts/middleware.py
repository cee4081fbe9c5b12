"""What is looked at for every request: whether somebody leaves, which key their session has, what they typed."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from wikivillage.web.accounts.actions import follow_session
from wikivillage.web.accounts.adapter import SESSION_KEY
from wikivillage.web.accounts.typed import keep_typed
from wikivillage.web.registry.viewer import viewer_of

OPEN_WHEN_LEAVING = (
    "/me/leave/",
    "/me/export",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/shell/",
    "/static/",
)
"""What stays open to who asked to leave: to stay, to take one's things, to sign out."""


class AccountMiddleware:
    """Sends those who leave to their page, keeps what a visitor typed, and leads stewards to their second factor."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if SESSION_KEY in request.session else None
        if user is not None and getattr(user, "leaving_at", None) and not request.path.startswith(OPEN_WHEN_LEAVING):
            return HttpResponseRedirect(reverse("accounts:leave"))
        response = self.answer(request)
        if _sent_too_late(request, response):
            return keep_typed(request)
        known, key = request.session.get(SESSION_KEY), request.session.session_key
        if known and key and known != key and request.user.is_authenticated:
            follow_session(before=known, after=key)
            request.session[SESSION_KEY] = key
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Where a page is closed: a visitor's typed form is kept for after the sign-in; a role may lack its factor."""
        if not isinstance(exception, PermissionDenied) or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            return keep_typed(request) if request.method == "POST" else None
        if viewer_of(request).waiting and request.method == "GET":
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('accounts:second_factor')}?{query}")
        return None


def _sent_too_late(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a form was answered with the sign-in, because its session is over."""
    led_to = response.headers.get("Location", "")
    elsewhere = not request.path.startswith("/accounts/")
    return request.method == "POST" and elsewhere and led_to.startswith(settings.LOGIN_URL)
