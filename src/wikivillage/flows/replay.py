"""Replay of published cases: what is given, step by step, and whether the ledger then says what is expected.

The format is ``wikivillage-ledger-cases/1``: given agents, resources, processes and commitments; steps that are
events, claims, bookings, two-phase transfers and their endings; expected stocks, promises, refusals and orders. A case
is played on any ``Book``: the pure fold, a database, the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from wikivillage.base.problems import ProblemError
from wikivillage.flows.expectations import differences
from wikivillage.flows.kinds import Entry, Pledge, Standing, State
from wikivillage.flows.wire import read_entry

PLAYED_AT = datetime(2030, 1, 1, tzinfo=UTC)
OUTSIDE = "outside"


class Book(Protocol):
    """A ledger that a case can be played on."""

    def write(self, entries: Sequence[Entry], at: datetime) -> str:
        """Write entries as one batch: ``created`` or ``exists``. Raises ProblemError."""

    def state(self) -> State:
        """Everything that was written, added up."""

    def listed(self, what: str) -> list[str]:
        """The ids of ``events`` or ``resources``, newest first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to: its differences from what was expected, none if it passed."""

    case: str
    status: str
    title: str
    checked: int
    differences: tuple[str, ...]


def replay(case: Mapping[str, Any], book: Book) -> Outcome:
    """Play one case on an empty book."""
    player = _Player(book)
    found = [*player.open(case.get("given", {}))]
    for number, step in enumerate(case.get("steps", ()), 1):
        found += [f"step {number}: {each}" for each in player.step(step)]
    found += [f"end: {each}" for each in player.compare(case.get("expect", {}), None)]
    return Outcome(case["id"], case.get("status", ""), case.get("title", ""), player.checked, tuple(found))


def can_replay(case: Mapping[str, Any]) -> bool:
    """Whether a case is about the ledger's own entries, not about recipes, readings or many takers at once."""
    steps = case.get("steps", ())
    return bool(steps) and all(any(key in STEPS for key in step) for step in steps)


class _Player:
    def __init__(self, book: Book) -> None:
        self.book, self.at, self.checked = book, PLAYED_AT, 0
        self.opening: set[str] = set()

    def open(self, given: Mapping[str, Any]) -> Iterator[str]:
        """Write what is given as entries of their own."""
        for entry in _opening(given):
            self.opening.add(entry.id)
            yield from self._write(entry, None, {})

    def step(self, step: Mapping[str, Any]) -> Iterator[str]:
        """Play one step and compare what it should come to."""
        self.at += timedelta(milliseconds=1)
        name = next(key for key in STEPS if key in step)
        expected = _expected(step)
        refused, result = None, "created"
        try:
            entries = [read_entry(body, kind) for kind, body in STEPS[name](step[name], self)]
            result = self.book.write(entries, self.at)
        except ProblemError as error:
            refused = [problem.code for problem in error.problems]
        yield from self._refusal(expected, refused)
        previous = self.book.state().events.get(str(step.get("event", {}).get("id")))
        yield from self.compare({**expected, "ran": result}, previous)

    def compare(self, expected: Mapping[str, Any], event: Standing | None) -> Iterator[str]:
        """What is otherwise than expected."""
        state, listed = self.book.state(), self.book.listed
        found = differences(expected, state, event, opening=self.opening, listed=listed, at=self.at)
        self.checked += found.checked
        yield from found.lines

    def pledge(self, id: str) -> Pledge | None:
        """A promise as it stands."""
        return self.book.state().pledges.get(id)

    def _write(self, entry: Entry, _event: None, _expected: Mapping[str, Any]) -> Iterator[str]:
        try:
            self.book.write([entry], self.at)
        except ProblemError as error:
            yield f"given: {error}"

    def _refusal(self, expected: Mapping[str, Any], refused: list[str] | None) -> Iterator[str]:
        wanted = expected.get("reject")
        self.checked += wanted is not None
        if wanted is None and refused is not None:
            yield f"refused with {', '.join(refused)}, though nothing was wrong"
        if wanted is not None and refused is None:
            yield f"accepted, though {wanted} was expected"
        if wanted is not None and refused is not None and not _is(wanted, refused):
            yield f"refused with {', '.join(refused)}, not {wanted}"


SAME_REFUSAL = {
    "pending_transfer_already_posted": ("already-finished",),
    "pending_transfer_already_voided": ("already-cancelled",),
    "pending_transfer_expired": ("expired",),
    "pending_transfer_not_found": ("unknown-promise",),
    "exceeds_pending_transfer_amount": ("exceeds-reserved",),
    "exceeds_credits": ("insufficient",),
    "exceeds_debits": ("insufficient",),
    "not-custodian": ("not-accountable",),
}
"""Other ledgers' words for our refusals."""


def _is(wanted: str, refused: list[str]) -> bool:
    return bool({wanted, *SAME_REFUSAL.get(wanted, ())} & set(refused))


def _expected(step: Mapping[str, Any]) -> dict[str, Any]:
    """What a step should come to; bookings and transfers say it beside the step."""
    expected = dict(step.get("expect", {}))
    if step.get("reject"):
        expected["reject"] = step["reject"]
    if step.get("result", "ok") not in ("ok", "created", "exists"):
        expected["reject"] = step["result"]
    return expected


Written = Iterator[tuple[str, dict[str, Any]]]


def _event(body: Mapping[str, Any], player: _Player) -> Written:
    yield "event", {**body, "at": _moment(body["at"], player.at)} if body.get("at") else dict(body)


def _moment(text: str, at: datetime) -> str:
    """A time as written, or ``-1s``: so long before the step."""
    if text.startswith("-") and text.endswith("s"):
        return (at - timedelta(seconds=float(text[1:-1]))).isoformat()
    return text


def _claim(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "claim", dict(body)


def _commitment(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "commitment", dict(body)


def _process(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "process", dict(body)


def _intent(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "intent", dict(body)


def _book(body: Mapping[str, Any], _player: _Player) -> Written:
    times = {"begin": _utc(body["from"]), "end": _utc(body["to"])}
    amount = {"quantity": {"value": str(body["quantity"]), "unit": "one"}} if "quantity" in body else {}
    yield (
        "commitment",
        {"id": body["id"], "action": "use", "resource": body["what"], "provider": "owner", "receiver": "guest"}
        | times
        | amount,
    )


def _utc(text: str) -> str:
    return text if text.endswith("Z") or "+" in text[10:] else f"{text}:00Z"


def _cancel(body: Any, player: _Player) -> Written:
    id = body if isinstance(body, str) else body["id"]
    yield "ending", {"id": f"end-{id}-{player.at:%H%M%S}", "promise": id, "how": "cancelled"}


def _pending(body: Mapping[str, Any], player: _Player) -> Written:
    """A pending transfer reserves what it will take."""
    lasts = body.get("timeout", body.get("timeout_s"))
    expires = {"expires": (player.at + timedelta(seconds=float(lasts))).isoformat()} if lasts else {}
    yield (
        "commitment",
        {"id": body["id"], "reserves": True, **_between(body["debit"], body["credit"], body["amount"]), **expires},
    )


def _post(body: Mapping[str, Any], player: _Player) -> Written:
    """Posting takes what was reserved, or a part of it, and frees the rest."""
    pledge = player.pledge(body["pending"])
    promise: Any = pledge.promise if pledge else None
    debit, credit = (promise.resource, promise.to_resource) if promise else ("A", "B")
    amount = body.get("amount", pledge.open if pledge else 0)
    event = {"id": body["id"], "fulfills": [body["pending"]], **_between(debit, credit, amount)}
    yield "event", event
    if pledge is None or Decimal(str(amount)) < pledge.open:
        yield "ending", {"id": f"{body['id']}-rest", "promise": body["pending"], "how": "finished"}


def _void(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "ending", {"id": body["id"], "promise": body["pending"], "how": "cancelled"}


def _transfer(body: Mapping[str, Any], _player: _Player) -> Written:
    yield "event", {"id": body["id"], **_between(body["debit"], body["credit"], body["amount"])}


def _wait(body: Any, player: _Player) -> Written:
    """Time goes by."""
    player.at += timedelta(seconds=float(body))
    yield from ()


def _between(debit: str, credit: str, amount: Any) -> dict[str, Any]:
    return {
        "action": "transfer",
        "provider": f"owner-{debit}",
        "receiver": f"owner-{credit}",
        "resource": debit,
        "toResource": credit,
        "quantity": {"value": str(amount), "unit": "one"},
    }


STEPS: dict[str, Callable[[Any, _Player], Written]] = {
    "event": _event,
    "claim": _claim,
    "commitment": _commitment,
    "process": _process,
    "intent": _intent,
    "book": _book,
    "cancel": _cancel,
    "pending": _pending,
    "post": _post,
    "void": _void,
    "transfer": _transfer,
    "wait": _wait,
    "advance": _wait,
    "advance_s": _wait,
}
"""The kinds of step, and the entries that each is."""


def _opening(given: Mapping[str, Any]) -> Iterator[Entry]:
    """What is given, as entries: processes, records with their first stock, accounts, bookable things, promises."""
    yield read_entry({"id": "opening"}, "process")
    for process in given.get("processes", ()):
        yield read_entry(dict(process), "process")
    for resource in given.get("resources", ()):
        yield from _opened(resource, given)
    for resource in given.get("resources", ()):
        if resource.get("containedIn"):
            yield _packed(resource)
    for id, account in given.get("accounts", {}).items():
        yield from _account(id, account)
    for id in given.get("bookable", ()):
        units = given["bookable"][id] if isinstance(given["bookable"], Mapping) else 1
        yield read_entry(_raise(id, "owner", str(units), "one", {}))
    for kind in ("intents", "commitments", "claims"):
        for promise in given.get(kind, ()):
            yield read_entry(dict(promise), kind.removesuffix("s"))


KEPT = ("spec", "classifiedAs", "location", "stage", "state", "effortUnit", "custodian", "lot", "allowNegative")


def _opened(resource: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Entry]:
    owner = resource.get("primaryAccountable") or next(iter(given.get("agents", ())), OUTSIDE)
    extra = {key: resource[key] for key in KEPT if resource.get(key) is not None}
    unit, owned = resource["unit"], Decimal(str(resource.get("accounting", 0)))
    yield read_entry(_raise(resource["id"], owner, str(owned), unit, {"primaryAccountable": owner, **extra}))
    missing = owned - Decimal(str(resource.get("onhand", owned)))
    if missing and not resource.get("containedIn"):
        yield _lent(resource["id"], owner, missing, unit)


def _raise(id: str, owner: str, amount: str, unit: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"open-{id}",
        "action": "raise",
        "provider": owner,
        "receiver": owner,
        "newResource": {"id": id, "unit": unit, **extra},
        "quantity": {"value": amount, "unit": unit},
    }


def _lent(id: str, owner: str, missing: Decimal, unit: str) -> Entry:
    """What is on the books and not on hand is with somebody outside; what is only on hand came from there."""
    out = {"provider": owner, "receiver": OUTSIDE, "resource": id}
    back = {"provider": OUTSIDE, "receiver": owner, "toResource": id}
    body = {
        "id": f"open-{id}-hand",
        "action": "transferCustody",
        "quantity": {"value": str(abs(missing)), "unit": unit},
    }
    return read_entry(body | (out if missing > 0 else back))


def _packed(resource: Mapping[str, Any]) -> Entry:
    owner = resource.get("primaryAccountable", OUTSIDE)
    return read_entry(
        {
            "id": f"open-{resource['id']}-in",
            "action": "combine",
            "provider": owner,
            "receiver": owner,
            "inputOf": "opening",
            "resource": resource["id"],
            "container": resource["containedIn"],
            "quantity": {"value": str(resource["accounting"]), "unit": resource["unit"]},
        }
    )


def _account(id: str, account: Mapping[str, Any]) -> Iterator[Entry]:
    """An account of a two-column ledger: credits come in, debits go out; without a limit it may go below zero."""
    limited = "debits_must_not_exceed_credits" in (account.get("limit"), *account.get("flags", ()))
    owner, extra = f"owner-{id}", {} if limited else {"allowNegative": True}
    yield read_entry(_raise(id, owner, str(account.get("credits_posted", 0)), "one", extra))
    amount = {"value": str(account.get("debits_posted", 0)), "unit": "one"}
    out = {"id": f"open-{id}-debits", "action": "lower", "provider": owner, "receiver": owner, "resource": id}
    yield read_entry({**out, "quantity": amount})
