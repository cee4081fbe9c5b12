"""A statement of impact read back from its JSON, as ``write_statement`` wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.factors import Factor
from wikivillage.flows.impact import LeftOut, Line, Statement, Window
from wikivillage.flows.wire import read_decimal, read_time


def read_statement(tree: Any, where: str = "statement") -> Statement:
    """The statement in a JSON object. Raises ProblemError with everything that is missing or of another kind."""
    problems: list[Problem] = []
    statement = _read(tree, Statement, where, problems)
    if problems:
        raise ProblemError(problems)
    assert isinstance(statement, Statement), "what has no problem is there"
    return statement


def _read(tree: Any, kind: type, where: str, problems: list[Problem]) -> Any:
    """An object with exactly the fields of its kind; None and a problem where it is not one."""
    if not isinstance(tree, Mapping):
        problems.append(Problem("not-a-statement", where, "keys with values are expected here.", ""))
        return None
    before = len(problems)
    names = {field.name: str(field.type) for field in fields(kind)}
    for key in [*(name for name in names if name not in tree), *(key for key in tree if key not in names)]:
        told = "is missing" if key in names else "is no key of a statement"
        problems.append(
            Problem("not-a-statement", f"{where} {key}", f"{key} {told}.", "Was it written by ledger impact?")
        )
    values = {
        name: _value(tree[name], type_, f"{where} {name}", problems) for name, type_ in names.items() if name in tree
    }
    return kind(**values) if len(problems) == before else None


def _value(value: Any, type_: str, where: str, problems: list[Problem]) -> Any:
    if type_ in KINDS:
        return _read(value, KINDS[type_], where, problems)
    if type_ in LISTS:
        if not isinstance(value, list):
            problems.append(Problem("not-a-statement", where, "a list is expected here.", ""))
            return ()
        inner = LISTS[type_]
        return tuple(_value(one, inner, f"{where}[{number}]", problems) for number, one in enumerate(value))
    if value is None and type_.endswith(" | None"):
        return None
    try:
        return READERS[type_.removesuffix(" | None")](value)
    except ValueError as error:
        problems.append(Problem("not-a-statement", where, str(error), ""))
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text.")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number.")
    return value


def _moment(value: Any) -> datetime:
    return read_time(value)


KINDS: dict[str, type] = {"Window": Window, "Line": Line, "LeftOut": LeftOut, "Factor": Factor}
LISTS = {
    "tuple[Line, ...]": "Line",
    "tuple[LeftOut, ...]": "LeftOut",
    "tuple[Factor, ...]": "Factor",
    "tuple[str, ...]": "str",
}
READERS: dict[str, Callable[[Any], Any]] = {"str": _text, "int": _count, "Decimal": read_decimal, "datetime": _moment}
