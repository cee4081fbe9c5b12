"""Promises as the lines of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.flows.kinds import Pledge
from wikivillage.flows.promises import has_lapsed
from wikivillage.web.ledger.event_filter import NOBODY
from wikivillage.web.ledger.models import Promise
from wikivillage.web.ledger.sentences import tell_promise
from wikivillage.web.ledger.shelf import pledge_of
from wikivillage.web.ledger.things import find_things
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise as a line: what it says, until when, how far it is kept, in a word and as a share of one."""

    id: str
    sentence: str
    kind: str
    begin: datetime | None
    end: datetime | None
    state: str
    loop: str
    promised: Decimal
    delivered: Decimal
    unit: str


def parties_of(promise: Any) -> list[str]:
    """Who promises and to whom, as far as it says."""
    return [one for one in (getattr(promise, "provider", None), getattr(promise, "receiver", None)) if one]


def open_promises(rows: Iterable[Promise], viewer: Viewer) -> list[tuple[Promise, Pledge]]:
    """Those promises that somebody may see, each as the rules know it: not those of other people and households."""
    pledges = [(row, pledge_of(row, row.record.body)) for row in rows]
    if may(viewer, "see", "promise", owner=NOBODY):
        return pledges
    private = private_among(one for _row, pledge in pledges for one in parties_of(pledge.promise))
    return [(row, pledge) for row, pledge in pledges if _is_open(pledge, private, viewer)]


def _is_open(pledge: Pledge, private: frozenset[str], viewer: Viewer) -> bool:
    theirs = [one for one in parties_of(pledge.promise) if one in private]
    return not theirs or any(may(viewer, "see", "promise", owner=one) for one in theirs)


def promise_lines(
    found: Sequence[tuple[Promise, Pledge]], viewer: Viewer, lang: str, at: datetime
) -> list[PromiseLine]:
    """Promises as lines, with as many questions as for one."""
    promises = [pledge.promise for _row, pledge in found]
    names = ("spec", "resource", "to_resource", "input_of", "output_of")
    ids = [getattr(promise, name, None) for promise in promises for name in names]
    things = find_things(viewer, lang, ids=ids, agents=[one for promise in promises for one in parties_of(promise)])
    return [_line(row, pledge, things, at) for row, pledge in found]


def _line(row: Promise, pledge: Pledge, things: Any, at: datetime) -> PromiseLine:
    promise: Any = pledge.promise
    spec = getattr(promise, "spec", None) or things.spec(getattr(promise, "resource", None))
    return PromiseLine(
        id=row.pk,
        sentence=tell_promise(promise, things),
        kind=row.kind,
        begin=getattr(promise, "begin", None) or getattr(promise, "due", None),
        end=getattr(promise, "end", None),
        state=state_of(pledge, at),
        loop=things.loop(spec),
        promised=pledge.measure.value,
        delivered=pledge.delivered,
        unit=pledge.measure.unit,
    )


def state_of(pledge: Pledge, at: datetime) -> str:
    """How a promise stands, in a word."""
    if pledge.ended == "cancelled":
        return _("cancelled")
    if pledge.finished:
        return _("kept")
    if has_lapsed(pledge.promise, at):
        return _("lapsed")
    return _("still open") if pledge.delivered == 0 else _("kept in part")
