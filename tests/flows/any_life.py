"""What may happen in any village, step by step: rules that the machines of the pure ledger and of the tables share."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

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
from tests.flows.story import Story

TAPES = st.binary(min_size=LONGEST, max_size=LONGEST)


class AnyLife(RuleBasedStateMachine):
    """Events, corrections, promises and their endings, processes, closings, in any order, while time goes on."""

    story: Story

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
