"""The page of a trace: where something came from, and where it went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wikivillage.base.problems import ProblemError
from wikivillage.flows.neighbours import Item, find_items
from wikivillage.report.markup import loop_class
from wikivillage.web.ledger.closed import hide_from_others
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.ledger.event_facts import process_address, stock_address
from wikivillage.web.ledger.event_filter import NOBODY, read_day
from wikivillage.web.ledger.history import LedgerHistory
from wikivillage.web.ledger.sentences import action_word
from wikivillage.web.ledger.shown import agents_in, events_address, ids_in, line_of
from wikivillage.web.ledger.story import Fold, Stop, Story, tell_story
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.templatetags.village import language

AT_FIRST = 50
MOST = 500
KINDS = {"event": "event", "stock": "resource", "process": "process"}
"""What the address calls each kind of thing."""


@require_GET
@kept_for_visitors
def story(request: HttpRequest, id: str) -> HttpResponse:
    """The thread of an event, a stock or a process: before it, itself, after it."""
    viewer = viewer_of(request)
    back, ahead = (_most(request.GET.get(key, "")) for key in ("back", "ahead"))
    try:
        kind: Any = KINDS.get(request.GET.get("kind", ""))
        told = tell_story(id, kind, back=back, ahead=ahead, day=read_day(request.GET.get("day", "")))
    except ProblemError as error:
        if error.problems[0].code != "ambiguous-item":
            raise Http404 from error
        return render(request, "ledger/which.html", {"id": id, "kinds": _kinds(id)}, status=300)
    context = {**_shown(told, viewer), "back": min(back * 2, MOST), "ahead": min(ahead * 2, MOST)}
    return render(request, "ledger/trace.html", context)


def _kinds(id: str) -> list[tuple[str, str]]:
    words = {"event": _("the event"), "stock": _("the stock"), "process": _("the process")}
    found = {item.kind for item in find_items(id, LedgerHistory())}
    return [(kind, word) for kind, word in words.items() if KINDS[kind] in found]


def _most(text: str) -> int:
    return min(max(int(text), AT_FIRST), MOST) if text.isdecimal() and len(text) < 6 else AT_FIRST


def _shown(told: Story, viewer: Viewer) -> dict[str, Any]:
    """What the page says. Raises Http404 where the story begins from something of another person or household."""
    lang, stops, start = language(), (*told.before, *told.after), told.row
    folds = [*told.folds, *(fold for stop in stops for fold in stop.folds)]
    all_rows = [*(stop.event for stop in stops), *([start] if start else [])]
    private = private_among([*told.owners, *(one for one in agents_in(all_rows) if one)])
    hide_from_others(viewer, "event", private.intersection(told.owners))
    ids = [*ids_in(all_rows), *_ids_of(folds), told.start.id]
    things = find_things(viewer, lang, ids=ids, agents=agents_in(all_rows))
    hidden = _hidden(private, viewer)
    own = {way: [_fold(one, things) for one in told.folds if one.direction == way] for way in ("trace", "track")}
    return {
        "start": told.start,
        "name": _name(told.start, start, things),
        "line": line_of(start, things) if start else None,
        "loop": _loop(told.start, start, things),
        "before": [_stop(stop, things, hidden) for stop in told.before],
        "after": [_stop(stop, things, hidden) for stop in told.after],
        "folded_before": own["trace"],
        "folded_after": own["track"],
        "more_before": "trace" in told.more,
        "more_after": "track" in told.more,
        "day_before": told.day - timedelta(days=1) if told.day else None,
        "day_after": told.day + timedelta(days=1) if told.day else None,
        "kind": next(word for word, kind in KINDS.items() if kind == told.start.kind),
    }


def _hidden(private: Iterable[str], viewer: Viewer) -> frozenset[str]:
    """Those of some persons and households whose single events this reader may not see."""
    if may(viewer, "see", "event", owner=NOBODY):
        return frozenset()
    return frozenset(one for one in private if not may(viewer, "see", "event", owner=one))


def _ids_of(folds: Iterable[Fold]) -> list[str | None]:
    names = ("spec", "resource", "to_resource", "input_of", "output_of")
    of_flows = [getattr(flow, name) for fold in folds for flow in fold.flows for name in names]
    return [*(fold.item.id for fold in folds), *of_flows]


def _name(item: Item, row: Any, things: Things) -> str:
    if item.kind == "event":
        return line_of(row, things).sentence
    return things.stock(item.id) if item.kind == "resource" else things.process(item.id)


def _loop(item: Item, row: Any, things: Things) -> str:
    if item.kind == "event":
        return loop_class(line_of(row, things).loop)
    return loop_class(things.loop(things.spec(item.id) or item.id))


def _stop(stop: Stop, things: Things, hidden: frozenset[str]) -> dict[str, Any]:
    row = stop.event
    shut = bool({row.provider_id, row.receiver_id} & hidden)
    line = line_of(row, things)
    folds = [_fold(fold, things) for fold in stop.folds]
    loop = loop_class(line.loop)
    return {"line": line, "undone": stop.undone, "folds": folds, "shut": shut, "loop": loop}


def _fold(fold: Fold, things: Things) -> dict[str, Any]:
    back, id = fold.direction == "trace", fold.item.id
    is_stock = fold.item.kind == "resource"
    key = "stock" if is_stock else "input_of" if back else "output_of"
    return {
        "name": things.stock(id) if is_stock else things.process(id),
        "link": stock_address(id) if is_stock else process_address(id),
        "id": id,
        "kind": "stock" if is_stock else "process",
        "day": fold.day,
        "back": back,
        "told": fold.told,
        "flows": [_flow(flow, fold, things) for flow in fold.flows],
        "all": events_address(day=fold.day, **{key: id}),
    }


def _flow(flow: DayFlow, fold: Fold, things: Things) -> dict[str, Any]:
    """A sum of a wide thing: what is at its other end, how much, and the list of its events."""
    names = ("action", "spec", "resource", "to_resource", "input_of", "output_of")
    is_effort = not flow.unit
    return {
        "name": _other_end(flow, fold, things),
        "thing": things.resource(flow.spec),
        "word": action_word(flow.action),
        "value": flow.effort if is_effort else flow.quantity,
        "unit": flow.effort_unit if is_effort else flow.unit,
        "link": events_address(day=fold.day, **{name: getattr(flow, name) for name in names}),
    }


def _other_end(flow: DayFlow, fold: Fold, things: Things) -> str:
    process = flow.output_of or flow.input_of
    if fold.item.kind == "resource" and process:
        return things.process(process)
    stocks = [one for one in (flow.resource, flow.to_resource) if one and one != fold.item.id]
    return things.stock(stocks[0]) if stocks else things.resource(flow.spec)
