"""The run log: for stewards only; stop and run again; whatever is typed into its address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wikivillage.web.jobs import actions, views
from wikivillage.web.jobs.models import Job
from wikivillage.web.registry.viewer import VISITOR, Role, Viewer

pytestmark = pytest.mark.usefixtures("ledger", "chores")
STEWARD = Viewer("p-1", frozenset({Role("steward"), Role("member")}))
As = Callable[[Viewer], Client]


@pytest.fixture
def page_as(monkeypatch: pytest.MonkeyPatch) -> As:
    """A browser in which somebody is signed in."""

    def browser(viewer: Viewer) -> Client:
        monkeypatch.setattr(views, "viewer_of", lambda request: viewer)
        return Client(headers={"Accept-Language": "en"})

    return browser


def _failed(key: str = "a") -> Job:
    job = actions.enqueue("refuse", key=key, at=timezone.now())
    claimed = actions.claim(worker="w", kinds=["refuse"], at=timezone.now())
    assert claimed is not None
    told = {"problems": [{"code": "x", "where": "roof", "what": "is <b>too</b> small.", "hint": ""}]}
    actions.fail(job=claimed, worker="w", at=timezone.now(), error="roof <b>too</b> small", tries=0, result=told)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("viewer", [VISITOR, Viewer("p-2", frozenset({Role("member")}))])
def test_the_log_is_for_stewards(page_as: As, viewer: Viewer) -> None:
    job = _failed()
    browser = page_as(viewer)
    assert browser.get("/jobs/").status_code == 403
    assert browser.get(f"/jobs/{job.pk}/").status_code == 403
    assert browser.post(f"/jobs/{job.pk}/start/").status_code in (302, 403), "or sent to sign in first"
    assert browser.post(f"/jobs/{job.pk}/stop/").status_code in (302, 403)
    job.refresh_from_db()
    assert job.state == "failed"


def test_it_shows_what_waits_what_is_late_and_what_failed(page_as: As) -> None:
    actions.enqueue("write_down", key="a", at=timezone.now())
    actions.enqueue("tick", key="old", at=timezone.now() - timedelta(days=1))
    _failed()
    page = page_as(STEWARD).get("/jobs/").content.decode()
    assert "One regular errand is late." in page
    assert "write_down" in page
    assert "late" in page
    assert "roof &lt;b&gt;too&lt;/b&gt; small" in page


def test_an_empty_log_says_so(page_as: As) -> None:
    page = page_as(STEWARD).get("/jobs/").content.decode()
    assert "The errands are on time." in page
    assert "Nothing runs and nothing waits." in page


def test_one_job_tells_all_its_problems(page_as: As) -> None:
    page = page_as(STEWARD).get(f"/jobs/{_failed().pk}/").content.decode()
    assert "is &lt;b&gt;too&lt;/b&gt; small." in page


def test_a_page_of_an_open_job_loads_itself_again_until_told_not_to(page_as: As) -> None:
    job, browser = actions.enqueue("write_down", key="a", at=timezone.now()), page_as(STEWARD)
    assert browser.get(f"/jobs/{job.pk}/").headers["Refresh"] == "5"
    assert "Refresh" not in browser.get(f"/jobs/{job.pk}/?still=1").headers
    assert "Refresh" not in browser.get(f"/jobs/{_failed().pk}/").headers


def test_a_queue_that_nobody_works_at_raises_the_alarm(page_as: As) -> None:
    actions.enqueue("write_down", key="a", at=timezone.now() - timedelta(hours=1))
    page = page_as(STEWARD).get("/jobs/").content.decode()
    assert "Nobody does the errands." in page
    assert "python -m wikivillage.web.jobs.work" in page


def test_run_again_and_stop_also_when_pressed_twice(page_as: As) -> None:
    job, browser = _failed(), page_as(STEWARD)
    for address, state, words in (
        ("start", "waiting", "It waits for the worker again."),
        ("start", "waiting", "It waits or runs already."),
        ("stop", "stopped", "It stops after its current step."),
        ("stop", "stopped", "It has ended already."),
    ):
        page = browser.post(f"/jobs/{job.pk}/{address}/", follow=True)
        job.refresh_from_db()
        assert (job.state, words in page.content.decode()) == (state, True)


def test_a_link_does_nothing(page_as: As) -> None:
    assert page_as(STEWARD).get(f"/jobs/{_failed().pk}/start/").status_code == 405


def test_a_form_of_another_site_does_nothing(page_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _failed()
    page_as(STEWARD)
    assert Client(enforce_csrf_checks=True).post(f"/jobs/{job.pk}/start/").status_code == 403


@pytest.mark.parametrize(
    "query", ["?state=gone", "?kind=%00", "?before=x", "?before=-1", "?before=99999999999999999999", "?before=²"]
)
def test_what_makes_no_sense_in_the_address_is_left_out(page_as: As, query: str) -> None:
    _failed()
    page = page_as(STEWARD).get(f"/jobs/{query}")
    assert page.status_code == 200
    assert "refuse" in page.content.decode()


def test_the_log_is_read_in_parts(page_as: As) -> None:
    for number in range(51):
        _failed(str(number))
    page: Any = page_as(STEWARD).get("/jobs/?state=failed").content.decode()
    more = page_as(STEWARD).get(f"/jobs/?state=failed&before={Job.objects.order_by('id')[1].pk}").content.decode()
    assert "Older ones" in page
    assert "Older ones" not in more


@pytest.mark.parametrize("id", ["0", "999999999", "99999999999999999999999"])
def test_there_is_no_such_job(page_as: As, id: str) -> None:
    assert page_as(STEWARD).get(f"/jobs/{id}/").status_code == 404
