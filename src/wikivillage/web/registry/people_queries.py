"""Questions about people for pages: the directory, one agent with all that is said of them, circles, who holds what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Circle, Consent, Guardianship, Membership, Place, RoleGrant
from wikivillage.web.registry.people_actions import slug
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import kind_of_thing, names_for
from wikivillage.web.registry.roles import CIRCLE, PLACE, ROLES
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the directory: who, what they run, their roles and circles."""

    agent: str
    kind: str
    name: str
    places: tuple[str, ...]
    roles: tuple[str, ...]
    circles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds, in words; ``row`` is what ends it."""

    row: RoleGrant
    who: str
    role: str
    where: str


def directory(viewer: Viewer, *, at: datetime, lang: str, search: str = "", kind: str = "") -> list[Listed]:
    """Whoever this reader may find, by name: bodies, whoever agreed to be found, and for stewards everybody."""
    rows = Agent.objects.filter(erased_at=None).exclude(identity=None).values_list("pk", "kind", "identity__name")
    shown = findable(viewer, at)
    wanted = slug(search)
    found = [
        (pk, its, name)
        for pk, its, name in rows
        if (not kind or its == kind) and wanted in slug(name) and _may_find(viewer, pk, its, shown)
    ]
    keys = [pk for pk, *_ in found]
    places, roles, circles = _places(keys, lang), _roles(viewer, keys, at), _circles(viewer, keys, at, lang)
    lines = [
        Listed(pk, its, name, places.get(pk, ()), roles.get(pk, ()), circles.get(pk, ())) for pk, its, name in found
    ]
    return sorted(lines, key=lambda line: slug(line.name))


def findable(viewer: Viewer, at: datetime) -> frozenset[str]:
    """Who agreed to be found by members; nobody for those who are none."""
    if not may(viewer, "see", "person"):
        return frozenset()
    return frozenset(Consent.objects.filter(purpose="directory", withdrawn_at=None).values_list("agent_id", flat=True))


def _may_find(viewer: Viewer, pk: str, kind: str, shown: frozenset[str]) -> bool:
    if kind_of_thing(kind) == ORGANISATION:
        return True
    return pk in shown or may(viewer, "list", kind, owner=pk)


def _gathered(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for pk, word in pairs:
        if str(word) not in found.setdefault(pk, []):
            found[pk].append(str(word))
    return {pk: tuple(words) for pk, words in found.items()}


def _places(keys: list[str], lang: str) -> dict[str, tuple[str, ...]]:
    rows = Place.objects.exclude(run_by=None).order_by("position").values_list("run_by_id", f"name_{lang}")
    return _gathered((pk, name) for pk, name in rows if pk in set(keys))


def _roles(viewer: Viewer, keys: list[str], at: datetime) -> dict[str, tuple[str, ...]]:
    if not may(viewer, "see", "role"):
        return {}
    rows = RoleGrant.objects.filter(holding(at)).order_by("since").values_list("agent_id", "word")
    wanted = set(keys)
    return _gathered((pk, ROLES[word].name) for pk, word in rows if pk in wanted)


def _circles(viewer: Viewer, keys: list[str], at: datetime, lang: str) -> dict[str, tuple[str, ...]]:
    if not may(viewer, "see", "membership"):
        return {}
    rows = Membership.objects.filter(holding(at)).exclude(circle=None).values_list("agent_id", f"circle__name_{lang}")
    wanted = set(keys)
    return _gathered((pk, name) for pk, name in rows.order_by("circle") if pk in wanted)


def memberships_of(agent: Agent, at: datetime) -> list[Membership]:
    """What an agent belongs to now or will, and who belongs to them, with both sides."""
    rows = Membership.objects.filter(Q(agent=agent) | Q(body=agent)).exclude(until__lte=at)
    return list(rows.select_related("circle", "body").order_by("since", "pk"))


def guardianships_of(agent: Agent, at: datetime) -> list[Guardianship]:
    """Who acts for an agent, and for whom they act, now or in future."""
    rows = Guardianship.objects.filter(Q(ward=agent) | Q(guardian=agent)).exclude(until__lte=at)
    return list(rows.order_by("since", "pk"))


def all_guardianships(at: datetime) -> list[Guardianship]:
    """Who acts for whom, now or in future."""
    return list(Guardianship.objects.exclude(until__lte=at).order_by("since", "pk"))


@dataclass(frozen=True, slots=True)
class CircleLine:
    """A working group in a list."""

    id: str
    name: str
    purpose: str
    count: int


def circles(*, at: datetime, lang: str) -> list[CircleLine]:
    """The working groups, and how many are in each."""
    now = Count("members", filter=holding(at, "members__"))
    rows = Circle.objects.annotate(count=now).values_list("pk", f"name_{lang}", "purpose", "count")
    return sorted((CircleLine(*row) for row in rows), key=lambda line: slug(line.name))


def members_of_circle(circle: Circle, at: datetime) -> list[Membership]:
    """Who is in a working group now or will be."""
    return list(circle.members.exclude(until__lte=at).order_by("since", "pk"))


def consents_of(agents: Iterable[str]) -> dict[str, dict[str, Consent]]:
    """The consents that each agent has given and not taken back, by purpose."""
    found: dict[str, dict[str, Consent]] = {pk: {} for pk in agents}
    for consent in Consent.objects.filter(agent__in=list(found), withdrawn_at=None):
        found[consent.agent_id][consent.purpose] = consent
    return found


def grants(
    viewer: Viewer,
    *,
    at: datetime,
    lang: str,
    agent: str | None = None,
    scope: str | None = None,
    over: bool = False,
) -> list[Grant]:
    """Who holds what, those that hold now and will, or only what is ``over``; stewards first."""
    rows = RoleGrant.objects.filter(until__lte=at) if over else RoleGrant.objects.exclude(until__lte=at)
    wanted = {"agent": agent, "scope": scope}
    rows = rows.filter(**{key: value for key, value in wanted.items() if value is not None})
    ordered = sorted(rows, key=lambda row: (-ROLES[row.word].rank, row.word, row.since, row.pk))
    names, scopes = names_for(viewer, [row.agent_id for row in ordered], lang), scope_names(lang)
    return [
        Grant(row, names[row.agent_id], str(ROLES[row.word].name), scopes.get((row.scope_kind, row.scope), row.scope))
        for row in ordered
    ]


def scope_names(lang: str) -> dict[tuple[str, str], str]:
    """What each circle and each place is called, by kind and id."""
    circles = {(CIRCLE, pk): name for pk, name in Circle.objects.order_by("pk").values_list("pk", f"name_{lang}")}
    places = Place.objects.order_by("position").values_list("pk", f"name_{lang}")
    return {("", ""): "", **circles, **{(PLACE, pk): name for pk, name in places}}


def find_by_name(words: str) -> list[Agent]:
    """Whom these words may mean: a handle exactly, else everybody of this name."""
    agents = Agent.objects.filter(erased_at=None).exclude(identity=None).select_related("identity")
    wanted = words.strip()
    if not wanted or "\0" in wanted:
        return []
    by_handle = agents.filter(identity__handle=wanted).first()
    return [by_handle] if by_handle else [one for one in agents if slug(one.identity.name) == slug(wanted)]


def handles_and_names(*kinds: str) -> list[tuple[str, str]]:
    """The handle and name of everybody of some kinds, to choose from."""
    rows = Agent.objects.filter(kind__in=kinds or (PERSON, HOUSEHOLD, ORGANISATION), erased_at=None)
    return list(
        rows.exclude(identity=None).order_by("identity__name").values_list("identity__handle", "identity__name")
    )
