"""The pure ledger against the second ledger: random lives of a village, every invariant after every step.

``LEDGER_STORM=1`` makes ten times as many, and others each time.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.flows.machine import (
    HOUR,
    LONGEST,
    any_closing,
    any_correction,
    any_ending,
    any_event,
    any_process,
    any_promise,
)
from tests.flows.story import PureBook, Story

STORM = bool(os.environ.get("LEDGER_STORM"))
TAPES = st.binary(min_size=LONGEST, max_size=LONGEST)
SETTINGS = settings(
    max_examples=2000 if STORM else 200,
    stateful_step_count=50,
    deadline=None,
    derandomize=not STORM,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class LedgerMachine(RuleBasedStateMachine):
    """Events, corrections, promises and their endings, processes, closings, in any order, while time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(PureBook())

    @rule(tape=TAPES)
    def something_happens(self, tape: bytes) -> None:
        self.story.make(any_event, tape)

    @rule(tape=TAPES)
    def something_else_happens(self, tape: bytes) -> None:
        self.story.make(any_event, tape)

    @rule(tape=TAPES)
    def something_is_corrected(self, tape: bytes) -> None:
        self.story.make(any_correction, tape)

    @rule(tape=TAPES)
    def somebody_promises(self, tape: bytes) -> None:
        self.story.make(any_promise, tape)

    @rule(tape=TAPES)
    def a_promise_ends(self, tape: bytes) -> None:
        self.story.make(any_ending, tape)

    @rule(tape=TAPES)
    def work_begins(self, tape: bytes) -> None:
        self.story.make(any_process, tape)

    @rule(tape=TAPES)
    def a_period_is_closed(self, tape: bytes) -> None:
        if tape[0] > 200:
            self.story.make(any_closing, tape[1:])

    @rule(hours=st.integers(0, 3))
    def time_goes_on(self, hours: int) -> None:
        self.story.world.at += hours * HOUR

    def teardown(self) -> None:
        self.story.end()


def test_the_ledger_agrees_with_the_second_ledger() -> None:
    run_state_machine_as_test(LedgerMachine, settings=SETTINGS)
