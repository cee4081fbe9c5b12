"""Batches are sorted: nothing is dropped, nothing is overwritten, every refusal says why."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.streams import M1, NOW, START, counters, intervals_of, reading, state_hash, store
from wikivillage.connectors.exact import total
from wikivillage.connectors.kinds import Key, Reading, Register, check_register
from wikivillage.connectors.sort_readings import sort_batch

WATER = Register("m2", "import", "water", "m3")


def test_duplicates_reordering_and_replay_change_nothing() -> None:
    """Case meter-04: volkszaehler UNIQUE(channel, timestamp); TimescaleDB #7672. 14 messages, 4 distinct."""
    stream = [
        reading(second, value)
        for second, value in [
            (0, "100.0"),
            (900, "100.5"),
            (900, "100.5"),
            (2700, "101.6"),
            (1800, "101.0"),
            (0, "100.0"),
            (2700, "101.6"),
        ]
    ]
    known: dict[Key, Reading] = {}
    reports = [store(known, stream), store(known, random.Random(4).sample(stream, len(stream)))]
    assert len(known) == 4
    assert sum(report.counts["duplicate"] for report in reports) == 10
    closed = intervals_of([known[key] for key in sorted(known)])
    assert total(one.quantity for one in closed) == Decimal("1.6")
    assert [one.quantity for one in closed] == [Decimal("0.5"), Decimal("0.5"), Decimal("0.6")]
    assert [one.quality for one in closed] == ["measured"] * 3


def test_another_value_for_the_same_key_is_a_conflict_and_the_first_is_kept() -> None:
    """Case meter-05: TimescaleDB #9575; volkszaehler #672."""
    known: dict[Key, Reading] = {}
    report = store(known, [reading(0, "100.0"), reading(900, "100.5"), reading(900, "100.7"), reading(1800, "101")])
    assert report.counts == {"new": 3, "duplicate": 0, "conflicting": 1, "quarantined": 0}
    assert known["m1", "import", START + timedelta(seconds=900)].value == Decimal("100.5")
    assert (report.conflicting[0].reading.value, report.conflicting[0].kept) == (Decimal("100.7"), Decimal("100.5"))


def test_a_clock_in_1970_or_in_the_future_is_quarantined() -> None:
    """Case meter-08: volkszaehler/vzlogger #351, volkszaehler.org #436."""
    now = datetime.fromtimestamp(1_790_000_000, UTC)
    times = [0, 1_790_086_401, 1_789_999_100]
    stream = [reading(0, str(100 + i), at=datetime.fromtimestamp(time, UTC)) for i, time in enumerate(times)]
    report = sort_batch(stream, {}, {M1.key: M1}, now, timedelta(seconds=300))
    assert report.counts == {"new": 1, "duplicate": 0, "conflicting": 0, "quarantined": 2}
    assert {one.problem.code for one in report.quarantined} == {"wrong-clock"}
    assert "its time is 1970-01-01 00:00:00 UTC" in str(report.quarantined[0].problem)


def test_the_tolerance_is_kept_to_the_second_and_the_installation_date_counts() -> None:
    edge = [reading(0, "1", at=NOW + timedelta(seconds=seconds)) for seconds in (300, 301)]
    installed = replace(M1, installed=START)
    early = reading(-1, "1")
    report = sort_batch([*edge, early, reading(0, "1")], {}, {M1.key: installed}, NOW)
    assert [one.reading for one in report.quarantined] == [edge[1], early]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"meter": "m11"}, "unknown-meter", "Did you mean"),
        ({"meter": "cellar"}, "unknown-meter", "Register the meter first."),
        ({"register": "imprt"}, "unknown-register", 'Did you mean "import"?'),
        ({"register": "zz"}, "unknown-register", "It has import."),
        ({"unit": "L"}, "unit-mismatch", '"L" is volume, not energy.'),
        ({"unit": "furlong"}, "unit-mismatch", '"furlong" is not a unit.'),
        ({"unit": "MJ"}, "unit-inexact", "1 MJ is no exact number of kWh."),
        ({"value": Decimal("NaN")}, "not-finite", "NaN is not a finite number."),
        ({"value": Decimal("sNaN")}, "not-finite", "is not a finite number."),
        ({"value": Decimal("-Infinity")}, "not-finite", "is not a finite number."),
        ({"value": Decimal("1e999999")}, "too-large", "too large to be meant."),
        ({"value": Decimal("1e14"), "unit": "GWh"}, "too-large", "too large to be meant."),
        ({"value": Decimal("1.0000000001")}, "too-many-decimals", "more than 9 decimals"),
        ({"value": Decimal("1e-99999"), "unit": "Wh"}, "too-many-decimals", "more than 60 digits"),
        ({"value": Decimal("1." + "3" * 70)}, "too-many-decimals", "more than 60 digits"),
        ({"value": Decimal("-1")}, "below-zero", "a counter never shows."),
        ({"value": Decimal("100000")}, "beyond-range", "Check its number of digits."),
    ],
)
def test_what_cannot_be_counted_is_quarantined_with_its_reason(changes: dict[str, Any], code: str, said: str) -> None:
    five_digits = replace(M1, rolls_over_at=Decimal(100_000))
    wrong = replace(reading(0, "1"), **changes)
    report = sort_batch([wrong, reading(0, "1")], {}, {M1.key: five_digits, WATER.key: WATER}, NOW)
    assert report.counts == {"new": 1, "duplicate": 0, "conflicting": 0, "quarantined": 1}
    assert report.quarantined[0].problem.code == code
    assert said in str(report.quarantined[0].problem)


def test_units_are_converted_exactly_before_values_are_compared() -> None:
    batch = [
        reading(0, "1234.5", unit="Wh"),
        reading(0, "1.2345", unit="kWh"),
        reading(0, "12", "m2", unit="L"),
        reading(0, "0.012", "m2"),
    ]
    report = sort_batch(batch, {}, {M1.key: M1, WATER.key: WATER}, NOW)
    assert [(one.value, one.unit) for one in report.new] == [(Decimal("1.2345"), "kWh"), (Decimal("0.012"), "m3")]
    assert report.counts["duplicate"] == 2


def test_an_amount_of_an_interval_needs_a_time_of_its_own() -> None:
    stamped = reading(0, "1", stamped_on_arrival=True)
    report = sort_batch([stamped], {}, {M1.key: replace(M1, kind="interval")}, NOW)
    assert report.quarantined[0].problem.code == "no-own-time"
    assert sort_batch([stamped], {}, {M1.key: M1}, NOW).new == (stamped,)


def test_a_jump_is_quarantined_and_what_follows_is_not() -> None:
    limited = replace(M1, largest_step_per_hour=Decimal(20))
    batch = [
        reading(0, "100"),
        reading(900, "105"),
        reading(1800, "99999"),
        reading(2700, "110.1"),
        reading(2701, "112"),
    ]
    report = sort_batch(batch, {}, {M1.key: limited}, NOW)
    assert [one.reading for one in report.quarantined] == [batch[2]]
    assert report.quarantined[0].problem.code == "implausible-jump"
    assert "99894 kWh in 0:15:00 is more than 20 kWh an hour" in str(report.quarantined[0].problem)


def test_a_jump_is_judged_against_what_is_stored_and_by_the_rule_of_the_counter() -> None:
    limited = replace(M1, largest_step_per_hour=Decimal(20), rolls_over_at=Decimal(100_000))
    known = {("m1", "import", START): Decimal("99998")}
    registers = {M1.key: limited}
    assert sort_batch([reading(900, "3")], known, registers, NOW).counts["new"] == 1, "it rolled over"
    assert sort_batch([reading(900, "2000")], known, registers, NOW).counts["quarantined"] == 1
    assert sort_batch([reading(86_400, "400")], known, registers, NOW).counts["new"] == 1, "480 kWh fit into a day"


def test_a_duplicate_of_a_jump_is_a_jump() -> None:
    limited = {M1.key: replace(M1, largest_step_per_hour=Decimal(20))}
    batch = [reading(0, "100"), reading(900, "9999"), reading(900, "9999"), reading(900, "101"), reading(900, "102")]
    counts = sort_batch(batch, {}, limited, NOW).counts
    assert counts == {"new": 2, "duplicate": 0, "conflicting": 1, "quarantined": 2}


@given(
    batch=st.lists(st.builds(reading, st.integers(-10, 10), st.sampled_from(["1", "2", "NaN", "9999"]))),
    limit=st.sampled_from([None, Decimal(20)]),
)
def test_every_reading_is_somewhere(batch: list[Reading], limit: Decimal | None) -> None:
    register = replace(M1, largest_step_per_hour=limit, installed=START - timedelta(seconds=5))
    report = sort_batch(batch, {}, {M1.key: register}, NOW)
    assert report.received == len(batch)
    assert len({one.key for one in report.new}) == len(report.new)


@given(readings=counters(), seed=st.integers(0, 1000), cuts=st.lists(st.integers(0, 60), max_size=5))
def test_shuffling_cutting_and_replaying_a_stream_changes_nothing(
    readings: list[Reading], seed: int, cuts: list[int]
) -> None:
    once: dict[Key, Reading] = {}
    store(once, readings)
    twice = readings + random.Random(seed).sample(readings, len(readings))
    random.Random(seed + 1).shuffle(twice)
    again: dict[Key, Reading] = {}
    edges = [0, *sorted(cuts), len(twice)]
    reports = [store(again, twice[begin:end]) for begin, end in pairwise(edges)]
    assert state_hash(once, [M1]) == state_hash(again, [M1])
    assert sum(report.counts["duplicate"] for report in reports) == len(readings)


def test_five_thousand_messages_in_any_order_come_to_the_same_state() -> None:
    """Test method T9: duplicate, shuffle, cut and replay one stream of ten meters."""
    registers = [replace(M1, meter=f"m{number}") for number in range(10)]
    rng = random.Random(9)
    stream = [
        reading(900 * step + rng.randrange(60), Decimal(step * 7 + number) / 10, f"m{number}")
        for step in range(400)
        for number in range(10)
    ]
    hashes = set()
    for _ in range(3):
        torn = stream + rng.sample(stream, 1000)
        rng.shuffle(torn)
        known: dict[Key, Reading] = {}
        received = 0
        while received < len(torn):
            size = rng.randrange(1, 900)
            received += store(known, torn[received : received + size], *registers).received
        assert received == 5000
        hashes.add(state_hash(known, registers))
    assert len(hashes) == 1
    first = next(iter(known))
    known[first] = replace(known[first], value=known[first].value + 1)
    assert state_hash(known, registers) not in hashes, "the hash sees a single reading"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"multiplier": Decimal(0)}, "register-number"),
        ({"multiplier": Decimal("NaN")}, "register-number"),
        ({"rolls_over_at": Decimal(-1)}, "register-number"),
        ({"reset_share": Decimal(2)}, "register-number"),
        ({"largest_step_per_hour": Decimal(0)}, "register-number"),
        ({"interval_minutes": 7}, "register-number"),
        ({"interval_minutes": 0}, "register-number"),
        ({"gap_after": 0}, "register-number"),
        ({"decimals": 10}, "register-number"),
        ({"unit": "kwhh"}, "register-unit"),
        ({"timezone": "Europe/Pairs"}, "unknown-timezone"),
        ({"timezone": "../etc/passwd"}, "unknown-timezone"),
    ],
)
def test_a_register_that_makes_no_sense_is_a_problem(changes: dict[str, Any], code: str) -> None:
    assert check_register(M1, "meters.yaml:3") == []
    (problem,) = check_register(replace(M1, **changes), "meters.yaml:3")
    assert (problem.code, problem.where) == (code, "meters.yaml:3")
