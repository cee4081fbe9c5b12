"""Lists of events as rows of a file; names are looked up for some thousands at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wikivillage.web.ledger.models import Event
from wikivillage.web.ledger.queries import CHUNK
from wikivillage.web.ledger.shown import ends_of, line_of, things_of
from wikivillage.web.registry.viewer import Viewer

HEADER = (
    _("number"),
    _("day"),
    _("time"),
    _("action"),
    _("what"),
    _("quantity"),
    _("unit"),
    _("effort"),
    _("unit of effort"),
    _("from"),
    _("to"),
    _("corrects"),
    _("id"),
)


def event_cells(rows: QuerySet[Event], viewer: Viewer, lang: str) -> Iterator[list[Any]]:
    """Events as cells, below ``HEADER``."""
    ahead = rows.iterator(CHUNK)
    while part := list(islice(ahead, CHUNK)):
        things = things_of(part, viewer, lang)
        for row in part:
            line, at = line_of(row, things), timezone.localtime(row.happened_at)
            amounts = (row.quantity, row.unit, row.effort, row.effort_unit)
            said = (line.word, line.thing, *amounts, *ends_of(row, things), row.corrects, row.id)
            yield [row.record_id, at.date(), f"{at:%H:%M:%S}", *said]


STOCK_HEADER = (_("stock"), _("what"), _("owned"), _("on hand"), _("unit"), _("whose"), _("place"), _("lot"), _("id"))
"""The head of a list of stocks."""
