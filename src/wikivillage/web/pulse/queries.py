"""The facts of the pulse, from the ledger's sums, the meters, the promises and the plan: a few questions for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import Least

from wikivillage.base.problems import ProblemError
from wikivillage.connectors.local_time import day_span
from wikivillage.flows.kinds import Intent
from wikivillage.flows.wire import read_text
from wikivillage.model.kinds import Village
from wikivillage.web.fields import AmountField
from wikivillage.web.ledger.day_sums import days_known, flows_between
from wikivillage.web.ledger.models import Promise, Stock
from wikivillage.web.ledger.queries import promises
from wikivillage.web.meters.page_queries import Yesterday, healths
from wikivillage.web.meters.queries import meters
from wikivillage.web.plans.queries import current_plan
from wikivillage.web.pulse.ahead import capacities, forecast
from wikivillage.web.pulse.facts import Facts, Level, MeterSeen, Wish
from wikivillage.web.pulse.loops import Work, loops_of
from wikivillage.web.pulse.parts import Part, parts_of, total
from wikivillage.web.pulse.periods import Period, period_of
from wikivillage.web.registry.models import DataFile
from wikivillage.web.registry.viewer import VISITOR
from wikivillage.web.registry.village_file import dump_stored_village, load_stored_village

WISHES = 40
"""How many open needs and offers are looked at, the newest."""


def gather(*, word: str, day: date | None, at: datetime, zone: ZoneInfo) -> Facts:
    """Everything for one page. ``at`` is now."""
    known, village = days_known(), _village()
    period = period_of(word, today=at.astimezone(zone).date(), known=known, day=day)
    stocks = _stocks(village) if village else {}
    plan = current_plan()
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
        forecast=forecast(plan, village, at, zone) if village else None,
        levels=tuple(_levels(village, stocks, capacities(plan, village))) if village else (),
        holding=frozenset(id for id, (_, owes) in stocks.items() if not owes),
        wishes=tuple(_wishes(village, at)) if village else (),
        meters=_meters(at, zone),
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
    kept = Sum(Least("delivered", "amount"), output_field=AmountField())
    sums = rows.exclude(ended="cancelled").aggregate(all=Sum("amount", output_field=AmountField()), kept=kept)
    return Work(float(sums["all"] or 0), float(sums["kept"] or 0), total(parts, "worked"))


def _stocks(village: Village) -> dict[str, tuple[Decimal, bool]]:
    """What lies in the stocks of resources and stores, and whether they may owe, as wires and pipes do."""
    rows = Stock.objects.filter(pk__in=[*village.stores, *village.resources]).values_list(
        "pk", "onhand", "allow_negative"
    )
    return {id: (onhand, owes) for id, onhand, owes in rows}


def _levels(
    village: Village, held: Mapping[str, tuple[Decimal, bool]], capacities: Mapping[str, float]
) -> Iterator[Level]:
    """What the stores hold, in the order of the village file."""
    for store in village.stores.values():
        if store.id in held:
            resource = village.resources[village.store_recipes[store.recipe].holds]
            amount = float(held[store.id][0])
            yield Level(store.id, resource.id, resource.loop, amount, resource.unit, capacities.get(store.id))


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


def _meters(at: datetime, zone: ZoneInfo) -> tuple[MeterSeen, ...]:
    """The meters that are open to everybody, as their own page has it."""
    yesterday = Yesterday(*day_span(at.astimezone(zone).date() - timedelta(days=1), zone.key))
    found = healths(meters(VISITOR).filter(retired_at=None), at, yesterday)
    return tuple(
        MeterSeen(
            id=one.row.pk,
            name=one.row.name,
            place=one.row.place,
            state=one.state,
            since=min((row.silent_since for row in one.registers if row.silent_since), default=one.last_at),
            aside=one.waiting + sum(row.strange for row in one.registers),
        )
        for one in found
    )
