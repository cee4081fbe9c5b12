"""A scenario: asked for once, planned in the background, refused with everything that is wrong with it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from tests.web.plans.planned import AT, GOALS, LESS_SUN, load_small_village
from wikivillage.base.problems import ProblemError
from wikivillage.planner.solve import UnboundedError
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.worker import work
from wikivillage.web.plans import actions, making
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.scenario import Change, changed, check_changes, ground, scaled


def _work() -> None:
    work(until_idle=True, now=lambda: AT, kinds=["plan"])


def _codes(refused: Any) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_scenario_is_planned_by_the_worker(village: Path) -> None:
    job = actions.ask_for_plan(changes=[LESS_SUN], name="Small roof", at=AT, by="p-1")
    assert job.state == "waiting"
    _work()
    job.refresh_from_db()
    plan = StoredPlan.objects.get()
    assert (job.state, job.result) == ("done", {"plan": plan.pk})
    assert (plan.name, plan.made_by) == ("Small roof", "p-1")
    assert plan.changes == [["processes.pv.size", "0..2 kWp", {"en": "Panels", "fr": "Panels"}]]


def test_asked_for_twice_it_is_one_job_whatever_the_order_and_the_name(village: Path) -> None:
    more = Change("exchanges.grid.buy", "0.3 EUR/kWh")
    first = actions.ask_for_plan(changes=[LESS_SUN, more], at=AT)
    again = actions.ask_for_plan(changes=[more, LESS_SUN], name="Another name", at=AT)
    other = actions.ask_for_plan(changes=[more], at=AT)
    assert first.pk == again.pk != other.pk
    _work()
    assert actions.ask_for_plan(changes=[LESS_SUN, more], at=AT).state == "done"
    assert StoredPlan.objects.count() == 2


def test_one_that_failed_or_whose_plan_is_gone_is_made_again(village: Path) -> None:
    job = actions.ask_for_plan(changes=[LESS_SUN], at=AT)
    Job.objects.update(state="failed")
    assert actions.ask_for_plan(changes=[LESS_SUN], at=AT).state == "waiting"
    _work()
    StoredPlan.objects.all().delete()
    again = actions.ask_for_plan(changes=[LESS_SUN], at=AT)
    assert (again.pk, again.state) == (job.pk, "waiting")


def test_a_village_that_changed_in_between_is_not_planned(village: Path) -> None:
    job = actions.ask_for_plan(changes=[LESS_SUN], at=AT)
    load_small_village(village, **{"48 kWh/day": "50 kWh/day"})
    _work()
    job.refresh_from_db()
    assert [one["code"] for one in job.result["problems"]] == ["village-changed"]
    assert not StoredPlan.objects.exists()


def test_what_the_planner_finds_is_told_by_the_job(village: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unbounded(*_: Any, **__: Any) -> Any:
        raise UnboundedError

    job = actions.ask_for_plan(changes=[LESS_SUN], at=AT)
    monkeypatch.setattr("wikivillage.planner.planning.solve", unbounded)
    _work()
    job.refresh_from_db()
    assert (job.state, job.tries) == ("failed", 1)
    assert [one["code"] for one in job.result["problems"]] == ["unbounded"]


def test_something_of_ours_that_breaks_is_tried_once_more(
    village: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no memory")

    monkeypatch.setattr(actions, "make_plan", broken)
    job = actions.ask_for_plan(changes=[], at=AT)
    with caplog.at_level(logging.CRITICAL):
        _work()
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == ("waiting", 1, "RuntimeError: no memory")
    monkeypatch.setattr(actions, "make_plan", making.make_plan)
    work(until_idle=True, now=lambda: job.due_at, kinds=["plan"])
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 2)


def test_every_problem_stands_beside_the_change_that_makes_it(village: Path) -> None:
    wrong = [Change("processes.pv.size", "5..2 kWp"), Change("goals.sun.at_least", "50 apples"), LESS_SUN]
    found = check_changes(ground(), wrong[:2])
    assert set(found) == {"processes.pv.size", "goals.sun.at_least"}
    where = [problem.where for problems in found.values() for problem in problems]
    assert all(place.startswith("village.yaml:") for place in where), where
    assert check_changes(ground(), [LESS_SUN]) == {}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("processes.nothing.size", "1 kWp", "unknown-place"),
        ("processes.pv.colour", "red", "unknown-place"),
        ("processes", "x", "unknown-place"),
        ("", "", "unknown-place"),
        ("scale.energy", "much", "bad-percentage"),
        ("scale.energy", "1001", "bad-percentage"),
        ("scale.energy", "-1", "bad-percentage"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(village: Path, path: str, value: str, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        actions.ask_for_plan(changes=[Change(path, value)], at=AT)
    assert _codes(refused) == [code]
    assert not Job.objects.exists()


@pytest.mark.parametrize(("name", "code"), [("x" * 81, "long-name"), ("a\0b", "bad-name")])
def test_a_name_that_cannot_be_kept_is_refused(village: Path, name: str, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        actions.ask_for_plan(changes=[], name=name, at=AT)
    assert _codes(refused) == [code]


def test_more_is_wanted_of_everything_in_a_loop(village: Path) -> None:
    half = changed(ground(), [Change("scale.energy", "50")])
    assert half.trees["needs"]["home"]["amount"] == "1 kW"
    assert ground().trees["needs"]["home"]["amount"] == "2 kW", "the village stays as it is"


@pytest.mark.parametrize(
    ("amount", "twice"),
    [
        ("1.5 m3/day", "3 m3/day"),
        ({"values": ["1", "0.25"], "unit": "kWh"}, {"values": ["2", "0.5"], "unit": "kWh"}),
        ({"driver": "heating_need"}, {"driver": "heating_need"}),
    ],
)
def test_amounts_of_every_form(amount: Any, twice: Any) -> None:
    assert scaled(amount, 2.0) == twice


def test_the_fingerprint_follows_the_file_and_not_the_names_of_people(village: Path) -> None:
    before = ground().digest
    load_small_village(village, GOALS.replace("Alice Martin", "Alice M."))
    assert ground().digest == before
    load_small_village(village, GOALS.replace("50 %", "60 %"))
    assert ground().digest != before
