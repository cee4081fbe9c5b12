"""What people do at a moment through the actions of a room: book, bring, lend, repair.

A gesture is said in advance and done when its time has come. What the rules of the village refuse then is not done,
as in any village; nothing is made up around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


def do_in_turn(gestures: Iterable[Gesture], stretch: Stretch) -> tuple[int, tuple[str, ...]]:
    """Do what falls into a stretch of time, in order. Returns how much was done, and the codes of what refused."""
    done, refused = 0, list[str]()
    for gesture in sorted(gestures, key=lambda one: one.at):
        if stretch.after < gesture.at <= stretch.until:
            try:
                gesture.do(gesture.at)
                done += 1
            except ProblemError as error:
                refused += [one.code for one in error.problems]
    return done, tuple(refused)


def table_of(text: str) -> Iterator[list[str]]:
    """The rows of a table in words: cells are divided by two spaces or more, for a cell may have spaces."""
    for line in text.strip().splitlines():
        yield [cell.strip() for cell in line.split("  ") if cell.strip()]
