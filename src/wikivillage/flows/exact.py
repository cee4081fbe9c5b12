"""Exact numbers as people and databases write them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

PLACES = 9
"""Decimal places of an amount that would have no end."""


def decimal_of(value: Fraction, *, up: bool) -> Decimal:
    """The decimal that equals a fraction; where there is none, the next one with 9 places above or below it."""
    places, rest = 0, value.denominator
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest, times = rest // prime, times + 1
        places = max(places, times)
    if rest == 1:
        return Decimal(f"{value.numerator * 10**places // value.denominator}e-{places}")
    return Decimal(f"{(ceil if up else floor)(value * 10**PLACES)}e-{PLACES}")


def plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing: ``10.00`` is 10."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
