"""Many people press at the same moment, through the real server: no room is had twice, no pool is oversold.

Each round is a day. Two want one room at times that overlap, or four want desks of a pool of three, in turn; each has
a connection of their own. What holds is the ledger: it does so without the rules that look first. The negative
control, the last of the file for it breaks the database, takes that away as well, and is found out by the same sums.
Everybody pays by the same rule: whoever is promised a price must not keep another from using theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from tests.web.bookings.booked import browser, member, settled, unit
from tests.web.pressed import Served, Somebody, deadlocks, served
from wikivillage.flows.occupancy import Stretch, find_conflict
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.states import CONFIRMED, HELD
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.guards import MORE_CONSTRAINTS, guards_of

PEOPLE, DESKS = 4, 3
UNITS, RIVALS = ("small-room", "desks"), (2, PEOPLE)
"""What is wanted in turn, and by how many."""


@dataclass(frozen=True, slots=True)
class House:
    """A site that is served, and who presses there."""

    server: Served
    people: list[Somebody]


@pytest.fixture(scope="module")
def house(kept_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house of each engine and one server for all rounds; each test has days of its own."""
    sessions = _house()
    with served(kept_database, "tests.web.bookings.careless", tmp_path_factory.mktemp("served")) as server:
        yield House(server, [server.person(session) for session in sessions])


def _house() -> list[str]:
    """A room and a pool, and people signed in; the session of each."""
    now = timezone.now() - timedelta(days=1)
    settled(now)
    rules = {"horizon_days": 365, "step_minutes": 1, "check_in_minutes": 0}
    unit(at=now, policy=rules)
    unit("desks", at=now, kind="desk", persons=1, size=DESKS, policy=rules)
    return [str(browser(member(f"p{number}")).cookies["sessionid"].value) for number in range(PEOPLE)]


def _rounds(house: House, days: range) -> Counter[str]:
    """On each of some days everybody presses at once, two for the room, all for desks; how often each was got."""
    got: Counter[str] = Counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        for day in days:
            people = house.people[: RIVALS[day % 2]]
            barrier = Barrier(len(people))
            slots = [_slot(UNITS[day % 2], _begin(day) + timedelta(minutes=10 * n)) for n in range(len(people))]
            got.update(one for one in pool.map(partial(_takes, barrier), people, slots) if one)
    return got


def _begin(day: int) -> datetime:
    """The same hour of each day, from the one after tomorrow on."""
    return timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2 + day)


def _slot(id: str, begin: datetime) -> str:
    return f"{id}|{begin.isoformat()}|240"


def _takes(barrier: Barrier, who: Somebody, slot: str) -> str:
    """They choose four hours, and book what they got; what they got."""
    barrier.wait(120)
    status, where = who.press("/bookings/hold/", slot=slot, n="1")
    assert status in (302, 422), status
    if status == 422:
        return ""
    status, _where = who.press(f"{where}confirm/")
    assert status == 302, status
    return slot.partition("|")[0]


def _of(days: range) -> QuerySet[Booking]:
    """The bookings of some days."""
    return Booking.objects.filter(begin__gte=_begin(days[0]), begin__lt=_begin(days[-1]) + timedelta(days=1))


def _oversold(days: range) -> list[str]:
    """The bookings of each unit that share a moment with more than there is; by themselves, not by the ledger."""
    found = []
    for id, size in (("small-room", 1), ("desks", DESKS)):
        rows = _of(days).filter(unit=id, state__in=(CONFIRMED, HELD)).order_by("begin", "pk")
        before: list[Stretch] = []
        for row in rows:
            stretch = Stretch(row.begin, row.end, row.amount)
            near = [one for one in before if one.end > row.begin]
            if find_conflict(stretch, near, size) is not None:
                found.append(row.pk)
            before = [*near, stretch]
    return found


@pytest.mark.parametrize(("level", "days"), [("careful", range(50)), ("rules", range(60, 66))])
def test_no_room_is_had_twice_and_no_pool_is_oversold(level: str, days: range, house: House) -> None:
    with house.server.at(level):
        got = _rounds(house, days)
    assert got == {"small-room": len(days) // 2, "desks": DESKS * len(days) // 2}
    assert _of(days).filter(state=CONFIRMED).count() == sum(got.values())
    assert _oversold(days) == []
    assert check_ledger().differences == []
    assert deadlocks() == 0, "each would have made somebody wait for a second"


def test_without_the_ledgers_guard_it_goes_wrong_and_that_is_seen(house: House) -> None:
    days = range(70, 72)
    _drop_guards()
    with house.server.at("nothing"):
        got = _rounds(house, days)
    assert got == {"small-room": RIVALS[0], "desks": PEOPLE}
    assert len(_oversold(days)) == RIVALS[0] - 1 + PEOPLE - DESKS
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
