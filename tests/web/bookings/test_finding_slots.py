"""What is shown as free is what the ledger then accepts; pools are never oversold; slots, days that would work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.diary.days import paris
from wikivillage.base.problems import ProblemError
from wikivillage.flows.apply import draft
from wikivillage.flows.fold import Fold
from wikivillage.flows.kinds import Commitment, Event, Measure, NewStock, State
from wikivillage.flows.occupancy import Stretch
from wikivillage.web.bookings.asked import Thing, Who
from wikivillage.web.bookings.availability import is_free
from wikivillage.web.bookings.finding import (
    Refused,
    Search,
    length_for,
    nearest,
    slots_of,
    sort_out,
    what_would_work,
)
from wikivillage.web.bookings.policies import UnitPolicy
from wikivillage.web.registry.words import Text

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
BEGIN = paris("2026-04-17T18:00")
END = BEGIN + timedelta(hours=4)
HOUR = timedelta(hours=1)
WHO = Who("alice")
SEARCH = Search(6, BEGIN, END, 120, AT, "Europe/Paris")
WISH = st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(1, 4), st.sampled_from(["left", "right", "both"]))


def room(id: str = "room", persons: int = 8, **changes: object) -> Thing:
    """A room that nobody has."""
    made = Thing(id, "room", Text(id, id), persons, 1, UnitPolicy(), stocks={id: 1})
    return replace(made, **changes)


def taken(*hours: tuple[float, float], stock: str = "room") -> dict[str, tuple[Stretch, ...]]:
    """What others have, in hours after the beginning."""
    return {stock: tuple(Stretch(BEGIN + a * HOUR, BEGIN + b * HOUR, Decimal(1)) for a, b in hours)}


def ledger_of(sizes: dict[str, int]) -> Fold:
    """A ledger with some stocks, in memory."""
    fold = Fold(State())
    for id, size in sizes.items():
        new = NewStock(id=id, unit="one", spec="", classified_as=("unit",))
        raised = Event(f"{id}-made", "raise", "etic", "etic", new_resource=new, quantity=Measure(Decimal(size), "one"))
        fold.absorb(draft(replace(raised, at=AT), fold.state, AT))
    return fold


def accepts(fold: Fold, id: str, stocks: list[str], stretch: Stretch) -> bool:
    """Whether the ledger takes a booking of some stocks, all or none; it is written if so."""
    changes = []
    for number, stock in enumerate(stocks):
        entry = Commitment(f"{id}-{number}", "use", "etic", "al", resource=stock, begin=stretch.begin, end=stretch.end)
        try:
            changes.append(draft(replace(entry, quantity=Measure(stretch.amount, "one")), fold.state, AT))
        except ProblemError:
            return False
    for change in changes:
        fold.absorb(change)
    return True


@settings(max_examples=150, deadline=None)
@given(
    wishes=st.lists(WISH, max_size=25), sizes=st.tuples(st.integers(1, 5), st.integers(1, 5)), buffer=st.integers(0, 2)
)
def test_what_is_free_is_what_the_ledger_accepts_and_no_pool_is_oversold(
    wishes: list[tuple[int, int, int, str]], sizes: tuple[int, int], buffer: int
) -> None:
    stocks = {"left": sizes[0], "right": sizes[1]}
    parts = {"left": ["left"], "right": ["right"], "both": ["left", "right"]}
    fold, have = ledger_of(stocks), {"left": [], "right": []}
    policy = UnitPolicy(buffer_minutes=buffer * 10)
    for number, (start, length, amount, which) in enumerate(wishes):
        begin = BEGIN + start * timedelta(minutes=10)
        end = begin + length * timedelta(minutes=10)
        seen = {stock: tuple(several) for stock, several in have.items()}
        unit = room(which, stocks={s: stocks[s] for s in parts[which]}, taken=seen, policy=policy)
        stretch = Stretch(begin, end + unit.buffer, Decimal(amount))
        said = is_free(unit, begin, end, amount)
        assert said == accepts(fold, f"b{number}", parts[which], stretch)
        if said:
            for stock in parts[which]:
                have[stock].append(stretch)
    for stock, several in have.items():
        for moment in [one.begin for one in several]:
            assert sum(one.amount for one in several if one.begin <= moment < one.end) <= stocks[stock]


def test_slots_are_an_hour_apart_and_say_what_is_taken() -> None:
    free = slots_of(room(), SEARCH, WHO)
    assert [(slot.begin - BEGIN) / HOUR for slot in free] == [0, 1, 2]
    some = slots_of(room(taken=taken((0, 1.5))), SEARCH, WHO)
    assert [((slot.begin - BEGIN) / HOUR, [one.code for one in slot.refusals]) for slot in some] == [
        (0, ["taken"]),
        (1.5, []),
    ]
    assert slots_of(room(policy=UnitPolicy(min_minutes=300, max_minutes=300)), SEARCH, WHO)[0].end == BEGIN + 5 * HOUR


def test_a_slot_is_as_long_as_wished_within_the_rules() -> None:
    assert length_for(room(), SEARCH) == 120
    assert length_for(room(policy=UnitPolicy(max_minutes=60)), SEARCH) == 60
    assert length_for(room(policy=UnitPolicy(min_minutes=180, max_minutes=300)), SEARCH) == 180
    assert length_for(room(), replace(SEARCH, end=BEGIN + HOUR)) == 60


def test_units_are_sorted_out_and_the_refused_say_which_day_would_work() -> None:
    small, table, full = room("small", 4), room("table", 12, policy=UnitPolicy(min_persons=8)), room("room", 8)
    full = replace(full, taken=taken((0, 4)))
    good = room("good", 6)
    out = sort_out([small, table, full, good], SEARCH, WHO, most=12)
    assert [one.thing.id for one in out.offers] == ["good"]
    by = {one.thing.id: one for one in out.refused}
    assert set(by) == {"small", "table", "room"}
    way = what_would_work(full, by["room"].slot, SEARCH, WHO)
    assert way is not None
    assert way.begin == BEGIN + 24 * HOUR
    way = what_would_work(table, by["table"].slot, SEARCH, WHO)
    assert way is not None
    assert what_would_work(small, by["small"].slot, SEARCH, WHO) is None
    assert len(sort_out([good] * 20, SEARCH, WHO, most=12).offers) == 12


CROWD = st.tuples(st.integers(1, 12), st.sampled_from([1, 8]), st.lists(st.integers(0, 3), max_size=4), st.booleans())


@settings(max_examples=150, deadline=None)
@given(crowd=st.lists(CROWD, max_size=12), most=st.integers(1, 8))
def test_who_is_only_counted_would_not_have_been_told(crowd: list[tuple[int, int, list[int], bool]], most: int) -> None:
    things = [
        room(f"r{number}", persons, policy=UnitPolicy(min_persons=least, buddy=buddy),
             taken=taken(*((hour, hour + 1) for hour in sorted(set(hours))), stock=f"r{number}"))
        for number, (persons, least, hours, buddy) in enumerate(crowd)
    ]  # fmt: skip
    out, all_of_them = sort_out(things, SEARCH, WHO, most), [slots_of(thing, SEARCH, WHO) for thing in things]
    can = [thing.id for thing, slots in zip(things, all_of_them, strict=True) if any(not s.refusals for s in slots)]
    assert [one.thing.id for one in out.offers] == can[:most]
    looked_at = things if len(can) < most else things[: [thing.id for thing in things].index(can[most - 1]) + 1]
    cannot = [
        Refused(thing, min(slots, key=lambda slot: len(slot.refusals)))
        for thing, slots in zip(looked_at, all_of_them, strict=False)
        if thing.id not in can
    ]
    assert nearest(out.refused) == nearest(cannot)
    assert len(out.refused) + out.others == len(cannot)
