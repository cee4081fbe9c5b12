"""The page for who tried too often: it says how long to wait."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from allauth.core.internal.ratelimit import get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wikivillage.web.shell.errors import busy

ACTIONS = {
    "account_login": ("login", "login_failed", "request_login_code", "confirm_email"),
    "account_request_login_code": ("request_login_code",),
    "account_confirm_login_code": ("request_login_code",),
    "account_signup": ("signup", "confirm_email"),
    "account_email_verification_sent": ("confirm_email",),
    "account_reset_password": ("reset_password",),
    "account_reset_password_from_key": ("reset_password_from_key",),
    "account_change_password": ("change_password",),
    "account_email": ("manage_email", "confirm_email"),
    "mfa_login_webauthn": ("webauthn_login",),
}
"""What allauth counts at each of its addresses; elsewhere it counts new proofs of who one is."""

MINUTE = 60


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer with the minutes to wait, for the person and for the browser.

    Where no limit is reached the try could not be counted: the database is busy, and nobody tried too often.
    """
    waiting = list(waiting_seconds(request))
    if not waiting:
        return busy(request)
    seconds = max(waiting)
    minutes = max(math.ceil(seconds / MINUTE), 1)
    response = render(request, "accounts/too_many.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(math.ceil(seconds))
    return response


def waiting_seconds(request: HttpRequest) -> Iterator[float]:
    """For every limit that was reached, how long until the next try is free."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    key = (request.POST.get("email") or request.POST.get("login") or _pending(request)).strip().lower()
    user = request.user if request.user.is_authenticated else None
    now = time.time()
    for action in ACTIONS.get(name, ("reauthenticate",)):
        app = "allauth.mfa" if name == "mfa_login_webauthn" else "allauth.account"
        for rate in get_rates(app=app, action=action):
            if (rate.per == "user" and user is None) or (rate.per == "key" and not key):
                continue
            history = cache.get(get_cache_key(request, app=app, action=action, rate=rate, key=key, user=user), [])
            if len(history) >= rate.amount:
                yield max(history[rate.amount - 1] + rate.duration - now, 0)


def _pending(request: HttpRequest) -> str:
    """The address whose code is awaited in this session."""
    return str(request.session.get("account_email_verification_code", {}).get("email", ""))
