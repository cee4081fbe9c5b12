"""The strict rule of trace and track: what is only looked after, carried or stored comes out as it went in.

1. What a process gave back (modify, dropoff) came from what it took of the same resource (accept, pickup) and from
   what it used up, not from the other things in its hands. What it made anew came from everything it took.
2. What lay in a container came by way of it when that was moved, and not from what else lay in it. So a place may be
   on the way only as a carrier: then nothing that was packed is followed, unless it is what the walk began from.
3. An event that its corrections undid is told and not followed; a correction leads to what it corrects.

A resource is a stock: whatever came into it before or after may be in what left it. Track goes the same steps the
other way, so ``x`` is in the trace of ``y`` exactly when ``y`` is in the track of ``x``.
"""

from __future__ import annotations

from collections.abc import Iterator

from wikivillage.flows.effects import acting_record
from wikivillage.flows.history import History, is_undone, named_by
from wikivillage.flows.kinds import Event, Standing
from wikivillage.flows.neighbours import COUNTED, Item, access_standing, fed_by
from wikivillage.flows.records import Named
from wikivillage.flows.trace_walk import Place

TAKEN_BY = {"modify": "accept", "dropoff": "pickup", "separate": "combine"}
"""What gives a resource back, and what took it in hand."""
MODES = (False, True)


class StrictTrace:
    """The strict rule backwards."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.visited: set[Place] = set()

    def starts(self, item: Item) -> list[Place]:
        """A walk begins with the item itself, and a process with all that it took."""
        self.visited.add(Place(item))
        return [Place(item)]

    def enters(self, place: Place) -> bool:
        """Each place once."""
        new = place not in self.visited
        self.visited.add(place)
        return new

    def onward(self, place: Place) -> Iterator[Place]:
        """What an item came from, latest first."""
        match place.item.kind:
            case "event":
                return _before_event(place, self.history)
            case "resource":
                return _before_resource(place, self.history)
            case "process":
                return _before_process(place, self.history)


class StrictTrack:
    """The strict rule forwards: the steps of the trace, each the other way round."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.visited: set[Place] = set()

    def starts(self, item: Item) -> list[Place]:
        """A walk begins from the item however one may come to it."""
        whole = item.kind == "process"
        found = [Place(item, took=None)] if whole else [Place(item, carrier) for carrier in MODES]
        self.visited.update(found)
        return found

    def enters(self, place: Place) -> bool:
        """Each place once."""
        new = place not in self.visited
        self.visited.add(place)
        return new

    def onward(self, place: Place) -> Iterator[Place]:
        """What came of an item, in the order of recording."""
        match place.item.kind:
            case "event":
                return _after_event(place, self.history)
            case "resource":
                return _after_resource(place, self.history)
            case "process":
                return _after_process(place, self.history)


def met_as(wanted: str, back: str | None, carrier: bool, took: str, held: str | None) -> bool | None:
    """Whether an input of a process is followed from an output, and if so whether as a carrier.

    The output gives ``back`` a resource that an action ``wanted`` had taken, or makes something new (``wanted`` is
    empty); the input took ``held`` in hand by ``took``, or used something up (``took`` is empty).
    """
    if not wanted:
        return None if took == "combine" and carrier else False
    if took:
        return carrier if (took, held) == (wanted, back) else None
    return wanted == "combine"


def sources_of(standing: Standing, history: History) -> list[str]:
    """The resources that an event took from; an account of what is elsewhere where it took from outside."""
    event, (named, to) = standing.event, named_by(standing.event)
    if event.output_of is not None:
        return [named] if to is not None and named is not None and named != to else []
    if named is None:
        return [] if to is None else _outside(event.id, history)
    if event.action in COUNTED and standing.previous is None:
        return []
    through = event.input_of is not None and event.action != "combine" and to is not None and named != to
    return [named, to] if through and to is not None else [named]


def _outside(event: str, history: History) -> list[str]:
    return [each for each in history.touched(event) if _is_elsewhere(each, history)]


def _is_elsewhere(resource: str, history: History) -> bool:
    stock = history.stock(resource)
    return stock is not None and stock.elsewhere


def _acting(event: Event) -> str | None:
    """The resource that an event takes in hand, or gives back."""
    return acting_record(event, Named(*named_by(event), frozenset()))


def _in_hand(event: Event, actions: tuple[str, ...]) -> tuple[str, str | None]:
    return (event.action, _acting(event)) if event.action in actions else ("", None)


def _taken(event: Event) -> tuple[str, str | None]:
    return _in_hand(event, tuple(TAKEN_BY.values()))


def _given_back(event: Event) -> tuple[str, str | None]:
    action, held = _in_hand(event, tuple(TAKEN_BY))
    return TAKEN_BY.get(action, ""), held


def _arrives(resource: str, event: str, carrier: bool, history: History) -> bool | None:
    """Whether an event is a source of a resource, and if so whether as a carrier.

    An event that moved the container of the resource only carried it along. What was packed into a resource is a
    source of it, but not where the resource is itself a mere carrier.
    """
    if _is_elsewhere(resource, history):
        return None
    what = access_standing(event, history).event
    if fed_by(resource, event, history):
        return None if what.action == "combine" and carrier else carrier
    return None if resource in named_by(what) else True


def _is_through(standing: Standing) -> bool:
    """Whether a flow may pass an event: not where nothing is left of it, and corrections only point to it."""
    return not is_undone(standing) and standing.event.corrects is None


def _before_event(place: Place, history: History) -> Iterator[Place]:
    standing = access_standing(place.item.id, history)
    event = standing.event
    if event.corrects is not None:
        yield Place(Item("event", event.corrects), place.carrier)
    if not _is_through(standing):
        return
    if event.output_of is not None:
        took, held = _given_back(event)
        yield Place(Item("process", event.output_of), place.carrier, took, held)
    for resource in sources_of(standing, history):
        yield Place(Item("resource", resource), place.carrier)


def _before_resource(place: Place, history: History) -> Iterator[Place]:
    for event in reversed(history.touching(place.item.id)):
        carrier = _arrives(place.item.id, event, place.carrier, history)
        if carrier is not None:
            yield Place(Item("event", event), carrier)


def _before_process(place: Place, history: History) -> Iterator[Place]:
    assert place.took is not None, "a trace enters a process by one of its outputs"
    for event in reversed(history.inputs(place.item.id)):
        taken = _taken(access_standing(event, history).event)
        carrier = met_as(place.took, place.held, place.carrier, *taken)
        if carrier is not None:
            yield Place(Item("event", event), carrier)


def _after_event(place: Place, history: History) -> Iterator[Place]:
    standing = access_standing(place.item.id, history)
    event = standing.event
    for correction in standing.corrected_by:
        yield Place(Item("event", correction), place.carrier)
    if event.input_of is not None:
        took, held = _taken(event)
        yield Place(Item("process", event.input_of), place.carrier, took, held)
    for resource in history.touched(event.id):
        modes = [mode for mode in MODES if _arrives(resource, event.id, mode, history) == place.carrier]
        yield from (Place(Item("resource", resource), mode) for mode in modes)


def _after_resource(place: Place, history: History) -> Iterator[Place]:
    for event in history.touching(place.item.id):
        standing = access_standing(event, history)
        if _is_through(standing) and place.item.id in sources_of(standing, history):
            yield Place(Item("event", event), place.carrier)


def _after_process(place: Place, history: History) -> Iterator[Place]:
    for event in history.outputs(place.item.id):
        standing = access_standing(event, history)
        if not _is_through(standing):
            continue
        wanted, back = _given_back(standing.event)
        for mode in MODES:
            took = place.took
            if took is None or met_as(wanted, back, mode, took, place.held) == place.carrier:
                yield Place(Item("event", event), mode)
