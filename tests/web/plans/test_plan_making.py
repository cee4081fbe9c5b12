"""A plan is made of the village in the database, checked, kept whole, and read by other rooms."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.web.plans.planned import AT, LESS_SUN, planned
from wikivillage.base.problems import ProblemError
from wikivillage.planner.solve import UnboundedError
from wikivillage.web.plans import actions, making, queries
from wikivillage.web.plans.models import PlanPart, StoredPlan
from wikivillage.web.registry.models import Change as Trace


def test_the_village_as_it_is_becomes_the_current_plan(village: Path) -> None:
    plan = planned()
    assert (plan.sound, plan.current, plan.name, plan.changes) == (True, True, "", [])
    assert plan.summary["yearly_cost"] > 0
    assert list(Trace.objects.filter(verb="choose_plan").values_list("subject", flat=True)) == [str(plan.pk)]


def test_everything_of_it_is_kept(village: Path) -> None:
    plan = planned()
    names = set(PlanPart.objects.filter(plan=plan).values_list("name", flat=True))
    assert {"plan.json", "flows.parquet", "village.yaml", "hours", "body-fr", "body-en", "report-fr.html"} <= names
    record = json.loads(queries.find_part(plan.pk, "plan.json") or b"")
    assert record["certificate"]["checked"]["problems"] == []
    assert b"<html" in (queries.find_part(plan.pk, "report-en.html") or b"")


def test_other_rooms_read_its_sizes_goals_and_record(village: Path) -> None:
    assert queries.current_plan() is None
    planned()
    plan = queries.current_plan()
    assert plan is not None
    assert plan.sizes["pv"]["size"] == pytest.approx(4.0, abs=0.01)
    assert plan.goals["sun"]["target"] == 0.5
    assert plan.record["village"]["name"] == "Sun and grid"


def test_the_hours_ahead_come_from_the_same_hours_of_the_plan(village: Path) -> None:
    assert queries.hours_ahead(AT, 3) == ()
    planned()
    day = queries.hours_ahead(AT.replace(hour=11, minute=40), 24)
    assert [hour.begin.hour for hour in day[:3]] == [12, 13, 14], "in the village's own time"
    noon = day[0]
    assert noon.sun_kwh == pytest.approx(2.0, abs=0.01), "of 4 kWp nothing is made that nobody uses"
    assert noon.need_kwh == pytest.approx(2.0, abs=0.01)
    night = next(hour for hour in day if hour.begin.hour == 2)
    assert (night.sun_kwh, night.surplus_kwh) == (0.0, 0.0)
    assert night.grid_in_kwh == pytest.approx(2.0, abs=0.01)
    assert night.price_eur_kwh == pytest.approx(0.35, abs=0.01), "what it costs and what it lacks of the goal"


def test_another_plan_does_not_take_its_place_unless_it_is_chosen(village: Path) -> None:
    first, other = planned(), planned(LESS_SUN)
    assert (first.current, other.current) == (True, False)
    actions.choose_plan(plan=other, at=AT)
    actions.choose_plan(plan=other, at=AT)
    assert list(StoredPlan.objects.filter(current=True)) == [other]
    current = queries.current_plan()
    assert current is not None
    assert current.sizes["pv"]["size"] == pytest.approx(2.0, abs=0.01)


def test_the_database_itself_knows_one_current_plan(village: Path) -> None:
    first = planned()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredPlan.objects.create(village_digest="", sha256="", made_at=AT, sound=True, current=True, summary={})
    assert StoredPlan.objects.get(current=True) == first


def test_a_plan_that_does_not_add_up_is_kept_and_says_so_but_steers_nothing(
    village: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = making.make_plan(actions.ground(), at=AT, say=actions.quietly)
    wrong = making.MadePlan(made.summary, False, made.parts)
    plan = actions.store_plan(made=wrong, digest="", at=AT, choose=True)
    assert not plan.current
    with pytest.raises(ProblemError) as refused:
        actions.choose_plan(plan=plan, at=AT)
    assert [problem.code for problem in refused.value.problems] == ["plan-unsound"]


def test_its_steps_are_told_one_after_the_other(village: Path) -> None:
    told: list[Any] = []
    actions.plan_now(at=AT, progress=lambda label, done, total: told.append((label, done, total)))
    assert [label for label, _, _ in dict.fromkeys(told)] == list(making.STAGES.values())
    assert {total for _, _, total in told} == {len(making.STAGES)}


def test_names_of_people_are_in_no_part_of_a_plan(village: Path) -> None:
    plan = planned()
    for part in PlanPart.objects.filter(plan=plan):
        content = making.unpacked(part.name, bytes(part.content)).decode("utf-8", "replace").lower()
        assert "alice" not in content, part.name
    file = (queries.find_part(plan.pk, "village.yaml") or b"").decode()
    assert "person_1: {name: Somebody, kind: person}" in file
    assert "run_by: person_1" in file
    assert "Solar cooperative" in file


def test_without_a_village_there_is_nothing_to_plan(ledger: None) -> None:
    with pytest.raises(ProblemError) as refused:
        planned()
    assert [problem.code for problem in refused.value.problems] == ["no-village"]


def test_what_cannot_be_planned_leaves_nothing(village: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unbounded(*_: Any, **__: Any) -> Any:
        raise UnboundedError

    monkeypatch.setattr("wikivillage.planner.planning.solve", unbounded)
    with pytest.raises(ProblemError) as refused:
        planned()
    assert [problem.code for problem in refused.value.problems] == ["unbounded"]
    assert not StoredPlan.objects.exists()


def test_two_plans_of_the_same_village_have_the_same_fingerprint_of_it(village: Path) -> None:
    first, second = planned(), planned(LESS_SUN)
    assert first.village_digest == second.village_digest
    assert first.sha256 != second.sha256
    assert first.made_at == second.made_at < AT + timedelta(seconds=1)
