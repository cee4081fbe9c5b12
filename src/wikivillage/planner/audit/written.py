"""plan.json -> the figures that an audit looks at, each of the type that was promised."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from wikivillage.base.problems import Problem, ProblemError

FORMAT = "wikivillage-plan/1"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the objective, in EUR."""

    kind: str
    id: str
    amount: float


@dataclass(frozen=True, slots=True)
class SizeLine:
    """One size that the plan states, with what it costs."""

    id: str
    kind: str
    size: float
    capital_eur: float
    yearly_eur: float
    embodied_kg_year: float
    yearly_activity: float | None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """What the plan says of one goal."""

    id: str
    reached: float
    missing: float
    met: bool


@dataclass(frozen=True, slots=True)
class TotalLine:
    """The total of one series, as stated."""

    kind: str
    id: str
    resource: str
    network: str
    total: float


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """What a need, a process or a store did not get, as stated."""

    need: str
    resource: str
    amount: float


@dataclass(frozen=True, slots=True)
class StrandedLine:
    """What found no use, as stated."""

    offer: str
    resource: str
    amount: float


@dataclass(frozen=True, slots=True)
class LossLine:
    """A loss that a recipe of the village owns up to."""

    recipe: str
    component: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """What the law refused."""

    id: str


@dataclass(frozen=True, slots=True)
class HorizonLine:
    """Which hours were planned."""

    start: str
    hours: float
    year_fraction: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the planner says of its own solution."""

    primal_objective: float
    dual_objective: float
    relative_gap: float
    flows_sha256: str | None
    village_sha256: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """plan.json, as far as an audit reads it."""

    total: float
    yearly_cost: float
    investment: float
    horizon: HorizonLine
    certificate: Certificate
    measures: Mapping[str, float]
    parts: tuple[Part, ...]
    sizes: tuple[SizeLine, ...]
    goals: tuple[GoalLine, ...]
    flows: tuple[TotalLine, ...]
    unmet: tuple[UnmetLine, ...]
    stranded: tuple[StrandedLine, ...]
    losses: tuple[LossLine, ...]
    refused: tuple[RefusedLine, ...]


def read_plan(file: Path) -> Written:
    """What plan.json states. Raises ProblemError with everything that is missing or of the wrong type."""
    record = _record(file)
    problems: list[Problem] = []
    reader = _Reader(str(file), problems)
    objective = reader.mapping(record, "objective")
    written = Written(
        total=reader.value(objective, "total", "float", "objective."),
        yearly_cost=reader.value(record, "yearly_cost", "float"),
        investment=reader.value(record, "investment", "float"),
        horizon=reader.line(reader.mapping(record, "horizon"), HorizonLine, "horizon."),
        certificate=reader.line(reader.mapping(record, "certificate"), Certificate, "certificate."),
        measures=reader.measures(record),
        parts=reader.lines(objective, "parts", Part),
        sizes=reader.lines(record, "sizes", SizeLine),
        goals=reader.lines(record, "goals", GoalLine),
        flows=reader.lines(record, "flows", TotalLine),
        unmet=reader.lines(record, "unmet", UnmetLine),
        stranded=reader.lines(record, "stranded", StrandedLine),
        losses=reader.lines(record, "losses", LossLine),
        refused=reader.lines(record, "refused", RefusedLine),
    )
    if problems:
        raise ProblemError(problems)
    return written


def _record(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_text(encoding="utf-8"), parse_int=float)
    except FileNotFoundError:
        raise ProblemError([Problem("missing_file", str(file), "This file is not there.")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError([Problem("broken_plan", str(file), f"It cannot be read: {error}.")]) from None
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}"
        raise ProblemError(
            [Problem("broken_plan", where, f"This is not JSON: {error.msg}.", "Is it cut off?")]
        ) from None
    except RecursionError:
        raise ProblemError([Problem("broken_plan", str(file), "It is nested too deeply to be a plan.")]) from None
    if not isinstance(record, dict):
        raise ProblemError([Problem("broken_plan", str(file), "It holds no plan.")])
    if record.get("format") != FORMAT:
        said = f"It says that its format is {record.get('format')!r}."
        raise ProblemError([Problem("plan_format", str(file), said, f"This checker reads {FORMAT}.")])
    return record


Line = TypeVar("Line")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


FITS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ("a word", lambda value: isinstance(value, str)),
    "str | None": ("a word", lambda value: value is None or isinstance(value, str)),
    "float": ("a number", _is_number),
    "float | None": ("a number", lambda value: value is None or _is_number(value)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
}
"""By the type of a field: what it must be, and the test of it."""


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    problems: list[Problem]

    def value(self, record: Mapping[str, Any], key: str, type: str, path: str = "") -> Any:
        """The value of a key; a problem where it does not fit."""
        expected, fits = FITS[type]
        value = record.get(key)
        if not fits(value):
            self._miss(f"{path}{key} must be {expected}, not {json.dumps(value, default=str)[:60]}.")
        return value

    def mapping(self, record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """A part of the plan; a problem and nothing where it is missing."""
        value = record.get(key)
        if isinstance(value, dict):
            return value
        self._miss(f"{key} is missing.")
        return {}

    def line(self, record: Mapping[str, Any], of: Callable[..., Line], path: str) -> Line:
        """One record with the fields of a dataclass."""
        return of(**{f.name: self.value(record, f.name, str(f.type), path) for f in fields(of)})  # type: ignore[arg-type]

    def lines(self, record: Mapping[str, Any], key: str, of: Callable[..., Line]) -> tuple[Line, ...]:
        """Every record of a list."""
        value = record.get(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._miss(f"{key} must be a list of records.")
            return ()
        return tuple(self.line(one, of, f"{key}[{place}].") for place, one in enumerate(value))

    def measures(self, record: Mapping[str, Any]) -> Mapping[str, float]:
        """Name and figure of each measure."""
        found = self.mapping(record, "measures")
        return {name: self.value(found, name, "float", "measures.") for name in found}

    def _miss(self, what: str) -> None:
        self.problems.append(Problem("broken_plan", self.where, what))
