"""What the process remembers between requests, forgotten: for tests that read a page as it is drawn anew."""

from __future__ import annotations

from django.core.cache import caches


def forget_all() -> None:
    """Empty the memory of this process. Counts of tries to sign in are in the database of each test."""
    caches["pages"].clear()
