"""``python -m wikivillage.web.jobs.work``: the worker as a process of its own, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from threading import Event, Thread
from types import FrameType

LOOK_FOR_PARENT = 1.0
"""Seconds between two looks whether the process that began this one is still there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until SIGTERM, Ctrl-C, or the end of the process ``--parent``; the current step is finished first."""
    from wikivillage.web.setup import setup

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, help="end when the process of this number, which began this one, ends")
    parent = parser.parse_args(arguments).parent
    setup()
    stop = Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    if parent is not None:
        Thread(target=end_with, args=(parent, stop), daemon=True, name="look for the parent").start()
    work_beside(stop)
    return 0


def end_with(parent: int, stop: Event) -> None:
    """Set ``stop`` when this process has another parent than that."""
    while os.getppid() == parent:
        if stop.wait(LOOK_FOR_PARENT):
            return
    stop.set()


def work_beside(stop: Event) -> None:
    """Two workers in one process, until ``stop`` is set; Django is ready.

    One does what is regular and short, the other what somebody asked for: a letter does not wait for a plan.
    """
    from wikivillage.web.jobs.errands import find_errands
    from wikivillage.web.jobs.worker import work

    errands = find_errands()
    regular = [kind for kind, one in errands.items() if one.every]
    asked = [kind for kind, one in errands.items() if not one.every]
    beside = Thread(target=work, kwargs={"stop": stop, "kinds": regular}, name="regular errands")
    beside.start()
    try:
        work(stop=stop, kinds=asked)
    finally:
        stop.set()
        beside.join()


if __name__ == "__main__":
    sys.exit(main())
