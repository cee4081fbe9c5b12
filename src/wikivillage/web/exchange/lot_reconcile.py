"""How lots agree with the ledger: each has its stock, each reservation its promise, each run its sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Pledge, State
from wikivillage.web.exchange.lot_words import CANCELLED, GONE, LAPSED, RESERVED, TAKEN
from wikivillage.web.exchange.models import Lot, Reservation, Transformation, WasteExit
from wikivillage.web.exchange.transform_actions import LOSSES
from wikivillage.web.ledger.models import Event

CHUNK = 2000
PREFIX = "lot-"


def differences(state: State) -> Iterator[str]:
    """Every difference between the lots and the ledger, in a sentence."""
    known = set()
    for lot in Lot.objects.order_by("pk").iterator(CHUNK):
        known.add(lot.pk)
        yield from _of_lot(lot, state)
    for id in sorted(state.stocks.keys() - known):
        if id.startswith(PREFIX) and id != LOSSES and state.stocks[id].lot:
            yield f"stock {id} has the number of a lot, and there is no such lot"
    for one in Reservation.objects.order_by("pk").iterator(CHUNK):
        yield from _of_reservation(one, state.pledges.get(one.commitment))
    yield from _runs(state)
    yield from _exits()


def _of_lot(lot: Lot, state: State) -> Iterator[str]:
    stock = state.stocks.get(lot.pk)
    if stock is None:
        yield f"lot {lot.pk} has no stock"
        return
    said = (lot.spec, "kg", lot.place)
    if said != (stock.spec, stock.unit, stock.location):
        yield f"lot {lot.pk} is {said}, its stock {(stock.spec, stock.unit, stock.location)}"
    if (lot.state == GONE) != (stock.onhand == 0):
        yield f"lot {lot.pk} is {lot.state}, and {plain(stock.onhand)} kg are there"


def _of_reservation(one: Reservation, pledge: Pledge | None) -> Iterator[str]:
    if pledge is None:
        yield f"reservation {one.pk} is promised nowhere"
        return
    wanted = {
        RESERVED: (ZERO, None),
        LAPSED: (ZERO, None),
        CANCELLED: (ZERO, "cancelled"),
        TAKEN: (one.taken, None if one.taken == one.amount else "finished"),
    }[one.state]
    if (pledge.measure.value, pledge.delivered, pledge.ended) != (one.amount, *wanted):
        told = f"{plain(pledge.measure.value)}, {plain(pledge.delivered)} taken, {pledge.ended or 'not ended'}"
        yield f"reservation {one.pk} of {plain(one.amount)} kg is {one.state}, its promise says {told}"


def _runs(state: State) -> Iterator[str]:
    """What went into each run is what came out of it, with what it lost."""
    runs = {one.pk: one for one in Transformation.objects.iterator(CHUNK)}
    sums: dict[tuple[str, bool], Decimal] = {}
    for side in ("input_of", "output_of"):
        rows = Event.objects.filter(**{f"{side}__in": Transformation.objects.values("pk")})
        for run, quantity in rows.values_list(side, "quantity").iterator(CHUNK):
            key = (run, side == "input_of")
            sums[key] = sums.get(key, ZERO) + (quantity or ZERO)
    for id, run in runs.items():
        into, out = sums.get((id, True), ZERO), sums.get((id, False), ZERO)
        expected = run.taken + max(-run.loss, ZERO)
        if id not in state.works or into != out or into != expected:
            yield f"run {id} took {plain(run.taken)} kg, in the ledger {plain(into)} went in and {plain(out)} came out"


def _exits() -> Iterator[str]:
    weights = dict(Event.objects.filter(id__in=WasteExit.objects.values("pk")).values_list("id", "quantity"))
    for row in WasteExit.objects.iterator(CHUNK):
        there = weights.get(row.pk)
        if there != row.kg:
            yield f"waste {row.pk} is {plain(row.kg)} kg in the register and {plain(there or ZERO)} in the ledger"
