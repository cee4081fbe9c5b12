"""What a neighbour would say, of facts by hand, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tests.web.pulse.small_village import DAY, FLOWS, small_village
from wikivillage.web.pulse import sentences
from wikivillage.web.pulse.ahead import capacities
from wikivillage.web.pulse.facts import Facts, Forecast, Level, MeterSeen, Wish, in_store, lacking, offered, to_take
from wikivillage.web.pulse.loops import Loop, Work, loops_of
from wikivillage.web.pulse.moments import Hour, machines_of, moments_of
from wikivillage.web.pulse.names import Names
from wikivillage.web.pulse.parts import parts_of
from wikivillage.web.pulse.periods import Period
from wikivillage.web.pulse.shown import context_of

NOON = datetime(2026, 11, 26, 11, 40, tzinfo=UTC)
"""A Thursday, 12:40 in Paris."""


@pytest.fixture(autouse=True)
def _in_paris() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Paris")), translation.override("en"):
        yield


def hours(suns: list[float], need: float = 10.0, begin: datetime = NOON) -> Forecast:
    """What a plan expects from now on."""
    begin = begin.replace(minute=0)
    listed = tuple(
        Hour(begin + timedelta(hours=i), sun, need, 0.0, max(0.0, need - sun), max(0.0, sun - need))
        for i, sun in enumerate(suns)
    )
    return Forecast("7", listed, moments_of(listed, machines_of(small_village())), synthetic=True, grade="C")


SUN = [30.0, 25.0, 20.0, 8.0, *[0.0] * 8]


def facts(**more: Any) -> Facts:
    """The facts of the small village; nothing of it but what is said."""
    village, period = small_village(), Period("day", DAY, DAY)
    parts = parts_of(FLOWS, village)
    usual: dict[str, Any] = {
        "at": NOON,
        "period": period,
        "known": (DAY, DAY),
        "village": village,
        "parts": parts,
        "loops": loops_of(parts, village, period, Work(6, 4, 4)),
        "forecast": None,
        "levels": (),
        "holding": frozenset(),
        "wishes": (),
        "meters": (),
    }
    return Facts(**(usual | more))


def told(found: Facts, lang: str = "en") -> str:
    """The sentences of the head, brackets around what is underlined, its loop after it."""
    with translation.override(lang):
        words = sentences.hero(found, Names(found.village, lang))
    return "".join(f"[{one.text}]({one.loop})" if one.loop else one.text for one in words).replace("\u00a0", " ")


WORK = Wish("w", False, "work", "labour", "people", 3.0, "h", datetime(2026, 11, 28, 9, tzinfo=UTC), None, "roof")
WOOD = Wish("o", True, "transfer", "wood_offcuts", "matter", 12.0, "kg", None, None, None)
GREENS = Wish("d", False, "transfer", "vegetables", "food", 25.0, "kg", None, None, "nowhere")
LOW = Level("tank", "rainwater", "water", 1.0, "m3", 20.0)
SHELF = Level("shelf", "wood_offcuts", "matter", 300.0, "kg", 600.0)
BATTERY = Level("battery", "electricity", "energy", 0.5, "kWh", 10.0)


@pytest.mark.parametrize(
    ("found", "english", "french"),
    [
        (
            facts(forecast=hours(SUN), wishes=(WORK,)),
            "There is [sun until 16:00](energy). [45 kWh](energy) are left to take."
            " [3 h of hands](people) are missing on Saturday.",
            "Il y a [du soleil jusqu’à 16 h](energy). Il reste [45 kWh à prendre](energy)."
            " Il manque [3 h de bras](people) samedi.",
        ),
        (
            facts(forecast=hours([0.0, 0.0, 5.0, 5.0])),
            "The sun [is back at 14:00](energy).",
            "Le soleil [revient à 14 h](energy).",
        ),
        (
            facts(forecast=hours([0.0] * 12), levels=(LOW,)),
            "There is [no sun](energy) in the hours to come. Rainwater tank [is nearly empty](water).",
            "Il n’y a [pas de soleil](energy) dans les heures qui viennent."
            " Cuve de pluie : [c’est presque vide](water).",
        ),
        (
            facts(wishes=(GREENS, replace(WORK, begin=None))),
            "[3 h of hands](people) are missing.",
            "Il manque [3 h de bras](people).",
        ),
        (
            facts(wishes=(GREENS,)),
            "[25 kg](food) are missing: vegetables.",
            "Il manque [25 kg](food) : légumes.",
        ),
        (
            facts(),
            "[62% of the electricity](energy) was renewable on 25 November 2026.",
            "[62 % de l’électricité](energy) était renouvelable le 25 novembre 2026.",
        ),
        (
            facts(parts=(), loops=()),
            "This village has just begun to write its book.",
            "Ce village commence tout juste à écrire son grand livre.",
        ),
        (facts(village=None), "There is no village here yet.", "Il n’y a pas encore de village ici."),
    ],
)
def test_the_head_says_sun_what_is_left_and_what_is_short(found: Facts, english: str, french: str) -> None:
    assert told(found) == english
    assert told(found, "fr") == french


@pytest.mark.parametrize(
    ("begin", "words"),
    [
        (NOON + timedelta(hours=2), "today"),
        (NOON + timedelta(hours=12), "tomorrow"),
        (NOON + timedelta(days=3), "on Sunday"),
        (NOON + timedelta(days=7), "on 3 December 2026"),
        (NOON - timedelta(days=1), "on 25 November 2026"),
    ],
)
def test_when_it_is_in_the_words_of_a_calendar(begin: datetime, words: str) -> None:
    assert sentences.when(begin, NOON) == words


def test_the_lead_says_what_it_is_good_for_and_how_the_evening_will_be() -> None:
    names = Names(small_village(), "en")
    found = facts(forecast=hours(SUN))
    assert sentences.lead(found, names) == (
        "A good time for 3D printing: until 15:00. This evening, the village will live mostly on the grid."
    )
    assert sentences.lead(facts(), names).startswith("As soon as a plan is made")
    assert sentences.lead(facts(village=None), names).startswith("A steward loads")


def says(**more: Any) -> str:
    """What is said beside the gauge of a loop."""
    usual = {"target": None, "at_least": False, "outside": 0.0, "whole": 0.0, "whole_unit": "kWh", "ids": ()}
    loop = Loop(**(usual | {"kinds": frozenset(), "events": 1} | more))
    return sentences.loop_says(loop, facts()).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("loop", "words"),
    [
        ({"loop": "energy", "value": 1.0, "unit": "1"}, "Everything that was used came from the sun of the village."),
        ({"loop": "energy", "value": 0.5, "unit": "1", "outside": 5.0, "whole": 10.0}, "5 kWh of 10 kWh came from"),
        ({"loop": "water", "value": 5.0, "unit": "L"}, "The village file has no goal for it."),
        ({"loop": "water", "value": 5.0, "unit": "L", "target": 7.0}, "2 L a day to spare."),
        ({"loop": "water", "value": 9.0, "unit": "L", "target": 7.0}, "2 L a day above the goal."),
        ({"loop": "matter", "value": 0.0, "unit": "kg"}, "Nothing left to be burnt or thrown away."),
        (
            {
                "loop": "matter",
                "value": 3.0,
                "unit": "kg",
                "target": 0.0,
                "ids": ("bins",),
                "kinds": frozenset({"sold"}),
            },
            "Most of it went to: bins, 3 kg.",
        ),
        ({"loop": "matter", "value": 4.0, "unit": "kg", "target": 3.0}, "1 kg above the goal."),
        ({"loop": "matter", "value": 2.0, "unit": "kg", "target": 3.0}, "1 kg to spare."),
        (
            {"loop": "food", "value": 1.0, "unit": "1", "whole": 8.0, "whole_unit": "kg"},
            "All 8 kg grew in the village.",
        ),
        ({"loop": "food", "value": 0.5, "unit": "1", "outside": 4.0, "whole": 8.0, "whole_unit": "kg"}, "4 kg of 8 kg"),
        ({"loop": "people", "value": 3.0, "unit": "h"}, "Nothing was promised for this time"),
        ({"loop": "people", "value": 3.0, "unit": "h", "target": 3.0, "at_least": True}, "All that was promised"),
        (
            {"loop": "people", "value": 3.0, "unit": "h", "target": 3.0, "at_least": True, "whole": 5.0},
            "All that was promised was done. 2 h more were worked.",
        ),
        ({"loop": "people", "value": 1.0, "unit": "h", "target": 3.0, "at_least": True}, "2 h promised are not"),
        ({"loop": "people", "value": None, "unit": "h"}, "Nobody has promised"),
        ({"loop": "food", "value": None, "unit": "1"}, "No event of this loop was recorded in this time."),
    ],
)
def test_each_loop_has_a_sentence_for_each_state(loop: dict[str, Any], words: str) -> None:
    assert says(**loop).startswith(words)


def test_before_the_first_event_it_says_when_one_will_appear() -> None:
    loop = loops_of((), small_village(), Period("day", DAY, DAY), Work(0, 0, 0))[0]
    assert "a minute after it was recorded" in sentences.loop_says(loop, facts(known=None))


def test_what_is_short_and_what_is_over() -> None:
    found = facts(wishes=(GREENS, WOOD, WORK), levels=(SHELF, LOW, BATTERY))
    assert [wish.id for wish in lacking(found)] == ["w", "d"], "hands first"
    assert [wish.id for wish in offered(found)] == ["o"]
    assert [level.store for level in to_take(found)] == ["shelf"]
    assert [level.store for level in in_store(found)] == ["battery", "tank"]
    assert [LOW.is_low, BATTERY.is_low] == [True, False], "a battery may be empty every night"
    shown = context_of(replace(found, forecast=hours(SUN)))
    assert [line.title for line in shown["lacking"]] == ["Hands", "Vegetables", "Rainwater tank"]
    assert [line.title for line in shown["over"]] == ["Sun, until 16:00", "Wood offcuts", "Shelves of offcuts"]
    assert shown["lacking"][0].says == "Roof, on Saturday, 10:00"
    assert shown["lacking"][0].href == "/ledger/promises/w/"


def test_meters_in_a_sentence_and_the_odd_ones_in_lines() -> None:
    def seen(id: str, state: str) -> MeterSeen:
        return MeterSeen(id, id.title(), "roof", state, NOON, 0)

    odd = tuple(seen(f"m{number}", "silent") for number in range(8))
    meters = (*odd, seen("a", "well"), seen("b", "strange"), seen("c", "gaps"), seen("d", "unread"))
    found = facts(meters=meters)
    assert sentences.meters_say(found) == "3 meters of 12 answer."
    shown = context_of(found)["meters"]
    assert [line.mark for line in shown["odd"]][:2] == ["strange", "silent"]
    assert (len(shown["odd"]), shown["more"]) == (6, 4)
    assert shown["odd"][1].says == "Roof. Nothing since 26 November 2026, 12:40."
    assert sentences.meters_say(facts()).startswith("No meter is known yet.")


def test_a_store_is_as_large_as_its_file_says_else_as_the_plan_does() -> None:
    sizes = {"tank": {"size": 12.0}, "battery": {"size": 99.0}, "battery.power": {"size": 5.0}}
    plan: Any = SimpleNamespace(sizes=sizes)
    found = capacities(plan, small_village())
    assert (found["battery"], found["tank"]) == (10.0, 12.0)
    assert "tank" not in capacities(None, small_village())
    trace: Any = SimpleNamespace(sizes={"tank": {"size": 1e-7}})
    assert "tank" not in capacities(trace, small_village())
    full = Level("tank", "rainwater", "water", 6.0, "m3", 12.0)
    assert sentences.level_says(full).replace("\u00a0", " ") == "50% of 12 m³."
    assert sentences.level_says(replace(full, capacity=None)) == "How much it can hold is not written down."


def test_a_period_has_its_days_in_words() -> None:
    week = Period("week", date(2026, 11, 19), DAY)
    assert sentences.period_title(facts()) == "Yesterday"
    assert sentences.period_title(facts(period=week)) == "Seven days"
    assert sentences.days_words(facts(period=week)) == "19 November 2026 to 25 November 2026"
    other = Period("day", date(2026, 11, 20), date(2026, 11, 20), chosen=True)
    assert sentences.period_title(facts(period=other)) == "Friday 20 November 2026"
