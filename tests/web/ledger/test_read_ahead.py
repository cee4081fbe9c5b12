"""A story is read ahead: it is that of the rule walked event by event, and asks the same few questions however long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.ledger_story import AGENTS, EVENTS_OF_LOT, a_lot
from tests.flows.machine import HOUR, LONGEST, any_entry
from tests.web.api.client import given, raised
from tests.web.ledger.test_book_pages import add, write
from tests.web.ledger.test_state_machine import TablesStory
from tests.web.ledger.test_stock_pages import kitchen, new, process, wide
from wikivillage.flows.neighbours import Kind
from wikivillage.flows.trace import trace, track
from wikivillage.web.ledger import day_sums, narrow, read_ahead
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.history import LedgerHistory
from wikivillage.web.ledger.models import Event, Process, Stock
from wikivillage.web.ledger.narrow import NarrowHistory, Seen
from wikivillage.web.ledger.story import tell_story

pytestmark = pytest.mark.usefixtures("ledger")
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST_QUESTIONS = 12


@pytest.fixture
def names_known(settings: Any) -> Iterator[None]:
    """What things are called was read before, as on every page but the first of a minute."""
    caches["pages"].clear()
    settings.KEPT_SECONDS = 60
    yield
    caches["pages"].clear()


def lots(number: int) -> None:
    """Lots that are each grown, milled, baked and sold in 20 events."""
    for pseudonym in AGENTS:
        add(pseudonym)
    chance = random.Random(1)
    for lot in range(number):
        record(entries=list(a_lot(lot, chance)), at=AT)


def chain(length: int) -> None:
    """A pile that is passed on and on, each time as a new one."""
    write(raised("pile-0", "1", owner="farm"))
    passed = pairwise(range(length + 1))
    write(*(given(f"on-{b}", "1", f"pile-{a}", "", by="farm", to="farm") | new(b) for a, b in passed))


def questions(path: str) -> int:
    """How many questions a page asks that is not kept, for its reader is not just any visitor."""
    client = Client(headers={"accept-language": "en"})
    client.cookies["messages"] = "somebody"
    assert client.get("/ledger/").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def all_that_differ() -> list[tuple[Kind, str]]:
    """From where a walk that is read ahead comes to anything else than one that asks thing by thing."""
    tables: dict[Kind, Any] = {"event": Event, "resource": Stock, "process": Process}
    items = [(kind, id) for kind, table in tables.items() for id in table.objects.values_list("id", flat=True)]
    plain = LedgerHistory()
    found = []
    for kind, id in items:
        seen = Seen()
        seen.begin(id)
        back = trace(id, NarrowHistory(seen, "trace"), "strict", kind)
        ahead = track(id, NarrowHistory(seen, "track"), "strict", kind)
        if (back, ahead) != (trace(id, plain, "strict", kind), track(id, plain, "strict", kind)):
            found.append((kind, id))
    assert len(items) > 20
    return found


@pytest.mark.usefixtures("names_known")
@pytest.mark.parametrize("start", ["table-1", "grain-1", "mill-1", "flour-1"])
def test_a_page_of_many_events_asks_few_questions(start: str) -> None:
    lots(2)
    day_sums.rebuild(zone="Europe/Paris")
    assert questions(f"/ledger/trace/{start}/") <= MOST_QUESTIONS


@pytest.mark.usefixtures("names_known")
def test_so_does_a_page_of_what_is_wide() -> None:
    wide()
    day_sums.rebuild(zone="Europe/Paris")
    for path in ("kitchen/?kind=process", "cafe_apples/?kind=stock", "baked-2/?kind=event", "eaten/?kind=event"):
        assert questions(f"/ledger/trace/{path}") <= MOST_QUESTIONS, path


def test_a_whole_lot_is_read_in_five_statements() -> None:
    lots(2)
    with CaptureQueriesContext(connection) as asked:
        told = tell_story("table-0", "resource", back=500, ahead=500)
    eaten_or_sold = 3
    assert (len(told.before), len(told.after)) == (EVENTS_OF_LOT - eaten_or_sold, 2)
    assert len(asked) == 5


@pytest.mark.parametrize(("most_reached", "enough"), [(1, 400), (3, 400), (60, 0), (60, 5), (60, 400)])
def test_however_little_is_read_ahead_the_story_is_the_same(
    most_reached: int, enough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "MOST_REACHED", most_reached)
    monkeypatch.setattr(narrow, "ENOUGH", enough)
    lots(1)
    kitchen()
    chain(12)
    assert all_that_differ() == []


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_and_it_is_so_in_any_life(seed: int) -> None:
    """With containers, changes of hands, corrections, and work that only looks after things."""
    chance, story = random.Random(seed), TablesStory()
    for _ in range(60):
        story.world.at += HOUR * (chance.random() < 0.2)
        story.make(any_entry, chance.randbytes(LONGEST))
    assert all_that_differ() == []


def test_a_chain_without_end_is_not_read_to_its_end() -> None:
    add("farm")
    chain(300)
    with CaptureQueriesContext(connection) as asked:
        told = tell_story("pile-300", "resource", back=50, ahead=50)
    assert len(told.before) == 25
    assert len(asked) == 5
    assert len(read_ahead.reach("pile-300", ("resource",), "trace")) == read_ahead.MOST_REACHED


def test_the_day_of_a_stock_says_nothing_of_a_process_that_is_called_like_it() -> None:
    """What a process called ``cafe_apples`` takes elsewhere did not leave the stock of that name."""
    wide()
    write(
        process("cafe_apples"),
        {**raised("flour", "9", owner="cafe"), "at": "2026-05-05T09:00:00Z"},
        {
            "id": "sifted",
            "action": "consume",
            "provider": "cafe",
            "receiver": "cafe",
            "inputOf": "cafe_apples",
            "resource": "flour",
            "quantity": {"value": "7", "unit": "kg"},
            "at": "2026-05-05T10:00:00Z",
        },
    )
    told = tell_story("cafe_apples", "resource", back=50, ahead=50)
    (left,) = [fold.flows for fold in told.folds if fold.direction == "track"]
    assert {flow.resource for flow in left} == {"cafe_apples"}
