"""The works of the ledger: readings and events against what is bare of rules, a million events, the API under load.

Every row says on which database. A run makes its own databases and removes them; the million is made once in a run.
"""

from __future__ import annotations

import atexit
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from benchmarks.fresh import ROOT, run_task
from benchmarks.ledger_bases import Engine, engines, flush_ms
from benchmarks.load import HOST, MIX
from benchmarks.results import Row

TRACE_MS, STOCK_MS, ANSWER_MS, ANSWER_RATE = 50.0, 5.0, 150.0, 50
"""Targets at the 99th percentile; those of trace and stock are our own choice."""
PATIENT_S = 7200.0


@dataclass(frozen=True, slots=True)
class LedgerScale:
    """How much is measured: repeats, readings, events one by one and in batches, events of the large ledger,
    questions to it, and for how many seconds each of the rates is kept up."""

    repeats: int
    readings: int
    single: int
    batched: int
    events: int
    questions: int
    rates: tuple[int, ...]
    seconds: float


FULL_LEDGER = LedgerScale(5, 50_000, 1000, 20_000, 1_000_000, 200, (10, 50, 100, 200), 20.0)
QUICK_LEDGER = LedgerScale(1, 5000, 50, 1000, 20_000, 30, (10, 50, 100, 200), 3.0)


@dataclass(frozen=True, slots=True)
class Base:
    """A database engine of this run, a database of it with tables, agents and meters to be copied, and its token."""

    engine: Engine
    empty: str
    secret: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A database that holds a story, and what filling it took."""

    url: str
    rate: float
    seconds: float
    megabytes: float


@cache
def bases() -> list[Base]:
    """The databases of this run; they go when it ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return [_base(engine) for engine in stack.enter_context(engines())]


def _base(engine: Engine) -> Base:
    url = engine.create()
    return Base(engine, url, str(task("prepare", url=url)["secret"]))


@cache
def filled(base: Base, events: int) -> Filled:
    """A database with a story of so many events, made once in a run."""
    url = base.engine.copy(base.empty)
    told = task("fill", url=url, events=events)
    return Filled(url, told["rate"], told["seconds"], base.engine.megabytes(url))


def task(name: str, **arguments: Any) -> dict[str, Any]:
    """What a task of the ledger prints."""
    answer = run_task(name, limit_s=PATIENT_S, module="benchmarks.ledger_tasks", **arguments)
    if answer is None:
        raise RuntimeError(f"{name} did not end within {PATIENT_S:.0f} s")
    return answer


def readings(scale: LedgerScale) -> list[Row]:
    """Readings through every check, against raw inserts of the same rows, taking turns."""
    return [_readings(base, scale, batch) for base in bases() for batch in (500, 5000)]


def _readings(base: Base, scale: LedgerScale, batch: int) -> Row:
    ours, raw = _turns(base, scale.repeats, [("ingest", scale.readings, batch), ("ingest_raw", scale.readings, batch)])
    return Row(
        f"readings, {base.engine.name}, batches of {batch:,}",
        f"{ours:,.0f}/s with every check", f"raw executemany {raw:,.0f}/s", f"{ours / raw:.2f}",
        ">= 0.50", ours >= raw / 2, WHY_READINGS,
    )  # fmt: skip


def events(scale: LedgerScale) -> list[Row]:
    """Events with every check, one by one and in batches, against bare rows written by Django, taking turns."""
    return [row for base in bases() for row in _events(base, scale)]


def _events(base: Base, scale: LedgerScale) -> list[Row]:
    sizes = {1: scale.single, 100: scale.batched, 1000: scale.batched}
    works = [(name, events, batch) for batch, events in sizes.items() for name in ("record", "create")]
    rates = dict(zip([(name, batch) for name, _, batch in works], _turns(base, scale.repeats, works), strict=True))
    bare = rates["create", 1]
    rows = []
    for batch in sizes:
        ours, same = rates["record", batch], rates["create", batch]
        how = "one by one" if batch == 1 else f"batches of {batch:,}"
        work = f"events, {base.engine.name}, {how}, every check on"
        said = f"{ours:,.0f}/s" + (f" (the smallest commit of bare SQLite: {flush_ms():.2f} ms)" if batch == 1 else "")
        why = WHY_SINGLE if batch == 1 else WHY_BATCH
        peer = f"bare rows by Django's create, one by one {bare:,.0f}/s"
        rows.append(Row(work, said, peer, f"{ours / bare:.2f}", ">= 1.0", ours >= bare, why))
        if batch > 1:
            peer = f"bare rows by Django's create, {batch:,} to a transaction {same:,.0f}/s"
            rows.append(Row("the same", said, peer, f"{ours / same:.2f}"))
    return rows


WHY_READINGS = (
    "of 500 readings of 300 meters each has two: opening and marking 300 registers costs a third of the batch"
)
WHY_SINGLE = "about 15 statements over five tables and their guards for one event, and four times as much log to flush"
WHY_BATCH = "the rules in Python, and for each event four rows with their guards"
WHY_TRACE = (
    "up to sixty statements for one trace, each put together by Django; those on stocks are asked again and again"
)
WHY_API = "one process answers, most of its time putting statements together; who comes behind a trace waits for it"


def _turns(base: Base, repeats: int, works: list[tuple[str, int, int]]) -> list[float]:
    """The median rate of each work, one after the other in each round, each in a fresh database."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for told, (name, many, batch) in zip(rates, works, strict=True):
            url = base.engine.copy(base.empty)
            what = "readings" if name.startswith("ingest") else "events"
            told.append(task(name, url=url, batch=batch, **{what: many})["rate"])
            base.engine.drop(url)
    return [median(told) for told in rates]


def million(scale: LedgerScale) -> list[Row]:
    """A large ledger: filling it, asking it, and recomputing it."""
    return [row for base in bases() for row in _million(base, scale)]


def _million(base: Base, scale: LedgerScale) -> list[Row]:
    made = filled(base, scale.events)
    work = f"ledger of {scale.events:,} events, {base.engine.name}"
    asked = task("ask", url=made.url, events=scale.events, times=scale.questions)
    checked = task("check", url=made.url)
    limits = {"stock": STOCK_MS, "trace": TRACE_MS}
    return [
        Row(
            f"{work}: filling in batches of 1,000",
            f"{made.rate:,.0f} events/s, {made.seconds:.0f} s, {made.megabytes:,.0f} MB",
        ),
        *(_asked(f"{work}: {name}", times, limits.get(name)) for name, times in asked.items()),
        Row(
            f"{work}: check, everything recomputed",
            f"{checked['seconds']:.0f} s, {checked['rate']:,.0f} events/s, at most {checked['megabytes']:.0f} MB "
            f"({checked['before']:.0f} MB of them before it began)",
        ),
    ]  # fmt: skip


def _asked(work: str, times: dict[str, float], limit: float | None) -> Row:
    target = f"p99 < {limit:.0f} ms (our own choice)" if limit else ""
    met = times["p99"] < limit if limit else None
    return Row(
        work,
        f"p50 {times['p50']:.1f} ms, p99 {times['p99']:.1f} ms",
        target=target,
        met=met,
        why=WHY_TRACE if limit == TRACE_MS else "",
    )


def api(scale: LedgerScale) -> list[Row]:
    """The API on that ledger, under requests that come whether or not earlier ones were answered."""
    return [row for base in bases() for row in _api(base, scale)]


def _api(base: Base, scale: LedgerScale) -> list[Row]:
    url = base.engine.copy(filled(base, scale.events).url)
    with served(url, base.secret) as port:
        rows = [_loaded(base, scale, rate, port) for rate in scale.rates]
    base.engine.drop(url)
    return rows


def _loaded(base: Base, scale: LedgerScale, rate: int, port: int) -> Row:
    told = load(port=port, secret=base.secret, rate=rate, seconds=scale.seconds, events=scale.events)
    mix = ", ".join(f"{share} % {kind}" for kind, share in MIX.items())
    work = f"API on {scale.events:,} events, {base.engine.name}, open loop, {rate}/s for {scale.seconds:.0f} s ({mix})"
    kinds = ", ".join(f"{kind} {ms:,.0f}" for kind, ms in told["p99_by_kind"].items())
    said = (
        f"p50 {told['p50']:,.1f} ms, p99 {told['p99']:,.1f} ms, max {told['max']:,.0f} ms; {told['achieved']:.1f} of "
        f"{told['offered']:.1f}/s answered, {told['errors']} errors of {told['requests']}; p99 by kind: {kinds}; "
        f"client late by at most {told['late']:.0f} ms"
    )
    if rate != ANSWER_RATE:
        return Row(work, said)
    return Row(work, said, target=f"p99 < {ANSWER_MS:.0f} ms", met=told["p99"] < ANSWER_MS, why=WHY_API)


def load(module: str = "benchmarks.load", **arguments: Any) -> dict[str, Any]:
    """What the client in its own process prints."""
    command = [sys.executable, "-m", module, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"the load of {arguments['rate']}/s failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def served(url: str, secret: str, first: str = "/api/ledger") -> Iterator[int]:
    """The site as ``wikivillage site serve`` starts it, on a free port of this machine; it answers ``first`` by now."""
    port = _free_port()
    script = "from wikivillage.cli import main; main()"
    words = ["site", "serve", "--no-worker", "--port", str(port), "--database", url]
    with subprocess.Popen(
        [sys.executable, "-c", script, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(first, port, secret, server)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(40)
            server.kill()


def _wait_for(first: str, port: int, secret: str, server: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", first, headers={"Authorization": f"Bearer {secret}"})
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the site did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


LEDGER_WORKS: dict[str, Callable[[LedgerScale], list[Row]]] = {
    "readings": readings,
    "events": events,
    "million": million,
    "api": api,
}
