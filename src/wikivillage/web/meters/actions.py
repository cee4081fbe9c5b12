"""Everything that writes in this room: one transaction each, told when and by whom."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.connectors.intervals import cut
from wikivillage.connectors.kinds import BatchReport, Reading
from wikivillage.connectors.local_time import Grid
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.meters import models
from wikivillage.web.meters.closing import SUMS, Silences, all_steps, name_of, sum_row
from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister
from wikivillage.web.meters.incoming import Refused, reading_of, take_in
from wikivillage.web.meters.rows import KIND_FIELDS, add_rows, kind_of, locked
from wikivillage.web.meters.settle import Settled, settle_week
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.queries import pseudonyms_of
from wikivillage.web.registry.village_file import digest

TOKEN_PREFIX = "wm_"
"""How the secret of a meter begins; that of an agent begins otherwise."""
LINK_FIELDS = ("action", "stock", "to_stock", "allow_negative", "input_of", "output_of")
ALWAYS_CHANGEABLE = {"largest_step_per_hour", "gap_after"}
"""What can be said anew of a register that has readings: nothing that was summed changes by it."""

Outcome = Literal["new", "changed", "exists"]


@transaction.atomic
def add_meters(*, meters: Sequence[DescribedMeter], at: datetime, by: str = "") -> dict[str, Outcome]:
    """Put described meters into the database, all or none; describing the same again changes nothing.

    Raises ProblemError: unknown-agent, register-in-use.
    """
    agents = _agents_of(meters)
    problems: list[Problem] = []
    told: dict[str, Outcome] = {}
    for meter in meters:
        values = {"name": meter.name, "place": meter.place, "agent_id": agents.get(meter.agent or "")}
        row, is_new = models.Meter.objects.get_or_create(pk=meter.id, defaults={"created_at": at, **values})
        changed = [_add_register(row, one, agents, problems) for one in meter.registers]
        differs = any(getattr(row, name) != value for name, value in values.items())
        if differs:
            models.Meter.objects.filter(pk=row.pk).update(**values)
        told[meter.id] = "new" if is_new else "changed" if differs or any(changed) else "exists"
        if told[meter.id] != "exists":
            record_change("add_meter", meter.id, at=at, by=by)
    if problems:
        raise ProblemError(problems)
    return told


def _agents_of(meters: Sequence[DescribedMeter]) -> dict[str, str]:
    """The pseudonym of every agent that is named. Raises ProblemError for all that are unknown, each where it is."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for meter in meters:
        links = [
            (one.where, name) for one in meter.registers if one.link for name in (one.link.provider, one.link.receiver)
        ]
        for where, name in [*links, *([(meter.where, meter.agent)] if meter.agent else [])]:
            try:
                found |= pseudonyms_of([name], where)
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(dict.fromkeys(problems))
    return found


def _add_register(
    meter: models.Meter, described: DescribedRegister, agents: dict[str, str], problems: list[Problem]
) -> bool:
    """Write a register as described, and whether that changed anything; one in use keeps what its sums rest on."""
    values = _values(described, agents)
    row = locked(models.Register.objects.filter(meter=meter, name=described.kind.name)).first()
    if row is None:
        models.Register.objects.create(meter=meter, **values)
        return True
    differs = {name for name, value in values.items() if getattr(row, name) != value}
    if row.last_at is not None and differs - ALWAYS_CHANGEABLE:
        what = f"{name_of(row)} has readings, so {', '.join(sorted(differs - ALWAYS_CHANGEABLE))} cannot change."
        problems.append(Problem("register-in-use", described.where, what, "Describe a new register."))
    models.Register.objects.filter(pk=row.pk).update(**values)
    return bool(differs)


def _values(described: DescribedRegister, agents: dict[str, str]) -> dict[str, Any]:
    link = described.link
    return {
        **{name: getattr(described.kind, name) for name in KIND_FIELDS},
        "grid": described.grid,
        **{name: getattr(link, name) if link else None for name in LINK_FIELDS},
        "allow_negative": bool(link and link.allow_negative),
        "provider_id": agents[link.provider] if link else None,
        "receiver_id": agents[link.receiver] if link else None,
    }


@transaction.atomic
def issue_meter_token(*, meter: str, at: datetime, by: str = "") -> str:
    """A new secret by which a meter pushes its own readings; the one before opens nothing any more."""
    row = _meter(meter)
    if row.retired_at is not None:
        raise ProblemError([Problem("meter-retired", meter, "was retired.", "A retired meter gets no token.")])
    secret = TOKEN_PREFIX + secrets.token_urlsafe(30)
    row.token_digest = digest(secret.encode())
    row.save(update_fields=["token_digest"])
    record_change("issue_meter_token", meter, at=at, by=by)
    return secret


@transaction.atomic
def retire_meter(*, meter: str, at: datetime, by: str = "") -> None:
    """End a meter: its token ends, later readings are set aside, and its last interval closes as it is."""
    row = _meter(meter)
    if row.retired_at is None:
        row.retired_at, row.token_digest = at, None
        row.save(update_fields=["retired_at", "token_digest"])
        for register in locked(models.Register.objects.filter(meter=row, last_at__isnull=False).order_by("pk")):
            register.stale_from = min(register.stale_from or register.last_at, register.last_at)
            register.stale_until = register.last_at
            register.save(update_fields=["stale_from", "stale_until"])
        record_change("retire_meter", meter, at=at, by=by)


def _meter(id: str) -> models.Meter:
    row = locked(models.Meter.objects.filter(pk=id)).first()
    if row is None:
        close = nearest(id, models.Meter.objects.values_list("pk", flat=True))
        hint = f'Did you mean "{close}"?' if close else "wikivillage meters list shows all."
        raise ProblemError([Problem("not-found", id, "there is no such meter.", hint)])
    return row


@retrying
def ingest(*, readings: Iterable[Reading], at: datetime, source: str, refused: Iterable[Refused] = ()) -> BatchReport:
    """Take in readings, and what gave none: whole and durable when this returns, each counted once.

    The same readings again are duplicates, whoever hands them in, also at the same time. ``refused`` goes into
    quarantine beside the readings that cannot be counted.
    """
    batch, others = list(readings), list(refused)
    with transaction.atomic():
        return take_in(batch, others, at, source)


@transaction.atomic
def release(*, id: int, at: datetime, by: str = "") -> str:
    """Try a quarantined reading again, whatever its step: it is ``new``, ``duplicate`` or ``conflicting`` then.

    Raises ProblemError: not-found, already-resolved, not-a-reading, and whatever is still wrong with it.
    """
    row = locked(models.Quarantine.objects.filter(pk=id)).first()
    problem = _unreleasable(row, str(id))
    if problem:
        raise ProblemError([problem])
    report = take_in([reading_of(row.raw)], [], at, f"quarantine {id}", is_believed=True)
    if report.quarantined:
        raise ProblemError([one.problem for one in report.quarantined])
    outcome = next(name for name, count in report.counts.items() if count)
    row.resolved_at, row.resolution = at, outcome
    row.save(update_fields=["resolved_at", "resolution"])
    record_change("release_reading", str(id), at=at, by=by)
    return outcome


@transaction.atomic
def dismiss(*, id: int, at: datetime, by: str = "") -> None:
    """Settle something that was set aside: somebody looked at it, and it does not count. It stays, with its reason.

    Raises ProblemError: not-found, already-resolved.
    """
    row = locked(models.Quarantine.objects.filter(pk=id)).first()
    problem = _settled(row, str(id))
    if problem:
        raise ProblemError([problem])
    row.resolved_at, row.resolution = at, DISMISSED
    row.save(update_fields=["resolved_at", "resolution"])
    record_change("dismiss_reading", str(id), at=at, by=by)


DISMISSED = "dismissed"
"""What became of something set aside that was looked at and does not count."""


def _settled(row: models.Quarantine | None, id: str) -> Problem | None:
    if row is None:
        return Problem("not-found", id, "there is nothing of this number in quarantine.", "")
    if row.resolution == DISMISSED:
        return Problem("already-resolved", id, "was dismissed.", "")
    if row.resolved_at is not None:
        return Problem("already-resolved", id, f"was released as {row.resolution}.", "")
    return None


def _unreleasable(row: models.Quarantine | None, id: str) -> Problem | None:
    settled = _settled(row, id)
    if settled or row is None:
        return settled
    if not row.is_reading:
        return Problem("not-a-reading", id, "what came there is no reading.", "Send it again as it should be.")
    return None


def close_intervals(
    *, at: datetime, until: datetime | None = None, grid: Grid | None = None, by: str | None = None
) -> Settled:
    """Close the intervals that are over by ``until`` (or ``at``) into events of the ledger, and correct earlier ones.

    Only registers whose intervals are as long as ``grid``, if it is said. Running it again adds nothing.
    """
    rows = models.Register.objects.filter(stale_from__isnull=False).exclude(kind="gauge")
    if grid is not None:
        rows = rows.filter(grid=grid)
    total = Settled()
    for id in list(rows.order_by("pk").values_list("pk", flat=True)):
        total += _close_register(id, at, min(until or at, at), by)
    return total


def _close_register(id: int, at: datetime, until: datetime, by: str | None) -> Settled:
    total, more = Settled(), True
    silences: Silences = {}
    while more:
        try:
            done, more = _settle(id, at, until, by, silences)
        except ProblemError as error:
            done, more = Settled(problems=error.problems), False
        total += done
    return total


@retrying
def _settle(id: int, at: datetime, until: datetime, by: str | None, silences: Silences) -> tuple[Settled, bool]:
    with transaction.atomic():
        row = locked(models.Register.objects.filter(pk=id)).get()
        if row.stale_from is None:
            return Settled(), False
        return settle_week(row, at, until, by, silences)


def rebuild() -> int:
    """Make every hourly and daily sum again from the readings; how many there are."""
    ids = models.Register.objects.exclude(kind="gauge").order_by("pk").values_list("pk", flat=True)
    return sum(_rebuild(id) for id in list(ids))


@transaction.atomic
def _rebuild(id: int) -> int:
    row = locked(models.Register.objects.filter(pk=id)).get()
    models.RollUp.objects.filter(register=row).delete()
    made = 0
    for grid in SUMS:
        rows = [sum_row(row, grid, one) for one in cut(all_steps(row), kind_of(row), grid)]
        add_rows(rows)
        made += len(rows)
    return made
