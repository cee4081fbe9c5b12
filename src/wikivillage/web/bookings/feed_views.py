"""Calendars of rooms and of whole places, open to everybody: when they are taken, and what is public of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from wikivillage.web.bookings.here_views import unit_or_404
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.shown import unit_name
from wikivillage.web.bookings.states import CANCELLED, CHECKED_IN, CONFIRMED, DONE, NO_SHOW, RELEASED
from wikivillage.web.diary.kinds import PUBLIC
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.queries import places_in
from wikivillage.web.registry.models import Place
from wikivillage.web.shell import calendars
from wikivillage.web.shell.templatetags.village import language

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
MOST = 2000
TOLD = (CONFIRMED, CHECKED_IN, DONE, NO_SHOW, RELEASED, CANCELLED)
"""States of bookings that a calendar tells: what stands, was, or stood once and is cancelled."""
GONE = (NO_SHOW, RELEASED, CANCELLED)


@require_safe
def unit_feed(request: HttpRequest, id: str) -> HttpResponse:
    """The calendar of one room or machine."""
    unit = unit_or_404(id)
    return _feed(request, [unit], unit_name(unit, language()))


@require_safe
def place_feed(request: HttpRequest, id: str) -> HttpResponse:
    """The calendar of everything in a place, and in the places inside of it."""
    place = Place.objects.filter(pk=id).first()
    if place is None:
        raise Http404
    units = list(Unit.objects.filter(place__in=sorted(places_in(place.pk)), retired_at=None))
    return _feed(request, units, place.name_fr if language() == "fr" else place.name_en)


def _feed(request: HttpRequest, units: Sequence[Unit], name: str) -> HttpResponse:
    lang, at = request.GET.get("lang", ""), timezone.now()
    village: Any = request.village
    rows = Booking.objects.filter(unit__in=units, state__in=TOLD, begin__lt=at + AHEAD, end__gt=at - BACK)
    found = list(rows.exclude(occurrence="").order_by("begin", "pk")[:MOST])
    names = {unit.pk: unit for unit in units}
    with translation.override(lang if lang in ("en", "fr") else translation.get_language()):
        title = f"{village.name}: {name}"
        items = list(_items(found, names, request))
        text = calendars.calendar_text(items, room="bookings", name=title, zone=village.zone)
    return HttpResponse(text, content_type=calendars.CONTENT)


def _items(rows: Iterable[Booking], units: dict[str, Unit], request: HttpRequest) -> Iterable[calendars.Item]:
    rows = list(rows)
    told = {one.uid: one for one in Occurrence.objects.filter(uid__in=[row.occurrence for row in rows])}
    for row in rows:
        dated = told.get(row.occurrence)
        unit = units[row.unit_id]
        address = request.build_absolute_uri(reverse("bookings:here", args=[unit.pk]))
        yield calendars.Item(
            uid=row.pk,
            stamp=dated.changed_at if dated else row.made_at,
            sequence=dated.sequence if dated else row.revision,
            begin=dated.begin if dated else row.begin,
            end=dated.end if dated else row.end,
            summary=_summary(row, unit),
            description=address,
            url=address,
            status=calendars.CANCELLED if row.state in GONE else calendars.CONFIRMED,
            location=unit_name(unit, language()),
        )


def _summary(row: Booking, unit: Unit) -> str:
    """Its title where everybody may read it, else only that it is taken."""
    name = unit_name(unit, language())
    said = row.title if row.visibility == PUBLIC and row.title else pgettext("door", "taken")
    return _("%(unit)s: %(title)s") % {"unit": name, "title": said}
