"""Laws: what the plan certifies of itself, which village and hours it is about, and what the law refuses in it."""

from __future__ import annotations

from collections.abc import Iterator

from wikivillage.planner.audit.findings import Finding, shown
from wikivillage.planner.audit.money import allowance, objective_parts
from wikivillage.planner.audit.result import Result

GAP = 1e-4
"""Share of the objective that may stay between the primal and the dual."""


def check_certificate(result: Result) -> Iterator[Finding]:
    """primal = objective; dual <= primal; gap = |primal - dual| / max(1, |primal|, |dual|), as printed and small."""
    said = result.written.certificate
    primal, dual = said.primal_objective, said.dual_objective
    allowed = allowance(objective_parts(result))
    if not abs(primal - result.written.total) <= allowed:
        what = f"the primal objective is {shown(primal)} EUR, the plan's is {shown(result.written.total)} EUR"
        yield Finding("certificate.primal", "certificate", what, abs(primal - result.written.total), allowed)
    size = max(1.0, abs(primal), abs(dual))
    if dual - primal > GAP * size:
        what = f"the dual objective {shown(dual)} is above the primal {shown(primal)}: one of them is wrong"
        yield Finding("certificate.dual", "certificate", what, dual - primal, GAP * size)
    gap = abs(primal - dual) / size
    if not abs(gap - said.relative_gap) <= 1e-9 + 1e-6 * gap:
        what = f"the gap is printed as {shown(said.relative_gap)}, the objectives make {shown(gap)}"
        yield Finding("certificate.gap", "certificate", what, abs(gap - said.relative_gap), 1e-9 + 1e-6 * gap)
    if gap > GAP:
        what = f"{shown(100 * gap)} % may be saved: the plan is not shown to be the cheapest"
        yield Finding("certificate.open", "certificate", what, gap, GAP)


def check_origin(result: Result) -> Iterator[Finding]:
    """The village and the flows in the folder are those of the plan, and so are the hours."""
    said = result.written.certificate
    if said.village_sha256 != result.digests["village.yaml"]:
        yield Finding("origin.village", "village.yaml", "is not the village that was planned (SHA-256)", 1.0, 0.0)
    if said.flows_sha256 != result.digests["flows.parquet"]:
        yield Finding("origin.flows", "flows.parquet", "was changed after it was written (SHA-256)", 1.0, 0.0)
    horizon, axis = result.written.horizon, result.axis
    if horizon.start != axis.start.isoformat() or horizon.hours != axis.hours:
        planned, asked = f"{horizon.hours:g} h from {horizon.start}", f"{axis.hours} h from {axis.start.isoformat()}"
        what = f"{planned} were planned, the village asks for {asked}"
        yield Finding("origin.horizon", "horizon", what, abs(horizon.hours - axis.hours), 0.0)
    if not abs(horizon.year_fraction - axis.year_fraction) <= 1e-9:
        what = f"is printed as {shown(horizon.year_fraction)} of a year, it is {shown(axis.year_fraction)}"
        yield Finding("origin.year", "horizon", what, abs(horizon.year_fraction - axis.year_fraction), 1e-9)


def check_refused(result: Result) -> Iterator[Finding]:
    """What the rules refuse is what the plan says they refuse."""
    for id in sorted(result.refused ^ {line.id for line in result.written.refused}):
        hidden = id in result.refused
        what = "is refused by the rules, and the plan does not say so" if hidden else "is not refused by any rule"
        yield Finding("refused", id, what, 1.0, 0.0)
