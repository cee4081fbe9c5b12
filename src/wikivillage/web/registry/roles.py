"""The roles that somebody can hold: what each is for, where it can count, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VILLAGE, CIRCLE, PLACE = "", "circle", "place"
"""Where a role counts: in all of the village, in one circle, in one place and what is inside of it."""

SCOPE_WORDS: dict[str, Promise] = {
    VILLAGE: _("in the whole village"),
    CIRCLE: _("in one circle"),
    PLACE: _("in one place"),
}

VISITOR, KIOSK, MEMBER, CIRCLE_LEAD = "visitor", "kiosk", "member", "circle_lead"
TREASURER, AUDITOR, STEWARD = "treasurer", "auditor", "steward"


@dataclass(frozen=True, slots=True)
class RoleKind:
    """A kind of role. Nobody gives a role above their own ``rank``; ``counts`` are the scopes that it can have."""

    name: Promise
    purpose: Promise
    rank: int
    counts: tuple[str, ...] = (VILLAGE,)
    second_factor: bool = False


ROLES: dict[str, RoleKind] = {
    MEMBER: RoleKind(pgettext_lazy("role", "member"), _("knows the others by name, joins circles"), 1),
    KIOSK: RoleKind(
        pgettext_lazy("role", "kiosk"), _("a screen at a door, which notes what happens there"), 1, (VILLAGE, PLACE)
    ),
    CIRCLE_LEAD: RoleKind(pgettext_lazy("role", "circle lead"), _("looks after one working group"), 2, (CIRCLE, PLACE)),
    TREASURER: RoleKind(
        pgettext_lazy("role", "treasurer"), _("looks after the money"), 3, (VILLAGE, CIRCLE), second_factor=True
    ),
    AUDITOR: RoleKind(pgettext_lazy("role", "auditor"), _("reads everything, changes nothing"), 3, second_factor=True),
    STEWARD: RoleKind(
        pgettext_lazy("role", "steward"),
        _("looks after people, roles and the village file"),
        4,
        (VILLAGE, PLACE),
        second_factor=True,
    ),
}
"""Every role that can be given; who holds none is a visitor."""

MEMBERS = frozenset(ROLES) - {KIOSK}
"""Whoever holds one of these is a member as well."""


def rank_of(words: frozenset[str] | set[str]) -> int:
    """The highest rank of some roles; a visitor's is 0."""
    return max((ROLES[word].rank for word in words if word in ROLES), default=0)
