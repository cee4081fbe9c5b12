"""What people do at a moment through the actions of a room: book, bring, lend, repair.

A gesture is said in advance and done when its time has come. What the rules of the village refuse then is not done,
as in any village; nothing is made up around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wikivillage.base.problems import ProblemError
from wikivillage.web.demonstration.telling import Stretch


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something that is done at a moment; ``do`` is called with it."""

    at: datetime
    do: Callable[[datetime], Any]


def do_in_turn(gestures: Iterable[Gesture], stretch: Stretch) -> int:
    """Do what falls into a stretch of time, in order; returns how much was done."""
    done = 0
    for gesture in sorted(gestures, key=lambda one: one.at):
        if stretch.after < gesture.at <= stretch.until:
            with suppress(ProblemError):
                gesture.do(gesture.at)
                done += 1
    return done


def table_of(text: str) -> Iterator[list[str]]:
    """The rows of a table in words: cells are divided by two spaces or more, for a cell may have spaces."""
    for line in text.strip().splitlines():
        yield [cell.strip() for cell in line.split("  ") if cell.strip()]
