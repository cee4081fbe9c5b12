"""How bookings agree with the ledger: each that stands has its commitments, each that is over has none left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from wikivillage.flows.kinds import Commitment, Pledge, State
from wikivillage.web.bookings.models import Booking, Unit, UnitPart, UseSession
from wikivillage.web.bookings.states import CHECKED_IN, DONE, HELD, LASTING, OFFERED
from wikivillage.web.ledger.reconciling import reconciles

PREFIX = "booking-"
CHUNK = 2000
Promised = Mapping[str, Mapping[int, list[tuple[str, Pledge]]]]
"""What the ledger holds for each booking: by the number of its revision, its commitments by their ids."""


@reconciles("bookings")
def compare(state: State) -> Iterator[str]:
    """Every difference between the bookings and the ledger, in a sentence."""
    promised, strange = _promised(state)
    yield from strange
    stocks, buffers = _parts(), _buffers()
    known = set()
    for row in Booking.objects.order_by("pk").iterator(CHUNK):
        known.add(row.pk)
        yield from _compare_one(row, promised.get(row.pk, {}), stocks[row.unit_id], buffers[row.unit_id])
    for booking in sorted(promised.keys() - known):
        yield f"the ledger promises something for booking {booking}, which is not there"
    yield from _missing_stocks(state, stocks)
    yield from _sessions()


def _promised(state: State) -> tuple[Promised, list[str]]:
    found: dict[str, dict[int, list[tuple[str, Pledge]]]] = defaultdict(lambda: defaultdict(list))
    strange = []
    for id, pledge in state.pledges.items():
        if not id.startswith(PREFIX):
            continue
        booking, _, rest = id.removeprefix(PREFIX).partition("-")
        revision, _, _number = rest.partition("-")
        if revision.isdigit() and isinstance(pledge.promise, Commitment):
            found[booking][int(revision)].append((id, pledge))
        else:
            strange.append(f"promise {id} is called like one of a booking and is none")
    return found, strange


def _parts() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for unit, stock in UnitPart.objects.order_by("pk").values_list("unit_id", "stock"):
        found[unit].append(stock)
    return found


def _buffers() -> dict[str, timedelta]:
    rows = Unit.objects.values_list("pk", "policy")
    return {pk: timedelta(minutes=int(policy.get("buffer_minutes", 0))) for pk, policy in rows}


def _compare_one(
    row: Booking, promised: Mapping[int, list[tuple[str, Pledge]]], stocks: list[str], buffer: timedelta
) -> Iterator[str]:
    for revision, several in promised.items():
        for id, pledge in several:
            if revision != row.revision and pledge.ended is None and not _lapses(pledge):
                yield f"booking {row.pk} is at revision {row.revision}, and {id} still stands"
    now = promised.get(row.revision, [])
    if row.state in LASTING:
        yield from _compare_standing(row, now, stocks, buffer)
    elif row.state in (HELD, OFFERED):
        if not all(_lapses(pledge) for _id, pledge in now):
            yield f"booking {row.pk} is only held, and its promise has no end"
    elif row.state == DONE:
        yield from _compare_done(row, now, stocks)
    else:
        for id, pledge in now:
            if pledge.ended is None and not _lapses(pledge):
                yield f"booking {row.pk} is {row.state}, and {id} still stands"


def _lapses(pledge: Pledge) -> bool:
    return isinstance(pledge.promise, Commitment) and pledge.promise.expires is not None


def _compare_standing(
    row: Booking, now: list[tuple[str, Pledge]], stocks: list[str], buffer: timedelta
) -> Iterator[str]:
    """A booking that stands has one commitment for each stock of its unit, of its time and amount."""
    standing = [pledge for _id, pledge in now if pledge.ended is None and not _lapses(pledge)]
    said = sorted(str(pledge.promise.resource) for pledge in standing if isinstance(pledge.promise, Commitment))
    if said != sorted(stocks):
        yield f"booking {row.pk} is {row.state} and takes {_listed(stocks)}; the ledger says {_listed(said)}"
    for pledge in standing:
        promise = pledge.promise
        assert isinstance(promise, Commitment), "only commitments were gathered"
        if promise.begin != row.begin or promise.end is None or not row.end <= promise.end:
            said_here, said_there = f"{row.begin} to {row.end}", f"{promise.begin} to {promise.end}"
            yield f"booking {row.pk} is from {said_here}; {promise.id} is from {said_there}"
        if pledge.measure.value != Decimal(row.amount):
            yield f"booking {row.pk} takes {row.amount}; {promise.id} says {pledge.measure.value}"
        if promise.receiver != row.agent_id:
            yield f"booking {row.pk} is of {row.agent_id}; {promise.id} is for {promise.receiver}"


def _compare_done(row: Booking, now: list[tuple[str, Pledge]], stocks: list[str]) -> Iterator[str]:
    """A booking that is over was kept by an event for each stock, and holds nothing any more."""
    kept = [
        str(pledge.promise.resource) for _id, pledge in now if isinstance(pledge.promise, Commitment) and pledge.kept_by
    ]
    if sorted(kept) != sorted(stocks):
        yield f"booking {row.pk} was used, and the ledger knows use of {_listed(kept)}, not of {_listed(stocks)}"
    for id, pledge in now:
        if pledge.ended is None and pledge.open > 0 and not _lapses(pledge):
            yield f"booking {row.pk} is over, and {id} still waits for its use"


def _missing_stocks(state: State, stocks: Mapping[str, list[str]]) -> Iterator[str]:
    sizes = dict(Unit.objects.values_list("pk", "size"))
    for unit, several in sorted(stocks.items()):
        for stock in several:
            if stock not in state.stocks:
                yield f"unit {unit} takes stock {stock}, which the ledger does not know"
        if len(several) == 1 and several[0] in state.stocks and several[0] == f"unit-{unit}":
            there = state.stocks[several[0]].accounting
            if there != Decimal(sizes[unit]):
                yield f"there are {sizes[unit]} of unit {unit}, and {there} in the ledger"


def _sessions() -> Iterator[str]:
    for row in UseSession.objects.filter(ended_at=None).exclude(booking__state=CHECKED_IN).select_related("booking"):
        yield f"session {row.pk} runs, and its booking {row.booking_id} is {row.booking.state}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "nothing"
