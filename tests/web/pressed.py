"""People who press buttons at the same moment, on a real server whose care can be turned down while it runs.

``python -m tests.web.pressed MODULE FILE ...`` serves the site with the arguments that follow. ``MODULE`` has LEVELS:
for each level of care what is done to the program, and how it is taken back; ``FILE`` says the level, request by
request, so that one server is enough for all of them.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)/")
TOKEN = "t" * 32
CAREFUL = "careful"
"""The level of the site as it is."""
SECONDS_TO_STOP = 20.0
SECONDS_KEPT = 1.0
"""How long a connection is used again: the server closes one that was idle for two seconds."""

Replaced = Mapping[tuple[Any, str], Any]
"""For names of modules or classes, what stands there at a level of less care."""


class Somebody:
    """Who presses, with a session of their own, on a connection that is kept from one button to the next."""

    def __init__(self, session: str, host: str) -> None:
        self.cookie = f"sessionid={session}; csrftoken={TOKEN}"
        self.line = http.client.HTTPConnection(host, timeout=120)
        self.used = 0.0

    def press(self, path: str, **said: str) -> tuple[int, str]:
        """Send a form; the status, and where it leads."""
        if time.monotonic() > self.used + SECONDS_KEPT:
            self.line.close()
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **said})
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, "Accept-Language": "fr"}
        self.line.request("POST", path, body, head)
        answer = self.line.getresponse()
        answer.read()
        self.used = time.monotonic()
        return answer.status, answer.getheader("Location", "")


def deadlocks() -> int:
    """How often two waited for each other until the database sent one of them away; SQLite knows no such thing."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Served:
    """A server: its host and port, the file that says how careful it is, and who presses there."""

    host: str
    care: Path
    people: list[Somebody] = field(default_factory=list)

    def person(self, session: str) -> Somebody:
        """Somebody with a connection of their own; the same session twice is one person with two hands."""
        self.people.append(Somebody(session, self.host))
        return self.people[-1]

    @contextmanager
    def at(self, level: str) -> Iterator[None]:
        """From now on it is so careful; at the end of the block as careful as ever."""
        self.care.write_text(level, "utf-8")
        try:
            yield
        finally:
            self.care.write_text(CAREFUL, "utf-8")


@contextmanager
def served(url: str, levels: str, folder: Path) -> Iterator[Served]:
    """The site on a free port, with the levels of care of a module."""
    care = folder / "care"
    care.write_text(CAREFUL, "utf-8")
    command = [sys.executable, "-m", "tests.web.pressed", levels, str(care)]
    command += ["site", "serve", "--port", "0", "--no-worker", "--database", url]
    env = {**os.environ, "SECRET_KEY": settings.SECRET_KEY}
    env.pop("DATABASE_URL", None)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            found = Served(_host(server), care)
            yield found
            for one in found.people:
                one.line.close()
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


def follow(care: Path, levels: Mapping[str, Callable[[], Replaced]]) -> Any:
    """A middleware that is as careful as the file says when a request comes in."""
    found = {level: make() for level, make in levels.items()}
    usual = {(where, name): getattr(where, name) for words in found.values() for where, name in words}

    def middleware(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def careful_as_told(request: Any) -> Any:
            for (where, name), thing in {**usual, **found.get(care.read_text("utf-8"), {})}.items():
                if getattr(where, name) is not thing:
                    setattr(where, name, thing)
            return answer(request)

        return careful_as_told

    return middleware


def main() -> None:
    """Serve the site with the arguments that follow."""
    levels, care = sys.argv.pop(1), Path(sys.argv.pop(1))
    from wikivillage.web import server

    as_it_is = server.serve_site
    server._warm = lambda arbiter: None

    def serve_site(**options: Any) -> None:
        from django.conf import settings as here

        globals()["care_of_this_server"] = follow(care, import_module(levels).LEVELS)
        here.MIDDLEWARE = [f"{__name__}.care_of_this_server", *here.MIDDLEWARE]
        as_it_is(**options)

    server.serve_site = serve_site
    from wikivillage.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
