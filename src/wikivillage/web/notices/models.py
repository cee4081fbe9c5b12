"""The tables of what people are told: their inbox, how they want it, and letters.

Letters are a queue in the database, so that a mail server which is down loses nothing. All of it is personal data.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from wikivillage.web.notices.kinds import NEVER, WAYS


class Letter(models.Model):
    """A letter to one address. It waits while ``sent_at`` is empty; ``next_try_at`` is empty where nobody tries again.

    Personal data: it goes some days after it was sent, and with its ``agent``. ``unsubscribe``: the address that ends
    letters of its kind with one press, told to mail programs too.
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
    unsubscribe = models.TextField(blank=True, default="")

    class Meta:
        """What waits is asked for every few seconds."""

        ordering = ("-made_at",)
        indexes: ClassVar = [
            models.Index(fields=("next_try_at",), name="letter_due", condition=models.Q(sent_at__isnull=True)),
            models.Index(fields=("-made_at",), name="letter_newest"),
        ]


class Notice(models.Model):
    """Something that somebody was told, in both languages; ``path`` is the page of the thing.

    ``key`` makes it once for whoever says it twice. ``way``: how it comes by letter, as they wanted it when it was
    made; ``lettered_at``: since when it is in a letter. It goes with its ``agent``, or long after it was read.
    """

    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=32)
    title_en = models.TextField()
    title_fr = models.TextField()
    text_en = models.TextField(blank=True, default="")
    text_fr = models.TextField(blank=True, default="")
    path = models.CharField(max_length=500, blank=True, default="")
    key = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=5, default=NEVER)
    lettered_at = models.DateTimeField(null=True)

    class Meta:
        """Told once for a key; what is unread, and what waits for the daily letter, is found quickly."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "key"], condition=~models.Q(key=""), name="one_notice_of_a_key"),
            models.CheckConstraint(condition=models.Q(way__in=sorted(WAYS)), name="notice_way_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-made_at"], name="notice_newest"),
            models.Index(fields=["agent"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(
                fields=["made_at"], name="notice_for_a_digest", condition=models.Q(way="daily", lettered_at=None)
            ),
        ]


class Preference(models.Model):
    """How somebody wants to be told of one kind by letter, where they chose."""

    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="notice_preferences")
    kind = models.CharField(max_length=32)
    way = models.CharField(max_length=5)
    changed_at = models.DateTimeField()

    class Meta:
        """One choice for each kind."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "kind"], name="one_preference_of_a_kind"),
            models.CheckConstraint(condition=models.Q(way__in=sorted(WAYS)), name="preference_way_known"),
        ]
