"""The walk of a trace: depth first, each place once, on a stack of its own so that no chain is too long for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from wikivillage.flows.neighbours import Item


@dataclass(frozen=True, slots=True)
class Place:
    """An item, and how it was come to, as far as that decides where the walk goes on.

    ``carrier``: it is here only because it carried or contained what the walk began from. ``took`` and ``held``: the
    walk entered a process for what it took in hand by this action, and which resource that was; a None ``took`` is
    all. ``before``: the event that comes next in the order of a resource.
    """

    item: Item
    carrier: bool = False
    took: str | None = ""
    held: str | None = None
    before: str | None = None


class Way(Protocol):
    """A rule in one direction."""

    def starts(self, item: Item) -> list[Place]:
        """The places that a walk from an item begins at: they are entered by this."""

    def onward(self, place: Place) -> Iterable[Place]:
        """The places after a place, in the order in which they are to be walked."""

    def enters(self, place: Place) -> bool:
        """Whether the walk goes there now; asked once each time it could, and remembered."""


def walk(item: Item, way: Way) -> Iterator[tuple[Item, Item]]:
    """Every item that a walk comes to and the one it came to it from, in order; not the item that it began from."""
    told = {item}
    for first in way.starts(item):
        stack = [(first, iter(way.onward(first)))]
        while stack:
            place, rest = stack[-1]
            ahead = next(rest, None)
            if ahead is None:
                stack.pop()
            elif way.enters(ahead):
                if ahead.item not in told:
                    told.add(ahead.item)
                    yield ahead.item, place.item
                stack.append((ahead, iter(way.onward(ahead))))
