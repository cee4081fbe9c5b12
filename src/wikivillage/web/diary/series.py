"""Series: a rule becomes dates, at the same hour on the wall all year round; what changes for one, the rest, or all.

Pure. A date of a series is named by its first day, however far it was moved: no rule comes twice on one day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil import rrule
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.report.words import words_of
from wikivillage.web.diary.reasons import Reason, reason
from wikivillage.web.diary.rules import MOST, Rule, too_many
from wikivillage.web.registry.words import Text

FREQUENCIES = {"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY}
LONGEST = timedelta(days=31)
"""How long one date lasts at most."""
FIRST_YEAR, LAST_YEAR = 1990, 2199


@dataclass(frozen=True, slots=True)
class Slot:
    """From when to when, as clocks on the wall show it."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a series: the day that names it, and when it really is, with its zone."""

    day: date
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """What a series is made of: its first slot, its rule, the days left out, and the slots that differ."""

    first: Slot
    zone: str
    rule: Rule
    left_out: frozenset[date] = frozenset()
    moved: Mapping[date, Slot] = field(default_factory=dict)


def all_days(series: Series) -> tuple[date, ...]:
    """Every day of the rule, also those that are left out. Raises ProblemError: no-dates, too-many-dates, too-far."""
    rule = series.rule
    found: list[date] = []
    for moment in _dates(series.first.begin.date(), rule):
        if moment.year > LAST_YEAR:
            what = _("It goes on after the year %(year)s.") % {"year": LAST_YEAR}
            raise ProblemError([Problem("too-far", "rule", what, _("Make the series shorter."))])
        found.append(moment.date())
        if len(found) > MOST:
            raise ProblemError([too_many()])
    if not found:
        problem = Problem("no-dates", "rule", _("No date follows from this rule."), _("Look at its last day."))
        raise ProblemError([problem])
    return tuple(found)


def _dates(first: date, rule: Rule) -> Iterator[datetime]:
    weekdays = [rrule.weekday(day, number) if number else rrule.weekday(day) for number, day in rule.weekdays]
    latest = datetime.combine(rule.until, time()) if rule.until else None
    made = rrule.rrule(
        FREQUENCIES[rule.every],
        dtstart=datetime.combine(first, time()),
        interval=rule.interval,
        byweekday=weekdays or None,
        bymonthday=rule.month_days or None,
        bymonth=rule.months or None,
        bysetpos=rule.positions or None,
        count=rule.count,
        until=latest,
    )
    return iter(made)


def dates_of(series: Series) -> tuple[Dated, ...]:
    """Every date that takes place, in the order of the days that name them."""
    return tuple(dated(series, day) for day in all_days(series) if day not in series.left_out)


def dated(series: Series, day: date) -> Dated:
    """One date of a series with its zone: the same wall time, whatever the clocks do."""
    slot = series.moved.get(day) or slot_on(series, day)
    return Dated(day, *with_zone(slot, series.zone))


def with_zone(slot: Slot, zone: str) -> tuple[datetime, datetime]:
    """Begin and end with their zone; where the clocks skip its beginning, a short slot keeps its length."""
    begin, end = on_wall(slot.begin, zone), on_wall(slot.end, zone)
    later = (begin.astimezone(UTC) + (slot.end - slot.begin)).astimezone(begin.tzinfo)
    return begin, end if end.astimezone(UTC) > begin.astimezone(UTC) else later


def slot_on(series: Series, day: date) -> Slot:
    """The slot of a day by the rule alone."""
    later = timedelta(days=(day - series.first.begin.date()).days)
    return Slot(series.first.begin + later, series.first.end + later)


def on_wall(moment: datetime, zone: str) -> datetime:
    """A wall time with its zone. An hour that the clocks skip becomes the one after it; of two, the first is meant."""
    local = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    return local.astimezone(UTC).astimezone(ZoneInfo(zone))


def from_wall(moment: datetime, zone: str) -> datetime:
    """What clocks on the wall show at a moment."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def leave_out(series: Series, day: date) -> Series:
    """The series without one of its dates. Raises ProblemError no-such-date."""
    _check_day(series, day)
    moved = {other: slot for other, slot in series.moved.items() if other != day}
    return replace(series, left_out=series.left_out | {day}, moved=moved)


def move_one(series: Series, day: date, slot: Slot) -> Series:
    """The series with one of its dates elsewhere. Raises ProblemError no-such-date."""
    _check_day(series, day)
    return replace(series, moved={**series.moved, day: slot}, left_out=series.left_out - {day})


def split(series: Series, day: date) -> tuple[Series | None, Series]:
    """The series before a day and from that day on: together exactly what it was. None where nothing is before.

    Raises ProblemError no-such-date.
    """
    days = _check_day(series, day)
    before, after = (tuple(one for one in days if one < day), tuple(one for one in days if one >= day))
    if not before:
        return None, series
    counted = series.rule.count is not None
    last = None if counted else day - timedelta(days=1)
    first_rule = replace(series.rule, count=len(before) if counted else None, until=last)
    second_rule = replace(series.rule, count=len(after)) if counted else series.rule
    first, second = frozenset(before), frozenset(after)
    return (
        replace(series, rule=first_rule, left_out=series.left_out & first, moved=_of(series, first)),
        replace(
            series,
            first=slot_on(series, day),
            rule=second_rule,
            left_out=series.left_out & second,
            moved=_of(series, second),
        ),
    )


def _of(series: Series, days: frozenset[date]) -> dict[date, Slot]:
    return {day: slot for day, slot in series.moved.items() if day in days}


def _check_day(series: Series, day: date) -> tuple[date, ...]:
    days = all_days(series)
    if day not in days:
        raise ProblemError([no_such_date(day)])
    return days


def no_such_date(day: date) -> Problem:
    """That a series does not come on a day."""
    return Problem("no-such-date", day.isoformat(), _("is no date of this series."), _("Choose one of its dates."))


def notes_on(series: Series) -> tuple[Reason, ...]:
    """What people should know of a series: dates that do not exist, and hours that the clocks skip."""
    return (*_missing_days(series), *_skipped_hours(series))


def _missing_days(series: Series) -> Iterator[Reason]:
    rule, first = series.rule, series.first.begin.date()
    if rule.every not in ("MONTHLY", "YEARLY") or rule.weekdays or rule.month_days or rule.months or first.day <= 28:
        return
    last = all_days(series)[-1]
    step = rule.interval * (12 if rule.every == "YEARLY" else 1)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month, step)
    for year, month in ((number // 12, number % 12 + 1) for number in months):
        if first.day > monthrange(year, month)[1]:
            yield _missing(rule, year, month, first.day)


def _missing(rule: Rule, year: int, month: int, day: int) -> Reason:
    en, fr = (words_of(lang).month(month) for lang in ("en", "fr"))
    if rule.every == "YEARLY":
        return reason("no_such_day", date=Text(f"{day} {en}", f"{day} {fr}"), year=year)
    return reason("no_such_day_of_month", day=day, month=Text(f"{en} {year}", f"{fr} {year}"))


def _skipped_hours(series: Series) -> Iterator[Reason]:
    for one in dates_of(series):
        slot = series.moved.get(one.day) or slot_on(series, one.day)
        if from_wall(one.begin, series.zone) != slot.begin:
            yield reason("clock_skips", asked=slot.begin, becomes=from_wall(one.begin, series.zone))
