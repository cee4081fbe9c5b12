"""The pages of what is there: the list of stocks, and each of them with its history."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from wikivillage.report.markup import loop_class
from wikivillage.web.ledger import models, page_queries, queries
from wikivillage.web.ledger.closed import hide_from_others
from wikivillage.web.ledger.event_files import STOCK_HEADER
from wikivillage.web.ledger.event_filter import NOBODY, stocks_open_to
from wikivillage.web.ledger.level_figure import draw_level
from wikivillage.web.ledger.promise_lines import open_promises, promise_lines
from wikivillage.web.ledger.shown import Line, lines_of
from wikivillage.web.ledger.things import find_things
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.pages import page_of
from wikivillage.web.shell.templatetags.village import language


@require_GET
@kept_for_visitors
def stocks(request: HttpRequest) -> HttpResponse:
    """What is where: every stock that the viewer may see, in pages."""
    viewer = viewer_of(request)
    page = page_of(request, _listed(request, viewer))
    things = find_things(
        viewer,
        language(),
        ids=[one for row in page.items for one in (row.pk, row.spec, row.location)],
        agents=[row.primary_accountable_id for row in page.items],
    )
    rows = [_row(row, things) for row in page.items]
    search = request.GET.get("q", "")[:100]
    context = {"page": page, "rows": rows, "search": search, "place": request.GET.get("place", "")}
    return render(request, "ledger/stocks.html", context)


def _listed(request: HttpRequest, viewer: Viewer) -> QuerySet[models.Stock]:
    asked = {name: request.GET.get(key, "")[:100].replace("\0", "") for name, key in ASKED.items()}
    return stocks_open_to(page_queries.holding_stocks(**asked), viewer)


ASKED = {"search": "q", "spec": "spec", "place": "place"}


def _row(row: models.Stock, things: Any) -> dict[str, Any]:
    owner = things.agent(row.primary_accountable_id)
    return {
        "row": row,
        "name": things.stock(row.pk),
        "loop": loop_class(things.loop(row.spec)),
        "owner": owner,
        "place": things.place(row.location) if row.location else "",
    }


@require_GET
def stocks_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same stocks as a file."""
    viewer = viewer_of(request)
    rows = list(_listed(request, viewer))
    ids = [one for row in rows for one in (row.pk, row.spec, row.location)]
    things = find_things(viewer, language(), ids=ids, agents=[row.primary_accountable_id for row in rows])
    cells = (_cells(row, things) for row in rows)
    return csv_response("stocks", STOCK_HEADER, cells)


def _cells(row: models.Stock, things: Any) -> list[Any]:
    amounts = (row.accounting, row.onhand, row.unit)
    said = (things.agent(row.primary_accountable_id), things.place(row.location) if row.location else "")
    return [things.stock(row.pk), things.resource(row.spec), *amounts, *said, row.lot, row.pk]


@require_GET
@kept_for_visitors
def stock(request: HttpRequest, id: str) -> HttpResponse:
    """One stock: what is there, whose it is, its level over time, what changed it, what is promised of it."""
    viewer, lang = viewer_of(request), language()
    row = models.Stock.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    hide_from_others(viewer, "stock", [row.primary_accountable_id])
    postings, after = page_queries.postings_of(row.pk, _number(request.GET.get("before", "")))
    promised = open_promises(page_queries.promises_on(row.pk), viewer)
    ids = [row.pk, row.spec, row.location, row.contained_in]
    things = find_things(viewer, lang, ids=ids, agents=[row.primary_accountable_id, row.custodian_id])
    reserved = queries.reserved(row.pk, timezone.now())
    context = {
        "row": row,
        "name": things.stock(row.pk),
        "thing": things.resource(row.spec),
        "loop": loop_class(things.loop(row.spec)),
        "owner": things.agent(row.primary_accountable_id),
        "keeper": things.agent(row.custodian_id),
        "place": things.place(row.location) if row.location else "",
        "container": things.stock(row.contained_in) if row.contained_in else "",
        "reserved": reserved,
        "available": row.onhand - reserved,
        "figure": draw_level(row, things.loop(row.spec)),
        "changes": _changes(postings, viewer, lang),
        "after": after,
        "promises": promise_lines(promised, viewer, lang, timezone.now()),
    }
    return render(request, "ledger/stock.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _changes(postings: list[models.Posting], viewer: Viewer, lang: str) -> list[tuple[Line | None, models.Posting]]:
    """What changed a stock, each with its event as a line, or with none where it is another person's."""
    events = [one.record.event for one in postings]
    lines = lines_of(events, viewer, lang)
    sees_all = may(viewer, "see", "event", owner=NOBODY)
    private = frozenset() if sees_all else private_among(p for e in events for p in (e.provider_id, e.receiver_id))
    shut = frozenset(one for one in private if not may(viewer, "see", "event", owner=one))
    is_open = [not {event.provider_id, event.receiver_id} & shut for event in events]
    return [(line if shown else None, one) for line, shown, one in zip(lines, is_open, postings, strict=True)]
