"""What the process remembers between requests, forgotten: for tests that read a page as it is drawn anew."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import caches


def forget_all() -> None:
    """Empty every memory of the site."""
    for name in settings.CACHES:
        caches[name].clear()
