"""Sharing sums in whole cents so that the parts always add up: shares, bidding rounds, the month of a common fund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from wikivillage.web.prices.policies import BiddingRound, CommonFund


def cents(euros: Decimal) -> int:
    """Euros as whole cents, halves up."""
    return int((euros * 100).quantize(Decimal(1), ROUND_HALF_UP))


def euros(amount: int) -> Decimal:
    """Whole cents as euros."""
    return Decimal(amount).scaleb(-2)


def split(total: int, weights: Sequence[int | Decimal]) -> tuple[int, ...]:
    """A sum in parts by weights: each its whole cents, those left over to the largest remainders, then to the first.

    Where nobody has a weight, all have the same.
    """
    assert weights, "a sum is shared among somebody"
    assert min(total, *weights) >= 0, "neither a sum nor a weight is negative"
    exact = [Fraction(weight) for weight in weights]
    if not any(exact):
        exact = [Fraction(1)] * len(exact)
    wanted = [total * weight / sum(exact) for weight in exact]
    parts = [int(part) for part in wanted]
    order = sorted(range(len(parts)), key=lambda index: parts[index] - wanted[index])
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What came of a bidding round: what was named in all, what is missing, and what each pays if it holds."""

    named: int
    missing: int
    shares: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether enough is together."""
        return self.missing == 0


def settle_round(rule: BiddingRound, pledges: Sequence[int], *, give_back: bool = False) -> RoundResult:
    """Whether the pledges reach the need. What is more than needed is kept, or given back in proportion."""
    need, named = cents(rule.need), sum(pledges)
    if named < need or not pledges:
        return RoundResult(named, need - named, ())
    return RoundResult(named, 0, split(need, pledges) if give_back else tuple(pledges))


@dataclass(frozen=True, slots=True)
class FundMonth:
    """A month of a common fund: what each paid in, what each may spend, and what is left over for later."""

    paid_in: tuple[int, ...]
    entitled: tuple[int, ...]
    left: int


def fund_month(rule: CommonFund, bands: Sequence[int | None], *, reserve: int = 0) -> FundMonth:
    """All pay in by bracket and may spend the same; where the fund is short, all get the same of what is there."""
    paid_in = tuple(cents(rule.contribution(band)) for band in bands)
    there, full = sum(paid_in) + reserve, cents(rule.entitlement)
    short = bool(bands) and there < full * len(bands)
    entitled = split(there, [1] * len(bands)) if short else (full,) * len(bands)
    return FundMonth(paid_in, entitled, there - sum(entitled))
