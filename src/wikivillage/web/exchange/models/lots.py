"""The tables of material lots: what lies where for whom, its photos, who reserved it, what became of it.

How many kilograms there are is the ledger's alone: a lot is one of its stocks, and is read together with it. Only the
actions write here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wikivillage.web.exchange.lot_words import (
    CHANNELS,
    CONDITIONS,
    FREE,
    MARKS,
    ORIGINS,
    PURPOSES,
    RESERVATIONS,
    RESERVED,
    STATES,
    TREATED,
)
from wikivillage.web.fields import AmountField

ID = 64
WORD = 16


class Lot(models.Model):
    """Matter of one kind that lies together, as long as there is any of it. ``spec``: its kind in the registry.

    ``free_until``: until then it is offered before it may be thrown away. ``times_used``: how often it was something
    before. ``held_back``: why it is in quarantine.
    """

    stock = models.OneToOneField(
        "ledger.Stock", models.PROTECT, primary_key=True, db_column="id", related_name="lot_of_exchange"
    )
    spec = models.CharField(max_length=ID)
    title = models.CharField(max_length=120)
    pieces = models.PositiveIntegerField(null=True)
    size = models.CharField(max_length=80, blank=True, default="")
    longest_cm = models.PositiveIntegerField(null=True)
    condition = models.CharField(max_length=WORD)
    origin = models.CharField(max_length=WORD)
    treated = models.CharField(max_length=WORD)
    place = models.CharField(max_length=ID)
    bin = models.CharField(max_length=24, blank=True, default="")
    given_by = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    state = models.CharField(max_length=WORD, default=FREE)
    held_back = models.CharField(max_length=300, blank=True, default="")
    free_until = models.DateTimeField()
    times_used = models.PositiveIntegerField(default=0)
    dropped_at = models.DateTimeField()
    dropped_kg = AmountField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        """Words are few and fixed; found by its kind, its place and how new it is."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(STATES)), name="lot_state_known"),
            models.CheckConstraint(condition=Q(origin__in=sorted(ORIGINS)), name="lot_origin_known"),
            models.CheckConstraint(condition=Q(condition__in=sorted(CONDITIONS)), name="lot_condition_known"),
            models.CheckConstraint(condition=Q(treated__in=sorted(TREATED)), name="lot_treated_known"),
            models.CheckConstraint(condition=Q(dropped_kg__gt=0), name="lot_weighs_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-dropped_at", "stock"], name="lot_newest"),
            models.Index(fields=["state", "spec", "-dropped_at", "stock"], name="lot_of_kind"),
            models.Index(fields=["state", "place", "-dropped_at", "stock"], name="lot_at_place"),
        ]


class LotPhoto(models.Model):
    """A picture of a lot, made small, without anything that says where and with what it was taken."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="photos")
    position = models.PositiveSmallIntegerField()
    image = models.BinaryField()
    small = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=ID)
    at = models.DateTimeField()

    class Meta:
        """One picture at each position."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["lot", "position"], name="lot_photo_once")]


class Reservation(models.Model):
    """Kilograms of a lot that are kept for somebody until a moment; ``commitment``: the promise in the ledger."""

    id = models.CharField(max_length=ID, primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="reservations")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    amount = AmountField()
    taken = AmountField(default=0)
    purpose = models.CharField(max_length=WORD)
    until = models.DateTimeField()
    state = models.CharField(max_length=WORD, default=RESERVED)
    commitment = models.CharField(max_length=128, unique=True)
    made_by = models.CharField(max_length=ID, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Words are few and fixed, nobody reserves nothing; found by its lot and by whose it is."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(RESERVATIONS)), name="reservation_state_known"),
            models.CheckConstraint(condition=Q(purpose__in=sorted(PURPOSES)), name="reservation_purpose_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_of_something"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="reservation_forward"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lot", "until"], name="reservation_open", condition=Q(state=RESERVED)),
            models.Index(fields=["agent", "-made_at"], name="reservation_of_agent"),
        ]


class LotMark(models.Model):
    """What happened to a lot and moved no kilogram of it: held back, released, said to be something else."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="marks")
    at = models.DateTimeField()
    by = models.CharField(max_length=ID, blank=True, default="")
    what = models.CharField(max_length=WORD)
    text = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """In the order in which it was said."""

        ordering = ("at", "pk")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(what__in=sorted(MARKS)), name="lot_mark_known")]


class Transformation(models.Model):
    """A run of a workshop, a process of the ledger: what it lost (or gained, below zero), as what, and why so much."""

    process = models.CharField(max_length=128, primary_key=True)
    work = models.CharField(max_length=ID)
    place = models.CharField(max_length=ID, blank=True, default="")
    taken = AmountField()
    made = AmountField()
    loss = AmountField()
    lost_as = models.CharField(max_length=WORD, blank=True, default="")
    why = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=ID, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        """What went in is what came out and what was lost."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(taken=F("made") + F("loss")), name="transformation_adds_up"),
        ]


class WasteExit(models.Model):
    """Kilograms of a lot that left the village as waste: with whom, to what end, by which paper."""

    event = models.CharField(max_length=128, primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="exits")
    kg = AmountField()
    exchange = models.CharField(max_length=ID)
    carrier = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=WORD)
    certificate = models.CharField(max_length=80, blank=True, default="")
    by = models.CharField(max_length=ID, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        """The newest first; what leaves has a weight and an end."""

        ordering = ("-at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channel__in=sorted(CHANNELS)), name="waste_channel_known"),
            models.CheckConstraint(condition=Q(kg__gt=0), name="waste_weighs_something"),
        ]
