"""What the pages of the meters ask: never through the raw readings, of which there are millions.

How a register does is told by its last reading, by the quality of its daily sums and by what waits in quarantine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Count, F, Q
from django.utils import timezone

from wikivillage.connectors.local_time import day_span
from wikivillage.web.meters import models

State = Literal["silent", "unread", "strange", "gaps", "well"]
STATES: tuple[State, ...] = ("silent", "unread", "strange", "gaps", "well")
"""How a meter does, the worst first."""
DAYS_BACK = 7
"""For how many days back gaps are told."""
WAITING = 500
"""How many of the newest things in quarantine are looked at."""


@dataclass(frozen=True, slots=True)
class RegisterHealth:
    """How a register does.

    ``silent_since`` is its last reading where the next is late; ``doubtful`` counts hours, or days, of the last week
    that were not measured whole; ``strange`` what of it was set aside; ``yesterday`` what it counted then.
    """

    row: models.Register
    silent_since: datetime | None
    doubtful: int
    strange: int
    yesterday: Decimal | None
    quality: str

    @property
    def state(self) -> State:
        """How it does, in a word."""
        if self.row.last_at is None:
            return "unread"
        if self.silent_since is not None:
            return "silent"
        return "strange" if self.strange else "gaps" if self.doubtful else "well"


@dataclass(frozen=True, slots=True)
class MeterHealth:
    """How a meter does: as badly as its worst register."""

    row: models.Meter
    registers: tuple[RegisterHealth, ...]
    waiting: int = 0

    @property
    def state(self) -> State:
        """How it does, in a word; what is in quarantine of no known register makes it strange, too."""
        worst = min((STATES.index(one.state) for one in self.registers), default=STATES.index("unread"))
        found = STATES[worst]
        return "strange" if self.waiting and found in ("gaps", "well") else found

    @property
    def last_at(self) -> datetime | None:
        """Its newest reading."""
        return max((one.row.last_at for one in self.registers if one.row.last_at), default=None)

    @property
    def answers(self) -> bool:
        """Whether it can be heard."""
        return self.state not in ("silent", "unread")


@dataclass(frozen=True, slots=True)
class Yesterday:
    """The local day before, as the times at which it begins and ends."""

    begin: datetime
    end: datetime


def yesterday_of(at: datetime) -> Yesterday:
    """The day before on the clock that the pages go by."""
    day = timezone.localtime(at).date() - timedelta(days=1)
    return Yesterday(*day_span(day, timezone.get_current_timezone_name()))


def healths(rows: Iterable[models.Meter], at: datetime, yesterday: Yesterday) -> list[MeterHealth]:
    """How some meters do, in four questions for all of them."""
    meters = list(rows)
    ids = [register.pk for meter in meters for register in meter.registers.all()]
    amounts = _amounts_of(ids, yesterday)
    doubtful = _doubtful(ids, yesterday.end - timedelta(days=DAYS_BACK))
    waiting = waiting_by_register()
    return [_health(meter, at, amounts, doubtful, waiting) for meter in meters]


def _amounts_of(registers: Sequence[int], day: Yesterday) -> dict[int, tuple[Decimal, str]]:
    rows = models.RollUp.objects.filter(register__in=registers, grid="day", begin__gte=day.begin, begin__lt=day.end)
    return {id: (quantity, quality) for id, quantity, quality in rows.values_list("register_id", "quantity", "quality")}


def _doubtful(registers: Sequence[int], since: datetime) -> dict[int, int]:
    """How many hours of each register since then were not measured whole; days, where it is read less than hourly.

    What is still going on is left out.
    """
    rows = models.RollUp.objects.filter(register__in=registers, begin__gte=since, end__lte=F("register__last_at"))
    often = Q(grid="hour", register__interval_minutes__lte=60) | Q(grid="day", register__interval_minutes__gt=60)
    found = rows.filter(often).exclude(quality="measured").order_by().values("register_id")
    return dict(found.annotate(number=Count("pk")).values_list("register_id", "number"))


def waiting_by_register() -> dict[tuple[str, str], int]:
    """How much of each meter and register waits in quarantine, among the newest."""
    rows = models.Quarantine.objects.filter(resolved_at=None, is_reading=True).order_by("-pk")
    found: dict[tuple[str, str], int] = {}
    for raw, times in rows.values_list("raw", "times")[:WAITING]:
        key = register_in(raw)
        found[key] = found.get(key, 0) + times
    return found


def register_in(raw: str) -> tuple[str, str]:
    """The meter and the register that something set aside says it is of; empty where it does not say."""
    try:
        said = json.loads(raw)
        return str(said["meter"]), str(said["register"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def _health(
    meter: models.Meter,
    at: datetime,
    amounts: Mapping[int, tuple[Decimal, str]],
    doubtful: Mapping[int, int],
    waiting: Mapping[tuple[str, str], int],
) -> MeterHealth:
    registers = []
    for row in meter.registers.all():
        quantity, quality = amounts.get(row.pk, (None, ""))
        strange = waiting.get((meter.pk, row.name), 0)
        silent = silent_since(row, at)
        registers.append(RegisterHealth(row, silent, doubtful.get(row.pk, 0), strange, quantity, quality))
    names = {one.row.name for one in registers}
    others = sum(number for (id, name), number in waiting.items() if id == meter.pk and name not in names)
    return MeterHealth(meter, tuple(registers), others)


def silent_since(row: models.Register, at: datetime) -> datetime | None:
    """The last reading of a register whose next one is late; None while it is not."""
    longest = timedelta(minutes=row.interval_minutes) * row.gap_after
    return row.last_at if row.last_at is not None and at - row.last_at > longest else None


@dataclass(frozen=True, slots=True)
class Set:
    """Something set aside: which register it says it is of, and the row."""

    row: models.Quarantine
    meter: str
    register: str
    said: Mapping[str, str] = field(default_factory=dict)


def set_aside(meter: str | None = None, *, most: int = WAITING) -> list[Set]:
    """What waits in quarantine, newest first; of one meter, or all of it."""
    found = []
    for row in models.Quarantine.objects.filter(resolved_at=None).order_by("-pk")[:WAITING]:
        id, name = register_in(row.raw)
        if meter is None or id == meter:
            found.append(Set(row, id, name, _said(row.raw)))
    return found[:most]


def _said(raw: str) -> dict[str, str]:
    try:
        said = json.loads(raw)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {str(key): str(value) for key, value in said.items() if value is not None}


def newest_readings(
    row: models.Register, before: datetime | None, most: int
) -> tuple[list[models.Reading], datetime | None]:
    """The newest readings of a register before a time, and the time from which the next ones are asked."""
    rows = models.Reading.objects.filter(register=row).order_by("-at")
    if before is not None:
        rows = rows.filter(at__lt=before)
    found = list(rows[: most + 1])
    return found[:most], found[most - 1].at if len(found) > most else None


def known_since(row: models.Register) -> datetime | None:
    """When the first hour begins of which something is known; None before the first closing."""
    rows = models.RollUp.objects.filter(register=row, grid="hour").order_by("begin")
    found: datetime | None = rows.values_list("begin", flat=True).first()
    return found


def doubtful_hours(row: models.Register, begin: datetime, end: datetime) -> list[models.RollUp]:
    """The hours of some time that were not measured whole, in order; days, where it is read less than hourly."""
    grid = "hour" if row.interval_minutes <= 60 else "day"
    rows = models.RollUp.objects.filter(register=row, grid=grid, begin__gte=begin, begin__lt=end)
    return list(rows.exclude(quality="measured").order_by("begin"))


def corrections_within(row: models.Register, begin: datetime, end: datetime, most: int) -> list[models.Correction]:
    """What late readings changed in the closed intervals of some time, the newest first."""
    inside = Q(interval__register=row, interval__begin__gte=begin, interval__begin__lt=end)
    return list(models.Correction.objects.filter(inside).select_related("interval").order_by("-at", "-number")[:most])


def conflicts_of(row: models.Register, most: int) -> list[models.Conflict]:
    """Values that came for times that had another one, the newest first."""
    return list(models.Conflict.objects.filter(register=row).order_by("-at")[:most])


def closed_within(row: models.Register, begin: datetime, end: datetime) -> list[models.ClosedInterval]:
    """The intervals that were closed in some time, in order."""
    rows = models.ClosedInterval.objects.filter(register=row, begin__gte=begin, begin__lt=end)
    return list(rows.order_by("begin"))
