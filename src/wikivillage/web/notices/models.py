"""The table of letters: a queue in the database, so that a mail server which is down loses nothing."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Letter(models.Model):
    """A letter to one address. It waits while ``sent_at`` is empty; ``next_try_at`` is empty where nobody tries again.

    Personal data: it goes some days after it was sent, and with its ``agent``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField(max_length=320)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=64, default="letter")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="letters")
    made_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """What waits is asked for every few seconds."""

        ordering = ("-made_at",)
        indexes: ClassVar = [
            models.Index(fields=("next_try_at",), name="letter_due", condition=models.Q(sent_at__isnull=True)),
            models.Index(fields=("-made_at",), name="letter_newest"),
        ]
