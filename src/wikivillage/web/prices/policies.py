"""What a price rule says: a grid of prices, one of five ways to share them, a discount for hours of sun. Pure data.

A rule has versions. What is written in one never changes: other figures are a new version, from a day on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

EVERYONE, PERSON, ORGANISATION = "everyone", "person", "organisation"
"""For whom a price of the grid is; for whom there is none of their own, what holds for everyone counts."""
CONTRIBUTION = "contribution"
"""The item of a common fund that is paid in; all others are bought from it."""
ALL = Decimal(1)


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    en: str
    fr: str

    def __getitem__(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class GridPrice:
    """The price of one unit of an item in euros for an audience; ``most_a_day``: what no day of it costs more than."""

    item: str
    name: Text
    unit: str
    price: Decimal
    audience: str = EVERYONE
    most_a_day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Up to which monthly family quotient in euros each bracket goes; the last bracket has no limit."""

    limits: tuple[Decimal, ...]

    def bracket_of(self, quotient: Decimal) -> int:
        """The bracket of a quotient, counted from 1."""
        return 1 + sum(quotient > limit for limit in self.limits)


@dataclass(frozen=True, slots=True)
class Brackets:
    """What each income bracket pays: a share of the price of the grid, by the number of children; the last goes on.

    ``priced`` figures are prices of a unit in euros in place of shares. Whoever shows no certificate pays the full
    price, which is that of the last bracket where figures are prices.
    """

    table: tuple[tuple[Decimal, ...], ...]
    priced: bool = False
    audiences: tuple[str, ...] = (PERSON,)

    def figure(self, band: int, children: int) -> Decimal:
        """What a bracket pays with so many children; a bracket beyond the table is its last."""
        row = self.table[min(band, len(self.table)) - 1]
        return row[min(children, len(row) - 1)]


@dataclass(frozen=True, slots=True)
class EffortFigures:
    """Figures of the national scale from a day on. A floor that nobody found is None, and nothing is raised to it."""

    since: date
    ceiling: Decimal
    rates: tuple[tuple[int, Decimal], ...]
    floor: Decimal | None = None
    source: str = ""

    def line(self, children: int, disabled: int) -> int:
        """The position of a household's rate: one line down for each disabled child."""
        counted = max(1, children)
        reached = sum(first <= counted for first, _rate in self.rates) - 1
        return min(reached + disabled, len(self.rates) - 1)


@dataclass(frozen=True, slots=True)
class EffortRate:
    """A share of the monthly income for each hour, by children; the income counts between a floor and a ceiling."""

    figures: tuple[EffortFigures, ...]

    def at(self, on: date) -> EffortFigures | None:
        """The figures that hold on a day."""
        holding = [one for one in self.figures if one.since <= on]
        return max(holding, key=lambda one: one.since, default=None)


@dataclass(frozen=True, slots=True)
class FreePrice:
    """Everybody says what they pay, at least ``floor`` euros; the grid says what is suggested."""

    floor: Decimal


@dataclass(frozen=True, slots=True)
class BiddingRound:
    """Everybody names a price between two shares of that of the grid; they hold once ``need`` euros are together."""

    need: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class CommonFund:
    """Everybody may spend the same ``entitlement`` a month, and pays in by their bracket (the last without one)."""

    entitlement: Decimal
    contributions: tuple[Decimal, ...]

    def contribution(self, band: int | None) -> Decimal:
        """What a bracket pays in each month, in euros."""
        return self.contributions[min(band or len(self.contributions), len(self.contributions)) - 1]


@dataclass(frozen=True, slots=True)
class Plain:
    """Everybody pays the price of the grid."""


Sharing: TypeAlias = Plain | Brackets | EffortRate | FreePrice | BiddingRound | CommonFund | Scale
KINDS: dict[str, type[Sharing]] = {
    "plain": Plain,
    "brackets": Brackets,
    "effort": EffortRate,
    "free": FreePrice,
    "round": BiddingRound,
    "fund": CommonFund,
    "scale": Scale,
}
"""The ways to share a price, by the word that is kept; a scale has no prices, only the limits of the brackets."""


@dataclass(frozen=True, slots=True)
class SunDiscount:
    """What hours cost less whose energy comes from the sun, direct or kept, for at least the share ``least``."""

    discount: Decimal
    least: Decimal
    decision: Text
    decided_on: date


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the price rule of a service."""

    service: str
    version: int
    valid_from: date
    name: Text
    grid: tuple[GridPrice, ...] = ()
    sharing: Sharing = field(default_factory=Plain)
    sun: SunDiscount | None = None

    @property
    def kind(self) -> str:
        """The word for how it shares."""
        return next(word for word, kind in KINDS.items() if isinstance(self.sharing, kind))

    def price_of(self, item: str, audience: str) -> GridPrice | None:
        """The line of the grid for an item and an audience."""
        lines = {line.audience: line for line in self.grid if line.item == item}
        return lines.get(audience, lines.get(EVERYONE))
