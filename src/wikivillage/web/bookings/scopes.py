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
