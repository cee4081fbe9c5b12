"""Writing a village file into the registry: all of it in one transaction, in place of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import kinds
from wikivillage.model.dump import village_trees
from wikivillage.model.kinds import Village
from wikivillage.web.registry.actions import add_agent, check_handle, check_kind, check_text, record_change
from wikivillage.web.registry.models import Agent, DataFile, Definition, Identity, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.rows import definition_rows, place_rows, recipe_rows, resource_rows
from wikivillage.web.registry.village_file import Differences, compare, digest, file_ids, with_files
from wikivillage.web.registry.words import PERSON


@transaction.atomic
def record_village(*, village: Village, base: Path, at: datetime, by: str = "", dry_run: bool = False) -> Differences:
    """Put a village, whose files are relative to ``base``, in place of the one in the database; what that changes.

    Agents that it does not name any more stay, unlisted: they may have events. ``dry_run`` writes nothing.
    Raises ProblemError with every agent that cannot be recorded: unknown-kind, kind-changed, bad-handle, bad-name.
    """
    kept, files = with_files(village, base)
    trees = village_trees(kept)
    known = _known_agents(village)
    problems = [problem for agent in village.agents.values() for problem in _check_agent(agent, known.get(agent.id))]
    if problems:
        raise ProblemError(problems)
    differences = compare(trees, files)
    if not dry_run:
        _record_agents(village, known, at, by)
        pseudonyms = {id: pseudonym for pseudonym, id in file_ids().items()}
        _replace(Place, place_rows(kept, trees, pseudonyms))
        _replace(ResourceKind, resource_rows(kept))
        _replace(RecipeEntry, recipe_rows(kept))
        Definition.objects.all().delete()
        Definition.objects.bulk_create(definition_rows(trees, pseudonyms))
        _record_files(files)
        record_change("record_village", "village", at=at, by=by)
    return differences


def _known_agents(village: Village) -> dict[str, Agent]:
    """The agents that the registry has already, by the id that the file has for them.

    That is their handle, or the word for an erased one, or a pseudonym that was once their id in the file.
    """
    agents, words = Agent.objects.in_bulk(), file_ids()
    renamed = {id: agent for id, agent in agents.items() if agent.erased_at is None and words[id] not in village.agents}
    called = {id: agents[pseudonym] for pseudonym, id in words.items()}
    return {id: agent for id, agent in {**renamed, **called}.items() if id in village.agents}


def _check_agent(agent: kinds.Agent, known: Agent | None) -> list[Problem]:
    """Why an agent of the file cannot be recorded."""
    where = f"agents.{agent.id}"
    if known is not None and known.erased_at is not None:
        return []
    problems = [*check_kind(agent.kind, where), *check_text("name", agent.name, where)]
    if known is None:
        return [*problems, *check_handle(agent.id)]
    if not problems and known.kind != agent.kind and PERSON in (known.kind, agent.kind):
        what = f"is a {agent.kind} in this file and a {known.kind} in the database."
        hint = "Give the new one an id of its own: a person has another pseudonym in the ledger."
        problems.append(Problem("kind-changed", where, what, hint))
    return problems


def _record_agents(village: Village, known: Mapping[str, Agent], at: datetime, by: str) -> None:
    """Names and kinds as the file says them; what is collective keeps its id as pseudonym where that is free."""
    Agent.objects.filter(listed=True).update(listed=False)
    for position, entry in enumerate(village.agents.values()):
        agent = known.get(entry.id)
        if agent is None:
            public = entry.kind != PERSON and not Agent.objects.filter(pk=entry.id).exists()
            pseudonym = entry.id if public else None
            agent = add_agent(handle=entry.id, kind=entry.kind, name=entry.name, at=at, pseudonym=pseudonym, by=by)
        kind = entry.kind if agent.erased_at is None else agent.kind
        Agent.objects.filter(pk=agent.pk).update(listed=True, position=position, kind=kind)
        Identity.objects.filter(agent=agent).update(handle=entry.id, name=entry.name)


def _replace(table: Any, rows: list[Any]) -> None:
    """Rows by id: new ones in, changed ones changed, the others out."""
    fields = [field.name for field in table._meta.fields if not field.primary_key]
    table.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    table.objects.exclude(pk__in=[row.pk for row in rows]).delete()


def _record_files(files: Mapping[str, bytes]) -> None:
    """The files that the village reads, and no others."""
    DataFile.objects.exclude(path__in=files).delete()
    rows = [DataFile(path=path, sha256=digest(content), content=content) for path, content in files.items()]
    changes = ["sha256", "content"]
    DataFile.objects.bulk_create(rows, update_conflicts=True, unique_fields=["path"], update_fields=changes)
