"""Files of a plan to take away: the result as the planner wrote it, the page, tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wikivillage.web.plans import queries
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import viewer_of

BOM = "\ufeff"
FILES = {
    "plan.json": "application/json",
    "flows.parquet": "application/vnd.apache.parquet",
    "village.yaml": "application/yaml; charset=utf-8",
    "report-fr.html": "text/html; charset=utf-8",
    "report-en.html": "text/html; charset=utf-8",
}
TABLES = ("sizes.csv", "flows.csv")
OWN_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The report that stands alone has its styles inside; it is given as a file, and runs nothing."""


@require_GET
def file(request: HttpRequest, id: int, name: str) -> HttpResponse:
    """One file of a plan."""
    access(viewer_of(request), "see", "plan")
    plan = queries.find_plan(id)
    if plan is None or name not in (*FILES, *TABLES):
        raise Http404
    stem = f"plan-{plan.pk}"
    if name in TABLES:
        record = queries.record_of(plan)
        rows = size_rows(record) if name == "sizes.csv" else flow_rows(record)
        return _attached(table(rows), "text/csv; charset=utf-8", f"{stem}-{name}")
    content = queries.find_part(plan.pk, name)
    if content is None:
        raise Http404
    response = _attached(content, FILES[name], f"{stem}-{name}")
    if name.endswith(".html"):
        response.headers["Content-Security-Policy"] = OWN_PAGE
    return response


def table(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows for a spreadsheet: UTF-8 with its mark, semicolons, and in French decimal commas."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([_cell(one) for one in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def size_rows(record: Mapping[str, Any]) -> Iterator[list[Any]]:
    """What is built, how large, and what it costs."""
    yield [
        _("id"),
        _("name"),
        _("kind of thing"),
        _("size"),
        _("unit"),
        _("investment, €"),
        _("cost, € a year"),
        _("grade"),
    ]
    for size in record["sizes"]:
        amounts = [size.get("size"), size.get("unit"), size.get("capital_eur"), size.get("yearly_eur")]
        yield [size["id"], _named(size), size["kind"], *amounts, size.get("grade")]


def flow_rows(record: Mapping[str, Any]) -> Iterator[list[Any]]:
    """What flows in the whole of the plan."""
    yield [_("flow"), _("name"), _("kind of flow"), _("resource"), _("network"), _("amount"), _("unit")]
    for flow in record["flows"]:
        yield [flow["flow"], _named(flow), flow["kind"], flow["resource"], flow["network"], flow["total"], flow["unit"]]


def _named(thing: Mapping[str, Any]) -> str:
    names = thing.get("name") or {}
    return str(names.get((get_language() or "fr")[:2]) or names.get("en") or "")


def _cell(value: Any) -> str:
    """A text that a spreadsheet would take for a formula is not one."""
    if isinstance(value, float):
        number = f"{value:.6g}"
        return number.replace(".", ",") if (get_language() or "fr").startswith("fr") else number
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
