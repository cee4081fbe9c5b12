"""The real ledger against the second ledger: random lives of a village, on SQLite and on PostgreSQL.

The rules are those of the pure machine, and what only a database can do: the same entry again, a batch with a mistake
in it, somebody erased in between. ``LEDGER_STORM=1`` makes twenty times as many, and others each time.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.flows.any_life import AnyLife
from tests.flows.invariants import AFTER_EACH_STEP, hash_of
from tests.flows.machine import (
    AGENTS,
    HOUR,
    LONGEST,
    Maker,
    any_entry,
)
from tests.flows.oracle_rules import refusal
from tests.flows.story import BEGIN, Story, check
from tests.web.engines import use_database
from tests.web.ledger.database_invariants import (
    chain,
    invariant_05_records_only_grow,
    invariant_07_the_same_entry_twice_is_one,
    invariant_08_a_batch_is_whole_or_not_at_all,
    invariant_09_what_was_acknowledged_is_there,
    invariant_14_what_was_reported_stays,
    invariant_18_no_name_is_left,
    invariant_21_tables_and_fold_have_one_hash,
)
from tests.web.meters.rooms import ingest, meter
from wikivillage.connectors.kinds import Reading
from wikivillage.flows.fold import fold
from wikivillage.flows.kinds import Ending, Entry, Process, State
from wikivillage.flows.wire import read_text
from wikivillage.web.ledger import queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.meters.actions import close_intervals
from wikivillage.web.registry.actions import add_agent, erase_agent
from wikivillage.web.registry.models import Agent

STORM = bool(os.environ.get("LEDGER_STORM"))
SETTINGS = settings(
    max_examples=200 if STORM else 10,
    stateful_step_count=50 if STORM else 30,
    deadline=None,
    derandomize=not STORM,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class TablesBook:
    """The ledger in the database at hand."""

    def write(self, entry: Entry, at: datetime) -> None:
        """Record an entry."""
        (written,) = record(entries=[entry], at=at)
        assert written.result == "created"

    def state(self) -> State:
        """What the tables say."""
        return queries.whole_state()


class TablesStory(Story):
    """A story whose book is a database."""

    def __init__(self) -> None:
        for agent in AGENTS:
            add_agent(handle=f"{agent}_handle", name=f"Name of {agent}", kind="person", at=BEGIN, pseudonym=agent)
        super().__init__(TablesBook())
        self.reported: dict[tuple[str, int], tuple[Decimal, Decimal]] = {}
        self.names: list[str] = []
        self.extra, self.counter = 0, Decimal(100)
        meter()

    def make(self, maker: Maker, tape: bytes) -> None:
        """One step; the records before it stand, and what was reported is noted."""
        before = chain()
        super().make(maker, tape)
        invariant_05_records_only_grow(before, chain())
        for id, stock in self.world.state.stocks.items():
            self.reported[id, len(self.world.log)] = (stock.accounting, stock.onhand)

    def repeat(self, which: int) -> None:
        """Record something again that is there."""
        if self.world.log:
            entry, _ = self.world.log[which % len(self.world.log)]
            invariant_07_the_same_entry_twice_is_one(entry, self.world.at)

    def spoil_a_batch(self) -> None:
        """A batch with one mistake in it."""
        self.extra += 1
        good, bad = Process(f"x{self.extra}"), Ending(f"y{self.extra}", "nothing", "cancelled")
        invariant_08_a_batch_is_whole_or_not_at_all(good, bad, self.world.at)

    def erase(self, agent: str) -> None:
        """Forget who somebody is: the sums stay, the name goes."""
        if f"Name of {agent}" not in self.names:
            sums = queries.ledger_hash()
            erase_agent(agent=Agent.objects.get(pk=agent), at=self.world.at)
            self.names += [f"Name of {agent}", f"{agent}_handle"]
            assert queries.ledger_hash() == sums

    def read_a_meter(self, more: Decimal, quarters: int) -> None:
        """A reading some quarters of an hour later, twice; what it closes are entries like all others."""
        self.world.at += quarters * timedelta(minutes=15)
        self.counter += more
        one = Reading("m1", "import", self.world.at, self.counter, "test", self.world.at)
        for _ in range(2):
            ingest([one], at=self.world.at)
            close_intervals(at=self.world.at)
        for _, _, body, _ in chain()[len(self.world.log) :]:
            self.take_in(read_text(body))

    def take_in(self, entry: Entry) -> None:
        """An entry that a meter has written: the second ledger would have taken it too."""
        assert refusal(self.world.oracle, entry, self.who, self.world.at) is None
        self.take(entry)
        self.world.before = self.world.state = self.book.state()
        self.world.last = None

    def end(self) -> None:
        """What is looked at once."""
        super().end()
        check(self.world, AFTER_EACH_STEP)
        invariant_09_what_was_acknowledged_is_there(self.world)
        invariant_14_what_was_reported_stays(dict(list(self.reported.items())[:: 1 + len(self.reported) // 25]))
        invariant_18_no_name_is_left(self.names)
        invariant_21_tables_and_fold_have_one_hash(self.world)


class DatabaseMachine(AnyLife):
    """The pure machine's rules and the database's own, in a transaction that is taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.scope: Any = transaction.atomic()
        self.scope.__enter__()
        self.story = TablesStory()

    @rule(which=st.integers(0, 50))
    def something_is_sent_twice(self, which: int) -> None:
        self.story.repeat(which)

    @rule()
    def a_batch_has_a_mistake(self) -> None:
        self.story.spoil_a_batch()

    @rule(agent=st.sampled_from(AGENTS))
    def somebody_is_erased(self, agent: str) -> None:
        self.story.erase(agent)

    @rule(more=st.sampled_from(("0.25", "0", "3", "-0.5")), quarters=st.integers(0, 5))
    def a_meter_is_read(self, more: str, quarters: int) -> None:
        self.story.read_a_meter(Decimal(more), quarters)

    def teardown(self) -> None:
        try:
            self.story.end()
        finally:
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)


@pytest.mark.usefixtures("ledger")
def test_the_tables_agree_with_the_second_ledger() -> None:
    run_state_machine_as_test(DatabaseMachine, settings=SETTINGS)


def test_both_engines_and_the_fold_have_one_hash(
    empty_sqlite: Path, empty_postgres: str, postgres_cluster: Any, tmp_path: Path, django_db_blocker: Any
) -> None:
    """The same tapes on both; also the second ledger decides the same on both, or the entries would differ."""
    copy = tmp_path / "village.sqlite3"
    shutil.copy(empty_sqlite, copy)
    urls = (f"sqlite:///{copy}", postgres_cluster.create_database("one_hash", empty_postgres))
    told = []
    with django_db_blocker.unblock():
        for url in urls:
            with use_database(url), _taken_back():
                story = _tell(seed=11, steps=80)
                told.append((queries.ledger_hash(), hash_of(fold(story.world.log)), chain()))
    (sqlite, folded, on_sqlite), (postgres, _, on_postgres) = told
    assert sqlite == postgres == folded
    assert on_sqlite == on_postgres, "to the last seal of the chain"


def _tell(seed: int, steps: int) -> TablesStory:
    chance, story = random.Random(seed), TablesStory()
    for step in range(steps):
        story.world.at += HOUR * (chance.random() < 0.2)
        story.make(any_entry, chance.randbytes(LONGEST))
        if step % 10 == 0:
            story.read_a_meter(Decimal("0.5"), quarters=2)
    assert [entry for entry, _ in story.world.log if getattr(entry, "basis", None)], "readings have become events"
    story.end()
    return story


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
