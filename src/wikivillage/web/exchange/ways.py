"""The doors of the room, the same on each of its lists: matter, offers and needs, tools, repairs, hours."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer

DOORS: tuple[tuple[str, Promise], ...] = (
    ("exchange:board", _("Matter to take")),
    ("exchange:wishes", _("Offers and needs")),
    ("exchange:tools", _("Tools")),
    ("exchange:repairs", _("Repairs")),
    ("exchange:hours", pgettext_lazy("exchange", "Hours")),
)


def ways(viewer: Viewer) -> list[tuple[str, Promise]]:
    """The doors of the room that open to somebody: address and word."""
    found = list(DOORS)
    if viewer.agent is None:
        found.remove(DOORS[-1])
    else:
        found.append(("exchange:reservations", _("My reservations")))
    if may(viewer, "throw_away", "lot"):
        found.append(("exchange:waste", _("Waste register")))
    return found
