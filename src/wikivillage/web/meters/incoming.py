"""Readings on their way into the database: sorted against what is there, written with few statements.

The rows of the registers are locked first, in order, so whoever hands in the same readings at the same time waits,
and then finds duplicates; counts are right whatever races.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection

from wikivillage.base.problems import Problem
from wikivillage.base.units import UnitError
from wikivillage.connectors.exact import convert_exactly
from wikivillage.connectors.kinds import BatchReport, Key, Quarantined, Reading, RegisterKey
from wikivillage.connectors.ordinary import LARGEST as LARGEST_READING
from wikivillage.connectors.ordinary import PLAIN_UNITS, Course, follow
from wikivillage.connectors.sort_readings import FUTURE_TOLERANCE, sort_batch
from wikivillage.web.fields import scaled, unscaled
from wikivillage.web.meters import models
from wikivillage.web.meters.opened import Opened, all_kinds, open_registers
from wikivillage.web.meters.rows import stored_values, time_writer, write_readings, write_rows

Registers = Mapping[RegisterKey, Opened]
LONGEST_RAW = 4000
"""Characters of what was refused that are kept."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not counted, as it came, and why. ``same_as``: what makes it the same when it comes again,
    where that is not all of it. ``is_reading``: it can be tried again."""

    raw: str
    problem: Problem
    same_as: str = ""
    is_reading: bool = False


def take_in(
    readings: Sequence[Reading], refused: Sequence[Refused], at: datetime, source: str, *, is_believed: bool = False
) -> BatchReport:
    """Sort readings and write what became of each of them; the caller has opened the transaction.

    ``is_believed``: somebody has looked at them, and no step is too large.
    """
    wanted = {(one.meter, one.register) for one in readings}
    opened = open_registers(wanted)
    courses = {} if is_believed else {key: one.course(at + FUTURE_TOLERANCE) for key, one in opened.items()}
    values = follow(readings, courses)
    ordinary = {key: course for key, course in courses.items() if course.is_ordinary}
    if len(ordinary) == len(wanted):
        report, others = BatchReport(new=tuple(readings)), []
    else:
        report = _sorted_with_care(readings, opened, ordinary, at, is_believed=is_believed)
        values = [scaled(one.value) for one in report.new]
        others = [(one, value) for one, value in zip(report.new, values, strict=True) if one.key[:2] not in ordinary]
    counts = report.counts | {"quarantined": report.counts["quarantined"] + len(refused)}
    batch = _add_batch(at, source, counts)
    write_readings(report.new, values, {key: one.id for key, one in opened.items()}, batch)
    _write_conflicts(report, opened, at)
    _write_quarantine([*(_refused(one) for one in report.quarantined), *refused], at)
    _mark(_spans(ordinary, others), opened)
    return report


def _sorted_with_care(
    readings: Sequence[Reading],
    opened: Registers,
    ordinary: Collection[RegisterKey],
    at: datetime,
    *,
    is_believed: bool,
) -> BatchReport:
    """What becomes of readings of which not all are ordinary."""
    described = {key: one.kind for key, one in opened.items()}
    if is_believed:
        described = {key: replace(kind, largest_step_per_hour=None) for key, kind in described.items()}
    odd = [one for one in readings if one.key[:2] not in ordinary]
    unknown = {one.key[:2] for one in odd} - described.keys()
    if unknown:
        described |= {key: kind for key, kind in all_kinds().items() if key not in unknown | described.keys()}
    aside = [Quarantined(one, problem) for one in odd if (problem := _out_of_bounds(one, opened))]
    unkept = {id(one.reading) for one in aside}
    kept = [one for one in readings if id(one) not in unkept] if aside else readings
    known = _known([one for one in odd if id(one) not in unkept], opened)
    report = sort_batch(kept, known, described, at, ordinary=ordinary)
    return replace(report, quarantined=(*report.quarantined, *aside)) if aside else report


Span = tuple[datetime, datetime, int]
"""When the new readings of a register begin and end, and the last value in billionths."""


def _spans(ordinary: Mapping[RegisterKey, Course], others: Iterable[tuple[Reading, int]]) -> dict[RegisterKey, Span]:
    """What each register got that was new: the ordinary ones as their course says, the others as they came."""
    spans = {key: (one.begun or one.after, one.after, one.value or 0) for key, one in ordinary.items()}
    for reading, value in others:
        key, at = (reading.meter, reading.register), reading.at
        begin, end, last = spans.get(key, (at, at, value))
        spans[key] = (min(begin, at), *max((end, last), (at, value)))
    return spans


def _known(readings: Sequence[Reading], opened: Registers) -> dict[Key, Decimal]:
    """The stored values that matter: none are looked for where a reading is newer than all of its register."""
    late: dict[tuple[int, datetime], None] = {}
    for reading in readings:
        one = opened.get((reading.meter, reading.register))
        if one is not None and one.last_at is not None and reading.at <= one.last_at:
            late[one.id, reading.at] = None
    names = {one.id: key for key, one in opened.items()}
    found = {(*names[id], at): value for (id, at), value in stored_values(list(late)).items()}
    for key, one in opened.items():
        if one.kind.largest_step_per_hour is not None and one.last_at is not None and one.last_value is not None:
            found[*key, one.last_at] = unscaled(one.last_value)
            found.update(_before([at for id, at in late if id == one.id], one))
    return found


def _before(times: Sequence[datetime], one: Opened) -> Iterator[tuple[Key, Decimal]]:
    """Every stored reading from the one before the earliest of some times to the latest."""
    if not times:
        return
    earlier = _previous(one.id, min(times)) or min(times)
    stored = models.Reading.objects.filter(register=one.id, at__gte=earlier, at__lte=max(times))
    for at, value in stored.values_list("at", "value"):
        yield (*one.kind.key, at), value


def _previous(register: int, at: datetime) -> datetime | None:
    """When a register was read last before a time."""
    earlier = models.Reading.objects.filter(register=register, at__lt=at).order_by("-at")
    return earlier.values_list("at", flat=True).first()


def _out_of_bounds(reading: Reading, opened: Registers) -> Problem | None:
    """Why a reading is set aside before others are compared with it: it is of a retired meter, or beyond every sum."""
    one = opened.get((reading.meter, reading.register))
    if one is None:
        return None
    name = f"{reading.meter}/{reading.register}"
    if one.retired_at is not None and reading.at > one.retired_at:
        what = f"{name}: the meter was retired at {one.retired_at:%Y-%m-%d %H:%M} UTC."
        return Problem("meter-retired", reading.source, what, "Describe the new meter under a name of its own.")
    value = _in_unit(reading, one)
    if value.is_finite() and value.copy_abs() > one.largest:
        what = f"{name}: {value:,.0f} {one.kind.unit} is more than the {one.largest:,.0f} that can be kept."
        return Problem("too-large", reading.source, what, "Let the register count in a larger unit.")
    return None


def _in_unit(reading: Reading, one: Opened) -> Decimal:
    """The value in the register's unit; as it is where it cannot be converted, which sorting will tell."""
    if reading.unit in (*PLAIN_UNITS, one.kind.unit) or not reading.value.is_finite():
        return reading.value
    if reading.value.copy_abs() > LARGEST_READING:
        return reading.value
    try:
        return convert_exactly(reading.value, str(reading.unit), one.kind.unit) or reading.value
    except UnitError:
        return reading.value


BATCH = """INSERT INTO meters_batch (at, source, new, duplicate, conflicting, quarantined)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"""


def _add_batch(at: datetime, source: str, counts: Mapping[str, int]) -> int:
    names = ("new", "duplicate", "conflicting", "quarantined")
    with connection.cursor() as cursor:
        cursor.execute(BATCH, [time_writer()(at), source, *(counts[name] for name in names)])
        (number,) = cursor.fetchone()
    return int(number)


CONFLICT = """INSERT INTO meters_conflict (register_id, at, value, kept, source, first_at, times)
VALUES (%s, %s, %s, %s, %s, %s, 1) ON CONFLICT (register_id, at, value)
DO UPDATE SET times = meters_conflict.times + 1"""
QUARANTINE = """INSERT INTO meters_quarantine
(digest, raw, is_reading, code, "where", what, hint, first_at, last_at, times, resolution)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, '') ON CONFLICT (digest)
DO UPDATE SET times = meters_quarantine.times + 1, last_at = excluded.last_at"""


def _write_conflicts(report: BatchReport, opened: Registers, at: datetime) -> None:
    written = time_writer()
    rows = [
        (
            opened[one.reading.key[:2]].id,
            written(one.reading.at),
            scaled(one.reading.value),
            scaled(one.kept),
            one.reading.source,
            written(at),
        )
        for one in report.conflicting
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(CONFLICT, rows)


def _write_quarantine(refused: Sequence[Refused], at: datetime) -> None:
    rows = [_quarantine_row(one, at) for one in refused]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(QUARANTINE, rows)


def _quarantine_row(one: Refused, at: datetime) -> tuple[Any, ...]:
    problem, raw = one.problem, _keepable(one.raw)
    digest = sha256(json.dumps([problem.code, one.same_as or raw]).encode()).hexdigest()
    written = time_writer()
    texts = [_keepable(text) for text in (problem.where, problem.what, problem.hint)]
    return digest, raw, one.is_reading and raw == one.raw, problem.code, *texts, written(at), written(at)


def _refused(one: Quarantined) -> Refused:
    reading = one.reading
    same = json.dumps([*reading.key[:2], reading.at.isoformat(), str(reading.value), reading.unit])
    return Refused(reading_text(reading), one.problem, same, is_reading=True)


def reading_text(reading: Reading) -> str:
    """A reading as text from which it can be read again."""
    return json.dumps(
        {
            "meter": reading.meter,
            "register": reading.register,
            "at": reading.at.isoformat(),
            "value": str(reading.value),
            "unit": reading.unit,
            "received_at": reading.received_at.isoformat(),
            "source": reading.source,
            "stamped_on_arrival": reading.stamped_on_arrival,
        }
    )


def _keepable(text: str) -> str:
    """Text that both databases keep: no NUL, no half characters, not endless."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:LONGEST_RAW]


SPAN = {
    "id": "bigint",
    "last_at": "timestamptz",
    "last_value": "bigint",
    "stale_from": "timestamptz",
    "stale_until": "timestamptz",
}
MARK = f"""WITH marked ({", ".join(SPAN)}) AS ({{rows}})
UPDATE meters_register SET {", ".join(f"{name} = marked.{name}" for name in list(SPAN)[1:])}
FROM marked WHERE meters_register.id = marked.id"""


def _mark(spans: Mapping[RegisterKey, Span], opened: Registers) -> None:
    """Note on each register its last reading, and from where its intervals have to be looked at again."""
    written = time_writer()
    marked = [_marked(opened[key], *span) for key, span in spans.items()]
    rows = [(id, written(end), value, written(begin), written(until)) for id, end, value, begin, until in marked]
    write_rows(MARK, list(SPAN.values()), rows)


def _marked(one: Opened, begin: datetime, end: datetime, value: int) -> tuple[int, datetime, int, datetime, datetime]:
    is_next = one.last_at is not None and one.last_at < begin
    before = one.last_at if is_next else _previous(one.id, begin)
    stale_from, stale_until = before or begin - one.kind.interval, end
    if one.stale_from is not None and one.stale_until is not None:
        stale_from, stale_until = min(stale_from, one.stale_from), max(stale_until, one.stale_until)
    newest = (end, value)
    if one.last_at is not None and one.last_value is not None and one.last_at > end:
        newest = (one.last_at, one.last_value)
    return (one.id, *newest, stale_from, stale_until)


def reading_of(raw: str) -> Reading:
    """The reading in a text of ``reading_text``."""
    said = json.loads(raw)
    at, received_at = (datetime.fromisoformat(said[name]).astimezone(UTC) for name in ("at", "received_at"))
    return Reading(
        meter=said["meter"],
        register=said["register"],
        at=at,
        value=Decimal(said["value"]),
        source=said["source"],
        received_at=received_at,
        unit=said["unit"],
        stamped_on_arrival=said["stamped_on_arrival"],
    )
