"""Between the names that clients use and the pseudonyms that the ledger keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Entry, Event, NewStock
from wikivillage.web.ledger.batch import agents_of
from wikivillage.web.registry.models import Identity
from wikivillage.web.registry.queries import pseudonyms_of

FIELDS = ("provider", "receiver", "recorded_by")
PSEUDONYM = re.compile(r"p-[0-9a-f]{16}")
KEYS = ("provider", "receiver", "recordedBy", "primaryAccountable", "custodian")


def with_pseudonyms(entries: Sequence[Entry]) -> list[Entry]:
    """Entries with every agent by its pseudonym. Raises ProblemError for all that are unknown."""
    known: dict[str, str] = {}
    problems: list[Problem] = []
    for entry in entries:
        try:
            known |= pseudonyms_of(agents_of(entry) - known.keys(), where=entry.id)
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)
    return [_renamed(entry, known) for entry in entries]


def in_their_words(error: ProblemError) -> ProblemError:
    """The same problems with agents called by their handles, for the person who will read them."""
    texts = call_by_handle([text for one in error.problems for text in (one.what, one.hint)])
    pairs = zip(error.problems, texts[::2], texts[1::2], strict=True)
    return ProblemError(replace(one, what=what, hint=hint) for one, what, hint in pairs)


def call_by_handle(texts: Sequence[str]) -> list[str]:
    """Texts in which agents that have a name are called by it."""
    found = {word for text in texts for word in PSEUDONYM.findall(text)}
    handles = dict(Identity.objects.filter(agent_id__in=found).values_list("agent_id", "handle"))
    return [PSEUDONYM.sub(lambda word: handles.get(word.group(), word.group()), text) for text in texts]


def signed(entries: Sequence[Entry], agent: str, *, steward: bool) -> list[Entry]:
    """Entries as recorded by an agent; only a steward records in another's name, or in nobody's."""
    if steward:
        return list(entries)
    found = [
        Problem("not-authorised", f"{one.id} recordedBy", f"{one.recorded_by} is not you.", "Leave it out.")
        for one in entries
        if isinstance(one, Event) and one.recorded_by not in (None, agent)
    ]
    if found:
        raise ProblemError(found)
    return [replace(one, recorded_by=agent) if isinstance(one, Event) else one for one in entries]


def with_handles(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Plain records with the agents that have a name called by it; the erased keep their pseudonym."""
    listed = list(records)
    pseudonyms = {one[key] for one in listed for key in KEYS if one.get(key)}
    handles = dict(Identity.objects.filter(agent_id__in=pseudonyms).values_list("agent_id", "handle"))
    return [{key: handles.get(value, value) if key in KEYS else value for key, value in one.items()} for one in listed]


def _renamed(entry: Entry, known: dict[str, str]) -> Entry:
    changed = {name: known[value] for name in FIELDS if (value := getattr(entry, name, None))}
    if isinstance(entry, Event):
        for name in ("new_resource", "new_to_resource"):
            new: NewStock | None = getattr(entry, name)
            if new:
                changed[name] = _renamed_stock(new, known)  # type: ignore[assignment]
    return replace(entry, **changed) if changed else entry  # type: ignore[arg-type]


def _renamed_stock(new: NewStock, known: dict[str, str]) -> NewStock:
    owner, holder = new.primary_accountable, new.custodian
    return replace(
        new,
        primary_accountable=known[owner] if owner else None,
        custodian=known[holder] if holder else None,
    )
