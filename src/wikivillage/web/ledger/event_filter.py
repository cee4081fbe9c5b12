"""Which events a page is about, as its address says it; the events in pages, and what they come to.

The sums of whole days are asked of ``day_sums``, and what was recorded since is added: so a number that was clicked on
another page is found again here, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.actions import ACTIONS
from wikivillage.web.fields import SumField
from wikivillage.web.ledger.models import DaySum, Event, Head, Stock, SummedUntil
from wikivillage.web.ledger.page_queries import working_at
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

USUAL = timedelta(days=31)
"""How long the period is where none is said: a list is always of a period."""
AT_ONCE = 50
LONGEST = 400
SAME = ("action", "spec", "resource", "to_resource", "input_of", "output_of")
"""What the address says in the words of the columns."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: of the days ``first`` to ``last``, and of everything else that is said."""

    first: date
    last: date
    action: str = ""
    spec: str = ""
    resource: str = ""
    to_resource: str = ""
    input_of: str = ""
    output_of: str = ""
    process: str = ""
    stock: str = ""
    place: str = ""
    agent: str = ""

    def said(self) -> dict[str, str]:
        """What is said beside the days, by name."""
        texts = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("first", "last")}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class Total:
    """What alike events come to. ``kind``: the action; one of quantity and effort is most often zero."""

    action: str
    spec: str
    unit: str
    effort_unit: str
    quantity: Decimal
    effort: Decimal
    events: int


def read_filter(asked: Mapping[str, str]) -> tuple[EventFilter, list[Problem]]:
    """The filter that an address says, and what of it cannot be; that part is left out."""
    problems: list[Problem] = []
    day, first, last = (_read_day(name, asked, problems) for name in ("day", "first", "last"))
    first, last = _period(day or first, day or last)
    if first > last:
        problems.append(Problem("wrong-order", "first", _("The first day is after the last one."), ""))
        first, last = last, first
    names = [one.name for one in fields(EventFilter) if one.name not in ("first", "last")]
    texts = {name: asked.get(name, "").strip() for name in names}
    texts = {name: text for name, text in texts.items() if text and len(text) <= LONGEST and "\0" not in text}
    action = texts.get("action", "")
    if action and action not in ACTIONS:
        problems.append(Problem("unknown-action", "action", _("There is no action “%s”.") % action, ""))
        del texts["action"]
    return EventFilter(first, last, **texts), problems


def _read_day(name: str, asked: Mapping[str, str], problems: list[Problem]) -> date | None:
    text = asked.get(name, "").strip()
    found = read_day(text)
    if text and found is None:
        hint = _("Write it as 2026-11-20.")
        problems.append(Problem("not-a-day", name, _("“%s” is no day.") % text[:40], hint))
    return found


def read_day(text: str) -> date | None:
    """A day as an address says it, within the bounds of calendars; None where it is none."""
    try:
        return min(max(date.fromisoformat(text.strip()), date(1900, 1, 2)), date(2999, 12, 30))
    except ValueError:
        return None


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    """Both days; what is not said is about a month, up to the last event there is."""
    if last is None:
        newest = Event.objects.order_by("-happened_at").values_list("happened_at", flat=True).first()
        last = day_of(newest or timezone.now())
        last = max(last, first) if first else last
    return first or last - USUAL + timedelta(days=1), last


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From when to before when what happened in some local days ended: what ends at midnight is of the day before."""
    zone = timezone.get_current_timezone()
    begin, end = (datetime.combine(one, time(0, 0, 1), zone) for one in (first, last + timedelta(days=1)))
    return begin, end


def midnights_of(day: date) -> tuple[datetime, datetime]:
    """When a local day begins and ends."""
    zone = timezone.get_current_timezone()
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def day_of(at: datetime) -> date:
    """The local day of something that ended then."""
    return timezone.localtime(at - timedelta(seconds=1)).date()


def matching(wanted: EventFilter) -> QuerySet[Event]:
    """The events of a filter, newest first."""
    begin, end = bounds(wanted.first, wanted.last)
    rows = Event.objects.filter(_where(replace(wanted, spec="")))
    if wanted.spec:
        held = Stock.objects.filter(spec=wanted.spec).values("pk")
        through = Q(resource__in=held) | Q(resource=None, to_resource__in=held)
        rows = rows.filter(Q(spec=wanted.spec) | Q(Q(spec=None) & through))
    return rows.filter(happened_at__gte=begin, happened_at__lt=end).order_by("-happened_at", "-record_id")


def _where(wanted: EventFilter) -> Q:
    """What is said as a condition on events, or on sums of days, whose columns have the same names."""
    where = Q(**{name: text for name in SAME if (text := getattr(wanted, name))})
    if wanted.process:
        where &= Q(input_of=wanted.process) | Q(output_of=wanted.process)
    if wanted.stock:
        where &= Q(resource=wanted.stock) | Q(to_resource=wanted.stock)
    if wanted.agent:
        where &= Q(provider=wanted.agent) | Q(receiver=wanted.agent)
    if wanted.place:
        there = working_at(wanted.place)
        where &= Q(input_of__in=there) | Q(output_of__in=there)
    return where


def page_of(rows: QuerySet[Event], before: str = "") -> tuple[list[Event], str]:
    """The next events after a mark, and the mark of the page after them, empty at the end. No row is counted off."""
    mark = _read_mark(before)
    if mark:
        at, number = mark
        rows = rows.filter(happened_at__lte=at).exclude(happened_at=at, record_id__gte=number)
    found = list(rows[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    more = len(found) > AT_ONCE
    return shown, f"{shown[-1].happened_at.isoformat()}_{shown[-1].record_id}" if more else ""


def _read_mark(text: str) -> tuple[datetime, int] | None:
    at, _sep, number = text.rpartition("_")
    try:
        found = datetime.fromisoformat(at)
        return (found, int(number)) if found.tzinfo and abs(int(number)) < 2**62 else None
    except (ValueError, OverflowError):
        return None


def open_to(rows: QuerySet[Event], viewer: Viewer) -> QuerySet[Event]:
    """Those events that somebody may see one by one: not those of other people and households.

    When somebody is at home, and what they do there, can be read off their events.
    """
    if may(viewer, "see", "event", owner=NOBODY):
        return rows
    hidden = _others(viewer)
    return rows.exclude(provider__in=hidden).exclude(receiver__in=hidden)


def stocks_open_to(rows: QuerySet[Stock], viewer: Viewer) -> QuerySet[Stock]:
    """Those stocks that somebody may see: not those that other people and households own."""
    if may(viewer, "see", "stock", owner=NOBODY):
        return rows
    return rows.exclude(primary_accountable__in=_others(viewer))


def _others(viewer: Viewer) -> QuerySet[Agent]:
    """Persons and households for whom somebody does not act."""
    theirs = {one for one in (viewer.agent, *viewer.acts_for) if one}
    return Agent.objects.filter(Q(kind__in=PRIVATE) & ~Q(pk__in=theirs))


PRIVATE = (PERSON, HOUSEHOLD)
NOBODY = "somebody else"
"""An owner that is no agent: whoever may see what is theirs may see everybody's."""


def newest_of_process(process: str, viewer: Viewer, most: int = 12) -> list[Event]:
    """The newest events of a process that somebody may see, on either side of it."""
    sides = [
        open_to(Event.objects.filter(**{side: process}), viewer).order_by("-record_id")[:most]
        for side in ("input_of", "output_of")
    ]
    found = [row for rows in sides for row in rows]
    return sorted(found, key=lambda row: (row.happened_at, row.record_id), reverse=True)[:most]


def totals(wanted: EventFilter) -> list[Total]:
    """What the events of a filter come to, by action, kind of thing and unit; the largest number of events first."""
    known = summed_by_this_clock()
    if not known:
        return _merge(_of_events(matching(wanted).order_by()))
    by_day = DaySum.objects.filter(_where(wanted), day__gte=wanted.first, day__lte=wanted.last)
    return _merge([*_of_days(by_day), *_of_events(_since(wanted, known))])


def _since(wanted: EventFilter, known: int) -> QuerySet[Event]:
    """The events of a filter that were recorded after the sums of the days were brought up to date; most often none."""
    if Head.objects.filter(pk=1, number__lte=known).exists():
        return Event.objects.none()
    return matching(wanted).filter(record_id__gt=known).order_by()


def summed_by_this_clock() -> int:
    """The number of the last record that the sums of the days know, 0 where they were cut by another clock."""
    rows = SummedUntil.objects.filter(pk=1, zone=timezone.get_current_timezone_name())
    return rows.values_list("number", flat=True).first() or 0


def _of_days(rows: QuerySet[DaySum]) -> Iterable[Total]:
    kind = ("action", "spec", "unit", "effort_unit")
    sums = {
        "total": Sum("quantity", output_field=SumField()),
        "efforts": Sum("effort", output_field=SumField()),
        "count": Sum("events"),
    }
    for row in rows.order_by().values(*kind).annotate(**sums).values_list(*kind, *sums):
        action, spec, unit, effort_unit, quantity, effort, events = row
        yield Total(action, spec, unit, effort_unit, quantity or Decimal(0), effort or Decimal(0), int(events))


def _of_events(rows: QuerySet[Event]) -> Iterable[Total]:
    """The same of single events; a correction without a unit has that of what it corrects, which is in the rows."""
    held = Stock.objects.filter(pk=Coalesce(OuterRef("resource"), OuterRef("to_resource"))).values("spec")
    found = rows.annotate(said=Coalesce(F("spec"), Subquery(held)))
    for row in found.values_list("action", "said", "unit", "effort_unit", "quantity", "effort").iterator(2000):
        action, spec, unit, effort_unit, quantity, effort = row
        yield Total(action, spec or "", unit or "", effort_unit or "", quantity or Decimal(0), effort or Decimal(0), 1)


def _merge(found: Iterable[Total]) -> list[Total]:
    merged: dict[tuple[str, ...], Total] = {}
    for one in found:
        key = (one.action, one.spec, one.unit, one.effort_unit)
        before = merged.get(key)
        merged[key] = one if before is None else _added(before, one)
    return sorted(merged.values(), key=lambda one: (-one.events, one.action, one.spec))


def _added(before: Total, one: Total) -> Total:
    return replace(
        before,
        quantity=before.quantity + one.quantity,
        effort=before.effort + one.effort,
        events=before.events + one.events,
    )


def overall(found: list[Total]) -> list[tuple[str, Decimal]]:
    """One sum for each unit, where all events are of one action: others would add what came to what went."""
    if len({one.action for one in found}) != 1:
        return []
    sums: dict[str, Decimal] = {}
    for one in found:
        for unit, value in ((one.unit, one.quantity), (one.effort_unit, one.effort)):
            if unit:
                sums[unit] = sums.get(unit, Decimal(0)) + value
    return list(sums.items())
