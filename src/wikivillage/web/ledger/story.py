"""The story of a thing for its page: where it came from and where it went, stop after stop.

The strict rule of ``flows.trace`` is followed through what is narrow: lots, shelves, a run of a workshop. What is wide,
the electricity of a village or a heat pump that has run for a year, is not walked event by event: there the story tells
what came in, or went out, on the day in question, by sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from wikivillage.flows.neighbours import Item, Kind
from wikivillage.flows.trace import Direction, Step, Trail, trace, track
from wikivillage.web.ledger import models
from wikivillage.web.ledger.day_flows import flows_on
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.ledger.event_filter import day_of
from wikivillage.web.ledger.narrow import NarrowHistory, Seen
from wikivillage.web.ledger.read_ahead import SIDES
from wikivillage.web.ledger.sql import moment, select

FOLDED = 8
"""How many wide places are told with their sums; further ones are named."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Something wide that the story comes to, on a day, and what flowed in or out of it then; ``flows`` add up alike
    events. ``told`` is False where only its name is told."""

    item: Item
    day: date
    direction: Direction
    flows: tuple[DayFlow, ...] = ()
    told: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """An event of the story. ``why`` is how it belongs to what came before it in the walk; ``folds`` are the wide
    things that it leads to."""

    event: models.Event
    why: str
    undone: bool
    folds: tuple[Fold, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What came before something and what came after, each in the order in which it happened.

    ``day``: the one by which a wide start is told. ``more``: it goes on in a direction, and was cut where it was asked
    to be. ``row``: of a start that is an event. ``owners``: whose the start is.
    """

    start: Item
    before: tuple[Stop, ...]
    after: tuple[Stop, ...]
    folds: tuple[Fold, ...] = ()
    day: date | None = None
    more: frozenset[Direction] = field(default_factory=frozenset)
    row: models.Event | None = None
    owners: tuple[str, ...] = ()


LAST = 50
"""Among how many of the postings that were written last the latest day is looked for."""
WAYS: tuple[Direction, ...] = ("trace", "track")


def tell_story(start: str, kind: Kind | None, *, back: int, ahead: int, day: date | None = None) -> Story:
    """The story of an event, a stock or a process; what is wide is told by the sums of ``day``, else of its last one.

    Raises ProblemError: unknown-item, ambiguous-item.
    """
    seen = Seen()
    seen.begin(start)
    trails: dict[Direction, Trail] = {
        "trace": trace(start, NarrowHistory(seen, "trace"), "strict", kind, most=back),
        "track": track(start, NarrowHistory(seen, "track"), "strict", kind, most=ahead),
    }
    item = trails["trace"].start
    stops = {way: _stops(trail, seen) for way, trail in trails.items()}
    own = _own_folds(item, day, seen) if item.kind != "event" else _folds_of(item, trails.values(), seen)
    flows = _flows_of([own, *([fold for stop in found for fold in stop.folds] for found in stops.values())])
    return Story(
        item,
        before=tuple(_told(stops["trace"], flows)),
        after=tuple(_told(stops["track"], flows)),
        folds=tuple(_with_flows(own, flows)),
        day=own[0].day if own and item.kind != "event" else None,
        more=frozenset(way for way, trail in trails.items() if trail.more),
        row=_row(item.id, seen) if item.kind == "event" else None,
        owners=_owners(item, seen),
    )


def _row(event: str, seen: Seen) -> models.Event:
    told = seen.find_event(event)
    assert told is not None, "a walk names events that are there"
    return told.row


def _owners(item: Item, seen: Seen) -> tuple[str, ...]:
    """Whose an event or a stock is: those on its two sides, or who owns it. A process is nobody's."""
    if item.kind == "event":
        row = _row(item.id, seen)
        return (row.provider_id, row.receiver_id)
    stock = seen.find_stock(item.id) if item.kind == "resource" else None
    return (stock.primary_accountable,) if stock else ()


def _own_folds(item: Item, day: date | None, seen: Seen) -> list[Fold]:
    """A start that is itself wide, told by a day: the one asked for, or the last on which something happened."""
    ways = [way for way in WAYS if _is_wide(item, way, seen)]
    if not ways:
        return []
    at = day or day_of(_last_of(item) or datetime.fromtimestamp(0).astimezone())
    return [Fold(item, at, way) for way in ways]


def _last_of(item: Item) -> datetime | None:
    """When the latest of what was written last happened."""
    if item.kind == "resource":
        last = models.Posting.objects.filter(resource=item.id).order_by("-sequence")[:LAST]
        return max(last.values_list("record__event__happened_at", flat=True), default=None)
    found = (moment(at) for (at,) in select(LAST_OF_PROCESS, [item.id]))
    return max((at for at in found if at), default=None)


LAST_OF_PROCESS = " UNION ALL ".join(
    f"SELECT happened_at FROM (SELECT happened_at FROM ledger_event WHERE {side} = {{ids}}"
    f" ORDER BY number DESC LIMIT 1) of_{side}"
    for side in SIDES.values()
)


def _is_wide(item: Item, way: Direction, seen: Seen) -> bool:
    if item.kind == "resource":
        return seen.is_wide_stock(item.id)
    return item.kind == "process" and seen.is_wide(item.id, SIDES[way])


def _stops(trail: Trail, seen: Seen) -> list[Stop]:
    """The events of a trail in the order in which they happened, each with the wide things that it leads to."""
    wide: dict[str, list[Fold]] = {}
    for step in trail.steps:
        if step.via.kind == "event" and step.kind != "event" and _is_wide(step.item, trail.direction, seen):
            wide.setdefault(step.via.id, []).append(_fold(step, trail, seen))
    found = [_stop(step, seen, wide) for step in trail.steps if step.kind == "event"]
    return sorted(found, key=lambda stop: (stop.event.happened_at, stop.event.record_id))


def _fold(step: Step, trail: Trail, seen: Seen) -> Fold:
    return Fold(step.item, day_of(_row(step.via.id, seen).happened_at), trail.direction)


def _stop(step: Step, seen: Seen, wide: dict[str, list[Fold]]) -> Stop:
    return Stop(_row(step.id, seen), step.why, step.undone, tuple(wide.get(step.id, ())))


def _folds_of(item: Item, trails: Iterable[Trail], seen: Seen) -> list[Fold]:
    """The wide things that an event itself leads to."""
    return [
        _fold(step, trail, seen)
        for trail in trails
        for step in trail.steps
        if step.via == item and _is_wide(step.item, trail.direction, seen)
    ]


Flows = Mapping[Fold, tuple[DayFlow, ...]]
"""What flowed, of those folds that are told with their sums."""


def _flows_of(lists: Iterable[list[Fold]]) -> Flows:
    """The sums of the first folds of each list, as many as a page bears, in as few questions as for one."""
    chosen = {fold for folds in lists for fold in list(dict.fromkeys(folds))[:FOLDED]}
    by_day = flows_on({fold.day for fold in chosen}, of={fold.item.id for fold in chosen})
    return {fold: _flows(fold, by_day[fold.day]) for fold in chosen}


def _told(stops: list[Stop], flows: Flows) -> list[Stop]:
    """Stops whose wide things are told with their sums, as far as a page bears it; each of them once."""
    listed = [fold for stop in stops for fold in stop.folds]
    told = dict(zip(listed, _with_flows(listed, flows), strict=True))
    seen: set[tuple[Item, date]] = set()
    found = []
    for stop in stops:
        new = [fold for fold in stop.folds if (fold.item, fold.day) not in seen]
        seen |= {(fold.item, fold.day) for fold in new}
        found.append(Stop(stop.event, stop.why, stop.undone, tuple(told[fold] for fold in new)))
    return found


def _with_flows(folds: Sequence[Fold], flows: Flows) -> list[Fold]:
    told = set(list(dict.fromkeys(folds))[:FOLDED])
    return [replace(fold, flows=flows[fold] if fold in told else (), told=fold in told) for fold in folds]


def _flows(fold: Fold, found: Iterable[DayFlow]) -> tuple[DayFlow, ...]:
    """What came in or went out that day, alike events together, the largest first."""
    id, back = fold.item.id, fold.direction == "trace"
    own = [
        flow
        for flow in found
        if (_fed(flow, id, back) if fold.item.kind == "resource" else id == (flow.input_of if back else flow.output_of))
    ]
    return tuple(sorted(own, key=lambda flow: -flow.quantity))


def _fed(flow: DayFlow, stock: str, back: bool) -> bool:
    """Whether a flow came into a stock, or with ``back`` false, left it."""
    if stock not in (flow.resource, flow.to_resource):
        return False
    comes = flow.to_resource == stock or (flow.resource == stock and (bool(flow.output_of) or flow.action == "raise"))
    return comes is back
