"""The pages of the building: its section and list, a plan of each floor, a page of each place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wikivillage.report.figures.section_small import where_in_section
from wikivillage.web.building import shown, words
from wikivillage.web.building.room import loops_with_days, room_facts
from wikivillage.web.building.scene import Building, building_at
from wikivillage.web.building.sizes import current_sizes
from wikivillage.web.ledger.promise_lines import promise_lines
from wikivillage.web.ledger.shown import lines_of
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.templatetags.village import language


@require_GET
@kept_for_visitors
def index(request: HttpRequest) -> HttpResponse:
    """The section, and the places from top to bottom. What visitors read is the same for a minute, and kept."""
    return render(request, "building/index.html", {"body": _body(viewer_of(request), timezone.now())})


def _body(viewer: Viewer, at: datetime) -> str:
    building = building_at(at)
    context: dict[str, Any] = {"building": building, "now": timezone.localtime(at)}
    if building is not None:
        context["groups"] = shown.groups(building, viewer)
        context["drawing"] = shown.safe(building.drawing)
        context["everywhere"] = everywhere_of(building)
        context["sums"] = building.sums
    return render_to_string("building/body.html", context)


def everywhere_of(building: Building) -> list[shown.Held]:
    """What the file puts at no place in particular."""
    return [shown.held_anywhere(one) for one in building.inventory.everywhere if one.section != "exchanges"]


@require_GET
def places_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file."""
    building = _building()
    header = [
        _("Place"),
        "id",
        _("Level"),
        _("Run by"),
        _("Use"),
        _("Now"),
        _("Loops"),
        "m2",
        _("kWh used"),
        _("kWh made"),
    ]
    rows = [_cells(group.title, line) for group in shown.groups(building, viewer_of(request)) for line in group.lines]
    return csv_response("places.csv", header, rows)


def _cells(level: str, line: shown.Line) -> list[Any]:
    loops = ", ".join(loop.name for loop in line.loops)
    words_of_line = [line.name, line.id.removeprefix("place-"), level, line.who, line.use, line.now, loops]
    return [*words_of_line, line.area, _rounded(line.used), _rounded(line.made)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


@require_GET
@kept_for_visitors
def floor(request: HttpRequest, number: str) -> HttpResponse:
    """The plan of a floor."""
    building, level = _building(), int(number)
    floors = sorted({one.floor for one in building.levels if one.floor is not None}, reverse=True)
    if level not in floors:
        raise Http404
    drawing, lines = shown.plan_of_floor(building, level, viewer_of(request))
    at = floors.index(level)
    title = next(one.title for one in building.levels if one.floor == level)
    context = {
        "title": title,
        "drawing": drawing,
        "lines": lines,
        "above": _neighbour(building, floors[at - 1]) if at else None,
        "below": _neighbour(building, floors[at + 1]) if at + 1 < len(floors) else None,
        "area": sum(line.area or 0.0 for line in lines),
    }
    return render(request, "building/floor.html", context)


def _neighbour(building: Building, level: int) -> dict[str, Any]:
    return {"number": level, "title": next(one.title for one in building.levels if one.floor == level)}


@require_GET
@kept_for_visitors
def place(request: HttpRequest, id: str) -> HttpResponse:
    """A place: what it is, what stands and flows there, and where each number comes from."""
    building, viewer, now = _building(), viewer_of(request), timezone.now()
    found, row = building.inventory.find(id), building.row(id)
    if found is None or row is None:
        raise Http404
    facts = room_facts(found, building.inventory, viewer, now)
    around = building.inventory.find(found.inside) if found.inside else None
    stock = building.inventory
    context = {
        "place": found,
        "line": shown.line_of(row, building, shown.who_is_who(building, viewer)),
        "title": words.said(found.name),
        "level": next(level for level in building.levels if row in level.rows),
        "around": around and {"id": around.id, "name": words.said(around.name)},
        "inside": [{"id": one.id, "name": words.said(one.name)} for one in facts.inside],
        "surfaces": [(words.surface_in_words(surface), area) for surface, area in found.surfaces.items()],
        "where": shown.safe(where_in_section(building.scene, found.id)),
        "held": shown.held(found, stock, current_sizes()),
        "flows": shown.flow_lines(facts, stock),
        "curves": shown.curves(loops_with_days(facts.flows), facts, stock),
        "facts": facts,
        "meters": shown.meter_lines(facts, stock),
        "stocks": shown.stock_lines(facts, stock),
        "lines": lines_of(facts.events, viewer, language()),
        "promises": promise_lines(facts.promises, viewer, language(), now),
    }
    return render(request, "building/place.html", context)


def _building() -> Building:
    """The building now. There is nothing at this address before there is a village."""
    building = building_at(timezone.now())
    if building is None:
        raise Http404
    return building
