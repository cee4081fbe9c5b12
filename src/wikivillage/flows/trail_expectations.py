"""What a replayed case expects of trace and track: one step back and forward, and the whole way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wikivillage.flows.history import History, history_of
from wikivillage.flows.kinds import State
from wikivillage.flows.neighbours import Item, Kind, next_items, previous_items
from wikivillage.flows.trace import RULES, Trail, trace, track


class Compares(Protocol):
    """Where comparisons are noted."""

    def same(self, what: str, wanted: Any, got: Any) -> None:
        """Compare what was expected with what was found."""


class Played(Protocol):
    """A case as far as it was played; ``opening``: ids of the entries that only set the scene."""

    @property
    def state(self) -> State:
        """What it adds up to."""

    @property
    def opening(self) -> frozenset[str]:
        """The ids of the entries that set the scene."""


Check = Callable[[Compares, Any, Played], None]


def _previous_events(found: Compares, wanted: Mapping[str, str | None], scene: Played) -> None:
    for id, value in wanted.items():
        standing = scene.state.events.get(id)
        found.same(f"previous event of {id}", value, standing.previous if standing else "not there")


def _last_events(found: Compares, wanted: Mapping[str, str], scene: Played) -> None:
    for id, value in wanted.items():
        stock = scene.state.stocks.get(id)
        found.same(f"last event of {id}", value, stock.last_event if stock else "not there")


def _neighbours(kind: Kind, side: Callable[[Item, History], list[Item]]) -> Check:
    """What is one step before or after; the events that set the scene are not counted."""

    def check(found: Compares, wanted: Mapping[str, list[str]], scene: Played) -> None:
        history = history_of(scene.state)
        for id, value in wanted.items():
            got = [item.id for item in side(Item(kind, id), history) if not _opens(item, scene)]
            found.same(f"{side.__name__} of {id}", value, got)

    return check


def _opens(item: Item, scene: Played) -> bool:
    return item.kind == "event" and item.id in scene.opening


def _next_contains(found: Compares, wanted: Mapping[str, list[str]], scene: Played) -> None:
    history = history_of(scene.state)
    for id, value in wanted.items():
        got = {item.id for item in next_items(Item("resource", id), history)}
        found.same(f"next of {id} among those expected", value, [each for each in value if each in got])


def _trails(walk: Callable[..., Trail]) -> Check:
    """The whole way by the published rule, its start included, as a set: its order hangs on what the rule leaves open
    (whether a record made by a transfer begins with that event)."""

    def check(found: Compares, wanted: Mapping[str, list[str]], scene: Played) -> None:
        history = history_of(scene.state)
        for id, value in wanted.items():
            steps = walk(id, history, "published").steps
            got = {id, *(step.id for step in steps if not _opens(step.item, scene))}
            found.same(f"{walk.__name__} of {id}", sorted(value), sorted(got))

    return check


def _trace_excludes(found: Compares, wanted: Mapping[str, list[str]], scene: Played) -> None:
    history = history_of(scene.state)
    for id, value in wanted.items():
        for rule in RULES:
            got = set(trace(id, history, rule).ids())
            found.same(f"what is in the {rule} trace of {id} and should not be", [], sorted(got & set(value)))


TRAIL_CHECKS: dict[str, Check] = {
    "previous_event_of_event": _previous_events,
    "previous_event_of_resource": _last_events,
    "previous_of_resource": _neighbours("resource", previous_items),
    "previous_of_process": _neighbours("process", previous_items),
    "previous_of_event": _neighbours("event", previous_items),
    "next_of_resource": _neighbours("resource", next_items),
    "next_of_process": _neighbours("process", next_items),
    "next_of_event": _neighbours("event", next_items),
    "next_of_resource_contains": _next_contains,
    "trace": _trails(trace),
    "track": _trails(track),
    "trace_excludes": _trace_excludes,
}
"""The expectations by their keys."""
