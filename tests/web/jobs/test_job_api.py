"""The queue through the API: for stewards' tokens, with every refusal as a list."""

from __future__ import annotations

import pytest

from tests.web.api.client import AT, caller, stranger
from wikivillage.web.jobs import actions
from wikivillage.web.jobs.models import Job

pytestmark = pytest.mark.usefixtures("ledger", "chores")


def test_a_steward_reads_stops_and_starts() -> None:
    job = actions.enqueue("write_down", key="a", at=AT)
    steward = caller("warden", "steward")
    assert [one["key"] for one in steward.get("/jobs?state=waiting&kind=write_down").body] == ["a"]
    assert steward.post(f"/jobs/{job.pk}/stop", {}).body["state"] == "stopped"
    assert steward.post(f"/jobs/{job.pk}/stop", {}).codes == ["job-has-ended"]
    assert steward.post(f"/jobs/{job.pk}/start", {}).body["state"] == "waiting"
    assert steward.post(f"/jobs/{job.pk}/start", {}).codes == ["job-has-not-ended"]
    assert steward.get(f"/jobs/{job.pk}").body["tries"] == 0


def test_others_read_nothing() -> None:
    job = actions.enqueue("write_down", key="a", at=AT)
    assert stranger().get("/jobs").status == 401
    reader = caller("reader", "read", "write")
    assert reader.get("/jobs").codes == ["missing-scope"]
    assert reader.post(f"/jobs/{job.pk}/stop", {}).status == 403
    assert Job.objects.get().state == "waiting"


@pytest.mark.parametrize("id", ["0", "77", "-1", "9" * 30])
def test_there_is_no_job_of_this_number(id: str) -> None:
    assert caller("warden", "steward").get(f"/jobs/{id}").status in (404, 422)


@pytest.mark.parametrize("query", ["state=gone", "limit=0", "limit=501", "before=0", "before=" + "9" * 30])
def test_a_wrong_question_is_told(query: str) -> None:
    assert caller("warden", "steward").get(f"/jobs?{query}").codes == ["not-valid"]


def test_a_kind_that_no_database_could_hold_is_no_kind() -> None:
    assert caller("warden", "steward").get("/jobs?kind=%00").status == 200
