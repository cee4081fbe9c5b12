"""Questions to the meters. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.connectors.differences import differences
from wikivillage.connectors.intervals import find_gaps
from wikivillage.connectors.kinds import Reading
from wikivillage.connectors.local_time import Grid, Span
from wikivillage.flows.exact import plain
from wikivillage.flows.wire import utc_text
from wikivillage.web.meters import models
from wikivillage.web.meters.rows import kind_of
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_file import digest
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

CHUNK = 2000
LOOKED_BACK = timedelta(days=30)
"""How far back gaps are looked for unless something else is asked."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a register does: its last reading, since when it is silent (None while it is not), and what is missing."""

    meter: str
    register: str
    last_at: datetime | None
    last_value: Decimal | None
    silent_since: datetime | None
    gaps: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an event of the ledger rests on: an interval, how it was made, and its readings, the pair at both ends."""

    meter: str
    register: str
    begin: datetime
    end: datetime
    quantity: Decimal
    net: Decimal
    unit: str
    quality: str
    rules: str
    readings: tuple[tuple[datetime, Decimal], ...]
    corrections: tuple[tuple[datetime, Decimal], ...]


def access_meter(secret: str) -> models.Meter | None:
    """The meter of a token's secret, or None where it opens nothing (any more). Only digests are compared."""
    return models.Meter.objects.filter(token_digest=digest(secret.encode()), retired_at=None).first()


NOBODY = "somebody else"
"""An owner that is no agent: whoever may see what is theirs may see everybody's."""


def meters(viewer: Viewer | None = None) -> QuerySet[models.Meter]:
    """Meters with their registers; for a ``viewer`` those that they may see, for nobody in particular all.

    When somebody is at home can be read off a meter, so those of persons and households are shown to themselves, to
    who acts for them, to stewards and to auditors. What an organisation counts is open.
    """
    rows = models.Meter.objects.select_related("agent").prefetch_related("registers").order_by("pk")
    if viewer is None or may(viewer, "see", "meter", owner=NOBODY):
        return rows
    theirs = [one for one in (viewer.agent, *viewer.acts_for) if one]
    return rows.filter(Q(agent=None) | ~Q(agent__kind__in=PRIVATE) | Q(agent__in=theirs))


PRIVATE = (PERSON, HOUSEHOLD)


def register_of(meter: str, register: str, viewer: Viewer | None = None) -> models.Register:
    """One register that the viewer may see. Raises ProblemError not-found."""
    rows = models.Register.objects.filter(meter__in=meters(viewer).values("pk"))
    row = rows.filter(meter=meter, name=register).first()
    if row is None:
        names = [f"{one}/{name}" for one, name in rows.values_list("meter_id", "name")]
        close = nearest(f"{meter}/{register}", names)
        hint = f'Did you mean "{close}"?' if close else ""
        raise ProblemError([Problem("not-found", f"{meter}/{register}"[:128], "there is no such register.", hint)])
    return row


def readings(
    row: models.Register, *, begin: datetime | None = None, end: datetime | None = None
) -> QuerySet[models.Reading]:
    """The raw readings of a register in order of time, from ``begin`` to before ``end``."""
    return _within(models.Reading.objects.filter(register=row).order_by("at"), "at", begin, end)


def sums(
    row: models.Register, grid: Grid, *, begin: datetime | None = None, end: datetime | None = None
) -> QuerySet[models.RollUp]:
    """Hourly or daily sums of a register that begin from ``begin`` to before ``end``, as of its last closing."""
    rows = models.RollUp.objects.filter(register=row, grid=grid).order_by("begin")
    return _within(rows, "begin", begin, end)


def _within(rows: QuerySet[Any], field: str, begin: datetime | None, end: datetime | None) -> QuerySet[Any]:
    if begin is not None:
        rows = rows.filter(**{f"{field}__gte": begin})
    return rows if end is None else rows.filter(**{f"{field}__lt": end})


def health(at: datetime, *, back: timedelta = LOOKED_BACK) -> Iterator[Health]:
    """How every register of a meter in use does: silent where its next reading is late, and where it has gaps."""
    rows = models.Register.objects.filter(meter__retired_at=None).order_by("meter", "name")
    for row in rows:
        longest = timedelta(minutes=row.interval_minutes) * row.gap_after
        silent = row.last_at if row.last_at is not None and at - row.last_at > longest else None
        yield Health(row.meter_id, row.name, row.last_at, row.last_value, silent, tuple(gaps(row, at - back)))


def gaps(row: models.Register, since: datetime) -> Iterator[Span]:
    """The times since some moment of which too little is known."""
    kind = kind_of(row)
    if kind.kind == "gauge":
        return iter(())
    stored = readings(row, begin=since).values_list("at", "value").iterator(CHUNK)
    read = (Reading(kind.meter, kind.name, at, value, "", at) for at, value in stored)
    return find_gaps(differences(read, kind), kind)


def find_evidence(event: str) -> Evidence | None:
    """The readings behind an event of the ledger, first or correcting; None if it rests on no meter."""
    closed = models.ClosedInterval.objects.filter(Q(event=event) | Q(back=event)).first() or _corrected_by(event)
    if closed is None:
        return None
    row = closed.register
    within = models.Reading.objects.filter(register=row, at__gte=closed.first_at, at__lte=closed.last_at).order_by("at")
    return Evidence(
        meter=row.meter_id,
        register=row.name,
        begin=closed.begin,
        end=closed.end,
        quantity=closed.quantity,
        net=closed.net,
        unit=row.unit,
        quality=closed.quality,
        rules=closed.rules,
        readings=tuple(within.values_list("at", "value")),
        corrections=tuple(closed.corrections.values_list("at", "amount")),
    )


def _corrected_by(event: str) -> models.ClosedInterval | None:
    found = models.CorrectionEvent.objects.filter(pk=event).select_related("correction__interval").first()
    return found.correction.interval if found else None


def quarantine(*, resolved: bool = False) -> QuerySet[models.Quarantine]:
    """What was set aside and waits, or with ``resolved`` all of it, newest first."""
    rows = models.Quarantine.objects.order_by("-pk")
    return rows if resolved else rows.filter(resolved_at=None)


def readings_hash() -> str:
    """One hash over every stored reading: the same whatever way they came, on either database."""
    rows = models.Reading.objects.order_by("register__meter", "register__name", "at")
    columns = rows.values_list("register__meter_id", "register__name", "at", "value").iterator(CHUNK)
    return _hashed((meter, name, utc_text(at), plain(value)) for meter, name, at, value in columns)


def closed_hash() -> str:
    """One hash over every closed interval as it stands, and every hourly and daily sum."""
    closed = models.ClosedInterval.objects.order_by("pk").values_list("pk", "net", "quality", "rules", "last_at")
    made = models.RollUp.objects.order_by("pk").values_list("pk", "quantity", "quality", "rules", "end")
    lines = (row for rows in (closed, made) for row in rows.iterator(CHUNK))
    return _hashed((str(id), plain(amount), *words, utc_text(at)) for id, amount, *words, at in lines)


def _hashed(lines: Iterable[tuple[str, ...]]) -> str:
    total = sha256()
    for line in lines:
        total.update("\t".join(line).encode() + b"\n")
    return total.hexdigest()
