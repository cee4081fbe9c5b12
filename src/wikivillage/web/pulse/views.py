"""The front page: today in the village; and its flows as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wikivillage.web import settings
from wikivillage.web.pulse.facts import Facts
from wikivillage.web.pulse.links import events_of
from wikivillage.web.pulse.names import Names
from wikivillage.web.pulse.periods import DAYS, read_day
from wikivillage.web.pulse.queries import gather
from wikivillage.web.pulse.sentences import long_day, part_words
from wikivillage.web.pulse.shown import context_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import Kept, keep
from wikivillage.web.shell.templatetags.village import language

BEEN_HERE = "been_here"
"""The cookie of who has read what this place is."""
AGE = 365 * 86_400


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today in the village. Who comes for the first time is told what this place is."""
    word, day = _asked(request)
    kept: Kept[str] = keep(
        f"pulse.page.{word}.{day}.{language()}", lambda: _draw(request, word, day), at=timezone.now()
    )
    page = {
        "body": mark_safe(kept.value),
        "as_of": kept.at,
        "now_words": long_day(timezone.localtime()),
        "first_visit": BEEN_HERE not in request.COOKIES,
    }
    return render(request, "pulse/today.html", page)


@require_safe
def got_it(request: HttpRequest) -> HttpResponse:
    """Remember that this reader knows what the place is. A link is enough: nothing else changes."""
    response = HttpResponseRedirect("/")
    response.set_cookie(BEEN_HERE, "1", max_age=AGE, secure=settings.SECURE, samesite="Lax", httponly=True)
    return response


@require_safe
def flows(request: HttpRequest) -> HttpResponseBase:
    """What flowed, as a file: every sum with its thing, its resource and the address of its events."""
    word, day = _asked(request)
    found = _gather(request, word, day)
    header = (_("first day"), _("last day"), _("flow"), _("thing"), _("resource"), _("amount"), _("unit"), _("events"))
    name = f"flows-{found.period.first.isoformat()}-{found.period.last.isoformat()}"
    return csv_response(name, (*header, _("where from")), _rows(found, request.build_absolute_uri("/")[:-1]))


def _rows(found: Facts, origin: str) -> Iterator[tuple[Any, ...]]:
    names = Names(found.village, language())
    period = found.period
    for part in found.parts:
        thing = names.thing(part.kind, part.id)
        words = (part_words(part.kind), thing, names.resource(part.resource))
        amounts = (round(part.amount, 6), part.unit, part.events)
        yield (period.first, period.last, *words, *amounts, origin + events_of(part, period))


def _asked(request: HttpRequest) -> tuple[str, date | None]:
    """The period and the day that an address asks for. Raises Http404 for what is neither."""
    word, text = request.GET.get("period", "day"), request.GET.get("day")
    day = read_day(text, today=timezone.localdate())
    if word not in DAYS or (text and day is None):
        raise Http404
    return word, day


def _gather(request: HttpRequest, word: str, day: date | None) -> Facts:
    zone = ZoneInfo(request.village.zone)
    return gather(word=word, day=day, at=timezone.now(), zone=zone)


def _draw(request: HttpRequest, word: str, day: date | None) -> str:
    """What all readers of a language see."""
    return render_to_string("pulse/body.html", context_of(_gather(request, word, day)))
