"""The waste register: what left, when, with whom, to what end, by which paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wikivillage.web.exchange import lot_queries as queries
from wikivillage.web.exchange.helping_pages import Looker, looker
from wikivillage.web.exchange.lot_words import CHANNELS
from wikivillage.web.exchange.models import WasteExit
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.pages import page_of


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What left in a year, the newest first, with its sums by end."""
    seen = looker(request)
    access(seen.viewer, "see", "lot")
    year = _year(request, seen)
    rows = _of_year(year)
    sums: dict[str, Decimal] = {}
    for channel, kg in rows.values_list("channel", "kg"):
        sums[channel] = sums.get(channel, Decimal(0)) + kg
    page = page_of(request, rows)
    context = {
        "year": year,
        "page": page,
        "lines": _lines(page.items, seen),
        "sums": [(CHANNELS[word], kg) for word, kg in sorted(sums.items(), key=lambda item: -item[1])],
        "total": sum(sums.values(), Decimal(0)),
        "ways": ways(seen.viewer),
    }
    return render(request, "exchange/waste.html", context)


@require_safe
def register_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file."""
    seen = looker(request)
    access(seen.viewer, "see", "lot")
    header = [_("When"), _("Number"), _("What"), _("Kind"), "kg", _("Way out"), _("With whom"), _("To what end")]
    rows = _of_year(_year(request, seen))
    return csv_response("waste-register", [*header, _("Paper")], _cells(rows, seen))


def _cells(rows: QuerySet[WasteExit], seen: Looker) -> Iterator[list[Any]]:
    for line in _lines(rows, seen):
        row = line["row"]
        said = [line["kind"], row.kg, row.exchange, line["carrier"], line["channel"], row.certificate]
        yield [row.at, row.lot.stock.lot, row.lot.title, *said]


def _lines(rows: Any, seen: Looker) -> list[dict[str, Any]]:
    found = list(rows)
    names = seen.names({row.carrier_id for row in found})
    kinds = queries.kind_names(seen.lang)
    return [
        {
            "row": row,
            "kind": kinds.get(row.lot.spec, row.lot.spec),
            "carrier": names[row.carrier_id],
            "channel": CHANNELS[row.channel],
        }
        for row in found
    ]


def _year(request: HttpRequest, seen: Looker) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 and 1990 < int(text) < 2200 else timezone.localtime().year


def _of_year(year: int) -> QuerySet[WasteExit]:
    zone = timezone.get_current_timezone()
    first, last = (datetime.combine(datetime(one, 1, 1), time(), zone) for one in (year, year + 1))
    return queries.waste(first=first, last=last)
