"""Questions about lots: the board, one lot, who reserved what. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet

from wikivillage.web.exchange.lot_words import FREE, GONE, QUARANTINED, RESERVED
from wikivillage.web.exchange.models import Lot, Reservation, WasteExit
from wikivillage.web.ledger.sql import amount, select, stored
from wikivillage.web.registry.village_names import village_names

DESCRIBED = ("spec", "title", "pieces", "size", "longest_cm", "condition", "place", "bin", "state")
ON_CARDS = (*DESCRIBED, "stock__lot", "stock__onhand")
KEPT_OF = "SELECT lot_id, amount FROM exchange_reservation WHERE lot_id IN ({ids}) AND state = %s AND until > %s"
PICTURES_OF = "SELECT lot_id, min(position) FROM exchange_lotphoto WHERE lot_id IN ({ids}) GROUP BY lot_id"
SORTS = {"": "-dropped_at", "heavy": "-stock__onhand", "old": "dropped_at"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lots an address asks for; what makes no sense is left out."""

    spec: str = ""
    place: str = ""
    search: str = ""
    least: Decimal | None = None
    long: int | None = None
    state: str = FREE
    sort: str = ""

    @property
    def counted(self) -> bool:
        """Whether it asks for all lots of a state, which are counted by kind anyway."""
        return self == Asked(state=self.state, sort=self.sort)


def read_asked(query: Mapping[str, str]) -> Asked:
    """What an address asks for."""
    said = {name: query.get(key, "")[:64].replace("\0", "").strip() for name, key in NAMES.items()}
    return Asked(
        spec=said["spec"],
        place=said["place"],
        search=said["search"],
        least=_decimal(said["least"]),
        long=int(said["long"]) if said["long"].isdecimal() and len(said["long"]) < 6 else None,
        state=said["state"] if said["state"] in (FREE, QUARANTINED, GONE) else FREE,
        sort=said["sort"] if said["sort"] in SORTS else "",
    )


NAMES = {
    "spec": "kind",
    "place": "place",
    "search": "q",
    "least": "least",
    "long": "long",
    "state": "state",
    "sort": "sort",
}
"""How the address calls each of them."""


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and 0 < found < 10_000 else None


def lots(asked: Asked) -> QuerySet[Lot]:
    """The lots that are asked for, each with its stock."""
    rows = Lot.objects.select_related("stock").filter(state=asked.state)
    named = {"spec": asked.spec, "place": asked.place, "stock__onhand__gte": asked.least, "longest_cm__gte": asked.long}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    for word in asked.search.split()[:5]:
        stem = word.rstrip("sx") if len(word) > 3 else word
        rows = rows.filter(Q(title__icontains=stem) | Q(size__icontains=stem) | Q(stock__lot__iexact=word))
    return rows.order_by(SORTS[asked.sort], "pk")


def found_in_order(ids: Iterable[str]) -> list[Lot]:
    """Some lots with what a card says of them and of their stocks, in the order in which they are asked for."""
    rows = Lot.objects.select_related("stock").only(*ON_CARDS).in_bulk(list(ids))
    return [rows[id] for id in ids if id in rows]


def kinds_on_board(state: str = FREE) -> dict[str, int]:
    """The kinds of which there are lots, and how many, the most first."""
    counted = Lot.objects.filter(state=state).values_list("spec").annotate(n=Count("*"))
    return dict(counted.order_by("-n"))


def find_lot(id: str) -> Lot | None:
    """One lot with its stock."""
    rows = Lot.objects.select_related("stock", "given_by")
    return rows.filter(pk=id).first() if "\0" not in id else None


def reserved_of(ids: Iterable[str], at: datetime) -> dict[str, Decimal]:
    """How much of each of some lots is kept for somebody, in one query."""
    found: dict[str, Decimal] = {}
    for lot, billionths in select(KEPT_OF, list(ids), RESERVED, stored(at)):
        found[lot] = found.get(lot, Decimal(0)) + amount(billionths)
    return found


def pictured(ids: Iterable[str]) -> dict[str, int]:
    """The first photo of each of some lots that has one, in one query."""
    return dict(select(PICTURES_OF, list(ids)))


def reservations_of(agents: Iterable[str]) -> QuerySet[Reservation]:
    """What somebody reserved, the newest first."""
    return Reservation.objects.filter(agent__in=list(agents)).select_related("lot__stock").order_by("-made_at", "pk")


def waste(*, first: datetime | None = None, last: datetime | None = None) -> QuerySet[WasteExit]:
    """What left as waste, the newest first."""
    rows = WasteExit.objects.select_related("lot__stock")
    if first:
        rows = rows.filter(at__gte=first)
    return rows.filter(at__lt=last) if last else rows


def kind_names(lang: str) -> dict[str, str]:
    """What kinds of matter are called."""
    return {id: name for id, (name, _loop) in village_names(lang).resources.items()}
