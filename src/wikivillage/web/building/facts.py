"""What meters and stocks say of the places at a moment: now, yesterday, and as usual. No event is read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from wikivillage.web.ledger.day_sums import flows_between
from wikivillage.web.ledger.models import Stock
from wikivillage.web.meters.models import Reading, Register, RollUp
from wikivillage.web.registry.queries import private_among

LIVE = timedelta(hours=3)
"""How old the readings may be that say what happens now."""
USUAL_DAYS = 7
LIT_SHARE = 0.5
"""Something happens where at least this share of the usual is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A register of a meter in the open: what it counts at its place. ``role``: use, make, in, out or level.

    ``now``: per hour, or the level itself; ``yesterday``: the day's sum; ``usual``: the mean of an hour of a week.
    """

    meter: str
    register: str
    place: str
    resource: str
    unit: str
    role: str
    process: str | None
    now: float | None
    yesterday: float | None
    usual: float | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at a moment. ``used``: the electricity of yesterday by the ledger, None where it says nothing."""

    at: datetime
    day: date
    flows: tuple[Flow, ...]
    stocks: Mapping[str, float]
    used: float | None
    private: int


def facts_at(at: datetime, *, stores: Sequence[str], electric: frozenset[str]) -> Facts:
    """The facts that everybody may see; what belongs to a person or a household is only counted."""
    rows = list(Register.objects.filter(meter__retired_at=None).select_related("meter").order_by("meter", "name"))
    private = private_among({row.meter.agent_id for row in rows if row.meter.agent_id})
    shown = [row for row in rows if row.meter.agent_id not in private]
    today = timezone.localtime(at).date()
    yesterday = today - timedelta(days=1)
    days = _days(shown, today)
    live = _live(shown, at)
    flows = tuple(_flow(row, days.get(row.pk, {}), live.get(row.pk), yesterday) for row in shown)
    levels = {id: float(amount) for id, amount in Stock.objects.filter(pk__in=stores).values_list("pk", "onhand")}
    closed = len({row.meter_id for row in rows} - {row.meter_id for row in shown})
    return Facts(at, yesterday, flows, levels, _used(yesterday, electric), closed)


def midnight(day: date) -> datetime:
    """When a day begins on the village's clocks."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _days(rows: Iterable[Register], today: date) -> dict[int, dict[date, float]]:
    """The daily sums of registers in the last week, without today."""
    wanted = [row.pk for row in rows if row.kind != "gauge"]
    begin, end = midnight(today - timedelta(days=USUAL_DAYS)), midnight(today)
    sums = RollUp.objects.filter(register__in=wanted, grid="day", begin__gte=begin, begin__lt=end)
    found: dict[int, dict[date, float]] = {}
    for register, start, amount in sums.values_list("register_id", "begin", "quantity"):
        found.setdefault(register, {})[timezone.localtime(start).date()] = float(amount)
    return found


def _live(rows: Iterable[Register], at: datetime) -> dict[int, float]:
    """What flows now by the last readings, per hour: the newest step of a counter, the newest amount of an interval."""
    counting = {row.pk: row for row in rows if row.kind != "gauge"}
    latest = Reading.objects.filter(register__in=list(counting), at__gt=at - LIVE, at__lte=at).order_by("at")
    series: dict[int, list[tuple[datetime, float]]] = {}
    for register, when, value in latest.values_list("register_id", "at", "value"):
        series.setdefault(register, []).append((when, float(value)))
    found = {id: _rate(counting[id], some) for id, some in series.items()}
    return {id: rate for id, rate in found.items() if rate is not None}


def _rate(row: Register, readings: Sequence[tuple[datetime, float]]) -> float | None:
    if row.kind == "interval":
        return readings[-1][1] * float(row.multiplier) * 60.0 / max(row.interval_minutes, 1)
    for (before, first), (after, last) in reversed(list(pairwise(readings))):
        hours = (after - before).total_seconds() / 3600.0
        if last >= first and hours > 0:
            return (last - first) * float(row.multiplier) / hours
    return None


def _flow(row: Register, days: Mapping[date, float], live: float | None, yesterday: date) -> Flow:
    gauge = row.kind == "gauge"
    level = float(row.last_value) * float(row.multiplier) if gauge and row.last_value is not None else None
    return Flow(
        meter=row.meter_id,
        register=row.name,
        place=row.meter.place,
        resource=row.resource,
        unit=row.unit,
        role=role_of(row),
        process=row.input_of or row.output_of,
        now=level if gauge else live,
        yesterday=days.get(yesterday),
        usual=sum(days.values()) / len(days) / 24.0 if days else None,
        last_at=row.last_at,
    )


def role_of(row: Register) -> str:
    """What a register says of its place: something is used or made there, comes in or goes out, or stands there."""
    if row.kind == "gauge":
        return "level"
    if row.action == "transfer":
        return "out" if row.stock == row.resource else "in"
    if row.action is None:
        return "use" if row.name in ("use", "in", "import", "power") else "make"
    return "use" if row.action == "consume" else "make"


def converters(flows: Iterable[Flow], electric: frozenset[str]) -> frozenset[str]:
    """The processes that only pass electricity on: they take some and give some."""
    some = [flow for flow in flows if flow.resource in electric and flow.process]
    takes = {str(flow.process) for flow in some if flow.role == "use"}
    return frozenset(takes & {str(flow.process) for flow in some if flow.role == "make"})


@dataclass(frozen=True, slots=True)
class Electricity:
    """The electricity of a place: used and made yesterday, and now in kW. None where no meter says it."""

    used: float | None = None
    made: float | None = None
    uses: float | None = None
    makes: float | None = None


def electricity_of(flows: Sequence[Flow], electric: frozenset[str], passing: frozenset[str]) -> Electricity:
    """The electricity of a place by its meters; what it only passes on is not its own use."""
    here = [flow for flow in flows if flow.resource in electric]
    used = [(flow, 1.0) for flow in here if flow.role == "use"]
    used += [(flow, -1.0) for flow in here if flow.role == "make" and flow.process in passing]
    made = [(flow, 1.0) for flow in here if flow.role == "make" and flow.process not in passing]
    days = [_sum((flow.yesterday, sign) for flow, sign in some) for some in (used, made)]
    now = [_sum((flow.now, sign) for flow, sign in some) for some in (used, made)]
    return Electricity(days[0], days[1], now[0], now[1])


def _sum(parts: Iterable[tuple[float | None, float]]) -> float | None:
    known = [value * sign for value, sign in parts if value is not None]
    return max(sum(known), 0.0) if known else None


def light_of(flows: Sequence[Flow]) -> str:
    """Whether something happens: lit, dark, or unknown where nothing is measured."""
    moving = [flow for flow in flows if flow.role in ("use", "make")]
    live = [flow for flow in moving if flow.now is not None and flow.usual is not None]
    if live:
        busy = any((flow.now or 0.0) > 0 and (flow.now or 0.0) >= LIT_SHARE * (flow.usual or 0.0) for flow in live)
        return "lit" if busy else "dark"
    days = [flow.yesterday for flow in moving if flow.yesterday is not None]
    return "unknown" if not days else "lit" if any(day > 0 for day in days) else "dark"


def _used(day: date, electric: frozenset[str]) -> float | None:
    """The electricity that the ledger counts as used on a day, what is only passed on counted once."""
    flows = [flow for flow in flows_between(day, day) if flow.spec in electric]
    takes = {flow.input_of for flow in flows if flow.action == "consume" and flow.input_of}
    used = sum(float(flow.quantity) for flow in flows if flow.action == "consume")
    used -= sum(float(flow.quantity) for flow in flows if flow.action == "produce" and flow.output_of in takes)
    return used if flows else None
