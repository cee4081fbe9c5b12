"""Rules and facts of the examples, in one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from wikivillage.web.prices.defaults import psu_figures
from wikivillage.web.prices.facts import Band, Facts, Item, Sun
from wikivillage.web.prices.policies import (
    Brackets,
    EffortRate,
    GridPrice,
    Policy,
    Sharing,
    SunDiscount,
    Text,
)

TODAY = date(2026, 4, 16)
ROOM = GridPrice("room", Text("Room", "Salle"), "h", Decimal("8.00"), most_a_day=Decimal("48.00"))
SHARES = Brackets(tuple((Decimal(share),) for share in ("0.30", "0.45", "0.60", "0.75", "0.90", "1")))
SUN = SunDiscount(Decimal("0.10"), Decimal("0.5"), Text("Assembly", "Assemblée"), date(2025, 12, 4))
BAND = Band(2, date(2025, 10, 3), date(2026, 10, 2))


def rule(sharing: Sharing = SHARES, **changes: Any) -> Policy:
    """The grid of rooms with some way to share it."""
    name = Text("Rooms", "Salles")
    return replace(Policy("rooms", 1, date(2026, 1, 1), name, (ROOM,), sharing, SUN), **changes)


def facts(hours: str = "2", **changes: Any) -> Facts:
    """A person who books a room for some hours."""
    return replace(Facts(TODAY, (Item("room", Decimal(hours)),), "person", BAND), **changes)


def sun(own: str = "0.8", all: str = "0.9") -> Sun:
    """Energy of a booking, and how much of it is the sun's."""
    return Sun(Decimal(own), Decimal(all))


def creche(**changes: Any) -> Policy:
    """Hours in a crèche by the national scale."""
    hour = GridPrice("hour", Text("Crèche", "Crèche"), "h", Decimal("0"))
    kept = Policy("creche", 1, date(2022, 1, 1), Text("Crèche", "Crèche"), (hour,), EffortRate(psu_figures()))
    return replace(kept, **changes)


def hours(amount: str, income: str | None, children: int = 1, **changes: Any) -> Facts:
    """Hours in a crèche of a household."""
    money = None if income is None else Decimal(income)
    kept = Facts(TODAY, (Item("hour", Decimal(amount)),), "person", income=money, children=children)
    return replace(kept, **changes)
