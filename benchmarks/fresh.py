"""Running one work in a fresh process, so that no measurement leaves memory or warm caches to the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def run_task(
    name: str, *, limit_s: float = 600.0, module: str = "benchmarks.tasks", **arguments: Any
) -> dict[str, Any] | None:
    """What a task of a module prints; None when it does not end within ``limit_s`` seconds."""
    command = [sys.executable, "-m", module, name, json.dumps(arguments)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        raise RuntimeError(f"{name} {arguments} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended: seconds on the wall clock and the most memory it held, in MB."""

    seconds: float
    megabytes: float


def run_command(*arguments: str) -> Finished:
    """The command line of WikiVillage, from start to end, as a person would run it."""
    command = [sys.executable, "-c", "from wikivillage.cli import main; main()", *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode != 0:
        raise RuntimeError(f"wikivillage {' '.join(arguments)} ended with {process.returncode}")
    return Finished(seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))
