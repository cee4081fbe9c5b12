"""The pages of plans: for everybody to read, for some to change; whatever is typed, clicked twice or guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.plans.conftest import As
from tests.web.plans.planned import LEAD, LESS_SUN, MEMBER, STEWARD, load_small_village, planned
from wikivillage.web.jobs import actions as jobs
from wikivillage.web.jobs.models import Job
from wikivillage.web.plans import actions
from wikivillage.web.plans.forms import read_form
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.scenario import Change, ground
from wikivillage.web.registry.viewer import VISITOR

FIGURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


def _text(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def _form(browser: Client) -> dict[str, str]:
    return dict(re.findall(r'name="([a-z_.]+)" value="([^"]*)" inputmode', _text(browser, "/plans/new/")))


def test_without_a_plan_it_says_what_one_is(village: Path, page_as: As) -> None:
    assert "There is no plan yet." in _text(page_as(VISITOR), "/plans/")
    assert "Make the first plan" in _text(page_as(STEWARD), "/plans/")
    assert "There are not two plans yet." in _text(page_as(VISITOR), "/plans/compare/")


def test_everybody_reads_plans_and_nobody_s_name(village: Path, page_as: As) -> None:
    plan, other = planned(), planned(LESS_SUN, name="<script>alert(1)</script>")
    browser = page_as(VISITOR)
    for address in ("/plans/", f"/plans/{plan.pk}/", f"/plans/{plan.pk}/numbers/", f"/plans/compare/?a=1&b={other.pk}"):
        page = _text(browser, address)
        assert "alice" not in page.lower()
        assert "<script" not in page
        assert " style=" not in page
        assert "<style" not in page
    assert "&lt;script&gt;" in _text(browser, "/plans/")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_is_the_planner_s_own(village: Path, page_as: As, lang: str) -> None:
    plan = planned()
    page = _text(page_as(VISITOR, lang), f"/plans/{plan.pk}/")
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page, anchor
    numbers = _text(page_as(VISITOR, lang), f"/plans/{plan.pk}/numbers/")
    for anchor in re.findall(r'href="numbers/#([^"]+)"', page):
        assert f'id="{anchor}"' in numbers, anchor
    assert len(FIGURE.sub("", page).encode()) < 200_000
    assert len(FIGURE.sub("", numbers).encode()) < 200_000


@pytest.mark.parametrize(("address", "most"), [("/plans/", 3), ("/plans/{id}/", 2), ("/plans/{id}/numbers/", 1)])
def test_how_often_a_page_asks_the_database(village: Path, page_as: As, address: str, most: int) -> None:
    plan, browser = planned(), page_as(VISITOR)
    address = address.format(id=plan.pk)
    _text(browser, address)
    with CaptureQueriesContext(connection) as asked:
        _text(browser, address)
    assert len(asked) <= most


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("plan.json", b"{"),
        ("flows.parquet", b"PAR1"),
        ("village.yaml", b"village: Sun and grid"),
        ("report-fr.html", b"<!doctype html>"),
        ("sizes.csv", "\ufeffidentifiant;nom".encode()),
        ("flows.csv", "\ufeffflux;nom".encode()),
    ],
)
def test_files_to_take_away(village: Path, page_as: As, name: str, begins: bytes) -> None:
    response = page_as(VISITOR, "fr").get(f"/plans/{planned().pk}/files/{name}")
    assert response.content.startswith(begins)
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_a_table_has_decimals_of_the_language_and_no_formulas(village: Path, page_as: As) -> None:
    load_small_village(village, **{"pv: {recipe: panels": 'pv: {name: "=1+1", recipe: panels'})
    plan = planned(Change("processes.pv.size", "0..2.5 kWp"))
    french = page_as(VISITOR, "fr").get(f"/plans/{plan.pk}/files/sizes.csv").content.decode("utf-8-sig")
    assert "pv;'=1+1;process;2,5;kWp;" in french
    assert "process;2.5;kWp" in page_as(VISITOR).get(f"/plans/{plan.pk}/files/sizes.csv").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/plans/99/",
        "/plans/99999999999999999999999/",
        "/plans/99/numbers/",
        "/plans/99/files/plan.json",
        "/plans/{id}/files/hours",
        "/plans/{id}/files/..%2fplan.json",
        "/plans/jobs/99/",
        "/plans/jobs/99999999999999999999999/",
    ],
)
def test_what_is_guessed_is_not_there(village: Path, page_as: As, address: str) -> None:
    assert page_as(STEWARD).get(address.format(id=planned().pk)).status_code == 404


def test_a_job_of_another_kind_is_no_plan(village: Path, page_as: As) -> None:
    job = jobs.enqueue("send_letters", key="x", at=timezone.now())
    assert page_as(STEWARD).get(f"/plans/jobs/{job.pk}/").status_code == 404


@pytest.mark.parametrize("query", ["", "?a=1", "?a=x&b=1", "?a=99&b=98", "?a=99999999999999999999&b=²"])
def test_a_comparison_of_what_is_not_there_is_a_choice(village: Path, page_as: As, query: str) -> None:
    planned()
    assert "Which two plans?" in _text(page_as(VISITOR), f"/plans/compare/{query}")


def test_two_plans_side_by_side(village: Path, page_as: As) -> None:
    first, second = planned(), planned(LESS_SUN)
    page = _text(page_as(VISITOR), f"/plans/compare/?a={first.pk}&b={second.pk}")
    assert "more over the period and reaches as many goals" in page
    assert '<td class="r">4\u00a0kWp</td><td class="r">2\u00a0kWp</td>' in page
    assert "\u2212\u00a02\u00a0kWp" in page
    same = _text(page_as(VISITOR), f"/plans/compare/?a={first.pk}&b={first.pk}")
    assert "costs as much as A" in same


def test_only_a_steward_chooses_the_plan_to_go_by(village: Path, page_as: As) -> None:
    planned()
    other = planned(LESS_SUN)
    for viewer in (VISITOR, MEMBER, LEAD):
        assert "Go by this plan" not in _text(page_as(viewer), f"/plans/{other.pk}/")
        assert page_as(viewer).post(f"/plans/{other.pk}/choose/").status_code in (302, 403)
    assert StoredPlan.objects.get(current=True) != other
    for _ in range(2):
        page = page_as(STEWARD).post(f"/plans/{other.pk}/choose/", follow=True)
        assert "The village goes by this plan now." in page.content.decode()
    assert StoredPlan.objects.get(current=True) == other


def test_a_plan_that_does_not_add_up_says_so_and_is_not_chosen(village: Path, page_as: As) -> None:
    plan = planned()
    StoredPlan.objects.update(sound=False, current=False)
    browser = page_as(STEWARD)
    assert "This plan does not add up." in _text(browser, f"/plans/{plan.pk}/")
    page = browser.post(f"/plans/{plan.pk}/choose/", follow=True).content.decode()
    assert "It cannot be the current one." in page


@pytest.mark.parametrize("viewer", [VISITOR, MEMBER])
def test_others_do_not_ask_for_plans(village: Path, page_as: As, viewer: object) -> None:
    browser = page_as(viewer)
    assert browser.get("/plans/new/").status_code == 403
    assert browser.post("/plans/new/", {"name": "x"}).status_code in (302, 403)
    assert "Try another plan" not in _text(browser, "/plans/")
    assert not Job.objects.exists()


@pytest.mark.parametrize("viewer", [STEWARD, LEAD])
def test_a_scenario_is_asked_for_without_a_file(village: Path, page_as: As, viewer: object) -> None:
    browser = page_as(viewer, "fr")
    typed = _form(browser)
    assert typed["exchanges.grid.buy"] == "0,2"
    assert typed["goals.sun.at_least"] == "50"
    answers = [browser.post("/plans/new/", {**typed, "processes.pv.size": "2,5", "name": "Petit toit"}) for _ in (1, 2)]
    job = Job.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [f"/plans/jobs/{job.pk}/"] * 2, "sent twice, one job"
    assert job.payload["changes"] == [["processes.pv.size", "0..2.5 kWp", {"en": "Panels", "fr": "Panels"}]]
    page = _text(browser, f"/plans/jobs/{job.pk}/")
    assert "Petit toit" in page
    assert "Panels\u00a0: au plus 2,5" in page.replace("\u202f", "\u00a0")


def test_every_problem_is_told_at_once_and_nothing_typed_is_lost(village: Path, page_as: As) -> None:
    browser = page_as(STEWARD)
    wrong = {
        **_form(browser),
        "processes.pv.size": "a lot",
        "exchanges.grid.buy": "-1",
        "scale.energy": "9999",
        "goals.sun.at_least": "1e400",
    }
    answer = browser.post("/plans/new/", {**wrong, "name": "<b>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "4 things keep this from being planned" in page
    assert 'value="a lot"' in page
    assert 'value="&lt;b&gt;"' in page
    assert page.count('aria-invalid="true"') == 4
    form = read_form(ground(), wrong, "en")
    codes = {problem.where: problem.code for _, problem in form.all_problems}
    assert codes == {
        "processes.pv.size": "not-a-number",
        "exchanges.grid.buy": "out-of-range",
        "scale.energy": "out-of-range",
        "goals.sun.at_least": "not-a-number",
    }
    assert not Job.objects.exists()


def test_what_the_village_file_refuses_stands_beside_its_field(village: Path, page_as: As) -> None:
    browser = page_as(STEWARD)
    answer = browser.post("/plans/new/", {**_form(browser), "goals.sun.at_least": "500"})
    assert answer.status_code == 422
    assert 'id="goals-sun-at_least-err"' in answer.content.decode()


def test_fields_that_are_missing_stay_as_they_are_and_strange_ones_are_nothing(village: Path, page_as: As) -> None:
    page_as(STEWARD).post("/plans/new/", {"name": "As it is", "processes.nothing.size": "7"})
    assert Job.objects.get().payload["changes"] == []


def test_without_a_village_the_form_says_so(ledger: None, page_as: As) -> None:
    answer = page_as(STEWARD).get("/plans/new/")
    assert answer.status_code == 409
    assert "No village is in the database yet." in answer.content.decode()


def _run(village: Path) -> Job:
    return actions.ask_for_plan(changes=[LESS_SUN], at=timezone.now(), by="p-2")


def test_a_run_shows_where_it_is_and_can_be_left(village: Path, page_as: As) -> None:
    job, browser = _run(village), page_as(MEMBER)
    waiting = browser.get(f"/plans/jobs/{job.pk}/")
    assert waiting.headers["Refresh"] == "3"
    assert "Waits for its turn" in waiting.content.decode()
    claimed = jobs.claim(worker="w", kinds=["plan"], at=timezone.now())
    assert claimed is not None
    jobs.note_progress(job=claimed, worker="w", at=timezone.now(), label="Reading the weather", done=1, total=8)
    running = page_as(MEMBER, "fr").get(f"/plans/jobs/{job.pk}/").content.decode()
    assert "Lecture de la météo, étape 2 sur 8" in running
    assert "Vous pouvez quitter cette page" in running
    assert "Refresh" not in browser.get(f"/plans/jobs/{job.pk}/?still=1").headers
    assert f"/plans/jobs/{job.pk}/" in _text(browser, "/plans/")


def test_a_run_whose_worker_died_says_that_it_begins_again(village: Path, page_as: As) -> None:
    job = _run(village)
    jobs.claim(worker="dead", kinds=["plan"], at=timezone.now())
    jobs.take_up_lost(errands={"plan": 2}, at=timezone.now(), alive=lambda worker: False)
    assert "Begun again from the start." in _text(page_as(MEMBER), f"/plans/jobs/{job.pk}/")


def test_a_run_that_is_done_leads_to_its_plan(village: Path, page_as: As) -> None:
    plan, job = planned(), _run(village)
    Job.objects.update(state="done", result={"plan": plan.pk})
    assert page_as(MEMBER).get(f"/plans/jobs/{job.pk}/").headers["Location"] == f"/plans/{plan.pk}/"
    StoredPlan.objects.all().delete()
    assert "This plan is not kept any more." in _text(page_as(MEMBER), f"/plans/jobs/{job.pk}/")


def test_a_run_that_failed_tells_every_problem(village: Path, page_as: As) -> None:
    job = _run(village)
    problems = [{"code": "x", "where": "village.yaml:7", "what": "is <b>odd</b>.", "hint": ""}]
    Job.objects.update(state="failed", result={"problems": problems}, last_error="RuntimeError: /secret/path")
    page = _text(page_as(MEMBER), f"/plans/jobs/{job.pk}/")
    assert "is &lt;b&gt;odd&lt;/b&gt;." in page
    assert "/secret/path" not in page
    Job.objects.update(result=None)
    assert "Something broke on our side." in _text(page_as(MEMBER), f"/plans/jobs/{job.pk}/")


def test_whoever_asked_and_stewards_stop_a_run(village: Path, page_as: As) -> None:
    job = _run(village)
    assert page_as(MEMBER).post(f"/plans/jobs/{job.pk}/stop/").status_code in (302, 403)
    job.refresh_from_db()
    assert job.state == "waiting"
    for _ in range(2):
        page = page_as(LEAD).post(f"/plans/jobs/{job.pk}/stop/", follow=True).content.decode()
        assert "This plan was stopped." in page
    assert actions.ask_for_plan(changes=[LESS_SUN], at=timezone.now()).state == "waiting"
