"""The ledger on the command line, as a person would use it: each command in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

RAISE = {
    "id": "1",
    "action": "raise",
    "provider": "alice",
    "receiver": "alice",
    "newResource": {"id": "apples", "unit": "kg"},
    "quantity": {"value": "12.5", "unit": "kg"},
}
GIVE = {
    "id": "2",
    "action": "transfer",
    "provider": "alice",
    "receiver": "bob",
    "resource": "apples",
    "newToResource": {"id": "bobs", "unit": "kg"},
    "quantity": {"value": "4", "unit": "kg"},
}


class Terminal:
    """A folder with a database, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/village.sqlite3", "COLUMNS": "200"}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from wikivillage.cli import main; main()", *words]

    def run(self, *words: str, text: str = "", code: int = 0) -> str:
        told = subprocess.run(
            self.command(*words),
            input=text,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == code, told.stdout + told.stderr
        assert "Traceback" not in told.stderr
        return told.stdout + told.stderr


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Path:
    """A folder with the database of a village: Alice and Bob, and four kilograms given."""
    made = Terminal(tmp_path_factory.mktemp("village"))
    shutil.copyfile(empty_sqlite, made.folder / "village.sqlite3")
    for handle in ("alice", "bob"):
        made.run("village", "add-agent", handle)
    made.run("ledger", "record", "-", text="\n".join(map(json.dumps, (RAISE, GIVE))))
    return made.folder


@pytest.fixture
def terminal(village: Path, tmp_path: Path) -> Terminal:
    """That village, to be changed at will."""
    shutil.copytree(village, tmp_path / "copy")
    return Terminal(tmp_path / "copy")


def test_record_stock_events_trace_and_check(terminal: Terminal) -> None:
    again = terminal.run("ledger", "record", "-", text=json.dumps(RAISE))
    assert again.split() == ["exists", "1", "1"]
    assert "apples" in terminal.run("ledger", "stock")
    (line,) = terminal.run("ledger", "stock", "apples", "--json").splitlines()
    assert json.loads(line)["available"] == "8.5"
    assert json.loads(terminal.run("ledger", "stock", "apples", "--as-of", "1", "--json"))["onhand"] == "12.5"
    traced = terminal.run("ledger", "trace", "bobs")
    assert "received by 2 (transfer 4 kg, alice to bob)" in traced
    assert "bobs" in terminal.run("ledger", "trace", "apples", "--forward", "--rule", "published")
    assert "Everything adds up." in terminal.run("ledger", "check")


def test_wrong_entries_are_told_with_their_lines_and_nothing_is_written(terminal: Terminal) -> None:
    wrong = [{"id": "3", "action": "transfr"}, {**GIVE, "id": "4", "provider": "alic"}, "no"]
    told = terminal.run("ledger", "record", "-", text="\n".join(map(json.dumps, wrong)), code=2)
    assert 'standard input:1 action  "transfr" is no action. Did you mean "transfer"?' in told
    assert "standard input:3" in told
    assert "nothing was written" in told
    refused = terminal.run("ledger", "record", "-", text=json.dumps({**GIVE, "id": "5", "newToResource": None}), code=0)
    assert "created" in refused
    short = terminal.run("ledger", "record", "-", text=json.dumps({**GIVE, "id": "6", "provider": "bob"}), code=2)
    assert "apples belongs to alice and is held by alice; bob cannot transfer it." in short


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_export_import_and_the_same_state(terminal: Terminal, form: str, empty_sqlite: Path) -> None:
    """Into a database that is not there yet, and into one without entries."""
    terminal.run("ledger", "export", f"out.{form}")
    state = terminal.run("ledger", "check").split("state ")[1].split()[0]
    other = f"sqlite:///{terminal.folder}/other.sqlite3"
    if form == "csv":
        shutil.copyfile(empty_sqlite, terminal.folder / "other.sqlite3")
    assert f"state {state}" in terminal.run("ledger", "import", f"out.{form}", "--database", other)
    assert "no-file" not in terminal.run("ledger", "import", "nowhere.jsonl", code=2)


def test_check_names_what_was_changed_behind_its_back(terminal: Terminal) -> None:
    import sqlite3

    with sqlite3.connect(terminal.folder / "village.sqlite3") as connection:
        connection.execute("DROP TRIGGER ledger_record_unchanged")
        connection.execute("UPDATE ledger_record SET body = replace(body, '12.5', '13.5') WHERE number = 1")
    told = terminal.run("ledger", "check", code=1)
    assert "the guard ledger_record_unchanged is not in the database" in told
    assert "record 1, the hash of its text" in told
    assert "The ledger does not add up." in told


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert "There is no such file." in terminal.run("ledger", "stock", code=2)
    assert list(tmp_path.iterdir()) == []


def test_the_api_is_served(terminal: Terminal) -> None:
    token = terminal.run("village", "token", "alice", "--scopes", "read").splitlines()
    secret = next(line for line in token if line.startswith("wv_"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = terminal.command("site", "serve", "--no-worker", "--port", port)
    server = subprocess.Popen(
        command, cwd=terminal.folder, env=terminal.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        body = _fetch(f"http://127.0.0.1:{port}/api/stocks/apples", secret)
    finally:
        server.terminate()
        server.communicate(timeout=20)
    assert body["onhand"] == "8.5"


def _fetch(url: str, secret: str) -> dict[str, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                found: dict[str, str] = json.load(answer)
                return found
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
