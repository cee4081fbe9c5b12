"""The queue: asked for once, claimed once, tried again with patience, stopped, run again, taken up after a death."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.web.jobs.chores import AT
from wikivillage.base.problems import ProblemError
from wikivillage.web.jobs import actions, queries
from wikivillage.web.jobs.identity import is_alive, this_worker
from wikivillage.web.jobs.models import Job
from wikivillage.web.registry.models import Change

pytestmark = pytest.mark.usefixtures("ledger", "chores")
MINUTE = timedelta(minutes=1)


def _claimed(key: str = "a", worker: str = "w", at: Any = AT) -> Job:
    actions.enqueue("write_down", key=key, at=AT)
    job = actions.claim(worker=worker, kinds=["write_down"], at=at)
    assert job is not None
    return job


def test_asked_for_twice_it_is_one_job() -> None:
    first = actions.enqueue("write_down", key="a", payload={"n": 1}, at=AT, by="p-1")
    again = actions.enqueue("write_down", key="a", payload={"n": 2}, at=AT + MINUTE, by="p-2")
    other = actions.enqueue("write_down", key="b", at=AT)
    assert (again.pk, again.payload, again.asked_by) == (first.pk, {"n": 1}, "p-1")
    assert other.pk != first.pk


def test_the_one_that_was_due_first_is_claimed_and_by_nobody_else() -> None:
    actions.enqueue("write_down", key="later", at=AT, due_at=AT + MINUTE)
    actions.enqueue("write_down", key="now", at=AT)
    actions.enqueue("refuse", key="other", at=AT - MINUTE)
    job = actions.claim(worker="w", kinds=["write_down"], at=AT)
    assert job is not None
    assert (job.key, job.state, job.tries, job.worker, job.started_at) == ("now", "running", 1, "w", AT)
    assert actions.claim(worker="v", kinds=["write_down"], at=AT) is None


def test_a_regular_errand_is_put_in_once_for_its_period(chores: Mapping[str, Any]) -> None:
    tick = [chores["tick"], chores["write_down"]]
    assert actions.put_in_regular(errands=tick, at=AT) == ["tick"]
    actions.put_in_regular(errands=tick, at=AT)
    job = Job.objects.get()
    assert job.key == "2026-03-02T09:00:00+00:00"
    assert actions.put_in_regular(errands=tick, at=AT + 60 * MINUTE) == [], "one that waits does the work of both"
    actions.stop_job(job=job, at=AT)
    assert actions.put_in_regular(errands=tick, at=AT + MINUTE) == ["tick"]
    assert Job.objects.count() == 1, "the period has its job"
    actions.put_in_regular(errands=tick, at=AT + 60 * MINUTE)
    assert Job.objects.count() == 2


def test_a_failure_is_tried_again_later_each_time_and_then_given_up() -> None:
    job, waits = _claimed(), []
    for tries in (1, 2, 3):
        assert job.tries == tries
        actions.fail(job=job, worker="w", at=AT, error="wet", tries=3)
        job.refresh_from_db()
        if job.state == "waiting":
            waits.append(job.due_at - AT)
            assert actions.claim(worker="w", kinds=["write_down"], at=AT) is None
            job = actions.claim(worker="w", kinds=["write_down"], at=job.due_at)  # type: ignore[assignment]
    assert waits == [timedelta(seconds=10), MINUTE]
    assert (job.state, job.last_error, job.ended_at) == ("failed", "wet", AT)


def test_a_waiting_job_stops_at_once_and_a_running_one_is_asked_to() -> None:
    waiting = actions.enqueue("refuse", key="a", at=AT)
    assert actions.stop_job(job=waiting, at=AT, by="p-1").state == "stopped"
    running = actions.stop_job(job=_claimed(), at=AT, by="p-1")
    assert (running.state, running.stop_asked) == ("running", True)
    assert list(Change.objects.values_list("verb", "subject", "by")) == [
        ("stop_job", str(waiting.pk), "p-1"),
        ("stop_job", str(running.pk), "p-1"),
    ]


def test_what_has_ended_is_not_stopped() -> None:
    job = _claimed()
    actions.finish(job=job, worker="w", at=AT, result=None)
    with pytest.raises(ProblemError) as refused:
        actions.stop_job(job=job, at=AT)
    assert [problem.code for problem in refused.value.problems] == ["job-has-ended"]


def test_what_has_ended_can_be_run_again_from_the_start() -> None:
    job = _claimed()
    actions.fail(job=job, worker="w", at=AT, error="wet", tries=1, result={"problems": []})
    again = actions.run_again(job=job, at=AT + MINUTE, by="p-1")
    assert (again.state, again.tries, again.last_error, again.result, again.due_at) == (
        "waiting",
        0,
        "",
        None,
        AT + MINUTE,
    )
    with pytest.raises(ProblemError) as refused:
        actions.run_again(job=job, at=AT)
    assert [problem.code for problem in refused.value.problems] == ["job-has-not-ended"]


@pytest.mark.parametrize(
    ("alive", "after", "state"),
    [
        (None, timedelta(seconds=59), "running"),
        (None, timedelta(seconds=60), "waiting"),
        (True, timedelta(seconds=599), "running"),
        (True, timedelta(minutes=10), "waiting"),
        (False, timedelta(), "waiting"),
    ],
)
def test_a_job_is_taken_up_when_its_worker_is_dead(alive: bool | None, after: timedelta, state: str) -> None:
    job = _claimed()
    actions.take_up_lost(errands={"write_down": 3}, at=AT + after, alive=lambda worker: alive)
    job.refresh_from_db()
    assert job.state == state


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    job = _claimed()
    actions.take_up_lost(errands={"write_down": 1}, at=AT, alive=lambda worker: False)
    job.refresh_from_db()
    assert (job.state, job.last_error) == ("failed", actions.DIED)


def test_a_job_that_was_to_stop_is_not_taken_up() -> None:
    job = actions.stop_job(job=_claimed(), at=AT)
    actions.take_up_lost(errands={"write_down": 3}, at=AT, alive=lambda worker: False)
    job.refresh_from_db()
    assert job.state == "stopped"


def test_a_worker_that_was_given_up_changes_nothing_any_more() -> None:
    job = _claimed(worker="slow")
    actions.take_up_lost(errands={"write_down": 3}, at=AT + MINUTE, alive=lambda worker: None)
    taken = actions.claim(worker="quick", kinds=["write_down"], at=AT + MINUTE)
    assert taken is not None
    assert taken.pk == job.pk
    late = {"job": job, "worker": "slow", "at": AT}
    assert not actions.note_progress(**late, label="Still here", done=1, total=2)
    assert not actions.finish(**late, result={"by": "slow"})
    assert not actions.fail(**late, error="wet", tries=1)
    assert not actions.put_down(**late)
    assert not actions.end_stopped(**late)
    assert actions.finish(job=taken, worker="quick", at=AT, result={"by": "quick"})
    taken.refresh_from_db()
    assert (taken.tries, taken.result) == (2, {"by": "quick"})


def test_a_machine_knows_its_own_processes() -> None:
    mine = this_worker()
    machine, process, since = mine.split("|")
    assert is_alive(mine)
    assert is_alive(f"{mine}|thread 7")
    assert is_alive(f"{machine}|{process}|{int(since) + 1}") is False, "the number was given out again"
    assert is_alive(f"{machine}|4194305|1") is False
    assert is_alive(f"elsewhere|{process}|{since}") is None
    assert is_alive("") is None


def test_the_log_forgets_what_was_regular_and_keeps_failures_longer() -> None:
    done, failed = _claimed("done"), _claimed("failed")
    actions.finish(job=done, worker="w", at=AT, result=None)
    actions.fail(job=failed, worker="w", at=AT, error="wet", tries=1)
    later = AT + 60 * MINUTE
    assert actions.forget_ended(kinds=["tick"], before=later, failed_before=later) == 0
    assert actions.forget_ended(kinds=["write_down"], before=later, failed_before=AT) == 1
    assert list(Job.objects.values_list("key", flat=True)) == ["failed"]


def test_a_regular_errand_is_late_after_two_periods() -> None:
    actions.enqueue("tick", key="1", at=AT)
    job = actions.claim(worker="w", kinds=["tick"], at=AT)
    assert job is not None
    actions.finish(job=job, worker="w", at=AT, result=None)
    late = {after: queries.regular_errands(AT + after * MINUTE)[0].late for after in (60, 122, 123)}
    assert late == {60: False, 122: False, 123: True}


def test_a_queue_that_nobody_works_at_is_noticed() -> None:
    actions.enqueue("write_down", key="a", at=AT)
    assert queries.nobody_works(AT + MINUTE) is None
    assert queries.nobody_works(AT + 3 * MINUTE) == AT
    job = actions.claim(worker="w", kinds=["write_down"], at=AT + 3 * MINUTE)
    assert job is not None
    actions.enqueue("write_down", key="b", at=AT)
    assert queries.nobody_works(AT + 4 * MINUTE) is None, "one runs"


def test_how_long_it_usually_takes_is_the_middle_of_the_last_runs() -> None:
    assert queries.usual_seconds("write_down") is None
    for seconds in (10, 90, 20):
        job = _claimed(str(seconds))
        actions.finish(job=job, worker="w", at=AT + timedelta(seconds=seconds), result=None)
    assert queries.usual_seconds("write_down") == 20
