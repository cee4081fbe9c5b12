"""Many processes want the same thing at once: as many get it as there is, the others are told so, nobody sees a
deadlock. Without the locks it goes wrong, without the locks but with the guards it does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.web.ledger import storm_entries as scene
from tests.web.ledger.crowd import Nursery, at_once, crowd
from tests.web.ledger.crowd import nursery as nursery
from tests.web.ledger.storm_entries import Body
from wikivillage.web.ledger import models
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.guards import GUARDS

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
WAYS: tuple[Taking, ...] = (_consumes, _transfers, _reserves)


def _fill(shelves: int, amount: int) -> None:
    scene.open_village()
    scene.write(scene.fill(f"shelf-{number}", amount) for number in range(shelves))


def _take(workers: list[Any], round: int, taking: Taking) -> Counter[str]:
    jobs = [taking(f"t-{round}-{number}", f"shelf-{round}") for number in range(len(workers))]
    return Counter(answer["told"] for answer in at_once(workers, jobs))


def _left() -> list[Decimal]:
    return [row.onhand for row in models.Stock.objects.filter(pk__startswith="shelf")]


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
