"""What must hold after every step, one function for each invariant of the ledger that the pure core answers for.

Each takes a ``World``: what the ledger says, what it said before the last entry, what the second ledger says, and what
was recorded. The numbers are those of the list in ``tests/web/ledger/test_invariants.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from tests.flows.oracle import NOTHING, SIGN, TABLE, Oracle, acting, named
from wikivillage.flows.fold import fold, state_hash
from wikivillage.flows.history import fold_history
from wikivillage.flows.kinds import Commitment, Entry, Event, State
from wikivillage.flows.trace import RULES, trace

Amounts = dict[str, Decimal]


@dataclass
class World:
    """A ledger after an entry. ``last`` is that entry, None where it was refused."""

    state: State
    before: State
    oracle: Oracle
    log: list[tuple[Entry, datetime]]
    at: datetime
    last: Entry | None = None


def snapshot(state: State) -> State:
    """A state that later entries do not change: its records, processes and promises are never changed in place."""
    parts = ("stocks", "works", "pledges", "events", "contents", "promised")
    return replace(state, **{part: dict(getattr(state, part)) for part in parts})


def hash_of(state: State) -> str:
    """The hash of a state."""
    return state_hash(state.stocks.values(), state.pledges.values(), state.works.values())


def invariant_01_stock_is_the_sum_of_events(world: World) -> None:
    """Accounting and on-hand of every record, from what is left of each event, added up anew."""
    sums: dict[str, list[Decimal]] = {id: [NOTHING, NOTHING] for id in world.oracle.things}
    for one in world.oracle.events.values():
        if not one.event.corrects:
            for id, accounting, onhand in one.effects:
                sums[id][0] += accounting * (one.quantity or NOTHING)
                sums[id][1] += onhand * (one.quantity or NOTHING)
    assert {id: [one.accounting, one.onhand] for id, one in world.state.stocks.items()} == sums


def invariant_02_changes_of_hands_conserve(world: World) -> None:
    """What there is of a unit is what was made less what was used; all of it is on hand, in a box or in a process."""
    made, there, kept = Amounts(), Amounts(), Amounts()
    for one in world.oracle.events.values():
        id, sign = acting(one.event), SIGN.get(TABLE[one.event.action]["accountingEffect"], 0)
        if id and not one.event.corrects:
            _add(made, world.state.stocks[id].unit, sign * (one.quantity or NOTHING))
    for stock in world.state.stocks.values():
        _add(there, stock.unit, stock.accounting)
        _add(kept, stock.unit, stock.onhand + stock.inside)
    for work in world.state.works.values():
        for id, held in work.held.items():
            _add(kept, world.state.stocks[id].unit, held.amount)
    assert _full(there) == _full(made), "nothing appears or vanishes but by an event that says so"
    assert _full(kept) == _full(there), "what is owned is somewhere"


def invariant_03_nothing_is_below_zero(world: World) -> None:
    """Neither owned, nor on hand, nor free."""
    for stock in world.state.stocks.values():
        if not stock.allow_negative:
            assert stock.accounting >= 0
            assert stock.onhand >= world.oracle.reserved(stock.id, world.at) >= 0


def invariant_04_amounts_are_exact_and_in_their_unit(world: World) -> None:
    """Decimals with nine places at most; what an event counts is in the unit of its records."""
    for stock in world.state.stocks.values():
        for amount in (stock.accounting, stock.onhand, stock.inside):
            assert isinstance(amount, Decimal)
            assert amount == round(amount, 9)
    if isinstance(world.last, Event) and world.last.quantity:
        units = {world.state.stocks[id].unit for id in named(world.last) if id}
        assert units <= {world.last.quantity.unit}


def invariant_05_what_is_written_stays(world: World) -> None:
    """No later entry changes what an event or a promise says."""
    for id, standing in world.before.events.items():
        assert world.state.events[id].event == standing.event
    for id, pledge in world.before.pledges.items():
        assert world.state.pledges[id].promise == pledge.promise


def invariant_06_a_correction_leaves_no_less_than_nothing(world: World) -> None:
    """What is left of an event is what it said and its corrections; only they are negative."""
    for id, standing in world.state.events.items():
        event = standing.event
        if event.corrects is None:
            wanted = world.oracle.events[id]
            assert (standing.quantity, standing.effort) == (wanted.quantity, wanted.effort)
            assert min(standing.quantity or NOTHING, standing.effort or NOTHING) >= 0
            assert not any(each and each.value < 0 for each in (event.quantity, event.effort))


def invariant_10_bookings_fit(world: World) -> None:
    """At no moment to come is more of a thing booked than there is."""
    for id in {one.promise.resource for one in world.oracle.promises.values() if isinstance(one.promise, Commitment)}:
        booked = world.oracle.booked(id, world.at) if id else None
        assert booked is None or booked <= world.state.stocks[id].accounting


def invariant_14_each_record_counts_its_events(world: World) -> None:
    """Whatever an event names or changes goes one further in its own sequence; nothing else does."""
    event = world.last if isinstance(world.last, Event) else None
    names = named(event) if event else ()
    for id, stock in world.state.stocks.items():
        before = world.before.stocks.get(id)
        if event and (stock != before or id in names):
            assert (stock.sequence, stock.last_event) == ((before.sequence if before else 0) + 1, event.id)
        else:
            assert stock == before
    if event:
        chain = [one.last_event for id in names if (one := world.before.stocks.get(id or ""))]
        assert world.state.events[event.id].previous == (chain[0] if chain else None)


def invariant_15_containers_are_a_forest(world: World) -> None:
    """Nothing lies in itself; what lies in a box is where the box is and with whom it is."""
    stocks = world.state.stocks
    for id, stock in stocks.items():
        assert (stock.contained_in, stock.inside) == (world.oracle.things[id].box, world.oracle.things[id].inside)
        box = stocks.get(stock.contained_in or "")
        if box:
            assert (stock.custodian, stock.location) == (box.custodian, box.location)
        path = [id]
        while (step := stocks.get(path[-1])) and step.contained_in:
            assert step.contained_in not in path
            path.append(step.contained_in)


def invariant_16_no_more_is_given_back_than_was_taken(world: World) -> None:
    """What a process has in hand of a record is what it took less what it gave back."""
    got = {(id, each): held for id, work in world.state.works.items() for each, held in work.held.items()}
    assert {key: (held.action, held.amount) for key, held in got.items()} == world.oracle.hands
    assert all(held.amount > 0 for held in got.values())


def invariant_17_kept_and_open_are_what_was_promised(world: World) -> None:
    """Each promise: kept, open and released add up; what counts towards it is what its events gave."""
    for id, pledge in world.state.pledges.items():
        wanted = world.oracle.promises[id]
        assert (pledge.delivered, pledge.open, pledge.ended) == (wanted.given, wanted.open, wanted.ended)
        assert pledge.fulfilled + pledge.open + pledge.released == pledge.measure.value
        assert min(pledge.delivered, pledge.open) >= 0


def invariant_20_a_trace_ends_and_misses_nothing(world: World) -> None:
    """A trace from any record ends, and whatever added to what is owned of it is there."""
    past = fold_history(world.log)
    for id in (id for id, stock in world.state.stocks.items() if not stock.elsewhere):
        found = {rule: set(trace(id, past, rule, "resource").ids()) for rule in RULES}
        for event, one in world.oracle.events.items():
            adds = any(each == id and accounting > 0 for each, accounting, _ in one.effects)
            if adds and one.quantity and not one.event.corrects:
                assert event in found["strict"], f"{event} added to {id}"


def invariant_21_the_same_entries_give_the_same_hash(world: World) -> None:
    """Folded anew from the first entry."""
    assert hash_of(fold(world.log)) == hash_of(world.state)


Invariant = Callable[[World], None]

AFTER_EACH_STEP: tuple[Invariant, ...] = (
    invariant_01_stock_is_the_sum_of_events,
    invariant_02_changes_of_hands_conserve,
    invariant_03_nothing_is_below_zero,
    invariant_04_amounts_are_exact_and_in_their_unit,
    invariant_05_what_is_written_stays,
    invariant_06_a_correction_leaves_no_less_than_nothing,
    invariant_10_bookings_fit,
    invariant_14_each_record_counts_its_events,
    invariant_15_containers_are_a_forest,
    invariant_16_no_more_is_given_back_than_was_taken,
    invariant_17_kept_and_open_are_what_was_promised,
)
AT_THE_END: tuple[Invariant, ...] = (
    invariant_20_a_trace_ends_and_misses_nothing,
    invariant_21_the_same_entries_give_the_same_hash,
)


def _add(sums: Amounts, unit: str, amount: Decimal) -> None:
    sums[unit] = sums.get(unit, NOTHING) + amount


def _full(sums: Mapping[str, Decimal]) -> Amounts:
    return {unit: amount for unit, amount in sums.items() if amount}
