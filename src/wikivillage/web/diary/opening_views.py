"""When the village is open: hours, holidays and closed periods for everybody; changing them for stewards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.diary import actions, queries, shown
from wikivillage.web.diary.forms import SEASON_WORDS, WEEKDAYS, ClosureForm, OpeningForm, hours_text, read_day
from wikivillage.web.diary.holidays import public_holidays, school_holidays_between, school_year
from wikivillage.web.diary.models import OpeningHours
from wikivillage.web.diary.openings import ORDINARY, SEASONS
from wikivillage.web.diary.reasons import Span, day_words, written
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.templatetags.village import language

AHEAD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Season:
    """The week of a season in words: one sentence for each day, from when it counts."""

    id: str
    word: str
    since: date
    days: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that has hours of its own, with its seasons."""

    id: str
    name: str
    seasons: tuple[Season, ...]
    to_come: tuple[Season, ...]


@require_GET
def openings(request: HttpRequest) -> HttpResponse:
    """Opening hours, closed periods and holidays."""
    seen, lang, now = viewer_of(request), language(), timezone.localtime()
    last = now.date() + AHEAD
    days = {**public_holidays(now.year), **public_holidays(now.year + 1)}
    periods = queries.closed_periods(now)
    names = shown.place_names(lang, {row.subject for row in periods})
    zone = queries.zone_here()
    context = {
        "subjects": _subjects(now.date(), lang),
        "closed": [
            (
                row,
                names.get(row.subject) or row.subject or queries.EVERYWHERE.words(lang),
                shown.when_words(row.begin, row.end, zone, lang),
                row.why_fr if lang == "fr" else row.why_en,
            )
            for row in periods
        ],
        "public": [(day_words(day, lang), name.words(lang)) for day, name in days.items() if now.date() <= day <= last],
        "school": [
            (one, one.name.words(lang), one.source.words(lang), day_words(one.first, lang), day_words(one.last, lang))
            for one in school_holidays_between(now.date(), last)
        ],
        "school_year": school_year(),
        "may_change": may(seen, "change", "opening"),
    }
    return render(request, "diary/openings.html", context)


def _subjects(today: date, lang: str) -> list[Subject]:
    rows = list(OpeningHours.objects.order_by("subject", "since"))
    ids = list(dict.fromkeys(row.subject for row in rows))
    names = {"": queries.EVERYWHERE.words(lang), **shown.place_names(lang, ids)}
    found = [_subject(id, names.get(id, id), [row for row in rows if row.subject == id], today, lang) for id in ids]
    return sorted((one for one in found if one.seasons or one.to_come), key=lambda one: (one.id != "", one.name))


def _subject(id: str, name: str, rows: list[OpeningHours], today: date, lang: str) -> Subject:
    now = {row.season: row for row in rows if row.since <= today}
    later = [row for row in rows if row.since > today]
    seasons = [now[season] for season in SEASONS if season in now]
    return Subject(
        id,
        name,
        tuple(_season(row, lang) for row in seasons if row.week is not None),
        tuple(_season(row, lang) for row in later),
    )


def _season(row: OpeningHours, lang: str) -> Season:
    week = [tuple(Span(*span) for span in day) for day in row.week or []]
    days = tuple(
        (str(name), written(spans, lang) if spans else _("closed")) for name, spans in zip(WEEKDAYS, week, strict=False)
    )
    return Season(row.season, str(SEASON_WORDS[row.season]), row.since, _together(days))


def _together(days: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Days in a row with the same hours become one line, ``Monday – Friday``."""
    found: list[tuple[str, str, str]] = []
    for name, hours in days:
        if found and found[-1][2] == hours:
            found[-1] = (found[-1][0], name, hours)
        else:
            found.append((name, name, hours))
    return tuple((first if first == last else f"{first} – {last}", hours) for first, last, hours in found)


@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest) -> HttpResponse:
    """Set the hours of a place in a season; the form starts with those that count."""
    seen = viewer_of(request)
    access(seen, "change", "opening", scope=(request.POST or request.GET).get("subject") or None)
    if request.method == "GET":
        return render(request, "diary/opening.html", {"form": OpeningForm(initial=_in_force(request))})
    form = OpeningForm(request.POST)
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        said = form.cleaned_data
        words = {"subject": said["subject"], "season": said["season"], "since": said["since"]}
        try:
            actions.set_opening(**words, week=form.week, at=timezone.now(), by=seen.agent or "")
        except ProblemError as error:
            problems = error.problems
        else:
            messages.success(request, _("These hours count from that day on."))
            return HttpResponseRedirect(reverse("diary:openings"))
    return render(request, "diary/opening.html", {"form": form, "problems": problems}, status=422)


def _in_force(request: HttpRequest) -> dict[str, Any]:
    """What the form starts with: the hours of the place and season that the address names."""
    subject, season = request.GET.get("subject", "")[:64].replace("\0", ""), request.GET.get("season", ORDINARY)
    season, today, lang = season if season in SEASONS else ORDINARY, timezone.localdate(), language()
    rows = OpeningHours.objects.filter(subject=subject, season=season, since__lte=today)
    row = rows.order_by("-since").first()
    week = row.week if row is not None and row.week is not None else []
    typed = {f"day{n}": hours_text(tuple(Span(*span) for span in day), lang) for n, day in enumerate(week)}
    return {"subject": subject, "season": season, "since": today, **typed}


@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest) -> HttpResponse:
    """Close a place for a time: first who is touched is shown, then it is confirmed."""
    seen = viewer_of(request)
    access(seen, "close", "opening", scope=(request.POST or request.GET).get("subject") or None)
    if request.method == "GET":
        day = read_day(request.GET.get("day", "")) or timezone.localdate() + timedelta(days=1)
        return render(request, "diary/closure.html", {"form": ClosureForm(initial={"first": day, "last": day})})
    form = ClosureForm(request.POST)
    problems: tuple[Problem, ...] = ()
    if not form.is_valid():
        return render(request, "diary/closure.html", {"form": form}, status=422)
    begin, end = form.times
    if "confirm" in request.POST:
        try:
            actions.close_period(begin=begin, end=end, at=timezone.now(), by=seen.agent or "", **_said(form))
        except ProblemError as error:
            problems = error.problems
        else:
            messages.success(request, _("It is closed in that time. Nothing was cancelled by itself."))
            return HttpResponseRedirect(reverse("diary:openings"))
    return _preview(request, form, problems)


def _preview(request: HttpRequest, form: ClosureForm, problems: tuple[Problem, ...]) -> HttpResponse:
    """Who is touched, before anything is written."""
    begin, end = form.times
    problems = problems or tuple(actions.closure_problems(begin=begin, end=end, **_said(form)))
    zone, lang, seen = queries.zone_here(), language(), viewer_of(request)
    rows = [] if problems else queries.touched_by(form.cleaned_data["subject"], begin, end)
    touched = [(line, shown.when_words(line.begin, line.end, zone, lang)) for line in shown.lines(rows, seen, lang)]
    context = {
        "form": form,
        "problems": problems,
        "touched": touched,
        "ready": not problems,
        "when": "" if problems else shown.when_words(begin, end, zone, lang),
    }
    return render(request, "diary/closure.html", context, status=422 if problems else 200)


def _said(form: ClosureForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("subject", "why_fr", "why_en")}


@require_POST
def end_closure(request: HttpRequest, id: int) -> HttpResponse:
    """A closed period counts no more."""
    seen = viewer_of(request)
    access(seen, "close", "opening")
    try:
        actions.end_closed_period(id=id, at=timezone.now(), by=seen.agent or "")
    except ProblemError:
        messages.info(request, _("There is no such closed period."))
    else:
        messages.success(request, _("It is open again in that time."))
    return HttpResponseRedirect(reverse("diary:openings"))
