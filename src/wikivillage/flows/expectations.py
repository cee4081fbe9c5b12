"""What a replayed case expects of the ledger, compared with what the ledger says, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from wikivillage.flows.kinds import ZERO, Event, Pledge, Standing, State, Stock
from wikivillage.flows.promises import has_lapsed
from wikivillage.flows.trail_expectations import TRAIL_CHECKS

Lister = Callable[[str], list[str]]


@dataclass(slots=True)
class Found:
    """The differences, one line each, and how many comparisons were made."""

    lines: list[str] = field(default_factory=list)
    checked: int = 0

    def same(self, what: str, wanted: Any, got: Any) -> None:
        """Compare; numbers as decimals, whatever their spelling."""
        self.checked += 1
        if _value(wanted) != _value(got):
            self.lines.append(f"{what} is {_show(got)}, expected {_show(wanted)}")


@dataclass(frozen=True, slots=True)
class _Scene:
    state: State
    event: Standing | None
    opening: frozenset[str]
    listed: Lister
    at: datetime


def differences(
    expected: Mapping[str, Any],
    state: State,
    event: Standing | None,
    *,
    opening: Iterable[str],
    listed: Lister,
    at: datetime,
) -> Found:
    """What in a state is otherwise than expected. ``opening``: ids of the entries that only set the scene."""
    found, scene = Found(), _Scene(state, event, frozenset(opening), listed, at)
    for key, wanted in expected.items():
        if key in CHECKS:
            CHECKS[key](found, wanted, scene)
        elif key not in SAID_ELSEWHERE and _is_account(wanted):
            _account(found, key, wanted, scene)
        elif key not in SAID_ELSEWHERE:
            found.lines.append(f'"{key}" is an expectation that nothing here compares')
    return found


SAID_ELSEWHERE = {"reject", "ran", "page_last", "limits", "mutable_fields_after_creation", "overlaps"}
"""Expectations about the step itself, or about the API."""


def _value(value: Any) -> Any:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except ArithmeticError:
            return value
    if isinstance(value, Mapping):
        return {key: _value(each) for key, each in value.items()}
    return [_value(each) for each in value] if isinstance(value, list | tuple) else value


def _show(value: Any) -> str:
    return str(value)


STOCK_FIELDS = {
    "accounting": "accounting",
    "onhand": "onhand",
    "primaryAccountable": "primary_accountable",
    "custodian": "custodian",
    "location": "location",
    "stage": "stage",
    "state": "state",
    "containedIn": "contained_in",
    "classifiedAs": "classified_as",
    "unit": "unit",
    "spec": "spec",
}


def _resources(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        stock = scene.state.stocks.get(id)
        if stock is None:
            found.same(id, "there", "not there")
            continue
        for name, value in fields.items():
            got = getattr(stock, STOCK_FIELDS[name]) if name in STOCK_FIELDS else f"no field {name}"
            found.same(f"{id} {name}", value, list(got) if isinstance(got, tuple) else got)


def _promises(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        pledge = scene.state.pledges.get(id)
        if pledge is None:
            found.same(id, "there", "not there")
            continue
        for name, value in fields.items():
            found.same(f"{id} {name}", value, _of_pledge(pledge, name))


def _of_pledge(pledge: Pledge, name: str) -> Any:
    measures = {
        "fulfilled": pledge.fulfilled,
        "settled": pledge.fulfilled,
        "satisfied": pledge.fulfilled,
        "open": pledge.open,
        "beyond": pledge.beyond,
    }
    if name in measures:
        return {"value": str(measures[name]), "unit": pledge.measure.unit}
    if name in ("fulfilledBy", "settledBy", "satisfiedBy"):
        return list(pledge.kept_by)
    return pledge.finished if name == "finished" else f"no field {name}"


def _processes(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        inputs = [one for one in _events(scene) if one.input_of == id]
        outputs = [one for one in _events(scene) if one.output_of == id]
        for name, value in fields.items():
            if name == "effort_hours":
                for action, hours in value.items():
                    efforts = [one.effort.value for one in inputs if one.action == action and one.effort]
                    found.same(f"{id} {action} hours", hours, sum(efforts, ZERO))
            elif name == "unreturned":
                _unreturned(found, id, value, scene)
            else:
                found.same(f"{id} {name}", value, [one.id for one in (inputs if name == "inputs" else outputs)])


def _unreturned(found: Found, process: str, wanted: Mapping[str, Any], scene: _Scene) -> None:
    """What a process accepted or picked up and has not given back."""
    work = scene.state.works[process]
    units = {id: scene.state.stocks[id].unit for id in work.held}
    got = {id: {"value": str(held.amount), "unit": units[id]} for id, held in work.held.items()}
    found.same(f"{process} unreturned", wanted, got)


def _events(scene: _Scene) -> Iterator[Event]:
    """The events of the case, in the order of recording."""
    return (one.event for id, one in scene.state.events.items() if id not in scene.opening)


def _real(scene: _Scene) -> list[Stock]:
    return [one for one in scene.state.stocks.values() if not one.elsewhere]


def _conserved(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for key, value in wanted.items():
        count, _, unit = key.partition("_")
        amounts = [getattr(one, count) for one in scene.state.stocks.values() if unit in ("", one.unit)]
        found.same(f"the sum of {key}", value, sum(amounts, ZERO))


def _effort_total(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for key, value in wanted.items():
        efforts = [one.effort.value for one in _events(scene) if one.effort and _lane(one) == key]
        found.same(f"effort of {key}", value, sum(efforts, ZERO))


def _lane(event: Event) -> str:
    return f"{event.provider}/{event.receiver}/{event.spec}"


def _confirmed(found: Found, wanted: list[str], scene: _Scene) -> None:
    found.same("confirmed bookings", wanted, [id for id, one in scene.state.pledges.items() if not one.ended])


def _is_account(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and any(key.endswith(("_pending", "_posted")) for key in wanted)


def _account(found: Found, id: str, wanted: Mapping[str, Any], scene: _Scene) -> None:
    """An account of a two-column ledger: pending is what reservations hold open, posted what transfers moved."""
    for key, value in wanted.items():
        side, _, phase = key.partition("_")
        name, opened = ("resource", f"open-{id}-debits") if side == "debits" else ("to_resource", f"open-{id}")
        if phase == "pending":
            pledges = [one for one in scene.state.pledges.values() if getattr(one.promise, name, None) == id]
            amounts = [one.open for one in pledges if not has_lapsed(one.promise, scene.at)]
        else:
            moved = [one for one in _events(scene) if getattr(one, name) == id]
            moved += [one.event for key, one in scene.state.events.items() if key == opened]
            amounts = [one.quantity.value for one in moved if one.quantity]
        found.same(f"{id} {key}", value, sum(amounts, ZERO))


def _previous(found: Found, wanted: Any, scene: _Scene) -> None:
    found.same("previous", wanted, scene.event.previous if scene.event else None)


CHECKS: dict[str, Callable[[Found, Any, _Scene], None]] = {
    **TRAIL_CHECKS,
    "resources": _resources,
    "resource_count": lambda found, wanted, scene: found.same("resources", wanted, len(_real(scene))),
    "processes": _processes,
    "commitments": _promises,
    "claims": _promises,
    "intents": _promises,
    "conserved": _conserved,
    "event_count": lambda found, wanted, scene: found.same("events", wanted, len(list(_events(scene)))),
    "list_events": lambda found, wanted, scene: found.same("events listed", wanted, scene.listed("events")),
    "list_resources": lambda found, wanted, scene: found.same("resources listed", wanted, scene.listed("resources")),
    "effort_total": _effort_total,
    "confirmed": _confirmed,
    "previous": _previous,
    "result": lambda found, wanted, scene: None,
}
