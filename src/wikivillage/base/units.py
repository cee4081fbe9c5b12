"""Quantities as people write them, ``12 L/person/day``, and their exact conversion between units.

Numbers are kept as fractions until the last step, so that ``29 %`` is 0.29 and not 0.29000000000000004. Pint
knows the units; it is imported when the first unit is read, and never after a village is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from wikivillage.base.problems import nearest
from wikivillage.base.unit_words import DEFINITIONS, FAMILIAR, NOUNS, SPELLING

NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_FACTOR = re.compile(r"(^|[*/·×])(\((?:[^()]|\([^()]*\))+\)|[A-Za-zµ€%°][\w€%°²³₂]*|1(?=[*/·×]|$))")
_LARGEST = Fraction(10) ** 15


class UnitError(ValueError):
    """A quantity that cannot be read: ``what`` is wrong and a ``hint`` at what would work."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, exactly, with its unit; ``1`` is the unit of a plain number."""

    number: Fraction
    unit: str

    def __mul__(self, other: Quantity) -> Quantity:
        units = [unit for unit in (self.unit, _grouped(other.unit)) if unit != "1"]
        return Quantity(self.number * other.number, "*".join(units) or "1")

    def to(self, unit: str) -> float:
        """The nearest float in ``unit``. Raises UnitError when that measures something else."""
        scale, offset = conversion(self.unit, unit)
        return float(self.number * scale + offset)


def read_number(text: str) -> Fraction:
    """The number written in ``text``. Raises UnitError for words, NaN, infinities and absurdly large numbers."""
    written = text.strip()
    if written.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise UnitError(f'"{written}" is not a finite number.', "Write the number itself.")
    if not NUMBER.fullmatch(written):
        raise UnitError(f'"{_short(written)}" is not a number.', _number_hint(written))
    number = Fraction(written)
    if abs(number) > _LARGEST:
        raise UnitError(f'"{_short(written)}" is too large to be meant.', "Check its exponent and its unit.")
    return number


def read_quantity(text: str) -> Quantity:
    """``12 L/person/day`` as a Quantity. Raises UnitError."""
    written = text.strip()
    leading = NUMBER.match(written)
    rest = written[leading.end() :].strip() if leading else ""
    if not leading or not rest:
        return Quantity(read_number(written), "1")
    if rest[0] in ",_'" or (rest[0].isdigit() and not rest.startswith("1/")):
        raise UnitError(f'"{_short(written)}" is not a number with a unit.', _number_hint(written))
    return Quantity(read_number(leading.group()), read_unit(rest))


def read_unit(text: str) -> str:
    """The unit without the spaces around its strokes. Raises UnitError when a word of it is not known."""
    unit = re.sub(r"\s*([*/·×])\s*", r"\1", text.strip())
    _container(unit)
    return unit


def parse_quantity(text: str) -> tuple[float, str]:
    """The value and the unit of a written quantity; the unit of a plain number is ``1``."""
    quantity = read_quantity(text)
    return float(quantity.number), quantity.unit


def convert(text: str, unit: str) -> float:
    """A written quantity as a float in ``unit``. Raises UnitError when it measures something else."""
    quantity = read_quantity(text)
    if not same_dimension(quantity.unit, unit):
        raise mismatch(text, quantity, unit)
    return quantity.to(unit)


def mismatch(text: str, quantity: Quantity, unit: str) -> UnitError:
    """What to say when ``text`` does not measure what ``unit`` measures."""
    number = write_number(float(quantity.number))
    if quantity.unit == "1":
        return UnitError(f'"{_short(text)}" has no unit; write "{number} {unit}".')
    wanted = "a plain number or a share such as" if unit == "1" else f"{_with_article(describe(unit))} such as"
    example = '"5 %"' if unit == "1" else f'"{number} {unit}"'
    return UnitError(f'"{_short(text)}" is {describe(quantity.unit)}; {wanted} {example} is expected.')


@lru_cache(maxsize=4096)
def conversion(source: str, target: str) -> tuple[Fraction, Fraction]:
    """(scale, offset) such that a value in ``target`` is value in ``source`` x scale + offset."""
    if source == target:
        return Fraction(1), Fraction(0)
    if not same_dimension(source, target):
        raise UnitError(f'"{source}" is {describe(source)}, not {describe(target)}.')
    shift = _offset(source) - _offset(target)
    return _root(source)[0] / _root(target)[0], shift


def same_dimension(left: str, right: str) -> bool:
    """Whether two units measure the same thing."""
    return left == right or _root(left)[1] == _root(right)[1]


def describe(unit: str) -> str:
    """What a unit measures: ``power``, ``volume per person per time``."""
    for known, noun in NOUNS.items():
        if same_dimension(unit, known):
            return noun
    above = [_power_word(name, power) for name, power in _root(unit)[1] if power > 0]
    below = [_power_word(name, -power) for name, power in _root(unit)[1] if power < 0]
    return " per ".join([" times ".join(above) or "a number", *below])


def per_hour(unit: str) -> str:
    """The unit of a flow of something measured in ``unit``: kW for kWh, ``m3/h`` for m3."""
    return {"kWh": "kW", "MWh": "MW", "Wh": "W"}.get(unit, f"{unit}/h")


def over(unit: str, other: str) -> str:
    """``unit`` per ``other``: ``EUR/kW``, ``EUR/(m3/day)``."""
    return unit if other == "1" else f"{unit}/{_grouped(other)}"


def simplest(unit: str) -> str:
    """A familiar word for a unit, if there is one that is exactly as large: ``m2`` for ``m3/h/(m3/m2/h)``."""
    return next((word for word in FAMILIAR if _root(word) == _root(unit)), unit)


def plain_unit(label: str) -> str:
    """The unit in ``kWh of heat``: what follows the first space only says of what."""
    return label.strip().split(" ", 1)[0]


def write_number(value: float) -> str:
    """The shortest text that reads back as exactly this float."""
    return repr(value).removesuffix(".0")


def write_quantity(value: float, unit: str) -> str:
    """A value with its unit, shares as per cents; reading it back in ``unit`` gives exactly ``value``."""
    number, word = _in_words(value, unit)
    return f"{number} {word}"


def write_range(low: float, high: float, unit: str) -> str:
    """``0..150 kW``, ``0..any kW``, or the one value if both are equal."""
    if low == high:
        return write_quantity(low, unit)
    first, word = _in_words(low, unit)
    last = "any" if high == float("inf") else _in_words(high, unit)[0]
    return f"{first}..{last} {word}"


def _in_words(value: float, unit: str) -> tuple[str, str]:
    """The number and the unit to write: shares and shares per time as per cents."""
    if unit != "1" and not unit.startswith("1/"):
        return write_number(value), unit
    shifted = Decimal(repr(value)).scaleb(2).normalize()
    number = f"{shifted:f}" if -12 < shifted.adjusted() < 16 else str(shifted)
    return number, f"%{unit[1:]}"


def _grouped(unit: str) -> str:
    return f"({unit})" if re.search("[*/]", unit) else unit


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _number_hint(text: str) -> str:
    if re.match(r"[+-]?\d+[ ,_']\d", text):
        return "Write numbers with digits and a point only: 7500 or 0.2."
    return 'A quantity is a number and a unit, such as "12 kWh".'


def _with_article(noun: str) -> str:
    uncountable = noun.startswith(("money", "carbon", "time", "a "))
    return noun if uncountable else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _power_word(dimension: str, power: int) -> str:
    return {("length", 2): "area", ("length", 3): "volume"}.get(
        (dimension, power), dimension if power == 1 else f"{dimension}^{power}"
    )


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction)
    for line in DEFINITIONS.strip().splitlines():
        registry.define(line)
    return registry


@lru_cache(maxsize=4096)
def _word(word: str, *, alone: bool) -> Any:
    """One word of a unit, ``m2`` or ``kgCO2e``, as a pint unit. Beside others, a degree Celsius is a kelvin."""
    spelled = word.translate(SPELLING)
    if spelled == "1":
        return _registry().Unit("")
    if spelled == "degC" and not alone:
        spelled = "K"
    power = re.fullmatch(r"([A-Za-zµ]+)([23])", spelled)
    name, exponent = (power[1], int(power[2])) if power else (spelled, 1)
    try:
        return _registry().parse_units(name) ** exponent
    except Exception as error:
        close = nearest(word, FAMILIAR)
        hint = f'Did you mean "{close}"?' if close else f"Units are {', '.join(FAMILIAR[:20])} ..."
        raise UnitError(f'"{_short(word)}" is not a unit.', hint) from error


@lru_cache(maxsize=4096)
def _container(unit: str) -> Any:
    """The pint unit of a whole expression: words and brackets multiplied and divided from left to right."""
    factors = _FACTOR.findall(unit)
    if len(unit) > 80 or unit.count("(") > 4 or "".join(stroke + word for stroke, word in factors) != unit:
        raise UnitError(f'"{_short(unit)}" is not a unit.', 'Write units like "kWh", "m3/day" or "L/person/day".')
    product = _registry().Unit("")
    for stroke, word in factors:
        part = _container(word[1:-1]) if word[0] == "(" else _word(word, alone=unit == word)
        product = product / part if stroke == "/" else product * part
    return product


@lru_cache(maxsize=4096)
def _root(unit: str) -> tuple[Fraction, tuple[tuple[str, int], ...]]:
    """The factor to base units and the dimensions with their powers, sorted by name."""
    container = _container(unit)
    factor, _ = _registry().get_root_units(container)
    powers = ((name.strip("[]"), int(power)) for name, power in container.dimensionality.items())
    return Fraction(factor), tuple(sorted(item for item in powers if item[1]))


def _offset(unit: str) -> Fraction:
    return Fraction(27315, 100) if unit in ("degC", "°C") else Fraction(0)
