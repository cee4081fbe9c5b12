"""A demonstration is prepared from a village file alone, goes on every hour, and never in a true village."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.web.lived import HORIZON, VILLAGE
from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Process
from wikivillage.web.demonstration import actions, errands
from wikivillage.web.demonstration.life import Summary, lived_until
from wikivillage.web.jobs.errands import find_errands
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.day_sums import days_known, summed_until
from wikivillage.web.ledger.models import Head, Record
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.prices.models import PolicyVersion
from wikivillage.web.registry.models import Place

NOW = datetime(2026, 11, 12, 15, 20, tzinfo=UTC)


@pytest.fixture
def week_file(tmp_path: Path) -> Path:
    """Saint-Blaise to be planned for one week only, which is quick."""
    file = tmp_path / "week.yaml"
    file.write_text(VILLAGE.read_text("utf-8").replace("finance:", HORIZON, 1), "utf-8")
    return file


@pytest.fixture
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days of past instead of a quarter."""
    monkeypatch.setattr(actions, "LIVED_DAYS", timedelta(days=2))


def no_progress(label: str, done: int = 0, total: int = 0) -> None:
    """Nobody looks."""


def test_a_village_file_is_all_it_takes(
    ledger: None, short_past: None, week_file: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Village, plan and life are made once; again it only goes on; the errand does so by the hour."""
    said: list[str] = []
    first = actions.prepare(village_file=week_file, at=NOW, progress=lambda label, done=0, total=0: said.append(label))
    assert (first.weeks, first.problems) == (2, ())
    assert first.shared > 20 * len(first.refused)
    assert first.shared > 40
    assert {actions.WEEKS, actions.SUMS} < set(said), "the stages of planning are told too"
    assert (Place.objects.exists(), StoredPlan.objects.filter(current=True).count()) == (True, 1)
    assert summed_until() == Head.objects.get(pk=1).number
    assert days_known() is not None

    prices = PolicyVersion.objects.count()
    assert prices > 0

    again = actions.prepare(village_file=week_file, at=NOW)
    assert PolicyVersion.objects.count() == prices
    assert (again.readings, again.events, again.entries, again.shared) == (0, 0, 0, 0)
    assert StoredPlan.objects.count() == 1

    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    settings.DEMONSTRATION = True
    assert errands.live_on(no_progress, {})["readings"] > 50
    assert errands.live_on(no_progress, {}) == {"readings": 0, "entries": 0}


def test_a_true_village_is_left_alone(lived_quickly: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting nothing is made up, whatever the worker is asked to do."""
    monkeypatch.setattr(timezone, "now", lambda: lived_quickly + timedelta(hours=5))
    settings.DEMONSTRATION = False
    assert errands.live_on(no_progress, {}) == {"readings": 0, "entries": 0}


def test_the_worker_knows_the_errand() -> None:
    """Once an hour."""
    assert find_errands()["live_on"].every == timedelta(hours=1)


def test_nothing_lives_without_a_plan(ledger: None, settings: Any) -> None:
    """A demonstration that has not begun waits."""
    settings.DEMONSTRATION = True
    assert errands.live_on(no_progress, {}) == {"readings": 0, "entries": 0}
    assert actions.live_on(at=NOW) == Summary()
    assert lived_until() is None


def test_a_file_that_is_not_there_is_told(ledger: None, tmp_path: Path) -> None:
    """As everywhere, with a problem and no half of a village."""
    with pytest.raises(ProblemError):
        actions.prepare(village_file=tmp_path / "nowhere.yaml", at=NOW)
    assert not Place.objects.exists()


def test_a_true_ledger_is_never_mixed_with_inventions(ledger: None, week_file: Path) -> None:
    """Whoever points the demonstration at the database of a true village is refused, and nothing is written."""
    record(entries=[Process("mill")], at=NOW)
    with pytest.raises(ProblemError) as error:
        actions.prepare(village_file=week_file, at=NOW)
    assert [one.code for one in error.value.problems] == ["true-ledger"]
    assert (Record.objects.count(), Place.objects.exists()) == (1, False)
