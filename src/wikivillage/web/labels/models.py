"""The table of labels: which short code leads to which thing. Only ``actions`` writes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wikivillage.web.labels.codes import LONGEST


class Label(models.Model):
    """A short code that is stuck on a thing; ``path`` is the thing's page, in its own room.

    A code never leads to another thing later: what was retired stays, and says so.
    """

    code = models.CharField(max_length=LONGEST, primary_key=True)
    kind = models.CharField(max_length=32)
    thing = models.CharField(max_length=128)
    path = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True, default="")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """A thing has one label that counts; lists are by kind and title."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "thing"], condition=models.Q(retired_at=None), name="one_label_of_a_thing"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "title"], name="label_of_kind")]

    def __str__(self) -> str:
        return self.code
