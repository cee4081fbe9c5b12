"""The pure ledger against the second ledger: random lives of a village, every invariant after every step.

``LEDGER_STORM=1`` makes ten times as many, and others each time.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.flows import invariants
from tests.flows.any_life import AnyLife
from tests.flows.invariants import AFTER_EACH_STEP, AT_THE_END, Invariant, World
from tests.flows.little_ledger import AT, a_little_of_everything
from tests.flows.machine import (
    HOUR,
    LONGEST,
    any_entry,
)
from tests.flows.story import PureBook, Story
from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Event

STORM = bool(os.environ.get("LEDGER_STORM"))
SETTINGS = settings(
    max_examples=2000 if STORM else 200,
    stateful_step_count=50,
    deadline=None,
    derandomize=not STORM,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class LedgerMachine(AnyLife):
    """Events, corrections, promises and their endings, processes, closings, in any order, while time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(PureBook())

    def teardown(self) -> None:
        self.story.end()


def test_the_ledger_agrees_with_the_second_ledger() -> None:
    run_state_machine_as_test(LedgerMachine, settings=SETTINGS)


def a_world() -> World:
    """A little of everything, told to the ledger and to the second ledger; nothing is wrong with it."""
    story = Story(PureBook())
    story.world.at = AT
    for entry in a_little_of_everything():
        story.tell(entry)
    assert story.refused == 0
    story.end()
    return story.world


def changed(part: str, id: str, **fields: Any) -> Callable[[World], None]:
    """A fault: something else in what the ledger says of a record, a promise, a process or an event."""

    def tamper(world: World) -> None:
        mapping = getattr(world.state, part)
        world.state = replace(world.state, **{part: {**mapping, id: replace(mapping[id], **fields)}})

    return tamper


def forgotten(world: World) -> None:
    """A fault: an entry is missing from what is folded anew."""
    del world.log[8]


def unseen(world: World) -> None:
    """A fault: the way to a trace is lost, for the record of its entries has no transfer."""
    world.log = [(entry, at) for entry, at in world.log if entry.id not in ("e4", "e5", "e7", "d1")]


FAULTS: tuple[tuple[Invariant, Callable[[World], None]], ...] = (
    (invariants.invariant_01_stock_is_the_sum_of_events, changed("stocks", "wood", onhand=Decimal(1))),
    (invariants.invariant_02_changes_of_hands_conserve, changed("stocks", "logs", accounting=Decimal(4))),
    (invariants.invariant_02_changes_of_hands_conserve, changed("stocks", "logs", inside=Decimal(4))),
    (invariants.invariant_02_changes_of_hands_conserve, changed("works", "p1", held={})),
    (invariants.invariant_03_nothing_is_below_zero, changed("stocks", "wood", accounting=Decimal(-1))),
    (invariants.invariant_03_nothing_is_below_zero, changed("stocks", "wood", onhand=Decimal(4))),
    (invariants.invariant_04_amounts_are_exact_and_in_their_unit, changed("stocks", "wood", onhand=12.0)),
    (invariants.invariant_05_what_is_written_stays, changed("events", "e1", event=Event("e1", "raise", "ben", "ben"))),
    (invariants.invariant_06_a_correction_leaves_no_less_than_nothing, changed("events", "e4", quantity=Decimal(-1))),
    (invariants.invariant_10_bookings_fit, changed("stocks", "room", accounting=Decimal(0))),
    (invariants.invariant_14_each_record_counts_its_events, changed("stocks", "wood", sequence=9)),
    (invariants.invariant_15_containers_are_a_forest, changed("stocks", "logs", contained_in="logs")),
    (invariants.invariant_15_containers_are_a_forest, changed("stocks", "logs", location="elsewhere")),
    (invariants.invariant_16_no_more_is_given_back_than_was_taken, changed("works", "p1", held={})),
    (invariants.invariant_17_kept_and_open_are_what_was_promised, changed("pledges", "c1", delivered=Decimal(5))),
    (invariants.invariant_17_kept_and_open_are_what_was_promised, changed("pledges", "c1", ended="finished")),
    (invariants.invariant_20_a_trace_ends_and_misses_nothing, unseen),
    (invariants.invariant_21_the_same_entries_give_the_same_hash, forgotten),
)


@pytest.mark.parametrize(("invariant", "fault"), FAULTS, ids=lambda each: getattr(each, "__name__", ""))
def test_each_invariant_notices_a_fault(invariant: Invariant, fault: Callable[[World], None]) -> None:
    world = a_world()
    invariant(world)
    fault(world)
    with pytest.raises((AssertionError, ProblemError)):
        invariant(world)


def test_no_invariant_goes_without_a_fault() -> None:
    assert {one for one, _ in FAULTS} == {*AFTER_EACH_STEP, *AT_THE_END}


def nothing(*_: Any, **__: Any) -> None:
    """What a part of the core does when it is broken."""


MUTANTS: dict[str, Any] = {
    "hands._book_elsewhere": nothing,
    "hands.follow": nothing,
    "effects._hold": nothing,
    "effects.acting_record": lambda event, named: named.resource,
    "rules._check_hand": nothing,
    "rules._check_unpacking": nothing,
    "rules._check_contained": nothing,
    "rules._check_pairing": nothing,
    "rules._check_units": nothing,
    "rules._check_combine": nothing,
    "rules._check_totals": nothing,
    "rules._check_taker": nothing,
    "rules._check_holder": nothing,
    "promises._counting": lambda draft, resource: [],
    "promises._refuse_ended": lambda draft, pledge, field: False,
    "promises._check_slot": nothing,
    "promises._check_free": nothing,
    "apply._shortages": lambda draft, stock, before: [],
    "apply._check_time": nothing,
    "apply._touch": nothing,
    "apply.find_overbooked": nothing,
}
"""Parts of the core, and what is put in their place."""
LIVES = 150


@pytest.mark.parametrize("part", MUTANTS)
def test_a_broken_part_of_the_core_is_found_in_some_life(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"wikivillage.flows.{part}", MUTANTS[part])
    assert any(_goes_wrong(seed) for seed in range(LIVES)), f"nobody notices that {part} is broken"


def _goes_wrong(seed: int) -> bool:
    chance, story = random.Random(seed), Story(PureBook())
    try:
        for _ in range(50):
            story.world.at += HOUR * (chance.random() < 0.2)
            story.make(any_entry, chance.randbytes(LONGEST))
    except AssertionError:
        return True
    return False
