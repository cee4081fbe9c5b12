"""Ordinary readings take a short way: what it lets through, careful sorting lets through as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.connectors.streams import M1, NOW, START, reading, series
from wikivillage.connectors.kinds import Key, Reading, Register, RegisterKey
from wikivillage.connectors.ordinary import Course, billionths, follow, limits_of
from wikivillage.connectors.sort_readings import FUTURE_TOLERANCE, sort_batch

BEFORE = START - timedelta(days=1)
VALUES = [
    *("0", "-0", "1", "1.5", "2.250", "3", "4", "5", "20", "99998", "99999", "100000", "1e3", "-1", "1e14"),
    *("1000000000000000", "1000000000000001", "1e999999", "1e-9", "1e-10", "1.0000000000", "0e-99999", "1e-99999"),
    *("0.000000001", "0.0000000005", "1." + "0" * 70, "NaN", "sNaN", "Infinity", "-Infinity"),
]
"""Numbers that are ordinary, at the edge, or not to be counted."""

registers = st.builds(
    Register,
    meter=st.just("m1"),
    name=st.just("import"),
    resource=st.just("electricity"),
    unit=st.sampled_from(["kWh", "Wh"]),
    kind=st.sampled_from(["counter", "interval", "gauge"]),
    multiplier=st.sampled_from([Decimal(1), Decimal("0.001"), Decimal("0.5"), Decimal(40), Decimal("1e-9")]),
    rolls_over_at=st.sampled_from([None, Decimal(100_000), Decimal("2.2500000001")]),
    dip=st.sampled_from(["negative", "quarantine"]),
    largest_step_per_hour=st.sampled_from([None, Decimal(2), Decimal("0.0000000003")]),
    installed=st.sampled_from([START - timedelta(days=2), START + timedelta(seconds=901)]),
)
troubled = st.builds(
    reading,
    st.sampled_from([*range(0, 9000, 450), 901, -(10**6), 10**9, (NOW - START) // timedelta(seconds=1) + 300]),
    st.sampled_from(VALUES),
    st.sampled_from(["m1", "m1", "m1", "m1", "m2", "unknown"]),
    unit=st.sampled_from([None, "", "1", "kWh", "Wh", "L"]),
    stamped_on_arrival=st.booleans(),
)
rising = st.lists(st.tuples(st.integers(1, 1800), st.sampled_from(VALUES[:9])), max_size=8).map(
    lambda steps: [
        reading(sum(seconds for seconds, _ in steps[: n + 1]), value) for n, (_, value) in enumerate(sorted(steps))
    ]
)


twice = st.tuples(rising, rising).map(lambda two: two[0] + two[1])


@settings(deadline=None)
@given(
    batch=st.one_of(st.lists(troubled, max_size=12), rising, twice),
    register=registers,
    last=st.sampled_from([None, (BEFORE, "0"), (BEFORE, "1.5"), (START + timedelta(seconds=450), "1")]),
)
@example(batch=series("1", "2", "3"), register=M1, last=None)
def test_the_short_way_and_the_careful_way_come_to_the_same_report(
    batch: list[Reading], register: Register, last: tuple[datetime, str] | None
) -> None:
    known: dict[Key, Decimal] = {} if last is None else {(*register.key, last[0]): Decimal(last[1])}
    described = {register.key: register, ("m2", "import"): replace(register, meter="m2")}
    ordinary = _ordinary(batch, described, known)
    careful = sort_batch(batch, known, described, NOW)
    assert str(sort_batch(batch, known, described, NOW, ordinary=ordinary)) == str(careful)
    assert [one for one in careful.new if one.key[:2] in ordinary] == [
        one for one in batch if one.key[:2] in ordinary
    ], "what is ordinary is new, and stays the object it is"


@pytest.mark.parametrize(
    ("changes", "values"),
    [
        ({}, ("1", "2", "2", "3.123456789")),
        ({"rolls_over_at": Decimal(100_000)}, ("99998", "99999.999999999", "3")),
        ({"multiplier": Decimal("0.001")}, ("1", "2.000001")),
        ({"largest_step_per_hour": Decimal(4)}, ("1", "2", "3")),
        ({"kind": "gauge", "largest_step_per_hour": Decimal(1)}, ("-5", "900", "-5")),
        ({"kind": "interval", "largest_step_per_hour": Decimal(4)}, ("1", "0.5", "1")),
    ],
)
def test_what_meters_send_all_day_is_ordinary(changes: dict[str, object], values: tuple[str, ...]) -> None:
    register = replace(M1, **changes)  # type: ignore[arg-type]
    assert _ordinary(series(*values), {M1.key: register}, {}) == {M1.key}


@pytest.mark.parametrize(
    ("changes", "batch"),
    [
        ({}, [reading(0, "1"), reading(0, "1")]),
        ({}, [reading(900, "1"), reading(0, "1")]),
        ({}, [reading(0, "1"), reading(900, "-1")]),
        ({}, [reading(0, "1000", unit="Wh")]),
        ({}, [reading(10**9, "1")]),
        ({"rolls_over_at": Decimal(3)}, [reading(0, "3")]),
        ({"multiplier": Decimal("0.001")}, [reading(0, "2.0000001")]),
        ({"largest_step_per_hour": Decimal(4)}, series("1", "2.000000001")),
        ({"largest_step_per_hour": Decimal(4)}, series("2", "1")),
        ({"kind": "interval"}, [reading(0, "1", stamped_on_arrival=True)]),
        ({"installed": START + timedelta(seconds=1)}, [reading(0, "1")]),
    ],
)
def test_whatever_could_be_in_trouble_is_not_ordinary(changes: dict[str, object], batch: list[Reading]) -> None:
    register = replace(M1, **changes)  # type: ignore[arg-type]
    assert _ordinary(batch, {M1.key: register}, {}) == set()


@given(st.lists(st.one_of(st.decimals(), st.sampled_from(VALUES).map(Decimal)), max_size=4))
def test_billionths_are_exact_or_none(values: list[Decimal]) -> None:
    found = billionths(values)
    assert len(found) == len(values)
    for value, whole in zip(values, found, strict=True):
        assert whole is None or Decimal(whole).scaleb(-9) == value


def _ordinary(
    batch: Sequence[Reading], described: dict[RegisterKey, Register], known: dict[Key, Decimal]
) -> set[RegisterKey]:
    """The registers of which a batch has only ordinary readings, told as the database tells it."""
    courses = {}
    for key, register in described.items():
        begin, shown = register.installed - timedelta.resolution, None
        for (*_, at), value in ((one, value) for one, value in known.items() if one[:2] == key):
            begin, shown = max(begin, at), int(value.scaleb(9))
        courses[key] = Course(limits_of(register), begin, NOW + FUTURE_TOLERANCE, shown)
    follow(batch, courses)
    return {one.key[:2] for one in batch} & {key for key, course in courses.items() if course.is_ordinary}
