"""The strict policy on what a page may load: only what this server gives, and nothing written into the page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
API_PAGE = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
"""The page that describes the API is Swagger's own, with a script in it. It shows nothing that a person wrote."""

Answer = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Adds the policy, and that browsers keep their sensors to themselves, to every answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault(
            "Content-Security-Policy", API_PAGE if request.path.startswith("/api/docs") else POLICY
        )
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
