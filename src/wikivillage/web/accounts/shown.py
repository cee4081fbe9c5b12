"""Roles and memberships in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise

from wikivillage.web.accounts.queries import memberships_of
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Circle, Place
from wikivillage.web.registry.roles import ROLES
from wikivillage.web.registry.viewer import Role


@dataclass(frozen=True, slots=True)
class ShownRole:
    """A role and what it is for; ``scope`` is the name of a circle or a place, empty for the whole village."""

    name: Promise
    purpose: Promise
    scope: str


@dataclass(frozen=True, slots=True)
class ShownMembership:
    """Where somebody belongs, as what, and since when."""

    name: str
    role: str
    since: datetime


def roles_shown(roles: Iterable[Role]) -> list[ShownRole]:
    """Roles, the highest first."""
    known = sorted((role for role in roles if role.word in ROLES), key=lambda role: (-ROLES[role.word].rank, role.word))
    names = _scope_names({role.scope for role in known if role.scope})
    return [
        ShownRole(ROLES[role.word].name, ROLES[role.word].purpose, names.get(role.scope or "", role.scope or ""))
        for role in known
    ]


def _scope_names(ids: set[str]) -> dict[str, str]:
    from django.utils.translation import get_language

    column = "name_fr" if (get_language() or "fr").startswith("fr") else "name_en"
    if not ids:
        return {}
    return {
        pk: name for table in (Circle, Place) for pk, name in table.objects.filter(pk__in=ids).values_list("pk", column)
    }


def memberships_shown(agent: str, at: datetime, lang: Literal["en", "fr"]) -> list[ShownMembership]:
    """Where somebody belongs now."""
    rows = memberships_of(agent).filter(holding(at))
    return [ShownMembership(_name(row, lang), row.role, row.since) for row in rows]


def _name(row: object, lang: str) -> str:
    circle, body = getattr(row, "circle", None), getattr(row, "body", None)
    if circle is not None:
        return str(getattr(circle, f"name_{lang}"))
    return str(getattr(getattr(body, "identity", None), "name", ""))
