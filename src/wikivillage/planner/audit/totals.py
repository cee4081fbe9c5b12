"""Laws: every total that is printed is the sum of its series, and nothing that is missing is kept quiet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wikivillage.planner.audit.findings import Finding, shown
from wikivillage.planner.audit.result import Result
from wikivillage.planner.audit.tracks import Key

SHARE = 1e-6
UNTOTALLED = frozenset({"price", "level", "activity"})
"""Kinds whose sum means nothing, or is printed elsewhere."""
WORTH_SAYING = 1e-5
"""Share of a need, or amount where it is smaller than 1, from which what is unmet must be listed."""
STRANDED_SAID = 2e-4
"""Amount from which what is stranded must be listed."""


def check_totals(result: Result) -> Iterator[Finding]:
    """The total of every flow, and the activity beside every size."""
    stated = {Key(line.kind, line.id, line.resource, line.network): line.total for line in result.written.flows}
    summed = {key: amount for key, amount in result.sums.items() if key.kind not in UNTOTALLED}
    for key in [*summed, *(key for key in stated if key not in summed)]:
        yield from _total("total.flow", " ".join(key), stated.get(key), summed.get(key, 0.0))
    for line in result.written.sizes:
        if line.kind == "process" and line.yearly_activity is not None:
            yield from _total("total.activity", line.id, line.yearly_activity, result.total("activity", id=line.id))


def _total(code: str, where: str, stated: float | None, summed: float, least: float = 0.0) -> Iterator[Finding]:
    allowed = SHARE * max(1.0, abs(summed))
    if stated is None:
        if not abs(summed) <= max(least, allowed):
            yield Finding(code, where, f"is not listed, its series adds up to {shown(summed)}", abs(summed), allowed)
    elif not abs(stated - summed) <= allowed:
        what = f"is printed as {shown(stated)}, its series adds up to {shown(summed)}"
        yield Finding(code, where, what, abs(stated - summed), allowed)


def check_shortages(result: Result) -> Iterator[Finding]:
    """Unmet needs and stranded offers are listed with the sum of their series."""
    unmet = {(line.need, line.resource): line.amount for line in result.written.unmet}
    stranded = {(line.offer, line.resource): line.amount for line in result.written.stranded}
    yield from _listed(result, "unmet", unmet)
    yield from _listed(result, "stranded", stranded)


def _listed(result: Result, kind: str, stated: Mapping[tuple[str, str], float]) -> Iterator[Finding]:
    summed = {(key.id, key.resource): amount for key, amount in result.sums.items() if key.kind == kind}
    for id, resource in [*summed, *(pair for pair in stated if pair not in summed)]:
        amount = summed.get((id, resource), 0.0)
        wanted = amount + result.total("served", resource=resource, id=id)
        least = WORTH_SAYING * max(1.0, wanted) if kind == "unmet" else STRANDED_SAID
        yield from _total(f"total.{kind}", f"{id} {kind} {resource}", stated.get((id, resource)), amount, least)
