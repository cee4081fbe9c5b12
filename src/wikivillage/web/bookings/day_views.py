"""The sheet of a day, for whoever opens the house: to print, as a PDF, for spreadsheets; and all machines now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wikivillage.web.bookings import day_queries
from wikivillage.web.bookings.day_sheet import NOT_COMING, Entry, Part, Sheet, Shut
from wikivillage.web.bookings.here_views import REFRESH_SECONDS
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.now import BROKEN, BUSY, FREE, Now, now_of
from wikivillage.web.bookings.scopes import somewhere
from wikivillage.web.bookings.shown import floors, unit_name
from wikivillage.web.bookings.states import BENCH, MACHINE
from wikivillage.web.bookings.views import ways
from wikivillage.web.diary.forms import read_day
from wikivillage.web.diary.reasons import clock, day_words
from wikivillage.web.labels.pdf import pdf_response
from wikivillage.web.labels.queries import labels_of
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.templatetags.village import language

FRONT: dict[str, int] = {FREE: 0, BUSY: 1, BROKEN: 3}
"""In which order machines stand on their wall; what is not named stands in between."""


@dataclass(frozen=True, slots=True)
class Line:
    """A booking as the sheet prints it."""

    id: str
    when: str
    who: str
    title: str
    people: int
    state: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a unit cannot be used, and from when to when on this day."""

    when: str
    why: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A unit as the sheet prints it."""

    name: str
    place: str
    pool: str
    lines: tuple[Line, ...]
    closed: tuple[Closed, ...]


def _day_of(request: HttpRequest) -> date:
    return read_day(request.GET.get("day", "")) or timezone.localdate()


def _reader(request: HttpRequest) -> Viewer:
    """Who may read the sheet: whoever looks after something that is booked."""
    seen = viewer_of(request)
    if not somewhere(seen, "list"):
        access(seen, "list", "booking")
    return seen


def _context(sheet: Sheet, seen: Viewer, lang: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "title": day_words(sheet.day, lang).capitalize(),
        "blocks": [_block(part, sheet.day, lang) for part in sheet.parts],
        "opens": _clock(sheet.first, sheet.day, lang),
        "closes": _clock(sheet.last, sheet.day, lang),
        "printed": timezone.localtime(),
        "before": sheet.day - timedelta(days=1),
        "after": sheet.day + timedelta(days=1),
        "today": sheet.day == timezone.localdate(),
        "ways": ways(seen),
    }


def _block(part: Part, day: date, lang: str) -> Block:
    unit = part.unit
    pool = _("at most %(most)d of %(size)d at once") % {"most": part.most, "size": unit.size} if unit.size > 1 else ""
    return Block(
        unit.name,
        unit.place,
        pool,
        tuple(_line(one, day, lang) for one in part.entries),
        tuple(_closed(one, day, lang) for one in part.shut),
    )


def _line(one: Entry, day: date, lang: str) -> Line:
    gone = one.state in NOT_COMING
    when = f"{_clock(one.begin, day, lang)} – {_clock(one.end, day, lang)}"
    return Line(one.id, when, one.who, one.title, one.persons, day_queries.state_words(one.state), gone)


def _closed(one: Shut, day: date, lang: str) -> Closed:
    start = datetime.combine(day, datetime.min.time())
    whole = one.begin <= start and (one.end is None or one.end >= start + timedelta(days=1))
    if whole:
        return Closed(pgettext("closed", "all day"), one.why, one.broken)
    first = _clock(max(one.begin, start), day, lang)
    if one.end is None:
        return Closed(pgettext("closed", "from %(begin)s on") % {"begin": first}, one.why, one.broken)
    return Closed(f"{first} – {_clock(one.end, day, lang)}", one.why, one.broken)


def _clock(moment: datetime | None, day: date, lang: str) -> str:
    """An hour of the day; of the days beside it, midnight."""
    if moment is None:
        return ""
    start = datetime.combine(day, datetime.min.time())
    minutes = int((moment - start).total_seconds() // 60)
    return clock(min(max(minutes, 0), 24 * 60), lang)


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The sheet on a page, ready to print."""
    seen, lang = _reader(request), language()
    sheet = day_queries.day_sheet(_day_of(request), seen, lang=lang)
    return render(request, "bookings/day.html", _context(sheet, seen, lang))


@never_cache
@require_safe
def day_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    seen, lang = _reader(request), language()
    sheet = day_queries.day_sheet(_day_of(request), seen, lang=lang)
    html = render_to_string("bookings/day_paper.html", {**_context(sheet, seen, lang), "lang": lang}, request)
    return pdf_response(html, request=request, name=f"{pgettext('file', 'day')}-{sheet.day}")


@never_cache
@require_safe
def day_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a list."""
    seen, lang = _reader(request), language()
    sheet = day_queries.day_sheet(_day_of(request), seen, lang=lang)
    header = [
        _("Place"), _("Room or machine"), _("Begin"), _("End"), _("Who"), _("What"), _("Persons"), _("How many"),
        _("State"), _("kWh"), _("Booking"),
    ]  # fmt: skip
    return csv_response(f"{pgettext('file', 'day')}-{sheet.day}", header, _rows(sheet))


def _rows(sheet: Sheet) -> Iterator[list[Any]]:
    for part in sheet.parts:
        for one in part.entries:
            yield [
                part.unit.place, part.unit.name, f"{one.begin:%Y-%m-%d %H:%M}", f"{one.end:%Y-%m-%d %H:%M}", one.who,
                one.title, one.persons, one.amount, day_queries.state_words(one.state), round(one.kwh, 3), one.id,
            ]  # fmt: skip


@require_safe
def machines(request: HttpRequest) -> HttpResponse:
    """Every machine and bench as it stands now; a screen may show it, and asks for it again every minute."""
    access(viewer_of(request), "see", "unit")
    lang, at = language(), timezone.now()
    units = list(Unit.objects.filter(kind__in=(MACHINE, BENCH), retired_at=None))
    now = now_of(units, at)
    labels, where = labels_of("unit", [unit.pk for unit in units]), floors(units, lang)
    ordered = sorted(units, key=lambda unit: (FRONT.get(now[unit.pk].state, 2), unit.position, unit.pk))
    context = {
        "machines": [_machine(now[unit.pk], where.get(unit.place, ""), labels.get(unit.pk), lang) for unit in ordered],
        "free": sum(one.state == FREE for one in now.values()),
        "ways": ways(viewer_of(request)),
    }
    response = render(request, "bookings/machines.html", context)
    response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _machine(now: Now, where: str, label: Any, lang: str) -> dict[str, Any]:
    return {
        "id": now.unit.pk,
        "name": unit_name(now.unit, lang),
        "where": where,
        "state": now.state,
        "word": now.word.words(lang),
        "sentence": now.sentence.words(lang),
        "label": label,
    }
