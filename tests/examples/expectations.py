"""Reads the ``# expect:`` lines at the foot of a village file and finds each figure in its plan.

A line is ``# expect: <what> = <figure>   <why>``. What may be ``objective``; ``size pv``; ``measure cost``;
``goal climate reached``; ``break_even pv annuity``; ``refused hose`` (how often); ``loss extruder mass``; or
a flow, summed: ``bought grid``, ``input pump outdoor_heat``, ``price heat at 0 on north`` (step, network).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from wikivillage.planner.planning import Plan

LINE = re.compile(r"^# expect: (?P<what>[\w ]+?) = (?P<figure>-?[\d.]+)(?: %)?(?:\s{2,}.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Expected:
    """One figure that a village file promises; ``decimals`` is how precisely it is written."""

    what: str
    figure: float
    decimals: int


def read_expected(text: str) -> Iterator[Expected]:
    """Every promise of a village file. A line that looks like one and cannot be read is our mistake."""
    found = list(LINE.finditer(text))
    assert len(found) == text.count("# expect:"), "an expect line cannot be read"
    for match in found:
        figure = match["figure"]
        yield Expected(match["what"], float(figure), len(figure.partition(".")[2]))


def figure_in(plan: Plan, what: str) -> float:
    """The figure of a plan that an expect line names."""
    kind, *words = what.split()
    find = FIGURES.get(kind)
    return find(plan.record, words) if find else flow_in(plan.flows, kind, words)


def flow_in(flows: pd.DataFrame, kind: str, words: Sequence[str]) -> float:
    """The sum of a flow's amounts: ``id [resource] [at step] [on network]``; a price goes by its resource."""
    names, options = words[: _first_option(words)], words[_first_option(words) :]
    chosen = flows["kind"].eq(kind) & flows["resource" if kind == "price" else "id"].eq(names[0])
    if len(names) > 1:
        chosen &= flows["resource"].eq(names[1])
    for option, value in zip(options[::2], options[1::2], strict=True):
        chosen &= flows["step"].eq(int(value)) if option == "at" else flows["network"].eq(value)
    return float(flows.loc[chosen, "amount"].sum())


def _first_option(words: Sequence[str]) -> int:
    return next((i for i, word in enumerate(words) if word in ("at", "on")), len(words))


def _entry(entries: Sequence[dict[str, Any]], **wanted: str) -> dict[str, Any]:
    return next(entry for entry in entries if all(entry[key] == value for key, value in wanted.items()))


FIGURES: dict[str, Callable[[dict[str, Any], Sequence[str]], float]] = {
    "objective": lambda record, words: record["objective"]["total"],
    "size": lambda record, words: _entry(record["sizes"], id=words[0])["size"],
    "limit": lambda record, words: _entry(record["sizes"], id=words[0])["marginal_value"],
    "measure": lambda record, words: record["measures"][words[0]],
    "goal": lambda record, words: _entry(record["goals"], id=words[0])[words[1]],
    "break_even": lambda record, words: _entry(record["sizes"], id=words[0])["break_even"][words[1]],
    "refused": lambda record, words: sum(entry["id"] == words[0] for entry in record["refused"]),
    "loss": lambda record, words: _entry(record["losses"], recipe=words[0], component=words[1])["amount"],
}
