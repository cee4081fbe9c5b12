"""What runs in processes of its own: takers, bookers and writers, each told what to do by lines of JSON.

``python -m tests.web.ledger.workers SOCKET`` makes Django ready once. For each line on its input it forks a child,
which connects to the socket and does as it is told until the other end hangs up. Hooks let a child break the
ledger's own rules, to show what they are good for.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any, TextIO

from wikivillage.web.setup import setup

setup("sqlite:///:memory:")

import django.db.backends.postgresql.base  # noqa: E402, F401
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connections, transaction  # noqa: E402

from tests.web.ledger import storm_entries as scene  # noqa: E402
from wikivillage.base.problems import ProblemError  # noqa: E402
from wikivillage.flows.wire import read_entry  # noqa: E402
from wikivillage.web.database import database_settings  # noqa: E402
from wikivillage.web.ledger import actions, batch, retry, shelf  # noqa: E402

LOST: list[str] = []
"""How races were lost since the last answer: the database's codes."""


class Line:
    """The line to whoever gives the orders."""

    def __init__(self, channel: TextIO) -> None:
        self.channel = channel

    def say(self, **words: Any) -> None:
        """One line of JSON, with the moment."""
        self.channel.write(f"{json.dumps({**words, 'moment': time.monotonic()})}\n")
        self.channel.flush()

    def next(self) -> dict[str, Any] | None:
        """The next order, None when the other end has hung up."""
        text = self.channel.readline()
        return json.loads(text) if text else None


def begin(line: Line, url: str, hook: str, **how: Any) -> None:
    """Use a database, with a hook."""
    settings = {**connections.settings["default"], **database_settings(url)}
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = settings
    connections["default"].ensure_connection()
    HOOKS[hook](line, **how)
    line.say(ready=True)


def record(line: Line, batches: Sequence[Sequence[dict[str, Any]]], begin: float = 0) -> None:
    """Record batches one after the other, from a moment on, until one is refused; say what became of the last."""
    time.sleep(max(begin - time.monotonic(), 0))
    LOST.clear()
    told = ""
    for entries in batches:
        told = _attempt(entries)
        if told not in ("created", "exists"):
            break
    line.say(told=told, lost=LOST)


def _attempt(entries: Sequence[dict[str, Any]]) -> str:
    try:
        written = actions.record(entries=[read_entry(entry) for entry in entries], at=scene.AT)
    except ProblemError as error:
        return " ".join(sorted({problem.code for problem in error.problems}))
    except Error as error:
        return f"{type(error).__name__}: {error}"
    return " ".join(sorted({each.result for each in written}))


def write_on(line: Line, name: str, patient: bool = False, early: bool = False, apart: bool = False) -> None:
    """Write one batch after another and say so only once it is written.

    One that fails is tried again with the same ids if ``patient``, on a new connection as for a new request. What no
    ledger may do: to say so too ``early``, or to write the entries ``apart``.
    """
    for number in count():
        errand = scene.errand(name, number)
        if early:
            line.say(written=[entry["id"] for entry in errand])
        for entries in [[entry] for entry in errand] if apart else [errand]:
            while not (told := _try(entries))["written"]:
                line.say(**told)
                if not patient:
                    return
                time.sleep(0.02)
            if not early:
                line.say(**told)


def _try(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    close_old_connections()
    try:
        written = actions.record(entries=[read_entry(entry) for entry in entries], at=scene.AT)
    except (OperationalError, InterfaceError) as error:
        return {"written": [], "failed": f"{type(error).__name__}: {error}"}
    return {"written": [each.id for each in written]}


def limit_files(line: Line, to: int) -> None:
    """No file of this process may grow beyond so many bytes, as on a disk that is full; -1 for as many as it likes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (to, resource.RLIM_INFINITY))
    line.say(limited=to)


def check_then_write(line: Line, slow: Sequence[float]) -> None:
    """What the locks are good for: this looks first, lets go, waits a while, then writes what it has worked out."""

    def write(items: Sequence[batch.Item]) -> list[batch.Written]:
        found = actions._apply(items, shelf.read_head().closed_until)
        time.sleep(random.uniform(*slow))
        with transaction.atomic():
            found.save(shelf.read_head())
        return [found.written[item.entry.id] for item in items]

    shelf.locking = lambda: ""
    actions.transaction = SimpleNamespace(atomic=nullcontext)
    actions.write = write


def look_once(line: Line) -> None:
    """What was looked at without a lock is not looked at again."""
    shelf.Shelf.is_stale = lambda self: False  # type: ignore[method-assign]


def hold_before_commit(line: Line) -> None:
    """Everything is written, nothing committed yet: say so, and go on when told."""
    save = batch.Batch.save

    def hold(self: batch.Batch, head: batch.Head) -> batch.Head:
        end = save(self, head)
        line.say(holds=True)
        line.next()
        return end

    batch.Batch.save = hold  # type: ignore[method-assign]


def lock_as_named(line: Line, slow: float) -> None:
    """Records are locked one by one as an entry names them, not in the order of their ids."""
    look_ahead = actions.look_ahead

    def look(state: Any, items: Sequence[batch.Item]) -> None:
        for item in items:
            for name in ("resource", "to_resource"):
                state.stocks.want([getattr(item.entry, name, None)])
                time.sleep(slow)
        look_ahead(state, items)

    actions.look_ahead = look


HOOKS: dict[str, Callable[..., None]] = {
    "none": lambda line: None,
    "check then write": check_then_write,
    "look once": look_once,
    "hold before commit": hold_before_commit,
    "lock as named": lock_as_named,
}
JOBS: dict[str, Callable[..., None]] = {
    "begin": begin,
    "record": record,
    "write on": write_on,
    "limit files": limit_files,
}


def _watch_lost_races() -> None:
    lost = retry.lost_a_race

    def watched(error: Exception) -> bool:
        is_lost = lost(error)
        if is_lost:
            LOST.append(getattr(error.__cause__, "sqlstate", None) or type(error).__name__)
        return is_lost

    retry.lost_a_race = watched


def _live(path: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed(os.getpid())
    _watch_lost_races()
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(path)
        line = Line(channel.makefile("rw", encoding="utf-8"))
        line.say(pid=os.getpid())
        try:
            while order := line.next():
                JOBS[order.pop("do")](line, **order)
        except BrokenPipeError:
            return
        except BaseException:
            line.say(died=traceback.format_exc())


def main(path: str) -> None:
    """Fork a child for each line of input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in iter(partial(sys.stdin.buffer.readline), b""):
        if os.fork() == 0:
            _live(path)
            connections.close_all()
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
