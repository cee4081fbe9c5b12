"""The plans that were made, whole: whoever copies the database has them all. Only ``actions`` writes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class StoredPlan(models.Model):
    """A plan. ``changes`` is the scenario: what was planned otherwise than the village file says, as path and value.

    ``village_digest`` is that of the village without the changes, ``sha256`` that of plan.json. ``summary`` is what
    lists show; ``sound``: the independent program found nothing. One plan is the ``current`` one, which forecasts
    and goals are read from.
    """

    name = models.TextField(blank=True, default="")
    changes = models.JSONField(default=list)
    village_digest = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True, default="")
    sound = models.BooleanField()
    current = models.BooleanField(default=False)
    summary = models.JSONField()

    class Meta:
        """One is current."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["current"], condition=Q(current=True), name="one_current_plan")
        ]


class PlanPart(models.Model):
    """A part of a plan, compressed unless it is already: a file to take away, or what pages are made of."""

    plan = models.ForeignKey(StoredPlan, models.CASCADE, related_name="parts")
    name = models.CharField(max_length=32)
    content = models.BinaryField()

    class Meta:
        """A plan has each part once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "name"], name="plan_part_once")]
