"""The board of what is there to take, the page of one lot, and its photos."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wikivillage.web.exchange import lot_queries as queries
from wikivillage.web.exchange import lot_shown as shown
from wikivillage.web.exchange.beside import beside_lots
from wikivillage.web.exchange.helping_pages import Looker, looker, place_names
from wikivillage.web.exchange.lot_page import lot_context
from wikivillage.web.exchange.lot_words import FREE, QUARANTINED, STATES
from wikivillage.web.exchange.models import Lot, LotPhoto
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.permits import access, may
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.pages import page_of
from wikivillage.web.shell.templatetags.village import numbers

SIZE = 24
SIZES = (("1", "1 kg"), ("5", "5 kg"), ("20", "20 kg"), ("100", "100 kg"))
LENGTHS = (("30", "30 cm"), ("60", "60 cm"), ("120", "1,2 m"), ("240", "2,4 m"))
MONTH = 30 * 24 * 3600


@require_safe
@kept_for_visitors
def board(request: HttpRequest) -> HttpResponse:
    """What there is to take: cards with filters, in pages; needs and offers beside."""
    seen, asked = looker(request), queries.read_asked(request.GET)
    access(seen.viewer, "see", "lot")
    on_board = queries.kinds_on_board(asked.state)
    total = sum(on_board.values()) if asked.counted else None
    page = page_of(request, queries.lots(asked).values_list("pk", flat=True), size=SIZE, total=total)
    kinds, written = queries.kind_names(seen.lang), numbers().number
    context = {
        "asked": asked,
        "page": page,
        "cards": shown.cards_of(queries.found_in_order(page.items), seen.lang, seen.now),
        "kinds": [(spec, f"{kinds[spec]} ({written(number)})") for spec, number in on_board.items() if spec in kinds],
        "places": place_names(seen.lang).items(),
        "sizes": SIZES,
        "lengths": LENGTHS,
        "states": [(word, STATES[word]) for word in (FREE, QUARANTINED)],
        "narrowed": bool(request.GET),
        "may_drop": may(seen.viewer, "drop", "lot") or seen.viewer.agent is None,
        "ways": ways(seen.viewer),
        **beside_lots(seen),
    }
    return render(request, "exchange/board.html", context)


@require_safe
def board_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same lots as a file."""
    seen, asked = looker(request), queries.read_asked(request.GET)
    access(seen.viewer, "see", "lot")
    header = [_("Number"), _("What"), _("Kind"), "kg", _("Free, kg"), _("Pieces"), _("Size"), _("Place"), _("Bin")]
    header += [_("Condition"), _("Where it comes from"), _("Treated"), _("State"), _("Brought"), _("Offered until")]
    return csv_response("lots", header, _cells(queries.lots(asked), seen))


def _cells(rows: QuerySet[Lot], seen: Looker) -> Any:
    batch: list[Lot] = []
    for row in rows.iterator(500):
        batch.append(row)
        if len(batch) == 500:
            yield from _of_batch(batch, seen)
            batch = []
    yield from _of_batch(batch, seen)


def _of_batch(batch: list[Lot], seen: Looker) -> Any:
    for card in shown.cards_of(batch, seen.lang, seen.now):
        lot = card.lot
        said = [lot.pieces, lot.size, card.place, lot.bin, lot.condition, lot.origin, lot.treated, lot.state]
        yield [card.code, card.title, card.kind, card.kg, card.free, *said, lot.dropped_at, lot.free_until]


@require_safe
def lot(request: HttpRequest, id: str) -> HttpResponse:
    """One lot: its label, how to take it, what it holds, its whole story, and where every kilogram is."""
    return render(request, "exchange/lot.html", lot_context(request, found_lot(id)))


def found_lot(id: str) -> Lot:
    """A lot, or the page that there is none."""
    row = queries.find_lot(id)
    if row is None:
        raise Http404
    return row


@require_safe
def photo(request: HttpRequest, id: str, position: int, size: str) -> HttpResponse:
    """A photo of a lot; it never changes under its address."""
    row = LotPhoto.objects.filter(lot=id, position=position).first()
    if row is None:
        raise Http404
    content = bytes(row.small if size == "small" else row.image)
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = f"public, max-age={MONTH}"
    response.headers["ETag"] = f'"{row.digest[:32]}{size}"'
    return response
