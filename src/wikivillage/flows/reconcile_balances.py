"""Balances between streams as small polynomials, read from text such as ``F1+F2-F3=0`` or ``F4-F3*TC34=0``.

A balance says: the sum over its terms of coefficient x product of streams equals its right side. A transfer coefficient
is a stream like any other, so that it can be measured, constant or sought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError

Floats = NDArray[np.float64]
Term = tuple[float, tuple[str, ...]]
"""A coefficient and the streams that it multiplies; a stream that is named twice counts squared."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Sum of ``terms`` = ``right``. ``where`` tells problems where it was written, ``name`` people which one it is."""

    name: str
    terms: tuple[Term, ...]
    right: float = 0.0
    where: str = ""


def linear_balance(name: str, coefficients: Mapping[str, float], right: float = 0.0, where: str = "") -> Balance:
    """The balance: sum of coefficient x stream = right."""
    terms = tuple((float(coefficient), (stream,)) for stream, coefficient in coefficients.items())
    return Balance(name, terms, right, where)


def streams_of(balance: Balance) -> tuple[str, ...]:
    """The streams of a balance, each once, in the order in which they are named."""
    return tuple(dict.fromkeys(name for _, names in balance.terms for name in names))


NUMBER = r"\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
WORD = r"[^\W\d][\w.]*"
FACTOR = re.compile(rf"{NUMBER}|{WORD}")
TERM = re.compile(rf"\s*([-+]?)\s*((?:{FACTOR.pattern})(?:\s*\*\s*(?:{FACTOR.pattern}))*)\s*")


def read_balances(lines: Iterable[str], where: str = "balances") -> tuple[Balance, ...]:
    """One balance per line that is not blank, named by its own text.

    Raises ProblemError with every line that cannot be read, as ``where:line:column``.
    """
    balances: list[Balance] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        try:
            balances += [_read_balance(line, f"{where}:{number}")] if line.strip() else []
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)
    return tuple(balances)


def _read_balance(text: str, where: str) -> Balance:
    left, equals, _ = text.partition("=")
    if not equals:
        raise _unreadable(text, len(text), where, "a balance has an equals sign")
    middle = len(left)
    terms = [*_terms(text, 0, middle, 1, where), *_terms(text, middle + 1, len(text), -1, where)]
    right = -sum(coefficient for coefficient, names in terms if not names)
    return Balance(text.strip(), tuple(term for term in terms if term[1]), right + 0.0, where)


def _terms(text: str, start: int, end: int, side: int, where: str) -> Iterator[Term]:
    """The terms of one side, ``side`` -1 for the right one; all but the first need a sign before them."""
    position = start
    while position < end or position == start:
        match = TERM.match(text, position, end)
        if match is None or (position > start and not match[1]):
            raise _unreadable(text, position, where, "a term such as 2*F1 or F3*TC34 with its sign was expected")
        factors = FACTOR.findall(match[2])
        numbers = [float(factor) for factor in factors if factor[0].isdecimal()]
        names = tuple(factor for factor in factors if not factor[0].isdecimal())
        yield side * (-1 if match[1] == "-" else 1) * prod(numbers, start=1.0), names
        position = match.end()


def _unreadable(text: str, position: int, where: str, expected: str) -> ProblemError:
    what = f"The balance “{text.strip()}” cannot be read: {expected}."
    hint = "Write sums of products of numbers and streams, for example F1 + F2 - 0.5*F3 = 0."
    return ProblemError([Problem("balance-text", f"{where}:{position + 1}", what, hint)])


def surplus(balances: Sequence[Balance], positions: Mapping[str, int], point: Floats) -> Floats:
    """Left side less right side of each balance at a point (one value per stream)."""
    found = np.zeros(len(balances))
    for row, balance in enumerate(balances):
        left = sum(c * prod(point[positions[name]] for name in names) for c, names in balance.terms)
        found[row] = left - balance.right
    return found


def slopes(balances: Sequence[Balance], positions: Mapping[str, int], point: Floats) -> Floats:
    """How each balance answers to each stream at a point: shape (balances, streams)."""
    found = np.zeros((len(balances), point.size))
    for row, balance in enumerate(balances):
        for coefficient, names in balance.terms:
            for place, name in enumerate(names):
                others = names[:place] + names[place + 1 :]
                found[row, positions[name]] += coefficient * prod(point[positions[other]] for other in others)
    return found


def magnitudes(balances: Sequence[Balance], positions: Mapping[str, int], reach: Floats) -> Floats:
    """How much each balance adds up at most when no stream exceeds its ``reach``: the measure of rounding."""
    positive = [Balance(one.name, tuple((abs(c), n) for c, n in one.terms), -abs(one.right)) for one in balances]
    return surplus(positive, positions, reach)


def chained_values(balances: Sequence[Balance], known: Mapping[str, float]) -> dict[str, float]:
    """The known values and those that follow one by one, by balances in which a single stream is not known yet."""
    values = dict(known)
    found = -1
    while found < len(values):
        found = len(values)
        for balance in balances:
            values |= _only_unknown(balance, values)
    return values


def _only_unknown(balance: Balance, values: Mapping[str, float]) -> dict[str, float]:
    """The only unknown of a balance with its value; nothing where there are others, or where it has no slope."""
    unknown = [name for _, names in balance.terms for name in names if name not in values]
    if len(unknown) != 1:
        return {}
    name = unknown[0]
    holds_it = [name in names for _, names in balance.terms]
    products = [c * prod(values[one] for one in names if one != name) for c, names in balance.terms]
    slope = sum(product for product, its in zip(products, holds_it, strict=True) if its)
    rest = sum(product for product, its in zip(products, holds_it, strict=True) if not its)
    return {name: (balance.right - rest) / slope} if slope else {}
