"""Against whose share of a week a booking counts: locked while it is looked at, so that two of them take turns."""

from __future__ import annotations

from datetime import datetime

from wikivillage.web.bookings.facts import policy_of
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.policies import HOUSEHOLD, ORGANISATION
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Membership
from wikivillage.web.registry.words import HOUSEHOLD as HOUSEHOLDS
from wikivillage.web.registry.words import ORGANISATION as ORGANISATIONS

BODIES = {HOUSEHOLD: HOUSEHOLDS, ORGANISATION: ORGANISATIONS}
"""The kind of body of which somebody is a member, for each that a share can be of."""


def lock_share(unit: Unit, agent: Agent, at: datetime) -> None:
    """Lock whoever shares a quota with somebody until the transaction ends; nothing where the unit has none.

    Called before anything is written, so that those who wait for each other hold nothing else.
    """
    policy = policy_of(unit)
    if not policy.quota:
        return
    bodies = Membership.objects.filter(holding(at), agent=agent, body__kind=BODIES.get(policy.quota_per, ""))
    ids = {agent.pk, *bodies.values_list("body_id", flat=True)}
    list(Agent.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
