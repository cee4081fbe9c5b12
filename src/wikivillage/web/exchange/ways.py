"""What stands beside lots on the pages of the room: its doors, and the newest offers and needs."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wikivillage.web.exchange.helping_pages import DOORS, Looker
from wikivillage.web.exchange.helping_words import NEED, OFFER, OPEN
from wikivillage.web.exchange.models import Wish
from wikivillage.web.exchange.wish_views import lines_of
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer

BESIDE = 4
"""How many offers and needs stand beside the board."""


def ways(viewer: Viewer) -> list[tuple[str, Promise]]:
    """The doors of the room that open to somebody: address and word."""
    found: list[tuple[str, Promise]] = [("exchange:board", _("Matter to take")), *DOORS]
    if viewer.agent is not None:
        found.append(("exchange:reservations", _("My reservations")))
    if may(viewer, "throw_away", "lot"):
        found.append(("exchange:waste", _("Waste register")))
    return found


def beside_lots(seen: Looker) -> dict[str, Any]:
    """The newest needs and offers, each with how many there are not: two queries and their names."""
    rows = Wish.objects.filter(state=OPEN).order_by("-made_at", "pk")
    needs, offers = (list(rows.filter(side=side)[:BESIDE]) for side in (NEED, OFFER))
    lines = lines_of([*needs, *offers], seen)
    return {"needs": lines[: len(needs)], "offers": lines[len(needs) :]}
