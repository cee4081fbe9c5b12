"""Many people press at the same moment, through the real server: no room is had twice, no pool is oversold.

Each round is a day. Four want one room at times that overlap, or desks of a pool of three, in turn; each request is
on a connection of its own. What holds is the ledger: it does so without the rules that look first. The negative
control takes that away as well, and is found out by the same sums.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.web.bookings.booked import browser, member, settled, unit
from wikivillage.flows.occupancy import Stretch, find_conflict
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.states import CONFIRMED, HELD
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.guards import MORE_CONSTRAINTS, guards_of

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)/")
PEOPLE, DESKS = 4, 3
ROUNDS = 50
UNITS = ("small-room", "desks")
TOKEN = "t" * 32
SECONDS_TO_STOP = 20.0
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who presses, with a session of their own."""

    session: str
    host: str

    def press(self, path: str, **said: str) -> tuple[int, str]:
        """Send a form; the status, and where it leads."""
        line = http.client.HTTPConnection(self.host, timeout=60)
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **said})
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}"
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Accept-Language": "fr"}
        line.request("POST", path, body, head)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, answer.getheader("Location", "")


@contextmanager
def _served(url: str, level: str) -> Iterator[str]:
    """The site on a free port, at a level of care; its host and port."""
    command = [sys.executable, "-m", "tests.web.bookings.careless", level]
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


def _house() -> list[str]:
    """A room and a pool, and people signed in; the session of each."""
    now = timezone.now() - timedelta(days=1)
    settled(now)
    rules = {"horizon_days": 365, "step_minutes": 1, "check_in_minutes": 0}
    unit(at=now, policy=rules, service="", item="")
    unit("desks", at=now, kind="desk", persons=1, size=DESKS, policy=rules, service="", item="")
    return [str(browser(member(f"p{number}")).cookies["sessionid"].value) for number in range(PEOPLE)]


def _rounds(people: list[Somebody], number: int) -> Counter[str]:
    """So many days, on each of which everybody presses at once; how often each thing was got."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    got: Counter[str] = Counter()
    barrier = Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        for day in range(number):
            slots = [_slot(UNITS[day % 2], first + timedelta(days=day, minutes=10 * place)) for place in range(PEOPLE)]
            got.update(one for one in pool.map(lambda who, slot: _takes(who, slot, barrier), people, slots) if one)
    return got


def _slot(id: str, begin: datetime) -> str:
    return f"{id}|{begin.isoformat()}|240"


def _takes(who: Somebody, slot: str, barrier: Barrier) -> str:
    """They choose four hours, and book what they got; what they got."""
    barrier.wait(60)
    status, where = who.press("/bookings/hold/", slot=slot, n="1")
    assert status in (302, 422), status
    if status == 422:
        return ""
    status, _where = who.press(f"{where}confirm/")
    assert status == 302, status
    return slot.partition("|")[0]


def _oversold() -> list[str]:
    """The bookings of each unit that share a moment with more than there is; by themselves, not by the ledger."""
    found = []
    for id, size in (("small-room", 1), ("desks", DESKS)):
        rows = Booking.objects.filter(unit=id, state__in=(CONFIRMED, HELD)).order_by("begin", "pk")
        before: list[Stretch] = []
        for row in rows:
            stretch = Stretch(row.begin, row.end, row.amount)
            near = [one for one in before if one.end > row.begin]
            if find_conflict(stretch, near, size) is not None:
                found.append(row.pk)
            before = [*near, stretch]
    return found


@pytest.mark.parametrize("level", ["careful", "rules"])
def test_no_room_is_had_twice_and_no_pool_is_oversold(level: str, database: str) -> None:
    sessions = _house()
    number = ROUNDS if level == "careful" else 6
    with _served(database, level) as host:
        got = _rounds([Somebody(session, host) for session in sessions], number)
    assert got == {"small-room": number // 2, "desks": DESKS * number // 2}
    assert Booking.objects.filter(state=CONFIRMED).count() == sum(got.values())
    assert _oversold() == []
    assert check_ledger().differences == []


def test_without_the_ledgers_guard_it_goes_wrong_and_that_is_seen(database: str) -> None:
    sessions = _house()
    _drop_guards()
    with _served(database, "nothing") as host:
        got = _rounds([Somebody(session, host) for session in sessions], 2)
    assert got == {"small-room": PEOPLE, "desks": PEOPLE}
    assert len(_oversold()) == PEOPLE - 1 + PEOPLE - DESKS
    assert any("small-room" in line or "guard" in line for line in check_ledger().differences)


def _drop_guards() -> None:
    """The triggers and constraints that hold promises, away from the database."""
    table = "ledger_promise"
    with connection.cursor() as cursor:
        for guard in guards_of(connection.vendor):
            if guard.table == table:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {guard.name}{on}")
        for name in MORE_CONSTRAINTS.get((connection.vendor, table), set()):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
