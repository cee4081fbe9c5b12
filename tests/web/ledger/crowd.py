"""Real processes that use the ledger at once. A nursery makes Django ready once and forks them, in milliseconds each;
they speak lines of JSON over a socket, and do what ``workers`` lists."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

ROOT = Path(__file__).parents[3]
SECONDS_OF_PATIENCE = 60.0
HEAD_START = 0.003
"""Seconds from telling everybody what to do to when all begin."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process of its own, and the line to it."""

    pid: int
    line: socket.socket
    ears: TextIO

    def tell(self, do: str, **job: Any) -> None:
        """Give it something to do."""
        self.line.sendall(f"{json.dumps({'do': do, **job})}\n".encode())

    def hear(self) -> dict[str, Any]:
        """What it says next. It says so when it dies of an error, which fails the test."""
        said = json.loads(self.ears.readline() or '{"died": "without a word"}')
        assert "died" not in said, said["died"]
        return dict(said)

    def ask(self, do: str, **job: Any) -> dict[str, Any]:
        """Give it something to do and wait for the answer."""
        self.tell(do, **job)
        return self.hear()

    def kill(self) -> list[dict[str, Any]]:
        """Kill it as a power cut would; what it had said until then."""
        os.kill(self.pid, signal.SIGKILL)
        try:
            lines = self.ears.read().split("\n")
        except ConnectionResetError:
            # It was killed with a word of ours unread. The reset is told once; what it had said is there after it.
            lines = self.ears.read().split("\n")
        self.close()
        said = [json.loads(line) for line in lines[:-1]]
        assert not [each for each in said if "died" in each], said
        return said

    def end(self) -> None:
        """Let it go, and wait until it has."""
        self.line.shutdown(socket.SHUT_WR)
        self.ears.read()
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.ears.close()
        self.line.close()


Nursery = Callable[[], Worker]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Makes one more worker each time it is called."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as door:
        path = str(Path(folder) / "door")
        door.bind(path)
        door.listen()
        door.settimeout(SECONDS_OF_PATIENCE)
        command = [sys.executable, "-m", "tests.web.ledger.workers", path]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            yield lambda: _born(process, door)
            process.stdin.close()


def _born(process: subprocess.Popen[bytes], door: socket.socket) -> Worker:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    line, _ = door.accept()
    line.settimeout(SECONDS_OF_PATIENCE)
    ears = line.makefile("r", encoding="utf-8")
    return Worker(json.loads(ears.readline())["pid"], line, ears)


@contextmanager
def crowd(nursery: Nursery, number: int, url: str, hook: str = "none", **how: Any) -> Iterator[list[Worker]]:
    """So many workers on one database, each with a hook into the ledger."""
    workers = [nursery() for _ in range(number)]
    try:
        for worker in workers:
            worker.tell("begin", url=url, hook=hook, **how)
        for worker in workers:
            worker.hear()
        yield workers
        for worker in workers:
            if worker.line.fileno() >= 0:
                worker.end()
    finally:
        for worker in workers:
            worker.close()


def at_once(workers: Sequence[Worker], jobs: Sequence[Sequence[Sequence[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Let each worker record its batches, all at the same moment; what became of them."""
    begin = time.monotonic() + HEAD_START
    for worker, batches in zip(workers, jobs, strict=True):
        worker.tell("record", batches=batches, begin=begin)
    return [worker.hear() for worker in workers]
