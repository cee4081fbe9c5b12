"""Workers as processes: killed in the middle, two at once, told to end. On both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.jobs.chores import eventually
from wikivillage.web.jobs import actions, views
from wikivillage.web.jobs.models import Job
from wikivillage.web.registry.viewer import Role, Viewer

ROOT = Path(__file__).parents[3]


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "tests.web.jobs.chores", url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _ask(folder: Path, name: str, **more: Any) -> Job:
    payload = {"folder": str(folder), "name": name, **more}
    return actions.enqueue("write_down", key=name, payload=payload, at=timezone.now())


def _state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def _begun(folder: Path) -> list[str]:
    book = folder / "done.txt"
    return [line.split()[0] for line in book.read_text().splitlines()] if book.exists() else []


def test_a_job_whose_worker_was_killed_is_taken_up_by_the_next(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _ask(tmp_path, "bread", gate="open")
    with worker(database) as first:
        eventually(lambda: _state(job) == "running" and job.done > 0)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert _state(job) == "running", "nobody has noticed yet"
    with worker(database):
        eventually(lambda: _state(job) == "running" and job.tries == 2 and job.done > 0)
        monkeypatch.setattr(views, "viewer_of", lambda request: Viewer("p-1", frozenset({Role("steward")})))
        page = Client().get(f"/jobs/{job.pk}/", headers={"Accept-Language": "en"}).content.decode()
        assert "begun 2 times" in page
        assert "Its worker ended in the middle of it." in page
        (tmp_path / "open").touch()
        eventually(lambda: _state(job) == "done")
    assert _begun(tmp_path) == ["bread", "bread"]
    assert (job.tries, job.last_error) == (2, "")


def test_two_workers_at_once_do_each_job_once(database: str, tmp_path: Path) -> None:
    jobs = [_ask(tmp_path, f"loaf{number}") for number in range(16)]
    with worker(database), worker(database):
        eventually(lambda: Job.objects.filter(kind="write_down", state="done").count() == len(jobs))
    assert Counter(_begun(tmp_path)) == {f"loaf{number}": 1 for number in range(16)}
    assert set(Job.objects.filter(kind="write_down").values_list("tries", flat=True)) == {1}


def test_told_to_end_a_worker_finishes_its_step_and_leaves_the_job(database: str, tmp_path: Path) -> None:
    job = _ask(tmp_path, "bread", gate="open")
    with worker(database) as process:
        eventually(lambda: _state(job) == "running" and job.done > 0)
        process.terminate()
        assert process.wait(30) == 0
    assert (_state(job), job.tries) == ("waiting", 0)


def test_a_regular_errand_runs_beside_a_long_job(database: str, tmp_path: Path) -> None:
    job = _ask(tmp_path, "bread", gate="open")
    with worker(database):
        eventually(lambda: _state(job) == "running" and Job.objects.filter(kind="tick", state="done").exists())
