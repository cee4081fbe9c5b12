"""The ledger as a book on which published cases are played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from wikivillage.flows.kinds import Entry, State
from wikivillage.flows.replay import Outcome, can_replay, replay
from wikivillage.web.ledger import queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.batch import agents_of
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.registry.models import Agent


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


def replay_case(case: Mapping[str, Any]) -> Outcome:
    """Play a case on the database and take everything back; the ledger is checked at its end."""
    with _taken_back():
        outcome = replay(case, LedgerBook())
        audit = check_ledger()
        found = [*outcome.differences, *(f"check: {each}" for each in audit.differences)]
        return Outcome(outcome.case, outcome.status, outcome.title, outcome.checked, tuple(found))


def cases_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cases of a file that the ledger can play by itself."""
    return (case for case in document["cases"] if can_replay(case))


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
