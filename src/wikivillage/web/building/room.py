"""One place in full: what stands there, what flowed there, its meters, stocks, events and promises, for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from wikivillage.flows.kinds import Pledge
from wikivillage.web.building.facts import midnight, role_of
from wikivillage.web.building.inventory import Inventory, PlaceOf
from wikivillage.web.ledger.event_filter import open_to
from wikivillage.web.ledger.models import Event, Promise, Stock
from wikivillage.web.ledger.promise_lines import open_promises
from wikivillage.web.meters.models import Register, RollUp
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

DAYS = 30
LISTED = 12
"""How many of the newest events are shown."""


@dataclass(frozen=True, slots=True)
class MeterHere:
    """A register of a meter in a place. ``silent``: since when it has not been heard of, longer than it should."""

    meter: str
    name: str
    register: str
    resource: str
    unit: str
    role: str
    last_at: datetime | None
    last_value: Decimal | None
    silent: datetime | None


@dataclass(frozen=True, slots=True)
class FlowHere:
    """What was used, made, brought or taken of a resource, day by day; a day without a sum is not among them."""

    resource: str
    role: str
    unit: str
    loop: str
    days: Mapping[date, float]
    meters: tuple[str, ...]

    @property
    def month(self) -> float:
        """All days together."""
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """All that is known of a place, as far as this reader may see it; ``hidden``: how many meters they may not."""

    meters: tuple[MeterHere, ...]
    flows: tuple[FlowHere, ...]
    stocks: tuple[Stock, ...]
    events: tuple[Event, ...]
    promises: tuple[tuple[Promise, Pledge], ...]
    hidden: int
    first: date
    last: date
    inside: tuple[PlaceOf, ...] = field(default=())


def room_facts(place: PlaceOf, stock: Inventory, viewer: Viewer, at: datetime) -> RoomFacts:
    """Everything of a place, in a number of questions that does not depend on how much there is."""
    all_rows = list(
        Register.objects.filter(meter__place=place.id, meter__retired_at=None).select_related("meter__agent")
    )
    rows = [row for row in all_rows if may(viewer, "see", "meter", owner=_private_owner(row), scope=place.id)]
    last = timezone.localtime(at).date() - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    stocks = _stocks(place, viewer)
    return RoomFacts(
        meters=tuple(_meter(row, at) for row in rows),
        flows=_flows(rows, stock, first, last),
        stocks=stocks,
        events=_events([one.id for one in place.standing], viewer),
        promises=_promises([one.id for one in stocks], viewer),
        hidden=len({row.meter_id for row in all_rows} - {row.meter_id for row in rows}),
        first=first,
        last=last,
        inside=tuple(one for one in stock.places if one.inside == place.id),
    )


def _private_owner(row: Register) -> str | None:
    """Whose meter it is, where that is a person or a household: an organisation's is for everybody."""
    agent = row.meter.agent
    return str(agent.pk) if agent is not None and agent.kind in (PERSON, HOUSEHOLD) else None


def _meter(row: Register, at: datetime) -> MeterHere:
    longest = timedelta(minutes=row.interval_minutes) * row.gap_after
    silent = row.last_at if row.last_at is not None and at - row.last_at > longest else None
    return MeterHere(
        meter=row.meter_id,
        name=row.meter.name or row.meter_id,
        register=row.name,
        resource=row.resource,
        unit=row.unit,
        role=role_of(row),
        last_at=row.last_at,
        last_value=row.last_value,
        silent=silent,
    )


def _flows(rows: Sequence[Register], stock: Inventory, first: date, last: date) -> tuple[FlowHere, ...]:
    """The daily sums of what is counted here, registers of the same resource and role together."""
    counting = {row.pk: row for row in rows if row.kind != "gauge"}
    sums = RollUp.objects.filter(
        register__in=list(counting),
        grid="day",
        begin__gte=midnight(first),
        begin__lt=midnight(last + timedelta(days=1)),
    )
    days: dict[tuple[str, str, str], dict[date, float]] = {}
    for register, begin, quantity in sums.values_list("register_id", "begin", "quantity"):
        row = counting[register]
        of = days.setdefault((row.resource, role_of(row), row.unit), {})
        day = timezone.localtime(begin).date()
        of[day] = of.get(day, 0.0) + float(quantity)
    found = []
    for (resource, role, unit), of in days.items():
        loop = stock.kinds[resource].loop if resource in stock.kinds else ""
        meters = {row.meter_id for row in counting.values() if (row.resource, role_of(row)) == (resource, role)}
        found.append(FlowHere(resource, role, unit, loop, dict(sorted(of.items())), tuple(sorted(meters))))
    return tuple(sorted(found, key=lambda one: (_place_of(one.loop), one.resource, one.role)))


def _place_of(loop: str) -> int:
    order = ("energy", "heat", "water", "matter", "food", "people", "money")
    return order.index(loop) if loop in order else len(order)


def _stocks(place: PlaceOf, viewer: Viewer) -> tuple[Stock, ...]:
    """The stocks that are here: those of its stores, and those that say that they are here."""
    stores = [one.id for one in place.standing if one.section == "stores"]
    here = Q(pk__in=stores) | Q(location=place.id)
    rows = list(Stock.objects.filter(here, elsewhere=False).order_by("pk")[:100])
    private = private_among(row.primary_accountable_id for row in rows)
    owner = {agent: agent for agent in private}
    return tuple(row for row in rows if may(viewer, "see", "stock", owner=owner.get(row.primary_accountable_id)))


def _promises(stocks: Sequence[str], viewer: Viewer) -> tuple[tuple[Promise, Pledge], ...]:
    """What is promised of the stocks here and not kept yet, the next first."""
    rows = Promise.objects.filter(resource__in=list(stocks), counts=True, ended__isnull=True).select_related("record")
    return tuple(open_promises(rows.order_by("begin", "id")[:LISTED], viewer))


ONE_SIDE = (
    "SELECT * FROM (SELECT number FROM ledger_event WHERE {side} = %s ORDER BY number DESC LIMIT {most}) AS n{at}"
)
"""The newest events of one process: the index by process is in the order of recording, so that few rows are read."""


def _events(processes: Sequence[str], viewer: Viewer) -> tuple[Event, ...]:
    """The newest events of some processes: first their numbers, in one statement that reads no others."""
    wanted = [(side, id) for id in processes for side in ("input_of", "output_of")]
    if not wanted:
        return ()
    parts = [ONE_SIDE.format(side=side, most=LISTED, at=at) for at, (side, _) in enumerate(wanted)]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC LIMIT {LISTED}", [id for _, id in wanted])
        numbers = [number for (number,) in cursor.fetchall()]
    return tuple(open_to(Event.objects.filter(pk__in=numbers), viewer).order_by("-happened_at", "-record_id"))


def loops_with_days(flows: Iterable[FlowHere]) -> list[FlowHere]:
    """The flows that are worth a curve: the largest of each loop with some days known."""
    best: dict[str, FlowHere] = {}
    for flow in flows:
        if flow.month > 0 and flow.month > getattr(best.get(flow.loop), "month", 0.0):
            best[flow.loop] = flow
    return list(best.values())
