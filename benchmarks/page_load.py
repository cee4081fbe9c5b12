"""The open-loop client on the pages: a reader in French, each kind of page alone and all of them mixed.

``python -m benchmarks.page_load JSON`` prints JSON. It is told what to ask for: kinds of pages and their addresses.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.load import CONNECTIONS, Client, Request, run, summary

WARM = 3
"""How often each address is asked for beforehand, one after the other: no reader is the first after a start."""


class Reader(Client):
    """Somebody who reads in French; with a cookie, somebody who is signed in."""

    def headers(self) -> str:
        """The language, and the cookie."""
        cookie = f"Cookie: {self.secret}\r\n" if self.secret else ""
        return f"Accept: text/html\r\nAccept-Language: fr-FR,fr;q=0.9\r\n{cookie}"


def plan_pages(pages: Mapping[str, Sequence[str]], rate: float, seconds: float, seed: int) -> list[Request]:
    """Poisson arrivals over a time: kinds with the same chance, and any address of a kind."""
    rng, at = random.Random(seed), 0.0
    planned = []
    while (at := at + rng.expovariate(rate)) < seconds:
        kind = rng.choice(list(pages))
        planned.append(Request(at, kind, "GET", rng.choice(pages[kind])))
    return planned


async def measure_pages(
    port: int, pages: dict[str, list[str]], rate: float, seconds: float, cookie: str = "", seed: int = 461
) -> dict[str, Any]:
    """Every address a few times one after the other; then the plan."""
    planned = plan_pages(pages, rate, seconds, seed)
    client = Reader(port, cookie, asyncio.Semaphore(CONNECTIONS))
    try:
        for path in [path for paths in pages.values() for path in paths[:WARM]]:
            status = await client.send(Request(0.0, "", "GET", path))
            assert status == 200, f"{path} was answered with {status}"
        begun = time.perf_counter()
        answers = await run(client, planned)
        took = time.perf_counter() - begun
    finally:
        client.close()
    return summary(answers, planned, max(took, planned[-1].at))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure_pages(**json.loads(sys.argv[1])))))
