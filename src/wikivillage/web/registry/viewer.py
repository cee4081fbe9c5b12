"""Who looks at a page: their agent, their roles, whom they act for. Found once for each request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Value
from django.http import HttpRequest
from django.utils import timezone

from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Guardianship, Membership, Place, RoleGrant
from wikivillage.web.registry.roles import MEMBER, MEMBERS, PLACE, ROLES
from wikivillage.web.registry.words import HOUSEHOLD

METHODS = "account_authentication_methods"
"""Where allauth notes in a session how somebody signed in."""

SECOND_FACTOR = "mfa"
"""How it calls a code of an app, a passkey and a recovery code."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that somebody holds now; ``scope`` is a circle's or a place's id, None for the whole village."""

    word: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. ``agent``: their pseudonym, None for a visitor; ``acts_for``: households, wards and the like.

    ``waiting`` are roles that they hold and that count only after a second factor.
    """

    agent: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    acts_for: frozenset[str] = field(default_factory=frozenset)
    waiting: frozenset[Role] = field(default_factory=frozenset)

    def holds(self, word: str, scope: str | None = None) -> bool:
        """Whether they hold a role for all of the village, or for this scope."""
        return Role(word) in self.roles or (scope is not None and Role(word, scope) in self.roles)

    def owns(self, owner: str | None) -> bool:
        """Whether something of this agent is theirs: their own, or of somebody for whom they act."""
        return self.agent is not None and owner is not None and (owner == self.agent or owner in self.acts_for)


VISITOR = Viewer()


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks, by the session of the request; asked of the database once."""
    found: Viewer | None = getattr(request, "registry_viewer", None)
    if found is None:
        user = getattr(request, "user", None)
        agent = getattr(user, "agent_id", None) if getattr(user, "is_active", False) else None
        found = viewer(agent, at=timezone.now(), second_factor=has_second_factor(request)) if agent else VISITOR
        request.registry_viewer = found
    return found


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with more than a password or a code by e-mail."""
    methods = getattr(request, "session", {}).get(METHODS, ())
    return any(method.get("method") == SECOND_FACTOR for method in methods)


def viewer(agent: str, *, at: datetime, second_factor: bool) -> Viewer:
    """What an agent is at a moment; who was erased is a visitor."""
    facts = list(_facts(agent, at))
    if ("agent", agent, "", "") not in facts:
        return VISITOR
    held = frozenset(_held([fact[1:] for fact in facts if fact[0] == "role"]))
    waiting = frozenset(role for role in held if ROLES[role.word].second_factor and not second_factor)
    member = {Role(MEMBER)} if any(role.word in MEMBERS for role in held) else set()
    acts_for = frozenset(word for what, word, *_ in facts if what == "for")
    return Viewer(agent, (held - waiting) | member, acts_for, waiting)


def _facts(agent: str, at: datetime) -> Iterable[tuple[str, str, str, str]]:
    """That the agent is there, each role, and each household and ward, in one query."""
    none = Value("")
    there = Agent.objects.filter(pk=agent, erased_at=None).values_list(Value("agent"), "pk", none, none)
    roles = RoleGrant.objects.filter(holding(at), agent=agent).values_list(Value("role"), "word", "scope_kind", "scope")
    homes = Membership.objects.filter(holding(at), agent=agent, body__kind=HOUSEHOLD)
    wards = Guardianship.objects.filter(holding(at), guardian=agent)
    return there.union(
        roles,
        homes.values_list(Value("for"), F("body_id"), none, none),
        wards.values_list(Value("for"), F("ward_id"), none, none),
    )


def _held(grants: Iterable[tuple[str, str, str]]) -> Iterable[Role]:
    """Each role once for its scope; one for a place counts also in every place inside of it."""
    grants = list(grants)
    inside = dict(Place.objects.values_list("pk", "inside")) if any(kind == PLACE for _, kind, _ in grants) else {}
    for word, kind, scope in grants:
        yield Role(word, scope or None)
        if kind == PLACE:
            yield from (Role(word, place) for place in inside if scope in _around(place, inside))


def _around(place: str, inside: dict[str, str | None]) -> set[str]:
    """The places in which a place is."""
    found: set[str] = set()
    outer = inside.get(place)
    while outer is not None and outer not in found:
        found.add(outer)
        outer = inside.get(outer)
    return found
