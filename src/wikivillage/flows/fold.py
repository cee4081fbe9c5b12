"""Stock as a fold: a row of entries, from the first, gives the state; the state has one hash on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from wikivillage.flows.apply import draft
from wikivillage.flows.draft import Draft
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import Entry, Pledge, State, Stock, Work
from wikivillage.flows.wire import utc_text, write_entry

Recorded = tuple[Entry, datetime]
"""An entry and when it was recorded."""


class Fold:
    """A state that grows in place, entry by entry: what ``apply`` gives, without copying the whole each time.

    ``keep`` says of which events later entries may speak; None keeps all. ``state`` is alive: read it, do not keep it.
    """

    def __init__(self, state: State | None = None, keep: frozenset[str] | None = None) -> None:
        self.state = state or State({}, {}, {}, {}, {}, {})
        self.keep = keep

    def add(self, entry: Entry, at: datetime) -> Draft:
        """Add an entry recorded at ``at`` and return what it changed. Raises ProblemError; then nothing has changed."""
        change = draft(entry, self.state, at)
        self.absorb(change)
        return change

    def absorb(self, change: Draft) -> None:
        """Write what a draft changed into the state."""
        state: Any = self.state
        for part in ("stocks", "works", "pledges", "contents", "promised"):
            getattr(state, part).update(getattr(change, part))
        kept = (
            change.events if self.keep is None else {id: change.events[id] for id in change.events.keys() & self.keep}
        )
        state.events.update(kept)
        if change.closed_until != state.closed_until:
            self.state = replace(self.state, closed_until=change.closed_until)


def fold(entries: Iterable[Recorded]) -> State:
    """The state after a row of entries. Raises ProblemError at the first that may not be."""
    growing = Fold()
    for entry, at in entries:
        growing.add(entry, at)
    return growing.state


def state_hash(stocks: Iterable[Stock], pledges: Iterable[Pledge], works: Iterable[Work]) -> str:
    """The hash of what a ledger adds up to, whatever machine and database it is on and in whatever order it is read.

    Records, promises and processes are hashed one by one as canonical JSON, and their hashes in order.
    """
    texts = [_text("stock", one.id, _plain(one)) for one in stocks]
    texts += [_text("promise", one.promise.id, pledge_record(one)) for one in pledges]
    texts += [_text("process", one.process.id, _plain(one)) for one in works]
    digests = sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def pledge_record(pledge: Pledge) -> dict[str, Any]:
    """A promise and how far it is kept, as plain JSON."""
    promise = write_entry(pledge.promise)
    return {**promise, "delivered": plain(pledge.delivered), "keptBy": list(pledge.kept_by), "ended": pledge.ended}


def _text(kind: str, id: str, record: dict[str, Any]) -> str:
    return json.dumps([kind, id, record], sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Anything of the state as plain JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return utc_text(value)
        case tuple():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in sorted(value.items())}
        case _:
            return value
