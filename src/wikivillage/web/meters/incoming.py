"""Readings on their way into the database: sorted against what is there, written with few statements.

The rows of the registers are locked first, in order, so whoever hands in the same readings at the same time waits,
and then finds duplicates; counts are right whatever races.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection

from wikivillage.base.problems import Problem
from wikivillage.connectors import kinds
from wikivillage.connectors.exact import EXACT
from wikivillage.connectors.kinds import BatchReport, Key, Quarantined, Reading, RegisterKey
from wikivillage.connectors.sort_readings import sort_batch
from wikivillage.flows.check_entry import LARGEST
from wikivillage.web.fields import scaled
from wikivillage.web.ledger.retry import RaceLostError
from wikivillage.web.meters import models
from wikivillage.web.meters.rows import kind_of, locked, stored_values, written_time

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


@dataclass(slots=True)
class _Open:
    """The registers of a batch: their locked rows, and the kinds by which readings are sorted."""

    rows: dict[RegisterKey, models.Register]
    kinds: dict[RegisterKey, kinds.Register]


def take_in(
    readings: Sequence[Reading], refused: Sequence[Refused], at: datetime, source: str, *, is_believed: bool = False
) -> BatchReport:
    """Sort readings and write what became of each of them; the caller has opened the transaction.

    ``is_believed``: somebody has looked at them, and no step is too large.
    """
    opened = _open(readings)
    if is_believed:
        opened.kinds = {key: replace(kind, largest_step_per_hour=None) for key, kind in opened.kinds.items()}
    report = sort_batch(readings, _known(readings, opened), opened.kinds, at)
    report = _within_bounds(report, opened)
    counts = report.counts | {"quarantined": report.counts["quarantined"] + len(refused)}
    batch = models.Batch.objects.create(at=at, source=source, **counts)
    _write_readings(report.new, opened, batch.pk)
    _write_conflicts(report, opened, at)
    _write_quarantine([*(_refused(one) for one in report.quarantined), *refused], at)
    _mark(report.new, opened)
    return report


def _open(readings: Iterable[Reading]) -> _Open:
    """Lock the registers that readings name. Where one is not known, all others are read, to say what was meant."""
    wanted = {reading.key[:2] for reading in readings}
    meters = {meter for meter, _ in wanted}
    rows = {
        (row.meter_id, row.name): row
        for row in locked(models.Register.objects.filter(meter_id__in=meters).order_by("pk"))
        if (row.meter_id, row.name) in wanted
    }
    described = {key: kind_of(row) for key, row in rows.items()}
    if len(rows) < len(wanted):
        others = {(row.meter_id, row.name): kind_of(row) for row in models.Register.objects.all()}
        described |= {key: kind for key, kind in others.items() if key not in wanted}
    return _Open(rows, described)


def _known(readings: Sequence[Reading], opened: _Open) -> dict[Key, Decimal]:
    """The stored values that matter: none are looked for where a reading is newer than all of its register."""
    names = {row.pk: key for key, row in opened.rows.items()}
    late: dict[tuple[int, datetime], None] = {}
    found: dict[Key, Decimal] = {}
    for reading in readings:
        row = opened.rows.get(reading.key[:2])
        if row is not None and row.last_at is not None and reading.at <= row.last_at:
            late[row.pk, reading.at] = None
    for (register, at), value in stored_values(list(late)).items():
        found[*names[register], at] = value
    for key, row in opened.rows.items():
        if row.largest_step_per_hour is not None and row.last_at is not None:
            found[*key, row.last_at] = row.last_value
            found |= _before([moment for register, moment in late if register == row.pk], row)
    return found


def _before(times: Sequence[datetime], row: models.Register) -> Iterator[tuple[Key, Decimal]]:
    """Every stored reading from the one before the earliest of some times to the latest."""
    if not times:
        return
    earlier = _previous(row, min(times))
    stored = models.Reading.objects.filter(register=row, at__gte=earlier or min(times), at__lte=max(times))
    for at, value in stored.values_list("at", "value"):
        yield (row.meter_id, row.name, at), value


def _previous(row: models.Register, at: datetime) -> datetime | None:
    """When the register was read last before a time."""
    return models.Reading.objects.filter(register=row, at__lt=at).order_by("-at").values_list("at", flat=True).first()


def _within_bounds(report: BatchReport, opened: _Open) -> BatchReport:
    """New readings of retired meters, and those too large for any sum of the ledger, are set aside as well."""
    retired = dict(
        models.Meter.objects.filter(pk__in={meter for meter, _ in opened.rows}, retired_at__isnull=False).values_list(
            "pk", "retired_at"
        )
    )
    verdicts = [(reading, _out_of_bounds(reading, opened.kinds[reading.key[:2]], retired)) for reading in report.new]
    aside = tuple(Quarantined(reading, problem) for reading, problem in verdicts if problem)
    if not aside:
        return report
    kept = tuple(reading for reading, problem in verdicts if not problem)
    return replace(report, new=kept, quarantined=(*report.quarantined, *aside))


def _out_of_bounds(reading: Reading, kind: kinds.Register, retired: Mapping[str, datetime]) -> Problem | None:
    name = f"{reading.meter}/{reading.register}"
    if retired and reading.meter in retired and reading.at > retired[reading.meter]:
        what = f"{name}: the meter was retired at {retired[reading.meter]:%Y-%m-%d %H:%M} UTC."
        return Problem("meter-retired", reading.source, what, "Describe the new meter under a name of its own.")
    if max(abs(reading.value), abs(EXACT.multiply(reading.value, kind.multiplier))) > LARGEST:
        what = f"{name}: {reading.value} is more than the {LARGEST} {kind.unit} that can be kept."
        return Problem("too-large", reading.source, what, "Let the register count in a larger unit.")
    return None


INSERT = """INSERT INTO meters_reading (register_id, at, value, received_at, source, stamped, batch_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
INSERT_MANY = """INSERT INTO meters_reading (register_id, at, value, received_at, source, stamped, batch_id)
SELECT *, %s FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::timestamptz[], %s::text[], %s::boolean[])
ON CONFLICT DO NOTHING"""


def _write_readings(new: Sequence[Reading], opened: _Open, batch: int) -> None:
    """Insert without the ORM. Whatever was there all the same, for all the locks, is a race that was lost."""
    if not new:
        return
    numbers = {key: row.pk for key, row in opened.rows.items()}
    rows = (
        (
            numbers[one.meter, one.register],
            written_time(one.at),
            scaled(one.value),
            written_time(one.received_at),
            one.source,
            one.stamped_on_arrival,
        )
        for one in new
    )
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(INSERT, [(*row, batch) for row in rows])
        else:
            cursor.execute(INSERT_MANY, [batch, *map(list, zip(*rows, strict=True))])
        if cursor.rowcount != len(new):
            raise RaceLostError


CONFLICT = """INSERT INTO meters_conflict (register_id, at, value, kept, source, first_at, times)
VALUES (%s, %s, %s, %s, %s, %s, 1) ON CONFLICT (register_id, at, value)
DO UPDATE SET times = meters_conflict.times + 1"""
QUARANTINE = """INSERT INTO meters_quarantine
(digest, raw, is_reading, code, "where", what, hint, first_at, last_at, times, resolution)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, '') ON CONFLICT (digest)
DO UPDATE SET times = meters_quarantine.times + 1, last_at = excluded.last_at"""


def _write_conflicts(report: BatchReport, opened: _Open, at: datetime) -> None:
    rows = [
        (
            opened.rows[one.reading.key[:2]].pk,
            written_time(one.reading.at),
            _bounded(one.reading.value),
            scaled(one.kept),
            one.reading.source,
            written_time(at),
        )
        for one in report.conflicting
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(CONFLICT, rows)


def _bounded(value: Decimal) -> int:
    """A conflicting value as it is kept: one beyond every bound counts as the bound."""
    return scaled(max(min(value, LARGEST), -LARGEST))


def _write_quarantine(refused: Sequence[Refused], at: datetime) -> None:
    rows = [_quarantine_row(one, at) for one in refused]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(QUARANTINE, rows)


def _quarantine_row(one: Refused, at: datetime) -> tuple[Any, ...]:
    problem, raw = one.problem, _keepable(one.raw)
    digest = sha256(json.dumps([problem.code, one.same_as or raw]).encode()).hexdigest()
    texts = [_keepable(text) for text in (problem.where, problem.what, problem.hint)]
    return digest, raw, one.is_reading and raw == one.raw, problem.code, *texts, written_time(at), written_time(at)


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


MARK = """UPDATE meters_register SET last_at = %s, last_value = %s, stale_from = %s, stale_until = %s WHERE id = %s"""


def _mark(new: Sequence[Reading], opened: _Open) -> None:
    """Note on each register its last reading, and from where its intervals have to be looked at again."""
    spans: dict[RegisterKey, tuple[Reading, Reading]] = {}
    for reading in new:
        first, last = spans.get(reading.key[:2], (reading, reading))
        spans[reading.key[:2]] = (min(first, reading, key=_time), max(last, reading, key=_time))
    rows = [_marked(opened.rows[key], opened.kinds[key], *span) for key, span in spans.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(MARK, rows)


def _time(reading: Reading) -> datetime:
    return reading.at


def _marked(row: models.Register, kind: kinds.Register, first: Reading, last: Reading) -> tuple[Any, ...]:
    is_next = row.last_at is not None and row.last_at < first.at
    before = row.last_at if is_next else _previous(row, first.at)
    stale_from = before or first.at - kind.interval
    stale_until = last.at
    if row.stale_from is not None:
        stale_from, stale_until = min(stale_from, row.stale_from), max(stale_until, row.stale_until)
    newest = (last.at, last.value) if row.last_at is None or row.last_at < last.at else (row.last_at, row.last_value)
    times = (written_time(newest[0]), scaled(newest[1]), written_time(stale_from), written_time(stale_until))
    return *times, row.pk


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
