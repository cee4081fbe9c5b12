"""What rooms have to say when somebody leaves: reasons why not yet, what is theirs to take along, what is forgotten.

Each room says it in a file ``leaving.py``, found by its name; ``accounts``, where people leave, knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import autodiscover_modules

from wikivillage.base.problems import Problem


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody cannot leave yet, in their language; ``promises`` of the ledger are told by it already."""

    problem: Problem
    promises: tuple[str, ...] = ()


Reasons = Callable[[str, datetime], Iterable[Reason]]
Things = Callable[[str], dict[str, list[dict[str, Any]]]]
Forget = Callable[[str, datetime], None]


@dataclass(frozen=True, slots=True)
class Room:
    """What a room says: reasons at a moment, everything of somebody as tables, and how it forgets their words."""

    reasons: Reasons = lambda agent, at: ()
    things: Things = lambda agent: {}
    forget: Forget = lambda agent, at: None


ROOMS: dict[str, Room] = {}


def say(room: str, said: Room) -> None:
    """Let a room have its say; once."""
    ROOMS[room] = said


def reasons_to_stay(agent: str, at: datetime) -> list[Reason]:
    """Everything that keeps somebody, room by room."""
    return [reason for room in _rooms() for reason in room.reasons(agent, at)]


def things_of(agent: str) -> dict[str, list[dict[str, Any]]]:
    """Everything of somebody in all rooms, as tables with their names."""
    return {name: rows for room in _rooms() for name, rows in room.things(agent).items()}


def forget_in_rooms(agent: str, at: datetime) -> None:
    """Let every room forget the words that somebody wrote; what happened stays, under their pseudonym."""
    for room in _rooms():
        room.forget(agent, at)


def _rooms() -> list[Room]:
    autodiscover_modules("leaving")
    return [ROOMS[name] for name in sorted(ROOMS)]
