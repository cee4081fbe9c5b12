"""A plan as files: plan.json, flows.parquet and the village as it was understood, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import dump_village
from wikivillage.model.inputs import INPUTS, with_inputs
from wikivillage.model.kinds import Village
from wikivillage.planner.planning import Plan

PLAN_FILE, FLOWS_FILE, VILLAGE_FILE = "plan.json", "flows.parquet", "village.yaml"


@contextmanager
def result_folder(folder: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of ``folder`` when all went well, and leaves no trace otherwise.

    Raises ProblemError when ``folder`` holds something that is not a result, or cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / PLAN_FILE).exists())):
        what = "is not an empty folder nor an earlier result; it is left alone."
        raise ProblemError([Problem("not_a_result", str(folder), what, "Choose another --out.")])
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ProblemError([Problem("cannot_write", str(folder), f"cannot be written: {error.strerror}.")]) from None
    try:
        yield fresh
        fresh.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_plan(plan: Plan, folder: Path, source: Path) -> None:
    """Write the three files into an existing ``folder``; ``source`` is the village file that was planned."""
    (folder / VILLAGE_FILE).write_text(dump_village(_with_inputs(plan.village, source.parent, folder)), "utf-8")
    plan.flows.to_parquet(folder / FLOWS_FILE, index=False, compression="zstd")
    flows_hash = _sha256(folder / FLOWS_FILE)
    plan.record["village"] |= {"file": source.name, "sha256": _sha256(source)}
    plan.record["certificate"] |= {
        "flows_sha256": flows_hash,
        "village_sha256": _sha256(folder / VILLAGE_FILE),
    }
    write_record(plan.record, folder)


def write_record(record: dict[str, Any], folder: Path) -> None:
    """Write plan.json."""
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False, default=float)
    (folder / PLAN_FILE).write_text(text + "\n", "utf-8")


def read_result(folder: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """The record and the flows of a result folder. Raises ProblemError when it is not one."""
    problems = [
        Problem("no_result", str(folder), f"holds no {name}.", "Make one with: wikivillage plan FILE --out DIR")
        for name in (PLAN_FILE, FLOWS_FILE)
        if not (folder / name).is_file()
    ]
    if problems:
        raise ProblemError(problems)
    try:
        record = json.loads((folder / PLAN_FILE).read_text("utf-8"))
        flows = pd.read_parquet(folder / FLOWS_FILE)
    except (ValueError, OSError) as error:
        broken = Problem("broken_result", str(folder), f"cannot be read: {error}.", "Plan the village again.")
        raise ProblemError([broken]) from None
    return record, flows


def _with_inputs(village: Village, base: Path, folder: Path) -> Village:
    """The village reading copies, inside ``folder``, of the series and weather files that it names."""
    copies: dict[Path, str] = {}

    def copied(path: str) -> str:
        origin = (base / path).resolve()
        if origin not in copies:
            copies[origin] = f"{INPUTS}/{len(copies)}_{origin.name}"
            target = folder / copies[origin]
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(origin, target)
        return copies[origin]

    return with_inputs(village, base, copied)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
