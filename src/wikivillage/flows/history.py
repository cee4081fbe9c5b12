"""What the ledger remembers of one event, resource or process: the little that a trace asks, by id and never by a scan.

Whatever answers these questions can be traced: the fold of a row of entries here, a database elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from wikivillage.flows.draft import Draft
from wikivillage.flows.fold import Fold, Recorded
from wikivillage.flows.kinds import ZERO, Entry, Event, Process, Standing, State, Stock

LATE = datetime(9000, 1, 1, tzinfo=UTC)
"""After whatever a state may hold: when it is folded again, no event lies in the future."""


class History(Protocol):
    """What a trace asks of a ledger. All rows are in the order of recording, oldest first.

    A database may read ahead: whoever asks for the events of a resource or a process asks for each of them next.
    """

    def standing(self, event: str) -> Standing | None:
        """An event, the one before it on its resource, and what its corrections left of it."""

    def stock(self, resource: str) -> Stock | None:
        """A resource, or an account of what is elsewhere."""

    def process(self, id: str) -> Process | None:
        """A process."""

    def touching(self, resource: str) -> Sequence[str]:
        """The events that named or changed a resource, also those that moved the container in which it lay."""

    def touched(self, event: str) -> Sequence[str]:
        """The resources that an event named or changed: the same relation from its other side."""

    def inputs(self, process: str) -> Sequence[str]:
        """The events that are inputs of a process."""

    def outputs(self, process: str) -> Sequence[str]:
        """The events that are outputs of a process."""


@dataclass(frozen=True, slots=True)
class FoldedHistory:
    """The history of a folded state. It grows with ``add``, entry by entry, beside the ``Fold`` of the state."""

    state: State
    of_resource: dict[str, list[str]] = field(default_factory=dict)
    of_event: dict[str, tuple[str, ...]] = field(default_factory=dict)
    into: dict[str, list[str]] = field(default_factory=dict)
    out_of: dict[str, list[str]] = field(default_factory=dict)

    def add(self, entry: Entry, change: Draft) -> None:
        """Note what an entry changed: ``change`` is what ``Fold.add`` gave for it."""
        if not isinstance(entry, Event):
            return
        self.of_event[entry.id] = tuple(change.stocks)
        for resource in change.stocks:
            self.of_resource.setdefault(resource, []).append(entry.id)
        for process, side in ((entry.input_of, self.into), (entry.output_of, self.out_of)):
            if process is not None:
                side.setdefault(process, []).append(entry.id)

    def standing(self, event: str) -> Standing | None:
        """See ``History``."""
        return self.state.events.get(event)

    def stock(self, resource: str) -> Stock | None:
        """See ``History``."""
        return self.state.stocks.get(resource)

    def process(self, id: str) -> Process | None:
        """See ``History``."""
        work = self.state.works.get(id)
        return work.process if work else None

    def touching(self, resource: str) -> Sequence[str]:
        """See ``History``."""
        return self.of_resource.get(resource, ())

    def touched(self, event: str) -> Sequence[str]:
        """See ``History``."""
        return self.of_event.get(event, ())

    def inputs(self, process: str) -> Sequence[str]:
        """See ``History``."""
        return self.into.get(process, ())

    def outputs(self, process: str) -> Sequence[str]:
        """See ``History``."""
        return self.out_of.get(process, ())


def fold_history(entries: Iterable[Recorded]) -> FoldedHistory:
    """The history of a row of entries. Raises ProblemError at the first that may not be."""
    growing = Fold()
    history = FoldedHistory(growing.state)
    for entry, at in entries:
        history.add(entry, growing.add(entry, at))
    return replace(history, state=growing.state)


def history_of(state: State) -> FoldedHistory:
    """The history of a state that kept all its events, in their order: they are folded once more, without promises.

    What an event touched beside what it names is not in a state; the effects say it again.
    """
    growing, history = Fold(), FoldedHistory(state)
    for work in state.works.values():
        growing.add(work.process, LATE)
    for standing in state.events.values():
        event = replace(standing.event, fulfills=(), settles=())
        history.add(event, growing.add(event, LATE))
    return history


def named_by(event: Event) -> tuple[str | None, str | None]:
    """The record and the to-record that an event names, also where it makes them."""
    resource = event.new_resource.id if event.new_resource else event.resource
    return resource, event.new_to_resource.id if event.new_to_resource else event.to_resource


def is_undone(standing: Standing) -> bool:
    """Whether corrections left nothing of an event: then nothing came of it."""
    left = (standing.quantity, standing.effort)
    return bool(standing.corrected_by) and all(one in (None, ZERO) for one in left)
