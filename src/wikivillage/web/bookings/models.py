"""The tables of bookings: what can be booked, who has it when, and series of bookings.

The ledger decides who has what: a confirmed booking is a commitment there. These rows say what the ledger does not:
for how many, under which title, at what price, in which state. Only actions write here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wikivillage.web.bookings.states import HOLDING, KINDS, STATES
from wikivillage.web.diary.kinds import MEMBERS, VISIBILITIES
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.tree_field import TreeField

ID = 64


class Unit(models.Model):
    """Something that can be booked: a room, a hall, a desk of a pool, a studio, a lab bench, a machine.

    ``place``: the id of its place; ``size``: how many there are of it, more than one for a pool of equal ones;
    ``service`` and ``item``: its line of the prices; ``policy``: its rules, as ``policies.UnitPolicy`` reads them.
    """

    id = models.CharField(max_length=ID, primary_key=True)
    kind = models.CharField(max_length=8)
    place = models.CharField(max_length=ID, blank=True, default="")
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    about_en = models.TextField(blank=True, default="")
    about_fr = models.TextField(blank=True, default="")
    persons = models.PositiveIntegerField(default=1)
    size = models.PositiveIntegerField(default=1)
    features = TreeField(default=list)
    service = models.CharField(max_length=48, blank=True, default="")
    item = models.CharField(max_length=48, blank=True, default="")
    power_kw = models.FloatField(default=0)
    policy = TreeField(default=dict)
    policy_at = models.DateTimeField()
    policy_why = models.CharField(max_length=200, blank=True, default="")
    run_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    circle = models.CharField(max_length=ID, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """Kinds are few and fixed, and there is at least one of everything."""

        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="unit_kind_known"),
            models.CheckConstraint(condition=Q(size__gte=1, persons__gte=1), name="unit_is_something"),
        ]


class UnitPart(models.Model):
    """A stock of the ledger that a unit takes. A hall takes those of its halves, and so the ledger keeps them apart."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="parts")
    stock = models.CharField(max_length=ID, db_index=True)

    class Meta:
        """A unit takes a stock once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "stock"], name="unit_part_once")]


class BookingSeries(models.Model):
    """A series of bookings, by the id of its series in the diary; ``sure_until``: the last day that is confirmed.

    ``reconfirm_weeks``: how often it must be confirmed that the series goes on; 0 for never. What is not confirmed
    in time is released.
    """

    uid = models.CharField(max_length=ID, primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="series")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=ID, blank=True)
    reconfirm_weeks = models.PositiveSmallIntegerField(default=0)
    sure_until = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()


class Booking(models.Model):
    """That somebody has a unit, or wants it, from when to when. ``agent``: for whom; ``made_by``: who pressed.

    ``amount``: how many of a pool; ``hold_until``: until when a hold or an offer stands; ``occurrence``: its entry in
    the diary; ``revision`` counts its commitments, ``booking-<id>-<revision>-<n>``, which change with every move.
    """

    id = models.CharField(max_length=16, primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.CharField(max_length=ID, blank=True)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    amount = models.PositiveIntegerField(default=1)
    persons = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120, blank=True, default="")
    visibility = models.CharField(max_length=8, default=MEMBERS)
    state = models.CharField(max_length=10)
    hold_until = models.DateTimeField(null=True)
    quote = models.ForeignKey("prices.FrozenQuote", on_delete=models.SET_NULL, null=True, related_name="+")
    total_cents = models.BigIntegerField(default=0)
    kwh = models.FloatField(default=0)
    own_kwh = models.FloatField(default=0)
    occurrence = models.CharField(max_length=ID, blank=True, default="", db_index=True)
    series = models.ForeignKey(BookingSeries, on_delete=models.PROTECT, null=True, related_name="bookings")
    day = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=ID, blank=True, default="")
    why = models.CharField(max_length=300, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Words are few and fixed, nothing ends before it begins; found by its unit, its owner, its state and time."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="booking_forward"),
            models.CheckConstraint(condition=Q(state__in=sorted(STATES)), name="booking_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=sorted(VISIBILITIES)), name="booking_seen_by_known"),
            models.CheckConstraint(condition=Q(amount__gte=1, persons__gte=1), name="booking_of_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["begin"], name="booking_holding", condition=Q(state__in=sorted(HOLDING))),
            models.Index(fields=["unit", "begin"], name="booking_of_unit"),
            models.Index(fields=["agent", "begin"], name="booking_of_agent"),
            models.Index(fields=["state", "begin"], name="booking_in_state"),
        ]


class Waiting(models.Model):
    """Who waits for a time of a unit that is taken; the first whom it fits is offered it when it comes free."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="waiting")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=ID, blank=True)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    amount = models.PositiveIntegerField(default=1)
    persons = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField()
    offered = models.ForeignKey(Booking, on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody waits twice for the same; found by unit in the order of coming."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "agent", "begin", "end"], condition=Q(ended_at=None), name="waiting_once"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="waiting_forward"),
        ]


from wikivillage.web.bookings.use_models import Outage as Outage  # noqa: E402
from wikivillage.web.bookings.use_models import UseSession as UseSession  # noqa: E402
