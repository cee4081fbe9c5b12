"""The worker does what is due, says where it is, and writes how each job ended."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from tests.web.jobs.chores import AT, eventually
from wikivillage.web.jobs import actions, beat
from wikivillage.web.jobs.errands import Errand
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.work import end_with
from wikivillage.web.jobs.worker import one_line, work
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.models import Change


def _errand(body: Any) -> Errand:
    return Errand("chore", body, None, "A chore", 3)


def test_what_is_due_is_done_and_then_it_ends(ledger: None, chores: Mapping[str, Any], tmp_path: Any) -> None:
    for name in ("bread", "soup"):
        actions.enqueue("write_down", key=name, payload={"folder": str(tmp_path), "name": name}, at=AT)
    assert work(until_idle=True, now=lambda: AT) == 3, "two chores and the regular one"
    assert work(until_idle=True, now=lambda: AT) == 0
    assert [line.split()[0] for line in (tmp_path / "done.txt").read_text().splitlines()] == ["bread", "soup"]
    job = Job.objects.get(key="soup")
    assert (job.state, job.label, job.done, job.total, job.result) == ("done", "Counting sheep", 7, 7, {"name": "soup"})


def test_only_some_kinds(ledger: None, chores: Mapping[str, Any]) -> None:
    actions.enqueue("refuse", key="a", at=AT)
    assert work(until_idle=True, now=lambda: AT, kinds=["tick"]) == 1
    assert Job.objects.get(kind="refuse").state == "waiting"


def test_a_job_of_a_kind_that_nobody_knows_waits(ledger: None, chores: Mapping[str, Any]) -> None:
    actions.enqueue("of_another_version", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    assert Job.objects.get(kind="of_another_version").state == "waiting"


def test_a_failure_is_one_line_for_people_and_the_rest_in_the_log(
    ledger: None, chores: Mapping[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    actions.enqueue("stumble", key="a", at=AT)
    with caplog.at_level(logging.ERROR):
        work(until_idle=True, now=lambda: AT)
    job = Job.objects.get(kind="stumble")
    assert (job.state, job.last_error) == ("waiting", "KeyError: 'the floor\\nwas wet'")
    assert "Traceback" in caplog.text
    assert "Traceback" not in job.last_error


def test_an_error_without_words_or_with_too_many_is_still_one_line() -> None:
    assert one_line(ValueError()) == "ValueError"
    assert one_line(ValueError("first\nsecond")) == "ValueError: first"
    assert len(one_line(ValueError("x" * 1000))) == 300


def test_what_was_asked_wrong_is_told_whole_and_not_tried_again(ledger: None, chores: Mapping[str, Any]) -> None:
    actions.enqueue("refuse", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    job = Job.objects.get(kind="refuse")
    assert (job.state, job.tries, job.last_error) == ("failed", 1, "roof  is too small. Build less.")
    assert [one["code"] for one in job.result["problems"]] == ["too-big", "too-dear"]


def test_a_failure_takes_back_what_the_errand_wrote_and_no_more(ledger: None, chores: dict[str, Any]) -> None:
    def half(progress: Any, payload: Any) -> None:
        record_change("half", "x", at=AT, by="")
        connection.cursor().execute("SELECT * FROM nowhere")

    chores["chore"] = _errand(half)
    actions.enqueue("chore", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    assert not Change.objects.filter(verb="half").exists()
    assert "nowhere" in Job.objects.get(kind="chore").last_error


def test_progress_is_seen_while_the_transaction_of_the_job_is_open(
    database: str, chores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on SQLite while it writes, for there only one may; but its progress is seen before it writes, and after."""
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.01)
    seen: list[Any] = []

    def look() -> None:
        try:
            seen.append(eventually(lambda: Job.objects.filter(label="Kneading", done=3, total=4).first()))
        finally:
            connection.close()

    def knead(progress: Any, payload: Any) -> None:
        with transaction.atomic() if connection.vendor == "postgresql" else NoTransaction():
            progress("Kneading", 3, 4)
            other = Thread(target=look)
            other.start()
            other.join()

    chores["chore"] = _errand(knead)
    actions.enqueue("chore", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    assert [job.state for job in seen] == ["running"]
    assert Job.objects.get(kind="chore").state == "done"


class NoTransaction:
    """No transaction."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_long_writing_transaction_is_not_disturbed_by_its_own_heartbeat(
    database: str, chores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.01)

    def write(progress: Any, payload: Any) -> None:
        with transaction.atomic():
            for number in range(50):
                record_change("write", str(number), at=AT, by="")
                progress("Writing", number, 50)
                Event().wait(0.002)

    chores["chore"] = _errand(write)
    actions.enqueue("chore", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    assert Change.objects.filter(verb="write").count() == 50
    assert Job.objects.get(kind="chore").done == 49


def test_the_next_word_of_progress_ends_a_stopped_job_and_takes_back_its_transaction(
    database: str, chores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.01)

    def endless(progress: Any, payload: Any) -> None:
        actions.stop_job(job=Job.objects.get(kind="chore"), at=AT)
        with transaction.atomic():
            if connection.vendor == "postgresql":
                record_change("endless", "x", at=AT, by="")
            while True:
                try:
                    progress("Waiting for the stop")
                except Exception:  # an errand that forgives everything does not forgive this
                    continue
                Event().wait(0.005)

    chores["chore"] = _errand(endless)
    actions.enqueue("chore", key="a", at=AT)
    work(until_idle=True, now=lambda: AT)
    assert Job.objects.get(kind="chore").state == "stopped"
    assert not Change.objects.filter(verb="endless").exists()


def test_told_to_leave_the_job_goes_back_and_the_try_does_not_count(database: str, chores: dict[str, Any]) -> None:
    stop = Event()

    def half(progress: Any, payload: Any) -> None:
        stop.set()
        progress("Half done", 1, 2)

    chores["chore"] = _errand(half)
    actions.enqueue("chore", key="a", at=AT)
    work(stop=stop, now=lambda: AT, kinds=["chore"])
    job = Job.objects.get(kind="chore")
    assert (job.state, job.tries, job.label, job.worker) == ("waiting", 0, "Half done", "")


def test_a_job_that_was_taken_over_ends_here_without_a_word(
    database: str, chores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.01)

    def sleepy(progress: Any, payload: Any) -> None:
        Job.objects.filter(kind="chore").update(worker="somebody else", heartbeat_at=AT + timedelta(hours=1))
        for number in range(10_000):
            progress("Sleeping", number)
            Event().wait(0.005)

    chores["chore"] = _errand(sleepy)
    actions.enqueue("chore", key="a", at=AT)
    work(until_idle=True, now=lambda: AT, kinds=["chore"])
    job = Job.objects.get(kind="chore")
    assert (job.state, job.worker) == ("running", "somebody else")


def test_an_end_that_could_not_be_written_is_found_by_the_same_worker(
    database: str, chores: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    chores["chore"] = _errand(lambda progress, payload: None)
    actions.enqueue("chore", key="a", at=AT)
    finish, lost = actions.finish, []

    def lose_the_first(**how: Any) -> bool:
        if not lost:
            lost.append(how)
            return True
        return finish(**how)

    monkeypatch.setattr(actions, "finish", lose_the_first)
    assert work(until_idle=True, now=lambda: AT, kinds=["chore"]) == 2
    job = Job.objects.get(kind="chore")
    assert (job.state, job.tries) == ("done", 2)


def test_a_worker_ends_with_the_process_that_began_it() -> None:
    stop = Event()
    end_with(-1, stop)
    assert stop.is_set()
