"""Corners of the ledger where random lives once found a fault, each as a worked example."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.flows.wrong_entries import AT, GIVEN, HOUR, happen, much, new, promise
from wikivillage.base.problems import ProblemError
from wikivillage.flows.fold import Fold
from wikivillage.flows.history import fold_history
from wikivillage.flows.kinds import Commitment, Ending, Entry, Event, State, Stock
from wikivillage.flows.trace import trace


def told(*entries: Entry) -> State:
    growing = Fold()
    for entry in (*GIVEN, *entries):
        growing.add(entry, AT)
    return growing.state


def codes(*entries: Entry) -> list[str]:
    with pytest.raises(ProblemError) as error:
        told(*entries)
    return [problem.code for problem in error.value.problems]


def place(stock: Stock) -> tuple[str | None, str, str | None]:
    return stock.contained_in, stock.custodian, stock.location


PACK = happen("combine", "loft", 5, container="crate", id="pack")
"""The wood of the loft goes into the crate."""


def test_a_promise_that_is_named_twice_is_kept_once() -> None:
    state = told(replace(promise(), id="c"), happen("consume", "barn", 1, fulfills=("c", "c")))
    assert (state.pledges["c"].delivered, state.pledges["c"].kept_by) == (1, ("x",))


def test_a_correction_takes_back_from_each_promise_what_the_event_gave() -> None:
    """6 kg: 4 towards the first promise and 2 towards the second, which 3 kg of another event came to already."""
    first, second = (replace(promise(), id=id, quantity=much(4)) for id in ("c1", "c2"))
    other = happen("consume", "loft", 3, id="other", fulfills=("c2",))
    both = happen("consume", "barn", 6, id="both", fulfills=("c1", "c2"))
    state = told(first, second, other, both, happen("consume", "barn", -6, corrects="both"))
    assert [state.pledges[id].delivered for id in ("c1", "c2")] == [0, 3]


def test_what_lies_in_a_box_goes_where_something_moves_the_box() -> None:
    """A second crate is put with the first one, in the shed: so the wood in it is in the shed too."""
    more = happen("raise", None, 1, "one", id="m", new_resource=new("more", "one"))
    state = told(PACK, more, happen("move", "more", 1, "one", to_resource="crate", to_location="shed"))
    assert place(state.stocks["loft"]) == ("crate", "ada", "shed")


def test_a_box_in_a_box_is_with_whom_the_outer_box_is() -> None:
    bens = happen("raise", None, 1, "one", id="b", new_resource=new("big", "one"), provider="ben", receiver="ben")
    state = told(PACK, bens, happen("combine", "crate", 1, "one", container="big"))
    assert [place(state.stocks[id]) for id in ("crate", "loft")] == [("big", "ben", None), ("crate", "ben", None)]


def test_a_correction_moves_nothing_anywhere() -> None:
    moved = happen("move", "barn", 4, id="moved", new_to_resource=new("heap"), to_location="shed")
    back = happen("move", "barn", -1, to_resource="heap", corrects="moved", to_location="hall", state="wet")
    assert told(moved, back).stocks["heap"] == replace(
        told(moved).stocks["heap"], accounting=Decimal(3), onhand=Decimal(3), sequence=2, last_event="x"
    )


def test_a_box_that_is_given_back_brings_along_what_lies_in_it() -> None:
    sold = happen("transfer", "crate", 1, "one", id="sold", receiver="ben", new_to_resource=new("bens", "one"))
    assert place(told(PACK, sold).stocks["loft"]) == ("bens", "ben", None)
    assert told(PACK, sold).stocks["loft"].primary_accountable == "ben"
    back = happen("transfer", "crate", -1, "one", receiver="ben", to_resource="bens", corrects="sold")
    assert place(told(PACK, sold, back).stocks["loft"]) == ("crate", "ada", None)
    assert told(PACK, sold, back).stocks["loft"].primary_accountable == "ada"


def test_what_lies_in_a_box_cannot_have_the_box_back_in_it() -> None:
    moved = happen("move", "barn", 4, id="moved", new_to_resource=new("heap"))
    rest = happen("combine", "barn", 6, container="heap", id="rest")
    back = happen("move", "barn", -4, to_resource="heap", corrects="moved")
    assert codes(moved, rest, back) == ["containment-cycle"]


def test_what_was_lent_is_given_back_to_the_owner_of_then() -> None:
    """Ada lends Ben 4 kg of 10, then sells him what is hers; that she lent only 3 kg is put right afterwards."""
    lent = happen("transferCustody", "barn", 4, id="lent", receiver="ben")
    sold = happen("transferAllRights", "barn", 10, id="sold", receiver="ben", to_resource="barn")
    state = told(lent, sold, happen("transferCustody", "barn", -1, receiver="ben", corrects="lent"))
    assert state.stocks["barn"].primary_accountable == "ben"
    assert (state.stocks["barn"].onhand, state.stocks["elsewhere:ben:wood:kg"].onhand) == (7, 3)


def test_who_takes_custody_of_what_they_hold_gains_nothing() -> None:
    state = told(happen("transferCustody", "barn", 3))
    assert state.stocks["barn"].onhand == 10
    assert not any(stock.elsewhere for stock in state.stocks.values())


def test_what_is_lent_is_not_given_away_with_the_rest() -> None:
    """4 of Ada's 10 kg are with Ben; Cyd uses up the 6 that are there, and the 4 are still Ada's."""
    lent = happen("transferCustody", "barn", 4, id="lent", receiver="ben")
    stock = told(lent, happen("consume", "barn", 6, receiver="cyd")).stocks["barn"]
    assert (stock.accounting, stock.onhand, stock.primary_accountable) == (4, 0, "ada")


def test_nobody_becomes_the_owner_of_what_only_lies_there() -> None:
    """Ben keeps 4 kg of Ada's in a record of hers; Ada cannot pass that record to Cyd by adding a little."""
    kept = happen("transferCustody", "barn", 4, id="kept", receiver="ben", new_to_resource=new("kept-wood"))
    assert codes(kept, happen("transfer", "loft", 1, receiver="cyd", to_resource="kept-wood")) == ["not-accountable"]


def test_a_booked_thing_stays_until_its_bookings_are_over() -> None:
    booked = replace(promise("use", "crate"), id="b", quantity=None, begin=AT - 2 * HOUR, end=AT)
    ahead = replace(booked, id="a", begin=AT + HOUR, end=AT + 2 * HOUR)
    gone = happen("lower", "crate", 1, "one")
    assert told(booked, gone).stocks["crate"].accounting == 0
    assert codes(booked, ahead, gone) == ["insufficient"]
    assert told(booked, ahead, Ending("e", "a", "cancelled"), gone).stocks["crate"].accounting == 0


def test_what_was_made_outside_a_process_is_in_its_trace() -> None:
    made = happen("produce", None, 3, id="made", new_resource=new("bread"))
    assert trace("bread", fold_history([(made, AT)])).ids() == ["made"]


def test_a_reservation_that_a_correction_opens_again_must_be_there() -> None:
    kept: Commitment = replace(promise(), id="kept", quantity=much(5), reserves=True)
    used: Event = happen("consume", "loft", 5, id="used", fulfills=("kept",))
    back = happen("consume", "loft", -5, corrects="used")
    assert told(kept, used, back).pledges["kept"].open == 5
    assert codes(kept, used, replace(promise(), id="all", quantity=much(10), reserves=True), back) == ["insufficient"]
