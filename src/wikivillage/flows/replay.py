"""Replay of published cases: what is given, step by step, and whether the ledger then says what is expected.

The format is ``wikivillage-ledger-cases/1``: given agents, resources, processes and commitments; steps that are
events, claims, bookings, two-phase transfers and their endings; expected stocks, promises, refusals and orders. A case
is played on any ``Book``: the pure fold, a database, the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from wikivillage.base.problems import ProblemError
from wikivillage.flows.expectations import differences
from wikivillage.flows.kinds import Entry, Standing, State
from wikivillage.flows.replay_opening import opening
from wikivillage.flows.replay_steps import WRITERS, Scene
from wikivillage.flows.replay_words import NotPlayedError, expected_of, is_refusal, moment, named_step
from wikivillage.flows.wire import read_entry

PLAYED_AT = datetime(2030, 1, 1, tzinfo=UTC)
"""The clock of a case that names none: after all that the published cases tell of."""


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
    """What a case came to: its differences from what was expected, none if it passed.

    ``not_played`` is why it could not be played, and then it is neither right nor wrong. ``remarks`` are for people.
    """

    case: str
    status: str
    title: str
    checked: int = 0
    differences: tuple[str, ...] = ()
    not_played: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """``right``, ``wrong`` or ``not played``; a case that expects nothing was not played."""
        if self.differences:
            return "wrong"
        return "not played" if self.not_played or not self.checked else "right"


def outcome_of(case: Mapping[str, Any], **found: Any) -> Outcome:
    """An outcome with the words that the case has for itself."""
    return Outcome(str(case["id"]), str(case.get("status", "")), str(case.get("title", "")), **found)


def replay(case: Mapping[str, Any], book: Book) -> Outcome:
    """Play one case on an empty book. Raises NotPlayedError for a case of another kind."""
    given = case.get("given") or {}
    player = _Player(book, _first_moment(case))
    found = [*player.open(given)]
    for number, step in enumerate(case.get("steps") or (), 1):
        found += [f"step {number}: {each}" for each in player.step(step)]
    found += [f"end: {each}" for each in player.compare(case.get("expect") or {}, None)]
    remarks = tuple(player.remarks)
    return outcome_of(case, checked=player.checked, differences=tuple(found), remarks=remarks)


def _first_moment(case: Mapping[str, Any]) -> datetime:
    """When a case begins by its own clock: given, or that of its first step that has one."""
    given = case.get("given") or {}
    steps = [step for step in case.get("steps") or () if isinstance(step, Mapping)]
    named = [given[key] for key in ("now", "clock", "at", "time") if key in given]
    named += [step[key] for step in steps for key in CLOCKS if isinstance(step.get(key), str)]
    return moment(named[0], PLAYED_AT) if named else PLAYED_AT


CLOCKS = ("at", "now", "t", "time")
"""Keys beside a step that set the clock."""


class _Player:
    def __init__(self, book: Book, at: datetime) -> None:
        self.book, self.begun, self.at, self.checked = book, at, at, 0
        self.opening: set[str] = set()
        self.remarks: list[str] = []

    def open(self, given: Mapping[str, Any]) -> Iterator[str]:
        """Write what is given as entries of their own."""
        for entry in opening(given, self.at):
            self.opening.add(entry.id)
            try:
                self.book.write([entry], self.at)
            except ProblemError as error:
                yield f"given: {error}"

    def step(self, step: Mapping[str, Any]) -> Iterator[str]:
        """Play one step and compare what it should come to."""
        self._advance(step)
        name, body = named_step(step)
        expected = expected_of(step)
        wanted = expected.pop("reject", None)
        before = self.book.state() if wanted is not None else None
        refused, result = None, "created"
        try:
            result = self._play(name, body)
        except ProblemError as error:
            refused = [problem.code for problem in error.problems]
            self._understood(error, wanted)
        yield from self._refusal(wanted, refused)
        if refused is not None and before is not None and before != self.book.state():
            yield "refused, and yet something has changed"
        id = body.get("id") if isinstance(body, Mapping) else None
        previous = self.book.state().events.get(str(id))
        yield from self.compare(expected, previous, result)

    def compare(self, expected: Mapping[str, Any], event: Standing | None, result: str = "") -> Iterator[str]:
        """What is otherwise than expected."""
        state, listed = self.book.state(), self.book.listed
        told = {key: value for key, value in expected.items() if (key, value) != ("result", None)}
        found = differences(told, state, event, opening=self.opening, listed=listed, at=self.at, result=result)
        self.checked += found.checked
        yield from found.lines

    def _advance(self, step: Mapping[str, Any]) -> None:
        """The clock goes on with each step, or to where the step says that it is."""
        self.at += timedelta(milliseconds=1)
        for key in CLOCKS:
            if step.get(key) is not None:
                self.at = max(self.at, moment(step[key], self.begun))

    def _play(self, name: str, body: Any) -> str:
        scene = Scene(self.book.state(), self.at)
        entries = [read_entry(written, kind) for kind, written in WRITERS[name](body, scene)]
        self.at = max(self.at, scene.at)
        return self.book.write(entries, self.at)

    def _understood(self, error: ProblemError, wanted: Any) -> None:
        """A key that we do not know is a form of case that we do not know, unless just that is to be refused."""
        unknown = [problem for problem in error.problems if problem.code == "unknown-key"]
        if unknown and wanted is None:
            raise NotPlayedError(str(unknown[0]))

    def _refusal(self, wanted: Any, refused: list[str] | None) -> Iterator[str]:
        if wanted is None or wanted is False:
            if refused is not None:
                yield f"refused with {', '.join(refused)}, though nothing was wrong"
            return
        self.checked += 1
        if refused is None:
            yield f"accepted, though {'a refusal' if wanted is True else wanted} was expected"
            return
        same = is_refusal(wanted, refused)
        if same is None:
            self.remarks.append(f'refused with {", ".join(refused)}; "{wanted}" is no word for a refusal known here')
        elif not same:
            yield f"refused with {', '.join(refused)}, not {wanted}"
