"""Which process a worker is, so that another one on the same machine can tell whether it is still alive."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

ENDED = "ZX"
"""Letters of the state of a process that has ended, and only waits for its parent to hear of it."""


def this_worker() -> str:
    """``machine|process|since when``; more may follow. A process number that is given out again does not deceive."""
    return f"{_machine()}|{os.getpid()}|{_since(os.getpid())}"


def is_alive(worker: str) -> bool | None:
    """Whether a worker still runs; None for one of another machine, of which only its heartbeat tells."""
    machine, _, rest = worker.partition("|")
    process, _, more = rest.partition("|")
    since = more.partition("|")[0]
    if machine != _machine() or not process.isdigit():
        return None
    return _since(int(process)) == since


@cache
def _machine() -> str:
    """This machine, or this container: processes of another one have the same numbers."""
    space = Path("/proc/self/ns/pid")
    return socket.gethostname()[:64] + (f":{space.readlink()}" if space.is_symlink() else "")


def _since(process: int) -> str | None:
    """When a process began, in ticks; without /proc only that it is there. None where there is no such process."""
    stat = Path(f"/proc/{process}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in ENDED else fields[19]
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""
