"""Questions to the letters: what waits, what fails, whether whoever waits should be told. Nothing here writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from wikivillage.web.notices.models import Letter

LATE = timedelta(minutes=1)
"""A letter that is older than this and has not left is late."""


def waiting() -> QuerySet[Letter]:
    """Letters that were not tried yet, oldest first."""
    return Letter.objects.filter(sent_at=None, last_error="").order_by("made_at")


def failing() -> QuerySet[Letter]:
    """Letters that the mail server did not take, oldest first."""
    return Letter.objects.filter(sent_at=None).exclude(last_error="").order_by("made_at")


def sent() -> QuerySet[Letter]:
    """Letters that left, newest first."""
    return Letter.objects.exclude(sent_at=None).order_by("-sent_at")


def letters_of(agent: str) -> QuerySet[Letter]:
    """Letters to somebody, newest first."""
    return Letter.objects.filter(agent=agent)


def newest_to(address: str) -> Letter | None:
    """The newest letter to an address: what a demonstration shows to whoever waits for it."""
    return Letter.objects.filter(to__iexact=address).first()


def letters_are_late(at: datetime) -> bool:
    """Whether letters do not leave now, so that nobody waits for one without knowing why."""
    if settings.DEMONSTRATION:
        return False
    return not settings.EMAIL_HOST or failing().exists() or waiting().filter(made_at__lt=at - LATE).exists()
