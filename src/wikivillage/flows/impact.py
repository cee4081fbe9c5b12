"""Impact: a claim is a sum of events times dated factors that anybody can do again and come to the same number.

A statement says which part of the ledger it speaks of (``up_to``: the last record that counts), lists every event in
its window, each with its factor or with the reason why it has none, and is sealed with a hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from decimal import Context, Decimal, Inexact
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import plain
from wikivillage.flows.factors import GRADES, Factor, check_factors
from wikivillage.flows.kinds import ZERO, Event
from wikivillage.flows.wire import canonical_text, sha256, utc_text

EXACT = Context(prec=400, traps=[Inexact])
"""Sums and products are exact, or it is our mistake: the longest amount times the longest factor fits many times."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as the ledger has it: its number, the kind of resource it is about, and when it happened."""

    number: int
    event: Event
    spec: str | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, from ``begin`` until just before ``end``. An event counts where it happened, as a whole."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a statement: its amount after its corrections, in the factor's ``per``, and its part of the total.

    ``seal`` is the hash of the event and of its corrections as they are written in the ledger.
    """

    event: str
    number: int
    amount: Decimal
    per: str
    factor: str
    version: str
    part: Decimal
    corrected_by: tuple[str, ...]
    seal: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event in the window that is not in the sum, and why."""

    event: str
    number: int
    reason: str
    seal: str


Row = Line | LeftOut
"""An event of the window, counted or not."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed. ``worst_grade`` is that of the least certain factor in it, None where nothing was counted."""

    measure: str
    unit: str
    total: Decimal
    window: Window
    up_to: int
    worst_grade: str | None
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]
    factors: tuple[Factor, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class _Counted:
    """An event of the window and its corrections within the cut."""

    fact: Fact
    corrections: tuple[Event, ...]

    @property
    def seal(self) -> str:
        return sha256("\n".join(canonical_text(one) for one in (self.fact.event, *self.corrections)))


def state_impact(
    facts: Iterable[Fact], factors: Iterable[Factor], measure: str, window: Window, up_to: int
) -> Statement:
    """The statement of a measure over a window, by the ledger up to and with record number ``up_to``.

    Raises ProblemError: no factor of the measure, an event for whose time there is no factor or more than one, an
    amount in a unit that no factor is for. Nothing is counted as zero for want of a factor.
    """
    usable = [factor for factor in factors if factor.measure == measure]
    problems = check_factors(usable)
    if not usable:
        problems.append(Problem("no-factor", measure, f"there is no factor of {measure}.", "Add one with its source."))
    counted = _in_window(facts, window, up_to)
    by_spec = _by_spec(usable)
    rows: list[Row] = []
    for one in counted:
        try:
            rows.append(_row(one, by_spec.get(one.fact.spec, ()), measure))
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)
    lines = tuple(row for row in rows if isinstance(row, Line))
    left_out = tuple(row for row in rows if isinstance(row, LeftOut))
    return _sealed(measure, window, up_to, usable, lines, left_out)


def check_statement(statement: Statement, facts: Iterable[Fact], factors: Iterable[Factor]) -> list[Problem]:
    """Whatever is not as a statement says: done again from the same part of the ledger, it must give the same number
    and the same hash. Each event and factor that is missing, added or changed is named. ``factors`` are those that
    held when it was stated: a newer version for the same time would overlap."""
    facts, factors = list(facts), list(factors)
    problems = []
    if hash_of(statement) != statement.hash:
        what = "the statement is not the one that was sealed."
        problems.append(Problem("statement-altered", statement.hash[:12], what, "Ask for the original."))
    problems += _check_used(statement, factors)
    try:
        again = state_impact(facts, factors, statement.measure, statement.window, statement.up_to)
    except ProblemError as error:
        return [*problems, *_check_there(statement, facts), *error.problems]
    problems += _compare_rows(statement, again)
    problems += _compare_factors(statement, again)
    if statement.total != again.total or statement.unit != again.unit:
        said, found = (f"{plain(one.total)} {one.unit}" for one in (statement, again))
        what = f"{said} of {statement.measure} is stated; the ledger gives {found}."
        problems.append(Problem("total-differs", statement.measure, what))
    if not problems and statement.hash != again.hash:
        problems.append(Problem("hash-differs", statement.hash[:12], f"done again, its hash is {again.hash}."))
    return problems


def write_statement(statement: Statement) -> dict[str, Any]:
    """A statement as plain JSON: amounts as texts, times in UTC."""
    tree: dict[str, Any] = _tree(statement)
    return tree


def hash_of(statement: Statement) -> str:
    """The hash of everything in a statement but its hash: of its canonical JSON."""
    tree = {name: value for name, value in write_statement(statement).items() if name != "hash"}
    return sha256(json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def _in_window(facts: Iterable[Fact], window: Window, up_to: int) -> list[_Counted]:
    """The events of a window in the order of the ledger. A correction counts with what it corrects, whenever it was
    made, if it is within the cut."""
    within = sorted((fact for fact in facts if fact.number <= up_to), key=lambda fact: fact.number)
    corrections: dict[str, list[Event]] = {}
    for fact in within:
        if fact.event.corrects is not None:
            corrections.setdefault(fact.event.corrects, []).append(fact.event)
    firsts = [fact for fact in within if fact.event.corrects is None]
    inside = [fact for fact in firsts if window.begin <= fact.happened_at < window.end]
    return [_Counted(fact, tuple(corrections.get(fact.event.id, ()))) for fact in inside]


def _by_spec(factors: Iterable[Factor]) -> dict[str | None, list[Factor]]:
    found: dict[str | None, list[Factor]] = {}
    for factor in factors:
        found.setdefault(factor.spec, []).append(factor)
    return found


def _row(one: _Counted, factors: Sequence[Factor], measure: str) -> Row:
    """The line of one event. Raises ProblemError where its factor is not certain."""
    event = one.fact.event
    fitting = [factor for factor in factors if factor.action == event.action]
    fitting = fitting or [factor for factor in factors if factor.action is None]
    if not fitting:
        kind = one.fact.spec or "something of no kind"
        return LeftOut(event.id, one.fact.number, f"no {measure} factor for {event.action} of {kind}", one.seal)
    amounts = _net(one)
    if not any(amounts.values()):
        return LeftOut(event.id, one.fact.number, "undone by corrections or without an amount", one.seal)
    factor = _factor_for(one.fact, fitting, amounts)
    amount = amounts[factor.per]
    part = EXACT.multiply(amount, factor.value)
    corrected_by = tuple(correction.id for correction in one.corrections)
    return Line(event.id, one.fact.number, amount, factor.per, factor.id, factor.version, part, corrected_by, one.seal)


def _factor_for(fact: Fact, fitting: Sequence[Factor], amounts: Mapping[str, Decimal]) -> Factor:
    in_unit = [factor for factor in fitting if factor.per in amounts]
    valid = [factor for factor in in_unit if factor.holds(fact.happened_at)]
    if len(valid) == 1:
        return valid[0]
    names, when = ", ".join(sorted(factor.id for factor in valid or fitting)), fact.happened_at.isoformat()
    if not in_unit:
        what = f"{fact.event.id} is counted in {' and '.join(amounts)}; {names} is per {fitting[0].per}."
        problem = Problem("factor-unit", fact.event.id, what, "Add a factor per that unit.")
    elif not valid:
        what = f"{fact.event.id} happened at {when}, when none of {names} holds."
        problem = Problem("factor-gap", fact.event.id, what, "Add a factor for that time.")
    else:
        what = f"{fact.event.id} happened at {when}, when {names} all hold."
        problem = Problem("factor-overlap", fact.event.id, what, "Let only one hold at a time.")
    raise ProblemError([problem])


def _net(one: _Counted) -> dict[str, Decimal]:
    """What is left of an event after its corrections, by unit: of its quantity, and of an effort in another unit."""
    found: dict[str, Decimal] = {}
    events = (one.fact.event, *one.corrections)
    for measures in ([event.quantity for event in events], [event.effort for event in events]):
        sums: dict[str, Decimal] = {}
        for measure in measures:
            if measure is not None:
                sums[measure.unit] = EXACT.add(sums.get(measure.unit, ZERO), measure.value)
        found = sums | found
    return found


def _sealed(
    measure: str,
    window: Window,
    up_to: int,
    usable: Sequence[Factor],
    lines: tuple[Line, ...],
    left_out: tuple[LeftOut, ...],
) -> Statement:
    names = {(line.factor, line.version) for line in lines}
    used = sorted((one for one in usable if (one.id, one.version) in names), key=lambda one: (one.id, one.version))
    total = ZERO
    for line in lines:
        total = EXACT.add(total, line.part)
    worst = max((one.grade for one in used), key=GRADES.index, default=None)
    unit = usable[0].unit
    draft = Statement(measure, unit, total, window, up_to, worst, lines, left_out, tuple(used), "")
    return replace(draft, hash=hash_of(draft))


def _check_used(statement: Statement, factors: Sequence[Factor]) -> Iterator[Problem]:
    given = {(one.id, one.version): one for one in factors}
    for used in statement.factors:
        found = given.get((used.id, used.version))
        if found is None:
            what = f"{used.id}, version {used.version}, was used and is not among the factors."
            yield Problem("factor-missing", used.id, what)
        elif found != used:
            changed = [name.name for name in fields(used) if getattr(found, name.name) != getattr(used, name.name)]
            what = f"{used.id}, version {used.version}, has changed its {' and '.join(changed)}."
            yield Problem("factor-changed", used.id, what, "A changed factor needs another version.")


def _check_there(statement: Statement, facts: Sequence[Fact]) -> Iterator[Problem]:
    """The events of a statement that the ledger does not have; for where it cannot be done again."""
    there = {fact.event.id for fact in facts}
    yield from (_missing(row) for id, row in _rows(statement).items() if id not in there)


def _rows(statement: Statement) -> dict[str, Row]:
    found: dict[str, Row] = {line.event: line for line in statement.lines}
    return found | {row.event: row for row in statement.left_out}


def _missing(row: Row) -> Problem:
    return Problem("event-missing", row.event, f"{row.event}, record {row.number}, is stated and not in the ledger.")


def _compare_rows(statement: Statement, again: Statement) -> Iterator[Problem]:
    said, found = _rows(statement), _rows(again)
    for id in sorted({*said, *found}):
        one, other = said.get(id), found.get(id)
        if one is None and other is not None:
            what = f"{id}, record {other.number}, is in the ledger and was not stated."
            yield Problem("event-added", id, what)
        elif one is not None and other is None:
            yield _missing(one)
        elif one is not None and other is not None and one != other:
            yield _difference(one, other)


def _difference(one: Row, other: Row) -> Problem:
    if one.seal != other.seal:
        what = f"{one.event} or a correction of it is not as it was when this was stated."
        return Problem("event-changed", one.event, what)
    both = [f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name, None)]
    return Problem("line-differs", one.event, f"{one.event} gives another {' and '.join(both)} now.")


def _compare_factors(statement: Statement, again: Statement) -> Iterator[Problem]:
    said = {(one.id, one.version) for one in statement.factors}
    for factor in again.factors:
        if (factor.id, factor.version) not in said:
            what = f"{factor.id}, version {factor.version}, would be used now and was not then."
            yield Problem("factor-added", factor.id, what)


def _tree(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _tree(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return utc_text(value)
        case tuple():
            return [_tree(each) for each in value]
        case _:
            return value
