"""The pages of what was promised, and of the processes that take and give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from wikivillage.report.markup import loop_class
from wikivillage.web.ledger import models, page_queries, queries
from wikivillage.web.ledger.closed import hide_from_others
from wikivillage.web.ledger.event_filter import EventFilter, Total, newest_of_process, read_filter, totals
from wikivillage.web.ledger.promise_lines import open_promises, parties_of, promise_lines
from wikivillage.web.ledger.sentences import action_word
from wikivillage.web.ledger.shown import events_address, lines_of
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.pages import page_of
from wikivillage.web.shell.templatetags.village import language


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """What was promised and is still to come, or with ``?state=ended`` what was kept, cancelled or lapsed."""
    viewer = viewer_of(request)
    is_open = request.GET.get("state") != "ended"
    search = request.GET.get("q", "")[:100].replace("\0", "")
    page = page_of(request, page_queries.listed_promises(open=is_open, search=search))
    lines = promise_lines(open_promises(page.items, viewer), viewer, language(), timezone.now())
    context = {
        "page": page,
        "lines": lines,
        "is_open": is_open,
        "search": search,
        "hidden": len(page.items) - len(lines),
    }
    return render(request, "ledger/promises.html", context)


@require_GET
def promise(request: HttpRequest, id: str) -> HttpResponse:
    """One promise: who to whom, what and when, how far it is kept and by which events."""
    viewer, lang, at = viewer_of(request), language(), timezone.now()
    row = models.Promise.objects.select_related("record").filter(pk=id).first()
    if row is None:
        raise Http404
    pledge = queries.pledge_row(row)
    hide_from_others(viewer, "promise", parties_of(pledge.promise))
    (line,) = promise_lines([(row, pledge)], viewer, lang, at)
    kept = list(models.Event.objects.filter(id__in=pledge.kept_by).order_by("record_id"))
    context = {
        "row": row,
        "line": line,
        "pledge": pledge,
        "share": float(pledge.fulfilled / pledge.measure.value) if pledge.measure.value else 1.0,
        "kept_by": lines_of(kept, viewer, lang),
        "stock": getattr(pledge.promise, "resource", None),
    }
    return render(request, "ledger/promise.html", context)


@require_GET
def process(request: HttpRequest, id: str) -> HttpResponse:
    """One process, need or offer: what went in, what came out, the effort, and its newest events."""
    viewer, lang = viewer_of(request), language()
    row = models.Process.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    period, _problems = read_filter(request.GET)
    inputs = totals(replace(EventFilter(period.first, period.last), input_of=id))
    outputs = totals(replace(EventFilter(period.first, period.last), output_of=id))
    newest = newest_of_process(id, viewer)
    ids = [id, row.at, *(one.spec for one in (*inputs, *outputs)), *row.held]
    things = find_things(viewer, lang, ids=ids)
    place = row.at or things.place_of(id)
    context = {
        "row": row,
        "name": row.name or things.process(id),
        "place_id": place,
        "place": things.place(place) if place else "",
        "period": period,
        "inputs": [_flow(one, things, period, input_of=id) for one in inputs],
        "outputs": [_flow(one, things, period, output_of=id) for one in outputs],
        "held": [(things.stock(stock), action_word(action), value) for stock, (action, value) in row.held.items()],
        "lines": lines_of(newest, viewer, lang),
    }
    return render(request, "ledger/process.html", context)


def _flow(one: Total, things: Things, period: EventFilter, **side: str) -> dict[str, Any]:
    """A sum with its words, and the list of its events."""
    days = {"first": period.first, "last": period.last}
    return {
        "word": action_word(one.action),
        "thing": things.resource(one.spec),
        "loop": loop_class(things.loop(one.spec)),
        "value": one.quantity if one.unit else one.effort,
        "unit": one.unit or one.effort_unit,
        "events": one.events,
        "link": events_address(**days, action=one.action, spec=one.spec, **side),
    }
