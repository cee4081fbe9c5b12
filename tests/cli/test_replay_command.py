"""``wikivillage ledger replay``: a line for each case, a summary, and the exit code; each run a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "flows" / "data"
MAIN = "from wikivillage.cli import main; main()"


def replay(*words: str | Path) -> tuple[int, list[str], str]:
    command = [sys.executable, "-c", MAIN, "ledger", "replay", *map(str, words)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return told.returncode, told.stdout.splitlines(), told.stderr


def cases(path: Path, *listed: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"format": "wikivillage-ledger-cases/1", "cases": listed}), "utf-8")
    return path


def test_each_kind_of_verdict_is_told(tmp_path: Path) -> None:
    right = {"id": "a", "title": "Dip", "given": {"readings": ["2", "3"]}, "expect": {"total": "1"}}
    wrong = {**right, "id": "b", "expect": {"total": "2"}}
    unplayed = {"id": "c", "title": "Bake", "steps": [{"bake": {}}]}
    code, lines, _ = replay(cases(tmp_path / "cases.json", right, wrong, unplayed))
    assert code == 1
    assert lines == [
        "right      a  Dip",
        "wrong      b  Dip",
        "           the sum is 1, expected 2",
        "not played c  Bake",
        "           its form is not understood: there is no step called bake",
        "1 right, 1 wrong, 1 not played",
    ]


def test_a_published_case_is_played_alone() -> None:
    code, lines, _ = replay(DATA / "ledger_cases.json", "--case", "tb-04-idempotent-ids")
    assert (code, lines[-1], len(lines)) == (0, "1 right, 0 wrong, 0 not played", 2)


def test_a_wrong_file_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text("[", "utf-8")
    code, _, told = replay(file)
    assert code == 2
    assert "is not JSON" in told
