"""The site as people meet it: the real server in a process of its own, on a free port, over a village of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PICTURES = "SCREENS"
"""The variable that says where pictures are kept: for those, the plan is of a whole year."""
CLOCK = Path(__file__).with_name("clock")
COMMAND = "from wikivillage.cli import main; main()"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is served: its address without a slash at the end, its database, and what it says of its troubles."""

    address: str
    database: Path
    log: Path

    @property
    def host(self) -> str:
        """Host and port."""
        return self.address.partition("//")[2]

    def troubles(self) -> str:
        """Whatever the server and its worker complained about."""
        told = self.log.read_text("utf-8", errors="replace")
        return told if "Traceback" in told else ""


@contextmanager
def served(village: Path, folder: Path, *, at: datetime, worker: bool = True) -> Iterator[Site]:
    """Serve a copy of a village as ``wikivillage site serve --demonstration`` does, until the end of the block.

    ``at`` is the moment at which its clock begins.
    """
    database, log = folder / "village.sqlite3", folder / "server.log"
    shutil.copy(village, database)
    with suppress(FileNotFoundError):
        shutil.copy(f"{village}.key", f"{database}.key")
    words = ["site", "serve", "--port", "0", "--demonstration", "--database", f"sqlite:///{database}"]
    command = [sys.executable, "-c", COMMAND, *words, "--worker" if worker else "--no-worker"]
    behind = (datetime.now(UTC) - at).total_seconds()
    with log.open("wb") as said, _process(command, said, behind) as server:
        address = _address(server, log)
        _wait_for(address, server, log)
        yield Site(address, database, log)


@contextmanager
def _process(command: list[str], log: IO[bytes], behind: float) -> Iterator[subprocess.Popen[str]]:
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ORIGIN")}
    path = os.pathsep.join(filter(None, (str(CLOCK), os.environ.get("PYTHONPATH"))))
    known = {"PYTHONPATH": path, "SITE_CLOCK_BEHIND": str(behind)}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=kept | known,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(SECONDS_TO_STOP)
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def _address(server: subprocess.Popen[str], log: Path) -> str:
    """What the server says where it is; it is stopped when it says nothing for too long."""
    assert server.stdout is not None
    watch = threading.Timer(SECONDS_TO_START, server.kill)
    watch.start()
    try:
        for line in server.stdout:
            found = ADDRESS.search(line)
            if found:
                return found.group()
    finally:
        watch.cancel()
    raise _did_not_start(log)


def _wait_for(address: str, server: subprocess.Popen[str], log: Path) -> None:
    """Until it answers: it says where it is a moment before it listens."""
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            urlopen(f"{address}/static/look/tokens.css", timeout=5).close()
            return
        time.sleep(0.05)
    raise _did_not_start(log)


def _did_not_start(log: Path) -> RuntimeError:
    return RuntimeError(f"the site did not start:\n{log.read_text('utf-8', errors='replace')[-3000:]}")
