"""Everything that writes single dates, opening hours and closed periods; series are in ``series_actions``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.diary.checks import problems_of, time_problems, week_problems
from wikivillage.web.diary.kinds import CANCELLED, CONFIRMED, MEMBERS
from wikivillage.web.diary.models import ClosedPeriod, Occurrence, OpeningHours, Series
from wikivillage.web.diary.openings import Week
from wikivillage.web.diary.queries import touched_by
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.village_of_request import village_here


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed period, and what stands in the diary in that time and has to be moved or cancelled."""

    period: ClosedPeriod
    touched: tuple[Occurrence, ...]


@transaction.atomic
def put_occurrence(
    *,
    uid: str,
    title: str,
    kind: str,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    subject: str = "",
    place: str = "",
    zone: str = "",
    capacity: int | None = None,
    owner: str | None = None,
    circle: str = "",
    visibility: str = MEMBERS,
    state: str = CONFIRMED,
    path: str = "",
) -> Occurrence:
    """Something that takes place, new or with other facts than before; the same again changes nothing.

    Raises ProblemError: bad-uid, unknown-word, bad-words, bad-capacity, unknown-place, unknown-zone, backwards,
    too-long.
    """
    said = {
        "title": title,
        "kind": kind,
        "subject": subject,
        "place": place,
        "zone": zone or village_here().zone,
        "capacity": capacity,
        "circle": circle,
        "visibility": visibility,
        "state": state,
        "path": path,
    }
    refuse_with([*problems_of(uid, said), *time_problems(begin, end)])
    facts = {**said, "owner_id": owner, "begin": begin, "end": end}
    row = _locked(uid)
    if row is None:
        try:
            with transaction.atomic():
                row = Occurrence.objects.create(uid=uid, made_at=at, changed_at=at, **facts)
        except IntegrityError:  # somebody else was quicker
            return write_facts(row=find_occurrence(uid), at=at, by=by, verb="put_occurrence", **facts)
        record_change("put_occurrence", uid, at=at, by=by)
        return row
    return write_facts(row=row, at=at, by=by, verb="put_occurrence", **facts)


@transaction.atomic
def move_occurrence(
    *,
    uid: str,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    subject: str | None = None,
    place: str | None = None,
) -> Occurrence:
    """Another time, and perhaps another thing or place. A date of a series then stands apart from it.

    Raises ProblemError: no-occurrence, is-cancelled, backwards, too-long, bad-words, unknown-place.
    """
    row = find_occurrence(uid)
    named = {"subject": subject, "place": place}
    said: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    refuse_with([*_over(row), *problems_of(uid, said), *time_problems(begin, end)])
    facts = {**said, "begin": begin, "end": end, "apart": row.apart or row.series_id is not None}
    return write_facts(row=row, at=at, by=by, verb="move_occurrence", **facts)


@transaction.atomic
def cancel_occurrence(*, uid: str, at: datetime, by: str = "") -> Occurrence:
    """It does not take place; it stays, so that calendars learn of it. Cancelled again, nothing changes.

    Raises ProblemError no-occurrence.
    """
    row = find_occurrence(uid)
    if row.series_id is not None and row.state != CANCELLED:
        series = Series.objects.select_for_update(no_key=True).get(pk=row.series_id)
        series.left_out = sorted({*series.left_out, row.day.isoformat()})
        series.changed_at = at
        series.save(update_fields=["left_out", "changed_at"])
    return write_facts(row=row, at=at, by=by, verb="cancel_occurrence", state=CANCELLED)


def write_facts(*, row: Occurrence, at: datetime, by: str, verb: str, **facts: Any) -> Occurrence:
    """Change some fields of a locked row: where one differs, its sequence grows and a trace is left."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, facts[name])
    row.sequence += 1
    row.changed_at = at
    row.save(update_fields=[*changed, "sequence", "changed_at"])
    record_change(verb, row.uid, at=at, by=by)
    return row


def find_occurrence(uid: str) -> Occurrence:
    """The row of an id, locked until the transaction ends. Raises ProblemError no-occurrence."""
    row = _locked(uid)
    if row is None:
        problem = Problem(
            "no-occurrence", uid[:64].replace("\0", ""), _("is not in the diary."), _("Look at the diary.")
        )
        raise ProblemError([problem])
    return row


def _locked(uid: str) -> Occurrence | None:
    if "\0" in uid:
        return None
    found: Occurrence | None = Occurrence.objects.select_for_update(no_key=True).filter(uid=uid).first()
    return found


def _over(row: Occurrence) -> list[Problem]:
    if row.state == CANCELLED:
        return [Problem("is-cancelled", row.uid, _("is cancelled and does not move."), _("Make a new one."))]
    return []


@transaction.atomic
def set_opening(
    *, subject: str, season: str, since: date, week: Week | None, at: datetime, by: str = ""
) -> OpeningHours:
    """The hours of a subject in a season from a day on; None: those of the place around it.

    Raises ProblemError: unknown-word, bad-words, bad-hours.
    """
    refuse_with(week_problems(season, subject, week))
    tree = None if week is None else [[[span.begin, span.end] for span in sorted(day)] for day in week]
    row, _new = OpeningHours.objects.update_or_create(
        subject=subject, season=season, since=since, defaults={"week": tree, "by": by, "at": at}
    )
    record_change("set_opening", subject, at=at, by=by)
    return row


@transaction.atomic
def close_period(
    *, subject: str, begin: datetime, end: datetime, at: datetime, why_en: str = "", why_fr: str = "", by: str = ""
) -> Closed:
    """Close a subject for a time. Nothing is cancelled by it: who is touched is listed, for somebody to decide.

    The same again is the one that is there. Raises ProblemError: backwards, bad-words.
    """
    refuse_with(closure_problems(subject=subject, begin=begin, end=end, why_en=why_en, why_fr=why_fr))
    words = {"why_en": why_en.strip() or why_fr.strip(), "why_fr": why_fr.strip() or why_en.strip()}
    facts = {"subject": subject, "begin": begin, "end": end, "ended_at": None, **words}
    row = ClosedPeriod.objects.filter(**facts).first()
    if row is None:
        row = ClosedPeriod.objects.create(**facts, by=by, at=at)
        record_change("close_period", subject, at=at, by=by)
    return Closed(row, tuple(touched_by(subject, begin, end)))


def closure_problems(*, subject: str, begin: datetime, end: datetime, why_en: str, why_fr: str) -> list[Problem]:
    """What keeps a time from being a closed period."""
    problems = time_problems(begin, end, most=False)
    texts = (why_en, why_fr, subject)
    if not (why_en.strip() or why_fr.strip()) or any("\0" in text or len(text) > 200 for text in texts):
        what = _("must be said in at most 200 characters.")
        problems.append(Problem("bad-words", "why", what, _("Say why it is closed.")))
    return problems


@transaction.atomic
def end_closed_period(*, id: int, at: datetime, by: str = "") -> ClosedPeriod:
    """A closed period counts no more. Raises ProblemError no-closed-period."""
    row = ClosedPeriod.objects.select_for_update(no_key=True).filter(pk=id).first()
    if row is None:
        raise ProblemError([Problem("no-closed-period", str(id), _("is no closed period."), _("Load the page again."))])
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record_change("end_closed_period", row.subject, at=at, by=by)
    return row
