"""Who looks at a page: their agent, their roles, whom they act for. Found once for each request."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Role:
    """A role that somebody holds now; ``scope`` is a circle's or a place's id, None for the whole village."""

    word: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. ``agent``: their pseudonym, None for a visitor; ``acts_for``: households, wards and the like."""

    agent: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    acts_for: frozenset[str] = field(default_factory=frozenset)

    def holds(self, word: str, scope: str | None = None) -> bool:
        """Whether they hold a role for all of the village, or for this scope."""
        return Role(word) in self.roles or (scope is not None and Role(word, scope) in self.roles)


VISITOR = Viewer()


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks, by the session of the request."""
    user = getattr(request, "user", None)
    agent = getattr(user, "agent_id", None)
    return Viewer(agent) if agent else VISITOR
