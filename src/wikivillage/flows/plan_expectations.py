"""What a replayed case expects of a plan, compared with the plan, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.flows.expectations import Found
from wikivillage.flows.kinds import ZERO
from wikivillage.flows.replay_words import plain_word
from wikivillage.flows.schedule import PlannedCommitment, ProductionPlan, as_moment, find_late

DAY = timedelta(days=1)
SIDES = {"in": "input", "input": "input", "out": "output", "output": "output"}


@dataclass(slots=True)
class Row:
    """A commitment of a plan, in whole as it is compared. ``amounts``: quantity and effort as values with units."""

    id: str
    process: str | None
    side: str
    action: str
    spec: str
    stage: str | None
    state: str | None
    amounts: dict[str, Any]
    independent: bool = False

    @classmethod
    def of_commitment(cls, made: PlannedCommitment) -> Row:
        """The row of a commitment that was planned."""
        said = {"quantity": made.quantity, "effort": made.effort}
        amounts = {key: {"value": str(one.value), "unit": one.unit} for key, one in said.items() if one}
        return cls(
            made.id,
            made.process,
            made.side,
            made.action,
            made.spec,
            made.stage,
            made.state,
            amounts,
            made.independent_demand,
        )

    @classmethod
    def of_words(cls, body: Mapping[str, Any]) -> Row:
        """The row of a commitment as a case gives it."""
        process = body.get("process") or body.get("inputOf") or body.get("outputOf")
        side = SIDES.get(str(body.get("io", body.get("side"))), "output" if body.get("outputOf") else "input")
        spec = str(body.get("spec", body.get("resourceSpec", "")))
        amounts = {key: dict(body[key]) for key in ("quantity", "effort") if key in body}
        flag = body.get("independentDemand", body.get("independent_demand")) is True
        state = (body.get("stage"), body.get("state"))
        return cls(str(body.get("id", "")), process, side, str(body["action"]), spec, *state, amounts, flag)

    def value(self, key: str) -> Any:
        """What is under a key of an expected commitment."""
        word = plain_word(key)
        if word in ("independentdemand", "independent"):
            return self.independent
        if key in ("quantity", "effort"):
            return self.amounts.get(key)
        if word in ("io", "side"):
            return self.side
        return getattr(self, "spec" if word in ("spec", "resourcespec") else word, f"no key {key}")


@dataclass(slots=True)
class Planned:
    """A plan as far as it was played: ``plan`` is None where the case gave the commitments itself."""

    plan: ProductionPlan | None = None
    rows: list[Row] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)

    @property
    def next(self) -> dict[str, list[str]]:
        """The processes that wait for each: by the plan, or by who takes what another gives."""
        if self.plan is not None:
            return {before: list(after) for before, after in self.plan.next.items()}
        found: dict[str, dict[str, None]] = {}
        for made in (row for row in self.rows if row.side == "output"):
            for taken in (row for row in self.rows if row.side == "input" and row.spec == made.spec):
                if made.process and taken.process and made.process != taken.process:
                    found.setdefault(made.process, {})[taken.process] = None
        return {before: list(after) for before, after in found.items()}


def check_plan(found: Found, expected: Mapping[str, Any], planned: Planned) -> None:
    """Compare everything that is expected; what nothing here compares is a difference."""
    for key, wanted in expected.items():
        check = PLAN_CHECKS.get(plain_word(key))
        if check is None:
            found.unknown(key)
        else:
            check(found, wanted, planned)


def _commitments(found: Found, wanted: Sequence[Mapping[str, Any]], planned: Planned) -> None:
    """Each expected commitment beside one of its process, action and specification; and no others."""
    left = list(planned.rows)
    found.same("the number of commitments", len(wanted), len(left))
    for number, said in enumerate(wanted, 1):
        row = next((one for one in left if _names(said, one)), None)
        if row is None:
            found.same(f"commitment {number}", dict(said), "not planned")
            continue
        left.remove(row)
        asked = {"independentDemand": False, **said}
        found.same(f"commitment {number}", asked, {key: row.value(key) for key in asked})


def _names(said: Mapping[str, Any], row: Row) -> bool:
    return all(row.value(key) == said[key] for key in ("process", "action", "spec", "stage") if key in said)


def _processes(found: Found, wanted: list[str], planned: Planned) -> None:
    found.same("the processes", wanted, planned.processes)


def _demand(found: Found, wanted: Mapping[str, Any], planned: Planned) -> None:
    known = dict(_demands(planned))
    for key, value in wanted.items():
        number = value["value"] if isinstance(value, Mapping) else value
        found.same(key, number, known.get(key, ZERO if key.endswith(ENDINGS) else "no such demand"))


ENDINGS = ("_input", "_to_produce", "_to_buy", "_missing")


def _demands(planned: Planned) -> Iterator[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for row in planned.rows:
        if row.side == "input" and "quantity" in row.amounts:
            key = f"{row.spec}_input"
            sums[key] = sums.get(key, ZERO) + Decimal(str(row.amounts["quantity"]["value"]))
    yield from sums.items()
    for line in planned.plan.netting if planned.plan else ():
        yield f"{line.good.spec}_to_produce", line.to_produce
        yield f"{line.good.spec}_available", line.available
        yield f"{line.good.spec}_taken", line.taken
    for bought in planned.plan.purchases if planned.plan else ():
        yield f"{bought.good.spec}_to_buy", bought.quantity.value
    for cycle in planned.plan.cycles if planned.plan else ():
        yield f"{cycle.specs[-1]}_missing", cycle.missing.value


def _next(found: Found, wanted: Mapping[str, Any], planned: Planned) -> None:
    lists = {before: after if isinstance(after, list) else [after] for before, after in wanted.items()}
    found.same("what comes next", lists, planned.next)


def _previous(found: Found, wanted: Mapping[str, Any], planned: Planned) -> None:
    before: dict[str, list[str]] = {}
    for one, after in planned.next.items():
        for each in after:
            before.setdefault(each, []).append(one)
    lists = {after: one if isinstance(one, list) else [one] for after, one in wanted.items()}
    found.same("what comes before", lists, before)


def _schedule(found: Found, wanted: Mapping[str, Mapping[str, str]], planned: Planned) -> None:
    plan = planned.plan
    known: dict[str, dict[str, datetime]] = {}
    for one in plan.processes if plan else ():
        known[one.id] = {"start": one.start, "end": one.end, "begin": one.start}
    for order in plan.purchases if plan else ():
        known[order.id] = {"order_by": order.order_by, "needed_at": order.needed_at, "start": order.order_by}
    for id, times in wanted.items():
        for key, text in times.items():
            found.same(f"{id} {key}", _moment(text), known.get(id, {}).get(key, "not planned"))


def _moment(text: str) -> datetime:
    if len(text) == len("2026-01-01"):
        return as_moment(date.fromisoformat(text))
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def _late_after(found: Found, wanted: str, planned: Planned) -> None:
    """On that day nothing is late, on the next something is."""
    found.same(f"late on {wanted}", [], _late(planned, _moment(wanted)))
    found.same(f"whether something is late the day after {wanted}", True, bool(_late(planned, _moment(wanted) + DAY)))


def _late_on(found: Found, wanted: Mapping[str, list[str]], planned: Planned) -> None:
    for day, ids in wanted.items():
        found.same(f"late on {day}", sorted(ids), sorted(_late(planned, _moment(day))))


def _late(planned: Planned, moment: datetime) -> list[str]:
    plan = planned.plan
    return [one.id for one in find_late(plan.processes, plan.purchases, moment)] if plan else []


def _producing(found: Found, wanted: Mapping[str, int], planned: Planned) -> None:
    for spec, count in wanted.items():
        made = [row for row in planned.rows if row.side == "output" and row.spec == spec]
        found.same(f"commitments that produce {spec}", count, len(made))


def _cycles(found: Found, wanted: Any, planned: Planned) -> None:
    made = [list(one.specs) for one in planned.plan.cycles] if planned.plan else []
    if isinstance(wanted, bool):
        found.same("whether there is a cycle", wanted, bool(made))
    else:
        found.same("the cycles", wanted, made if isinstance(wanted, list) else len(made))


def _purchases(found: Found, wanted: Any, planned: Planned) -> None:
    bought = {one.good.spec: one.quantity for one in planned.plan.purchases} if planned.plan else {}
    if isinstance(wanted, Mapping):
        for spec, amount in wanted.items():
            got = bought.get(spec)
            shown: Any = "not bought" if got is None else got.value
            if isinstance(amount, Mapping) and got is not None:
                shown = {"value": got.value, "unit": got.unit}
            found.same(f"{spec} to buy", amount, shown)
    else:
        found.same("what is bought", sorted(wanted), sorted(bought))


def _independent(found: Found, wanted: list[str], planned: Planned) -> None:
    """The outputs that are asked for from outside, by their ids or what they are."""
    rows = [row for row in planned.rows if row.independent]
    by_spec = bool(wanted) and all(any(row.spec == one for row in planned.rows) for one in wanted)
    found.same("independent demand", sorted(wanted), sorted(row.spec if by_spec else row.id for row in rows))


def _problems(found: Found, wanted: Any, planned: Planned) -> None:
    codes = sorted({problem.code for problem in planned.plan.problems}) if planned.plan else []
    found.same("what is missing", sorted(wanted) if isinstance(wanted, list) else wanted, codes)


PLAN_CHECKS: dict[str, Callable[[Found, Any, Planned], None]] = {
    "commitments": _commitments,
    "processorder": _processes,
    "processes": _processes,
    "demand": _demand,
    "demands": _demand,
    "next": _next,
    "previous": _previous,
    "schedule": _schedule,
    "lateiftodayafter": _late_after,
    "late": _late_on,
    "producingcommitments": _producing,
    "cycle": _cycles,
    "cycles": _cycles,
    "purchases": _purchases,
    "independentdemand": _independent,
    "commitmentcount": lambda found, wanted, planned: found.same("commitments", wanted, len(planned.rows)),
    "processcount": lambda found, wanted, planned: found.same("processes", wanted, len(planned.processes)),
    "terminates": lambda found, wanted, planned: found.same("whether it ends", wanted, planned.plan is not None),
    "stops": lambda found, wanted, planned: found.same("whether it ends", wanted, planned.plan is not None),
    "problems": _problems,
}
"""The expectations by the plain words of their keys."""
