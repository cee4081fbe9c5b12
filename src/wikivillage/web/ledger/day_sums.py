"""What flowed on each day of the village: sums of the events, kept up to date from the records, and made again at will.

A day is a day of the village's own clock. A correction counts on the day of the event that it corrects. What ends at
midnight was of the day before: a meter's day, or its last hour.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet, Sum

from wikivillage.web.fields import SumField
from wikivillage.web.ledger.models import DaySum, Head, SummedUntil

AT_ONCE = 50_000
"""How many records are taken in one transaction."""

COLUMNS = ("action", "spec", "unit", "effort_unit", "resource", "to_resource", "input_of", "output_of")
PARTIES = ("provider", "receiver")
KEY = ("day", *COLUMNS, *PARTIES)
"""What the events of a sum have in common."""


@dataclass(frozen=True, slots=True)
class DayFlow:
    """What alike events came to, on one day or over several. What they do not say is the empty text.

    ``events`` counts them, corrections too. ``day`` is None over several days.
    """

    action: str
    spec: str
    unit: str
    resource: str
    to_resource: str
    input_of: str
    output_of: str
    provider: str
    receiver: str
    quantity: Decimal
    effort: Decimal
    effort_unit: str
    events: int
    day: date | None = None


def bring_up_to_date(*, zone: str, limit: int = AT_ONCE) -> int:
    """Count the next records, at most ``limit`` of them, by the clock of ``zone``; how many there were.

    Two at a time do no harm: the second waits and finds nothing left. Sums by another clock are made again.
    """
    with transaction.atomic():
        SummedUntil.objects.get_or_create(pk=1, defaults={"zone": zone})
        until = SummedUntil.objects.select_for_update(no_key=True).get(pk=1)
        if until.zone != zone:
            DaySum.objects.all().delete()
            until.number, until.zone = 0, zone
        last = min(Head.objects.get(pk=1).number, until.number + limit)
        taken = last - until.number
        if taken:
            _add(until.number, last, zone)
            until.number = last
        until.save()
        return taken


def rebuild(*, zone: str) -> int:
    """Throw all sums away and make them again from the records; how many records there were."""
    with transaction.atomic():
        SummedUntil.objects.get_or_create(pk=1)
        SummedUntil.objects.select_for_update(no_key=True).get(pk=1)
        DaySum.objects.all().delete()
        SummedUntil.objects.filter(pk=1).update(number=0, zone=zone)
        return bring_up_to_date(zone=zone, limit=Head.objects.get(pk=1).number)


def summed_until() -> int:
    """The number of the last record that the sums know."""
    return SummedUntil.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def flows_between(first: date, last: date, *, of: Collection[str] | None = None) -> list[DayFlow]:
    """What flowed from one day to another, both included, the days added up; ``of``: see ``sums_between``."""
    return _flows(sums_between(first, last, of=of).order_by(), (*COLUMNS, *PARTIES))


def flows_by_day(first: date, last: date, *, of: Collection[str] | None = None) -> list[DayFlow]:
    """The same, each day by itself, in their order."""
    return _flows(sums_between(first, last, of=of).order_by("day"), KEY)


def sums_between(first: date, last: date, *, of: Collection[str] | None = None) -> QuerySet[DaySum]:
    """The rows of some days; ``of``: only those that name one of these processes, needs, offers or stocks."""
    rows = DaySum.objects.filter(day__gte=first, day__lte=last)
    if of is None:
        return rows
    names = list(of)
    sides = Q(input_of__in=names) | Q(output_of__in=names)
    return rows.filter(sides | Q(resource__in=names) | Q(to_resource__in=names))


def days_known() -> tuple[date, date] | None:
    """The first and the last day that has a sum."""
    found = DaySum.objects.aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None


def _flows(rows: QuerySet[DaySum], columns: tuple[str, ...]) -> list[DayFlow]:
    totals = {
        "total": Sum("quantity", output_field=SumField()),
        "efforts": Sum("effort", output_field=SumField()),
        "count": Sum("events"),
    }
    found = rows.values(*columns).annotate(**totals).values_list(*columns, *totals)
    return [_flow(columns, row) for row in found]


def _flow(columns: tuple[str, ...], row: tuple[Any, ...]) -> DayFlow:
    quantity, effort, events = row[len(columns) :]
    return DayFlow(**dict(zip(columns, row, strict=False)), quantity=quantity, effort=effort, events=int(events))


def added(flows: Collection[DayFlow]) -> DayFlow:
    """Flows that are alike, as one."""
    first, *_ = flows
    return replace(
        first,
        quantity=sum((flow.quantity for flow in flows), Decimal(0)),
        effort=sum((flow.effort for flow in flows), Decimal(0)),
        events=sum(flow.events for flow in flows),
        day=None,
    )


def _add(after: int, last: int, zone: str) -> None:
    """Add the events of some records to the sums, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[connection.vendor], [zone, after, last])


SAID = ", ".join(KEY)
STATEMENT = f"""
    INSERT INTO ledger_daysum (key, {SAID}, quantity, effort, events)
    SELECT {{digest}}, {SAID}, quantity, effort, events FROM (
        SELECT {SAID}, {{sum}} AS quantity, {{sum_effort}} AS effort, count(*) AS events FROM (
            SELECT {{day}} AS day, e.action, coalesce(e.spec, s.spec, '') AS spec,
                coalesce(e.unit, o.unit, '') AS unit, coalesce(e.effort_unit, o.effort_unit, '') AS effort_unit,
                coalesce(e.resource, '') AS resource, coalesce(e.to_resource, '') AS to_resource,
                coalesce(e.input_of, '') AS input_of, coalesce(e.output_of, '') AS output_of,
                e.provider_id AS provider, e.receiver_id AS receiver, e.quantity AS amount, e.effort AS worked
            FROM ledger_event e
            LEFT JOIN ledger_event o ON o.id = e.corrects
            LEFT JOIN ledger_stock s ON s.id = coalesce(e.resource, e.to_resource)
            WHERE e.number > %s AND e.number <= %s
        ) AS each_event GROUP BY {SAID}
    ) AS alike WHERE true
    ON CONFLICT (key) DO UPDATE SET quantity = ledger_daysum.quantity + excluded.quantity,
        effort = ledger_daysum.effort + excluded.effort, events = ledger_daysum.events + excluded.events"""
"""What an event says of its spec only through its stock is looked up; a correction counts on the day it corrects."""

HAPPENED = "coalesce(o.happened_at, e.happened_at)"
FIRST = "1000-01-01 00:00:00"
"""What is said to be older counts on this day: no clock knows years before the first."""
STATEMENTS = {
    "postgresql": STATEMENT.format(
        day=f"((greatest({HAPPENED}, '{FIRST}+00') - interval '1 second') AT TIME ZONE %s)::date",
        sum="coalesce(sum(amount), 0)::double precision",
        sum_effort="coalesce(sum(worked), 0)::double precision",
        digest=f"md5(concat_ws(chr(31), {SAID}))",
    ),
    "sqlite": STATEMENT.format(
        day=f"django_datetime_cast_date(datetime(max({HAPPENED}, '{FIRST}'), '-1 second'), %s, 'UTC')",
        sum="total(amount)",
        sum_effort="total(worked)",
        digest="md5(" + " || char(31) || ".join(KEY) + ")",
    ),
}
