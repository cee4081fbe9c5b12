"""The history in which a story walks: what is wide has no events in it, what is narrow is read ahead of the walk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wikivillage.flows.kinds import Process, Standing, Stock
from wikivillage.flows.neighbours import Kind
from wikivillage.flows.trace import Direction
from wikivillage.web.ledger import models
from wikivillage.web.ledger.history import find_work
from wikivillage.web.ledger.queries import find_stock
from wikivillage.web.ledger.read_ahead import NARROW, SIDES, Told, reach, read_told
from wikivillage.web.ledger.shelf import read_stocks

KINDS: tuple[Kind, ...] = ("event", "resource", "process")
ENOUGH = 400
"""After how many events no further stock or process is read ahead."""


@dataclass(slots=True)
class Seen:
    """What was read so far. Both directions of a story remember together."""

    events: dict[str, Told | None] = field(default_factory=dict)
    stocks: dict[str, Stock | None] = field(default_factory=dict)
    processes: dict[str, bool] = field(default_factory=dict)
    """Whether there is a process."""
    touching: dict[str, list[str]] = field(default_factory=dict)
    """The events of a stock."""
    of_sides: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The events of a side of a process."""
    wide: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Whether a side of a process has more events than a page can tell."""

    def begin(self, start: str) -> None:
        """Read what is around something, whatever it is, in both directions."""
        self.processes[start] = start in self.look(start, KINDS, tuple(SIDES))

    def look(self, start: str, kinds: Iterable[Kind], directions: Iterable[Direction]) -> set[str]:
        """Read ahead from something, as far as is enough; the processes that came into sight."""
        wanted: dict[str, set[str]] = {"event": set(), "resource": set(), **{side: set() for side in SIDES.values()}}
        if "event" in kinds:
            wanted["event"].add(start)
        stocks, processes = {start}, set[str]()
        for direction in directions:
            events = 0
            for kind, id, width in reach(start, kinds, direction):
                key = "resource" if kind == "resource" else SIDES[direction]
                (stocks if kind == "resource" else processes).add(id)
                if kind == "process":
                    self.wide[key, id] = width > NARROW
                if width is not None and width <= NARROW and (events < ENOUGH or id == start):
                    events += width
                    wanted[key].add(id)
        self._read(wanted, stocks)
        return processes

    def find_event(self, id: str) -> Told | None:
        """An event, or None where there is none."""
        if id not in self.events:
            self._read({"event": {id}}, set())
        return self.events[id]

    def find_stock(self, id: str) -> Stock | None:
        """A stock, or None where there is none."""
        if id not in self.stocks:
            self.stocks[id] = find_stock(id)
        return self.stocks[id]

    def is_wide(self, process: str, side: str) -> bool:
        """Whether a process has more events of a ``side``, ``input_of`` or ``output_of``, than a page can tell."""
        key = (side, process)
        if key not in self.wide:
            some = models.Event.objects.filter(**{side: process}).values_list("pk", flat=True)[: NARROW + 1]
            self.wide[key] = len(some) > NARROW
        return self.wide[key]

    def is_wide_stock(self, id: str) -> bool:
        """Whether more events touched a stock than a page can tell."""
        stock = self.find_stock(id)
        return stock is not None and stock.sequence > NARROW

    def _read(self, wanted: dict[str, set[str]], stocks: set[str]) -> None:
        found = read_told(wanted)
        self.events |= dict.fromkeys(wanted["event"] - self.events.keys())
        self.touching |= {id: [] for id in wanted.get("resource", ())}
        self.of_sides |= {(side, id): [] for side in SIDES.values() for id in wanted.get(side, ())}
        for told in found:
            self.events[told.row.id] = told
            self._file(told, wanted)
        named = {id for told in found for id in (told.row.resource, told.row.to_resource, *told.touched) if id}
        missing = sorted((stocks | named) - self.stocks.keys())
        self.stocks |= dict.fromkeys(missing)
        self.stocks |= {stock.id: stock for stock in read_stocks(missing)}

    def _file(self, told: Told, wanted: dict[str, set[str]]) -> None:
        """Note an event under the stocks and sides of processes that are read."""
        for id in told.touched:
            if id in wanted.get("resource", ()):
                self.touching[id].append(told.row.id)
        for side in SIDES.values():
            process = getattr(told.row, side)
            if process in wanted.get(side, ()):
                self.of_sides[side, process].append(told.row.id)


class NarrowHistory:
    """The history of the tables in one direction, in which nobody gets lost: what is wide has no events, and is noted.

    Of an event and of a process it says what a walk asks, and not more; see ``Told``.
    """

    def __init__(self, seen: Seen, direction: Direction) -> None:
        self.seen, self.direction = seen, direction

    def standing(self, event: str) -> Standing | None:
        """An event, the one before it on its resource, and what its corrections left of it."""
        told = self.seen.find_event(event)
        return told.standing if told else None

    def stock(self, resource: str) -> Stock | None:
        """A record, or an account of what is elsewhere."""
        return self.seen.find_stock(resource)

    def process(self, id: str) -> Process | None:
        """A process."""
        if id not in self.seen.processes:
            self.seen.processes[id] = find_work(id) is not None
        return Process(id) if self.seen.processes[id] else None

    def touching(self, resource: str) -> Sequence[str]:
        """The events that named or changed a resource, in its own sequence; none of a wide one."""
        if self.seen.is_wide_stock(resource):
            return ()
        if resource not in self.seen.touching:
            self.seen.look(resource, ("resource",), (self.direction,))
        return self.seen.touching.get(resource, ())

    def touched(self, event: str) -> Sequence[str]:
        """The resources that an event named or changed."""
        told = self.seen.find_event(event)
        return told.touched if told else ()

    def inputs(self, process: str) -> Sequence[str]:
        """The events that are inputs of a process; none where they are many."""
        return self._of_side("trace", process)

    def outputs(self, process: str) -> Sequence[str]:
        """The events that are outputs of a process; none where they are many."""
        return self._of_side("track", process)

    def _of_side(self, direction: Direction, process: str) -> Sequence[str]:
        key = (SIDES[direction], process)
        if self.seen.is_wide(process, SIDES[direction]):
            return ()
        if key not in self.seen.of_sides:
            self.seen.look(process, ("process",), (direction,))
        return self.seen.of_sides.get(key, ())
