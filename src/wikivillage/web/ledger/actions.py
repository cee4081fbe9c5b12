"""The one way in which anything is written into the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.apply import draft
from wikivillage.flows.fold import Fold
from wikivillage.flows.kinds import Entry
from wikivillage.web.ledger.batch import Batch, Item, Written, check_agents, look_ahead, make_item
from wikivillage.web.ledger.models import Event, Note, Record
from wikivillage.web.ledger.retry import RaceLostError, retrying
from wikivillage.web.ledger.shelf import open_state, read_head
from wikivillage.web.ledger.sql import locking, select

LONGEST_NOTE = 10_000


@retrying
def record(
    *,
    entries: Sequence[Entry],
    at: datetime,
    by: str | None = None,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> list[Written]:
    """Write entries as one batch, whole or not at all; return for each its number and whether it was there already.

    ``by`` is the pseudonym of who records, ``at`` the time of recording, ``notes`` are remarks on new entries, by id.
    Raises ProblemError with every reason against the first entry that cannot be written.
    """
    with transaction.atomic():
        written = write([make_item(entry, at, by) for entry in entries])
        for one in written:
            if one.result == "created" and notes.get(one.id):
                set_note(entry=one.id, text=notes[one.id], at=at, by=by)
    return written


def write(items: Sequence[Item]) -> list[Written]:
    """Write items, each with its own time and recorder, inside a transaction of the caller's."""
    known = _known(items)
    fresh = [item for item in items if item.entry.id not in known]
    if not fresh:
        return [_told(item, known, Batch()) for item in items]
    seen = read_head()
    batch = _apply_fresh(fresh, seen.closed_until)
    head = read_head(locked=True) if locking() else seen
    if head.closed_until != seen.closed_until or (head.number != seen.number and batch.is_stale()):
        raise RaceLostError
    batch.save(head)
    return [_told(item, known, batch) for item in items]


def _known(items: Sequence[Item]) -> dict[str, int]:
    """The numbers of entries that are there already with the same text. Raises ProblemError for another text."""
    hashes = {item.entry.id: item.body_hash for item in items}
    rows = select("SELECT id, number, body_hash FROM ledger_record WHERE id IN ({ids})", list(hashes))
    first: dict[str, str] = {}
    twice = [item.entry.id for item in items if first.setdefault(item.entry.id, item.body_hash) != item.body_hash]
    problems = [_taken(id) for id in (*(id for id, _, body_hash in rows if hashes[id] != body_hash), *twice)]
    if problems:
        raise ProblemError(problems)
    return {id: number for id, number, _ in rows}


def _taken(id: str) -> Problem:
    hint = "Give each entry an id of its own; to change what was recorded, correct it."
    return Problem("exists-with-different-body", id, "is the id of something else that was recorded.", hint)


def _apply_fresh(items: Sequence[Item], closed_until: datetime | None) -> Batch:
    """Let the rules work on entries that are not known. Whoever is refused because somebody else has just written the
    very same entry has lost a race: tried again, it is told that the entry exists."""
    try:
        return _apply(items, closed_until)
    except ProblemError:
        if _known(items):
            raise RaceLostError from None
        raise


def _apply(items: Sequence[Item], closed_until: datetime | None) -> Batch:
    """Let the rules work on each new entry in turn; the same entry twice in a batch is one."""
    check_agents(items)
    state: Any = open_state(closed_until, min(item.at for item in items))
    growing = Fold(state)
    batch = Batch(is_stale=lambda: state.contents.is_stale() or state.events.is_stale())
    look_ahead(growing.state, items)
    for item in items:
        if item.entry.id not in batch.places:
            change = draft(item.entry, growing.state, item.at)
            batch.add(item, change)
            growing.absorb(change)
    return batch


def _told(item: Item, known: dict[str, int], batch: Batch) -> Written:
    id = item.entry.id
    return Written(id, "exists", known[id], None) if id in known else batch.written[id]


def set_note(*, entry: str, text: str, at: datetime, by: str | None = None) -> Note | None:
    """Put a remark on an entry in place of the one before; an empty one takes it away. Nothing else can be changed.

    Raises ProblemError when there is no such entry, or the remark is too long.
    """
    if not Record.objects.filter(id=entry).exists():
        raise ProblemError([Problem("not-found", entry, "there is no entry of this id.")])
    if len(text) > LONGEST_NOTE:
        raise ProblemError([Problem("note-too-long", entry, f"a remark has at most {LONGEST_NOTE} characters.")])
    if not text:
        Note.objects.filter(pk=entry).delete()
        return None
    note, _ = Note.objects.update_or_create(pk=entry, defaults={"text": text, "author_id": by, "written_at": at})
    return note


def erase_notes(*, agent: str) -> int:
    """Remove what an agent remarked, and what was remarked on what the agent did. Returns how many."""
    theirs = Event.objects.filter(Q(provider=agent) | Q(receiver=agent)).values("id")
    number, _ = Note.objects.filter(Q(author=agent) | Q(entry__in=theirs)).delete()
    return int(number)
