"""What must hold of the tables: the invariants of the ledger that only a database can keep or break.

They are asserted with those of ``tests.flows.invariants``, which read the state that the tables say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection

from tests.flows.invariants import World, hash_of
from wikivillage.base.problems import ProblemError
from wikivillage.flows.fold import fold
from wikivillage.flows.kinds import Entry, Process
from wikivillage.web.ledger import models, queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger

Chain = list[tuple[int, str, str, str]]


def chain() -> Chain:
    """Every record: its number, id, text and seal."""
    rows = models.Record.objects.order_by("number").values_list("number", "id", "body", "hash")
    return [(number, id, body, hash) for number, id, body, hash in rows]


def invariant_05_records_only_grow(before: Chain, after: Chain) -> None:
    """What was written is there as it was, in its place."""
    assert after[: len(before)] == before
    assert [number for number, *_ in after] == list(range(1, len(after) + 1))


def invariant_07_the_same_entry_twice_is_one(entry: Entry, at: datetime) -> None:
    """Recorded again it is the same; another text under its id is refused; nothing changes."""
    before, sums = chain(), queries.ledger_hash()
    (again,) = record(entries=[entry], at=at)
    assert (again.result, again.number) == ("exists", {id: number for number, id, *_ in before}[entry.id])
    with pytest.raises(ProblemError) as error:
        record(entries=[replace(Process(entry.id), name="something else")], at=at)
    assert [one.code for one in error.value.problems] == ["exists-with-different-body"]
    assert (chain(), queries.ledger_hash()) == (before, sums)


def invariant_08_a_batch_is_whole_or_not_at_all(good: Entry, bad: Entry, at: datetime) -> None:
    """One wrong entry, and nothing of its batch is there."""
    before, sums = chain(), queries.ledger_hash()
    with pytest.raises(ProblemError):
        record(entries=[good, bad], at=at)
    assert (chain(), queries.ledger_hash()) == (before, sums)


def invariant_09_what_was_acknowledged_is_there(world: World) -> None:
    """Every entry that was taken has its record, in the order in which they were taken."""
    assert [id for _, id, *_ in chain()] == [entry.id for entry, _ in world.log]


def invariant_14_what_was_reported_stays(reported: dict[tuple[str, int], tuple[Decimal, Decimal]]) -> None:
    """What a record amounted to as of a number of the ledger is the same whenever it is asked."""
    for (id, number), amounts in reported.items():
        assert queries.stock_as_of(id, number=number) == amounts


def invariant_18_no_name_is_left(names: list[str]) -> None:
    """No table holds the name of somebody who was erased."""
    for text in _everything():
        for name in names:
            assert name not in text, f"{name} is still in {text[:80]}"


def invariant_21_tables_and_fold_have_one_hash(world: World) -> None:
    """What the tables add up to is what the entries add up to, and the check of the whole ledger says so."""
    audit = check_ledger()
    assert audit.ok, audit.differences
    assert audit.hash == queries.ledger_hash() == hash_of(fold(world.log))


def _everything() -> list[str]:
    """Every row of every table of the ledger and the registry, as text."""
    tables = [name for name in connection.introspection.table_names() if name.startswith(("ledger_", "registry_"))]
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return found
