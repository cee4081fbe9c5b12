"""What readings and sums say of a place: worked examples without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from wikivillage.web.building import words
from wikivillage.web.building.facts import Electricity, Flow, _rate, converters, electricity_of, light_of, role_of
from wikivillage.web.building.scene import sun_at
from wikivillage.web.meters.models import Register

ELECTRIC = frozenset({"electricity", "day_power"})
METER = Flow(
    meter="m",
    register="use",
    place="hall",
    resource="electricity",
    unit="kWh",
    role="use",
    process="lamps",
    now=2.0,
    yesterday=30.0,
    usual=1.5,
    last_at=None,
)
AT = datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_what_is_passed_on_is_used_where_it_arrives() -> None:
    taken = replace(METER, process="sockets", yesterday=100.0)
    given = replace(METER, process="sockets", role="make", resource="day_power", yesterday=95.0)
    kitchen = replace(METER, process="kitchen", resource="day_power", yesterday=40.0)
    passing = converters([taken, given, kitchen], ELECTRIC)
    assert passing == {"sockets"}
    assert electricity_of([taken, given], ELECTRIC, passing).used == pytest.approx(5.0)
    assert electricity_of([kitchen], ELECTRIC, passing).used == 40.0


def test_sun_is_made_and_a_store_is_neither() -> None:
    sun = replace(METER, role="make", process="pv", now=4.0)
    battery = replace(METER, role="in", process=None)
    assert electricity_of([sun, battery], ELECTRIC, frozenset()) == Electricity(None, 30.0, None, 4.0)
    assert electricity_of([replace(METER, resource="heat")], ELECTRIC, frozenset()) == Electricity()


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({}, "lit"),
        ({"now": 0.2}, "dark"),
        ({"now": 0.0, "usual": 0.0}, "dark"),
        ({"now": None}, "lit"),
        ({"now": None, "yesterday": 0.0}, "dark"),
        ({"now": None, "yesterday": None, "usual": None}, "unknown"),
        ({"role": "level"}, "unknown"),
    ],
)
def test_a_room_is_lit_while_half_of_the_usual_is_used(changes: dict[str, object], light: str) -> None:
    assert light_of([replace(METER, **changes)]) == light  # type: ignore[arg-type]
    assert light_of([]) == "unknown"


def test_a_counter_tells_what_flows_now_and_a_reset_tells_nothing() -> None:
    row = Register(kind="counter", multiplier=10, interval_minutes=15)
    steps = [(AT, 100.0), (AT + timedelta(minutes=15), 101.0), (AT + timedelta(minutes=30), 101.5)]
    assert _rate(row, steps) == pytest.approx(20.0)
    assert _rate(row, [*steps, (AT + timedelta(minutes=45), 0.0)]) == pytest.approx(20.0)
    assert _rate(row, steps[:1]) is None
    assert _rate(Register(kind="interval", multiplier=1, interval_minutes=15), steps[:1]) == pytest.approx(400.0)


def test_registers_say_what_they_do() -> None:
    said = {
        role_of(Register(kind="gauge", name="level")): "level",
        role_of(Register(kind="counter", action="consume")): "use",
        role_of(Register(kind="counter", action="produce")): "make",
        role_of(Register(kind="counter", action="transfer", resource="a", stock="a", to_stock="b")): "out",
        role_of(Register(kind="counter", action="transfer", resource="a", stock="b", to_stock="a")): "in",
    }
    assert all(role == expected for role, expected in said.items())
    assert role_of(Register(kind="counter", name="import")) == "use"


@pytest.mark.parametrize(
    ("counts", "french", "english"),
    [
        ((5, 1, 1, 17), "Cinq étages, un toit, une cave.", "Five floors, one roof, one cellar."),
        ((1, 0, 0, 1), "Un étage.", "One floor."),
        ((12, 2, 3, 40), "Douze étages, deux toits, trois caves.", "Twelve floors, two roofs, three cellars."),
        ((0, 0, 0, 2), "Deux lieux.", "Two places."),
    ],
)
def test_the_headline_counts(counts: tuple[int, int, int, int], french: str, english: str) -> None:
    with translation.override("fr"):
        assert words.headline(*counts) == french
    with translation.override("en"):
        assert words.headline(*counts) == english


def test_floors_have_names_up_and_down() -> None:
    with translation.override("fr"):
        assert [words.short_level(floor) for floor in (-2, -1, 0, 1, 2)] == ["Cave 2", "Cave", "Rez", "1ᵉʳ", "2ᵉ"]
        assert words.long_level(14) == "Étage 14"
    with translation.override("en"):
        assert words.long_level(3) == "Third floor"


def test_what_happens_now_is_said_shortly() -> None:
    with translation.override("fr"):
        now = words.now_in_words([METER], Electricity(uses=2.04), [("Batterie", 90.0, "kWh", 0.61)])
        assert now == "utilise 2,0\u00a0kW, batterie\u00a0: 61\u00a0%"
        assert words.now_in_words([METER], Electricity(uses=0.0), []) == "au calme"
        assert words.now_in_words([], Electricity(), []) == ""


def test_the_sun_of_the_drawing_sets() -> None:
    assert sun_at(datetime(2026, 3, 5, 2, tzinfo=UTC)) is None
    assert sun_at(datetime(2026, 3, 5, 12, tzinfo=UTC)) == pytest.approx(0.4, abs=0.1)
