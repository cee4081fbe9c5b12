"""The tables of mutual help: offers and needs with their answers, tools and loans, repairs, hours from one to another.

What was promised and what happened stands in the ledger: a wish is one of its intents, an answer that was agreed and a
loan are its commitments, hours are its transfers. Only the actions write here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.fields import AmountField

ID = 64
WORD = 16
LINE = 120
SAID = 1000


class Wish(models.Model):
    """An offer or a need; its id is that of the intent in the ledger. ``spec``: the kind of a material."""

    id = models.CharField(max_length=ID, primary_key=True)
    side = models.CharField(max_length=WORD)
    what = models.CharField(max_length=WORD)
    spec = models.CharField(max_length=ID, blank=True, default="")
    title = models.CharField(max_length=LINE)
    text = models.CharField(max_length=SAID, blank=True, default="")
    amount = AmountField()
    unit = models.CharField(max_length=WORD)
    place = models.CharField(max_length=ID, blank=True, default="")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    until = models.DateTimeField()
    state = models.CharField(max_length=WORD, default=words.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Words are few and fixed, nobody wishes nothing; the newest first, found by side and by what is meant."""

        ordering = ("-made_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(side__in=sorted(words.SIDES)), name="wish_side_known"),
            models.CheckConstraint(condition=Q(what__in=sorted(words.WHATS)), name="wish_what_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(words.WISH_STATES)), name="wish_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="wish_of_something"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="wish_forward"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "side", "what", "-made_at"], name="wish_newest"),
            models.Index(fields=["agent", "-made_at"], name="wish_of_agent"),
            models.Index(fields=["until"], name="wish_ends", condition=Q(state=words.OPEN)),
        ]


class Answer(models.Model):
    """That somebody would give what a wish asks for, or take what it offers; once agreed, a commitment of this id."""

    id = models.CharField(max_length=ID, primary_key=True)
    wish = models.ForeignKey(Wish, models.PROTECT, related_name="answers")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    amount = AmountField()
    text = models.CharField(max_length=SAID, blank=True, default="")
    reply = models.CharField(max_length=SAID, blank=True, default="")
    state = models.CharField(max_length=WORD, default=words.ASKED)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody answers a wish twice at a time."""

        ordering = ("made_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(words.ANSWER_STATES)), name="answer_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="answer_with_something"),
            models.UniqueConstraint(
                fields=["wish", "agent"],
                condition=Q(state__in=[words.ASKED, words.AGREED]),
                name="one_answer_at_a_time",
            ),
        ]


class Tool(models.Model):
    """A thing that is lent; ``stock`` is the one piece in the ledger. ``qualification``: what one must have learnt."""

    id = models.CharField(max_length=ID, primary_key=True)
    stock = models.CharField(max_length=128, unique=True)
    name_en = models.CharField(max_length=LINE)
    name_fr = models.CharField(max_length=LINE)
    about_en = models.CharField(max_length=SAID, blank=True, default="")
    about_fr = models.CharField(max_length=SAID, blank=True, default="")
    place = models.CharField(max_length=ID, blank=True, default="")
    shelf = models.CharField(max_length=40, blank=True, default="")
    owner = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    qualification = models.CharField(max_length=ID, blank=True, default="")
    longest_days = models.PositiveSmallIntegerField(default=7)
    condition = models.CharField(max_length=WORD, default=words.GOOD)
    state = models.CharField(max_length=WORD, default=words.READY)
    made_at = models.DateTimeField()

    class Meta:
        """Words are few and fixed; in the order of their names."""

        ordering = ("name_fr", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(words.TOOL_STATES)), name="tool_state_known"),
            models.CheckConstraint(condition=Q(condition__in=sorted(words.CONDITIONS)), name="tool_condition_known"),
            models.CheckConstraint(condition=Q(longest_days__gte=1, longest_days__lte=28), name="tool_days_sane"),
        ]


class Loan(models.Model):
    """That somebody has a tool from a moment to another: the booking of this id in the ledger.

    ``reminded``: how many steps of the ladder for what is late were told.
    """

    id = models.CharField(max_length=ID, primary_key=True)
    tool = models.ForeignKey(Tool, models.PROTECT, related_name="loans")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    begin = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=WORD, default=words.RESERVED)
    condition_out = models.CharField(max_length=WORD, blank=True, default="")
    condition_in = models.CharField(max_length=WORD, blank=True, default="")
    note_out = models.CharField(max_length=300, blank=True, default="")
    note_in = models.CharField(max_length=300, blank=True, default="")
    out_at = models.DateTimeField(null=True)
    in_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=ID, blank=True, default="")

    class Meta:
        """A tool is out once at a time; what is back was out."""

        ordering = ("-begin", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(words.LOAN_STATES)), name="loan_state_known"),
            models.CheckConstraint(condition=Q(due__gt=F("begin")), name="loan_forward"),
            models.CheckConstraint(condition=Q(in_at=None) | Q(out_at__lte=F("in_at")), name="loan_back_after_out"),
            models.UniqueConstraint(fields=["tool"], condition=Q(state=words.OUT), name="tool_out_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-begin"], name="loan_of_agent"),
            models.Index(fields=["due"], name="loan_due", condition=Q(state__in=[words.RESERVED, words.OUT])),
        ]


class RepairDay(models.Model):
    """A day on which people repair together: the occurrence of this id in the diary; its sums once it is closed."""

    id = models.CharField(max_length=ID, primary_key=True)
    title = models.CharField(max_length=LINE)
    place = models.CharField(max_length=ID, blank=True, default="")
    begin = models.DateTimeField()
    end = models.DateTimeField()
    made_by = models.CharField(max_length=ID, blank=True, default="")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=ID, blank=True, default="")
    sums = models.JSONField(null=True)

    class Meta:
        """The next first; what is closed has its sums."""

        ordering = ("-begin", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("begin")), name="repair_day_forward"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(sums__isnull=False), name="closed_day_has_sums"),
        ]


class RepairTicket(models.Model):
    """Something to be repaired, for a day or for whenever; ``tool`` where it is one that is lent.

    ``unweighed``: nobody could weigh it, so that it counts as a repair and not in kilograms.
    """

    id = models.CharField(max_length=ID, primary_key=True)
    day = models.ForeignKey(RepairDay, models.PROTECT, null=True, related_name="tickets")
    tool = models.ForeignKey(Tool, models.PROTECT, null=True, related_name="tickets")
    agent = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    device = models.CharField(max_length=LINE)
    category = models.CharField(max_length=WORD)
    weight_kg = AmountField(null=True)
    unweighed = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=WORD, default=words.WAITING)
    barrier = models.CharField(max_length=WORD, blank=True, default="")
    minutes = models.PositiveIntegerField(null=True)
    said = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Words are few and fixed; a weight is a weight."""

        ordering = ("made_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(words.TICKET_STATES)), name="ticket_state_known"),
            models.CheckConstraint(condition=Q(category__in=sorted(words.CATEGORIES)), name="ticket_category_known"),
            models.CheckConstraint(condition=Q(barrier__in=sorted(words.BARRIERS)), name="ticket_barrier_known"),
            models.CheckConstraint(condition=Q(weight_kg=None) | Q(weight_kg__gt=0), name="ticket_weighs_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "made_at"], name="ticket_waiting")]


class HourGift(models.Model):
    """Hours that one gave to another; ``told_by`` one of them, and counted once the other has confirmed."""

    id = models.CharField(max_length=ID, primary_key=True)
    giver = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    taker = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    hours = AmountField()
    what = models.CharField(max_length=LINE)
    day = models.DateField()
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="gifts")
    state = models.CharField(max_length=WORD, default=words.TOLD)
    told_by = models.ForeignKey("registry.Agent", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Nobody gives hours to themselves, or none."""

        ordering = ("-day", "-told_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(words.GIFT_STATES)), name="gift_state_known"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="gift_of_something"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="gift_to_another"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["giver", "-day"], name="gift_of_giver"),
            models.Index(fields=["taker", "-day"], name="gift_of_taker"),
        ]
