"""The tables of the meters. Readings are only ever added; intervals that were closed are corrected, never removed;
hourly and daily sums can be made again from the readings. Only ``actions`` writes them; see ``guards`` for what the
database itself refuses.
"""

from __future__ import annotations

from django.db import models

from wikivillage.web.fields import AmountField
from wikivillage.web.meters.lengths import ID, METER, REGISTER, UNIT, WORD


class Meter(models.Model):
    """A device that counts: where it is, whose it is (a pseudonym), and the digest of the token by which it pushes."""

    id = models.CharField(max_length=METER, primary_key=True)
    name = models.TextField(blank=True, default="")
    place = models.CharField(max_length=64, blank=True, default="")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class Register(models.Model):
    """One count of a meter: how it is read, what an interval of it becomes in the ledger, and how far that is done.

    ``grid``: how long the intervals are that close. ``action`` is null where the ledger is not concerned.
    ``allow_negative``: the stock stands for the grid or the mains, and may owe. ``stale_from`` to ``stale_until``:
    the time of which readings came since it was last closed.
    """

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="registers")
    name = models.CharField(max_length=REGISTER)
    resource = models.CharField(max_length=ID)
    unit = models.CharField(max_length=UNIT)
    kind = models.CharField(max_length=WORD)
    multiplier = AmountField(default=1)
    rolls_over_at = AmountField(null=True)
    reset_share = AmountField()
    dip = models.CharField(max_length=WORD)
    largest_step_per_hour = AmountField(null=True)
    interval_minutes = models.PositiveIntegerField()
    gap_after = models.PositiveIntegerField()
    decimals = models.PositiveIntegerField()
    timezone = models.CharField(max_length=64)
    installed = models.DateTimeField()
    grid = models.CharField(max_length=WORD)
    action = models.CharField(max_length=WORD, null=True)
    provider = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+")
    stock = models.CharField(max_length=ID, null=True)
    to_stock = models.CharField(max_length=ID, null=True)
    allow_negative = models.BooleanField(default=False)
    input_of = models.CharField(max_length=ID, null=True)
    output_of = models.CharField(max_length=ID, null=True)
    last_at = models.DateTimeField(null=True)
    last_value = AmountField(null=True)
    stale_from = models.DateTimeField(null=True)
    stale_until = models.DateTimeField(null=True)

    class Meta:
        """A meter has each register once."""

        ordering = ("meter", "name")
        constraints = (models.UniqueConstraint(fields=("meter", "name"), name="register_once"),)


class Batch(models.Model):
    """What became of the readings that came in together."""

    at = models.DateTimeField()
    source = models.TextField()
    new = models.PositiveIntegerField()
    duplicate = models.PositiveIntegerField()
    conflicting = models.PositiveIntegerField()
    quarantined = models.PositiveIntegerField()


class Reading(models.Model):
    """What a register showed, in its unit. ``stamped``: the meter did not say when, so ``at`` is its arrival."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="readings", db_index=False)
    at = models.DateTimeField()
    value = AmountField()
    received_at = models.DateTimeField()
    source = models.TextField()
    stamped = models.BooleanField(default=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        """One reading for each register and time."""

        ordering = ("register", "at")
        constraints = (models.UniqueConstraint(fields=("register", "at"), name="one_reading_each_time"),)


class Conflict(models.Model):
    """A value that came for a time that has another one; ``times`` counts how often."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="conflicts")
    at = models.DateTimeField()
    value = AmountField()
    kept = AmountField()
    source = models.TextField()
    first_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        """The same conflict once, however often it comes."""

        constraints = (models.UniqueConstraint(fields=("register", "at", "value"), name="one_conflict_each_value"),)


class Quarantine(models.Model):
    """What was refused, as it came, and why. ``is_reading``: ``raw`` is a reading that could be tried again."""

    digest = models.CharField(max_length=64, unique=True)
    raw = models.TextField()
    is_reading = models.BooleanField()
    code = models.CharField(max_length=64)
    where = models.TextField()
    what = models.TextField()
    hint = models.TextField(blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=WORD, blank=True, default="")


class ClosedInterval(models.Model):
    """An interval that was closed: what it came to at first (``quantity``) and with its corrections (``net``), from
    which pair of readings. ``event`` is in the ledger, ``back`` the one that gives back what counted below zero.

    ``baseline`` is what the next step counts from.
    """

    id = models.UUIDField(primary_key=True)
    register = models.ForeignKey(Register, models.PROTECT, related_name="intervals", db_index=False)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    quantity = AmountField()
    net = AmountField()
    quality = models.CharField(max_length=WORD)
    rules = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    first_value = AmountField()
    last_at = models.DateTimeField()
    last_value = AmountField()
    baseline = AmountField()
    event = models.CharField(max_length=ID, null=True, unique=True)
    back = models.CharField(max_length=ID, null=True, unique=True)
    closed_at = models.DateTimeField()

    class Meta:
        """Intervals of a register in order."""

        ordering = ("register", "begin")
        constraints = (models.UniqueConstraint(fields=("register", "begin"), name="one_interval_each_begin"),)


class Correction(models.Model):
    """A signed amount that late readings added to a closed interval, the ``number``-th of its chain."""

    id = models.UUIDField(primary_key=True)
    interval = models.ForeignKey(ClosedInterval, models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    corrects = models.UUIDField()
    amount = AmountField()
    quantity = AmountField()
    at = models.DateTimeField()

    class Meta:
        """In the order of the chain."""

        ordering = ("interval", "number")
        constraints = (models.UniqueConstraint(fields=("interval", "number"), name="corrections_in_a_chain"),)


class CorrectionEvent(models.Model):
    """An event of the ledger that a correction made: it has one, or two where an amount changed its sign."""

    event = models.CharField(max_length=ID, primary_key=True)
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="events")


class RollUp(models.Model):
    """What a register counted in a local hour or day: derived, and made again by ``rebuild``."""

    id = models.UUIDField(primary_key=True)
    register = models.ForeignKey(Register, models.PROTECT, related_name="+", db_index=False)
    grid = models.CharField(max_length=WORD)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    quantity = AmountField()
    quality = models.CharField(max_length=WORD)
    rules = models.CharField(max_length=64)

    class Meta:
        """Sums of a register in order."""

        ordering = ("register", "grid", "begin")
        constraints = (models.UniqueConstraint(fields=("register", "grid", "begin"), name="one_sum_each_begin"),)
