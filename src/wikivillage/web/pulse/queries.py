"""The facts of the pulse, from the ledger's sums, the meters, the promises and the plan: a few questions for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Sum

from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Intent
from wikivillage.flows.wire import read_text
from wikivillage.model.kinds import Village
from wikivillage.web.fields import AmountField
from wikivillage.web.ledger.day_sums import days_known, flows_between
from wikivillage.web.ledger.models import Promise, Stock
from wikivillage.web.ledger.queries import promises
from wikivillage.web.meters.models import Quarantine, Register
from wikivillage.web.pulse.ahead import forecast
from wikivillage.web.pulse.facts import Facts, Level, MeterSeen, Wish
from wikivillage.web.pulse.loops import Work, loops_of
from wikivillage.web.pulse.parts import Part, parts_of, total
from wikivillage.web.pulse.periods import Period, period_of
from wikivillage.web.registry.models import DataFile
from wikivillage.web.registry.village_file import dump_stored_village, load_stored_village

WISHES = 40
"""How many open needs and offers are looked at, the newest."""


def gather(*, word: str, day: date | None, at: datetime, zone: ZoneInfo) -> Facts:
    """Everything for one page. ``at`` is now."""
    known, village = days_known(), _village()
    period = period_of(word, today=at.astimezone(zone).date(), known=known, day=day)
    stocks = _stocks(village) if village else {}
    parts: tuple[Part, ...] = ()
    if village and known and period.first <= known[1] and period.last >= known[0]:
        parts = parts_of(flows_between(period.first, period.last), village)
    return Facts(
        at=at,
        period=period,
        known=known,
        village=village,
        parts=parts,
        loops=loops_of(parts, village, period, _work(parts, period, zone)) if village else (),
        forecast=forecast(village, at) if village else None,
        levels=tuple(_levels(village, stocks)) if village else (),
        holding=frozenset(id for id, (_, owes) in stocks.items() if not owes),
        wishes=tuple(_wishes(village, at)) if village else (),
        meters=_meters(at),
    )


def _village() -> Village | None:
    """The village file; None before one is loaded. The text is read each time, its meaning only when it is another."""
    try:
        return _read(dump_stored_village(), tuple(DataFile.objects.order_by("path").values_list("path", "sha256")))
    except ProblemError:
        return None


@lru_cache(maxsize=2)
def _read(text: str, files: tuple[tuple[str, str], ...]) -> Village:
    """The village of a text and the files that it reads, both as they are in the database now."""
    return load_stored_village()


def _work(parts: tuple[Part, ...], period: Period, zone: ZoneInfo) -> Work:
    """Hours that were promised for these days, and those that were worked."""
    begin, end = (datetime.combine(day, time(), zone) for day in (period.first, period.last + timedelta(days=1)))
    rows = Promise.objects.filter(kind="commitment", booking=False, unit="h", begin__gte=begin, begin__lt=end)
    promised = rows.exclude(ended="cancelled").aggregate(all=Sum("amount", output_field=AmountField()))["all"]
    return Work(promised=float(promised or 0), worked=total(parts, "worked"))


def _stocks(village: Village) -> dict[str, tuple[Decimal, bool]]:
    """What lies in the stocks of resources and stores, and whether they may owe, as wires and pipes do."""
    rows = Stock.objects.filter(pk__in=[*village.stores, *village.resources]).values_list(
        "pk", "onhand", "allow_negative"
    )
    return {id: (onhand, owes) for id, onhand, owes in rows}


def _levels(village: Village, held: Mapping[str, tuple[Decimal, bool]]) -> Iterator[Level]:
    """What the stores hold, in the order of the village file."""
    for store in village.stores.values():
        if store.id not in held:
            continue
        recipe = village.store_recipes[store.recipe]
        resource = village.resources[recipe.holds]
        size = store.size.high if store.size and store.size.fixed else None
        capacity = size * recipe.capacity.value if size else None
        yield Level(store.id, resource.id, resource.loop, float(held[store.id][0]), resource.unit, capacity)


def _wishes(village: Village, at: datetime) -> Iterator[Wish]:
    """Open needs and offers whose time is not over."""
    for row in promises(kind="intent", open=True).order_by("-record_id")[:WISHES]:
        intent = read_text(row.record.body)
        assert isinstance(intent, Intent), "an intent's record is an intent"
        if (over := intent.end or intent.due) and over < at:
            continue
        kind = village.resources.get(intent.spec or intent.resource or "")
        loop = "people" if intent.action == "work" else kind.loop if kind else "neutral"
        yield Wish(
            id=intent.id,
            is_offer=intent.receiver is None,
            action=intent.action,
            resource=kind.id if kind else intent.spec or intent.resource or "",
            loop=loop,
            amount=float(row.amount - row.delivered),
            unit=row.unit,
            begin=intent.begin or intent.due,
            end=intent.end,
            place=intent.at_place,
        )


def _meters(at: datetime) -> tuple[MeterSeen, ...]:
    """The meters that are nobody's own: when each was heard last, and what of it was set aside."""
    aside: dict[str, int] = {}
    for where in Quarantine.objects.filter(resolved_at=None).values_list("where", flat=True)[:1000]:
        meter = where.split("/", 1)[0]
        aside[meter] = aside.get(meter, 0) + 1
    rows = Register.objects.filter(meter__retired_at=None, meter__agent=None).select_related("meter")
    states: dict[str, list[Register]] = {}
    for row in rows.order_by("meter", "name"):
        states.setdefault(row.meter_id, []).append(row)
    return tuple(_meter(registers, aside.get(id, 0), at) for id, registers in states.items())


def _meter(registers: list[Register], aside: int, at: datetime) -> MeterSeen:
    """A meter is as well as the worst of its registers."""
    meter = registers[0].meter
    heard = [row.last_at for row in registers if row.last_at is not None]
    late = [row.last_at for row in registers if row.last_at and at - row.last_at > _patience(row)]
    state = "strange" if aside else "silent" if late else "new" if not heard else "well"
    since = min(late) if late else max(heard, default=None)
    return MeterSeen(meter.pk, meter.name, meter.place, state, since, aside)


def _patience(row: Register) -> timedelta:
    return timedelta(minutes=row.interval_minutes) * row.gap_after
