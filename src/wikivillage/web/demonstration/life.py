"""The weeks of a life, written one after the other through the actions by which people and meters write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from django.db.models import Min

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors import kinds
from wikivillage.flows.kinds import Entry
from wikivillage.web.demonstration.bad_days import speaks_until, spoil
from wikivillage.web.demonstration.by_hand import lost_in_stores
from wikivillage.web.demonstration.cast import Counter, described
from wikivillage.web.demonstration.counters import first_value, reading, readings_of, shown
from wikivillage.web.demonstration.facts import Parties, entry_id, openings, processes_of
from wikivillage.web.demonstration.living import live_week
from wikivillage.web.demonstration.people import move_in
from wikivillage.web.demonstration.planned import UNIT, Planned
from wikivillage.web.demonstration.sharing import share
from wikivillage.web.demonstration.telling import Stretch, tell
from wikivillage.web.demonstration.week import Week
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Record, Stock
from wikivillage.web.meters.actions import add_meters, close_intervals, ingest
from wikivillage.web.meters.models import Meter, Reading, Register
from wikivillage.web.prices.actions import propose_defaults

BATCH, RECORDS = 5000, 1000
"""How many readings are handed in at once, and how many entries are recorded."""
BIRTH = ("grid", "mains", "heating")
"""Meters that any house has: by them we see how far life has come."""
WEEKS_BACK = 1
"""What is written by hand of a week is written in it or in the next one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was added: weeks gone through, readings, events of meters, entries by hand, gestures of people who booked,
    brought, lent or repaired something, by which rules others were refused, and what could not be written."""

    weeks: int = 0
    readings: int = 0
    events: int = 0
    entries: int = 0
    shared: int = 0
    refused: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def __add__(self, other: Summary) -> Summary:
        """Both together."""
        return Summary(
            self.weeks + other.weeks,
            self.readings + other.readings,
            self.events + other.events,
            self.entries + other.entries,
            self.shared + other.shared,
            (*self.refused, *other.refused),
            (*self.problems, *other.problems),
        )


@dataclass(frozen=True)
class Life:
    """What living takes: the plan, who acts, the registers, and the chance of this village."""

    planned: Planned
    parties: Parties
    counters: tuple[Counter, ...]
    seed: int
    by: str | None
    begun: datetime | None
    now: datetime

    @cached_property
    def metered(self) -> frozenset[str]:
        """The flows that a meter counts."""
        return frozenset(one.flow for one in self.counters)

    @cached_property
    def _weeks(self) -> dict[int, Week]:
        return {}

    def week(self, number: int) -> Week:
        """A week of this life, made once."""
        if number not in self._weeks:
            self._weeks[number] = live_week(self.planned, number, self.seed)
        return self._weeks[number]

    @cached_property
    def born(self) -> int | None:
        """The week in which this life began, None before it has."""
        meter = Meter.objects.filter(pk__in=BIRTH).order_by("created_at").first()
        return self.planned.number_of(meter.created_at.astimezone(self.planned.zone).date()) if meter else None

    def forget_before(self, number: int) -> None:
        """Keep only the weeks from some number on."""
        for old in [one for one in self._weeks if one < number]:
            del self._weeks[old]


def lived_until() -> datetime | None:
    """How far life has come: the last reading of any register of the demonstration."""
    rows = Register.objects.filter(meter__in=BIRTH, last_at__isnull=False).order_by("-last_at")
    return rows.values_list("last_at", flat=True).first()


def refuse_true_life() -> None:
    """Never mix inventions with facts. Raises ProblemError true-ledger where something is written that is not ours."""
    is_ours = Record.objects.filter(id=entry_id("opening", "electricity")).exists()
    if not is_ours and (Record.objects.exists() or Reading.objects.exists()):
        what = "has facts of a true village in it; a demonstration would mix inventions with them."
        raise ProblemError([Problem("true-ledger", "database", what, "Name another --database.")])


def begin_life(life: Life, week: Week, names: Mapping[str, str]) -> None:
    """The meters on the walls, the prices, the processes and the stocks, as the first week finds them."""
    at = week.span.begin
    propose_defaults(at=at, by=life.by or "")
    move_in(at=at, by=life.by or "")
    for turn in described(life.planned, life.parties, names):
        add_meters(meters=turn, at=at, by=life.by or "")
    levels = {store: week.level_before(store) for store in life.planned.stores}
    there = set(Stock.objects.values_list("id", flat=True))
    opened = [
        one
        for one in openings(life.planned, life.parties, levels, at)
        if one.new_resource and one.new_resource.id not in there
    ]
    record(entries=[*processes_of(life.planned, life.parties), *opened], at=at, by=life.by)


def first_week(life: Life, first: date) -> int:
    """The week in which to go on: of the register that is furthest behind, or of the first day of all."""
    rows = Register.objects.filter(meter__in=[one.meter for one in life.counters], last_at__isnull=False)
    behind = rows.exclude(kind="gauge").aggregate(at=Min("last_at"))["at"] if life.begun else None
    return life.planned.number_of(behind.astimezone(life.planned.zone).date() if behind else first)


def live_through_week(life: Life, number: int, earliest: int, late: list[kinds.Reading]) -> Summary:
    """One week: what is written by hand, then the meters, then what stores lost; ``late`` gathers what comes late."""
    week = life.week(number)
    begins = life.begun is None and number == earliest
    until = min(life.now, week.span.end)
    stretch = Stretch(max(life.begun or week.span.begin, week.span.begin), until, begins)
    born = earliest if life.born is None else life.born
    near = range(max(number - WEEKS_BACK, born), number + 2)
    shared, refused = share(life.planned, number, born, stretch, life.seed, life.parties.agents)
    entries = tell({one - number: life.week(one) for one in near}, stretch, life.parties, life.metered)
    problems = _record(entries, until, life)
    spoiled = spoil(list(_readings(life, week, until)), life.now, begins=life.begun is None)
    late += spoiled.late
    done = hand_in(life, spoiled.in_time, until)
    lost = [entry for _, entry in stretch.of(lost_in_stores(week, life.parties))]
    problems += _record(lost, until, life)
    life.forget_before(number - WEEKS_BACK)
    return done + Summary(weeks=1, entries=len(entries) + len(lost), shared=shared, refused=refused, problems=problems)


def _record(entries: Sequence[Entry], at: datetime, life: Life) -> tuple[str, ...]:
    """Write entries; of a batch that is refused, as after a change of plans, what can be. Returns why not."""
    problems: list[str] = []
    for begin in range(0, len(entries), RECORDS):
        some = entries[begin : begin + RECORDS]
        try:
            record(entries=some, at=at, by=life.by)
        except ProblemError:
            problems += [problem for one in some for problem in _record_one(one, at, life)]
    return tuple(problems)


def _record_one(entry: Entry, at: datetime, life: Life) -> list[str]:
    try:
        record(entries=[entry], at=at, by=life.by)
    except ProblemError as error:
        return [str(one) for one in error.problems]
    return []


def hand_in(life: Life, readings: Sequence[kinds.Reading], at: datetime) -> Summary:
    """Readings go in, and what is over is closed."""
    taken = 0
    for begin in range(0, len(readings), BATCH):
        taken += len(ingest(readings=readings[begin : begin + BATCH], at=at, source="demonstration").new)
    if not readings:
        return Summary()
    settled = close_intervals(at=at, by=life.by)
    return Summary(readings=taken, events=settled.events, problems=tuple(str(one) for one in settled.problems))


def _readings(life: Life, week: Week, until: datetime) -> Iterator[kinds.Reading]:
    rows = Register.objects.filter(last_at__isnull=False).values_list("meter_id", "name", "last_at", "last_value")
    known = {(meter, name): (at.astimezone(UTC), int(value * UNIT)) for meter, name, at, value in rows}
    for one in life.counters:
        last = known.get((one.meter, one.register))
        silent = speaks_until(one.meter, last[0] if last and life.begun else None, life.begun, life.now)
        if last is None and not one.is_gauge:
            last = (week.span.begin, first_value(life.seed, one))
            yield reading(one, *last)
        yield from readings_of(one, *shown(week, one), last, min(until, silent))
