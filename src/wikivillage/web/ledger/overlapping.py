"""Published cases of transactions that overlap: opened and committed one by one, with a total cut in between.

Each transaction has a connection of its own. On SQLite one that is open keeps the others waiting; either order is
right, as long as what was committed is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Event
from typing import Any

from django.db import connections, transaction

from wikivillage.flows.expectations import Found
from wikivillage.flows.kinds import Entry
from wikivillage.flows.replay import Outcome, outcome_of
from wikivillage.flows.replay_words import NotPlayedError, plain_word, text_of
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Head, Posting
from wikivillage.web.ledger.scratch import NOW, empty_database, write_scene

PATIENCE_S = 0.3
"""How long a writer is waited for that may have to wait for another."""
DEADLINE_S = 60.0

CHECKPOINT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("open", "begin", "start"), "open"),
    **dict.fromkeys(("insert", "leg", "add", "write", "record"), "insert"),
    **dict.fromkeys(("commit", "end"), "commit"),
    **dict.fromkeys(("checkpoint", "snapshot", "runningtotal", "cut"), "checkpoint"),
    **dict.fromkeys(("read", "balance", "readbalance"), "read"),
}


def is_about_overlaps(case: Mapping[str, Any]) -> bool:
    """Whether transactions of a case are opened and committed one by one, with a running total in between."""
    steps = [step for step in case.get("steps") or () if isinstance(step, Mapping)]
    words = {CHECKPOINT_WORDS.get(plain_word(key)) for step in steps for key in step}
    return {"open", "commit", "read"} <= words or {"checkpoint", "commit"} <= words


def replay_overlaps(case: Mapping[str, Any]) -> Outcome:
    """Play transactions that overlap, and read a total that was cut between their commits."""
    found, expect = Found(), case.get("expect") or {}
    with empty_database(), ThreadPoolExecutor() as pool:
        play = _Overlapping(case.get("given") or {}, pool)
        try:
            for step in case["steps"]:
                play.step(step)
        finally:
            play.finish()
        for key, wanted in expect.items():
            _check_balance(found, key, wanted, play.read())
        found.lines += [f"check: {line}" for line in check_ledger().differences]
    return outcome_of(case, checked=found.checked, differences=tuple(found.lines))


def _check_balance(found: Found, key: str, wanted: Any, balance: Decimal) -> None:
    word = plain_word(key)
    if word in ("balance", "total", "read", "final", "finalbalance"):
        found.same(key, wanted, balance)
    elif word in ("never", "not"):
        forbidden = wanted if isinstance(wanted, list) else [wanted]
        found.same(f"whether it is {wanted}", False, balance in [Decimal(str(each)) for each in forbidden])
    elif word not in ("repeatatleast", "repeat", "rounds"):
        found.unknown(key)


@dataclass(slots=True)
class _Overlapping:
    """Transactions on connections of their own; one that was opened waits for the word to commit."""

    given: Mapping[str, Any]
    pool: ThreadPoolExecutor
    gates: dict[str, Event] = field(default_factory=dict)
    running: dict[str, Future[None]] = field(default_factory=dict)
    cut: tuple[int, Decimal] = (0, Decimal(0))

    def __post_init__(self) -> None:
        start = sum((Decimal(str(one["amount"])) for one in self.given.get("committed", ())), Decimal(0))
        write_scene(iter([self._opening(self.account, "0"), self._opening("bank", "0"), self._moved("before", start)]))

    @property
    def account(self) -> str:
        """The account that is counted."""
        return str(self.given.get("account", "X"))

    def step(self, step: Mapping[str, Any]) -> None:
        """Open, commit, cut the running total, or read it."""
        key, body = next(iter(step.items()))
        match CHECKPOINT_WORDS.get(plain_word(key)):
            case "open" | "insert":
                if isinstance(body, Mapping) and "amount" in body:
                    self._begin(body)
            case "commit":
                name = _name(body)
                if name not in self.running:
                    self._begin(body)
                self.gates[name].set()
                self._wait(name)
            case "checkpoint":
                self._checkpoint()
            case "read":
                self.finish()
            case _:
                raise NotPlayedError(f"no step of overlapping transactions is called {key}")

    def read(self) -> Decimal:
        """The total that was cut, and all that has a later number."""
        number, total = self.cut
        later = Posting.objects.filter(resource=self.account, record_id__gt=number)
        changes = later.values_list("accounting_change", flat=True)
        return total + sum(changes, Decimal(0))

    def finish(self) -> None:
        """Let everything commit that still waits."""
        for gate in self.gates.values():
            gate.set()
        for running in self.running.values():
            running.result(DEADLINE_S)

    def _begin(self, body: Mapping[str, Any]) -> None:
        """Write in a transaction that stays open until its gate does; one that has to wait for another may."""
        name, gate, written = _name(body), Event(), Event()
        if name in self.running or not isinstance(body, Mapping) or "amount" not in body:
            raise NotPlayedError(f"a transaction here moves one amount, once: {body}")
        entry = self._moved(name, Decimal(str(body["amount"])))
        self.gates[name] = gate

        def run() -> None:
            try:
                with transaction.atomic():
                    record(entries=[entry], at=NOW)
                    written.set()
                    assert gate.wait(DEADLINE_S), "whoever opens a transaction commits it"
            finally:
                written.set()
                connections["default"].close()

        self.running[name] = self.pool.submit(run)
        written.wait(PATIENCE_S)

    def _wait(self, name: str) -> None:
        try:
            self.running[name].result(PATIENCE_S)
        except TimeoutError:
            return

    def _checkpoint(self) -> None:
        number = Head.objects.get(pk=1).number
        total, _ = queries.stock_as_of(self.account, number=number)
        self.cut = number, total

    def _opening(self, id: str, amount: str) -> Entry:
        new = {"id": id, "unit": self._unit, "allowNegative": True}
        parties = {"action": "raise", "provider": f"owner-{id}", "receiver": f"owner-{id}"}
        return read_entry({"id": f"open-{id}", **parties, "newResource": new, "quantity": self._amount(amount)})

    def _moved(self, id: str, amount: Any) -> Entry:
        parties = {"provider": "owner-bank", "receiver": f"owner-{self.account}"}
        between = {"action": "transfer", "resource": "bank", "toResource": self.account}
        return read_entry({"id": f"tx-{id}", **parties, **between, "quantity": self._amount(amount)})

    @property
    def _unit(self) -> str:
        return str(self.given.get("unit", "eur"))

    def _amount(self, amount: Any) -> dict[str, str]:
        return {"value": str(amount), "unit": self._unit}


def _name(body: Any) -> str:
    named = [body[key] for key in ("transaction", "tx", "name") if isinstance(body, Mapping) and key in body]
    return str(named[0]) if named else text_of(body)
