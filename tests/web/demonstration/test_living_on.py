"""Life goes on: run again it adds nothing, run later it continues, and a broken meter is mended in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from tests.web.lived import LIVED_FROM, SEED, live
from wikivillage.base.problems import ProblemError
from wikivillage.web.demonstration.actions import live_through
from wikivillage.web.demonstration.bad_days import SILENT
from wikivillage.web.demonstration.life import Summary, lived_until
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Event, Record
from wikivillage.web.meters import queries
from wikivillage.web.meters.models import Reading, Register

Recorded = tuple[dict[str, Any], pd.DataFrame]


def live_on(planned: Recorded, now: datetime, seed: int = SEED) -> Summary:
    """Go on living."""
    record, flows = planned
    return live_through(plan_record=record, plan_flows=flows, first=LIVED_FROM, now=now, seed=seed)


def test_the_same_again_adds_nothing(lived_village: datetime, planned_week: Recorded) -> None:
    """No record, no reading, no closed interval."""
    before = (Record.objects.count(), Reading.objects.count(), queries.closed_hash())
    again = live_on(planned_week, lived_village)
    assert (again.readings, again.events, again.entries, again.problems) == (0, 0, 0, ())
    assert (Record.objects.count(), Reading.objects.count(), queries.closed_hash()) == before


def test_an_earlier_present_adds_nothing(lived_quickly: datetime, planned_week: Recorded) -> None:
    """A clock that was put back does not live the past again."""
    again = live_on(planned_week, lived_quickly - timedelta(days=2))
    assert (again.readings, again.events, again.entries) == (0, 0, 0)


def test_it_goes_on_by_the_hour(lived_village: datetime, planned_week: Recorded) -> None:
    """Each hour brings its readings; the day's events come when the day is over."""
    for hours in (1, 2, 10):
        now = lived_village + timedelta(hours=hours)
        done = live_on(planned_week, now)
        assert done.problems == ()
        assert done.readings > 50
    until = lived_until()
    assert until is not None
    assert now - until < timedelta(minutes=15)


def test_in_steps_or_at_once_the_same_is_written_by_hand(lived_quickly: datetime, planned_week: Recorded) -> None:
    """Whether it lives on hour by hour or a day at once, the same entries are there in the end."""
    later = lived_quickly + timedelta(hours=30)
    known = set(Event.objects.values_list("id", flat=True))
    for hours in (7, 8, 20, 30):
        live_on(planned_week, lived_quickly + timedelta(hours=hours))
    stepwise = set(Event.objects.values_list("id", flat=True)) - known
    assert live_on(planned_week, later).entries == 0
    assert len(stepwise) > 60


def test_the_silent_meter_is_mended_and_tells_all(lived_quickly: datetime, planned_week: Recorded) -> None:
    """For three days nothing comes; then it hands in what it kept, and has no gap."""
    live_on(planned_week, lived_quickly + timedelta(hours=20))
    silent = Register.objects.get(meter=SILENT)
    assert lived_quickly - silent.last_at > timedelta(hours=26)
    live_on(planned_week, lived_quickly + timedelta(days=3))
    silent = Register.objects.get(meter=SILENT)
    assert silent.last_at > lived_quickly
    assert list(queries.gaps(silent, lived_quickly - timedelta(days=5))) == []


def test_another_plan_may_be_lived_from_now_on(lived_quickly: datetime, planned_week: Recorded) -> None:
    """The past stays as it was; another chance only makes another future."""
    before = queries.readings_hash()
    assert live_on(planned_week, lived_quickly, seed=SEED + 1).readings == 0
    assert queries.readings_hash() == before
    later = live_on(planned_week, lived_quickly + timedelta(hours=9), seed=SEED + 1)
    assert later.entries > 10
    assert check_ledger().ok


def test_nothing_is_written_for_a_plan_that_cannot_be_lived(database: str, planned_week: Recorded) -> None:
    """Whoever hands in another village's plan is told, and the database is as before."""
    record, flows = planned_week
    other = {**record, "flows": []}
    with pytest.raises(ProblemError) as error:
        live((other, flows))
    assert [one.code for one in error.value.problems] == ["not-this-village"]
    assert (Record.objects.count(), Reading.objects.count()) == (0, 0)
