"""Series of bookings: every date is a booking of its own, its day stands in the diary's series, and each is priced.

Dates that cannot be had are shown beforehand with every reason, and skipped. A series that must be confirmed every
some weeks is sure only so far: what is not confirmed in time is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings.actions import cancel, move
from wikivillage.web.bookings.asked import Asked, Has
from wikivillage.web.bookings.charging import price_changed, promise, use_price
from wikivillage.web.bookings.facts import name_of, policy_of, who_asks
from wikivillage.web.bookings.models import Booking, BookingSeries, Unit
from wikivillage.web.bookings.parties import lock_share
from wikivillage.web.bookings.refusals import Refusal, say
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.states import CONFIRMED, OPEN
from wikivillage.web.bookings.writing import (
    amount_for,
    find_unit,
    new_id,
    promises,
    thing_of,
    write,
)
from wikivillage.web.diary import series_actions as diary
from wikivillage.web.diary.kinds import CANCELLED, MEMBERS
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.series import Dated, Slot, with_zone
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.prices.queries import village_day
from wikivillage.web.registry.actions import identity_of, record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here

ASK_BEFORE = timedelta(days=7)
"""How long before a series is no longer sure its owner is asked whether it goes on."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was put: the series, its bookings, the dates that were skipped with their reasons, and the sum."""

    series: BookingSeries
    bookings: tuple[Booking, ...]
    skipped: tuple[diary.Verdict, ...]
    total_cents: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A date of a series and the time to which it would move."""

    booking: Booking
    begin: datetime
    end: datetime


def preview(
    *, unit: str, agent: Agent, rule: str, begin: datetime, end: datetime, persons: int, at: datetime, by: str = ""
) -> diary.Preview:
    """Each date of a series with its verdict; ``begin`` and ``end`` in wall time. Writes nothing.

    Raises ProblemError: no-unit, needs-approval, and those of the diary.
    """
    row = find_unit(unit)
    refuse_with(_no_series(row))
    check = _check(row, agent, persons, rule, begin, end, at=at, by=by)
    return diary.preview_series(rule=rule, begin=begin, end=end, check=check)


def _no_series(row: Unit) -> list[Problem]:
    if not policy_of(row).approval:
        return []
    what = _("Somebody decides on each booking of it: it has no series.")
    return [Problem("needs-approval", "unit", what, _("Ask for one date."))]


def _check(
    row: Unit, agent: Agent, persons: int, rule: str, begin: datetime, end: datetime, *, at: datetime, by: str
) -> diary.Check:
    """What stands against each date, read once for all of them; dates before it in the same series count as well."""
    dates = [one.dated for one in diary.preview_series(rule=rule, begin=begin, end=end).verdicts]
    first, last = min(one.begin for one in dates), max(one.end for one in dates)
    thing = replace(thing_of(row, first, last, at=at), outage=None)
    who = who_asks(agent, at=at, begin=first, end=last, by=by)
    amount, zone = amount_for(row, persons), village_here().zone
    granted: list[Has] = []

    def check(dated: Dated) -> Sequence[Refusal]:
        asked = Asked(dated.begin, dated.end, persons, at, zone, amount)
        found = refusals(thing, asked, replace(who, has=(*who.has, *granted)))
        if not found:
            granted.append(Has(row.pk, agent.pk, dated.begin, dated.end))
        return found

    return cast(diary.Check, check)


@retrying
@transaction.atomic
def put_series(
    *,
    uid: str,
    unit: str,
    agent: Agent,
    rule: str,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    persons: int = 1,
    title: str = "",
    visibility: str = MEMBERS,
    skip: bool = True,
) -> Repeated:
    """Book every date of a series that can be had, each at its own price. The same ``uid`` again: what is there.

    Raises ProblemError: no-unit, needs-approval, already-erased, date-refused, and those of the diary.
    """
    there = BookingSeries.objects.filter(uid=uid[:64].replace("\0", "")).first()
    if there is not None:
        return _as_it_is(there)
    row, title = find_unit(unit), title.replace("\0", "").strip()[:120]
    refuse_with(_no_series(row))
    identity_of(agent)
    lock_share(row, agent, at)
    check = _check(row, agent, persons, rule, begin, end, at=at, by=by)
    details = {
        "title": f"{title} ({row.name_fr})" if title else row.name_fr,
        "subject": row.pk,
        "place": row.place,
        "owner": agent.pk,
        "visibility": visibility,
        "path": f"/bookings/series/{uid}/",
    }
    times: dict[str, Any] = {"rule": rule, "begin": begin, "end": end, "check": check, "skip": skip}
    put = diary.put_series(uid=uid, kind="booking", at=at, by=by, **times, **details)
    series = _series_row(uid, row, agent, put, at=at, by=by)
    said = {
        "persons": persons,
        "amount": amount_for(row, persons),
        "title": title,
        "visibility": visibility,
    }
    dates = Occurrence.objects.filter(series=put.series).exclude(state=CANCELLED).order_by("begin")
    made = tuple(_book(series, one, said, at=at, by=by) for one in dates)
    record_change("put_series", uid, at=at, by=by)
    return Repeated(series, made, put.preview.refused, sum(one.total_cents for one in made))


def _series_row(uid: str, row: Unit, agent: Agent, put: diary.Put, *, at: datetime, by: str) -> BookingSeries:
    weeks = policy_of(row).reconfirm_weeks
    sure = put.series.first_day + timedelta(weeks=weeks) if weeks else None
    made: BookingSeries = BookingSeries.objects.create(
        uid=uid, unit=row, agent=agent, made_by=by, reconfirm_weeks=weeks, sure_until=sure, made_at=at
    )
    return made


def _as_it_is(series: BookingSeries) -> Repeated:
    rows = tuple(series.bookings.filter(state__in=OPEN).select_related("unit", "agent").order_by("begin"))
    return Repeated(series, rows, (), sum(row.total_cents for row in rows))


def _book(series: BookingSeries, dated: Occurrence, said: dict[str, Any], *, at: datetime, by: str) -> Booking:
    """One date of a series, booked at its price."""
    row = Booking(
        id=new_id(), unit=series.unit, agent=series.agent, made_by=by, begin=dated.begin, end=dated.end, **said
    )
    row.series, row.day, row.occurrence = series, dated.day, dated.uid
    row.state, row.made_at, row.decided_at, row.decided_by = CONFIRMED, at, at, by
    promise(row, at=at, by=by)
    use_price(row, at=at, by=by)
    write(promises(row), at=at, by=by)
    row.save(force_insert=True)
    Occurrence.objects.filter(pk=dated.pk).update(path=f"/bookings/{row.pk}/")
    return row


def of_scope(booking: Booking, scope: str, at: datetime) -> list[Booking]:
    """The dates of a series that a change of one is about: this one, it and the following, or all to come."""
    if booking.series_id is None or scope == diary.THIS:
        return [booking]
    rows = Booking.objects.filter(series=booking.series_id, state=CONFIRMED, begin__gt=at)
    if scope == diary.FOLLOWING:
        rows = rows.filter(begin__gte=booking.begin)
    return list(rows.select_related("unit", "agent").order_by("begin"))


def moves_of(booking: Booking, begin: datetime, end: datetime, *, scope: str, at: datetime) -> list[Shift]:
    """Where each date goes that a move is about; ``begin`` and ``end`` in wall time, for the date that was chosen.

    Others move as many days and to the same hours. Raises ProblemError unknown-word.
    """
    refuse_with(_scope_problems(scope))
    zone, shift = village_here().zone, begin.date() - village_day(booking.begin)
    found = []
    for row in of_scope(booking, scope, at):
        day = begin.date() if row.pk == booking.pk else village_day(row.begin) + shift
        start = datetime.combine(day, begin.time())
        found.append(Shift(row, *with_zone(Slot(start, start + (end - begin)), zone)))
    return found


def move_date(
    *,
    booking: Booking,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    scope: str = diary.THIS,
    expected_cents: int | None = None,
) -> tuple[Booking, ...]:
    """Another wall time for one date, for it and the following ones, or for all to come: all of them or none.

    ``expected_cents``: the price of all of them that was shown; another one refuses.
    Raises ProblemError: unknown-word, price-changed, date-refused with each date that cannot, and those of ``move``.
    """
    return _move_all(moves_of(booking, begin, end, scope=scope, at=at), expected_cents, at=at, by=by)


@retrying
@transaction.atomic
def _move_all(shifts: list[Shift], expected: int | None, *, at: datetime, by: str) -> tuple[Booking, ...]:
    if len(shifts) == 1:
        one = shifts[0]
        return (move(booking=one.booking, begin=one.begin, end=one.end, at=at, by=by, expected_cents=expected),)
    later = bool(shifts) and shifts[0].begin > shifts[0].booking.begin
    moved, problems = [], []
    for one in shifts[::-1] if later else shifts:
        try:
            with transaction.atomic():
                moved.append(move(booking=one.booking, begin=one.begin, end=one.end, at=at, by=by))
        except ProblemError as error:
            day = village_day(one.begin).isoformat()
            problems += [Problem("date-refused", day, p.what, p.hint) for p in error.problems]
    refuse_with(problems)
    total = sum(one.total_cents for one in moved)
    if expected is not None and total != expected:
        raise ProblemError([price_changed(total)])
    return tuple(sorted(moved, key=lambda one: one.begin))


@transaction.atomic
def cancel_dates(*, booking: Booking, scope: str, at: datetime, by: str = "", why: str = "") -> tuple[Booking, ...]:
    """Cancel one date of a series, it and the following ones, or all to come. Again, nothing changes.

    Raises ProblemError: unknown-word, has-begun.
    """
    refuse_with(_scope_problems(scope))
    return tuple(cancel(booking=one, at=at, by=by, why=why) for one in of_scope(booking, scope, at))


def _scope_problems(scope: str) -> list[Problem]:
    if scope in diary.SCOPES:
        return []
    hint = _("There is: %(words)s.") % {"words": ", ".join(diary.SCOPES)}
    return [Problem("unknown-word", "scope", _("These are no dates that we know."), hint)]


@transaction.atomic
def go_on(*, series: BookingSeries, at: datetime, by: str = "") -> BookingSeries:
    """The series goes on: sure for as many weeks again. Said twice on a day, it counts once."""
    row = BookingSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    if row.reconfirm_weeks and row.sure_until is not None:
        row.sure_until = max(row.sure_until, village_day(at) + timedelta(weeks=row.reconfirm_weeks))
        row.asked_at = None
        row.save(update_fields=["sure_until", "asked_at"])
        record_change("go_on", row.pk, at=at, by=by)
    return row


def ask_whether_it_goes_on(*, at: datetime) -> int:
    """Ask the owners of series that are soon no longer sure, and give back the dates after the last sure day.

    How many series were asked or cut; run again, it does nothing.
    """
    today, count = village_day(at), 0
    rows = BookingSeries.objects.exclude(sure_until=None).filter(sure_until__lte=today + ASK_BEFORE)
    for series in rows.select_related("unit", "agent"):
        to_come = Booking.objects.filter(series=series, state=CONFIRMED, begin__gt=at).order_by("begin")
        beyond = [one for one in to_come if village_day(one.begin) > series.sure_until]
        if not beyond:
            continue
        if series.sure_until < today:
            for one in beyond:
                cancel(booking=one, at=at, why="La série n’a pas été reconfirmée.")
            count += 1
        elif series.asked_at is None:
            _ask(series, at)
            count += 1
    return count


@transaction.atomic
def _ask(series: BookingSeries, at: datetime) -> None:
    BookingSeries.objects.filter(pk=series.pk).update(asked_at=at)
    title = say("Does it go on? {unit}", "On continue ? {unit}", unit=name_of(series.unit))
    text = say(
        "Your series is sure until {day}. Say that it goes on, or the later dates are given back.",
        "Votre série est sûre jusqu’au {day}. Dites qu’elle continue, sinon les dates suivantes seront rendues.",
        day=cast(date, series.sure_until),
    )
    path = f"/bookings/series/{series.pk}/"
    key = f"bookings-go-on-{series.pk}-{at.date()}"
    tell(agent=series.agent_id, kind="booking", title=title, text=text, path=path, at=at, key=key)
