"""Several want the same kilograms at the same moment, through the real server: no gram is promised or given twice.

Each round is a lot of 12 kg of which four want 5 each, half of them to reserve and half to take at once. Two can have
it. What holds is the ledger: it does so without the room that looks first.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.utils import timezone

from tests.web.exchange.yards import dropped, key, kg_of, member, yard
from tests.web.pressed import CAREFUL, Served, Somebody, deadlocks, served
from tests.web.registry.somebody import browser
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import reserved

PEOPLE = 4
EACH, WHOLE = Decimal(5), Decimal(12)


@dataclass(frozen=True, slots=True)
class Yard:
    """A site that is served, and who presses there."""

    server: Served
    people: list[Somebody]
    sessions: list[str]


@pytest.fixture(scope="module")
def busy_yard(kept_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """One village of each engine and one server for all tests of this file; each has lots of its own."""
    yard()
    sessions = [str(browser(member(f"p{one}")).cookies["sessionid"].value) for one in range(PEOPLE)]
    with served(kept_database, "tests.web.exchange.hasty", tmp_path_factory.mktemp("served")) as server:
        yield Yard(server, [server.person(session) for session in sessions], sessions)


def _lots(name: str, number: int) -> list[str]:
    """So many lots."""
    at = timezone.now() - timedelta(hours=1)
    return [dropped(WHOLE, id=f"lot-{name}-{one:02}", at=at).pk for one in range(number)]


def _want(who: Somebody, lot: str, barrier: Barrier, *, now: bool) -> bool:
    """One person presses a button; whether they got it."""
    more = {"do": "take"} if now else {}
    barrier.wait(120)
    status, _where = who.press(f"/exchange/lots/{lot}/reserve/", key=key(), kg="5", purpose="art", **more)
    assert status in (302, 422), status
    return status == 302


@pytest.mark.parametrize(("level", "rounds"), [(CAREFUL, 20), ("hasty", 4)])
def test_no_kilogram_is_had_twice(level: str, rounds: int, busy_yard: Yard) -> None:
    lots, barrier = _lots(level, rounds), Barrier(PEOPLE)
    with busy_yard.server.at(level), ThreadPoolExecutor(PEOPLE) as pool:
        for number, lot in enumerate(lots):
            wants = [(who, lot, barrier, (place + number) % 2 == 0) for place, who in enumerate(busy_yard.people)]
            got = list(pool.map(lambda one: _want(*one[:3], now=one[3]), wants))
            assert sum(got) == 2, lot
    for lot in lots:
        kept = sum(Reservation.objects.filter(lot=lot).values_list("amount", flat=True), Decimal(0))
        assert reserved(lot, timezone.now()) == kept
        assert kg_of(lot) - kept == WHOLE - 2 * EACH
    assert check_ledger().differences == []
    assert deadlocks() == 0


def test_a_button_pressed_twice_at_the_same_moment_does_its_work_once(busy_yard: Yard) -> None:
    (lot,), barrier = _lots("twice", 1), Barrier(2)
    before = set(Lot.objects.values_list("pk", flat=True))
    forms = {
        f"/exchange/lots/{lot}/reserve/": {"kg": "2", "purpose": "art"},
        f"/exchange/lots/{lot}/take/": {"kg": "1"},
        "/exchange/drop/": {"kind": "wood_offcuts", "kg": "7", "place": "recyclab"},
        "/exchange/run/": {"lot": lot, f"in-{lot}": "3", "place": "fablab", "out-0-kind": "boards", "out-0-kg": "3"},
    }
    hands = [busy_yard.people[0], busy_yard.server.person(busy_yard.sessions[0])]

    def press(one: tuple[Somebody, str, dict[str, str]]) -> int:
        who, path, said = one
        barrier.wait(120)
        return who.press(path, **said)[0]

    with ThreadPoolExecutor(2) as pool:
        for path, said in forms.items():
            sent = {"key": key(), "do": "write" if "run" in path else "", **said}
            assert list(pool.map(press, [(hand, path, sent) for hand in hands])) == [302, 302], path
    assert Reservation.objects.filter(lot=lot).count() == 1
    made = set(Lot.objects.values_list("pk", flat=True)) - before
    assert sorted(map(kg_of, [lot, *made])) == [3, 7, 8]
    assert check_ledger().differences == []
    assert deadlocks() == 0
