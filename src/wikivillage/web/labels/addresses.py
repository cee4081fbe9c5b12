"""The address that stands on a label: as it is scanned, and as people type it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from wikivillage.web.labels.models import Label


def scanned(label: Label, request: HttpRequest) -> str:
    """What the QR code of a label says: the whole address."""
    path = reverse("label", args=[label.code])
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else request.build_absolute_uri(path)


def typed(label: Label, request: HttpRequest) -> tuple[str, str]:
    """The same for people, without what a browser adds by itself: the server, and what follows it."""
    server, stroke, path = scanned(label, request).partition("://")[2].partition("/")
    return server, f"{stroke}{path.rstrip('/')}"
