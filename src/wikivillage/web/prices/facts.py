"""What a price depends on: how much of what, for whom, with which certificate and sun. Pure data, and as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wikivillage.web.prices.policies import EVERYONE


@dataclass(frozen=True, slots=True)
class Item:
    """So much of something of the grid, in its unit."""

    item: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """The income bracket of somebody, by a certificate that was seen on a day."""

    number: int
    seen_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Sun:
    """The energy of what is booked in kWh, and how much of it comes from the sun, direct or kept."""

    own: Decimal
    all: Decimal

    @property
    def share(self) -> Decimal:
        """How much of all is own, between 0 and 1."""
        return min(Decimal(1), self.own / self.all) if self.all > 0 else Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is priced, on which day, for whom. Amounts named by somebody are in cents, an income in euros a month.

    ``days`` are those over which the items are spread; ``fund`` is what is left of somebody's part of a common fund.
    """

    on: date
    items: tuple[Item, ...]
    audience: str = EVERYONE
    band: Band | None = None
    children: int = 0
    disabled: int = 0
    income: Decimal | None = None
    offered: int | None = None
    pledge: int | None = None
    fund: int | None = None
    sun: Sun | None = None
    days: int = 1


PLAIN = ("audience", "children", "disabled", "offered", "pledge", "fund", "days")
"""The facts that are written as they are."""


def facts_tree(facts: Facts) -> dict[str, Any]:
    """Facts as they are kept: everything but the income, which nobody keeps."""
    tree: dict[str, Any] = {"on": facts.on.isoformat(), **{key: getattr(facts, key) for key in PLAIN}}
    tree["items"] = [[one.item, str(one.amount)] for one in facts.items]
    if facts.band is not None:
        days = (facts.band.seen_on.isoformat(), facts.band.valid_until.isoformat())
        tree["band"] = [facts.band.number, *days]
    if facts.sun is not None:
        tree["sun"] = [str(facts.sun.own), str(facts.sun.all)]
    return tree


def read_facts(tree: Mapping[str, Any]) -> Facts:
    """Facts from what was kept of them."""
    band, sun = tree.get("band"), tree.get("sun")
    return Facts(
        on=date.fromisoformat(tree["on"]),
        items=tuple(Item(item, Decimal(amount)) for item, amount in tree["items"]),
        band=Band(band[0], date.fromisoformat(band[1]), date.fromisoformat(band[2])) if band else None,
        sun=Sun(Decimal(sun[0]), Decimal(sun[1])) if sun else None,
        **{key: tree[key] for key in PLAIN},
    )
