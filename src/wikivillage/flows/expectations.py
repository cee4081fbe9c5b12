"""What a replayed case expects of the ledger, compared with what the ledger says, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from wikivillage.flows.draft import is_booking
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Commitment, Event, Pledge, Standing, State, Stock
from wikivillage.flows.limit_expectations import LIMIT_CHECKS
from wikivillage.flows.promises import has_lapsed
from wikivillage.flows.replay_words import plain_word
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

    def unknown(self, key: str) -> None:
        """Nothing is passed over in silence."""
        self.lines.append(f'"{key}" is an expectation that nothing here compares')


@dataclass(frozen=True, slots=True)
class _Scene:
    state: State
    event: Standing | None
    opening: frozenset[str]
    listed: Lister
    at: datetime
    result: str
    expected: Mapping[str, Any]


def differences(
    expected: Mapping[str, Any],
    state: State,
    event: Standing | None,
    *,
    opening: Iterable[str],
    listed: Lister,
    at: datetime,
    result: str = "",
) -> Found:
    """What in a state is otherwise than expected. ``opening``: ids of the entries that only set the scene; ``result``:
    what the ledger answered to the step. What nothing here compares is a difference too."""
    found, scene = Found(), _Scene(state, event, frozenset(opening), listed, at, result, expected)
    for key, wanted in expected.items():
        check = CHECKS.get(key) or CHECKS_BY_WORD.get(plain_word(key))
        if check:
            check(found, wanted, scene)
        elif _is_account(wanted):
            _account(found, key, wanted, scene)
        else:
            found.unknown(key)
    return found


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
    return plain(value) if isinstance(value, Decimal) and value.is_finite() else str(value)


STOCK_FIELDS = {
    "accounting": "accounting",
    "accountingquantity": "accounting",
    "owned": "accounting",
    "onhand": "onhand",
    "onhandquantity": "onhand",
    "primaryaccountable": "primary_accountable",
    "owner": "primary_accountable",
    "custodian": "custodian",
    "holder": "custodian",
    "location": "location",
    "currentlocation": "location",
    "stage": "stage",
    "state": "state",
    "containedin": "contained_in",
    "container": "contained_in",
    "classifiedas": "classified_as",
    "unit": "unit",
    "spec": "spec",
    "conformsto": "spec",
    "lot": "lot",
    "tracking": "tracking",
    "previousevent": "last_event",
}
"""The plain words for the fields of a record."""


def _resources(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        stock = scene.state.stocks.get(id)
        if stock is None or fields is None:
            found.same(id, "not there" if fields is None else "there", "there" if stock else "not there")
            continue
        for name, value in fields.items():
            got = _of_stock(stock, name, scene)
            if isinstance(value, Mapping):
                got = {"value": got, "unit": stock.unit}
            found.same(f"{id} {name}", value, list(got) if isinstance(got, tuple) else got)


def _of_stock(stock: Stock, name: str, scene: _Scene) -> Any:
    word = plain_word(name)
    if word in ("reserved", "available"):
        kept = sum((one.open for one in _alive(scene) if _reserves(one, stock.id)), ZERO)
        return kept if word == "reserved" else stock.onhand - kept
    return getattr(stock, STOCK_FIELDS[word]) if word in STOCK_FIELDS else f"no field {name}"


def _alive(scene: _Scene) -> list[Pledge]:
    """The promises that are neither ended nor lapsed."""
    return [one for one in scene.state.pledges.values() if not one.ended and not has_lapsed(one.promise, scene.at)]


def _reserves(pledge: Pledge, resource: str) -> bool:
    promise = pledge.promise
    return isinstance(promise, Commitment) and promise.reserves and promise.resource == resource


def _promises(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        pledge = scene.state.pledges.get(id)
        if pledge is None or fields is None:
            found.same(id, "not there" if fields is None else "there", "there" if pledge else "not there")
            continue
        for name, value in fields.items():
            got = _of_pledge(pledge, name, scene)
            found.same(f"{id} {name}", value, got if isinstance(value, Mapping) else _number(got))


def _of_pledge(pledge: Pledge, name: str, scene: _Scene) -> Any:
    word = plain_word(name).removesuffix("quantity")
    measures = {
        "fulfilled": pledge.fulfilled,
        "settled": pledge.fulfilled,
        "satisfied": pledge.fulfilled,
        "open": pledge.open,
        "remaining": pledge.open,
        "beyond": pledge.beyond,
        "released": pledge.released,
    }
    if word in measures:
        return {"value": str(measures[word]), "unit": pledge.measure.unit}
    states = {
        "finished": pledge.finished,
        "cancelled": pledge.ended == "cancelled",
        "expired": has_lapsed(pledge.promise, scene.at),
    }
    if word in states:
        return states[word]
    return list(pledge.kept_by) if word in ("fulfilledby", "settledby", "satisfiedby") else f"no field {name}"


def _number(got: Any) -> Any:
    """An amount as a number alone, where one is asked for without its unit."""
    return got["value"] if isinstance(got, Mapping) else got


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


def _confirmed(found: Found, wanted: Any, scene: _Scene) -> None:
    ids = [one.id for one in _bookings(scene)]
    found.same("confirmed bookings", wanted, ids if isinstance(wanted, list) else len(ids))


def _bookings(scene: _Scene) -> list[Commitment]:
    return [one.promise for one in _alive(scene) if isinstance(one.promise, Commitment) and is_booking(one.promise)]


def _overlaps(found: Found, wanted: Any, scene: _Scene) -> None:
    """Pairs of confirmed bookings of one thing that share a moment."""
    pairs = [pair for pair in combinations(_bookings(scene), 2) if pair[0].resource == pair[1].resource]
    shared = [(one.id, other.id) for one, other in pairs if _meet(one, other)]
    found.same("overlapping bookings", wanted, shared if isinstance(wanted, list) else len(shared))


def _meet(one: Commitment, other: Commitment) -> bool:
    assert one.begin is not None, "a booking has a begin"
    assert other.begin is not None, "a booking has a begin"
    assert one.end is not None, "a booking has an end"
    assert other.end is not None, "a booking has an end"
    return one.begin < other.end and other.begin < one.end


def _page(found: Found, wanted: int, scene: _Scene) -> None:
    """The newest so many on one page are those that are expected in the list, as far as they reach."""
    listed = scene.expected.get("list_events", scene.listed("events"))
    found.same("the newest page", listed[: int(wanted)], scene.listed("events")[: int(wanted)])


def _events_expected(found: Found, wanted: Any, scene: _Scene) -> None:
    """How many events there are, or what is left of each."""
    if not isinstance(wanted, Mapping):
        count = list(_events(scene))
        found.same("events", wanted, [one.id for one in count] if isinstance(wanted, list) else len(count))
        return
    for id, fields in wanted.items():
        standing = scene.state.events.get(id)
        for name, value in fields.items():
            word = plain_word(name)
            got = {
                "quantity": standing.quantity if standing else None,
                "effort": standing.effort if standing else None,
                "previous": standing.previous if standing else None,
                "correctedby": list(standing.corrected_by) if standing else None,
            }
            found.same(f"{id} {name}", value, got.get(word, f"no field {name}"))


def _is_account(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and any(key.endswith(("_pending", "_posted")) for key in wanted)


def _accounts(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
    for id, fields in wanted.items():
        _account(found, id, fields, scene)


def _account(found: Found, id: str, wanted: Mapping[str, Any], scene: _Scene) -> None:
    """An account of a two-column ledger: pending is what reservations hold open, posted what transfers moved."""
    for key, value in wanted.items():
        if key == "balance":
            got = _posted("credits", id, scene) - _posted("debits", id, scene)
            found.same(f"{id} balance", value, got)
            continue
        side, _, phase = key.partition("_")
        if side not in ("debits", "credits") or phase not in ("pending", "posted"):
            found.unknown(f"{id} {key}")
            continue
        found.same(f"{id} {key}", value, (_pending if phase == "pending" else _posted)(side, id, scene))


FIELD = {"debits": "resource", "credits": "to_resource"}


def _pending(side: str, id: str, scene: _Scene) -> Decimal:
    pledges = [one for one in _alive(scene) if getattr(one.promise, FIELD[side], None) == id]
    return sum((one.open for one in pledges), ZERO)


def _posted(side: str, id: str, scene: _Scene) -> Decimal:
    opened = f"open-{id}-debits" if side == "debits" else f"open-{id}"
    moved = [one for one in _events(scene) if getattr(one, FIELD[side]) == id]
    moved += [one.event for key, one in scene.state.events.items() if key == opened]
    return sum((one.quantity.value for one in moved if one.quantity), ZERO)


def _previous(found: Found, wanted: Any, scene: _Scene) -> None:
    found.same("previous", wanted, scene.event.previous if scene.event else None)


def _neighbours(check: Callable[[Found, Any, _Scene], None]) -> Callable[[Found, Any, _Scene], None]:
    """One neighbour may be written without its list, none as null; of what is not there nothing can be told."""

    def compare(found: Found, wanted: Mapping[str, Any], scene: _Scene) -> None:
        there = {*scene.state.events, *scene.state.stocks, *scene.state.works}
        found.lines += [f"{id} is not there, and its neighbours were expected" for id in wanted if id not in there]
        check(found, {id: [v] if isinstance(v, str) else v or [] for id, v in wanted.items() if id in there}, scene)

    return compare


CHECKS: dict[str, Callable[[Found, Any, _Scene], None]] = {
    **{key: check if "_event_of_" in key else _neighbours(check) for key, check in TRAIL_CHECKS.items()},
    "resources": _resources,
    "resource_count": lambda found, wanted, scene: found.same("resources", wanted, len(_real(scene))),
    "processes": _processes,
    "commitments": _promises,
    "claims": _promises,
    "intents": _promises,
    "reservations": _promises,
    "promises": _promises,
    "accounts": _accounts,
    "conserved": _conserved,
    "event_count": _events_expected,
    "events": _events_expected,
    "list_events": lambda found, wanted, scene: found.same("events listed", wanted, scene.listed("events")),
    "list_resources": lambda found, wanted, scene: found.same("resources listed", wanted, scene.listed("resources")),
    "page_last": _page,
    "effort_total": _effort_total,
    "confirmed": _confirmed,
    "overlaps": _overlaps,
    **LIMIT_CHECKS,
    "previous": _previous,
    "result": lambda found, wanted, scene: found.same("the answer", wanted, scene.result),
}
"""The expectations by their keys."""

CHECKS_BY_WORD = {plain_word(key): check for key, check in CHECKS.items()} | {
    "resourcescount": CHECKS["resource_count"],
    "eventscount": _events_expected,
    "previousevent": _previous,
    "bookings": _confirmed,
    "totals": _conserved,
}
"""The same by plain words, with other words for some."""
