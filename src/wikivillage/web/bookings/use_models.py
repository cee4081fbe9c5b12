"""The tables of use: when a machine really ran, and when a unit is out of order. Only actions write here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wikivillage.web.fields import AmountField

ID = 64
STOPPED, FORGOTTEN, BROKEN = "stopped", "forgotten", "broken"
ENDINGS = (STOPPED, FORGOTTEN, BROKEN)
"""How a session ends: somebody stopped it, nobody did in time, the machine broke."""


class UseSession(models.Model):
    """A machine in use, for a booking. ``ends_by``: when it closes by itself; ``beside``: who stays with them.

    ``walk_in``: the booking was made by starting. ``kwh`` and ``grams``: what was read at the end, where somebody did.
    """

    id = models.CharField(max_length=16, primary_key=True)
    unit = models.ForeignKey("bookings.Unit", on_delete=models.PROTECT, related_name="sessions", db_index=False)
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="sessions")
    agent = models.ForeignKey("registry.Agent", on_delete=models.PROTECT, related_name="+")
    beside = models.CharField(max_length=ID, blank=True, default="")
    walk_in = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=ID, blank=True, default="")
    ends_by = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=ID, blank=True, default="")
    ended_how = models.CharField(max_length=9, blank=True, default="")
    kwh = AmountField(null=True)
    grams = AmountField(null=True)

    class Meta:
        """A booking runs once at a time, and nothing ends before it begins; found by its unit and while it runs."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["booking"], condition=Q(ended_at=None), name="session_once"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="session_forward"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="") | Q(ended_at__isnull=False, ended_how__in=ENDINGS),
                name="session_ending_known",
            ),
            models.CheckConstraint(
                condition=(Q(kwh=None) | Q(kwh__gte=0)) & (Q(grams=None) | Q(grams__gte=0)), name="session_measured"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "began_at"], name="session_of_unit"),
            models.Index(fields=["ends_by"], name="session_running", condition=Q(ended_at=None)),
        ]


class Outage(models.Model):
    """That a unit does not work: what somebody saw, until when if anybody knows, and how it ended.

    ``session``: it broke while that ran. Where ``ended_at`` is empty it is still so.
    """

    unit = models.ForeignKey("bookings.Unit", on_delete=models.PROTECT, related_name="outages")
    session = models.ForeignKey(UseSession, on_delete=models.PROTECT, null=True, related_name="outages")
    said = models.CharField(max_length=500)
    reported_by = models.ForeignKey("registry.Agent", on_delete=models.PROTECT, null=True, related_name="+")
    begin = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=ID, blank=True, default="")
    mended = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        """A unit is out of order once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_at=None), name="outage_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("begin")), name="outage_forward"),
        ]
