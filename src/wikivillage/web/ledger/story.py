"""The story of a thing for its page: where it came from and where it went, stop after stop.

The strict rule of ``flows.trace`` is followed through what is narrow: lots, shelves, a run of a workshop. What is wide,
the electricity of a village or a heat pump that has run for a year, is not walked event by event: there the story tells
what came in, or went out, on the day in question, by sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wikivillage.flows.kinds import Stock
from wikivillage.flows.neighbours import Item, Kind
from wikivillage.flows.trace import Direction, Step, Trail, trace, track
from wikivillage.web.ledger import models
from wikivillage.web.ledger.day_flows import flows_around
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.ledger.event_filter import day_of
from wikivillage.web.ledger.history import LedgerHistory

NARROW = 60
"""How many events a stock or one side of a process has at most that is walked event by event."""
FOLDED = 8
"""How many wide places are told with their sums; further ones are named."""


class NarrowHistory(LedgerHistory):
    """The history of the tables, in which nobody gets lost: what is wide has no events, and is noted instead."""

    def __init__(self) -> None:
        super().__init__()
        self._wide: dict[tuple[str, str], bool] = {}

    def _touching(self, resource: str) -> Sequence[str]:
        return () if self.is_wide_stock(resource) else super()._touching(resource)

    def _of_process(self, side: str, process: str) -> Sequence[str]:
        return () if self.is_wide(process, side) else super()._of_process(side, process)

    def is_wide_stock(self, id: str) -> bool:
        """Whether more events touched a stock than a page can tell."""
        stock: Stock | None = self.stock(id)
        return stock is not None and stock.sequence > NARROW

    def is_wide(self, process: str, side: str) -> bool:
        """Whether a process has more events of a ``side``, ``input_of`` or ``output_of``, than a page can tell."""
        key = (side, process)
        if key not in self._wide:
            some = models.Event.objects.filter(**{side: process}).values_list("pk", flat=True)[: NARROW + 1]
            self._wide[key] = len(some) > NARROW
        return self._wide[key]


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
    to be.
    """

    start: Item
    before: tuple[Stop, ...]
    after: tuple[Stop, ...]
    folds: tuple[Fold, ...] = ()
    day: date | None = None
    more: frozenset[Direction] = field(default_factory=frozenset)


LAST = 50
"""Among how many of the postings that were written last the latest day is looked for."""
WAYS: tuple[Direction, ...] = ("trace", "track")


def tell_story(start: str, kind: Kind | None, *, back: int, ahead: int, day: date | None = None) -> Story:
    """The story of an event, a stock or a process; what is wide is told by the sums of ``day``, else of its last one.

    Raises ProblemError: unknown-item, ambiguous-item.
    """
    history = NarrowHistory()
    trails: dict[Direction, Trail] = {
        "trace": trace(start, history, "strict", kind, most=back),
        "track": track(start, history, "strict", kind, most=ahead),
    }
    item = trails["trace"].start
    rows = _rows(trails.values(), item)
    at = day if day and item.kind != "event" else _when(item, rows)
    stops = {way: _stops(trail, rows, history) for way, trail in trails.items()}
    own = [Fold(item, at, way) for way in WAYS if _is_wide(item, way, history)]
    own += _folds_of(item, trails.values(), rows, history)
    return Story(
        item,
        before=tuple(_told(stops["trace"])),
        after=tuple(_told(stops["track"])),
        folds=tuple(_with_flows(own)),
        day=at if own and item.kind != "event" else None,
        more=frozenset(way for way, trail in trails.items() if trail.more),
    )


def _rows(trails: Iterable[Trail], start: Item) -> dict[str, models.Event]:
    ids = {step.id for trail in trails for step in trail.steps if step.kind == "event"}
    ids |= {start.id} if start.kind == "event" else set()
    return {row.id: row for row in models.Event.objects.filter(id__in=sorted(ids))}


def _when(item: Item, rows: dict[str, models.Event]) -> date:
    """The day on which a wide start is told: of the event, or the last day on which something happened to it."""
    if item.id in rows:
        return day_of(rows[item.id].happened_at)
    return day_of(_last_of(item) or datetime.fromtimestamp(0).astimezone())


def _last_of(item: Item) -> datetime | None:
    if item.kind == "resource":
        last = models.Posting.objects.filter(resource=item.id).order_by("-sequence")[:LAST]
        return max(last.values_list("record__event__happened_at", flat=True), default=None)
    found = [
        models.Event.objects.filter(**{column: item.id}).order_by("-record_id").values_list("happened_at", flat=True)
        for column in ("input_of", "output_of")
    ]
    return max((one for rows in found for one in rows[:1]), default=None)


def _is_wide(item: Item, way: Direction, history: NarrowHistory) -> bool:
    if item.kind == "resource":
        return history.is_wide_stock(item.id)
    return item.kind == "process" and history.is_wide(item.id, "input_of" if way == "trace" else "output_of")


def _stops(trail: Trail, rows: dict[str, models.Event], history: NarrowHistory) -> list[Stop]:
    """The events of a trail in the order in which they happened, each with the wide things that it leads to."""
    wide: dict[str, list[Fold]] = {}
    for step in trail.steps:
        if step.via.kind == "event" and step.kind != "event" and _is_wide(step.item, trail.direction, history):
            day = day_of(rows[step.via.id].happened_at)
            wide.setdefault(step.via.id, []).append(Fold(step.item, day, trail.direction))
    found = [_stop(step, rows[step.id], wide) for step in trail.steps if step.kind == "event"]
    return sorted(found, key=lambda stop: (stop.event.happened_at, stop.event.record_id))


def _stop(step: Step, row: models.Event, wide: dict[str, list[Fold]]) -> Stop:
    return Stop(row, step.why, step.undone, tuple(wide.get(step.id, ())))


def _folds_of(item: Item, trails: Iterable[Trail], rows: dict[str, models.Event], history: NarrowHistory) -> list[Fold]:
    """The wide things that the start itself leads to."""
    if item.kind != "event":
        return []
    day = day_of(rows[item.id].happened_at)
    return [
        Fold(step.item, day, trail.direction)
        for trail in trails
        for step in trail.steps
        if step.via == item and _is_wide(step.item, trail.direction, history)
    ]


def _told(stops: list[Stop]) -> list[Stop]:
    """Stops whose wide things are told with their sums, as far as a page bears it; each of them once."""
    listed = [fold for stop in stops for fold in stop.folds]
    told = dict(zip(listed, _with_flows(listed), strict=True))
    seen: set[tuple[Item, date]] = set()
    found = []
    for stop in stops:
        new = [fold for fold in stop.folds if (fold.item, fold.day) not in seen]
        seen |= {(fold.item, fold.day) for fold in new}
        found.append(Stop(stop.event, stop.why, stop.undone, tuple(told[fold] for fold in new)))
    return found


def _with_flows(folds: Sequence[Fold]) -> list[Fold]:
    done: dict[Fold, Fold] = {}
    for fold in folds:
        if fold not in done:
            told = len(done) < FOLDED
            flows = _flows(fold) if told else ()
            done[fold] = Fold(fold.item, fold.day, fold.direction, flows, told)
    return [done[fold] for fold in folds]


def _flows(fold: Fold) -> tuple[DayFlow, ...]:
    """What came in or went out that day, alike events together, the most events first."""
    id, back = fold.item.id, fold.direction == "trace"
    found = [
        flow
        for flow in flows_around(fold.day, fold.day, of=[id])
        if (_fed(flow, id, back) if fold.item.kind == "resource" else id == (flow.input_of if back else flow.output_of))
    ]
    return tuple(sorted(found, key=lambda flow: -flow.quantity))


def _fed(flow: DayFlow, stock: str, back: bool) -> bool:
    """Whether a flow came into a stock, or with ``back`` false, left it."""
    comes = flow.to_resource == stock or (flow.resource == stock and (bool(flow.output_of) or flow.action == "raise"))
    return comes is back
