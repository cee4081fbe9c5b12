"""Clocks jump, stand still and go back; the order of the ledger does not, and what is reserved stays reserved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.web.ledger.stories import AT
from wikivillage.base.problems import ProblemError
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import models, queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("ledger")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def one_kilogram(ledger: None) -> Iterator[None]:
    """Anna has one kilogram of apples and a room; whatever a test does, the ledger adds up afterwards."""
    Agent.objects.create(pseudonym="anna", kind="organisation", created_at=AT)
    for id, unit in (("apples", "kg"), ("room", "one")):
        write({"id": f"r-{id}", "action": "raise", "newResource": {"id": id, "unit": unit}, "quantity": _one(unit)})
    yield
    assert check_ledger().differences == []


def _one(unit: str = "kg") -> dict[str, str]:
    return {"value": "1", "unit": unit}


def write(body: dict[str, Any], at: datetime = AT) -> list[str]:
    """Record something of Anna's; the codes of what is wrong with it."""
    try:
        record(entries=[read_entry({"provider": "anna", "receiver": "anna", **body})], at=at)
    except ProblemError as error:
        return [problem.code for problem in error.problems]
    return []


def reserve(id: str, at: datetime, until: datetime | None) -> list[str]:
    body = {
        "id": id,
        "kind": "commitment",
        "action": "transfer",
        "resource": "apples",
        "quantity": _one(),
        "reserves": True,
    }
    return write({**body, "expires": until.isoformat()} if until else body, at)


def book(id: str, at: datetime, until: datetime | None) -> list[str]:
    times = {"begin": "2026-06-01T10:00:00Z", "end": "2026-06-01T11:00:00Z"}
    body = {"id": id, "kind": "commitment", "action": "use", "resource": "room", **times}
    return write({**body, "expires": until.isoformat()} if until else body, at)


def end(id: str, at: datetime) -> list[str]:
    body = {"id": f"end-{id}", "promise": id, "how": "cancelled"}
    record(entries=[read_entry(body, "ending")], at=at)
    return []


def take(id: str, at: datetime) -> list[str]:
    return write({"id": id, "action": "lower", "resource": "apples", "quantity": _one()}, at)


@pytest.mark.parametrize("promise", [reserve, book])
def test_what_lapsed_is_not_lapsed_any_more_when_the_clock_goes_back(promise: Any) -> None:
    assert promise("c1", AT, AT + HOUR) == []
    assert promise("c2", AT + HOUR, None) == []
    end("c2", AT + HOUR)
    back = AT + HOUR / 2
    assert promise("c3", back, None) in (["insufficient"], ["conflict"])
    if promise is reserve:
        assert take("e1", back) == ["insufficient"]
        assert take("e2", AT + HOUR) == []


def test_the_order_is_that_of_recording_whatever_the_clock_says() -> None:
    for number, hours in enumerate((5, -3, 0, 2)):
        assert (
            write({"id": f"e{number}", "action": "use", "resource": "apples", "effort": _one("h")}, AT + hours * HOUR)
            == []
        )
    ids = models.Posting.objects.filter(resource="apples").order_by("sequence").values_list("record__id", flat=True)
    assert list(ids) == ["r-apples", "e0", "e1", "e2", "e3"]
    assert [row.id for row in queries.events()[:4]] == ["e3", "e2", "e1", "e0"]


def test_what_is_dated_back_does_not_change_what_was_reported() -> None:
    number = models.Head.objects.get(pk=1).number
    before = queries.stock_as_of("apples", number=number)
    assert (
        write({"id": "late", "action": "lower", "resource": "apples", "quantity": _one(), "at": "2024-02-29T23:59:59Z"})
        == []
    )
    assert queries.stock_as_of("apples", number=number) == before
    assert queries.stock_as_of("apples", happened=AT - 365 * 24 * HOUR)[0] == -1


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [
        ("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00", 1),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", 1),
        ("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", 24),
        ("2025-12-31T23:30:00Z", "2026-01-01T00:30:00Z", 1),
    ],
)
def test_nights_of_the_clock_change_have_their_hours(first: str, second: str, hours: int) -> None:
    at = AT + 365 * 24 * HOUR
    for id, moment in (("a", first), ("b", second)):
        assert write({"id": id, "action": "use", "resource": "apples", "effort": _one("h"), "at": moment}, at) == []
    one, two = (models.Event.objects.get(id=id).happened_at for id in "ab")
    assert two - one == hours * HOUR
