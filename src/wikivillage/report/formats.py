"""The one place where numbers, units and dates become words: French or English, spaces and signs included."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime

from wikivillage.report.words import Words

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
SUPERSCRIPTS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")

LARGER = {
    "kWh": (10_000.0, 1e-3, "MWh"),
    "kg": (1_000.0, 1e-3, "t"),
    "kgCO2e": (1_000.0, 1e-3, "tCO2e"),
    "L": (10_000.0, 1e-3, "m3"),
    "MWh": (10_000.0, 1e-3, "GWh"),
}
"""unit -> (from this size on, factor, unit to read it in)."""
MONEY_UNITS = frozenset({"EUR", "eur", "€"})


@dataclass(frozen=True, slots=True)
class Numbers:
    """Formats of one language."""

    words: Words

    @property
    def french(self) -> bool:
        """Whether commas, narrow spaces and 24 h with an h are wanted."""
        return self.words.lang == "fr"

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """Digits with separators and a true minus. By itself: three significant digits, whole from 100 on."""
        if value is None or not math.isfinite(value):
            return self.words("number.none")
        if decimals is None:
            if 0 < abs(value) < 1e-4:
                return self._tiny(value)
            decimals = decimals_of(value)
            text = _without_zeros(f"{abs(value):,.{decimals}f}")
        else:
            text = f"{abs(value):,.{decimals}f}"
        if self.french:
            text = text.replace(",", NARROW).replace(".", ",")
        return MINUS + text if value < 0 and text.strip("0.,") else text

    def _tiny(self, value: float) -> str:
        exponent = math.floor(math.log10(abs(value)))
        digits = self.number(round(value / 10**exponent, 1))
        return f"{digits}{NO_BREAK}×{NO_BREAK}10{str(exponent).translate(SUPERSCRIPTS)}"

    def amount(self, value: float | None, unit: str, decimals: int | None = None) -> str:
        """A number with its unit, in a larger unit when that reads better."""
        if value is None:
            return self.words("number.none")
        if unit in MONEY_UNITS:
            return self.money(value)
        value, unit = scaled(value, unit)
        return f"{self.number(value, decimals)}{NO_BREAK}{self.unit(unit, value)}".rstrip(NO_BREAK)

    def parts(self, value: float, unit: str) -> tuple[str, str]:
        """The number and the unit apart, for a large figure with a small unit."""
        value, unit = scaled(value, unit)
        return self.number(value), self.unit(unit, value)

    def unit(self, unit: str, value: float = 2.0) -> str:
        """A unit as people write it; only what stands first takes the plural."""
        if unit.startswith("1/"):
            return self.words("unit.per", unit=self.unit(unit[2:], 1.0))
        many = abs(value) >= (2 if self.french else 1.000001)
        first = True

        def written(word: re.Match[str]) -> str:
            nonlocal first
            plural, first = many and first, False
            return self.words.unit(word.group(0), many=plural)

        return re.sub(r"[^\W\d]\w*|^1$", written, unit).replace("*", "·")

    def money(self, value: float | None, decimals: int | None = None) -> str:
        """Euros: whole from 10 on, cents below (more when it is smaller than ten cents)."""
        if value is None or not math.isfinite(value):
            return self.words("number.none")
        if decimals is None:
            decimals = 0 if abs(value) >= 9.995 or value == 0 else 2 if abs(value) >= 0.095 else 3
        if abs(value) < 0.5 * 10**-decimals:
            value, decimals = 0.0, 0
        if not self.french:
            return (MINUS if value < 0 else "") + "€" + self.number(abs(value), decimals)
        return f"{self.number(value, decimals)}{NO_BREAK}€"

    def price(self, value: float | None) -> str:
        """The price of one unit: cents below 100 euros."""
        cents = value is not None and 9.995 <= abs(value) < 99.995
        return self.money(value, 2) if cents else self.money(value)

    def money_per(self, value: float | None, unit: str) -> str:
        """A price: euros per unit."""
        return self.words("price.per", price=self.price(value), unit=self.unit(unit, 1.0))

    def percent(self, share: float | None) -> str:
        """A share of one. Never rounded to 100 % (or to 0 %) when it is not: gaps stay visible."""
        if share is None or not math.isfinite(share):
            return self.words("number.none")
        decimals = 0
        while decimals < 4 and (share != round(share)) and float(f"{share * 100:.{decimals}f}") in (0.0, 100.0):
            decimals += 1
        return f"{self.number(share * 100, decimals)}{NO_BREAK if self.french else ''}%"

    def date(self, when: datetime, *, year: bool = True) -> str:
        """``14 avril 2026``, ``1er mai 2026``; ``14 April 2026``."""
        day = "1er" if self.french and when.day == 1 else str(when.day)
        return f"{day} {self.words.month(when.month)}" + (f" {when.year}" if year else "")

    def moment(self, when: datetime) -> str:
        """A date and an hour, without the year."""
        return self.words("date.moment", date=self.date(when, year=False), hour=self.hour(when.hour))

    def hour(self, hour: int) -> str:
        """``16 h``, ``16:00``."""
        return f"{hour}{NO_BREAK}h" if self.french else f"{hour}:00"

    def days(self, first: datetime, last: datetime) -> str:
        """``11 au 17 janvier`` or ``29 décembre au 4 janvier``, without article."""
        start = str(first.day) if first.month == last.month else self.date(first, year=False)
        if self.french and first.day == 1:
            start = start if first.month != last.month else "1er"
        return self.words("date.days", first=start, last=self.date(last, year=False))


def scaled(value: float, unit: str) -> tuple[float, str]:
    """The value in the unit that reads best."""
    if unit in LARGER:
        limit, factor, larger = LARGER[unit]
        if abs(value) >= limit:
            return scaled(value * factor, larger)
    return value, unit


def decimals_of(value: float) -> int:
    """Decimals for three significant digits, none from 100 on."""
    if value == 0 or abs(value) >= 99.95:
        return 0
    return min(6, 2 - math.floor(math.log10(abs(value))))


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment_of(when: str | date) -> datetime:
    """A time or a day of the record; the zone is dropped, hours are local standard time."""
    return datetime.fromisoformat(str(when)).replace(tzinfo=None)
