"""What the pages of the ledger ask: the newest, what lies where, a level over time. Each in few bounded questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from wikivillage.web.ledger.models import Event, Posting, Process, Promise, Stock
from wikivillage.web.registry.models import Agent, Definition, Place

POINTS = 120
"""Of how many postings the curve of a stock is drawn."""
LISTED = 200
"""How many stocks or promises a page lists at most; the search finds the others."""


def working_at(place: str) -> list[str]:
    """The processes, needs and offers of a place: by the village file, and by the ledger."""
    listed = Definition.objects.filter(section__in=("processes", "needs", "offers"))
    there = {row.entry for row in listed if row.tree.get("at") == place}
    return sorted(there | set(Process.objects.filter(at=place).values_list("pk", flat=True)))


def newest_events(rows: QuerySet[Event], most: int = 8) -> list[Event]:
    """The events that were recorded last."""
    return list(rows.order_by("-record_id")[:most])


def find_event(id: str) -> Event | None:
    """One event with its record."""
    rows = Event.objects.select_related("record", "provider", "receiver", "record__recorded_by")
    return rows.filter(id=id).first()


def is_agent(pseudonym: str) -> bool:
    """Whether there is such an agent."""
    return bool(Agent.objects.filter(pk=pseudonym).exists())


def corrections_of(id: str) -> list[Event]:
    """What corrected an event, in the order of recording."""
    return list(Event.objects.filter(corrects=id).order_by("record_id"))


def holding_stocks(*, search: str = "", spec: str = "", place: str = "") -> QuerySet[Stock]:
    """Stocks inside the book, newest first."""
    rows = Stock.objects.filter(elsewhere=False).order_by("-created_in", "id")
    if spec:
        rows = rows.filter(spec=spec)
    if place:
        rows = rows.filter(location=place)
    if search:
        rows = rows.filter(Q(pk__icontains=search) | Q(lot__icontains=search) | Q(tracking__icontains=search))
    return rows


@dataclass(frozen=True, slots=True)
class Level:
    """How much there was after an event."""

    at: datetime
    onhand: Decimal


def level_of(stock: Stock, points: int = POINTS) -> list[Level]:
    """The level of a stock after some of its postings, evenly taken from all of them, in order of recording."""
    if stock.sequence == 0:
        return []
    step = max(1, stock.sequence // points)
    wanted = sorted({*range(1, stock.sequence + 1, step), stock.sequence})
    rows = Posting.objects.filter(resource=stock.pk, sequence__in=wanted).order_by("sequence")
    return [Level(at, onhand) for at, onhand in rows.values_list("record__event__happened_at", "onhand") if at]


def postings_of(stock: str, before: int | None = None, most: int = 20) -> tuple[list[Posting], int | None]:
    """The newest postings of a stock with their events, and where to go on."""
    rows = Posting.objects.filter(resource=stock).select_related("record__event").order_by("-sequence")
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    found = list(rows[: most + 1])
    return found[:most], found[most - 1].sequence if len(found) > most else None


def listed_promises(*, open: bool = True, search: str = "") -> QuerySet[Promise]:
    """Promises with their records, those that begin first at the top, or the newest ended ones."""
    rows = Promise.objects.select_related("record")
    still = Q(ended__isnull=True, delivered__lt=F("amount"))
    if search:
        rows = rows.filter(Q(pk__icontains=search) | Q(resource__icontains=search))
    return rows.filter(still if open else ~still).order_by("-record")


def promises_on(stock: str) -> list[Promise]:
    """The open promises that take something of a stock."""
    rows = Promise.objects.select_related("record").filter(resource=stock, ended__isnull=True)
    return list(rows.filter(delivered__lt=F("amount")).order_by("begin", "-record")[:LISTED])


def fullest_stocks(rows: QuerySet[Stock], most: int) -> list[Stock]:
    """Stocks that hold something and are written in most; networks, in which nothing waits, are left out."""
    return list(rows.filter(onhand__gt=0, allow_negative=False).order_by("-sequence", "id")[:most])


def filter_choices() -> dict[str, list[str]]:
    """What the form of the events offers: kinds of things that have a stock, processes, and places."""
    specs = Stock.objects.filter(elsewhere=False).values_list("spec", flat=True).distinct().order_by()
    return {
        "spec": [spec for spec in specs[:LISTED] if spec],
        "process": list(Process.objects.order_by("pk").values_list("pk", flat=True)[:LISTED]),
        "place": list(Place.objects.order_by("position").values_list("pk", flat=True)[:LISTED]),
    }
