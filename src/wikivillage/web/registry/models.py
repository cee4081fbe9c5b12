"""The tables of the registry. Names of agents are in one table that can be erased; everything else keeps pseudonyms.

Only ``actions`` writes them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wikivillage.web.registry.roles import CIRCLE, PLACE, ROLES, VILLAGE
from wikivillage.web.registry.tree_field import TreeField
from wikivillage.web.registry.words import KINDS, PURPOSES


class Agent(models.Model):
    """Who acts, without a name. ``listed``: the village file names them, at ``position``. Never deleted."""

    pseudonym = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    listed = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        """Kinds are few and fixed."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=sorted(KINDS)), name="agent_kind_known")
        ]


class Identity(models.Model):
    """What says who an agent is: the only table with personal data. ``handle`` is what programs call the agent.

    ``language`` is that of letters to them, empty where they never said.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    handle = models.CharField(max_length=64, unique=True)
    name = models.TextField()
    email = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")


class Token(models.Model):
    """A key to the API. Its secret is shown once and kept only as a digest; ``scopes`` is a sorted list of words."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    label = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class Place(models.Model):
    """Somewhere, as pages ask for it; ``tree`` is its entry in the village file, with pseudonyms for agents."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.PositiveIntegerField()
    name_en = models.TextField()
    name_fr = models.TextField()
    floor = models.IntegerField(null=True)
    area_m2 = models.FloatField(null=True)
    use = models.TextField(null=True)
    run_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="places")
    inside = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="parts")
    tree = TreeField()


class ResourceKind(models.Model):
    """A kind of thing that flows, of the village (in its file) or of the library (not in its file)."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.PositiveIntegerField()
    name_en = models.TextField()
    name_fr = models.TextField()
    unit = models.TextField()
    tempo = models.CharField(max_length=8)
    loop = models.CharField(max_length=16)
    legal = models.TextField(null=True)
    nature = models.BooleanField()
    origin = models.CharField(max_length=8)
    tree = TreeField()


class RecipeEntry(models.Model):
    """How inputs become outputs, of the village (in its file) or of the library (not in its file)."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.PositiveIntegerField()
    name_en = models.TextField()
    name_fr = models.TextField()
    loop = models.CharField(max_length=16)
    activity_unit = models.TextField()
    size_unit = models.TextField()
    use = models.TextField(null=True)
    origin = models.CharField(max_length=8)
    tree = TreeField()


class Definition(models.Model):
    """An entry of any other section of the village file; ``entry`` is its id, empty where the section is one thing."""

    section = models.CharField(max_length=16)
    entry = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField()
    tree = TreeField()

    class Meta:
        """Ids are unique in their section."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["section", "entry"], name="one_definition_per_entry")]


class DataFile(models.Model):
    """A file that the village reads: its path from the village file, and its content byte by byte."""

    path = models.TextField(unique=True)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()


class Circle(models.Model):
    """A working group. Its id begins with ``circle-``, so that it is never that of a place."""

    id = models.CharField(max_length=64, primary_key=True)
    name_en = models.TextField()
    name_fr = models.TextField()
    purpose = models.TextField(blank=True, default="")


class Membership(models.Model):
    """That somebody belongs to a household, an organisation (both are a ``body``) or a circle, from when to when."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="memberships")
    body = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="members")
    circle = models.ForeignKey(Circle, null=True, on_delete=models.PROTECT, related_name="members")
    role = models.TextField(blank=True, default="")
    votes = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """In one thing at a time, and never over before it began."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(body=None) ^ models.Q(circle=None), name="membership_in_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="membership_forward"
            ),
        ]


class RoleGrant(models.Model):
    """That somebody holds a role, from when to when, in a scope: the village (empty), one circle or one place."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="roles")
    word = models.CharField(max_length=16)
    scope_kind = models.CharField(max_length=8, blank=True, default=VILLAGE)
    scope = models.CharField(max_length=64, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Words are few and fixed, a scope has its kind, and nothing is over before it began."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(word__in=sorted(ROLES)), name="role_known"),
            models.CheckConstraint(
                condition=models.Q(scope_kind=VILLAGE, scope="")
                | (models.Q(scope_kind__in=[CIRCLE, PLACE]) & ~models.Q(scope="")),
                name="role_scope_has_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="role_forward"
            ),
        ]


class Guardianship(models.Model):
    """That somebody acts for a ward, such as a child, from when to when."""

    ward = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="guardians")
    guardian = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="wards")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """Nobody guards themselves, and nothing is over before it began."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(ward=models.F("guardian")), name="guardian_is_another"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="guardian_forward"
            ),
        ]


class Consent(models.Model):
    """That somebody agrees to one use of what is known of them; ``given_by`` a guardian, empty for themselves."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=16)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Purposes are few and fixed; what was withdrawn may be given again, but one thing is not given twice."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(purpose__in=sorted(PURPOSES)), name="consent_purpose_known"),
            models.UniqueConstraint(
                fields=["agent", "purpose"], condition=models.Q(withdrawn_at=None), name="one_consent_at_a_time"
            ),
        ]


class Agreement(models.Model):
    """That some agents agree to terms: ``kind`` and version, from when to when; it counts once all signed."""

    kind = models.CharField(max_length=32)
    terms_version = models.CharField(max_length=32)
    terms = models.TextField(blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        """Nothing is over before it began."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="agreement_forward"
            ),
        ]


class AgreementParty(models.Model):
    """A party of an agreement, and when they signed; ``signed_by`` who did it for them, empty for themselves."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="agreements")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """Nobody is a party twice."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "agent"], name="one_party_of_an_agreement")
        ]


class Qualification(models.Model):
    """That somebody may do something after a training: a kind of machine or task, at a level, from when to when."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="qualifications")
    subject = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Levels count from 1, and nothing is over before it began."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=3), name="qualification_level_known"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="qualification_forward"
            ),
        ]


class FormKey(models.Model):
    """A form that was sent, by the key that it carries: sending it again makes nothing, and shows what was ``made``."""

    key = models.CharField(max_length=64, primary_key=True)
    made = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()


class PendingFile(models.Model):
    """A village file that was handed in and waits to be confirmed; its text goes when it is loaded, or after a day."""

    id = models.CharField(max_length=32, primary_key=True)
    by = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="pending_files")
    at = models.DateTimeField()
    name = models.TextField()
    text = models.TextField()
    loaded_at = models.DateTimeField(null=True)


class Change(models.Model):
    """The trace of what was written in this room: when, by whom (a pseudonym, or nobody known), and about whom."""

    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
