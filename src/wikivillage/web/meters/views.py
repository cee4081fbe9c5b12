"""The pages of the meters: all of them and how they do, each with its curve, and what an event rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wikivillage.connectors.local_time import Grid, day_span
from wikivillage.report.figures.squares import Square, squares
from wikivillage.web.ledger.closed import hide_from_others
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.meters import models, page_queries, queries
from wikivillage.web.meters.drawing import MOST_LEVELS, draw_level, draw_sums, told_stretch
from wikivillage.web.meters.page_queries import STATES, MeterHealth, healths, yesterday_of
from wikivillage.web.meters.spans import GRIDS, SPANS, Stretch, doubts_of, parts_of, stretch_of, times_of
from wikivillage.web.meters.state_words import MEANING, WORDS
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.templatetags.village import language

SQUARES: dict[str, Square] = {
    "silent": "silent",
    "unread": "silent",
    "strange": "strange",
    "gaps": "doubtful",
    "well": "well",
}
A_PAGE = 50


@require_GET
@kept_for_visitors
def meters(request: HttpRequest) -> HttpResponse:
    """Every meter that the viewer may see and how it does; those that do not answer first."""
    viewer = viewer_of(request)
    found, things = _found(viewer)
    asked = {key: request.GET.get(key, "")[:100] for key in ("q", "loop", "place", "state")}
    shown = [one for one in found if _matches(one, asked, things)]
    by_place = request.GET.get("by") == "place"
    context = {
        "all": len(found),
        "answering": sum(one.answers for one in found),
        "squares": squares([SQUARES[one.state] for one in sorted(found, key=_by_name)]),
        "bad": [
            _line(one, things) for one in sorted(found, key=_by_state) if one.state in ("silent", "unread", "strange")
        ],
        "groups": _groups(shown, things, by_place=by_place),
        "shown": len(shown),
        "asked": asked,
        "by_place": by_place,
        "choices": _choices(found, things),
        "steward": may(viewer, "change", "meter"),
        "waiting": models.Quarantine.objects.filter(resolved_at=None).count() if may(viewer, "change", "meter") else 0,
    }
    return render(request, "meters/meters.html", context)


def _found(viewer: Viewer) -> tuple[list[MeterHealth], Things]:
    """Meters in use that somebody may see, with how they do and the names of what they name."""
    at = timezone.now()
    found = healths(queries.meters(viewer).filter(retired_at=None), at, yesterday_of(at))
    rows = [register.row for one in found for register in one.registers]
    ids = [*(row.resource for row in rows), *(one.row.place for one in found)]
    return found, find_things(viewer, language(), ids=ids, agents=[one.row.agent_id for one in found])


def _by_name(one: MeterHealth) -> str:
    return name_of(one.row).casefold()


def _by_state(one: MeterHealth) -> tuple[int, str]:
    return STATES.index(one.state), _by_name(one)


def name_of(row: models.Meter) -> str:
    """What a meter is called."""
    return row.name or row.pk


def _loops(one: MeterHealth, things: Things) -> list[str]:
    return list(dict.fromkeys(things.loop(register.row.resource) for register in one.registers))


def _matches(one: MeterHealth, asked: dict[str, str], things: Things) -> bool:
    text = " ".join([one.row.pk, one.row.name, things.place(one.row.place)]).casefold()
    return (
        asked["q"].casefold() in text
        and asked["place"] in ("", one.row.place)
        and asked["state"] in ("", one.state)
        and (not asked["loop"] or asked["loop"] in _loops(one, things))
    )


def _line(one: MeterHealth, things: Things) -> dict[str, Any]:
    registers = [
        {
            "name": register.row.name,
            "thing": things.resource(register.row.resource),
            "unit": register.row.unit,
            "yesterday": register.yesterday,
            "quality": register.quality,
            "last_value": register.row.last_value,
            "gauge": register.row.kind == "gauge",
        }
        for register in one.registers
    ]
    return {
        "id": one.row.pk,
        "name": name_of(one.row),
        "place_id": one.row.place,
        "place": things.place(one.row.place) if one.row.place else "",
        "state": one.state,
        "word": WORDS[one.state],
        "meaning": MEANING[one.state],
        "last_at": one.last_at,
        "registers": registers,
        "loop": next(iter(_loops(one, things)), "neutral"),
        "strange": one.waiting + sum(register.strange for register in one.registers),
        "doubtful": max((register.doubtful for register in one.registers), default=0),
    }


def _groups(found: Sequence[MeterHealth], things: Things, *, by_place: bool) -> list[dict[str, Any]]:
    """Meters by their first loop or by their place, each group in order of names."""
    groups: dict[str, list[MeterHealth]] = {}
    for one in sorted(found, key=_by_name):
        key = one.row.place if by_place else next(iter(_loops(one, things)), "neutral")
        groups.setdefault(key, []).append(one)
    order = (lambda key: things.place(key).casefold()) if by_place else _order_of_loops
    return [
        {"key": key, "name": things.place(key) if by_place else loop_word(key), "by_place": by_place}
        | {"lines": [_line(one, things) for one in groups[key]]}
        for key in sorted(groups, key=order)
    ]


LOOPS = ("energy", "heat", "water", "matter", "food", "people", "money")


def _order_of_loops(loop: str) -> int:
    return LOOPS.index(loop) if loop in LOOPS else len(LOOPS)


def loop_word(loop: str) -> str:
    """The name of a loop."""
    names = {
        "energy": _("Energy"),
        "heat": _("Heat"),
        "water": _("Water"),
        "matter": _("Matter"),
        "food": _("Food"),
        "people": _("Time"),
        "money": _("Money"),
    }
    return names.get(loop, _("Others"))


def _choices(found: Sequence[MeterHealth], things: Things) -> dict[str, list[tuple[str, str]]]:
    loops = sorted({loop for one in found for loop in _loops(one, things)}, key=_order_of_loops)
    places = {one.row.place: things.place(one.row.place) for one in found if one.row.place}
    return {
        "loop": [(loop, loop_word(loop)) for loop in loops],
        "place": sorted(places.items(), key=lambda choice: choice[1].casefold()),
        "state": [(state, str(WORDS[state])) for state in STATES],
    }


@require_GET
def meters_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file, a line for each register."""
    found, things = _found(viewer_of(request))
    header = [
        _("meter"),
        _("register"),
        _("what"),
        _("place"),
        _("state"),
        _("last reading"),
        _("shown"),
        _("yesterday"),
    ]
    return csv_response("meters", [*header, _("unit"), _("id")], _cells(found, things))


def _cells(found: Sequence[MeterHealth], things: Things) -> Iterator[list[Any]]:
    for one in found:
        for register in one.registers:
            row = register.row
            said = (things.resource(row.resource), things.place(one.row.place) if one.row.place else "")
            counted = (row.last_at, row.last_value, register.yesterday, row.unit, one.row.pk)
            yield [name_of(one.row), row.name, *said, str(WORDS[register.state]), *counted]


def access_meter(request: HttpRequest, id: str) -> models.Meter:
    """A meter that the viewer may see. Raises Http404."""
    row = models.Meter.objects.select_related("agent").prefetch_related("registers").filter(pk=id).first()
    if row is None:
        raise Http404
    hide_from_others(viewer_of(request), "meter", [row.agent_id])
    return row


def register_asked(request: HttpRequest, meter: models.Meter) -> models.Register | None:
    """The register that the address asks for, the first one where it asks for none. Raises Http404."""
    rows = list(meter.registers.all())
    name = request.GET.get("register", "")
    if not name:
        return rows[0] if rows else None
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise Http404
    return found


def day_asked(request: HttpRequest, row: models.Register | None, at: datetime) -> date:
    """The day that the address asks for; else the last one of which something is known."""
    zone = ZoneInfo(row.timezone) if row else timezone.get_current_timezone()
    try:
        return min(max(date.fromisoformat(request.GET.get("at", "")), date(1990, 1, 1)), date(2999, 12, 30))
    except ValueError:
        newest = min(row.last_at or at, at) if row else at
        return newest.astimezone(zone).date()


@require_GET
@kept_for_visitors
def meter(request: HttpRequest, id: str) -> HttpResponse:
    """One meter: where it is, what it counts, its curve, what of it is not sure, its newest readings."""
    row, viewer, at = access_meter(request, id), viewer_of(request), timezone.now()
    (health,) = healths([row], at, yesterday_of(at))
    register = register_asked(request, row)
    ids = [row.place, *(one.row.resource for one in health.registers)]
    things = find_things(viewer, language(), ids=ids, agents=[row.agent_id])
    context = {
        "row": row,
        "line": _line(health, things),
        "register": register,
        "owner": things.agent(row.agent_id) if row.agent_id else "",
        "steward": may(viewer, "change", "meter"),
        "spans": SPANS,
        "aside": page_queries.set_aside(row.pk, most=10),
    }
    if register is not None:
        stretch = stretch_of(request.GET.get("span", "day"), day_asked(request, register, at))
        context |= _drawn(register, stretch, things, at) | _listed(request, register, stretch)
    return render(request, "meters/meter.html", context)


def _drawn(row: models.Register, stretch: Stretch, things: Things, at: datetime) -> dict[str, Any]:
    """The curve of a stretch, its table, and what in it is not sure."""
    loop = things.loop(row.resource)
    begin, end = times_of(stretch, row.timezone)
    base = {"stretch": stretch, "stretch_told": told_stretch(stretch), "loop": loop, "is_last": end > at}
    if row.kind == "gauge":
        levels = list(queries.readings(row, begin=begin, end=end)[:MOST_LEVELS])
        return base | {"level": draw_level(levels, stretch, row, loop), "levels": len(levels)}
    sums = list(queries.sums(row, GRIDS[stretch.word], begin=begin, end=end))
    until = at if page_queries.silent_since(row, at) or row.last_at is None else min(row.last_at, at)
    parts = parts_of(stretch, sums, row, known_from=page_queries.known_since(row), known_until=until)
    closed = page_queries.closed_within(row, begin, end) if stretch.word in ("day", "week") else []
    events = {one.begin: one.event for one in closed}
    doubts = doubts_of(parts, page_queries.doubtful_hours(row, begin, end), known_until=until)
    table = [(part, events.get(part.begin)) for part in parts]
    return base | {
        "drawn": draw_sums(parts, stretch, row, loop),
        "table": table,
        "doubts": doubts[:20],
    }


def _listed(request: HttpRequest, row: models.Register, stretch: Stretch) -> dict[str, Any]:
    """The lists below the curve: corrections, conflicts, readings."""
    begin, end = times_of(stretch, row.timezone)
    before = _moment(request.GET.get("before", ""))
    readings, after = page_queries.newest_readings(row, before, A_PAGE if before else 10)
    return {
        "corrections": page_queries.corrections_within(row, begin, end, 10),
        "conflicts": page_queries.conflicts_of(row, 10),
        "readings": readings,
        "after": after.isoformat() if after else "",
    }


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@require_GET
def readings_csv(request: HttpRequest, id: str) -> StreamingHttpResponse:
    """The raw readings of a register as a file, of some days or all of them."""
    row = register_asked(request, access_meter(request, id))
    if row is None:
        raise Http404
    begin, end = _asked_times(request, row)
    rows = queries.readings(row, begin=begin, end=end).values_list("at", "value").iterator(queries.CHUNK)
    cells = ((at.astimezone(ZoneInfo(row.timezone)), value, row.unit) for at, value in rows)
    return csv_response(f"{id}_{row.name}_readings", [_("time"), _("shown"), _("unit")], cells)


@require_GET
def sums_csv(request: HttpRequest, id: str) -> StreamingHttpResponse:
    """The sums of a register by the hour or by the day as a file."""
    row = register_asked(request, access_meter(request, id))
    if row is None:
        raise Http404
    grid: Grid = "hour" if request.GET.get("grid") == "hour" else "day"
    begin, end = _asked_times(request, row)
    rows = queries.sums(row, grid, begin=begin, end=end).iterator(queries.CHUNK)
    cells = ((one.begin, one.end, one.quantity, row.unit, one.quality) for one in rows)
    return csv_response(f"{id}_{row.name}_{grid}s", [_("from"), _("to"), _("amount"), _("unit"), _("quality")], cells)


def _asked_times(request: HttpRequest, row: models.Register) -> tuple[datetime | None, datetime | None]:
    """From when to before when the address asks for, by its first and last day."""
    found: list[date | None] = []
    for key in ("first", "last"):
        try:
            found.append(date.fromisoformat(request.GET.get(key, "")))
        except ValueError:
            found.append(None)
    first, last = found
    begin = day_span(first, row.timezone)[0] if first else None
    return begin, day_span(last, row.timezone)[1] if last else None


@require_GET
@kept_for_visitors
def evidence(request: HttpRequest, event: str) -> HttpResponse:
    """What an event of the ledger rests on: the interval, how it was made, the readings at its ends and between."""
    found = queries.find_evidence(event)
    if found is None:
        return render(request, "meters/no_evidence.html", {"event": event}, status=404)
    row = access_meter(request, found.meter)
    readings = found.readings
    context = {
        "event": event,
        "found": found,
        "row": row,
        "name": name_of(row),
        "readings": readings[:200],
        "more": max(0, len(readings) - 200),
        "grade": "A" if found.quality == "measured" else "C",
    }
    return render(request, "meters/evidence.html", context)
