"""The pulse for programs: the same facts as the page, to anybody, in the schema that the API describes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from django.utils import timezone

from tests.web.pulse.planned import store_week
from tests.web.remembered import forget_all
from wikivillage.web.ledger.day_sums import bring_up_to_date, flows_between
from wikivillage.web.meters.models import Meter

Planned = tuple[dict[str, Any], pd.DataFrame]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, lived_quickly: datetime) -> datetime:
    """The village that has lived, in its present, with its days added up."""
    monkeypatch.setattr(timezone, "now", lambda: lived_quickly)
    bring_up_to_date(zone="Europe/Paris", limit=10**9)
    return lived_quickly


def get(address: str = "/api/pulse") -> Any:
    """What the API answers."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_it_is_the_facts_of_the_page(now: datetime, planned_week: Planned) -> None:
    plan = store_week(planned_week, now)
    told = get()
    assert (told["period"], told["first"], told["last"]) == ("day", "2026-11-11", "2026-11-11")
    assert [loop["loop"] for loop in told["loops"]] == ["energy", "water", "matter", "food", "people"]
    assert told["plan"] == str(plan.pk)
    assert len(told["hours"]) == 24
    assert {level["store"] for level in told["levels"]} >= {"battery", "rain_tank"}
    assert {meter["id"] for meter in told["meters"] if meter["state"] == "silent"} >= {"power-studios"}
    assert "power-homes" not in {meter["id"] for meter in told["meters"]}


def test_each_flow_is_what_the_ledger_adds_up_to(now: datetime) -> None:
    told = get("/api/pulse?period=week")
    bought = next(flow for flow in told["flows"] if (flow["kind"], flow["id"]) == ("bought", "grid"))
    first, last = (datetime.fromisoformat(told[name]).date() for name in ("first", "last"))
    events = [flow for flow in flows_between(first, last, of=["grid"]) if flow.resource == "grid"]
    assert bought["amount"] == pytest.approx(float(sum(flow.quantity for flow in events)))
    assert bought["events"] == sum(flow.events for flow in events)
    assert bought["source"] == f"/ledger/events/?resource=grid&spec=electricity&first={first}&last={last}"


def test_a_need_is_told_and_not_whose_it_is(now: datetime) -> None:
    wishes = get()["wishes"]
    assert any(wish["action"] == "work" and wish["unit"] == "h" for wish in wishes)
    assert set(wishes[0]) == {"id", "offer", "action", "resource", "amount", "unit", "begin", "place"}


@pytest.mark.parametrize("query", ["period=month", "day=tomorrow", "day=2026-11-13", "day=0001-01-01"])
def test_what_is_no_period_and_no_day_is_refused_with_its_reason(now: datetime, query: str) -> None:
    answer = Client().get(f"/api/pulse?{query}")
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["what"]
    if query in ("day=2026-11-13", "day=0001-01-01"):
        assert problem["code"] == "day-out-of-range"


def test_an_empty_village_has_an_empty_pulse(ledger: None) -> None:
    Meter.objects.all().delete()
    told = get()
    assert (told["loops"], told["flows"], told["hours"], told["known_from"], told["plan"]) == ([], [], [], None, None)


def test_it_is_described(now: datetime) -> None:
    described = Client().get("/api/openapi.json").json()["paths"]["/api/pulse"]["get"]
    assert "security" not in described or not described["security"], "what everybody sees needs no token"
