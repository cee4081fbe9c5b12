"""The tables of the ledger. Records, events, postings and keepings are only ever added; stocks, promises, processes
and the head are what they add up to, kept beside them in the same transaction. The rules that no path can pass by
(append only, sums, no overdraft, no overlap) are triggers and constraints: see ``guards``.
"""

from __future__ import annotations

from django.db import models

from wikivillage.web.fields import AmountField, NumberField, SumField

ID, WORD, UNIT, HASH = 128, 64, 32, 64
STOCK_ID = 400
"""The account of what is elsewhere is called by its agent, kind and unit."""


class Record(models.Model):
    """An entry as it was written down: its canonical text, when, by whom, sealed with the record before it."""

    number = NumberField(primary_key=True)
    kind = models.CharField(max_length=16)
    id = models.CharField(max_length=ID, unique=True)
    body = models.TextField()
    body_hash = models.CharField(max_length=HASH)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+", db_index=False)
    previous = models.CharField(max_length=HASH)
    hash = models.CharField(max_length=HASH)

    class Meta:
        """Records in their order."""

        ordering = ("number",)


class Event(models.Model):
    """What an event says, in columns to ask by. ``happened_at`` may be long before it was recorded."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, db_column="number", related_name="event")
    id = models.CharField(max_length=ID, unique=True)
    action = models.CharField(max_length=20)
    provider = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    receiver = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+", db_index=False)
    resource = models.CharField(max_length=STOCK_ID, null=True)
    to_resource = models.CharField(max_length=STOCK_ID, null=True)
    spec = models.CharField(max_length=ID, null=True)
    quantity = AmountField(null=True)
    unit = models.CharField(max_length=UNIT, null=True)
    effort = AmountField(null=True)
    effort_unit = models.CharField(max_length=UNIT, null=True)
    input_of = models.CharField(max_length=ID, null=True)
    output_of = models.CharField(max_length=ID, null=True)
    happened_at = models.DateTimeField(db_index=True)
    corrects = models.CharField(max_length=ID, null=True)
    previous = models.CharField(max_length=ID, null=True)

    class Meta:
        """Only what is asked for often is indexed: every index is paid for by every event."""

        ordering = ("record",)
        indexes = (
            models.Index(fields=("input_of",), name="event_input", condition=models.Q(input_of__isnull=False)),
            models.Index(fields=("output_of",), name="event_output", condition=models.Q(output_of__isnull=False)),
            models.Index(fields=("corrects",), name="event_corrects", condition=models.Q(corrects__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                name="negative_only_to_correct",
                condition=models.Q(corrects__isnull=False)
                | (
                    (models.Q(quantity__isnull=True) | models.Q(quantity__gte=0))
                    & (models.Q(effort__isnull=True) | models.Q(effort__gte=0))
                ),
            ),
            models.CheckConstraint(
                name="an_amount_has_a_unit",
                condition=(models.Q(quantity__isnull=True) | models.Q(unit__isnull=False))
                & (models.Q(effort__isnull=True) | models.Q(effort_unit__isnull=False)),
            ),
            models.CheckConstraint(
                name="input_or_output", condition=models.Q(input_of__isnull=True) | models.Q(output_of__isnull=True)
            ),
        )


class Posting(models.Model):
    """What one event changed in one record, in the record's own sequence, and where that left it."""

    record = models.ForeignKey(Record, models.PROTECT, db_column="number", related_name="postings")
    resource = models.CharField(max_length=STOCK_ID)
    sequence = models.BigIntegerField()
    accounting_change = AmountField()
    onhand_change = AmountField()
    accounting = AmountField()
    onhand = AmountField()

    class Meta:
        """One posting for each number of the sequence."""

        ordering = ("resource", "sequence")
        constraints = (models.UniqueConstraint(fields=("resource", "sequence"), name="posting_in_sequence"),)


class Stock(models.Model):
    """A record of a resource as it stands: the sum of its postings, and what its events said of it."""

    id = models.CharField(max_length=STOCK_ID, primary_key=True)
    unit = models.CharField(max_length=UNIT)
    spec = models.CharField(max_length=ID, db_index=True)
    accounting = AmountField()
    onhand = AmountField()
    primary_accountable = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    custodian = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    location = models.CharField(max_length=ID, null=True)
    stage = models.CharField(max_length=ID, null=True)
    state = models.CharField(max_length=200, null=True)
    contained_in = models.CharField(max_length=STOCK_ID, null=True)
    inside = AmountField(default=0)
    classified_as = models.JSONField(default=list)
    effort_unit = models.CharField(max_length=UNIT, null=True)
    lot = models.CharField(max_length=ID, null=True)
    tracking = models.CharField(max_length=ID, null=True)
    allow_negative = models.BooleanField(default=False)
    elsewhere = models.BooleanField(default=False)
    sequence = models.BigIntegerField(default=0)
    last_event = models.CharField(max_length=ID, null=True)
    created_in = models.BigIntegerField()

    class Meta:
        """What is owned or on hand is not below zero unless the record says so."""

        ordering = ("-created_in", "id")
        indexes = (
            models.Index(fields=("contained_in",), name="stock_inside", condition=models.Q(contained_in__isnull=False)),
            models.Index(fields=("-created_in", "id"), name="stock_newest"),
        )
        constraints = (
            models.CheckConstraint(
                name="no_stock_below_zero",
                condition=models.Q(allow_negative=True) | (models.Q(accounting__gte=0) & models.Q(onhand__gte=0)),
            ),
        )


class Promise(models.Model):
    """A commitment or a claim, and how far it is kept. ``counts``: it takes something of its resource from others.

    ``booking``: it occupies its resource from ``begin`` to ``end``; ``single``: of which there is only one.
    """

    record = models.OneToOneField(Record, models.PROTECT, db_column="number", related_name="promise")
    id = models.CharField(max_length=ID, primary_key=True)
    kind = models.CharField(max_length=16)
    resource = models.CharField(max_length=STOCK_ID, null=True)
    amount = AmountField()
    unit = models.CharField(max_length=UNIT)
    delivered = AmountField(default=0)
    ended = models.CharField(max_length=16, null=True)
    counts = models.BooleanField(default=False)
    booking = models.BooleanField(default=False)
    single = models.BooleanField(default=False)
    lapsed = models.BooleanField(default=False)
    begin = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)

    class Meta:
        """Those that count against a resource are looked for whenever something is taken from it."""

        ordering = ("-record",)
        indexes = (
            models.Index(
                fields=("resource", "begin"),
                name="promise_counts",
                condition=models.Q(counts=True, ended__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="a_booking_has_a_length", condition=models.Q(booking=False) | models.Q(begin__lt=models.F("end"))
            ),
            models.CheckConstraint(name="amount_not_negative", condition=models.Q(amount__gte=0)),
        )


class Keeping(models.Model):
    """That an event counted towards a promise, and how much."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="keepings")
    record = models.ForeignKey(Record, models.PROTECT, db_column="number", related_name="keepings")
    event = models.CharField(max_length=ID)
    amount = AmountField()

    class Meta:
        """In the order of recording."""

        ordering = ("record",)
        constraints = (models.UniqueConstraint(fields=("promise", "record"), name="one_keeping_each"),)


class Process(models.Model):
    """A process and what it has in hand: by resource, the action that took it and how much."""

    id = models.CharField(max_length=ID, primary_key=True)
    record = models.OneToOneField(Record, models.PROTECT, db_column="number", related_name="process")
    based_on = models.CharField(max_length=ID, null=True)
    name = models.CharField(max_length=200, null=True)
    at = models.CharField(max_length=ID, null=True)
    held = models.JSONField(default=dict)


class Note(models.Model):
    """A remark on an entry. It is outside the chain: it can be changed, and is erased with its author."""

    entry = models.CharField(max_length=ID, primary_key=True)
    text = models.TextField()
    author = models.ForeignKey("registry.Agent", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()


class Head(models.Model):
    """The end of the chain, in one row. Whoever writes locks it last: so numbers are in order and without gaps."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HASH)
    closed_until = models.DateTimeField(null=True)


class DaySum(models.Model):
    """What the events of a local day come to that are alike in all but time and amount. Derived: see ``day_sums``.

    What an event does not say is the empty text. ``key`` is the digest of all that they have in common.
    """

    key = models.CharField(max_length=32, unique=True)
    day = models.DateField(db_index=True)
    action = models.CharField(max_length=20)
    spec = models.CharField(max_length=ID)
    unit = models.CharField(max_length=UNIT)
    effort_unit = models.CharField(max_length=UNIT)
    resource = models.CharField(max_length=STOCK_ID)
    to_resource = models.CharField(max_length=STOCK_ID)
    input_of = models.CharField(max_length=ID)
    output_of = models.CharField(max_length=ID)
    provider = models.CharField(max_length=WORD)
    receiver = models.CharField(max_length=WORD)
    quantity = SumField()
    effort = SumField()
    events = models.BigIntegerField()

    class Meta:
        """Days in order."""

        ordering = ("day", "pk")


class SummedUntil(models.Model):
    """How far the records are in the sums of the days, in one row, and by whose clock the days were cut."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    zone = models.CharField(max_length=64, blank=True, default="")


class CalendarLink(models.Model):
    """A secret address under which somebody's calendar reads their promises; only its digest is kept."""

    agent = models.ForeignKey("registry.Agent", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """One that opens for each agent; those that ended stay, and open nothing."""

        constraints = (
            models.UniqueConstraint(
                fields=("agent",), condition=models.Q(revoked_at__isnull=True), name="one_calendar_link_each"
            ),
        )
