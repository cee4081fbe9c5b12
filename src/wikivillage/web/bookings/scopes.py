"""Where a role counts for a unit: in the circle that looks after it, and in its place."""

from __future__ import annotations

from wikivillage.web.bookings.models import Unit
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer


def scope_of(unit: Unit, viewer: Viewer, verb: str, kind: str = "booking") -> str | None:
    """The circle or the place of a unit in which somebody may do this; where neither lets them, the first of both."""
    scopes = [scope for scope in (unit.circle, unit.place) if scope]
    mine = (scope for scope in scopes if may(viewer, verb, kind, scope=scope))
    return next(mine, scopes[0] if scopes else None)


def somewhere(viewer: Viewer, verb: str, kind: str = "booking") -> bool:
    """Whether somebody may do this at least somewhere: in all of the village, or where they have a role."""
    return any(may(viewer, verb, kind, scope=scope) for scope in {None, *(role.scope for role in viewer.roles)})


def closing_scope(subject: str, viewer: Viewer) -> str | None:
    """Where a role counts for closing a unit or a place with all that is inside."""
    unit = None if "\0" in subject else Unit.objects.filter(pk=subject[:64], retired_at=None).first()
    return subject if unit is None else scope_of(unit, viewer, "close", "unit")
