"""Errands for the tests of the queue, and a worker that knows them as a process of its own.

``python -m tests.web.jobs.chores URL FOLDER`` works at them until SIGTERM.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from wikivillage.base.problems import Problem, ProblemError

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATIENCE = 40.0


def write_down(progress: Any, payload: dict[str, Any]) -> dict[str, Any]:
    """Write its name into a file, so that everybody sees how often it was done; then wait for a gate to open."""
    folder, name = Path(payload["folder"]), payload["name"]
    with (folder / "done.txt").open("a") as book:
        book.write(f"{name} {os.getpid()}\n")
    number = 0
    while payload.get("gate") and not (folder / payload["gate"]).exists():
        number += 1
        progress("Counting sheep", number, 0)
        Event().wait(0.01)
    progress("Counting sheep", 7, 7)
    return {"name": name}


def stumble(progress: Any, payload: dict[str, Any]) -> None:
    """Break in the middle."""
    progress("Walking", 1, 2)
    raise KeyError("the floor\nwas wet")


def refuse(progress: Any, payload: dict[str, Any]) -> None:
    """Find what was asked wrong."""
    raise ProblemError([Problem("too-big", "roof", "is too small.", "Build less."), Problem("too-dear", "roof", "no.")])


CHORES = {"write_down": write_down, "stumble": stumble, "refuse": refuse}


def make_known(errands: dict[str, Any]) -> None:
    """Put the errands of the tests among the others."""
    from wikivillage.web.jobs.errands import Errand

    for kind, body in CHORES.items():
        errands[kind] = Errand(kind, body, None, kind, 3)
    errands["tick"] = Errand("tick", lambda progress, payload: None, timedelta(hours=1), "Tick", 3)


def eventually(what: Callable[[], Any]) -> Any:
    """The first true answer, looked for until patience ends."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, "it did not come"
        Event().wait(0.02)
    return found


def main(url: str) -> int:
    """The worker of the site, with these errands and no others."""
    from wikivillage.web.setup import setup

    setup(url)
    from wikivillage.web.jobs import errands, work

    errands.find_errands = lambda: errands.ERRANDS
    make_known(errands.ERRANDS)
    return work.main([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
