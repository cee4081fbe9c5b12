"""Questions about agreements and qualifications. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Agreement, Qualification


def agreement_of(agent: Agent, kind: str, *, at: datetime, terms_version: str = "") -> Agreement | None:
    """The agreement of a kind that somebody is in at a moment, signed by all; with a version only that one."""
    rows = Agreement.objects.filter(holding(at), parties__agent=agent, kind=kind, signed_at__lte=at)
    wanted = rows.filter(terms_version=terms_version) if terms_version else rows
    found: Agreement | None = wanted.order_by("-since").first()
    return found


def agreements_of(agents: Iterable[str] | None = None) -> list[Agreement]:
    """Agreements of some agents, or all, the newest first, with their parties."""
    rows = Agreement.objects.all() if agents is None else Agreement.objects.filter(parties__agent__in=list(agents))
    return list(rows.distinct().prefetch_related("parties").order_by("-made_at", "-pk")[:200])


def qualification_of(agent: Agent, subject: str, *, at: datetime, level: int = 1) -> Qualification | None:
    """What shows that somebody is trained at least so far at a moment, or None."""
    rows = Qualification.objects.filter(holding(at), agent=agent, subject=subject, level__gte=level)
    found: Qualification | None = rows.order_by("-level").first()
    return found


def last_qualification(agent: Agent, subject: str) -> Qualification | None:
    """The newest qualification of somebody for something, also one that is over: to tell since when."""
    rows = Qualification.objects.filter(agent=agent, subject=subject)
    found: Qualification | None = rows.order_by("-since", "-level").first()
    return found


def qualifications_of(agents: Iterable[str] | None = None, *, at: datetime) -> list[Qualification]:
    """Qualifications of some agents, or all, that hold or will, by what they are for."""
    rows = Qualification.objects.exclude(until__lte=at)
    wanted = rows if agents is None else rows.filter(agent__in=list(agents))
    return list(wanted.order_by("subject", "-level", "since")[:500])
