"""Several want the same kilograms at the same moment, through the real server: no gram is promised or given twice.

Each round is a lot of 12 kg of which four want 5 each, half of them to reserve and half to take at once. Two can have
it. What holds is the ledger: it does so without the room that looks first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.utils import timezone

from tests.web.exchange.hasty import Somebody, served
from tests.web.exchange.yards import dropped, key, kg_of, member, yard
from tests.web.registry.somebody import browser
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import reserved

PEOPLE, ROUNDS = 4, 20
EACH, WHOLE = Decimal(5), Decimal(12)


def _lots(number: int) -> tuple[list[str], list[str]]:
    """So many lots, and the sessions of people who are signed in."""
    yard()
    at = timezone.now() - timedelta(hours=1)
    lots = [dropped(WHOLE, id=f"lot-round-{one:02}", at=at).pk for one in range(number)]
    sessions = [str(browser(member(f"p{one}")).cookies["sessionid"].value) for one in range(PEOPLE)]
    return lots, sessions


def _want(who: Somebody, lot: str, barrier: Barrier, *, now: bool) -> bool:
    """One person presses a button; whether they got it."""
    more = {"do": "take"} if now else {}
    barrier.wait(60)
    status = who.press(f"/exchange/lots/{lot}/reserve/", key=key(), kg="5", purpose="art", **more)
    assert status in (302, 422), status
    return status == 302


@pytest.mark.parametrize("level", ["careful", "hasty"])
def test_no_kilogram_is_had_twice(level: str, database: str) -> None:
    lots, sessions = _lots(ROUNDS if level == "careful" else 6)
    barrier = Barrier(PEOPLE)
    with served(database, level) as host, ThreadPoolExecutor(PEOPLE) as pool:
        people = [Somebody(session, host) for session in sessions]
        for number, lot in enumerate(lots):
            wants = [(who, lot, barrier, (place + number) % 2 == 0) for place, who in enumerate(people)]
            got = list(pool.map(lambda one: _want(*one[:3], now=one[3]), wants))
            assert sum(got) == 2, lot
    for lot in lots:
        kept = sum(Reservation.objects.filter(lot=lot).values_list("amount", flat=True), Decimal(0))
        assert reserved(lot, timezone.now()) == kept
        assert kg_of(lot) - kept == WHOLE - 2 * EACH
    assert check_ledger().differences == []


def test_a_button_pressed_twice_at_the_same_moment_does_its_work_once(database: str) -> None:
    (lot,), sessions = _lots(1)
    barrier = Barrier(2)
    forms = {
        f"/exchange/lots/{lot}/reserve/": {"kg": "2", "purpose": "art"},
        f"/exchange/lots/{lot}/take/": {"kg": "1"},
        "/exchange/drop/": {"kind": "wood_offcuts", "kg": "7", "place": "recyclab"},
        "/exchange/run/": {"lot": lot, f"in-{lot}": "3", "place": "fablab", "out-0-kind": "boards", "out-0-kg": "3"},
    }

    def press(sent: tuple[str, dict[str, str]]) -> int:
        barrier.wait(60)
        return Somebody(sessions[0], host).press(sent[0], **sent[1])

    with served(database, "careful") as host, ThreadPoolExecutor(2) as pool:
        for path, said in forms.items():
            sent = {"key": key(), "do": "write" if "run" in path else "", **said}
            assert list(pool.map(press, [(path, sent)] * 2)) == [302, 302], path
    assert Reservation.objects.count() == 1
    assert sorted(map(kg_of, Lot.objects.values_list("pk", flat=True))) == [3, 7, 8]
    assert check_ledger().differences == []
