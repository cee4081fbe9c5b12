"""Questions about lots: the board, one lot, who reserved what. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet

from wikivillage.web.exchange.lot_words import FREE, GONE, QUARANTINED, RESERVED
from wikivillage.web.exchange.models import Lot, LotPhoto, Reservation, WasteExit
from wikivillage.web.registry.models import Place, ResourceKind

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


def kinds_on_board(state: str = FREE) -> list[tuple[ResourceKind, int]]:
    """The kinds of which there are lots, and how many, the most first: two queries."""
    counted = dict(Lot.objects.filter(state=state).values_list("spec").annotate(n=Count("pk")).order_by("-n"))
    rows = ResourceKind.objects.defer("tree").in_bulk(list(counted))
    return [(rows[spec], number) for spec, number in counted.items() if spec in rows]


def find_lot(id: str) -> Lot | None:
    """One lot with its stock."""
    rows = Lot.objects.select_related("stock", "given_by")
    return rows.filter(pk=id).first() if "\0" not in id else None


def reserved_of(ids: Iterable[str], at: datetime) -> dict[str, Decimal]:
    """How much of each of some lots is kept for somebody, in one query."""
    found: dict[str, Decimal] = {}
    rows = Reservation.objects.filter(lot__in=list(ids), state=RESERVED, until__gt=at)
    for lot, amount in rows.values_list("lot_id", "amount"):
        found[lot] = found.get(lot, Decimal(0)) + amount
    return found


def pictured(ids: Iterable[str]) -> dict[str, int]:
    """The first photo of each of some lots that has one, in one query."""
    rows = LotPhoto.objects.filter(lot__in=list(ids)).order_by("lot_id", "-position")
    return dict(rows.values_list("lot_id", "position"))


def reservations_of(agents: Iterable[str]) -> QuerySet[Reservation]:
    """What somebody reserved, the newest first."""
    return Reservation.objects.filter(agent__in=list(agents)).select_related("lot__stock").order_by("-made_at", "pk")


def waste(*, first: datetime | None = None, last: datetime | None = None) -> QuerySet[WasteExit]:
    """What left as waste, the newest first."""
    rows = WasteExit.objects.select_related("lot__stock")
    if first:
        rows = rows.filter(at__gte=first)
    return rows.filter(at__lt=last) if last else rows


def kind_names(lang: str, ids: Iterable[str]) -> dict[str, str]:
    """What some kinds of matter are called."""
    name = "name_fr" if lang == "fr" else "name_en"
    return dict(ResourceKind.objects.filter(pk__in=list(ids)).values_list("pk", name))


def place_rows() -> dict[str, Place]:
    """Every place, in the order of the house."""
    return {row.pk: row for row in Place.objects.defer("tree").order_by("position")}


def title_of(lot: Lot, kind: ResourceKind | None, lang: str) -> str:
    """What a lot is called: as it was called by who brought it, else its kind in the reader's language."""
    if kind is not None and lot.title == kind.name_fr:
        return str(getattr(kind, f"name_{lang}"))
    return str(lot.title)
