"""Questions about offers and needs. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from wikivillage.flows.kinds import ZERO
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.models import Wish
from wikivillage.web.ledger.queries import find_pledge


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which wishes an address asks for; what makes no sense is left out."""

    side: str = ""
    what: str = ""
    search: str = ""
    place: str = ""
    state: str = words.OPEN


def read_wanted(query: Any) -> Wanted:
    """What an address asks for."""
    known = {"side": words.SIDES, "what": words.WHATS}
    said = {name: query.get(name, "") for name in known}
    search, place = query.get("q", "")[:80].replace("\0", ""), query.get("place", "")[:64].replace("\0", "")
    return Wanted(
        search=search, place=place, **{name: said[name] if said[name] in known[name] else "" for name in said}
    )


def wishes(wanted: Wanted) -> QuerySet[Wish]:
    """Wishes as they are asked for, the newest first."""
    rows = Wish.objects.filter(state=wanted.state)
    named = {"side": wanted.side, "what": wanted.what, "place": wanted.place}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    for word in [word.rstrip("sx") for word in wanted.search.split()[:5]]:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    return rows


def wishes_of(agents: list[str]) -> QuerySet[Wish]:
    """Everything that somebody wished, the newest first."""
    return Wish.objects.filter(agent__in=agents)


def left_of(wish: Wish) -> Decimal:
    """What nobody has given or promised of a wish."""
    pledge = find_pledge(wish.pk)
    promised = sum(wish.answers.filter(state=words.AGREED).values_list("amount", flat=True), ZERO)
    return max((pledge.open if pledge else ZERO) - promised, ZERO)
