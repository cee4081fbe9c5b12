"""Measured streams and their balances out of a mapping, as YAML or JSON give it, in two forms.

For people: ``streams: {mains: {value: 3000, sd: 60}, leak: {}}``, with nothing for what is sought, and
``balances: [mains = sewer + leak]``. As published cases: ``flows`` and ``parameters`` with ``constraints``, or
``measured`` and ``sd`` with one ``balance``, which is ``in = out`` where none is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.flows.reconcile import Stream
from wikivillage.flows.reconcile_balances import Balance, read_balances

Measured = tuple[tuple[Stream, ...], tuple[Balance, ...]]
"""Streams and balances."""

FILE_KEYS = ("streams", "balances")
STREAM_KEYS = ("value", "sd", "start")


def read_measured(tree: Any, where: str = "streams") -> Measured:
    """The streams and balances of a file. Raises ProblemError with everything that is wrong with its form."""
    problems = [*_check_keys(tree, FILE_KEYS, where)]
    if problems:
        raise ProblemError(problems)
    for key, kind, words in (("streams", Mapping, "names with their values"), ("balances", list, "a list of lines")):
        if not isinstance(tree.get(key), kind):
            problems.append(
                Problem("shape", f"{where} {key}", f"{words} are expected here.", 'Write "a: {value: 5, sd: 1}".')
            )
    if problems:
        raise ProblemError(problems)
    streams = [_stream(str(name), node, f"{where} {name}", problems) for name, node in tree["streams"].items()]
    try:
        balances = read_balances([str(line) for line in tree["balances"]], f"{where} balances")
    except ProblemError as error:
        problems += error.problems
    if problems:
        raise ProblemError(problems)
    return tuple(streams), balances


def read_case(document: Any, id: str | None, where: str = "cases") -> Measured:
    """The streams and balances of one published case, the only one if none is named. Raises ProblemError."""
    listed = document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise ProblemError([Problem("shape", where, "there is no list of cases in it.", "")])
    cases = {str(case.get("id")): case for case in listed if isinstance(case, Mapping)}
    if id is None and len(cases) == 1:
        (id,) = cases
    if id not in cases:
        close = nearest(str(id), cases)
        hint = f"Did you mean {close}?" if close else f"Cases are {', '.join(cases)}."
        raise ProblemError([Problem("unknown-case", where, f"there is no case {id} in it.", hint)])
    return read_measured(_as_file(cases[id]), f"{where} {id}")


def _as_file(case: Mapping[str, Any]) -> dict[str, Any]:
    """A published case in the form of a file."""
    if "measured" in case:
        deviations = case.get("sd", {})
        streams = {name: {"value": value, "sd": deviations.get(name)} for name, value in case["measured"].items()}
        return {"streams": streams, "balances": [case.get("balance", "in = out")]}
    listed = {**case.get("flows", {}), **case.get("parameters", {})}
    streams = {name: {key: node.get(key) for key in STREAM_KEYS} for name, node in listed.items()}
    return {"streams": streams, "balances": case.get("constraints", [])}


def _stream(name: str, node: Any, where: str, problems: list[Problem]) -> Stream:
    node = {} if node is None else node
    problems += _check_keys(node, STREAM_KEYS, where)
    numbers = {
        key: _number(node.get(key), f"{where} {key}", problems) for key in STREAM_KEYS if isinstance(node, Mapping)
    }
    return Stream(name, numbers.get("value"), numbers.get("sd"), numbers.get("start"), where)


def _number(value: Any, where: str, problems: list[Problem]) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        problems.append(Problem("not-a-number", where, f"{value!r} is not a number.", "Write 12.5, without a unit."))
        return None
    return float(value)


def _check_keys(node: Any, known: Iterable[str], where: str) -> list[Problem]:
    known = tuple(known)
    if not isinstance(node, Mapping):
        return [Problem("shape", where, "keys with values are expected here.", f"Keys are {', '.join(known)}.")]
    found = []
    for key in node:
        if key not in known:
            close = nearest(str(key), known)
            hint = f'Did you mean "{close}"?' if close else f"Keys are {', '.join(known)}."
            found.append(Problem("unknown-key", where, f'"{key}" is not a key here.', hint))
    return found
