"""What stands beside lots on the board: the newest offers and needs."""

from __future__ import annotations

from typing import Any

from wikivillage.web.exchange.helping_pages import Looker
from wikivillage.web.exchange.helping_words import NEED, OFFER, OPEN
from wikivillage.web.exchange.models import Wish
from wikivillage.web.exchange.wish_views import lines_of

BESIDE = 4
"""How many offers and needs stand beside the board."""


def beside_lots(seen: Looker) -> dict[str, Any]:
    """The newest needs and offers, each with how many there are not: two queries and their names."""
    rows = Wish.objects.filter(state=OPEN).order_by("-made_at", "pk")
    needs, offers = (list(rows.filter(side=side)[:BESIDE]) for side in (NEED, OFFER))
    lines = lines_of([*needs, *offers], seen)
    return {"needs": lines[: len(needs)], "offers": lines[len(needs) :]}
