"""What flowed on some days around a few things, to the last record: the sums of the days, and what came since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from wikivillage.web.ledger.day_sums import COLUMNS, DayFlow, added
from wikivillage.web.ledger.event_filter import bounds, day_of, summed_by_this_clock
from wikivillage.web.ledger.models import DaySum, Event, Head, Stock

READ = ("day", *COLUMNS, "provider", "receiver", "quantity", "effort", "events")


def flows_on(days: Collection[date], *, of: Collection[str]) -> dict[date, list[DayFlow]]:
    """What flowed on each of some days in or out of some stocks and processes, alike events together; who was on its
    sides is left out. It takes as many questions for many of them as for one."""
    known = summed_by_this_clock() if days else 0
    around = _around(of)
    summed = DaySum.objects.filter(around, day__in=days).order_by().values_list(*READ) if known else ()
    found: dict[date, list[DayFlow]] = {day: [] for day in days}
    for row in summed:
        found[row[0]].append(DayFlow(**dict(zip(READ, row, strict=True))))
    for event, flow in _since(known, days, around):
        found[day_of(event.happened_at)].append(flow)
    return {day: _alike(flows) for day, flows in found.items()}


def _around(things: Collection[str]) -> Q:
    names = sorted(things)
    sides = Q(input_of__in=names) | Q(output_of__in=names)
    return sides | Q(resource__in=names) | Q(to_resource__in=names)


def _since(known: int, days: Collection[date], around: Q) -> Iterable[tuple[Event, DayFlow]]:
    """The events of some days that are not in the sums yet."""
    if not days or (known and Head.objects.filter(pk=1, number__lte=known).exists()):
        return []
    when = Q()
    for begin, end in (bounds(day, day) for day in days):
        when |= Q(happened_at__gte=begin, happened_at__lt=end)
    rows = list(Event.objects.filter(around & when, record_id__gt=known))
    held = {one for row in rows if row.spec is None for one in (row.resource, row.to_resource) if one}
    specs = dict(Stock.objects.filter(pk__in=sorted(held)).values_list("pk", "spec")) if held else {}
    return [(row, _flow(row, specs)) for row in rows]


def _flow(row: Event, specs: dict[str, str]) -> DayFlow:
    return DayFlow(
        action=row.action,
        spec=row.spec or specs.get(row.resource or row.to_resource or "", ""),
        unit=row.unit or "",
        resource=row.resource or "",
        to_resource=row.to_resource or "",
        input_of=row.input_of or "",
        output_of=row.output_of or "",
        provider=row.provider_id,
        receiver=row.receiver_id,
        quantity=row.quantity or Decimal(0),
        effort=row.effort or Decimal(0),
        effort_unit=row.effort_unit or "",
        events=1,
    )


def _alike(flows: Iterable[DayFlow]) -> list[DayFlow]:
    groups: dict[tuple[str, ...], list[DayFlow]] = {}
    for flow in flows:
        key = (flow.action, flow.spec, flow.unit, flow.resource, flow.to_resource, flow.input_of, flow.output_of)
        groups.setdefault(key, []).append(flow)
    return [added(group) for _key, group in sorted(groups.items())]
