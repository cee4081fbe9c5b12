"""The web server: gunicorn, on this machine only, and the worker beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from gunicorn.app.base import BaseApplication

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.database import database_settings, sqlite_warning

HOST = "127.0.0.1"
PORTS_TRIED = 20
LAST_PORT = 65_535
MOST_PROCESSES = 4


class _Server(BaseApplication):
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options over."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The application, once for all processes: they are split off when it is warm."""
        from wikivillage.web.wsgi import application

        return application


def default_processes(database: str) -> int:
    """One for each core, four at most: more would wait for the database.

    One alone on a SQLite that may lose what is written at the same moment: fewer then write beside each other.
    """
    on_sqlite = str(database_settings(database)["ENGINE"]).endswith("sqlite3")
    return 1 if on_sqlite and sqlite_warning() else min(os.cpu_count() or 1, MOST_PROCESSES)


def serve_site(*, port: int, processes: int, threads: int, worker: bool) -> None:
    """Serve on 127.0.0.1 until Ctrl-C, in several processes of several threads each."""
    options = {
        "bind": f"{HOST}:{port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "loglevel": "warning",
        "preload_app": True,
        "when_ready": _warm,
    }
    with _worker() if worker else nullcontext():
        _Server(options).run()


def _warm(arbiter: Any) -> None:
    """Draw the main pages before anybody is answered. Whatever goes wrong, the server begins."""
    with suppress(Exception):
        from django.conf import settings

        from wikivillage.web.warm import warm

        own = "{}:{}".format(*arbiter.address[0])
        warm(arbiter.app.wsgi(), host=settings.ALLOWED_HOSTS[0] if settings.SECURE else own)


def free_port(wanted: int) -> int:
    """The wanted port or the next free one; any for 0. Raises ProblemError when none is free."""
    for candidate in range(wanted, min(wanted + PORTS_TRIED, LAST_PORT + 1)) if wanted else (0,):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, candidate))
            return int(probe.getsockname()[1])
    what = f"no free port between {wanted} and {wanted + PORTS_TRIED - 1}."
    raise ProblemError([Problem("no_port", HOST, what, "Choose one with --port, or 0 for any.")])


@contextmanager
def _worker() -> Iterator[None]:
    """The background work in a process of its own, which ends with this one, however this one ends."""
    command = [sys.executable, "-m", "wikivillage.web.jobs.work", "--parent", str(os.getpid())]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
