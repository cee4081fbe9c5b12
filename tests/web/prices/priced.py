"""A village in which prices are decided, and people of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.web.registry.somebody import holder, person
from wikivillage.web.prices.actions import activate_version, propose_defaults, propose_version, set_band
from wikivillage.web.prices.facts import Item
from wikivillage.web.prices.models import PolicyVersion, PriceBand
from wikivillage.web.registry.models import Agent

NOW = datetime(2026, 4, 16, 9, tzinfo=UTC)
ISSUED = date(2026, 3, 1)
QUARTER = timedelta(minutes=15)
TWO_HOURS = [Item("room", Decimal(2))]


def decided(at: datetime = NOW) -> None:
    """Let the rules to begin with hold."""
    propose_defaults(at=at)


def banded(agent: Agent, quotient: str = "650", **changes: Any) -> PriceBand:
    """Somebody in the bracket of a quotient; 650 is in the second."""
    return set_band(
        **{"agent": agent, "quotient": Decimal(quotient), "certificate_on": ISSUED, "at": NOW, "by": "", **changes}
    )


def dearer(hour: str = "9.00", at: datetime = NOW, since: date | None = None) -> PolicyVersion:
    """Another price of an hour of a room, from a day on."""
    tree = {**PolicyVersion.objects.get(pk="rooms-1").tree}
    tree["grid"] = [{**line, "price": hour} for line in tree["grid"]]
    row = proposed(tree=tree, valid_from=since or at.date(), at=at)
    return activate_version(version=row, at=at)


def proposed(**changes: Any) -> PolicyVersion:
    """A version that somebody proposed."""
    words: dict[str, Any] = {"service": "rooms", "decided_by": "Assembly", "why_en": "Costs rose", "why_fr": "Hausse"}
    return propose_version(**{**words, "valid_from": NOW.date(), "at": NOW, **changes})


__all__ = ["ISSUED", "NOW", "QUARTER", "TWO_HOURS", "banded", "dearer", "decided", "holder", "person", "proposed"]
