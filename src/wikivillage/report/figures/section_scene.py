"""What a section through a building is drawn from: places and what stands in them, in the words that are to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Light = Literal["lit", "dark", "unknown"]
"""Whether something happens in a room: yes, no, or nobody measures it."""

PIPED = ("energy", "heat", "water", "matter", "food")
"""The loops that are drawn as pipes, in the order of the shaft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A machine or a store in a place. ``kind`` says how it is drawn; ``level``: how full it is, a share of one."""

    name: str
    kind: str
    loops: tuple[str, ...] = ()
    level: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A place, indoors or not. ``says`` is read when somebody points at it; ``loops`` are those that serve it."""

    id: str
    name: str
    href: str
    says: str = ""
    floor: int | None = None
    area: float | None = None
    use: str | None = None
    inside: str | None = None
    surfaces: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    light: Light = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A village at a moment. ``levels``: what each floor is called, shortly; ``kinds``: one and several
    things of a kind; ``sun``: how far it is on its way from east to west, None at night."""

    rooms: tuple[Room, ...]
    label: str
    levels: Mapping[int, str]
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sun: float | None = 0.75


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Where it stands."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """Half of its way across."""
        return self.x + self.w / 2


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind in a place, drawn as one."""

    kind: str
    things: tuple[Thing, ...]

    @property
    def loops(self) -> tuple[str, ...]:
        """The piped loops that its things touch."""
        touched = {loop for thing in self.things for loop in thing.loops}
        return tuple(loop for loop in PIPED if loop in touched)

    @property
    def level(self) -> float | None:
        """How full they are together: the mean of those that are known."""
        known = [thing.level for thing in self.things if thing.level is not None]
        return min(max(sum(known) / len(known), 0.0), 1.0) if known else None

    def names(self, kinds: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
        """What it may be called: the name of the only one, else the word for its kind, one or several."""
        own = self.things[0].name
        one, several = kinds.get(self.kind, (own, own))
        return (own, one) if len(self.things) == 1 else (several,)


def groups(things: tuple[Thing, ...]) -> tuple[Group, ...]:
    """Things by kind, in the order in which the kinds first come."""
    kinds = dict.fromkeys(thing.kind for thing in things if thing.kind != "hidden")
    return tuple(Group(kind, tuple(thing for thing in things if thing.kind == kind)) for kind in kinds)
