"""The published rule of trace and track, step for step as ValueFlows has it.

Source: ValueFlows, mkdocs/docs/algorithms/track.md (CC BY-SA). An accept, pickup or combine is passed over unless
the modify, dropoff or separate of its resource was met on the way back, once for each (forwards the other way
round). What was met holds for the whole walk, so the order of the walk can decide what is found: a trace may miss
what the strict rule finds, and track is not its mirror. ValueFlows says itself that it is a suggestion.
Corrections lead to what they correct and an undone event is not followed, which ValueFlows leaves open.
"""

from __future__ import annotations

from collections.abc import Callable

from wikivillage.flows.history import History, is_undone, named_by
from wikivillage.flows.neighbours import Item, access_standing, next_items, previous_items
from wikivillage.flows.trace_strict import TAKEN_BY
from wikivillage.flows.trace_walk import Place

GIVEN_BY = {took: gave for gave, took in TAKEN_BY.items()}


class Published:
    """The published rule in one direction: ``opens`` says which action lets which other be followed."""

    def __init__(
        self,
        history: History,
        neighbours: Callable[[Item, History], list[Item]],
        opens: dict[str, str],
        beside: Callable[[str, History], str | None],
    ) -> None:
        self.history, self.neighbours, self.opens, self.beside = history, neighbours, opens, beside
        self.visited: set[Item] = set()
        self.met: set[tuple[str, str | None]] = set()

    def starts(self, item: Item) -> list[Place]:
        """A walk begins with the item itself; if that gives something back, it may be followed to what took it."""
        self.visited.add(item)
        if item.kind == "event" and access_standing(item.id, self.history).event.action in self.opens:
            self.met.add(self._pairing(item.id))
        return [Place(item)]

    def enters(self, place: Place) -> bool:
        """Each item once, and what takes in hand only if what gives back was met."""
        item = place.item
        if item in self.visited or (item.kind == "event" and not self._may_pass(item.id)):
            return False
        self.visited.add(item)
        return True

    def onward(self, place: Place) -> list[Place]:
        """The neighbours of an item; first of all the event beside it in the order of its resource, if it is one of
        them or if there would be nothing new otherwise."""
        item, saved = place.item, place.before
        if item.kind == "event":
            saved = self.beside(item.id, self.history)
        ahead = self._ahead(item)
        first = Item("event", saved) if saved else None
        if first is not None and ahead:
            if first in ahead:
                ahead = [first, *(each for each in ahead if each != first)]
            elif ahead[0].kind == "resource" and ahead[0] in self.visited:
                ahead = [first, *ahead]
        return [Place(each, before=saved) for each in ahead]

    def _ahead(self, item: Item) -> list[Item]:
        if item.kind != "event":
            return self.neighbours(item, self.history)
        standing = access_standing(item.id, self.history)
        back = self.neighbours is previous_items
        if back and standing.event.corrects is not None:
            return [Item("event", standing.event.corrects)]
        if is_undone(standing):
            return []
        corrections = [] if back else [Item("event", each) for each in standing.corrected_by]
        return [*corrections, *self.neighbours(item, self.history)]

    def _pairing(self, event: str) -> tuple[str, str | None]:
        what = access_standing(event, self.history).event
        return self.opens.get(what.action, what.action), named_by(what)[0]

    def _may_pass(self, event: str) -> bool:
        """Whether an event may be followed; a correction goes with what it corrects and uses nothing up."""
        what = access_standing(event, self.history).event
        key = self._pairing(event)
        if what.action in self.opens:
            self.met.add(key)
        elif what.action in self.opens.values():
            if key not in self.met:
                return False
            if what.corrects is None:
                self.met.remove(key)
        return True


def published_trace(history: History) -> Published:
    """The published rule backwards."""
    return Published(history, previous_items, TAKEN_BY, lambda event, asked: access_standing(event, asked).previous)


def published_track(history: History) -> Published:
    """The published rule forwards."""
    return Published(history, next_items, GIVEN_BY, _Following().event)


class _Following:
    """The events whose ``previousEvent`` is another, asked for once for each resource."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str | None, str]] = {}

    def event(self, event: str, history: History) -> str | None:
        """The event that has this one as its previous, on a resource that it names."""
        named = [each for each in named_by(access_standing(event, history).event) if each is not None]
        found = (self._row(each, history).get(event) for each in named)
        return next((each for each in found if each is not None), None)

    def _row(self, resource: str, history: History) -> dict[str | None, str]:
        if resource not in self.rows:
            events = reversed(history.touching(resource))
            self.rows[resource] = {access_standing(each, history).previous: each for each in events}
        return self.rows[resource]
