"""Where the electricity of a booking comes from: shares of each hour, an estimate, a strip and a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.diary.days import paris
from wikivillage.web.bookings.energy import Energy, Mix, by_hour, estimate, mixes, runs, source_words
from wikivillage.web.bookings.figure import sentence, sources, strip
from wikivillage.web.plans.queries import HourAhead

BEGIN = paris("2026-04-17T18:00")
HOUR = timedelta(hours=1)


def hour(number: int, sun: float, kept: float, grid: float, need: float = 10.0) -> HourAhead:
    """An hour of the plan."""
    surplus = max(sun - need, 0.0)
    return HourAhead(BEGIN + number * HOUR, sun, kept, 0.0, grid, 0.0, need, 0.2, surplus)


PLAN = (hour(0, 20, 0, 0), hour(1, 2, 8, 0), hour(2, 0, 5, 5), hour(3, 0, 0, 10))


def test_an_hour_is_shared_out_as_the_plan_says() -> None:
    first, second, third, last = mixes(PLAN)
    assert (first.sun, first.grid) == (1.0, 0.0)
    assert (second.sun, second.kept) == (0.2, 0.8)
    assert (third.kept, third.mostly) == (0.5, "kept")
    assert last.mostly == "grid"
    assert mixes([hour(0, 0, 0, 0)])[0].grid == 1.0


def test_an_estimate_adds_up() -> None:
    found = estimate(2.0, BEGIN + HOUR / 2, BEGIN + 2 * HOUR, by_hour(mixes(PLAN)))
    assert found.kwh == pytest.approx(3.0)
    assert found.sun + found.kept + found.grid == pytest.approx(found.kwh)
    assert found.own == pytest.approx(3.0)
    assert estimate(2.0, BEGIN, BEGIN + HOUR, {}) == Energy(2.0, 0.0, 0.0, 2.0, known=False)


@pytest.mark.parametrize(
    ("energy", "said", "loop"),
    [
        (Energy(1, 1, 0, 0, True), "soleil", "energy"),
        (Energy(1, 0, 1, 0, True), "soleil gardé", "energy"),
        (Energy(1, 0.4, 0.2, 0.4, True), "soleil, en partie", "energy"),
        (Energy(1, 0.1, 0.5, 0.4, True), "soleil gardé, en partie", "energy"),
        (Energy(1, 0.3, 0.1, 0.6, True), "surtout réseau", "money"),
        (Energy(1, 0, 0.1, 0.9, True), "réseau", "money"),
        (Energy(0.1, 0, 0, 0.1, True), "presque rien", "energy"),
        (Energy(1, 0, 0, 1, False), "non prévu", "energy"),
    ],
)
def test_a_slot_says_it_in_two_words(energy: Energy, said: str, loop: str) -> None:
    assert source_words(energy).fr == said
    assert energy.loop == loop


def test_the_strip_and_its_sentence() -> None:
    parts = runs(mixes(PLAN), BEGIN, BEGIN + 4 * HOUR)
    assert [part.mostly for part in parts] == ["sun", "kept", "grid"]
    said = sentence(parts, zone="Europe/Paris", lang="fr").replace("\u00a0", " ")
    assert said == "L’électricité viendra du soleil jusqu’à 19 h, de la batterie jusqu’à 21 h, puis du réseau."
    assert sentence(parts, zone="Europe/Paris", lang="en").endswith("from the battery until 21:00, then from the grid.")
    drawn = strip(parts, BEGIN, BEGIN + 4 * HOUR, zone="Europe/Paris", lang="fr")
    assert drawn.count("<rect") == 3
    assert "22\u00a0h" in drawn
    assert sources(parts) == ["sun", "kept", "grid"]
    assert runs([Mix(BEGIN, 1, 0, 0)], BEGIN + 2 * HOUR, BEGIN + 3 * HOUR) == ()
    assert sentence((), zone="Europe/Paris", lang="fr") == ""
