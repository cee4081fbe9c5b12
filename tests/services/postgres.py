"""A real PostgreSQL for the tests: a private cluster in a temporary folder, on a free port of this machine only.

Nothing of the distribution's own cluster is used. A guard, a small shell that waits for this process to end in whatever
way, stops the server and removes the folder: neither Ctrl-C nor a killed test run leaves anything behind.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

SUPERUSER = "postgres"
"""The only role of a cluster, and the user of this machine that runs it where the tests run as root."""
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 60.0
PORTS = range(20000, 32000)
"""Below the ports that systems give to outgoing connections: a port stays ours while its server is down."""
STOPS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
"""The ways to stop of ``pg_ctl``; immediate leaves the next start to recover from the write-ahead log."""
LEFT_MEMORY = "pre-existing shared memory block"
"""What a server says that starts before the last children of a killed one have gone."""
MISSING = "PostgreSQL's server is not installed (Debian: apt install postgresql): what needs one was not tested"
NOBODY_TO_RUN_IT = f"PostgreSQL refuses to run as root, and there is no user {SUPERUSER}: what needs it was not tested"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "16MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder, so that it goes with the folder
    "jit": "off",
    "timezone": "UTC",
}
"""Settings of every cluster. What Debian leaves at its default stays so: flushing to disk above all."""

GUARD = """
while read -r nothing; do :; done
"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$2/data"
rm -rf "$2"
"""
"""A script that waits for the end of its input, then cleans up. Its arguments: the folders of programs and of data."""


def find_postgres() -> Path | None:
    """The folder of the newest server's programs: Debian keeps them off the PATH, one folder for each version."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres") if _version(path) > 0]
    if debian:
        return max(debian, key=_version)
    found = shutil.which("postgres")
    folder = Path(found).resolve().parent if found else None
    return folder if folder and (folder / "initdb").exists() else None


def _version(path: Path) -> int:
    """The number in ``postgresql/15/bin``; 0 where there is none."""
    number = path.relative_to("/usr/lib/postgresql").parts[0]
    return int(number) if number.isdigit() else 0


class Cluster:
    """A server that can be stopped, killed and started again over the same data.

    ``data`` is its data folder, ``port`` its port on 127.0.0.1, the same for life. Made by :func:`private_cluster`.
    """

    def __init__(self, programs: Path, folder: Path, port: int, durable: bool) -> None:
        """Of a folder that holds an initialised ``data``; nothing is started yet."""
        self.data = folder / "data"
        self.port = port
        self._log = folder / "log"
        self._server: subprocess.Popen[bytes] | None = None
        settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._command = [str(programs / "postgres"), "-D", str(self.data), *options]

    def url(self, database: str = "postgres") -> str:
        """Where a database is: ``postgresql://...``, without a password."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    @property
    def is_running(self) -> bool:
        """Whether the server's process is there."""
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers, through recovery if it was killed; RuntimeError shows its log."""
        assert not self.is_running, "the cluster runs already"
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._starts(deadline):
            told = self._log.read_text("utf-8", errors="replace")
            if LEFT_MEMORY not in told or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"PostgreSQL did not start:\n{told[-2000:]}")
            time.sleep(0.05)

    def _starts(self, deadline: float) -> bool:
        """Start the process over an empty log; whether it came to answer."""
        with self._log.open("wb") as log:
            self._server = _start_as_superuser(self._command, cwd=self.data, log=log)
        while self.is_running and time.monotonic() < deadline:
            if self._says_ready():
                return True
            time.sleep(0.01)
        return False

    def _says_ready(self) -> bool:
        """The lock file has the process on its first line and the state on its eighth (src/include/utils/pidfile.h)."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        assert self._server is not None
        return len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready"

    def stop(self, mode: str = "fast") -> None:
        """Stop the server in one of the ways of ``STOPS`` and wait until it is gone; nothing if it does not run."""
        if self.is_running:
            assert self._server is not None
            self._server.send_signal(STOPS[mode])
            self._server.wait(SECONDS_TO_STOP)

    def restart(self, mode: str = "immediate") -> None:
        """Stop and start; what was committed is there again, what was not is gone."""
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """Kill the server as a power cut would (``kill -9``): no word of goodbye, and its lock file stays.

        Its children too, at once: one that is busy would hold the shared memory until its query ends.
        """
        if self.is_running:
            assert self._server is not None
            children = _children(self._server.pid)
            self._server.kill()
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self._server.wait(SECONDS_TO_STOP)

    def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database, empty or a copy of another that nobody is connected to, and say where it is."""
        names = sql.Identifier(name), sql.Identifier(template)
        self._tell(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, if there is one of this name, from under whoever is still connected to it."""
        self._tell(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _tell(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def private_cluster(durable: bool = True) -> Iterator[Cluster]:
    """A running cluster, gone with its folder afterwards; the test is skipped where there is no server to run.

    A durable one flushes every commit to disk. One that is not is faster, and may forget when it is killed.
    """
    programs = find_postgres()
    if programs is None:
        pytest.skip(MISSING)
    if os.geteuid() == 0 and _superuser() is None:
        pytest.skip(NOBODY_TO_RUN_IT)
    folder = Path(tempfile.mkdtemp(prefix="wikivillage-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, SUPERUSER, SUPERUSER)
    with _guarded(programs, folder):
        _initialise(programs, folder)
        cluster = Cluster(programs, folder, _free_port(), durable)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop("immediate")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One durable cluster for all tests of a process, started when the first of them asks. Give each its own database.

    A test that stops or kills its server takes :func:`private_cluster`: others may hold connections to this one.
    """
    with private_cluster() as cluster:
        yield cluster


@contextmanager
def _guarded(programs: Path, folder: Path) -> Iterator[None]:
    """Stop and remove what is in a folder afterwards, also when this process is killed: only then its pipe closes."""
    guard = _start_as_superuser(
        ["/bin/sh", "-c", GUARD, "guard", str(programs), str(folder)], cwd=folder.parent, stdin=subprocess.PIPE
    )
    try:
        yield
    finally:
        guard.communicate()


def _initialise(programs: Path, folder: Path) -> None:
    """Make the data folder, half a second; not flushed, as nothing in it is worth keeping yet."""
    options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={SUPERUSER}"]
    with (folder / "log").open("wb") as log:
        command = [str(programs / "initdb"), *options, "-D", str(folder / "data")]
        made = _start_as_superuser(command, cwd=folder, log=log).wait()
    if made != 0:
        raise RuntimeError(f"initdb failed:\n{(folder / 'log').read_text('utf-8', errors='replace')[-2000:]}")


def _start_as_superuser(
    command: list[str], cwd: Path, log: IO[bytes] | None = None, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a program as the user who may run servers, out of reach of Ctrl-C and of this process's settings."""
    other: dict[str, Any] = {"user": SUPERUSER, "group": SUPERUSER, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.Popen(
        command,
        cwd=cwd,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        stdin=stdin,
        stdout=log or subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **other,
    )


def _children(parent: int) -> list[int]:
    """The processes that a process started: in /proc/PID/stat the parent is the second word after the name, proc(5)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(stat.read_text("utf-8", errors="replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def _superuser() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SUPERUSER)
    except KeyError:
        return None


def _free_port() -> int:
    """A port nobody listens on; processes that look at the same time begin at different ones."""
    for step in range(len(PORTS)):
        port = PORTS[(os.getpid() + step) % len(PORTS)]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError(f"no free port in {PORTS}")
