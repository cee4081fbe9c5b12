"""One step back and one step forward along a flow, as ValueFlows defines ``previous`` and ``next``.

Source: ValueFlows, mkdocs/docs/algorithms/track.md (CC BY-SA). Back is latest first, forward is in the order of
recording. ``triggeredBy`` of an event is not recorded here and so not followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.history import History, named_by
from wikivillage.flows.kinds import Standing

Kind = Literal["event", "resource", "process"]
COUNTED = ("raise", "lower")
"""Actions that put a count right: of the resource that they name, out of no process."""


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """An event, a resource or a process of the ledger."""

    kind: Kind
    id: str


def find_items(id: str, history: History) -> list[Item]:
    """Whatever has this id: at most one event, one resource and one process."""
    asked: list[tuple[Kind, object]] = [
        ("event", history.standing(id)),
        ("resource", history.stock(id)),
        ("process", history.process(id)),
    ]
    return [Item(kind, id) for kind, found in asked if found is not None]


def access_standing(event: str, history: History) -> Standing:
    """An event that the history itself named."""
    standing = history.standing(event)
    assert standing is not None, f"the history names {event} and does not have it"
    return standing


def fed_by(resource: str, event: str, history: History) -> bool:
    """Whether an event is a source of a resource: an output onto it, in a process or not, whatever went to it, its
    raises and lowers."""
    what = access_standing(event, history).event
    named, to = named_by(what)
    gives = what.output_of is not None or what.action in COUNTED or ACTIONS[what.action].side == "output"
    return to == resource or (named == resource and gives)


def previous_of_resource(resource: str, history: History) -> list[str]:
    """The events that a resource came from, latest first."""
    return [each for each in reversed(history.touching(resource)) if fed_by(resource, each, history)]


def previous_of_process(process: str, history: History) -> list[str]:
    """The events that are inputs of a process, latest first."""
    return list(reversed(history.inputs(process)))


def previous_of_event(event: str, history: History) -> list[Item]:
    """The process of an output, or else the resource of an event; nothing before a first raise."""
    standing = access_standing(event, history)
    what, (named, _to) = standing.event, named_by(standing.event)
    if what.output_of is not None:
        return [Item("process", what.output_of)]
    first = what.action in COUNTED and standing.previous is None
    return [] if first or named is None else [Item("resource", named)]


def next_of_resource(resource: str, history: History) -> list[str]:
    """Every event that names the resource as its own, also those that fed it: so ValueFlows has it."""
    names = ((each, named_by(access_standing(each, history).event)[0]) for each in history.touching(resource))
    return [each for each, named in names if named == resource]


def next_of_process(process: str, history: History) -> list[str]:
    """The events that are outputs of a process, in the order of recording."""
    return list(history.outputs(process))


def next_of_event(event: str, history: History) -> list[Item]:
    """The process of an input; or else the resource of an output, or the to-record."""
    what = access_standing(event, history).event
    named, to = named_by(what)
    if what.input_of is not None:
        return [Item("process", what.input_of)]
    target = named if what.output_of is not None else to
    return [] if target is None else [Item("resource", target)]


def previous_items(item: Item, history: History) -> list[Item]:
    """What is one step before an item, latest first."""
    if item.kind == "event":
        return previous_of_event(item.id, history)
    events = previous_of_resource if item.kind == "resource" else previous_of_process
    return [Item("event", each) for each in events(item.id, history)]


def next_items(item: Item, history: History) -> list[Item]:
    """What is one step after an item, in the order of recording."""
    if item.kind == "event":
        return next_of_event(item.id, history)
    events = next_of_resource if item.kind == "resource" else next_of_process
    return [Item("event", each) for each in events(item.id, history)]
