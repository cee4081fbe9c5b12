"""Questions to the registry. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.registry.models import Agent, Identity, Token
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_file import digest
from wikivillage.web.registry.words import ERASED, HOUSEHOLD, PERSON, SOMEBODY


def find_agent(handle_or_pseudonym: str) -> Agent | None:
    """The agent that is called so now, else the one with this pseudonym, even if erased."""
    if "\0" in handle_or_pseudonym:  # PostgreSQL would not even look for it
        return None
    found = Agent.objects.filter(identity__handle=handle_or_pseudonym).first()
    return found or Agent.objects.filter(pk=handle_or_pseudonym).first()


def pseudonyms_of(handles: Iterable[str], where: str = "agent") -> dict[str, str]:
    """The pseudonym of each handle; a pseudonym stands for itself, also after its name was erased.

    ``where`` is what problems point at. Raises ProblemError with every unknown handle.
    """
    wanted = list(dict.fromkeys(handles))
    askable = [handle for handle in wanted if "\0" not in handle]
    itself = {pseudonym: pseudonym for pseudonym in Agent.objects.filter(pk__in=askable).values_list("pk", flat=True)}
    called = dict(Identity.objects.filter(handle__in=askable).values_list("handle", "agent_id"))
    found = itself | called
    problems = [unknown_agent(handle, where) for handle in wanted if handle not in found]
    if problems:
        raise ProblemError(problems)
    return {handle: found[handle] for handle in wanted}


def unknown_agent(handle: str, where: str = "agent") -> Problem:
    """That nobody is called so, and who is called nearly so."""
    close = nearest(handle, Identity.objects.values_list("handle", flat=True))
    return Problem("unknown-agent", where, f'"{handle}" is nobody here.', f'Did you mean "{close}"?' if close else "")


def names_of(pseudonyms: Iterable[str], lang: str = "en") -> dict[str, str]:
    """What people read for each pseudonym, in one query; what is no agent here is called as it is written."""
    wanted = list(dict.fromkeys(pseudonyms))
    known = dict(Agent.objects.filter(pk__in=wanted).values_list("pk", "identity__name"))
    return {pseudonym: known.get(pseudonym, pseudonym) or ERASED[lang] for pseudonym in wanted}


def names_for(viewer: Viewer, pseudonyms: Iterable[str], lang: str = "en") -> dict[str, str]:
    """What this reader reads for each pseudonym, in one query: persons and households only where they may see them.

    What is no agent here is called as it is written.
    """
    wanted = list(dict.fromkeys(pseudonyms))
    rows = Agent.objects.filter(pk__in=wanted).values_list("pk", "kind", "identity__name")
    known = {pk: _name_for(viewer, pk, kind, name, lang) for pk, kind, name in rows}
    return {pseudonym: known.get(pseudonym, pseudonym) for pseudonym in wanted}


def _name_for(viewer: Viewer, pseudonym: str, kind: str, name: str | None, lang: str) -> str:
    if name is None:
        return ERASED[lang]
    return name if may(viewer, "see", kind_of_thing(kind), owner=pseudonym) else SOMEBODY[kind][lang]


def kind_of_thing(kind: str) -> str:
    """The word of the table of permits for a kind of agents: who is outside is known like an organisation."""
    return kind if kind in (PERSON, HOUSEHOLD) else "organisation"


def private_among(pseudonyms: Iterable[str]) -> frozenset[str]:
    """Those of some agents who are persons or households: what is theirs is not for everybody, in one query."""
    wanted = list(dict.fromkeys(pseudonyms))
    if not wanted:
        return frozenset()
    return frozenset(Agent.objects.filter(pk__in=wanted, kind__in=(PERSON, HOUSEHOLD)).values_list("pk", flat=True))


def access_token(secret: str) -> Token | None:
    """The token of a secret, with its agent, or None where it opens nothing (any more).

    Only digests are compared, so that the time it takes tells nothing about a secret.
    """
    good = Token.objects.filter(revoked_at=None).select_related("agent")
    return good.filter(digest=digest(secret.encode())).first()


def list_agents(lang: str = "en") -> list[tuple[str, str, str]]:
    """Handle, kind and name of everybody, in the order of the village file and then of handles."""
    agents = Agent.objects.order_by("-listed", "position", "identity__handle")
    rows = agents.values_list("identity__handle", "kind", "identity__name")
    return [(handle or "", kind, name or ERASED[lang]) for handle, kind, name in rows]
