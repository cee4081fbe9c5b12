"""An open-loop client: requests begin when a plan made beforehand says so, whether or not earlier ones were answered.

Latency counts from the planned start, so that a server that falls behind is not spared the requests that wait for it.
``python -m benchmarks.load JSON`` prints JSON. It talks to this machine only, over a bounded number of connections
that are kept open, and gives up on an answer after a bounded time.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from uuid import UUID

from benchmarks.ledger_story import HANDLES, SHARED, lots, owner, stock_name

HOST = "127.0.0.1"
CONNECTIONS = 64
"""How many are open at most; further requests wait, and their waiting counts."""
PATIENCE = 10.0
"""Seconds from the planned start after which a request is given up; it counts as that long, and as an error."""
IDLE = 1.0
"""Seconds after which an unused connection is not used again; the server closes it after two."""
MIX = {"stock": 60, "events": 15, "trace": 10, "record": 15}
"""What is asked for, in per cent."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its planned start in seconds, its kind, and what is sent."""

    at: float
    kind: str
    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: seconds from its planned start, its status (0: none), how late the client itself was."""

    kind: str
    seconds: float
    status: int
    late: float

    @property
    def is_good(self) -> bool:
        """Whether it was answered as hoped."""
        return 200 <= self.status < 300


def plan(rate: float, seconds: float, events: int, seed: int) -> list[Request]:
    """Poisson arrivals over a time, each with what it asks of a ledger that holds a story of so many events."""
    rng, at = random.Random(seed), 0.0
    planned = []
    while (at := at + rng.expovariate(rate)) < seconds:
        kind = rng.choices(list(MIX), list(MIX.values()))[0]
        planned.append(request(kind, at, events, rng))
    return planned


def request(kind: str, at: float, events: int, rng: random.Random) -> Request:
    """One request of a kind, about a stock or a lot by chance."""
    number = rng.randrange(SHARED)
    match kind:
        case "stock":
            return Request(at, kind, "GET", f"/api/stocks/{stock_name(number)}")
        case "events":
            return Request(at, kind, "GET", f"/api/events?resource={stock_name(number)}")
        case "trace":
            return Request(at, kind, "GET", f"/api/trace/table-{rng.randrange(lots(events))}")
        case _:
            return Request(at, kind, "POST", "/api/events", json.dumps(_raise(number, rng)).encode())


def _raise(number: int, rng: random.Random) -> dict[str, Any]:
    who = owner(number, HANDLES)
    id, quantity = str(UUID(int=rng.getrandbits(128), version=4)), {"value": str(rng.randint(1, 9)), "unit": "kg"}
    return {
        "id": id,
        "action": "raise",
        "provider": who,
        "receiver": who,
        "resource": stock_name(number),
        "quantity": quantity,
    }


@dataclass(slots=True)
class Connection:
    """An open connection, and when it was last used."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float


@dataclass(slots=True)
class Client:
    """Connections to a port of this machine, kept open between requests."""

    port: int
    secret: str
    slots: asyncio.Semaphore
    free: deque[Connection] = field(default_factory=deque)

    async def send(self, asked: Request) -> int:
        """Send a request and read the whole answer; returns its status."""
        async with self.slots:
            connection = await self._connection()
            try:
                status, is_kept = await self._exchange(connection, asked)
            except BaseException:
                connection.writer.close()
                raise
            connection.used = time.perf_counter()
            if is_kept:
                self.free.append(connection)
            else:
                connection.writer.close()
            return status

    async def _connection(self) -> Connection:
        """The one that has waited longest, as of many readers in turn, unless it was idle too long; else a new one."""
        while self.free:
            connection = self.free.popleft()
            if time.perf_counter() - connection.used < IDLE:
                return connection
            connection.writer.close()
        return Connection(*await asyncio.open_connection(HOST, self.port), time.perf_counter())

    async def _exchange(self, connection: Connection, asked: Request) -> tuple[int, bool]:
        """Write a request, read the head and as many bytes as it says."""
        head = f"{asked.method} {asked.path} HTTP/1.1\r\nHost: {HOST}\r\n{self.headers()}"
        head += f"Content-Type: application/json\r\nContent-Length: {len(asked.body)}\r\n\r\n"
        connection.writer.write(head.encode() + asked.body)
        status, *lines = (await connection.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = dict(line.lower().split(": ", 1) for line in lines if line)
        await connection.reader.readexactly(int(told["content-length"]))
        return int(status.split()[1]), told.get("connection") != "close"

    def headers(self) -> str:
        """Who asks: lines of the head."""
        return f"Authorization: Bearer {self.secret}\r\n"

    def close(self) -> None:
        """Close what is open."""
        for connection in self.free:
            connection.writer.close()


async def run(client: Client, planned: Sequence[Request]) -> list[Answer]:
    """Start every request at its time, and wait for all answers."""
    begun = time.perf_counter()
    tasks = []
    for asked in planned:
        await asyncio.sleep(max(begun + asked.at - time.perf_counter(), 0.0))
        tasks.append(asyncio.create_task(_one(client, asked, begun + asked.at)))
    return list(await asyncio.gather(*tasks))


async def _one(client: Client, asked: Request, planned: float) -> Answer:
    late = time.perf_counter() - planned
    status = 0
    try:
        async with asyncio.timeout(PATIENCE - late):
            status = await client.send(asked)
    except TimeoutError:
        return Answer(asked.kind, PATIENCE, 0, late)
    except (OSError, asyncio.IncompleteReadError):
        pass
    return Answer(asked.kind, time.perf_counter() - planned, status, late)


def summary(answers: Sequence[Answer], planned: Sequence[Request], took: float) -> dict[str, Any]:
    """Rates per second, errors and latencies in ms; ``offered`` is the rate of the plan itself."""
    all_ms = [1000 * one.seconds for one in answers]
    good = sum(one.is_good for one in answers)
    asked = sorted({one.kind for one in answers})
    kinds = {kind: [1000 * one.seconds for one in answers if one.kind == kind] for kind in asked}
    return {
        "requests": len(planned),
        "errors": len(planned) - good,
        "offered": len(planned) / planned[-1].at,
        "achieved": good / took,
        "p50": quantile(all_ms, 0.5),
        "p99": quantile(all_ms, 0.99),
        "max": max(all_ms),
        "late": max(1000 * one.late for one in answers),
        "p99_by_kind": {kind: quantile(some, 0.99) for kind, some in kinds.items()},
    }


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of some values that at least a share of them do not exceed (nearest rank)."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]


async def measure(port: int, secret: str, rate: float, seconds: float, events: int, seed: int = 461) -> dict[str, Any]:
    """A few requests of each kind one after the other, so that everything is loaded; then the plan."""
    planned = plan(rate, seconds, events, seed)
    with _client(port, secret) as client:
        rng = random.Random(seed + 1)
        for kind in [kind for kind in MIX for _ in range(5)]:
            status = await client.send(request(kind, 0.0, events, rng))
            assert status in (200, 201), f"{kind} was answered with {status}"
        begun = time.perf_counter()
        answers = await run(client, planned)
        took = time.perf_counter() - begun
    return summary(answers, planned, max(took, planned[-1].at))


@contextmanager
def _client(port: int, secret: str) -> Iterator[Client]:
    client = Client(port, secret, asyncio.Semaphore(CONNECTIONS))
    try:
        yield client
    finally:
        client.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(**json.loads(sys.argv[1])))))
