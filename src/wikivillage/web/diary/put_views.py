"""Putting something into the diary: a form, the verdict on each date, and then it is there."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.diary import queries, series_actions, shown
from wikivillage.web.diary.actions import put_occurrence
from wikivillage.web.diary.forms import PutForm, read_day
from wikivillage.web.diary.reasons import Reason, reason
from wikivillage.web.diary.series import Dated, Slot, from_wall, with_zone
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import language


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First each date is shown with every reason against it; confirmed, those that can be are put."""
    seen = viewer_of(request)
    access(seen, "put", "occurrence")
    if request.method == "GET":
        day = read_day(request.GET.get("day", "")) or timezone.localdate()
        return render(request, "diary/new.html", {"form": PutForm(initial={"key": new_key(), "day": day})})
    form = PutForm(request.POST)
    if not form.is_valid():
        return render(request, "diary/new.html", {"form": form}, status=422)
    try:
        if "confirm" in request.POST:
            return _put(request, form, seen)
        return _preview(request, form)
    except ProblemError as error:
        return _refused(request, form, error.problems)


def _refused(request: HttpRequest, form: PutForm, problems: Sequence[Problem]) -> HttpResponse:
    return render(request, "diary/new.html", {"form": form, "problems": problems}, status=422)


def _preview(request: HttpRequest, form: PutForm) -> HttpResponse:
    begin, end = form.times
    place, lang, zone = form.cleaned_data["place"], language(), queries.zone_here()
    found = series_actions.preview_series(rule=form.rule, begin=begin, end=end, check=objections(place))
    dates = [
        (shown.when_words(one.dated.begin, one.dated.end, zone, lang), [why.words(lang) for why in one.reasons])
        for one in found.verdicts
    ]
    context = {
        "form": form,
        "dates": dates,
        "notes": [note.words(lang) for note in found.notes],
        "refused": len(found.refused),
        "goes": len(found.verdicts) - len(found.refused),
    }
    return render(request, "diary/new.html", context)


def objections(place: str) -> series_actions.Check:
    """Every reason against a date in a place: it is closed, or somebody has it."""
    house = queries.houses([(place, "")])[place]

    def check(dated: Dated) -> Sequence[Reason]:
        closed = queries.why_closed_at(house, dated.begin, dated.end) if place else ()
        zone = village_here().zone
        taken = queries.busy(place, dated.begin, dated.end) if place else []
        return [
            *closed,
            *(reason("busy", begin=from_wall(row.begin, zone), end=from_wall(row.end, zone)) for row in taken),
        ]

    return check


def _put(request: HttpRequest, form: PutForm, seen: Viewer) -> HttpResponse:
    said, at, by = form.cleaned_data, timezone.now(), seen.agent or ""
    begin, end = form.times
    uid, check = f"e-{said['key']}", objections(said["place"])
    details = {name: said[name] for name in ("title", "kind", "place", "visibility")}
    if said["repeat"]:
        made = series_actions.put_series(
            uid=uid,
            rule=form.rule,
            begin=begin,
            end=end,
            check=check,
            skip=True,
            owner=seen.agent,
            at=at,
            by=by,
            **details,
        )
        count = len(made.preview.verdicts) - len(made.preview.refused)
        said_words = ngettext("%(count)d date is in the diary.", "%(count)d dates are in the diary.", count)
        messages.success(request, said_words % {"count": count})
        return HttpResponseRedirect(f"{reverse('diary:agenda')}?day={made.preview.verdicts[0].dated.day}")
    first, last = with_zone(Slot(begin, end), village_here().zone)
    why = check(Dated(begin.date(), first, last))
    if why:
        raise ProblemError(Problem("date-refused", "", one.words(language())) for one in why)
    put_occurrence(uid=uid, begin=first, end=last, owner=seen.agent, at=at, by=by, **details)
    messages.success(request, _("It is in the diary."))
    return HttpResponseRedirect(reverse("diary:occurrence", args=[uid]))
