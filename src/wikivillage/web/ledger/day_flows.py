"""What flowed on some days around a few things, to the last record: the sums of the days, and what came since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from wikivillage.web.ledger.day_sums import DayFlow, added, flows_between
from wikivillage.web.ledger.event_filter import bounds, summed_by_this_clock
from wikivillage.web.ledger.models import Event, Head, Stock


def flows_around(first: date, last: date, *, of: Collection[str]) -> list[DayFlow]:
    """What flowed in or out of some stocks and processes, alike events together; who was on its sides is left out."""
    known = summed_by_this_clock()
    summed = flows_between(first, last, of=of) if known else []
    return _alike([*summed, *_since(known, first, last, of)])


def _since(known: int, first: date, last: date, of: Collection[str]) -> Iterable[DayFlow]:
    if known and Head.objects.filter(pk=1, number__lte=known).exists():
        return []
    begin, end = bounds(first, last)
    names = list(of)
    sides = Q(input_of__in=names) | Q(output_of__in=names) | Q(resource__in=names) | Q(to_resource__in=names)
    rows = Event.objects.filter(sides, record_id__gt=known, happened_at__gte=begin, happened_at__lt=end)
    listed = list(rows)
    held = {one for row in listed if row.spec is None for one in (row.resource, row.to_resource) if one}
    specs = dict(Stock.objects.filter(pk__in=sorted(held)).values_list("pk", "spec")) if held else {}
    return [_flow(row, specs) for row in listed]


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
    return [added(group) for group in groups.values()]
