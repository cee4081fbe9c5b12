"""The agenda: a week by day and by place, one date, and the calendars that phones subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.web.diary import ics, queries, series_actions, shown
from wikivillage.web.diary.actions import cancel_occurrence
from wikivillage.web.diary.forms import place_choices, read_wanted
from wikivillage.web.diary.kinds import CANCELLED, KINDS, PUBLIC
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.ledger.calendar_actions import access_calendar, calendar_link_of
from wikivillage.web.ledger.calendar_views import end_and_go, made_secret
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer, viewer_of
from wikivillage.web.shell.calendars import CONTENT
from wikivillage.web.shell.templatetags.village import language


@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """A week of what takes place: by day on a phone, by place and day on a wide screen."""
    seen, lang, zone, now = viewer_of(request), language(), queries.zone_here(), timezone.localtime()
    wanted = read_wanted(request.GET, now.date())
    places = sorted(queries.places_in(wanted.place)) if wanted.place else []
    begin = datetime.combine(wanted.monday, time(), zone)
    end = datetime.combine(wanted.after, time(), zone)
    rows = queries.occurrences_between(begin, end, viewer=seen, places=places, kind=wanted.kind, cancelled=True)
    found = shown.lines(rows, seen, lang)
    week = shown.days(found, wanted.monday, 7, now.date(), zone, lang)
    context = {
        "wanted": wanted,
        "week": week,
        "table": shown.table(week),
        "count": sum(not line.cancelled for line in found),
        "this_week": wanted.monday <= now.date() < wanted.after,
        "next": next((line for line in found if not line.cancelled and line.end > now), None),
        "places": place_choices(_("everywhere")),
        "kinds": [("", _("everything")), *KINDS.items()],
        "signed_in": seen.agent is not None,
        "may_put": may(seen, "put", "occurrence"),
    }
    return render(request, "diary/agenda.html", context)


@require_GET
def occurrence(request: HttpRequest, uid: str) -> HttpResponse:
    """One date: what, when, where, who; and of a series the dates around it."""
    seen, lang, zone = viewer_of(request), language(), queries.zone_here()
    row = _row(uid, seen)
    near = _siblings(row, seen)
    context = {
        "line": shown.lines([row], seen, lang)[0],
        "days": shown.when_words(row.begin, row.end, zone, lang),
        "near": [(line, shown.when_words(line.begin, line.end, zone, lang)) for line in shown.lines(near, seen, lang)],
        "in_series": row.series_id is not None,
        "may_cancel": row.state != CANCELLED and not row.path and _may_change(seen, row, "cancel"),
        "row": row,
    }
    return render(request, "diary/occurrence.html", context)


def _row(uid: str, seen: Viewer) -> Occurrence:
    row = queries.find_occurrence(uid, seen)
    if row is None:
        raise Http404
    return row


def _siblings(row: Occurrence, seen: Viewer) -> Sequence[Occurrence]:
    """The dates of the same series that are to come after it."""
    if row.series is None:
        return ()
    rows = row.series.dates.filter(queries.visible_to(seen), begin__gt=row.begin).exclude(state=CANCELLED)
    return list(rows.order_by("begin")[:12])


def _may_change(seen: Viewer, row: Occurrence, verb: str) -> bool:
    return may(seen, verb, "occurrence", owner=row.owner_id, scope=row.circle or row.place or None)


@require_POST
def cancel(request: HttpRequest, uid: str) -> HttpResponse:
    """Cancel one date, or it and the following ones of its series."""
    seen = viewer_of(request)
    row = _row(uid, seen)
    if row.path or not _may_change(seen, row, "cancel"):
        access(seen, "cancel", "occurrence", owner=row.owner_id, scope=row.circle or row.place or None)
        raise Http404  # what stands for something else is cancelled on its own page
    at, by = timezone.now(), seen.agent or ""
    try:
        if row.series is not None and request.POST.get("scope") == series_actions.FOLLOWING:
            series_actions.cancel_series(uid=row.series.uid, scope="following", day=row.day, at=at, by=by)
        else:
            cancel_occurrence(uid=uid, at=at, by=by)
    except ProblemError as error:
        messages.info(request, " ".join(problem.what for problem in error.problems))
    else:
        messages.success(request, _("It is cancelled. Calendars that have it learn of it."))
    return HttpResponseRedirect(reverse("diary:occurrence", args=[uid]))


@require_http_methods(["GET", "POST"])
@never_cache
def calendars(request: HttpRequest) -> HttpResponse:
    """What calendars there are; with POST a new secret address, which is shown this one time.

    The secret is the one of the ledger: behind it are somebody's promises there, and their dates here.
    """
    seen, secret = viewer_of(request), made_secret(request)
    context = {
        "key": new_key(),
        "signed_in": seen.agent is not None,
        "link": calendar_link_of(seen.agent) if seen.agent else None,
        "secret": secret,
        "mine": _address(request, "diary:calendar_of", secret) if secret else "",
        "everything": f"{_address(request, 'diary:calendar_of', secret)}&all" if secret else "",
        "promises": _address(request, "ledger:calendar_of", secret) if secret else "",
        "public": _address(request, "diary:calendar_public"),
    }
    return render(request, "diary/calendars.html", context)


def _address(request: HttpRequest, name: str, *args: str) -> str:
    return request.build_absolute_uri(f"{reverse(name, args=args)}?lang={language()}")


@require_POST
def calendars_end(request: HttpRequest) -> HttpResponse:
    """End one's secret address."""
    return end_and_go(request, "diary:calendars")


@require_GET
def calendar_public(request: HttpRequest) -> HttpResponse:
    """What everybody may know of, of one place or kind where the address says so."""
    wanted = read_wanted(request.GET, timezone.localdate())
    places = sorted(queries.places_in(wanted.place)) if wanted.place else []
    rows = ics.to_come(timezone.now(), viewer=VISITOR, places=places, kind=wanted.kind)
    return _calendar(request, rows, VISITOR, _("The diary of the village"))


@require_GET
def calendar_of(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret: the dates of its agent and of whom they act for; ``all``: whatever they may see."""
    agent, at = access_calendar(secret) if "\0" not in secret else None, timezone.now()
    if agent is None:
        raise Http404
    seen = viewer(agent, at=at, second_factor=False)
    owners = [] if "all" in request.GET else queries.own(seen)
    response = _calendar(request, ics.to_come(at, viewer=seen, owners=owners), seen, _("My diary"))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
def calendar_one(request: HttpRequest, uid: str) -> HttpResponse:
    """One date, as a file for a calendar."""
    seen = viewer_of(request)
    row = _row(uid, seen)
    response = _calendar(request, [row], seen, row.title)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.uid}.ics"'
    if row.visibility != PUBLIC:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _calendar(request: HttpRequest, rows: Sequence[Occurrence], seen: Viewer, name: str) -> HttpResponse:
    lang = request.GET.get("lang", "")
    village: Any = request.village
    with translation.override(lang if lang in ("en", "fr") else translation.get_language()):
        text = ics.feed(
            rows,
            viewer=seen,
            lang=language(),
            name=f"{village.name}: {name}",
            zone=village.zone,
            address=request.build_absolute_uri,
        )
    return HttpResponse(text, content_type=CONTENT)
