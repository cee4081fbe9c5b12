"""Questions about prices: which rule holds, which bracket somebody is in, what was promised. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from wikivillage.web.prices.facts import Band, Facts, Item
from wikivillage.web.prices.models import ACTIVE, PROPOSED, Declaration, FrozenQuote, PolicyVersion, PriceBand
from wikivillage.web.prices.policies import ORGANISATION, PERSON, Policy, Scale
from wikivillage.web.prices.trees import read_policy
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Membership
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import HOUSEHOLD

FIRST = {"rooms": 0, "machines": 1, "materials": 2}
BANDS = "bands"
"""The service under which the scale of the brackets is kept."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule: the row, and what it says."""

    row: PolicyVersion
    policy: Policy


def village_day(at: datetime) -> date:
    """The day of a moment on the clocks of the village."""
    return at.astimezone(ZoneInfo(village_here().zone)).date()


def policy_of(row: PolicyVersion) -> Policy:
    """What a version says."""
    return read_policy(row.tree, service=row.service, version=row.version, valid_from=row.valid_from)


def version_for(service: str, at: datetime) -> PolicyVersion | None:
    """The version that holds at a moment: the newest of those that have begun."""
    begun = PolicyVersion.objects.filter(service=service, state=ACTIVE, valid_from__lte=village_day(at))
    found: PolicyVersion | None = begun.order_by("-valid_from", "-version").first()
    return found


def policy_for(service: str, at: datetime) -> Policy | None:
    """The rule of a service at a moment, or None where nobody decided one."""
    row = version_for(service, at)
    return None if row is None else policy_of(row)


def scale_at(at: datetime) -> tuple[PolicyVersion, Scale] | None:
    """The limits of the brackets at a moment, with their version."""
    row = version_for(BANDS, at)
    sharing = policy_of(row).sharing if row else None
    return (row, sharing) if row is not None and isinstance(sharing, Scale) else None


def rules_at(at: datetime) -> list[Rule]:
    """The rule of each service that holds at a moment: what is booked most first, the scale of brackets last."""
    begun = PolicyVersion.objects.filter(state=ACTIVE, valid_from__lte=village_day(at))
    newest = {row.service: row for row in begun.order_by("service", "valid_from", "version")}
    ordered = sorted(
        newest.values(), key=lambda row: (row.kind == "scale", FIRST.get(row.service, len(FIRST)), row.service)
    )
    return [Rule(row, policy_of(row)) for row in ordered]


def coming(at: datetime) -> list[Rule]:
    """Versions that are proposed, or hold from a later day on."""
    later = Q(state=ACTIVE, valid_from__gt=village_day(at)) | Q(state=PROPOSED)
    return [Rule(row, policy_of(row)) for row in PolicyVersion.objects.filter(later).order_by("valid_from", "id")]


def versions_of(service: str) -> list[PolicyVersion]:
    """All versions of a service, the newest first."""
    return list(PolicyVersion.objects.filter(service=service).order_by("-version"))


def audience_of(agent: Agent) -> str:
    """Which grid counts for somebody: that of people, or that of organisations."""
    return PERSON if agent.kind in (PERSON, HOUSEHOLD) else ORGANISATION


def band_of(agent: Agent, at: datetime) -> PriceBand | None:
    """The bracket of somebody, else that of their household; also one whose certificate is out of date."""
    homes = Membership.objects.filter(holding(at), agent=agent, body__kind=HOUSEHOLD).values_list("body_id", flat=True)
    rows = {row.agent_id: row for row in PriceBand.objects.filter(agent__in=[agent.pk, *homes], ended_at=None)}
    of_homes = sorted((row for pk, row in rows.items() if pk != agent.pk), key=lambda row: row.valid_until)
    return rows.get(agent.pk) or (of_homes[-1] if of_homes else None)


def as_fact(row: PriceBand | None) -> Band | None:
    """A bracket as the engine takes it."""
    return row and Band(row.band, village_day(row.checked_at), row.valid_until)


def facts_for(agent: Agent, items: Sequence[Item], at: datetime, *, audience: str = "", **more: Any) -> Facts:
    """The facts of somebody who wants something: their audience and bracket, and whatever else is known."""
    band = as_fact(band_of(agent, at))
    return Facts(village_day(at), tuple(items), audience or audience_of(agent), band, **more)


def quotes_of(agent: str, count: int = 50) -> list[FrozenQuote]:
    """The newest prices that were promised to somebody."""
    return list(FrozenQuote.objects.filter(agent=agent).select_related("policy").order_by("-made_at")[:count])


def bands_now() -> list[PriceBand]:
    """The bracket of everybody who has one, those that end first first."""
    return list(PriceBand.objects.filter(ended_at=None).order_by("valid_until", "agent"))


def declarations() -> list[Declaration]:
    """What waits to be checked, the oldest first."""
    return list(Declaration.objects.order_by("at"))


def out_of_date(row: PriceBand, today: date) -> bool:
    """Whether a certificate counts no more."""
    return today > row.valid_until
