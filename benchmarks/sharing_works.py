"""Booking and sharing under readers and bookers: find a room, the board of lots, how many bookings are confirmed.

The village is made once in a run, in SQLite; its rows are copied into a PostgreSQL.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.fresh import run_task
from benchmarks.ledger_bases import Engine, PostgresEngine, engines
from benchmarks.ledger_works import ANSWER_MS, load, served
from benchmarks.pages_works import PATIENT_S, RATE
from benchmarks.results import Row

LANES = (1, 4)
"""How many people confirm at the same time."""
ASKED = 400
"""How many different addresses of a kind are asked for: few answers are found in the memory of pages."""


@dataclass(frozen=True, slots=True)
class SharingScale:
    """How many units, bookings and lots there are, how many bookings are confirmed in a measurement, and for how many
    seconds each load lasts."""

    units: int
    bookings: int
    lots: int
    confirmed: int
    seconds: float


FULL_SHARING = SharingScale(200, 20_000, 10_000, 200, 20.0)
QUICK_SHARING = SharingScale(20, 400, 200, 20, 3.0)


def sharing(scale: SharingScale) -> list[Row]:
    """Both pages at the target's rate, and confirmations a second, on each engine."""
    at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wikivillage-bench-"))
        url = f"sqlite:///{Path(folder) / 'sharing.sqlite3'}"
        size = {"units": scale.units, "bookings": scale.bookings, "lots": scale.lots}
        made = _task("build", "benchmarks.sharing_tasks", url=url, at=at.isoformat(), **size)
        said = f"{scale.units:,} units, {scale.bookings:,} bookings, {scale.lots:,} lots"
        rows = [Row("the village in which sharing is measured", f"{said}; made in {made['seconds']:,.0f} s")]
        _task("settle", "benchmarks.year_tasks", url=url)
        for engine in stack.enter_context(engines()):
            rows += _on(engine, url, scale, at)
    return rows


def _on(engine: Engine, made: str, scale: SharingScale, at: datetime) -> list[Row]:
    if isinstance(engine, PostgresEngine):
        url = engine.create()
        _task("adopt", "benchmarks.year_tasks", url=url, source=made)
    else:
        url = engine.copy(made)
    try:
        with served(url, "", "/static/look/tokens.css") as port:
            rows = [
                _loaded(f"{engine.name}: {name}", load("benchmarks.page_load", port=port, pages={name: paths},
                        rate=RATE, seconds=scale.seconds), scale)
                for name, paths in _addresses(at).items()
            ]  # fmt: skip
        return [*rows, *(_confirmed(engine, url, scale, at, lanes) for lanes in LANES)]
    finally:
        engine.drop(url)


def _addresses(at: datetime, seed: int = 5) -> dict[str, list[str]]:
    """What is asked for: rooms on any of many days for some people, and pages of the board with any filter."""
    rng = random.Random(seed)
    rooms, boards = [], []
    for _turn in range(ASKED):
        day, hour = at + timedelta(days=rng.randint(1, 60)), rng.randint(8, 18)
        asked = {"n": rng.randint(1, 12), "day": f"{day:%Y-%m-%d}"}
        rooms.append("/bookings/?" + urlencode({**asked, "from": f"{hour:02}:00", "to": f"{hour + 4:02}:00"}))
        boards.append("/exchange/?" + urlencode({"page": rng.randint(1, 200)}))
    return {"find a room": rooms, "board of lots": boards}


def _loaded(name: str, told: dict[str, Any], scale: SharingScale) -> Row:
    return Row(
        f"{name}, open loop, {RATE}/s for {scale.seconds:.0f} s",
        f"p50 {told['p50']:,.1f} ms, p99 {told['p99']:,.1f} ms, max {told['max']:,.0f} ms; {told['achieved']:.1f} of "
        f"{told['offered']:.1f}/s answered, {told['errors']} errors of {told['requests']}",
        target=f"p99 < {ANSWER_MS:.0f} ms",
        met=told["p99"] < ANSWER_MS and told["errors"] == 0,
    )


def _confirmed(engine: Engine, url: str, scale: SharingScale, at: datetime, lanes: int) -> Row:
    """Hold, price, confirm: each by every rule, in processes of their own beside each other."""
    shared = {"url": url, "units": scale.units, "number": scale.confirmed, "at": at.isoformat(), "lanes": lanes}
    with ThreadPoolExecutor(lanes) as pool:
        work = [pool.submit(_task, "confirm", "benchmarks.sharing_tasks", lane=lane, **shared) for lane in range(lanes)]
    rate = sum(one.result()["rate"] for one in work)
    beside = "one after the other" if lanes == 1 else f"{lanes} people at once"
    return Row(f"{engine.name}: bookings held and confirmed, {beside}", f"{rate:,.1f}/s")


def _task(name: str, module: str, **arguments: Any) -> dict[str, Any]:
    answer = run_task(name, limit_s=PATIENT_S, module=module, **arguments)
    if answer is None:
        raise RuntimeError(f"{name} did not end within {PATIENT_S:.0f} s")
    return answer


SHARING_WORKS: dict[str, Callable[[SharingScale], list[Row]]] = {"sharing": sharing}
