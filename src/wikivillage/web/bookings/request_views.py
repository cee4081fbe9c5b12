"""Where somebody decides: what is asked for, those who compete side by side, what a yes would do; and lists of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import actions, queries, shown
from wikivillage.web.bookings.mine_views import bookings_csv
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.requesting import choice_of
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.views import owned, ways
from wikivillage.web.diary.forms import read_day
from wikivillage.web.diary.series import on_wall
from wikivillage.web.prices.sentences import money
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import language

MOST_DAYS = 400


@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What is asked for, by unit: each with what stands against it and whom a yes would refuse."""
    viewer = viewer_of(request)
    return _requests_page(request, viewer)


def _mine_to_decide(viewer: Viewer) -> list[Booking]:
    rows = queries.requests_now(at=timezone.now())
    return [row for row in rows if may(viewer, "approve", "booking", scope=scope_of(row.unit, viewer, "approve"))]


def _requests_page(
    request: HttpRequest, viewer: Viewer, *, status: int = 200, problems: Sequence[Problem] = ()
) -> HttpResponse:
    rows = _mine_to_decide(viewer)
    if not rows and not ways(viewer)["decide"]:
        access(viewer, "approve", "booking")
    lang, at = language(), timezone.now()
    names = names_for(viewer, {row.agent_id for row in rows}, lang)
    groups = [
        (shown.unit_name(several[0].unit, lang), [_line(one, names, at, lang) for one in several])
        for _unit, found in groupby(rows, key=lambda row: row.unit_id)
        if (several := list(found))
    ]
    context = {"groups": groups, "count": len(rows), "problems": problems, "ways": ways(viewer)}
    return render(request, "bookings/requests.html", context, status=status)


def _line(row: Booking, names: dict[str, str], at: datetime, lang: str) -> dict[str, Any]:
    choice, zone = choice_of(row, at=at), village_here().zone
    return {
        "id": row.pk,
        "who": names[row.agent_id],
        "when": shown.when_words(row.begin, row.end, zone, lang),
        "persons": row.persons,
        "title": row.title,
        "asked": row.made_at,
        "total": money(row.total_cents, lang),
        "against": [one.words(lang) for one in choice.refusals],
        "loses": [
            (names.get(one.agent_id, ""), shown.small(shown.when_words(one.begin, one.end, zone, lang), lang))
            for one in choice.loses
        ],
    }


@never_cache
@require_POST
def decide(request: HttpRequest, id: str) -> HttpResponse:
    """Yes to one, or no with a reason."""
    viewer, row = owned(request, id, "see")
    access(viewer, "approve", "booking", scope=scope_of(row.unit, viewer, "approve"))
    words = {"at": timezone.now(), "by": viewer.agent or ""}
    try:
        if request.POST.get("answer") == "yes":
            choice = actions.approve(booking=row, **words)
            said = ngettext(
                "Approved. %(n)d other request for the same time is refused, and everybody is told.",
                "Approved. %(n)d other requests for the same time are refused, and everybody is told.",
                len(choice.loses),
            )
            messages.success(request, said % {"n": len(choice.loses)} if choice.loses else _("Approved, and told."))
        else:
            actions.turn_down(booking=row, why=request.POST.get("why", ""), **words)
            messages.success(request, _("Refused, and told with your reason."))
    except ProblemError as error:
        return _requests_page(request, viewer, status=422, problems=error.problems)
    return redirect("bookings:requests")


@never_cache
@require_safe
def all_csv(request: HttpRequest) -> HttpResponse:
    """Every booking of some days, as a file for those who look after them."""
    viewer = viewer_of(request)
    access(viewer, "list", "booking")
    first = read_day(request.GET.get("first", "")) or timezone.localdate()
    last = read_day(request.GET.get("last", "")) or first + timedelta(days=6)
    last = min(max(first, last), first + timedelta(days=MOST_DAYS))
    zone = village_here().zone
    begin, end = (on_wall(datetime.combine(day, time()), zone) for day in (first, last + timedelta(days=1)))
    rows = queries.booked_between(begin, end)
    names = names_for(viewer, {row.agent_id for row in rows}, language())
    return bookings_csv(f"bookings-{first}-{last}", rows, names or {"": ""})
