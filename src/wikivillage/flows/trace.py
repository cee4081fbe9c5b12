"""Trace and track: where something came from, and where it went, event by event.

Two rules, named in every result: ``strict`` (ours, in ``trace_strict``) and ``published`` (of ValueFlows, in
``trace_published``). Both end on cycles, and ask the history only of what they reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import plain
from wikivillage.flows.history import History, is_undone, named_by
from wikivillage.flows.kinds import Event
from wikivillage.flows.neighbours import Item, Kind, access_standing, find_items
from wikivillage.flows.trace_published import published_trace, published_track
from wikivillage.flows.trace_strict import StrictTrace, StrictTrack
from wikivillage.flows.trace_walk import Way, walk

Rule = Literal["strict", "published"]
Direction = Literal["trace", "track"]
RULES: tuple[Rule, ...] = ("strict", "published")

WAYS: dict[tuple[Direction, Rule], Callable[[History], Way]] = {
    ("trace", "strict"): StrictTrace,
    ("track", "strict"): StrictTrack,
    ("trace", "published"): published_trace,
    ("track", "published"): published_track,
}
"""The rules, in both directions."""

DEEPEST = 24
"""How far a line is indented at most; deeper ones say their depth."""


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a trail: ``via`` is the item that it was come to from, ``why`` how the two belong together, read
    from ``via`` to the item ("made by"); ``depth`` counts from 1. ``undone``: corrections left nothing of it."""

    item: Item
    depth: int
    why: str
    via: Item
    undone: bool = False

    @property
    def kind(self) -> Kind:
        """Whether it is an event, a resource or a process."""
        return self.item.kind

    @property
    def id(self) -> str:
        """The id of the item."""
        return self.item.id


@dataclass(frozen=True, slots=True)
class Trail:
    """Where something came from (``trace``) or went (``track``), by which rule; each item once, without the start.

    ``more``: it goes on, and was cut where it was asked to be.
    """

    start: Item
    direction: Direction
    rule: Rule
    steps: tuple[Step, ...]
    more: bool = False

    def ids(self) -> list[str]:
        """The ids of the steps, in their order."""
        return [step.id for step in self.steps]


@dataclass(frozen=True, slots=True)
class Ancestry:
    """What a resource came from in the end: the events that raised or produced it or its sources, and the accounts
    outside the ledger (or with credit, as of the grid) that something of it was taken from."""

    resource: str
    rule: Rule
    raised: tuple[str, ...]
    produced: tuple[str, ...]
    outside: tuple[str, ...]


def trace(
    start: str, history: History, rule: Rule = "strict", kind: Kind | None = None, *, most: int | None = None
) -> Trail:
    """Where an event, a resource or a process came from, latest first.

    At ``most`` so many steps. Raises ProblemError if there is no such thing.
    """
    return _trail(start, kind, history, "trace", rule, most)


def track(
    start: str, history: History, rule: Rule = "strict", kind: Kind | None = None, *, most: int | None = None
) -> Trail:
    """Where an event, a resource or a process went, in the order of recording.

    At ``most`` so many steps. Raises ProblemError if there is no such thing.
    """
    return _trail(start, kind, history, "track", rule, most)


def ancestors(resource: str, history: History) -> Ancestry:
    """What a resource came from in the end, by the strict rule. Raises ProblemError if there is no such resource."""
    steps = trace(resource, history, "strict", "resource").steps
    events = [access_standing(step.id, history).event for step in steps if step.kind == "event" and not step.undone]
    firsts = [event for event in events if event.corrects is None]
    return Ancestry(
        resource,
        "strict",
        raised=tuple(event.id for event in firsts if event.action == "raise"),
        produced=tuple(event.id for event in firsts if event.action == "produce"),
        outside=tuple(step.id for step in steps if step.kind == "resource" and _is_outside(step.id, history)),
    )


def tell(trail: Trail, history: History) -> list[str]:
    """A trail as lines of English, a tree by indentation: the start, and under each item what it leads to."""
    verb = "comes from" if trail.direction == "trace" else "goes to"
    nothing = "" if trail.steps else ": nothing"
    below: dict[Item, list[Step]] = {}
    for step in trail.steps:
        below.setdefault(step.via, []).append(step)
    lines = [f"{_name(trail.start, history)} {verb} ({trail.rule} rule){nothing}"]
    waiting = list(reversed(below.get(trail.start, [])))
    while waiting:
        step = waiting.pop()
        lines.append(_line(step, history))
        waiting += reversed(below.get(step.item, []))
    return [*lines, f"... and more than these {len(trail.steps)} steps"] if trail.more else lines


def _trail(
    start: str, kind: Kind | None, history: History, direction: Direction, rule: Rule, most: int | None
) -> Trail:
    item = _start(start, kind, history)
    depths, steps = {item: 0}, []
    way = walk(item, WAYS[direction, rule](history))
    for found, via in islice(way, most):
        depths[found] = depths[via] + 1
        undone = found.kind == "event" and is_undone(access_standing(found.id, history))
        steps.append(Step(found, depths[found], _why(via, found, direction, history), via, undone))
    return Trail(item, direction, rule, tuple(steps), more=next(way, None) is not None)


def _start(id: str, kind: Kind | None, history: History) -> Item:
    found = [item for item in find_items(id, history) if kind in (None, item.kind)]
    if not found:
        what = f'there is no {kind or "event, resource or process"} "{id}".'
        raise ProblemError([Problem("unknown-item", id, what)])
    if len(found) > 1:
        kinds = " and ".join(item.kind for item in found)
        raise ProblemError([Problem("ambiguous-item", id, f'"{id}" is a {kinds}.', "Say which is meant.")])
    return found[0]


MADE = {
    "produce": "made by",
    "raise": "counted by",
    "lower": "counted down by",
    "modify": "changed by",
    "dropoff": "brought by",
    "separate": "unpacked by",
    "copy": "copied by",
}
"""How an event that fed a resource is told; whatever is not here came by a change of hands or place."""


def _why(via: Item, found: Item, direction: Direction, history: History) -> str:
    pair = (via.kind, found.kind)
    if pair == ("event", "event"):
        return _between_events(via.id, found.id, history)
    words = TRACE_WORDS if direction == "trace" else TRACK_WORDS
    if pair != ("resource", "event") or direction == "track":
        return words[pair]
    event = access_standing(found.id, history).event
    if via.id not in named_by(event):
        return "carried along by"
    return MADE.get(event.action, "received by")


def _between_events(via: str, found: str, history: History) -> str:
    if access_standing(via, history).event.corrects == found:
        return "corrects"
    return "corrected by" if access_standing(found, history).event.corrects == via else "next to"


TRACE_WORDS = {
    ("event", "process"): "output of",
    ("process", "event"): "with input",
    ("event", "resource"): "taken from",
}
TRACK_WORDS = {
    ("event", "process"): "input of",
    ("process", "event"): "with output",
    ("event", "resource"): "gave to",
    ("resource", "event"): "went into",
}


def _is_outside(resource: str, history: History) -> bool:
    stock = history.stock(resource)
    return stock is not None and (stock.elsewhere or stock.allow_negative)


def _line(step: Step, history: History) -> str:
    depth = "  " * min(step.depth, DEEPEST) + (f"[{step.depth}] " if step.depth > DEEPEST else "")
    undone = ", undone by corrections" if step.undone else ""
    return f"{depth}{step.why} {_name(step.item, history)}{undone}"


def _name(item: Item, history: History) -> str:
    if item.kind == "event":
        return _event_name(access_standing(item.id, history).event)
    if item.kind == "resource" and _is_outside(item.id, history):
        return f"outside account {item.id}"
    return f"{item.kind} {item.id}"


def _event_name(event: Event) -> str:
    amount = event.quantity or event.effort
    much = f" {plain(amount.value)} {amount.unit}".rstrip() if amount else ""
    agents = event.provider if event.provider == event.receiver else f"{event.provider} to {event.receiver}"
    return f"{event.id} ({event.action}{much}, {agents})"
