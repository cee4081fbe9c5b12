"""The tables of prices: versions of rules, income brackets without incomes, and prices that were promised for a while.

Only ``actions`` writes them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.tree_field import TreeField

PROPOSED, ACTIVE, WITHDRAWN = "proposed", "active", "withdrawn"
STATES = (PROPOSED, ACTIVE, WITHDRAWN)


class PolicyVersion(models.Model):
    """One version of the price rule of a service. What it says never changes; it counts once it is active.

    ``id`` is the service, a hyphen and the version; ``decided_by`` says in words who decided it.
    """

    id = models.CharField(max_length=64, primary_key=True)
    service = models.CharField(max_length=48)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    tree = TreeField()
    valid_from = models.DateField()
    state = models.CharField(max_length=16, default=PROPOSED)
    decided_by = models.TextField()
    why_en = models.TextField()
    why_fr = models.TextField()
    proposed_by = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField()
    activated_by = models.CharField(max_length=64, blank=True, default="")
    activated_at = models.DateTimeField(null=True)

    class Meta:
        """A service has each version once; states are few and fixed."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "version"], name="price_version_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="price_state_known"),
        ]


class PriceBand(models.Model):
    """The income bracket of a person or household, by a certificate of a day, and until when it counts."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="price_bands")
    band = models.PositiveSmallIntegerField()
    scale = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="bands")
    certificate_on = models.DateField()
    valid_until = models.DateField()
    checked_by = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is in two brackets, brackets count from 1, and none is over before its certificate."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent"], condition=models.Q(ended_at=None), name="one_band_at_a_time"),
            models.CheckConstraint(condition=models.Q(band__gte=1), name="band_from_one"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("certificate_on")), name="band_forward"
            ),
        ]


class Declaration(models.Model):
    """The family quotient that somebody wrote down to be checked: the only table with an income, and it goes after it.

    Cents a month.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="declaration")
    quotient_cents = models.PositiveBigIntegerField()
    certificate_on = models.DateField()
    at = models.DateTimeField()


class FrozenQuote(models.Model):
    """A price that was promised to somebody for some minutes: on which facts, by which lines.

    ``used_by`` says for what it was used, in the words of the room that asked: ``booking:7F3K``.
    """

    id = models.CharField(max_length=32, primary_key=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="quotes")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="quotes")
    facts = TreeField()
    lines = TreeField()
    total_cents = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=128, blank=True, default="")

    class Meta:
        """No price is negative, and what was used was used for something."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(total_cents__gte=0), name="quote_not_negative"),
            models.CheckConstraint(
                condition=models.Q(used_at=None, used_by="")
                | (models.Q(used_at__isnull=False) & ~models.Q(used_by="")),
                name="quote_used_for_something",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agent", "-made_at"], name="quotes_of_an_agent")]
