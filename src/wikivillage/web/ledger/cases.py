"""Published cases of every kind, read from a file and played: on the ledger, by the planner, by the connectors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.connectors.replay_meters import is_about_meters, replay_meter
from wikivillage.flows.kinds import Entry, State
from wikivillage.flows.replay import Outcome, outcome_of, replay
from wikivillage.flows.replay_plans import is_about_plans, replay_plan
from wikivillage.flows.replay_words import NotPlayedError
from wikivillage.web.ledger import queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.batch import agents_of
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.overlapping import is_about_overlaps, replay_overlaps
from wikivillage.web.ledger.races import is_about_races, replay_race
from wikivillage.web.registry.models import Agent

FORMAT = "wikivillage-ledger-cases/1"
Case = Mapping[str, Any]


class LedgerBook:
    """Plays on the database at hand; agents are registered as they are named."""

    def write(self, entries: Sequence[Entry], at: datetime) -> str:
        """Write entries as one batch: ``created`` or ``exists``. Raises ProblemError."""
        names = {name for entry in entries for name in agents_of(entry)}
        for name in names - set(Agent.objects.values_list("pk", flat=True)):
            Agent.objects.create(pseudonym=name, kind="organisation", created_at=at)
        written = record(entries=entries, at=at)
        return written[-1].result if written else "created"

    def state(self) -> State:
        """Everything that the tables say."""
        return queries.whole_state()

    def listed(self, what: str) -> list[str]:
        """The ids of ``events`` or ``resources``, newest first."""
        if what == "events":
            return list(queries.events().exclude(id__startswith="open-").values_list("id", flat=True))
        return list(queries.stocks().values_list("id", flat=True))


def replay_ledger(case: Case) -> Outcome:
    """Play a case on the database and take everything back; the ledger is checked at its end."""
    with _taken_back():
        outcome = replay(case, LedgerBook())
        audit = check_ledger()
        found = [*outcome.differences, *(f"check: {each}" for each in audit.differences)]
        return outcome_of(case, checked=outcome.checked, differences=tuple(found), remarks=outcome.remarks)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


PLAYERS: tuple[tuple[Callable[[Case], bool], Callable[[Case], Outcome]], ...] = (
    (is_about_plans, replay_plan),
    (is_about_meters, replay_meter),
    (is_about_races, replay_race),
    (is_about_overlaps, replay_overlaps),
    (lambda case: True, replay_ledger),
)
"""What a case is about, and who plays it: the first that fits."""

MISREAD = (NotPlayedError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a case of a form that nobody foresaw ends in; one of them must not stop the others."""


def replay_any(case: Case) -> Outcome:
    """Play a case of any kind. What cannot be played says why, and is neither right nor wrong."""
    try:
        outcome = next(play for fits, play in PLAYERS if fits(case))(case)
    except ProblemError as error:
        return outcome_of(case, not_played=f"what is given cannot be read: {error}")
    except MISREAD as error:
        told = str(error) if isinstance(error, NotPlayedError) else f"{type(error).__name__}: {error}"
        return outcome_of(case, not_played=f"its form is not understood: {told}")
    if not outcome.checked and not outcome.differences:
        return outcome_of(case, not_played="it expects nothing")
    return outcome


def load_cases(path: Path) -> list[Case]:
    """The cases of a file in the format ``wikivillage-ledger-cases/1``. Raises ProblemError."""
    document = _read(path)
    if isinstance(document, Mapping) and document.get("format", FORMAT) != FORMAT:
        what = f'the format "{document["format"]}" is not known here.'
        raise ProblemError([Problem("cases-format", str(path), what, f"{FORMAT} is.")])
    cases = document.get("cases") if isinstance(document, Mapping) else document
    if not isinstance(cases, list) or not cases:
        hint = f'Write {{"format": "{FORMAT}", "cases": [...]}}.'
        raise ProblemError([Problem("no-cases", str(path), "there is no list of cases in it.", hint)])
    problems = [*_problems(cases, path)]
    if problems:
        raise ProblemError(problems)
    return cases


def choose_case(cases: Sequence[Case], id: str | None, path: Path) -> list[Case]:
    """All cases, or the one that is named. Raises ProblemError where there is none."""
    chosen = [case for case in cases if id in (None, case["id"])]
    if not chosen:
        close = nearest(str(id), [case["id"] for case in cases])
        hint = f"Did you mean {close}?" if close else ""
        raise ProblemError([Problem("unknown-case", str(path), f"there is no case {id} in it.", hint)])
    return chosen


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError([Problem("no-file", str(path), f"cannot be read: {error}.", "")]) from error
    except (ValueError, RecursionError) as error:
        raise ProblemError([Problem("not-json", str(path), f"is not JSON: {error}.", "")]) from error


def _problems(cases: Sequence[Any], path: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, case in enumerate(cases, 1):
        where = f"{path} case {number}"
        if not isinstance(case, Mapping):
            yield Problem("case-shape", where, "a case is a JSON object.", "")
        elif not isinstance(case.get("id"), str) or not case["id"]:
            yield Problem("case-without-id", where, "a case needs an id.", "")
        elif case["id"] in seen:
            yield Problem("case-twice", where, f"{case['id']} is the id of an earlier case.", "")
        else:
            seen.add(case["id"])
            yield from _shape(case, where)


SHAPES: tuple[tuple[str, type, str], ...] = (
    ("given", Mapping, "an object"),
    ("steps", list, "a list"),
    ("expect", Mapping, "an object"),
)


def _shape(case: Case, where: str) -> Iterator[Problem]:
    for key, type_, words in SHAPES:
        if case.get(key) is not None and not isinstance(case[key], type_):
            yield Problem("case-shape", f"{where} {key}", f"{key} is {words}.", "")
