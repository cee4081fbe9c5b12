"""Factors: how much of a measure (carbon, water, waste) one unit of a flow carries, from when until when, says who."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.wire import read_decimal, read_time

GRADES = ("A", "B", "C")
"""How far a factor can be trusted, best first: read on site, from a standard, a default."""


@dataclass(frozen=True, slots=True)
class Factor:
    """``value`` of ``unit`` of a measure for each ``per`` of a kind of resource (``spec``).

    It holds for one action, or for all that have none of their own; from ``valid_from`` until just before
    ``valid_until``, or for good. A changed factor gets another ``version``; what was stated keeps the old one.
    """

    id: str
    measure: str
    spec: str
    action: str | None
    per: str
    value: Decimal
    unit: str
    valid_from: datetime
    valid_until: datetime | None
    grade: str
    source: str
    version: str

    def holds(self, at: datetime) -> bool:
        """Whether it is valid at a time."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


def read_factors(tree: Mapping[str, Any], where: str = "factors") -> tuple[Factor, ...]:
    """The factors of a mapping ``{"factors": [{"id": ..., "from": ..., ...}]}``, as YAML or JSON give it.

    A day without a time begins at midnight UTC. Raises ProblemError with every problem.
    """
    rows = tree.get("factors")
    if not isinstance(rows, list):
        raise ProblemError([Problem("shape", where, "there is no list of factors.", 'Write "factors:" and a list.')])
    problems: list[Problem] = []
    read = [_read_factor(row, f"{where}[{number}]", problems) for number, row in enumerate(rows)]
    found = tuple(factor for factor in read if factor is not None)
    problems += check_factors(found)
    if problems:
        raise ProblemError(problems)
    return found


def check_factors(factors: Iterable[Factor]) -> list[Problem]:
    """What is wrong with factors: an id twice, an empty time, two that hold at once, one measure in two units."""
    kept = sorted(factors, key=lambda one: (one.measure, one.spec, one.action or "", one.per, one.valid_from, one.id))
    return [*_alone(kept), *_together(kept), *_units(kept)]


def _alone(factors: list[Factor]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for factor in factors:
        if (factor.id, factor.version) in seen:
            yield Problem("factor-twice", factor.id, f"{factor.id} is there twice in version {factor.version}.")
        seen.add((factor.id, factor.version))
        if factor.valid_until is not None and factor.valid_until <= factor.valid_from:
            yield Problem("factor-empty", factor.id, f"{factor.id} ends before it begins.", "Mend its from or until.")


def _together(factors: list[Factor]) -> Iterator[Problem]:
    """Each factor against the one of its kind that holds longest of those that began before it."""
    longest: dict[tuple[str, str, str | None, str], Factor] = {}
    for factor in factors:
        key = (factor.measure, factor.spec, factor.action, factor.per)
        before = longest.get(key)
        if before is not None and before.holds(factor.valid_from):
            what = f"{before.id} and {factor.id} both hold on {factor.valid_from:%Y-%m-%d}."
            yield Problem("factor-overlap", factor.id, what, "Let one end where the other begins.")
        if before is None or _end(factor) > _end(before):
            longest[key] = factor


def _end(factor: Factor) -> datetime:
    return factor.valid_until or datetime.max.replace(tzinfo=UTC)


def _units(factors: list[Factor]) -> Iterator[Problem]:
    for one, other in pairwise(factors):
        if one.measure == other.measure and one.unit != other.unit:
            what = f"{one.measure} is in {one.unit} by {one.id} and in {other.unit} by {other.id}."
            yield Problem("factor-units-differ", other.id, what, "State one measure in one unit.")


def _read_factor(row: Any, where: str, problems: list[Problem]) -> Factor | None:
    if not isinstance(row, Mapping):
        problems.append(Problem("shape", where, "a factor is a mapping.", ""))
        return None
    values: dict[str, Any] = {"action": None, "valid_until": None}
    before = len(problems)
    for name in row:
        if name not in KEYS:
            close = nearest(str(name), KEYS)
            hint = f'Did you mean "{close}"?' if close else f"Keys are {', '.join(KEYS)}."
            problems.append(Problem("unknown-key", f"{where} {name}", f'"{name}" is no key of a factor.', hint))
    for name, (field, read) in KEYS.items():
        if row.get(name) is None:
            problems += (
                [] if field in values else [Problem("missing-key", f"{where} {name}", f"{name} is missing.", "")]
            )
            continue
        try:
            values[field] = read(row[name])
        except ValueError as error:
            problems.append(Problem("not-a-factor", f"{where} {name}", str(error), ""))
    return Factor(**values) if len(problems) == before else None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a text.")
    return value


def _version(value: Any) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return read_time(value.isoformat())
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        return _moment(date.fromisoformat(value))
    return read_time(value)


def _grade(value: Any) -> str:
    if value not in GRADES:
        raise ValueError(f"{value!r} is no grade: A is read on site, B from a standard, C a default.")
    return str(value)


def _action(value: Any) -> str:
    if value not in ACTIONS:
        raise ValueError(f"{value!r} is no action.")
    return str(value)


KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "id": ("id", _text),
    "measure": ("measure", _text),
    "spec": ("spec", _text),
    "action": ("action", _action),
    "per": ("per", _text),
    "value": ("value", read_decimal),
    "unit": ("unit", _text),
    "from": ("valid_from", _moment),
    "until": ("valid_until", _moment),
    "grade": ("grade", _grade),
    "source": ("source", _text),
    "version": ("version", _version),
}
"""The keys of a factor: their fields, and how each is read."""
