"""Many processes want the same thing at once: as many get it as there is, the others are told so, nobody sees a
deadlock. Without the locks it goes wrong, without the locks but with the guards it does not."""

from __future__ import annotations

import json
import random
import socket
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from tests.web.ledger import storm_entries as scene
from tests.web.ledger.crowd import Nursery, Worker, at_once, crowd
from tests.web.ledger.crowd import nursery as nursery
from tests.web.ledger.storm_entries import Body
from wikivillage.flows.kinds import ZERO
from wikivillage.web.ledger import models
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.guards import guards_of

DATA = Path(__file__).parents[2] / "flows" / "data"
FILES = ("ledger_cases.json", "more_ledger_cases.json")
CASES = {
    case["id"]: case
    for file in FILES
    for case in json.loads((DATA / file).read_text("utf-8"))["cases"]
    if any("concurrent" in step for step in case.get("steps", ()))
}
"""Published races: five for ten, ten for twenty, one for two, one for ten."""


def _consumes(id: str, shelf: str) -> list[list[Body]]:
    return [[scene.consume(id, shelf)]]


def _transfers(id: str, shelf: str) -> list[list[Body]]:
    return [[scene.transfer(id, shelf, f"bag-{id}", new=True)]]


def _reserves(id: str, shelf: str) -> list[list[Body]]:
    return [[scene.reserve(id, shelf)], [scene.consume(f"{id}-kept", shelf, fulfills=(id,))]]


Taking = Callable[[str, str], list[list[Body]]]
WAYS: tuple[Taking, ...] = (_consumes, _transfers, _consumes, _transfers, _reserves)


def _fill(shelves: int, amount: int) -> None:
    scene.open_village()
    scene.write(scene.fill(f"shelf-{number}", amount) for number in range(shelves))


def _take(workers: list[Worker], round: int, taking: Taking) -> Counter[str]:
    jobs = [taking(f"t-{round}-{number}", f"shelf-{round}") for number in range(len(workers))]
    return Counter(answer["told"] for answer in at_once(workers, jobs))


def _left() -> list[Decimal]:
    return [row.onhand for row in models.Stock.objects.filter(pk__startswith="shelf")]


def _sum_of(shelf: str, after: int = 0, until: int | None = None) -> Decimal:
    rows = models.Posting.objects.filter(resource=shelf, record_id__gt=after)
    return sum((row.onhand_change for row in (rows if until is None else rows.filter(record_id__lte=until))), ZERO)


def _total(cut: int) -> Decimal:
    return sum(models.Posting.objects.filter(record_id__lte=cut).values_list("onhand_change", flat=True), ZERO)


def _assert_adds_up() -> None:
    assert check_ledger().differences == []


@pytest.mark.parametrize("name", CASES)
def test_as_many_succeed_as_there_is(name: str, database: str, nursery: Nursery) -> None:
    given, expect = CASES[name]["given"], CASES[name]["expect"]
    rounds = expect["repeat_at_least"]
    _fill(rounds, given["stock"])
    with crowd(nursery, given["attempts"], database) as workers:
        for round in range(rounds):
            told = _take(workers, round, WAYS[round % len(WAYS)])
            assert told == {"created": expect["accepted"], "insufficient": expect["refused"]}, round
    assert _left() == [expect["final_stock"]] * rounds
    _assert_adds_up()


@pytest.mark.parametrize(("seats", "rounds"), [(1, 10), (5, 10)], ids=["one room", "five desks"])
def test_a_place_is_never_booked_twice(seats: int, rounds: int, database: str, nursery: Nursery) -> None:
    """Each round is a day; every booker wants some other hour of it that overlaps all the others."""
    scene.open_village()
    scene.write([scene.fill("room", seats, "one")])
    with crowd(nursery, 10, database) as workers:
        for day in range(rounds):
            wanted = [scene.book(f"b-{day}-{one}", "room", 24 * day + one / 4, 4) for one in range(10)]
            told = Counter(answer["told"] for answer in at_once(workers, [[[each]] for each in wanted]))
            assert told == {"created": seats, "conflict": 10 - seats}, day
    _assert_adds_up()


def test_hours_that_only_touch_are_all_booked(database: str, nursery: Nursery) -> None:
    scene.open_village()
    scene.write([scene.fill("room", 1, "one")])
    with crowd(nursery, 10, database) as workers:
        for day in range(5):
            wanted = [scene.book(f"b-{day}-{hour}", "room", 24 * day + hour) for hour in range(10)]
            assert {answer["told"] for answer in at_once(workers, [[[each]] for each in wanted])} == {"created"}
    _assert_adds_up()


def test_one_id_from_ten_clients_is_written_once(database: str, nursery: Nursery) -> None:
    """Also when it takes the last there is: the others hear that it is there, not that nothing is left."""
    _fill(15, 1)
    with crowd(nursery, 10, database) as workers:
        for round in range(15):
            way = WAYS[round % 2]
            jobs = [way(f"t-{round}", f"shelf-{round}")] * 10
            told = Counter(answer["told"] for answer in at_once(workers, jobs))
            assert told == {"created": 1, "exists": 9}, round
    assert _left() == [0] * 15
    _assert_adds_up()


def test_one_id_for_ten_texts_is_written_once(database: str, nursery: Nursery) -> None:
    _fill(10, 100)
    with crowd(nursery, 10, database) as workers:
        for round in range(10):
            jobs = [[[scene.consume(f"t-{round}", f"shelf-{round}", amount)]] for amount in range(1, 11)]
            told = Counter(answer["told"] for answer in at_once(workers, jobs))
            assert told == {"created": 1, "exists-with-different-body": 9}, round
    _assert_adds_up()


def test_one_new_record_from_ten_clients_is_made_once(database: str, nursery: Nursery) -> None:
    """Each takes from a shelf of its own, so that no lock on what is there keeps them apart."""
    _fill(10, 10)
    with crowd(nursery, 10, database) as workers:
        for round in range(10):
            jobs = [
                [[scene.transfer(f"t-{round}-{one}", f"shelf-{one}", f"bag-{round}", new=True)]] for one in range(10)
            ]
            told = Counter(answer["told"] for answer in at_once(workers, jobs))
            assert told == {"created": 1, "resource-exists": 9}, round
    _assert_adds_up()


def test_an_account_elsewhere_that_ten_clients_open_is_one(database: str, nursery: Nursery) -> None:
    """A transfer without a to-record opens the receiver's account of what is elsewhere, for all of them the same."""
    _fill(10, 10)
    with crowd(nursery, 10, database) as workers:
        jobs = [[[scene.transfer_away(f"t-{one}", f"shelf-{one}")]] for one in range(10)]
        assert {answer["told"] for answer in at_once(workers, jobs)} == {"created"}
    assert models.Stock.objects.get(elsewhere=True).onhand == 10
    _assert_adds_up()


CROSSING = 6


@pytest.mark.parametrize("hook", ["none", "lock as named"])
def test_opposite_transfers_end_well(hook: str, database: str, nursery: Nursery) -> None:
    """From a to b and from b to a at once. Locked in the order of ids they wait for each other; locked as they are
    named they would wait for ever, so PostgreSQL ends one (40P01), which tries again: no client hears of it."""
    scene.open_village()
    scene.write([scene.fill("a", 5), scene.fill("b", 5)])
    url = f"{database}?options=-c%20deadlock_timeout=50ms" if connection.vendor == "postgresql" else database
    lost: list[str] = []
    with crowd(nursery, 2, url, hook, **({"slow": 0.02} if hook == "lock as named" else {})) as workers:
        for round in range(CROSSING):
            there, back = scene.move(f"there-{round}", "a", "b"), scene.move(f"back-{round}", "b", "a")
            answers = at_once(workers, [[[there]], [[back]]])
            assert [answer["told"] for answer in answers] == ["created", "created"]
            lost += [code for answer in answers for code in answer["lost"]]
    deadlocks = hook == "lock as named" and connection.vendor == "postgresql"
    assert set(lost) == ({"40P01"} if deadlocks else set())
    _assert_adds_up()


def test_a_cut_at_a_number_misses_nothing_that_commits_later(database: str, nursery: Nursery) -> None:
    """hordak's checkpoint: 10 are there, A adds 5 and has not committed, B adds 1, somebody adds up what there is."""
    scene.open_village()
    scene.write([scene.fill("x", 10)])
    with crowd(nursery, 1, database, "hold before commit") as (a,), crowd(nursery, 1, database) as (b,):
        assert a.ask("record", batches=[[scene.add("A", "x", 5)]])["holds"]
        b.tell("record", batches=[[scene.fill("y", 1)]])
        _assert_waits(b)
        cut = models.Head.objects.get().number
        checkpoint = _sum_of("x", until=cut)
        assert a.ask("commit")["told"] == b.hear()["told"] == "created"
    assert checkpoint == 10
    assert checkpoint + _sum_of("x", after=cut) == 15
    assert list(models.Record.objects.values_list("id", flat=True)) == ["fill-x", "A", "fill-y"]
    _assert_adds_up()


def test_cuts_taken_under_way_stay_as_they_were(database: str, nursery: Nursery) -> None:
    """Four write on while this process notes again and again what there is up to the newest number."""
    _fill(4, 1)
    noted, last = {}, 4 + 4 * 40
    with crowd(nursery, 4, database) as workers:
        for one, worker in enumerate(workers):
            worker.tell("record", batches=[[scene.add(f"w-{one}-{each}", f"shelf-{one}")] for each in range(40)])
        while (cut := models.Record.objects.latest("number").number) < last:
            noted[cut] = _total(cut)
        assert {worker.hear()["told"] for worker in workers} == {"created"}
    assert {cut: _total(cut) for cut in noted} == noted
    assert noted == {cut: Decimal(cut) for cut in noted}
    assert len(noted) > 5


def _anything(rng: random.Random, id: str, bins: list[str]) -> list[Body]:
    """Whatever people do, on the same few bins: in batches that name them in any order, some of it not possible."""
    a, b, c = rng.sample(bins, 3)
    amount, day = rng.randint(1, 3), rng.randint(1, 40)
    ways: list[list[Body]] = [
        [scene.move(f"{id}-1", a, b), scene.move(f"{id}-2", b, c), scene.move(f"{id}-3", c, a)],
        [scene.consume(id, a, amount), scene.add(f"{id}-more", b, amount)],
        [scene.transfer(id, a, f"bag-{rng.randint(1, 3)}", new=rng.random() < 0.5)],
        [scene.transfer_away(f"{id}-1", a), scene.transfer_away(f"{id}-2", b)],
        [scene.reserve(id, a, amount)],
        [scene.reserve(id, a, amount), scene.consume(f"{id}-kept", a, 1, fulfills=(id,))],
        [scene.reserve(id, a, amount), scene.cancel(f"{id}-end", id)],
        [scene.book(id, "room", day, 4)],
        [scene.consume(f"same-{day}", a)],
        [scene.dated(scene.add(id, a), days=-day)],
        [scene.close(id, days=-day)],
        [scene.put_into(id, "jar", "crate")],
        [scene.take_out(id, "jar")],
        [scene.move(f"{id}-1", "crate", "shelf", "one"), scene.move(f"{id}-2", "shelf", "crate", "one")],
    ]
    return rng.choice(ways)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_everything_ends_well(seed: int, database: str, nursery: Nursery) -> None:
    """Six do whatever comes to their mind on four bins. Each hears of the rules alone, never of the database."""
    rng = random.Random(seed)
    bins = ["bin-a", "bin-b", "bin-c", "bin-d"]
    scene.open_village()
    scene.write([*(scene.fill(name, 20) for name in bins), scene.fill("jar", 1), scene.fill("crate", 1, "one")])
    scene.write([scene.fill("room", 2, "one"), scene.fill("shelf", 0, "one"), {"kind": "process", "id": "packing"}])
    told: Counter[str] = Counter()
    with crowd(nursery, 6, database) as workers:
        for round in range(40):
            jobs = [[_anything(rng, f"e-{round}-{one}", bins)] for one in range(6)]
            told.update(answer["told"] for answer in at_once(workers, jobs))
    assert not [each for each in told if "Error" in each], told
    assert told["created"] > 60
    _assert_adds_up()


WORK = {"kind": "event", "id": "work", "action": "work", "provider": "miller", "receiver": "miller"}
THREE_LESS = {**WORK, "effort": {"value": "-3", "unit": "hour"}, "corrects": "work"}
OVERTAKEN: dict[str, tuple[Body, Body, str]] = {
    "the jar leaves the crate that moves": (
        scene.take_out("first", "jar"),
        scene.move("second", "crate", "shelf", "one"),
        "created",
    ),
    "the jar goes into a box that is only just made": (
        scene.put_into("first", "spoon", "box"),
        scene.fill("box", 1, "one"),
        "created",
    ),
    "five hours are corrected by three twice": (
        {**THREE_LESS, "id": "first"},
        {**THREE_LESS, "id": "second"},
        "over-corrected",
    ),
}
"""What the second looks at, the first is about to change; no lock on a record stands between them."""


def _overtake(what: str, database: str, nursery: Nursery, hook: str) -> None:
    first, second, told = OVERTAKEN[what]
    scene.open_village()
    scene.write([scene.fill("jar", 1), scene.fill("spoon", 1), scene.fill("crate", 1, "one")])
    scene.write([scene.fill("shelf", 0, "one"), {"kind": "process", "id": "packing"}])
    scene.write([{**WORK, "effort": {"value": "5", "unit": "hour"}}, scene.put_into("packed", "jar", "crate")])
    with crowd(nursery, 1, database, "hold before commit") as (a,), crowd(nursery, 1, database, hook) as (b,):
        assert a.ask("record", batches=[[first]])["holds"]
        b.tell("record", batches=[[second]])
        _assert_waits(b)
        assert a.ask("commit")["told"] == "created"
        assert b.hear()["told"] == told


@pytest.mark.parametrize("what", OVERTAKEN)
def test_what_was_looked_at_without_a_lock_is_looked_at_again(what: str, database: str, nursery: Nursery) -> None:
    _overtake(what, database, nursery, "none")
    _assert_adds_up()


@pytest.mark.parametrize(("what", "goes_wrong"), [*zip(OVERTAKEN, (True, True, False), strict=True)])
def test_looked_at_only_once_it_goes_wrong(what: str, goes_wrong: bool, database: str, nursery: Nursery) -> None:
    """The control, on PostgreSQL: what nothing else guards ends otherwise than the same entries one after the other.

    On SQLite the second cannot even begin to look.
    """
    _overtake(what, database, nursery, "look once")
    assert check_ledger().ok != (goes_wrong and connection.vendor == "postgresql")


def _assert_waits(worker: Worker) -> None:
    worker.line.settimeout(0.3)
    with pytest.raises(TimeoutError):
        worker.line.recv(1, socket.MSG_PEEK)
    worker.line.settimeout(30)


def _take_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards of the database, and the constraints that keep sequences in order and bookings apart."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for guard in guards_of(connection.vendor):
            cursor.execute(f"DROP TRIGGER {guard.name}{f' ON {guard.table}' if is_postgres else ''}")
        if is_postgres:
            cursor.execute("ALTER TABLE ledger_promise DROP CONSTRAINT bookings_of_one_thing_never_overlap")
    (in_sequence,) = models.Posting._meta.constraints
    monkeypatch.setattr(models.Posting._meta, "constraints", [])
    with connection.schema_editor() as editor:
        editor.remove_constraint(models.Posting, in_sequence)


def _books(id: str, shelf: str) -> list[list[Body]]:
    return [[scene.book(id, shelf, 9)]]


def _only_reserves(id: str, shelf: str) -> list[list[Body]]:
    return [[scene.reserve(id, shelf)]]


CHECK_THEN_WRITE = {"hook": "check then write", "slow": [0.02, 0.08]}
WITHOUT_LOCKS = {"consume": _consumes, "transfer": _transfers, "reserve": _only_reserves, "book": _books}


def _take_without_locks(taking: Taking, database: str, nursery: Nursery) -> list[Counter[str]]:
    with crowd(nursery, 4, database, **CHECK_THEN_WRITE) as workers:
        return [_take(workers, round, taking) for round in range(5)]


@pytest.mark.parametrize("way", WITHOUT_LOCKS)
def test_without_locks_and_guards_more_is_taken_than_there_is(
    way: str, database: str, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: pretix's two buyers who look before either has written. Were the others blind, this would pass."""
    _fill(5, 1)
    _take_down(monkeypatch)
    rounds = _take_without_locks(WITHOUT_LOCKS[way], database, nursery)
    assert max(told["created"] for told in rounds) > 1
    assert not check_ledger().ok


@pytest.mark.parametrize("way", WITHOUT_LOCKS)
def test_without_locks_the_guards_still_hold(way: str, database: str, nursery: Nursery) -> None:
    """Whoever looked too early is stopped by the database; tried again on PostgreSQL, it is told so in our words."""
    _fill(5, 1)
    for told in _take_without_locks(WITHOUT_LOCKS[way], database, nursery):
        assert told["created"] == 1
    _assert_adds_up()
