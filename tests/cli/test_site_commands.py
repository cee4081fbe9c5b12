"""The living village on the command line: a demonstration, its steward, the work beside it, and its pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.commands.site import demo
from wikivillage.web import server
from wikivillage.web.server import default_processes, free_port

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "villages" / "examples" / "02_sun_and_grid.yaml"


class Site:
    """A folder with a database, and ``wikivillage site`` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder}/made/village.sqlite3"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from wikivillage.cli import main; main()", "site", *words]

    def run(self, *words: str, code: int = 0) -> str:
        told = subprocess.run(
            [*self.command(*words), "--database", self.database],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == code, told.stdout + told.stderr
        assert "Traceback" not in told.stderr
        return told.stdout + told.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small village that was loaded and planned, and which nobody can make a life up for."""
    made = Site(tmp_path_factory.mktemp("site"))
    told = made.run("demo", str(SMALL))
    assert "Nothing was made up for this village" in told
    assert "intendance@saint-blaise.example" in told
    return made


def test_a_demonstration_made_twice_is_made_once(site: Site) -> None:
    again = site.run("demo", str(SMALL))
    assert "differs from the village" not in again


def test_a_file_that_was_changed_since_is_not_loaded_behind_anybodys_back(site: Site, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(SMALL.read_text("utf-8").replace("village: ", "village: Another "), "utf-8")
    assert "differs from the village in the database" in site.run("demo", str(changed))


def test_the_work_ends_when_nothing_is_left(site: Site) -> None:
    assert "Jobs done:" in site.run("work", "--until-idle")


def test_a_steward_is_invited_and_a_wrong_address_refused(site: Site) -> None:
    assert "second factor" in site.run("steward", "alice@example.org", "--name", "Alice Martin")
    assert "nothing was written" in site.run("steward", "nobody", code=2)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMONSTRATION", "1")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ProblemError) as told:
        demo(file=SMALL, database=f"sqlite:///{tmp_path}/file/inside/village.sqlite3")
    assert [one.code for one in told.value.problems] == ["no-folder"]
    assert "cannot be made: Not a directory" in str(told.value)


def test_pages_are_served_and_the_worker_ends_with_them(site: Site) -> None:
    server = subprocess.Popen(
        [*site.command("serve", "--port", "0", "--processes", "2", "--demonstration"), "--database", site.database],
        cwd=site.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(line for line in server.stdout if line.startswith("http://")).split()[0]
        assert "<h1" in _page(address)
        assert _children(server.pid, 3) == 3, "two that answer, and the worker"
    finally:
        server.terminate()
        server.communicate(timeout=60)
    assert server.returncode == 0


def test_one_process_answers_on_a_sqlite_that_may_lose_what_several_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.os, "cpu_count", lambda: 16)
    for warning, processes in (("the bug", 1), (None, 4)):
        monkeypatch.setattr(server, "sqlite_warning", lambda said=warning: said)
        assert default_processes("sqlite:///village.sqlite3") == processes
        assert default_processes("postgresql://somebody@localhost/village") == 4


def test_the_next_port_is_taken_and_none_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
    with pytest.raises(ProblemError) as told:
        free_port(70_000)
    assert [one.code for one in told.value.problems] == ["no_port"]


def _children(pid: int, wanted: int) -> int:
    """How many processes a process has begun, when they are as many as wanted or some seconds are over."""
    for _ in range(100):
        found = len(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())
        if found == wanted:
            break
        time.sleep(0.1)
    return found


def _page(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
