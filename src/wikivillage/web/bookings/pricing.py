"""What a booking costs, before it is promised: the same sum as the promise, and nothing is written."""

from __future__ import annotations

from datetime import datetime

from wikivillage.base.problems import ProblemError
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.writing import days_of, energy_of, items_of, sun_of
from wikivillage.web.prices.engine import quote
from wikivillage.web.prices.queries import facts_for, policy_for
from wikivillage.web.registry.models import Agent


def preview_cents(unit: Unit, agent: Agent, begin: datetime, end: datetime, amount: int, *, at: datetime) -> int:
    """The price of a booking at a moment in cents; 0 where nobody decided what it costs."""
    policy = policy_for(unit.service, at) if unit.service else None
    if policy is None:
        return 0
    items = items_of(unit, begin, end, amount)
    sun = sun_of(energy_of(unit, begin, end, amount))
    facts = facts_for(agent, items, at, sun=sun, days=days_of(begin, end) * amount)
    try:
        return quote(policy, facts).total_cents
    except ProblemError:
        return 0
