"""Questions to letters and inboxes: what waits, what fails, what somebody was told and how. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from wikivillage.web.notices.kinds import KINDS
from wikivillage.web.notices.models import Letter, Notice, Preference
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Guardianship, Identity, Membership, RoleGrant
from wikivillage.web.registry.roles import CIRCLE_LEAD, STEWARD
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION

LATE = timedelta(minutes=1)
"""A letter that is older than this and has not left is late."""


def waiting() -> QuerySet[Letter]:
    """Letters that were not tried yet, oldest first."""
    return Letter.objects.filter(sent_at=None, last_error="").order_by("made_at")


def failing() -> QuerySet[Letter]:
    """Letters that the mail server did not take, oldest first."""
    return Letter.objects.filter(sent_at=None).exclude(last_error="").order_by("made_at")


def sent() -> QuerySet[Letter]:
    """Letters that left, newest first."""
    return Letter.objects.exclude(sent_at=None).order_by("-sent_at")


def letters_of(agent: str) -> QuerySet[Letter]:
    """Letters to somebody, newest first."""
    return Letter.objects.filter(agent=agent)


def newest_to(address: str) -> Letter | None:
    """The newest letter to an address: what a demonstration shows to whoever waits for it."""
    return Letter.objects.filter(to__iexact=address).first()


def letters_are_late(at: datetime) -> bool:
    """Whether letters do not leave now, so that nobody waits for one without knowing why."""
    if settings.DEMONSTRATION:
        return False
    return not settings.EMAIL_HOST or failing().exists() or waiting().filter(made_at__lt=at - LATE).exists()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: where letters reach them, empty where nowhere, and in which language."""

    agent: str
    email: str
    language: str


def readers_of(agent: str, at: datetime) -> list[Reader]:
    """Who is told what is meant for an agent: the people of a household, those who answer for an organisation.

    A ward's guardians are told too; who was erased is told nothing.
    """
    kind = Agent.objects.filter(pk=agent, erased_at=None).values_list("kind", flat=True).first()
    if kind is None:
        return []
    found = _people_of(agent, kind, at) if kind in (HOUSEHOLD, ORGANISATION) else _with_guardians(agent, at)
    known = Identity.objects.filter(agent__in=found or [agent], agent__erased_at=None).order_by("agent")
    rows = known.values_list("agent", "email", "language")
    return [Reader(pk, email, language or settings.LANGUAGE_CODE) for pk, email, language in rows]


def _people_of(body: str, kind: str, at: datetime) -> list[str]:
    """Everybody of a household; of an organisation those who lead something, or everybody where nobody does."""
    people = list(Membership.objects.filter(holding(at), body=body).values_list("agent", flat=True))
    if kind == HOUSEHOLD:
        return people
    leading = RoleGrant.objects.filter(holding(at), agent__in=people, word__in=(STEWARD, CIRCLE_LEAD))
    return sorted(set(leading.values_list("agent", flat=True))) or people


def _with_guardians(person: str, at: datetime) -> list[str]:
    return [person, *Guardianship.objects.filter(holding(at), ward=person).values_list("guardian", flat=True)]


def inbox(agent: str) -> QuerySet[Notice]:
    """What somebody was told: unread first, then newest first."""
    unread_first = F("read_at").desc(nulls_first=True)
    return Notice.objects.filter(agent=agent).order_by(unread_first, "-made_at", "-pk")


def unread_count(agent: str) -> int:
    """How much somebody did not read yet."""
    return Notice.objects.filter(agent=agent, read_at=None).count()


def ways_of(agent: str) -> dict[str, str]:
    """How each kind of notices comes to somebody by letter: as they chose, else as is usual."""
    chosen = dict(Preference.objects.filter(agent=agent).values_list("kind", "way"))
    return {kind: chosen.get(kind, words.way) for kind, words in KINDS.items()}


def way_of(agent: str, kind: str) -> str:
    """How one kind comes to somebody by letter."""
    return Preference.objects.filter(agent=agent, kind=kind).values_list("way", flat=True).first() or KINDS[kind].way


def for_the_digest(before: datetime) -> list[str]:
    """Whoever was told something before a moment that waits for the letter of the day, unread."""
    rows = Notice.objects.filter(way="daily", lettered_at=None, read_at=None, made_at__lt=before)
    return sorted(set(rows.values_list("agent", flat=True)))


def address_of(agent: str) -> str:
    """Where letters reach somebody, empty where nowhere."""
    return Identity.objects.filter(agent=agent).values_list("email", flat=True).first() or ""
