"""Fields of tables that Django does not have: exact amounts, the same on every database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

SCALE = 9
"""Amounts are kept as whole billionths in 64 bits, so that both databases add and compare them exactly."""


def scaled(amount: Decimal) -> int:
    """An amount as whole billionths."""
    whole = amount.scaleb(SCALE)
    assert whole == whole.to_integral_value(), "amounts are checked for their decimals before they are kept"
    return int(whole)


def unscaled(billionths: int) -> Decimal:
    """The amount of whole billionths, without zeros that say nothing."""
    return Decimal(billionths).scaleb(-SCALE)


class AmountField(models.BigIntegerField):
    """An exact Decimal with up to nine decimals and below nine thousand million."""

    def from_db_value(self, value: int | None, *_: Any) -> Decimal | None:
        """Billionths from the database as a Decimal."""
        return None if value is None else unscaled(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        """Anything that spells a number as a Decimal."""
        return None if value is None else Decimal(str(value))

    def get_prep_value(self, value: Any) -> int | None:
        """A Decimal as billionths."""
        return None if value is None else scaled(Decimal(str(value)))


class SumField(models.FloatField):
    """A sum of amounts that may outgrow 64 bits: billionths as a floating number, exact up to nine million units."""

    def from_db_value(self, value: float | None, *_: Any) -> Decimal | None:
        """Floating billionths from the database as a Decimal."""
        return None if value is None else unscaled(round(value))

    def to_python(self, value: Any) -> Decimal | None:
        """Anything that spells a number as a Decimal."""
        return None if value is None else Decimal(str(value))

    def get_prep_value(self, value: Any) -> float | None:
        """A Decimal as floating billionths."""
        return None if value is None else float(Decimal(str(value)).scaleb(SCALE))


class NumberField(models.BigIntegerField):
    """A primary key whose numbers we give: on SQLite it is the row's own number and costs no index."""

    def db_type(self, connection: Any) -> str | None:
        """``integer`` is what SQLite takes as the row's number; it holds 64 bits there."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
