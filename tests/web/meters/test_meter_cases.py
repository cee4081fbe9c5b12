"""The published cases of meters, through the database and into the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.streams import M1, NOW, START, reading, series
from tests.web.meters.rooms import close, events, ingest, meter, net, seconds
from wikivillage.connectors.kinds import Reading
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.meters.actions import add_meters
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
