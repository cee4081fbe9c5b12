"""The published cases of meters, through the database and into the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.streams import M1, reading, series
from tests.web.meters.rooms import close, events, ingest, meter, net, seconds
from wikivillage.connectors.kinds import Reading
from wikivillage.flows.exact import plain
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.meters.models import ClosedInterval, Conflict, Quarantine, RollUp
from wikivillage.web.meters.models import Reading as Stored

DATA = Path(__file__).parents[2] / "flows" / "data"
CASES = {
    case["id"]: case
    for file in ("ledger_cases.json", "more_ledger_cases.json")
    for case in json.loads((DATA / file).read_text("utf-8"))["cases"]
    if case["group"] == "meter"
}
COUNTERS = [case for case in CASES.values() if "cumulative_at_index" in case["expect"]]

pytestmark = pytest.mark.usefixtures("ledger")


def test_every_case_of_meters_is_played_here() -> None:
    played = ["meter-04-at-least-once", "meter-05-conflicting-duplicate", "meter-08-wrong-clock"]
    played += ["more-meter-06-conflict-in-the-middle", "more-meter-07-dst-days"]
    assert sorted(CASES) == sorted([*played, *(case["id"] for case in COUNTERS)])
    assert len(COUNTERS) == 3


@pytest.mark.parametrize("case", COUNTERS, ids=lambda case: case["id"])
def test_a_counter_comes_to_the_printed_sums(case: Mapping[str, Any]) -> None:
    meter()
    ingest(series(*case["given"]["readings"]))
    close()
    reached = list(accumulate((one.net for one in ClosedInterval.objects.order_by("begin")), initial=Decimal(0)))
    printed = {int(index): Decimal(sum) for index, sum in case["expect"]["cumulative_at_index"].items()}
    assert {index: reached[index] for index in printed} == printed
    assert net() == Decimal(case["expect"]["total"])
    assert check_ledger().ok


def test_invariant_12_duplicates_reordering_and_replay_change_nothing() -> None:
    case = CASES["meter-04-at-least-once"]
    meter()
    stream = _stream(case)
    reports = [ingest(stream), ingest(random.Random(4).sample(stream, len(stream)))]
    close()
    assert Stored.objects.count() == case["expect"]["stored"]
    assert sum(len(report.duplicate) for report in reports) == case["expect"]["duplicates_counted"]
    assert net() == Decimal(case["expect"]["delta_total"])
    by_interval = [[seconds(one.happened_at) - 900, seconds(one.happened_at), plain(one.quantity)] for one in events()]
    assert by_interval == case["expect"]["by_interval"]


def test_invariant_12_another_value_for_the_same_time_is_a_conflict() -> None:
    case = CASES["meter-05-conflicting-duplicate"]
    meter()
    ingest(_stream(case))
    assert Stored.objects.count() == case["expect"]["stored"]
    assert Conflict.objects.count() == case["expect"]["conflicts"]
    assert _value_at(900) == Decimal(case["expect"]["value_at"]["900"])


def test_invariant_12_a_conflict_in_the_middle_does_not_stop_the_rest() -> None:
    case = CASES["more-meter-06-conflict-in-the-middle"]
    meter("m1")
    meter("m2")
    reports = [ingest(_stream(case)), ingest(_stream(case))]
    close()
    assert Stored.objects.count() == case["expect"]["stored"]
    assert sum(len(report.conflicting) for report in reports) == case["expect"]["conflicts"]
    assert sum(len(report.duplicate) for report in reports) == case["expect"]["duplicates_counted"]
    assert [(one.value, one.kept, one.times) for one in Conflict.objects.all()] == [
        (Decimal("100.9"), Decimal("100.5"), 2)
    ]
    assert _value_at(900) == Decimal(case["expect"]["value_at"]["900"])
    assert net() == Decimal(case["expect"]["delta_total"])


def test_a_wrong_clock_is_set_aside() -> None:
    case = CASES["meter-08-wrong-clock"]
    meter()
    stream = [reading(0, value, at=datetime.fromtimestamp(second, UTC)) for _, second, value in case["given"]["stream"]]
    ingest(stream, at=datetime.fromtimestamp(case["given"]["now"], UTC))
    assert Stored.objects.count() == case["expect"]["stored"]
    assert Quarantine.objects.filter(code="wrong-clock").count() == case["expect"]["quarantined"]


@pytest.mark.parametrize("day", CASES["more-meter-07-dst-days"]["given"]["days"])
def test_a_day_of_a_clock_change_has_23_or_25_hours_in_events_and_sums(day: str) -> None:
    printed = CASES["more-meter-07-dst-days"]["expect"]["days"][day]
    begin, end = (datetime.fromisoformat(printed[name]) for name in ("from_utc", "to_utc"))
    meter()
    ingest([_constant(begin, number) for number in range(printed["intervals"] + 1)])
    close()
    (whole,) = RollUp.objects.filter(grid="day", begin=begin)
    assert (whole.end, whole.quantity, whole.quality) == (end, Decimal(printed["kwh"]), "measured")
    hours = RollUp.objects.filter(grid="hour", begin__gte=begin, end__lte=end)
    assert [plain(one.quantity) for one in hours] == ["1"] * int(printed["hours"])
    assert len(events()) == printed["intervals"]
    assert net() == Decimal(printed["kwh"])


def test_the_same_wall_clock_time_twice_is_two_readings() -> None:
    meter(kind=replace(M1, interval_minutes=60), grid="hour")
    night = datetime(2026, 10, 25, 0, tzinfo=UTC)
    report = ingest([reading(0, str(number), at=night + timedelta(minutes=60 * number + 30)) for number in range(3)])
    assert report.counts["new"] == 3, "2:30 twice, and 3:30"


def _stream(case: Mapping[str, Any]) -> list[Reading]:
    return [reading(second, value, name) for name, second, value in case["given"]["stream"]]


def _value_at(second: int) -> Decimal:
    return Stored.objects.get(register__meter="m1", at=reading(second, "0").at).value


def _constant(begin: datetime, number: int) -> Reading:
    """A counter under a constant load of 1 kW, ``number`` quarters of an hour after ``begin``."""
    return reading(0, Decimal(number) / 4, at=begin + timedelta(minutes=15 * number))
