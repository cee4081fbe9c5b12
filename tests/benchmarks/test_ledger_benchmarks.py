"""What the benchmarks of the ledger rest on: the story is one that the rules allow, the peers write the same rows, and
the open-loop client counts from the planned start."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import load
from benchmarks.fresh import run_task
from benchmarks.ledger_bases import SqliteEngine, flush_ms
from benchmarks.ledger_story import EVENTS_OF_LOT, SHARED, lots, story
from benchmarks.load import Answer, Client, Request, plan, quantile, summary
from benchmarks.results import Row, versions
from wikivillage.flows.kinds import Event

EVENTS = 700
"""Enough for several lots."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SqliteEngine:
    """Files of SQLite in a folder."""
    return SqliteEngine(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def empty(engine: SqliteEngine) -> str:
    """A database with tables, agents and meters."""
    url = engine.create()
    assert str(_task("prepare", url=url)["secret"]).startswith("wv_")
    return url


def test_the_same_seed_tells_the_same_story_with_so_many_events() -> None:
    told = list(story(EVENTS))
    assert told == list(story(EVENTS))
    assert sum(isinstance(entry, Event) for entry in told) == EVENTS
    assert EVENTS_OF_LOT == 20
    assert lots(EVENTS) == 4, "after 200 openings, 108 events each"
    assert lots(SHARED) == 0


def test_every_question_of_the_large_ledger_finds_something(engine: SqliteEngine, empty: str) -> None:
    url = engine.copy(empty)
    assert _task("fill", url=url, events=EVENTS, batch=100)["rate"] > 0
    asked = _task("ask", url=url, events=EVENTS, times=3)
    assert list(asked) == ["stock", "stock as of a number", "last 50 events", "trace", "track"]
    assert all(0 < times["p50"] <= times["p99"] for times in asked.values())
    assert _task("check", url=url)["megabytes"] > 0, "and everything adds up"
    assert engine.megabytes(url) > engine.megabytes(empty)


def test_the_bare_rows_of_readings_are_those_that_are_ingested(engine: SqliteEngine, empty: str) -> None:
    url = engine.copy(empty)
    for name in ("ingest", "ingest_raw"):
        assert _task(name, url=url, readings=600, batch=100)["rate"] > 0
    rows = [
        _rows(file, "SELECT register_id, at, value, received_at, source, stamped FROM meters_reading ORDER BY 1, 2")
        for file in (_file(url), _file(url, "-raw"))
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 900, "a first round of 300, then 600"
    engine.drop(url)
    assert not _file(url).exists()
    assert not _file(url, "-raw").exists()


def test_the_bare_rows_of_events_say_what_the_ledger_says(engine: SqliteEngine, empty: str) -> None:
    url = engine.copy(empty)
    for name in ("record", "create"):
        assert _task(name, url=url, events=40, batch=10)["rate"] > 0
    columns = "id, action, provider_id, receiver_id, resource, to_resource, quantity, unit, input_of, happened_at"
    kept, bare = (
        _rows(_file(url), f"SELECT {columns} FROM {table} ORDER BY number DESC LIMIT 40")
        for table in ("ledger_event", "plain_event")
    )
    assert kept == bare
    kept_indexes, bare_indexes = (_indexed(_file(url), table) for table in ("ledger_event", "plain_event"))
    assert kept_indexes == bare_indexes, "a number that is the row's own costs no index"
    assert bare_indexes == {"id", "provider_id", "happened_at", "input_of", "output_of", "corrects"}


def test_a_plan_is_poisson_and_mixed_as_it_says() -> None:
    planned = plan(rate=100.0, seconds=100.0, events=EVENTS, seed=1)
    assert planned == plan(rate=100.0, seconds=100.0, events=EVENTS, seed=1)
    times = [asked.at for asked in planned]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    mean = sum(gaps) / len(gaps)
    assert times == sorted(times)
    assert times[-1] < 100.0
    assert len(planned) == pytest.approx(10_000, abs=400), "four standard deviations of a Poisson number"
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert spread == pytest.approx(mean, rel=0.05), "as wide as its mean: exponential"
    kinds = Counter(asked.kind for asked in planned)
    assert {kind: round(100 * number / len(planned)) for kind, number in kinds.items()} == pytest.approx(
        load.MIX, abs=2
    )


def test_latency_counts_from_the_planned_start() -> None:
    """Four requests at once to a server that takes 0.05 s for each and has one hand: the last waits for all others."""
    answers = asyncio.run(_served([Request(0.0, "stock", "GET", "/")] * 4, hands=1))
    seconds = sorted(answer.seconds for answer in answers)
    assert [answer.status for answer in answers] == [200] * 4
    assert seconds[-1] >= 4 * WORK
    assert seconds[0] < 3 * WORK


def test_connections_are_kept_and_bounded() -> None:
    opened: list[int] = []
    answers = asyncio.run(_served([Request(0.0, "stock", "GET", "/")] * 6, hands=6, connections=2, opened=opened))
    assert len(answers) == 6
    assert len(opened) == 2


def test_who_is_not_answered_in_time_counts_as_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "PATIENCE", WORK / 2)
    planned = [Request(0.0, "stock", "GET", "/")]
    (answer,) = asyncio.run(_served(planned, hands=1))
    assert (answer.status, answer.seconds, answer.is_good) == (0, WORK / 2, False)


def test_a_summary_counts_errors_and_takes_quantiles_by_nearest_rank() -> None:
    planned = [Request(float(number), "stock", "GET", "/") for number in range(1, 101)]
    answers = [Answer("stock", number / 1000, 200 if number > 1 else 500, 0.0) for number in range(1, 101)]
    told = summary(answers, planned, took=110.0)
    assert (told["requests"], told["errors"]) == (100, 1)
    assert (told["offered"], told["achieved"]) == (1.0, 0.9)
    assert (told["p50"], told["p99"], told["max"]) == (50.0, 99.0, 100.0)
    assert quantile([3.0], 0.5) == 3.0
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0


def test_a_row_may_say_itself_why_it_missed() -> None:
    row = Row("events", "10/s", target=">= 1.0", met=False, why="the disk")
    assert row.cells("a busy machine")[-1] == "the disk"
    assert {"Django", "psycopg", "SQLite", "PostgreSQL"} <= set(versions().replace(",", "").split())
    assert flush_ms(times=3) > 0


WORK = 0.05
"""Seconds that the server of these tests takes for an answer."""


async def _served(
    planned: list[Request], *, hands: int, connections: int = 64, opened: list[int] | None = None
) -> list[Answer]:
    free = asyncio.Semaphore(hands)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if opened is not None:
            opened.append(1)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                async with free:
                    await asyncio.sleep(WORK)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(answer, load.HOST, 0)
    client = Client(server.sockets[0].getsockname()[1], "secret", asyncio.Semaphore(connections))
    async with server:
        answers = await load.run(client, planned)
        client.close()
        await asyncio.sleep(WORK)
    return answers


def _task(name: str, **arguments: object) -> dict[str, object]:
    told = run_task(name, module="benchmarks.ledger_tasks", **arguments)
    assert told is not None
    return told


def _file(url: str, more: str = "") -> Path:
    return Path(url.removeprefix("sqlite:///") + more)


def _indexed(file: Path, table: str) -> set[object]:
    statement = f"SELECT c.name FROM pragma_index_list('{table}') i, pragma_index_info(i.name) c"
    return {name for (name,) in _rows(file, statement)}


def _rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found
