"""The queue: one row for each job, which is also its progress and its log. Only ``actions`` writes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wikivillage.web.jobs.states import RUNNING, STATES, WAITING


class Job(models.Model):
    """One run of an errand. ``key`` says which: asked for twice, it is the same job.

    ``label``, ``done`` and ``total``: where it is. ``worker``: who runs it, sure to be alive at ``heartbeat_at``.
    ``last_error`` is one line for people; ``result`` what there is to tell, or the problems that ended it.
    """

    kind = models.CharField(max_length=48)
    key = models.CharField(max_length=128)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default=WAITING)
    label = models.TextField(blank=True, default="")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    result = models.JSONField(null=True)
    asked_by = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=128, blank=True, default="")
    stop_asked = models.BooleanField(default=False)

    class Meta:
        """Each job is there once; what is to be done is found without reading what was done."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="job_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="job_waiting", condition=Q(state=WAITING)),
            models.Index(fields=["heartbeat_at"], name="job_running", condition=Q(state=RUNNING)),
            models.Index(fields=["kind", "state", "-ended_at"], name="job_of_kind"),
            models.Index(fields=["state", "-id"], name="job_of_state"),
        ]
