"""The tables of the diary: what happens when and where, series of it, opening hours and closed periods.

Subjects and places are ids that the diary does not own: a room, a machine, a unit that can be booked. Only the
actions write here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wikivillage.web.diary.kinds import CONFIRMED, KINDS, MEMBERS, STATES, VISIBILITIES
from wikivillage.web.diary.openings import SEASONS

ID = 64


class Described(models.Model):
    """What a date and a series have in common. ``path``: the page of the thing that it stands for, in its own room."""

    uid = models.CharField(max_length=ID, unique=True)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=ID, blank=True, default="")
    place = models.CharField(max_length=ID, blank=True, default="")
    zone = models.CharField(max_length=ID)
    capacity = models.PositiveIntegerField(null=True)
    owner = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+")
    circle = models.CharField(max_length=ID, blank=True, default="")
    visibility = models.CharField(max_length=8, default=MEMBERS)
    path = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True


class Series(Described):
    """Several dates by one rule, in wall time. ``left_out``: days of the rule on which nothing takes place."""

    first_day = models.DateField()
    begin_clock = models.TimeField()
    minutes = models.PositiveIntegerField()
    rule = models.CharField(max_length=200)
    left_out = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)


class Occurrence(Described):
    """Something that takes place once. ``sequence`` grows with each change; what was cancelled stays.

    ``day`` names a date of a series, also after it moved; ``apart``: it was moved by itself.
    """

    sequence = models.PositiveIntegerField(default=0)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    state = models.CharField(max_length=9, default=CONFIRMED)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="dates")
    day = models.DateField(null=True)
    apart = models.BooleanField(default=False)

    class Meta:
        """Words are few and fixed, nothing ends before it begins; found by its thing, its place and its time."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="occurrence_forward"),
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="occurrence_kind_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(STATES)), name="occurrence_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=sorted(VISIBILITIES)), name="occurrence_seen_by_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["begin", "end"], name="occurrence_when"),
            models.Index(fields=["subject", "begin"], name="occurrence_of_subject"),
            models.Index(fields=["place", "begin"], name="occurrence_at_place"),
            models.Index(fields=["owner", "begin"], name="occurrence_of_owner"),
        ]


class OpeningHours(models.Model):
    """The week of a subject in a season from a day on; ``subject`` is empty for the whole village.

    ``week``: seven lists of begin and end in minutes, Monday first; null where it has no hours of its own any more.
    """

    subject = models.CharField(max_length=ID, blank=True)
    season = models.CharField(max_length=8)
    since = models.DateField()
    week = models.JSONField(null=True)
    by = models.CharField(max_length=ID, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        """One week for each season and day from which it counts."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "season", "since"], name="opening_once"),
            models.CheckConstraint(condition=Q(season__in=SEASONS), name="opening_season_known"),
        ]


class ClosedPeriod(models.Model):
    """A time in which a subject is closed, and why; ``ended_at``: since when that counts no more."""

    subject = models.CharField(max_length=ID, blank=True)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    why_en = models.CharField(max_length=200)
    why_fr = models.CharField(max_length=200)
    by = models.CharField(max_length=ID, blank=True, default="")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nothing ends before it begins; found by its time."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(end__gt=F("begin")), name="closed_forward")]
        indexes: ClassVar = [models.Index(fields=["end"], name="closed_when", condition=Q(ended_at=None))]
