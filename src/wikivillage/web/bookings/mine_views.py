"""What is mine: bookings to come and past, what I wait for, moving one, and series with a verdict on each date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import queries, series_actions, shown
from wikivillage.web.bookings.asked import Asked
from wikivillage.web.bookings.facts import who_asks
from wikivillage.web.bookings.forms import MoveForm, SeriesForm, read_cents
from wikivillage.web.bookings.models import Booking, BookingSeries, Waiting
from wikivillage.web.bookings.pricing import preview_cents
from wikivillage.web.bookings.refusals import Refusal
from wikivillage.web.bookings.requesting import without
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.states import STATES, UNCHARGED
from wikivillage.web.bookings.unit_views import unit_or_404
from wikivillage.web.bookings.views import owned, ways
from wikivillage.web.bookings.waiting_actions import stop_waiting
from wikivillage.web.bookings.writing import amount_for, thing_of
from wikivillage.web.diary.queries import zone_here
from wikivillage.web.diary.series import from_wall
from wikivillage.web.diary.shown import when_words
from wikivillage.web.prices.sentences import money
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.templatetags.village import language


@dataclass(frozen=True, slots=True)
class Line:
    """A booking in a list."""

    id: str
    name: str
    when: str
    state: str
    words: str
    total: str
    title: str = ""
    who: str = ""


def lines_of(rows: list[Booking], viewer: Viewer, lang: str) -> list[Line]:
    """Bookings as lines of a list, with whose they are where they are not one's own."""
    zone = village_here().zone
    names = names_for(viewer, {row.agent_id for row in rows}, lang)
    return [
        Line(
            row.pk,
            shown.unit_name(row.unit, lang),
            shown.when_words(row.begin, row.end, zone, lang),
            row.state,
            str(STATES[row.state]),
            money(row.total_cents, lang) if row.total_cents and row.state not in UNCHARGED else "",
            row.title,
            "" if row.agent_id == viewer.agent else names[row.agent_id],
        )
        for row in rows
    ]


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I have booked, asked for and wait for, and what is over."""
    viewer, lang, now = viewer_of(request), language(), timezone.now()
    access(viewer, "see", "own_things", owner=viewer.agent)
    theirs = queries.own(viewer)
    to_come = lines_of(queries.bookings_of(theirs, at=now), viewer, lang)
    over = lines_of(queries.bookings_of(theirs, at=now, over=True, most=30), viewer, lang)
    zone = village_here().zone
    waiting = [
        {
            "row": row,
            "name": shown.unit_name(row.unit, lang),
            "when": shown.when_words(row.begin, row.end, zone, lang),
            "place": queries.place_in_line(row),
        }
        for row in queries.waiting_of(theirs, at=now)
    ]
    next_one = f"{to_come[0].name}, {shown.small(to_come[0].when, lang)}" if to_come else ""
    context = {"to_come": to_come, "next_one": next_one, "over": over, "waiting": waiting, "ways": ways(viewer)}
    return render(request, "bookings/mine.html", context)


@never_cache
@require_safe
def mine_csv(request: HttpRequest) -> HttpResponse:
    """What I have and had booked, as a file."""
    viewer, now = viewer_of(request), timezone.now()
    access(viewer, "see", "own_things", owner=viewer.agent)
    theirs = queries.own(viewer)
    rows = [*queries.bookings_of(theirs, at=now), *queries.bookings_of(theirs, at=now, over=True, most=2000)]
    return bookings_csv("bookings", rows, {})


def bookings_csv(name: str, rows: list[Booking], names: dict[str, str]) -> HttpResponse:
    """Bookings as a file; ``names`` of whose they are, for lists of several people's."""
    lang = language()
    header = [_("id"), _("what"), _("from"), _("until"), _("persons"), _("state"), _("price in euros"), _("kWh")]
    header += [_("who")] if names else []
    lines = (
        [
            row.pk,
            shown.unit_name(row.unit, lang),
            row.begin,
            row.end,
            row.persons,
            STATES[row.state],
            row.total_cents / 100,
            row.kwh,
            *([names[row.agent_id]] if names else []),
        ]
        for row in rows
    )
    return csv_response(name, header, lines)


@require_POST
def wait_no_more(request: HttpRequest, id: int) -> HttpResponse:
    """Leave a waiting list."""
    viewer, row = viewer_of(request), get_object_or_404(Waiting, pk=id)
    access(viewer, "make", "booking", owner=row.agent_id)
    stop_waiting(waiting=row, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("You wait for it no more."))
    return redirect("bookings:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, id: str) -> HttpResponse:
    """Another time: first what stands against it and its price, then it is done."""
    viewer, row = owned(request, id, "change")
    in_series = row.series_id is not None
    if request.method != "POST":
        return _move_page(request, viewer, row, MoveForm(initial=_times_of(row), in_series=in_series))
    form = MoveForm(request.POST, in_series=in_series)
    if not form.is_valid():
        return _move_page(request, viewer, row, form, status=422)
    at, by = timezone.now(), viewer.agent or ""
    if "confirm" not in request.POST:
        return _move_preview(request, viewer, row, form, at)
    wanted: dict[str, Any] = {"scope": form.dates, "expected_cents": read_cents(request.POST["confirm"])}
    begin, end = form.times
    try:
        moved = series_actions.move_date(booking=row, begin=begin, end=end, at=at, by=by, **wanted)
    except ProblemError as error:
        if [one.code for one in error.problems] == ["price-changed"]:
            return _move_preview(request, viewer, row, form, at, told=error.problems)
        return _move_page(request, viewer, row, form, status=422, problems=error.problems)
    words = ngettext("It is moved.", "%(n)d dates are moved.", len(moved))
    messages.success(request, words % {"n": len(moved)})
    return redirect("bookings:booking", id=id)


def _times_of(row: Booking) -> dict[str, Any]:
    zone = village_here().zone
    first, last = from_wall(row.begin, zone), from_wall(row.end, zone)
    return {"day": first.date(), "begin": first.time(), "end": last.time()}


def _move_page(
    request: HttpRequest, viewer: Viewer, row: Booking, form: MoveForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    lang, zone = language(), village_here().zone
    context = {
        "row": row,
        "form": form,
        "name": shown.unit_name(row.unit, lang),
        "when": shown.small(shown.when_words(row.begin, row.end, zone, lang), lang),
        "ways": ways(viewer),
    }
    return render(request, "bookings/move.html", {**context, **more}, status=status)


def _move_preview(
    request: HttpRequest,
    viewer: Viewer,
    row: Booking,
    form: MoveForm,
    at: datetime,
    *,
    told: Sequence[Problem] = (),
) -> HttpResponse:
    """What the move would be: every reason against each date, or the new price of all of them."""
    begin, end = form.times
    lang, zone = language(), village_here().zone
    shifts = series_actions.moves_of(row, begin, end, scope=form.dates, at=at)
    rows = [one.booking for one in shifts]
    found = [one for shift in shifts for one in _against(shift, at, rows)]
    if found:
        problems = [Problem(one.code, "", one.words(lang), one.out(lang)) for one in found]
        return _move_page(request, viewer, row, form, status=422, problems=problems)
    before = sum(one.total_cents for one in rows)
    prices = (preview_cents(s.booking.unit, s.booking.agent, s.begin, s.end, s.booking.amount, at=at) for s in shifts)
    now = sum(prices)
    more: dict[str, Any] = {
        "goes": bool(shifts),
        "to": [shown.when_words(one.begin, one.end, zone, lang) for one in shifts],
        "cents": now,
        "price": money(now, lang),
        "before": money(before, lang) if now != before else "",
    }
    return _move_page(request, viewer, row, form, status=422 if told else 200, problems=told, **more)


def _against(shift: series_actions.Shift, at: datetime, moving: Sequence[Booking]) -> tuple[Refusal, ...]:
    """Every reason against one date; what moves with it does not count."""
    row, begin, end = shift.booking, shift.begin, shift.end
    asked = Asked(begin, end, row.persons, at, village_here().zone, row.amount)
    thing = thing_of(row.unit, begin, end, at=at, but=[one.pk for one in moving])
    who = who_asks(row.agent, at=at, begin=begin, end=end)
    for one in moving:
        who = without(one, who)
    return refusals(thing, asked, who)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: HttpRequest, id: str) -> HttpResponse:
    """A series: first each date with every reason against it, then those that can be are booked."""
    viewer, unit = viewer_of(request), unit_or_404(id)
    access(viewer, "make", "booking", owner=viewer.agent)
    agent = get_object_or_404(Agent, pk=viewer.agent)
    lang = language()
    context: dict[str, Any] = {"unit": unit, "name": shown.unit_name(unit, lang), "ways": ways(viewer)}
    if request.method != "POST":
        initial = {"key": new_key(), "day": timezone.localdate(), "last": timezone.localdate()}
        return render(request, "bookings/series_new.html", {**context, "form": SeriesForm(initial=initial)})
    form = SeriesForm(request.POST)
    if not form.is_valid():
        return render(request, "bookings/series_new.html", {**context, "form": form}, status=422)
    try:
        if "confirm" in request.POST:
            return _put_series(request, viewer, agent, unit.pk, form)
        context |= _preview_series(viewer, agent, unit.pk, form)
    except ProblemError as error:
        context |= {"form": form, "problems": error.problems}
        return render(request, "bookings/series_new.html", context, status=422)
    return render(request, "bookings/series_new.html", {**context, "form": form})


def _preview_series(viewer: Viewer, agent: Agent, unit: str, form: SeriesForm) -> dict[str, Any]:
    begin, end = form.times
    lang, at = language(), timezone.now()
    said = {"rule": form.rule, "begin": begin, "end": end, "persons": form.cleaned_data["persons"]}
    found = series_actions.preview(unit=unit, agent=agent, at=at, by=viewer.agent or "", **said)
    row = unit_or_404(unit)
    dates, total = [], 0
    for one in found.verdicts:
        when = when_words(one.dated.begin, one.dated.end, zone_here(), lang)
        dates.append((when, [why.words(lang) for why in one.reasons]))
        if not one.reasons:
            amount = amount_for(row, said["persons"])
            total += preview_cents(row, agent, one.dated.begin, one.dated.end, amount, at=at)
    refused = len(found.refused)
    return {
        "dates": dates,
        "refused": refused,
        "goes": len(dates) - refused,
        "total": money(total, lang),
        "notes": [note.words(lang) for note in found.notes],
    }


def _put_series(request: HttpRequest, viewer: Viewer, agent: Agent, unit: str, form: SeriesForm) -> HttpResponse:
    begin, end = form.times
    said = {name: form.cleaned_data[name] for name in ("persons", "title")}
    made = series_actions.put_series(
        uid=f"b-{form.cleaned_data['key']}",
        unit=unit,
        agent=agent,
        rule=form.rule,
        begin=begin,
        end=end,
        at=timezone.now(),
        by=viewer.agent or "",
        **said,
    )
    words = ngettext("%(n)d date is booked.", "%(n)d dates are booked.", len(made.bookings))
    messages.success(request, words % {"n": len(made.bookings)})
    return redirect("bookings:series", uid=made.series.pk)


@never_cache
@require_safe
def series(request: HttpRequest, uid: str) -> HttpResponse:
    """Every date of a series, and whether it goes on."""
    viewer, row = viewer_of(request), get_object_or_404(BookingSeries.objects.select_related("unit"), pk=uid[:64])
    access(viewer, "see", "booking", owner=row.agent_id, scope=scope_of(row.unit, viewer, "see"))
    lang = language()
    rows = queries.dates_of(row)
    context = {
        "series": row,
        "name": shown.unit_name(row.unit, lang),
        "dates": lines_of(rows, viewer, lang),
        "open": sum(one.state == "confirmed" for one in rows),
        "total": money(sum(one.total_cents for one in rows), lang),
        "sure_until": row.sure_until if _goes_beyond(row, rows) else None,
        "may_go_on": bool(row.reconfirm_weeks) and viewer.owns(row.agent_id),
        "ways": ways(viewer),
    }
    return render(request, "bookings/series.html", context)


def _goes_beyond(series: BookingSeries, rows: list[Booking]) -> bool:
    """Whether a series has dates after the last day that is sure."""
    return series.sure_until is not None and any(
        timezone.localtime(one.begin).date() > series.sure_until for one in rows
    )


@require_POST
def series_goes_on(request: HttpRequest, uid: str) -> HttpResponse:
    """The series goes on."""
    viewer, row = viewer_of(request), get_object_or_404(BookingSeries, pk=uid[:64])
    access(viewer, "make", "booking", owner=row.agent_id)
    series_actions.go_on(series=row, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("The series goes on."))
    return redirect("bookings:series", uid=uid)
