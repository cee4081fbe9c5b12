"""What the benchmark of booking and sharing rests on: a village that the site's own rules allow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.fresh import run_task
from benchmarks.sharing_works import ASKED, _addresses

AT = datetime(2026, 6, 2, 12, tzinfo=UTC)
UNITS, BOOKINGS, LOTS = 10, 60, 12


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small one."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sharing')}/sharing.sqlite3"
    _task("build", url=url, units=UNITS, bookings=BOOKINGS, lots=LOTS, at=AT.isoformat())
    return url


def test_the_village_holds_what_is_said_and_agrees_with_its_ledger(made: str) -> None:
    for table, number in {"bookings_unit": UNITS, "bookings_booking": BOOKINGS, "exchange_lot": LOTS}.items():
        assert _task("question", "benchmarks.year_tasks", url=made, sql=f"SELECT count(*) FROM {table}")["rows"] == [
            [number]
        ]
    assert _task("check", "benchmarks.ledger_tasks", url=made)["rate"] > 0


def test_each_lane_confirms_what_no_other_has(made: str) -> None:
    """Two who book beside each other, and another measurement: nobody is refused."""
    for lane, lanes in ((0, 1), (0, 2), (1, 2)):
        told = _task("confirm", url=made, units=UNITS, number=4, at=AT.isoformat(), lane=lane, lanes=lanes)
        assert told["rate"] > 0


def test_readers_ask_for_many_different_pages() -> None:
    asked = _addresses(AT)
    assert len(set(asked["find a room"])) > ASKED * 0.9
    assert len(set(asked["board of lots"])) > 100
    hours = [parse_qs(urlsplit(path).query) for path in asked["find a room"]]
    assert all(one["from"] < one["to"] for one in hours)


def _task(name: str, module: str = "benchmarks.sharing_tasks", **arguments: Any) -> dict[str, Any]:
    told = run_task(name, module=module, **arguments)
    assert told is not None
    return told
