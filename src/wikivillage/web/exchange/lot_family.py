"""The kilograms of a lot and of everything that it was part of: where they came in, through what they went, where they
are now. Exact, from the events of the ledger alone; what comes in is what is found again, to the gram.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.transform_actions import LOSSES
from wikivillage.web.ledger.models import Event, Stock

MOST = 40
"""How many lots are told together; of a larger family only the lot itself is."""

GIVEN, SHELF, FOUND, ADDED, OTHER = "given", "shelf", "found", "added", "lot"
TAKEN, LEFT, MISSING, LOST, THERE = "taken", "left", "missing", "lost", "there"
"""The ends of the flows: who brought, which shelf, found on the scales, added in a workshop, another lot; taken by
people, left as waste, missing on the scales, lost in a workshop, still there."""


@dataclass(frozen=True, slots=True)
class End:
    """A node: ``kind`` is one of the words above, or ``stock`` or ``run`` for a lot or a run of a workshop inside."""

    kind: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Flows in kilograms between ends; ``whole`` says that it is the whole family and not the lot alone."""

    flows: Mapping[tuple[End, End], Decimal]
    lots: tuple[str, ...]
    whole: bool = True

    def _sum(self, *, entering: bool) -> dict[End, Decimal]:
        found: dict[End, Decimal] = defaultdict(Decimal)
        for pair, amount in self.flows.items():
            end = pair[0] if entering else pair[1]
            if end.kind not in ("stock", "run"):
                found[end] += amount
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    @property
    def entered(self) -> dict[End, Decimal]:
        """What came in, by where it came from."""
        return self._sum(entering=True)

    @property
    def found_again(self) -> dict[End, Decimal]:
        """Where it is now, or how it left."""
        return self._sum(entering=False)

    @property
    def total(self) -> Decimal:
        """All that came in."""
        return sum(self.entered.values(), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """What is not found again: nothing, always."""
        return self.total - sum(self.found_again.values(), Decimal(0))


def family_of(lot: str) -> Family:
    """The family of a lot: what it was made or split from, and all that was made or split from that."""
    before = _followed({lot}, back=True)
    lots = _followed(before, back=False) if len(before) <= MOST else {lot}
    lots |= _with_inputs(lots) if len(lots) <= MOST else set()
    whole = len(lots) <= MOST and len(before) <= MOST
    lots = lots if whole else {lot}
    return Family(_flows(_events_of(lots), lots), tuple(sorted(lots)), whole)


def _followed(start: set[str], *, back: bool) -> set[str]:
    """Lots from which some came, or into which they went, step by step."""
    seen, edge = set(start), set(start)
    while edge and len(seen) <= MOST:
        events = _events_of(edge)
        direct = {pair[0] if back else pair[1] for pair in _pairs(events) if (pair[1] if back else pair[0]) in edge}
        runs = {(one.output_of if back else one.input_of) for one in events if one.resource in edge} - {None}
        side = {"input_of__in" if back else "output_of__in": sorted(runs)}
        through = set(Event.objects.filter(**side).values_list("resource", flat=True)) if runs else set()
        edge = _lots_among(direct | through) - seen
        seen |= edge
    return seen


def _with_inputs(lots: set[str]) -> set[str]:
    """The other lots that went into the runs that some lots came out of or went into."""
    runs = {run for one in _events_of(lots) for run in (one.input_of, one.output_of) if run}
    named = Event.objects.filter(Q(input_of__in=sorted(runs)) | Q(output_of__in=sorted(runs)))
    return _lots_among(named.values_list("resource", flat=True))


def _lots_among(ids: Iterable[str | None]) -> set[str]:
    wanted = sorted({id for id in ids if id})
    return set(Lot.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def _pairs(events: Iterable[Event]) -> Iterator[tuple[str | None, str | None]]:
    return ((one.resource, one.to_resource) for one in events if one.to_resource)


def _events_of(lots: Iterable[str]) -> list[Event]:
    wanted = sorted(lots)
    return list(Event.objects.filter(Q(resource__in=wanted) | Q(to_resource__in=wanted)).order_by("record_id"))


def _flows(events: list[Event], lots: set[str]) -> dict[tuple[End, End], Decimal]:
    found: dict[tuple[End, End], Decimal] = defaultdict(Decimal)
    for one in [*events, *_losses(events)]:
        ends = _ends(one, lots)
        if ends is not None and one.quantity:
            found[ends] += one.quantity
    for id, onhand in Stock.objects.filter(pk__in=sorted(lots)).values_list("pk", "onhand"):
        if onhand:
            found[End("stock", id), End(THERE, id)] += onhand
    return {pair: amount for pair, amount in found.items() if amount}


def _losses(events: Iterable[Event]) -> list[Event]:
    """What the runs among some events lost or had added."""
    runs = sorted({run for one in events for run in (one.input_of, one.output_of) if run})
    return list(Event.objects.filter(Q(input_of__in=runs) | Q(output_of__in=runs), resource=LOSSES))


def _ends(one: Event, lots: set[str]) -> tuple[End, End] | None:
    """From where to where an event went; None for what moved no kilogram."""
    stock = End("stock", one.resource or "")
    match one.action:
        case "transfer" | "move":
            return None if one.resource == one.to_resource else (_source(one, lots), _target(one, lots))
        case "raise":
            return End(FOUND), stock
        case "lower":
            return stock, End(MISSING)
        case "produce":
            return End("run", one.output_of or ""), End(LOST) if one.resource == LOSSES else stock
        case "consume":
            return (End(ADDED) if one.resource == LOSSES else stock), End("run", one.input_of or "")
    return None


def _source(one: Event, lots: set[str]) -> End:
    if one.resource is None:
        return End(GIVEN)
    return End("stock", one.resource) if one.resource in lots else End(SHELF, one.resource)


def _target(one: Event, lots: set[str]) -> End:
    if one.to_resource is None:
        return End(TAKEN)
    return End("stock", one.to_resource) if one.to_resource in lots else End(LEFT, one.to_resource)
