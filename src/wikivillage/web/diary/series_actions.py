"""Everything that writes series: put with a preview, changed for one date, this and the following, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.diary import models
from wikivillage.web.diary.actions import cancel_occurrence, move_occurrence, write_facts
from wikivillage.web.diary.checks import problems_of, time_problems
from wikivillage.web.diary.kinds import CANCELLED, CONFIRMED, MEMBERS
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.reasons import Reason
from wikivillage.web.diary.rules import Rule, moved, read_rule
from wikivillage.web.diary.series import (
    Dated,
    Series,
    Slot,
    all_days,
    dated,
    dates_of,
    from_wall,
    no_such_date,
    notes_on,
    slot_on,
    split,
    with_zone,
)
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.village_of_request import village_here

Check: TypeAlias = Callable[[Dated], Sequence[Reason]]
"""Every reason why one date cannot be; the room that puts the series knows them."""
THIS, FOLLOWING, ALL = "this", "following", "all"
SCOPES = (THIS, FOLLOWING, ALL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One date of a series, and every reason why it cannot be; none where it can."""

    dated: Dated
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a series would be: each date with its verdict, and what is good to know of it."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[Reason, ...] = ()

    @property
    def refused(self) -> tuple[Verdict, ...]:
        """The dates that cannot be."""
        return tuple(one for one in self.verdicts if one.reasons)


@dataclass(frozen=True, slots=True)
class Put:
    """A series that was put or changed, with the verdict on each of its dates."""

    series: models.Series
    preview: Preview


def everything_goes(dated: Dated) -> Sequence[Reason]:
    """A check without objections."""
    return ()


def preview_series(
    *, rule: str, begin: datetime, end: datetime, zone: str = "", check: Check = everything_goes
) -> Preview:
    """Each date of a series that is not there yet, with its verdict; ``begin`` and ``end`` as clocks on the wall show.

    Writes nothing. Raises ProblemError: bad-rule, endless-series, too-many-dates, no-dates, backwards, too-long,
    unknown-zone.
    """
    zone = zone or village_here().zone
    refuse_with([*problems_of("preview", {"zone": zone}), *time_problems(begin, end)])
    return _preview(_begun(Series(Slot(begin, end), zone, read_rule(rule))), check)


def _begun(series: Series) -> Series:
    """A series whose first slot is on its first day, also where the rule begins later than what was said."""
    later = timedelta(days=(all_days(series)[0] - series.first.begin.date()).days)
    return replace(series, first=Slot(series.first.begin + later, series.first.end + later))


def _preview(series: Series, check: Check) -> Preview:
    verdicts = tuple(Verdict(one, () if one.day in series.moved else tuple(check(one))) for one in dates_of(series))
    return Preview(verdicts, notes_on(series))


@transaction.atomic
def put_series(
    *,
    uid: str,
    rule: str,
    begin: datetime,
    end: datetime,
    title: str,
    kind: str,
    at: datetime,
    by: str = "",
    check: Check = everything_goes,
    skip: bool = False,
    subject: str = "",
    place: str = "",
    zone: str = "",
    capacity: int | None = None,
    owner: str | None = None,
    circle: str = "",
    visibility: str = MEMBERS,
    state: str = CONFIRMED,
    path: str = "",
) -> Put:
    """A series with all its dates. Dates that cannot be refuse it all, or are left out where ``skip``.

    The same id again answers with what is there. Raises ProblemError: date-refused, and those of a preview and of
    ``put_occurrence``.
    """
    details = {
        "title": title,
        "kind": kind,
        "subject": subject,
        "place": place,
        "zone": zone or village_here().zone,
        "capacity": capacity,
        "circle": circle,
        "visibility": visibility,
        "path": path,
    }
    refuse_with([*problems_of(uid, {**details, "state": state}), *_long_id(uid), *time_problems(begin, end)])
    there = models.Series.objects.filter(uid=uid).first()
    if there is not None:
        return Put(there, _preview(_pure(there), everything_goes))
    series = _begun(Series(Slot(begin, end), str(details["zone"]), read_rule(rule)))
    preview = _preview(series, check)
    row = models.Series(uid=uid, made_at=at, changed_at=at, owner_id=owner, **details)
    _put_rows(row, _without_refused(series, preview, skip=skip), at=at, by=by, state=state)
    return Put(row, preview)


def _put_rows(row: models.Series, series: Series, *, at: datetime, by: str, state: str) -> None:
    _save(row, series)
    _add_dates(row, dates_of(series), at=at, state=state)
    record_change("put_series", row.uid, at=at, by=by)


def _long_id(uid: str) -> list[Problem]:
    """Dates have ids that begin with that of their series."""
    return (
        [Problem("bad-uid", uid[:64], _("is too long for the id of a series."), _("At most 40 characters."))]
        if len(uid) > 40
        else []
    )


def _without_refused(series: Series, preview: Preview, *, skip: bool) -> Series:
    """Raises ProblemError date-refused, unless they are to be skipped and some date remains."""
    if not preview.refused:
        return series
    if not skip or len(preview.refused) == len(preview.verdicts):
        lang = "fr" if (get_language() or "fr").startswith("fr") else "en"
        raise ProblemError(
            Problem("date-refused", verdict.dated.day.isoformat(), one.words(lang))
            for verdict in preview.refused
            for one in verdict.reasons
        )
    return replace(series, left_out=series.left_out | {one.dated.day for one in preview.refused})


def _save(row: models.Series, series: Series) -> None:
    row.first_day = series.first.begin.date()
    row.begin_clock = series.first.begin.time()
    row.minutes = int((series.first.end - series.first.begin).total_seconds() // 60)
    row.rule = str(series.rule)
    row.left_out = sorted(day.isoformat() for day in series.left_out)
    row.save()


def _pure(row: models.Series) -> Series:
    """A series as the pure part knows it, with the dates that stand apart."""
    begin = datetime.combine(row.first_day, row.begin_clock)
    apart = row.dates.filter(apart=True).exclude(state=CANCELLED)
    slots = {one.day: Slot(from_wall(one.begin, row.zone), from_wall(one.end, row.zone)) for one in apart}
    left_out = frozenset(date.fromisoformat(day) for day in row.left_out)
    first = Slot(begin, begin + timedelta(minutes=row.minutes))
    return Series(first, row.zone, read_rule(row.rule), left_out, slots)


def _add_dates(row: models.Series, dates: Iterable[Dated], *, at: datetime, state: str) -> None:
    details = {name: getattr(row, name) for name in DETAILS}
    taken = set(Occurrence.objects.filter(uid__startswith=f"{row.uid}.").values_list("uid", flat=True))
    rows = []
    for one in dates:
        uid = _free(f"{row.uid}.{one.day:%Y%m%d}", taken)
        when = {"begin": one.begin, "end": one.end, "day": one.day, "state": state}
        rows.append(Occurrence(uid=uid, series=row, made_at=at, changed_at=at, **details, **when))
        taken.add(uid)
    Occurrence.objects.bulk_create(rows)


DETAILS = ("title", "kind", "subject", "place", "zone", "capacity", "owner_id", "circle", "visibility", "path")
"""What the dates of a series have from it."""


def _free(uid: str, taken: set[str]) -> str:
    """An id that no date has: one that was cancelled keeps its own for ever."""
    return next(name for number in range(1, 1000) if (name := f"{uid}-{number}" if number > 1 else uid) not in taken)


@transaction.atomic
def change_series(
    *,
    uid: str,
    scope: str,
    day: date,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    rule: str = "",
    check: Check = everything_goes,
    skip: bool = False,
    **details: Any,
) -> Put:
    """Another time for the date of a day, for it and the following, or for all; ``begin`` and ``end`` in wall time.

    Dates that stand apart keep their own time. ``rule`` is a new one for the dates from there on; without it the old
    one moves along. ``details``: title, subject, place, capacity. Raises ProblemError: no-series, unknown-word,
    no-such-date, series-is-over, date-refused, rule-cannot-move, and those of ``put_series``. What has begun stays.
    """
    row = _locked(uid)
    refuse_with([*_scope(scope), *problems_of(row.uid, details), *time_problems(begin, end)])
    if scope == THIS:
        return _change_one(row, day, Slot(begin, end), check=check, at=at, by=by, **details)
    whole = _pure(row)
    shift = timedelta(days=(begin.date() - slot_on(whole, day).begin.date()).days)
    row, part = _part(row, whole, day, scope, at=at)
    wanted = _shifted(part, shift, Slot(begin, end), read_rule(rule) if rule else moved(part.rule, shift.days))
    preview = _preview(wanted, check)
    wanted = _without_refused(wanted, preview, skip=skip)
    for name, value in details.items():
        setattr(row, name, value)
    row.changed_at = at
    _save(row, wanted)
    _fit_dates(row, wanted, shift, at=at, by=by, **details)
    record_change("change_series", row.uid, at=at, by=by)
    return Put(row, preview)


def _shifted(part: Series, shift: timedelta, slot: Slot, rule: Rule) -> Series:
    """A part of a series some days later, at the hours of a slot, by a rule; what was left out stays so."""
    begin = datetime.combine(part.first.begin.date() + shift, slot.begin.time())
    bare = _begun(Series(Slot(begin, begin + (slot.end - slot.begin)), part.zone, rule))
    known = frozenset(all_days(bare))
    return replace(
        bare,
        left_out=frozenset(day + shift for day in part.left_out) & known,
        moved={day + shift: other for day, other in part.moved.items() if day + shift in known},
    )


def _change_one(
    row: models.Series, day: date, slot: Slot, *, check: Check, at: datetime, by: str, **details: Any
) -> Put:
    found = row.dates.filter(day=day).exclude(state=CANCELLED).first()
    if found is None:
        raise ProblemError([no_such_date(day)])
    begin, end = with_zone(slot, row.zone)
    verdict = Verdict(Dated(day, begin, end), tuple(check(Dated(day, begin, end))))
    _without_refused(_pure(row), Preview((verdict,)), skip=False)
    place = {name: details[name] for name in ("subject", "place") if name in details}
    changed = move_occurrence(uid=found.uid, begin=begin, end=end, at=at, by=by, **place)
    others = {name: value for name, value in details.items() if name not in place}
    write_facts(row=changed, at=at, by=by, verb="change_occurrence", **others)
    return Put(row, Preview((verdict,)))


def _part(row: models.Series, series: Series, day: date, scope: str, *, at: datetime) -> tuple[models.Series, Series]:
    """The part of a series that changes, with a row of its own; what is before it, or has begun, stays in the old row.

    Raises ProblemError: no-such-date, series-is-over.
    """
    days = all_days(series)
    if day not in days:
        raise ProblemError([no_such_date(day)])
    to_come = [one for one in days if dated(series, one).begin > at and (scope == ALL or one >= day)]
    if not to_come:
        raise ProblemError([Problem("series-is-over", row.uid, _("has no date to come."), _("Make a new one."))])
    before, after = split(series, to_come[0])
    if before is None:
        return row, after
    later = models.Series.objects.get(pk=row.pk)
    later.pk, later.uid, later.made_at, later.changed_at = None, _later_uid(row.uid, to_come[0]), at, at
    _save(later, after)
    row.dates.filter(day__gte=to_come[0]).update(series=later)
    row.changed_at = at
    _save(row, before)
    return later, after


def _later_uid(uid: str, day: date) -> str:
    """The id of the later part of a series, which begins with that of the whole."""
    root = uid.partition("~")[0]
    known = set(models.Series.objects.filter(uid__startswith=f"{root}~").values_list("uid", flat=True))
    return _free(f"{root}~{day:%Y%m%d}", known)


def _fit_dates(row: models.Series, wanted: Series, shift: timedelta, *, at: datetime, by: str, **details: Any) -> None:
    """Make the rows of a series what its dates are: changed, cancelled, or new."""
    dates = {one.day: one for one in dates_of(wanted)}
    state = CONFIRMED
    for one in row.dates.exclude(state=CANCELLED).select_for_update(no_key=True):
        state = one.state
        new = dates.pop(one.day + shift, None)
        if new is None:
            write_facts(row=one, at=at, by=by, verb="cancel_occurrence", state=CANCELLED)
            continue
        when = {} if one.apart else {"begin": new.begin, "end": new.end}
        Occurrence.objects.filter(pk=one.pk).update(day=new.day)
        write_facts(row=one, at=at, by=by, verb="change_occurrence", **details, **when)
    _add_dates(row, dates.values(), at=at, state=state)


@transaction.atomic
def cancel_series(*, uid: str, scope: str, day: date, at: datetime, by: str = "") -> int:
    """Cancel the date of a day, it and the following, or all that are left from a moment on; how many were cancelled.

    Raises ProblemError: no-series, unknown-word, no-such-date.
    """
    row = _locked(uid)
    refuse_with(_scope(scope))
    if day not in all_days(_pure(row)):
        raise ProblemError([no_such_date(day)])
    dates = row.dates.exclude(state=CANCELLED)
    chosen = {THIS: dates.filter(day=day), FOLLOWING: dates.filter(day__gte=day), ALL: dates.filter(end__gt=at)}[scope]
    count = 0
    for one in chosen.order_by("day"):
        cancel_occurrence(uid=one.uid, at=at, by=by)
        count += 1
    if scope != THIS:
        models.Series.objects.filter(pk=row.pk).update(ended_at=at, changed_at=at)
    record_change("cancel_series", row.uid, at=at, by=by)
    return count


def _locked(uid: str) -> models.Series:
    row = None if "\0" in uid else models.Series.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if row is None:
        problem = Problem("no-series", uid[:64].replace("\0", ""), _("is no series."), _("Look at the diary."))
        raise ProblemError([problem])
    return row


def _scope(scope: str) -> list[Problem]:
    if scope in SCOPES:
        return []
    hint = _("There is: %(words)s.") % {"words": ", ".join(SCOPES)}
    return [Problem("unknown-word", "scope", _("“%(word)s” is none that we know.") % {"word": scope[:64]}, hint)]
