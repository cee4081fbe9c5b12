"""Readings become steps: the published sequences of others, roll-over, dips and gaps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.streams import M1, counters, reading, series, steps_of
from wikivillage.connectors.differences import differences
from wikivillage.connectors.exact import total
from wikivillage.connectors.kinds import Reading, Register, Step

FIVE_DIGITS = replace(M1, rolls_over_at=Decimal(100_000))
STRICT = replace(M1, dip="quarantine")


def test_a_counter_with_one_reset_as_home_assistant_counts_it() -> None:
    """home-assistant/core, tests/components/sensor/test_recorder.py, ..._total_increasing (case meter-01)."""
    steps = steps_of("10", "15", "20", "10", "30", "40", "50", "60", "70")
    assert _cumulative(steps, 2, 5, 8) == [10, 50, 80]
    assert [step.rule for step in steps] == ["difference"] * 2 + ["reset"] + ["difference"] * 5


@pytest.mark.parametrize("register", [M1, STRICT])
def test_a_small_dip_is_not_a_reset(register: Register) -> None:
    """The same file, ..._small_dip (case meter-02); 0, 5, 10, 9, 20, 30, 29, 50, 60 by hand in between."""
    steps = steps_of("10", "15", "20", "19", "30", "40", "39", "60", "70", register=register)
    assert _cumulative(steps, 2, 5, 8) == [10, 30, 60]
    assert [position for position, step in enumerate(steps) if step.rule == "dip"] == [2, 5]


def test_a_dip_counts_negative_or_nothing_until_it_is_made_good() -> None:
    values = ("20", "19", "19.5", "30")
    assert [step.amount for step in steps_of(*values)] == [Decimal(-1), Decimal("0.5"), Decimal("10.5")]
    assert [step.amount for step in steps_of(*values, register=STRICT)] == [0, 0, 10]


def test_a_tenth_down_never_counts_the_whole_counter_again() -> None:
    """johanmeijer/grott #99: a step down by 0.1 was taken for a new cycle and counted 215.6 kWh at once."""
    assert [step.amount for step in steps_of("215.7", "215.6", "215.8")] == [Decimal("-0.1"), Decimal("0.2")]


def test_a_tenth_down_near_zero_counts_no_more_than_it_shows() -> None:
    """A counter of the day: 0.2 to 0.1 is a fall by half, so a new cycle, and that counts 0.1."""
    morning = steps_of("0.2", "0.1", "0", "0.3")
    assert [(step.rule, step.amount) for step in morning] == [
        ("reset", Decimal("0.1")),
        ("reset", Decimal(0)),
        ("difference", Decimal("0.3")),
    ]


def test_a_fall_of_exactly_a_tenth_is_a_new_cycle() -> None:
    assert [step.rule for step in steps_of("20", "18", "16.21")] == ["reset", "dip"]


def test_five_digits_roll_over() -> None:
    steps = steps_of("99990", "99999", "3", "8", register=FIVE_DIGITS)
    assert [(step.rule, step.amount) for step in steps] == [("difference", 9), ("roll-over", 4), ("difference", 5)]
    assert [step.rule for step in steps_of("99999", "3")] == ["reset"], "without a range there is nothing to roll over"


@pytest.mark.parametrize(
    ("before", "after", "rule", "amount"),
    [
        ("99999", "99998", "dip", -1),
        ("50000", "20", "reset", 20),
        ("90000", "10000", "roll-over", 20_000),
        ("95000", "80000", "reset", 80_000),
        ("99999", "0", "roll-over", 1),
    ],
)
def test_what_a_fall_of_a_counter_of_five_digits_is(before: str, after: str, rule: str, amount: int) -> None:
    (step,) = steps_of(before, after, register=FIVE_DIGITS)
    assert (step.rule, step.amount) == (rule, amount)


def test_a_long_step_is_a_gap_and_says_so_beside_another_rule() -> None:
    readings = [reading(0, "10"), reading(1800, "11"), reading(3601, "12"), reading(9000, "1")]
    steps = list(differences(readings, M1))
    assert [(step.rule, step.is_gap) for step in steps] == [("difference", False), ("gap", True), ("reset", True)]


def test_pulses_count_by_their_multiplier() -> None:
    pulses = replace(M1, multiplier=Decimal("0.0005"))
    assert [step.amount for step in steps_of("1000", "1003", register=pulses)] == [Decimal("0.0015")]


def test_amounts_of_intervals_count_as_they_are() -> None:
    half_hours = replace(M1, kind="interval", interval_minutes=30)
    steps = list(differences([reading(1800, "0.4"), reading(3600, "0.7"), reading(4500, "0.2")], half_hours))
    assert [(step.amount, step.rule) for step in steps] == [
        (Decimal("0.4"), "given"),
        (Decimal("0.7"), "given"),
        (Decimal("0.2"), "estimate"),
    ]
    assert [(step.end - step.begin).seconds for step in steps] == [1800, 1800, 900], "the last one would overlap"


def test_a_step_points_to_its_pair_of_readings() -> None:
    (step,) = steps_of("10", "10.5")
    assert (step.first.value, step.last.value) == (Decimal(10), Decimal("10.5"))
    assert (step.first.at, step.last.at) == (step.begin, step.end)


def test_readings_out_of_order_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="order of their time"):
        list(differences(reversed(series("1", "2")), M1))
    with pytest.raises(AssertionError, match="level is not summed"):
        list(differences(series("1", "2"), replace(M1, kind="gauge")))


@given(readings=counters(), at=st.integers(0, 30), register=st.sampled_from([M1, STRICT, FIVE_DIGITS]))
def test_a_stream_that_is_cut_and_taken_up_gives_the_same_steps(
    readings: list[Reading], at: int, register: Register
) -> None:
    whole = list(differences(readings, register))
    before = list(differences(readings[:at], register))
    after = differences(readings[at:] if before else readings, register, before[-1] if before else None)
    assert before + list(after) == whole


@given(readings=counters())
def test_a_counter_that_only_rises_counts_its_last_less_its_first(readings: list[Reading]) -> None:
    rising = [replace(one, value=value) for one, value in zip(readings, _running(readings), strict=True)]
    assert total(step.amount for step in differences(rising, M1)) == rising[-1].value - rising[0].value


@given(readings=counters(), register=st.sampled_from([STRICT, replace(FIVE_DIGITS, dip="quarantine")]))
def test_a_strict_register_never_counts_below_zero(readings: list[Reading], register: Register) -> None:
    assert all(step.amount >= 0 for step in differences(readings, register))


def _cumulative(steps: list[Step], *positions: int) -> list[Decimal]:
    sums = list(accumulate((step.amount for step in steps), initial=Decimal(0)))
    return [sums[position] for position in positions]


def _running(readings: list[Reading]) -> list[Decimal]:
    return list(accumulate(one.value for one in readings))
