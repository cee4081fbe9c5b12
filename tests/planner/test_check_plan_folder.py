"""A result folder that is broken gives problems in the words of its files, all at once, and never a traceback."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.planner.faults import FRAME, RECORD
from tests.planner.paper_plan import VILLAGE, write_folder
from wikivillage.base.problems import ProblemError
from wikivillage.planner.check_plan import check_plan

BROKEN: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "no folder": ("no_folder", lambda folder: folder.rename(folder.with_name("elsewhere"))),
    "no plan": ("missing_file", lambda folder: (folder / "plan.json").unlink()),
    "no flows": ("missing_file", lambda folder: (folder / "flows.parquet").unlink()),
    "a folder for flows": ("missing_file", lambda folder: _folder(folder / "flows.parquet")),
    "a folder for a plan": ("broken_plan", lambda folder: _folder(folder / "plan.json")),
    "no village": ("missing_file", lambda folder: (folder / "village.yaml").unlink()),
    "a plan cut off": ("broken_plan", lambda folder: _cut(folder / "plan.json")),
    "a plan of noughts": ("broken_plan", lambda folder: (folder / "plan.json").write_bytes(b"\x00\xff" * 50)),
    "a plan nested without end": ("broken_plan", lambda folder: (folder / "plan.json").write_text("[" * 100_000)),
    "a list for a plan": ("broken_plan", lambda folder: (folder / "plan.json").write_text("[]")),
    "another format": ("plan_format", lambda folder: _plan(folder, format="wikivillage-plan/9")),
    "no sizes": ("broken_plan", lambda folder: _plan(folder, sizes=None)),
    "words for numbers": ("broken_plan", lambda folder: _plan(folder, yearly_cost="cheap")),
    "NaN for a number": ("broken_plan", lambda folder: _plan(folder, yearly_cost=float("nan"))),
    "a number without end": ("broken_plan", lambda folder: _plan(folder, yearly_cost=10**400)),
    "flows cut off": ("broken_flows", lambda folder: _cut(folder / "flows.parquet")),
    "flows that are text": ("broken_flows", lambda folder: (folder / "flows.parquet").write_text("flow,kind\n")),
    "a column missing": ("broken_flows", lambda folder: _table(folder, lambda frame: frame.drop(columns="network"))),
    "words for amounts": ("broken_flows", lambda folder: _table(folder, lambda frame: frame.assign(amount="1"))),
    "halves for steps": ("broken_flows", lambda folder: _table(folder, lambda frame: frame.assign(step=0.5))),
    "rows without a kind": (
        "broken_flows",
        lambda folder: _table(folder, lambda frame: frame.assign(kind=_gap(frame))),
    ),
    "a kind of no plan": ("broken_flows", lambda folder: _table(folder, lambda frame: frame.assign(kind="stolen"))),
    "a tempo of no plan": ("broken_flows", lambda folder: _table(folder, lambda frame: frame.assign(tempo="month"))),
    "a village cut off": ("", lambda folder: (folder / "village.yaml").write_text(VILLAGE[:900])),
}


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _plan(folder: Path, **changes: Any) -> None:
    record = json.loads((folder / "plan.json").read_text()) | changes
    (folder / "plan.json").write_text(json.dumps(record))


def _table(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(FRAME).to_parquet(folder / "flows.parquet", index=False)


def _gap(frame: pd.DataFrame) -> pd.Series:
    return frame["kind"].where(frame.index != 3)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_folder_is_a_problem_and_no_traceback(broken: str, tmp_path: Path) -> None:
    code, breaks = BROKEN[broken]
    folder = write_folder(tmp_path / "result", copy.deepcopy(RECORD), FRAME)
    breaks(folder)
    with pytest.raises(ProblemError) as caught:
        check_plan(folder)
    assert all(problem.where.startswith(str(folder)) for problem in caught.value.problems)
    assert code in {problem.code for problem in caught.value.problems} or not code


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bytes_are_a_problem_or_a_finding(seed: int, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "result", copy.deepcopy(RECORD), FRAME)
    content = bytearray((folder / "flows.parquet").read_bytes())
    rng = random.Random(seed)
    for _ in range(5):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    (folder / "flows.parquet").write_bytes(content)
    with suppress(ProblemError):
        assert not check_plan(folder).ok


def test_all_that_is_wrong_with_a_folder_is_told_at_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "result", copy.deepcopy(RECORD), FRAME)
    _plan(folder, sizes=3, goals=[{"id": 7}], investment=None)
    (folder / "flows.parquet").unlink()
    with pytest.raises(ProblemError) as caught:
        check_plan(folder)
    told = str(caught.value)
    for said in ("sizes must be a list", "goals[0].id must be a word", "investment must be a number", "flows.parquet"):
        assert said in told
