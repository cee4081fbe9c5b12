"""``python -m tests.web.exchange.hasty LEVEL ...``: the site, served with less care for lots than it has.

``careful`` is the site as it is. ``hasty``: nobody locks a lot or looks first how much is free, so that only the ledger
decides who comes first.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)/")
TOKEN = "t" * 32
SECONDS_TO_STOP = 20.0


def hasty() -> None:
    """Let everybody believe that everything is free."""
    from wikivillage.web.exchange import reservation_actions
    from wikivillage.web.exchange.models import Lot

    nothing: Any = lambda *told, **more: []  # noqa: E731
    reservation_actions.refuse_short = nothing
    reservation_actions.locked_lot = lambda id: Lot.objects.select_related("stock").get(pk=id)


LEVELS: dict[str, Callable[[], None]] = {"careful": lambda: None, "hasty": hasty}


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who presses, with a session of their own."""

    session: str
    host: str

    def press(self, path: str, **said: str) -> int:
        """Send a form on a connection of its own; the status."""
        line = http.client.HTTPConnection(self.host, timeout=60)
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **said})
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}"
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Accept-Language": "fr"}
        line.request("POST", path, body, head)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status


@contextmanager
def served(url: str, level: str) -> Iterator[str]:
    """The site on a free port, at a level of care; its host and port."""
    command = [sys.executable, "-m", "tests.web.exchange.hasty", level]
    command += ["site", "serve", "--port", "0", "--no-worker", "--database", url]
    env = {**os.environ, "SECRET_KEY": settings.SECRET_KEY}
    env.pop("DATABASE_URL", None)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield _host(server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(SECONDS_TO_STOP)


def _host(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        found = ADDRESS.search(line)
        if found:
            _wait_for(found[1])
            return found[1]
    raise RuntimeError("the site did not start")


def _wait_for(host: str) -> None:
    """Until it answers: it says where it is a moment before it listens."""
    for _try in range(600):
        line = http.client.HTTPConnection(host, timeout=1)
        try:
            line.request("GET", "/static/look/tokens.css")
            line.getresponse().read()
        except OSError:
            time.sleep(0.05)
            continue
        finally:
            line.close()
        return


def main() -> None:
    """Serve the site with the arguments that follow the level."""
    level = sys.argv.pop(1)
    from wikivillage.web import server

    as_it_is = server.serve_site
    server._warm = lambda worker: None

    def serve_site(**options: Any) -> None:
        LEVELS[level]()
        as_it_is(**options)

    server.serve_site = serve_site
    from wikivillage.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
