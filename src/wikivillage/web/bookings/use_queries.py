"""Questions about bookings in use: who is where now, what runs, what is out of order. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from wikivillage.web.bookings.models import Booking, Outage, Unit, UnitPart, UseSession
from wikivillage.web.bookings.queries import overlapping
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED, LASTING


def standing(begin: datetime, end: datetime, states: Collection[str] = LASTING) -> QuerySet[Booking]:
    """Bookings in some states that are there at some moment of a time, in their order."""
    return overlapping(begin, end).filter(state__in=states)


def together_with(units: Iterable[str]) -> list[str]:
    """Units that cannot be used at the same time as some units, for they share a part; those themselves as well."""
    wanted = list(units)
    stocks = UnitPart.objects.filter(unit__in=wanted).values_list("stock", flat=True)
    sharing = UnitPart.objects.filter(stock__in=list(stocks)).values_list("unit_id", flat=True)
    return sorted({*wanted, *sharing})


def booking_now(unit: str, owners: Collection[str], at: datetime, early: timedelta) -> Booking | None:
    """The booking of some agents for a unit that is now, or begins within some minutes; one in use comes first."""
    rows = standing(at, at + early).filter(unit=unit, agent__in=list(owners), end__gt=at)
    found = sorted(rows, key=lambda row: (row.state != CHECKED_IN, row.begin))
    return found[0] if found else None


def next_of(unit: str, owners: Collection[str], at: datetime) -> Booking | None:
    """The next booking of some agents for a unit that has not begun."""
    rows = Booking.objects.filter(unit=unit, agent__in=list(owners), begin__gt=at, state=CONFIRMED)
    return rows.order_by("begin").first()


def last_of(unit: str, owners: Collection[str], at: datetime) -> Booking | None:
    """The booking of some agents for a unit that was to be now, in whatever state it is."""
    rows = Booking.objects.filter(unit=unit, agent__in=list(owners), begin__lte=at, end__gt=at - timedelta(hours=2))
    return rows.order_by("-begin", "-made_at").first()


def running_on(unit: str) -> list[UseSession]:
    """The sessions of a unit that have not been closed."""
    rows = UseSession.objects.filter(unit=unit, ended_at=None).select_related("booking", "unit")
    return list(rows.order_by("began_at"))


def others_there(unit: Unit, but: str, at: datetime) -> Booking | None:
    """A booking of somebody else that is in use where this unit is, or was not left yet."""
    rows = Booking.objects.filter(unit__in=together_with([unit.pk]), state=CHECKED_IN, end__gt=at, begin__lte=at)
    found: Booking | None = rows.exclude(pk=but).order_by("-end").first()
    return found if unit.size == 1 else None


def outage_of(unit: str) -> Outage | None:
    """That a unit is out of order now."""
    found: Outage | None = Outage.objects.filter(unit=unit, ended_at=None).select_related("unit").first()
    return found


def outages_of(units: Iterable[str]) -> dict[str, Outage]:
    """The same of many units, in one question."""
    return {row.unit_id: row for row in Outage.objects.filter(unit__in=list(units), ended_at=None)}


def open_outages() -> list[Outage]:
    """Everything that is out of order, the newest first."""
    return list(Outage.objects.filter(ended_at=None).select_related("unit").order_by("-begin"))


def troubled(unit: str, begin: datetime, end: datetime) -> QuerySet[Booking]:
    """The bookings of a unit in a time, and of those that share a part with it, which an outage would meet."""
    return standing(begin, end).filter(unit__in=together_with([unit]))


def over(at: datetime) -> QuerySet[Booking]:
    """Bookings that stand and whose time is over."""
    return Booking.objects.filter(state__in=LASTING, end__lte=at).select_related("unit").order_by("end")


def begun(at: datetime) -> QuerySet[Booking]:
    """Bookings whose time has begun and to which nobody has come yet."""
    return Booking.objects.filter(Q(begin__lte=at), state=CONFIRMED).select_related("unit").order_by("begin")


def overdue(at: datetime) -> list[UseSession]:
    """Sessions that run and should be over."""
    rows = UseSession.objects.filter(ended_at=None, ends_by__lte=at).select_related("unit", "booking")
    return list(rows.order_by("ends_by"))
