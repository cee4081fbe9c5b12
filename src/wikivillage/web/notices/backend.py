"""Django's way to send letters: into the queue."""

from __future__ import annotations

from django.core.mail.backends.locmem import EmailBackend as QueuedBackend

__all__ = ["QueuedBackend"]
