"""Exact decimals: sums and products that are never rounded, whatever the decimal context of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction

from wikivillage.base.units import conversion, read_number

EXACT = Context(prec=200, Emax=999999, Emin=-999999, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Refuses to round: a result that does not fit is a mistake of ours, for every reading is bounded when it is sorted."""


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of nothing."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def decimals_of(value: Decimal) -> int:
    """How many digits after the point a finite number needs: 1 for 1.50, 0 for 100."""
    exponent = EXACT.normalize(value).as_tuple().exponent
    assert isinstance(exponent, int), "only finite numbers have decimals"
    return max(0, -exponent)


def split(amount: Decimal, elapsed: Iterable[int], whole: int, decimals: int) -> list[Decimal]:
    """Parts of ``amount`` in proportion to ``elapsed``, rising positions of which the last is ``whole``.

    Part k is floor(amount * elapsed[k] / whole) less what came before, to ``decimals`` digits or as many as the
    amount has; so the parts add up exactly, and a coarser cutting gives the sums of a finer one.
    """
    places = max(decimals, decimals_of(amount))
    units = int(EXACT.scaleb(amount, places))
    reached = [units * position // whole for position in elapsed]
    parts = [after - before for before, after in zip([0, *reached], reached, strict=False)]
    return [EXACT.scaleb(Decimal(part), -places) for part in parts]


def read_decimal(text: str) -> Decimal:
    """The number written in ``text``, exactly. Raises UnitError for words, NaN, infinities and absurd sizes."""
    read_number(text)
    return Decimal(text.strip())


def convert_exactly(value: Decimal, source: str, target: str) -> Decimal | None:
    """``value`` in ``target``, or None where it has no finite decimals (1 J in kWh). Raises UnitError."""
    scale, offset = conversion(source, target)
    return as_decimal(Fraction(value) * scale + offset)


def as_decimal(number: Fraction) -> Decimal | None:
    """The decimal that equals a fraction, or None where its decimals never end."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    return EXACT.scaleb(Decimal(number.numerator * 10**places // number.denominator), -places)
