"""The story of a lot as its page tells it: what it came from, what happened to it, what it is now, what may come.

Every event that touched the lot is a stop of its own; what came before and after follows the ledger's strict rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wikivillage.flows.kinds import Event as EventKind
from wikivillage.flows.wire import read_text
from wikivillage.web.exchange.lot_rules import kilograms
from wikivillage.web.exchange.lot_stocks import lot_path
from wikivillage.web.exchange.lot_words import CHANNELS, HELD_BACK, LOSSES, PURPOSES, RELEASED, TOLD
from wikivillage.web.exchange.models import Lot, LotMark, Reservation, Transformation, WasteExit
from wikivillage.web.exchange.transform_actions import LOSSES as LOST_STOCK
from wikivillage.web.ledger.event_filter import NOBODY
from wikivillage.web.ledger.models import Event, Keeping, Posting
from wikivillage.web.ledger.shown import agents_in, ids_in, line_of
from wikivillage.web.ledger.story import tell_story
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.registry.models import RecipeEntry
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer

FAR = 40
"""How many steps are followed back and forward beyond the lot itself."""


LAST = 2**62
"""Where a stop stands that is not in the book: after those of the same moment."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the thread. ``own``: of the lot itself; ``number``: where it stands in the book.

    ``link``: its page in the book where the reader may open it; of another lot, the page of that lot.
    """

    at: datetime
    title: str
    text: str = ""
    branch: tuple[str, ...] = ()
    link: str = ""
    grade: str = ""
    loop: str = "matter"
    own: bool = True
    event: str = ""
    number: int = 0


@dataclass(slots=True)
class Telling:
    """What the stops of a lot need to be told, fetched in few questions."""

    lot: Lot
    viewer: Viewer
    things: Things
    lots: Mapping[str, str]
    left: Mapping[str, Decimal]
    runs: Mapping[str, Transformation]
    sides: Mapping[str, list[Event]]
    purposes: Mapping[str, str]
    exits: Mapping[str, WasteExit]
    recipes: Mapping[str, str]
    shut: frozenset[str] = field(default_factory=frozenset)


def own_events(lot: str) -> list[Event]:
    """Every event that touched a lot, in the order of the book."""
    rows = Posting.objects.filter(resource=lot).select_related("record__event").order_by("sequence")
    return [one.record.event for one in rows]


def story_of(lot: Lot, viewer: Viewer, lang: str) -> list[Stop]:
    """All stops that are done, in the order in which they happened."""
    own = own_events(lot.pk)
    told = tell_story(lot.pk, "resource", back=FAR, ahead=FAR)
    known = {one.id for one in own}
    others = [stop.event for stop in (*told.before, *told.after) if stop.event.id not in known]
    telling = _telling(lot, viewer, lang, own, others)
    stops = [_of_lot(one, telling, lot.pk) for one in own]
    stops += [_around(one, telling) for one in _once(others, own)]
    stops += [_mark(one) for one in LotMark.objects.filter(lot=lot) if one.what != TOLD or one.text]
    return sorted(stops, key=lambda stop: (stop.at, stop.number))


def _once(others: Iterable[Event], own: Iterable[Event]) -> Iterator[Event]:
    """The events around a lot, without losses; of a run, whose parts are told together, only the first."""
    told = {run for one in own for run in (one.input_of, one.output_of) if run}
    for one in others:
        run = one.input_of or one.output_of
        if one.resource == LOST_STOCK or (run and run in told):
            continue
        told |= {run} if run else set()
        yield one


def _telling(lot: Lot, viewer: Viewer, lang: str, own: list[Event], others: list[Event]) -> Telling:
    runs_in = {run for one in (*own, *others) for run in (one.input_of, one.output_of) if run}
    runs = Transformation.objects.in_bulk(sorted(runs_in))
    processes = sorted({*runs, *(run for one in own for run in (one.input_of, one.output_of) if run)})
    sides: dict[str, list[Event]] = {}
    for event in [
        *Event.objects.filter(input_of__in=processes).order_by("record_id"),
        *Event.objects.filter(output_of__in=processes).order_by("record_id"),
    ]:
        sides.setdefault(event.input_of or event.output_of, []).append(event)
    rows = [*own, *others, *(event for found in sides.values() for event in found)]
    name = "name_fr" if lang == "fr" else "name_en"
    recipes = RecipeEntry.objects.filter(pk__in={run.work for run in runs.values()})
    private = frozenset() if may(viewer, "see", "event", owner=NOBODY) else private_among(_agents(rows))
    return Telling(
        lot,
        viewer,
        find_things(viewer, lang, ids=[*ids_in(rows), lot.pk, *_places([*own, *others])], agents=agents_in(rows)),
        _lots_among(rows),
        _left_after([*own, *others]),
        runs,
        sides,
        _purposes([*own, *others]),
        WasteExit.objects.in_bulk([one.id for one in (*own, *others)]),
        dict(recipes.values_list("pk", name)),
        frozenset(one for one in private if not may(viewer, "see", "event", owner=one)),
    )


def _lots_among(rows: Iterable[Event]) -> dict[str, str]:
    """The lots of these events, and what each is called."""
    ids = {id for row in rows for id in (row.resource, row.to_resource) if id}
    return dict(Lot.objects.filter(pk__in=sorted(ids)).values_list("pk", "title"))


def _left_after(rows: Sequence[Event]) -> dict[str, Decimal]:
    """What was there of the stock of each weighing after it."""
    weighed = [row.record_id for row in rows if row.action in ("raise", "lower")]
    found = Posting.objects.filter(record__in=weighed).values_list("record__id", "onhand")
    return dict(found)


def _agents(rows: Iterable[Event]) -> list[str]:
    return [one for row in rows for one in (row.provider_id, row.receiver_id)]


def _places(own: Iterable[Event]) -> list[str]:
    return [place for one in own if one.action == "move" and (place := _entry(one).to_location)]


def _entry(row: Event) -> EventKind:
    entry = read_text(row.record.body)
    assert isinstance(entry, EventKind), "the record of an event holds an event"
    return entry


def _purposes(own: Iterable[Event]) -> dict[str, str]:
    """What people said they wanted it for, by the event by which they took it."""
    kept = dict(Keeping.objects.filter(event__in=[one.id for one in own]).values_list("event", "promise_id"))
    rows = Reservation.objects.filter(commitment__in=kept.values()).values_list("commitment", "purpose")
    words = dict(rows)
    return {event: words[promise] for event, promise in kept.items() if promise in words}


def _stop(row: Event, telling: Telling, title: str, text: str = "", branch: Iterable[str] = ()) -> Stop:
    shut = bool({row.provider_id, row.receiver_id} & telling.shut)
    link = "" if shut else f"/ledger/events/{row.id}/"
    return Stop(row.happened_at, title, text, tuple(branch), link, "A", event=row.id, number=row.record_id)


def _of_lot(row: Event, telling: Telling, lot: str) -> Stop:
    """A stop of a lot: of this one, or of one that it came from or became."""
    if row.corrects:
        text = _("%(kg)s were written down wrongly and are taken back.")
        return _stop(row, telling, _("Corrected"), text % {"kg": kilograms(abs(row.quantity or Decimal(0)))})
    told = LEAVING if row.resource == lot else ENTERING
    return told.get(row.action, _plain)(row, telling)


def _around(row: Event, telling: Telling) -> Stop:
    """A stop of what it came from, or of what became of it; what is no lot is told in the words of the book."""
    named = next((id for id in (row.resource, row.to_resource) if id in telling.lots), None)
    if named is not None:
        stop = replace(_of_lot(row, telling, named), own=False)
        called = "" if row.input_of or row.output_of else telling.lots[named]
        title = _("%(what)s: %(lot)s") % {"what": stop.title, "lot": called} if called else stop.title
        return replace(stop, title=title, link=lot_path(named))
    line = line_of(row, telling.things)
    shut = bool({row.provider_id, row.receiver_id} & telling.shut)
    title = _("Something of a person or a household") if shut else line.sentence
    link = "" if shut else f"/ledger/events/{row.id}/"
    return Stop(row.happened_at, title, link=link, loop=line.loop, own=False, event=row.id, number=row.record_id)


def _plain(row: Event, telling: Telling) -> Stop:
    line = line_of(row, telling.things)
    return _stop(row, telling, line.word.capitalize(), line.sentence)


def _brought(row: Event, telling: Telling) -> Stop:
    said = {"kg": kilograms(row.quantity), "who": telling.things.agent(row.provider_id)}
    if row.resource is None:
        return _stop(row, telling, _("Brought"), _("%(kg)s on the scales, by %(who)s.") % said)
    said["stock"] = telling.things.stock(row.resource)
    return _stop(row, telling, _("Taken from what was there"), _("%(kg)s from “%(stock)s”.") % said)


def _split_off(row: Event, telling: Telling) -> Stop:
    said = {"kg": kilograms(row.quantity), "stock": telling.things.stock(row.resource)}
    return _stop(row, telling, _("Split off"), _("%(kg)s became a lot of their own, from “%(stock)s”.") % said)


def _moved(row: Event, telling: Telling) -> Stop:
    if row.to_resource == row.resource:
        place = telling.things.place(_entry(row).to_location)
        return _stop(row, telling, _("Carried to: %(place)s") % {"place": place})
    said = {"kg": kilograms(row.quantity), "stock": telling.things.stock(row.to_resource)}
    return _stop(row, telling, _("Shared out"), _("%(kg)s became “%(stock)s”.") % said)


def _weighed(row: Event, telling: Telling) -> Stop:
    said = {"kg": kilograms(row.quantity), "left": kilograms(telling.left.get(row.id, Decimal(0)))}
    more = row.action == "raise"
    text = _("The scales say %(left)s: %(kg)s more than was written down.")
    less = _("The scales say %(left)s: %(kg)s less than was written down.")
    why = (_entry(row).basis or "").partition(": ")[2]
    return _stop(row, telling, _("Weighed again"), (text if more else less) % said, [why] if why else [])


def _gone(row: Event, telling: Telling) -> Stop:
    exit = telling.exits.get(row.id)
    said = {"kg": kilograms(row.quantity), "who": telling.things.agent(row.receiver_id)}
    if exit is not None:
        said["channel"] = str(CHANNELS[exit.channel])
        text = _("%(kg)s to %(who)s: %(channel)s.") % said
        paper = [_("Paper: %(paper)s") % {"paper": exit.certificate}] if exit.certificate else []
        return _stop(row, telling, _("Left as waste"), text, paper)
    if row.to_resource:
        said["stock"] = telling.things.stock(row.to_resource)
        return _stop(row, telling, _("Passed on"), _("%(kg)s to “%(stock)s”.") % said)
    purpose = telling.purposes.get(row.id)
    branch = [str(PURPOSES[purpose])] if purpose else []
    return _stop(row, telling, _("Taken"), _("%(kg)s, by %(who)s.") % said, branch)


def _worked(row: Event, telling: Telling) -> Stop:
    """Into a workshop or out of it: with all that went in and came out, so that the reader can add it up."""
    process = row.input_of or row.output_of or ""
    run, into = telling.runs.get(process), row.action == "consume"
    name = telling.recipes.get(run.work, "") if run else ""
    title = name or (_("Worked up") if into else _("Made from other lots"))
    other = [one for one in telling.sides.get(process, ()) if bool(one.input_of) is not into]
    branch = [_part(one, telling) for one in other if one.resource != LOST_STOCK]
    branch += [_difference(run)] if run and run.loss else []
    said = {"kg": kilograms(row.quantity), "what": telling.things.stock(row.resource)}
    if row.resource == telling.lot.pk:
        text = _("%(kg)s of this lot went in. Out of it came:") if into else _("%(kg)s came out. Into it went:")
    else:
        text = _("%(kg)s of “%(what)s” went in. Out of it came:") if into else _("“%(what)s” came out. Into it went:")
    return _stop(row, telling, title, text % said, branch)


def _part(row: Event, telling: Telling) -> str:
    return _("%(kg)s: %(what)s") % {"kg": kilograms(row.quantity), "what": telling.things.stock(row.resource)}


def _difference(run: Transformation) -> str:
    word = str(LOSSES.get(run.lost_as) or _("within what scales can tell"))
    said = {"kg": kilograms(abs(run.loss)), "what": f"{word}, {run.why}" if run.why else word}
    return (_("%(kg)s are missing: %(what)s") if run.loss > 0 else _("%(kg)s too many: %(what)s")) % said


LEAVING: dict[str, Any] = {
    "transfer": _gone,
    "move": _moved,
    "raise": _weighed,
    "lower": _weighed,
    "consume": _worked,
    "produce": _worked,
}
ENTERING: dict[str, Any] = {"transfer": _brought, "move": _split_off}
"""How an action is told where the lot is its stock, and where it is the stock to which something goes."""


def _mark(one: LotMark) -> Stop:
    titles = {
        HELD_BACK: pgettext("a lot", "Set aside"),
        RELEASED: _("Looked at and released"),
        TOLD: _("Put into another bin"),
    }
    return Stop(one.at, titles[one.what], one.text, grade="B", number=LAST)
