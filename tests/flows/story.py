"""A ledger and the second ledger side by side, fed with the same entries: what both machines of the tests run on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from tests.flows.invariants import AFTER_EACH_STEP, AT_THE_END, World, snapshot
from tests.flows.machine import Maker, Tape
from tests.flows.oracle import Oracle
from tests.flows.oracle_rules import refusal
from wikivillage.base.problems import ProblemError
from wikivillage.flows.fold import Fold
from wikivillage.flows.kinds import Entry, State

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Book(Protocol):
    """A ledger under test."""

    def write(self, entry: Entry, at: datetime) -> None:
        """Record an entry. Raises ProblemError."""

    def state(self) -> State:
        """What it says now; what was returned before may have changed."""


class PureBook:
    """The pure core: a fold that grows."""

    def __init__(self) -> None:
        self.growing = Fold()

    def write(self, entry: Entry, at: datetime) -> None:
        """Record an entry."""
        self.growing.add(entry, at)

    def state(self) -> State:
        """What the fold says."""
        return self.growing.state


class Story:
    """What happens to a book, checked after each step. ``refused`` counts the entries that were not taken."""

    def __init__(self, book: Book) -> None:
        self.book, self.refused, self.made = book, 0, 0
        self.world = World(snapshot(book.state()), book.state(), Oracle(), [], BEGIN)

    def who(self, id: str) -> tuple[str, str]:
        """Owner and holder of a record, as the ledger says."""
        stock = self.world.state.stocks[id]
        return stock.primary_accountable, stock.custodian

    def make(self, maker: Maker, tape: bytes) -> None:
        """Let a maker read an entry off a tape, and record it."""
        self.made += 1
        self.tell(maker(Tape(tape), self.world.oracle, self.who, f"e{self.made}", self.world.at))

    def tell(self, entry: Entry) -> None:
        """Record an entry: the ledger takes it if and only if the second ledger does."""
        world = self.world
        wanted = refusal(world.oracle, entry, self.who, world.at)
        world.before, world.last = snapshot(world.state), None
        refused = self._refusal(entry)
        assert (refused is None) == (wanted is None), f"{entry}: the ledger says {refused}, it should be {wanted}"
        if refused is None:
            self.take(entry)
        self.refused += refused is not None
        world.state = self.book.state()
        check(world, AFTER_EACH_STEP)

    def take(self, entry: Entry) -> None:
        """Let the second ledger know of an entry that the ledger has taken."""
        self.world.oracle.write(entry, self.who, self.world.at)
        self.world.last = entry
        self.world.log.append((entry, self.world.at))

    def _refusal(self, entry: Entry) -> str | None:
        try:
            self.book.write(entry, self.world.at)
        except ProblemError as error:
            return str(error)
        return None

    def end(self) -> None:
        """What is looked at once."""
        check(self.world, AT_THE_END)


def check(world: World, invariants: Iterable[Callable[[World], None]]) -> None:
    """Assert some invariants."""
    for invariant in invariants:
        invariant(world)
