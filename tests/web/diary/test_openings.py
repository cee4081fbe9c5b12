"""When a place is open: hours around it, holidays, closed periods, and every reason at once in both languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wikivillage.web.diary.openings import (
    DAY,
    ORDINARY,
    PUBLIC,
    SCHOOL,
    Closure,
    House,
    Opening,
    Week,
    hours_on,
    open_on,
    why_closed,
)
from wikivillage.web.diary.reasons import SENTENCES, Span
from wikivillage.web.registry.words import Text

CAFE, HOUSE = Text("Café", "Café"), Text("Village", "Village")
SINCE = date(2026, 1, 1)


def week(*spans: tuple[float, float], but: dict[int, tuple[tuple[float, float], ...]] | None = None) -> Week:
    """The same hours every day, ``but`` for some."""
    return tuple(
        tuple(Span(int(begin * 60), int(end * 60)) for begin, end in (but or {}).get(day, spans)) for day in range(7)
    )


def at(text: str) -> datetime:
    """A wall time."""
    return datetime.fromisoformat(text)


def house(*openings: Opening, closures: tuple[Closure, ...] = ()) -> House:
    """A café inside of the village."""
    return House((("cafe", CAFE), ("", HOUSE)), openings, closures)


OPEN = Opening("cafe", ORDINARY, SINCE, week((9, 12), (14, 20), but={6: ()}))


def asked(one: House, begin: str, end: str) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in why_closed(one, at(begin), at(end))]


def test_within_its_hours_there_is_no_reason() -> None:
    assert asked(house(OPEN), "2026-11-26T14:00", "2026-11-26T20:00") == []
    assert asked(house(), "2026-11-26T03:00", "2026-11-26T04:00") == [], "where nobody set hours it is open"


def test_every_reason_is_told_in_both_languages() -> None:
    stock = Closure("", at("2026-11-26T00:00"), at("2026-11-27T00:00"), Text("Stocktaking.", "Inventaire."))
    first, second = why_closed(house(OPEN, closures=(stock,)), at("2026-11-26T18:00"), at("2026-11-26T22:00"))
    assert first.en == (
        "Café: opening hours on Thursday 26 November 2026 are 09:00 to 12:00 and 14:00 to 20:00; "
        "you ask for 18:00 to 22:00."
    )
    assert first.fr == (
        "Café\u00a0: le jeudi 26 novembre 2026, l’ouverture est de 9\u00a0h à 12\u00a0h et de 14\u00a0h à 20\u00a0h"
        "\u00a0; vous demandez de 18\u00a0h à 22\u00a0h."
    )
    assert second.fr.startswith("Village\u00a0: fermeture du jeudi 26 novembre 2026, 0\u00a0h au ")
    assert second.fr.endswith("Inventaire.")


def test_closed_on_a_day_of_the_week_and_at_lunch() -> None:
    assert asked(house(OPEN), "2026-11-29T10:00", "2026-11-29T11:00") == ["closed_day"]
    assert asked(house(OPEN), "2026-11-26T11:00", "2026-11-26T15:00") == ["hours"]
    assert asked(house(OPEN), "2026-11-28T19:00", "2026-11-30T10:00") == ["hours", "closed_day", "hours"]


def test_public_holidays_are_closed_unless_said() -> None:
    assert asked(house(OPEN), "2026-12-25T10:00", "2026-12-25T11:00") == ["public_holiday"]
    brunch = Opening("cafe", PUBLIC, SINCE, week((10, 13)))
    assert asked(house(OPEN, brunch), "2026-12-25T10:00", "2026-12-25T11:00") == []
    assert asked(house(OPEN, brunch), "2026-12-25T12:00", "2026-12-25T14:00") == ["hours_public"]
    around = Opening("", PUBLIC, SINCE, week((0, 24)))
    assert asked(house(OPEN, around), "2026-12-25T10:00", "2026-12-25T11:00") == ["public_holiday"]
    assert asked(house(around), "2026-12-25T10:00", "2026-12-25T11:00") == []


def test_school_holidays_have_their_own_hours_or_the_ordinary_ones() -> None:
    assert asked(house(OPEN), "2026-10-20T10:00", "2026-10-20T11:00") == []
    shut = Opening("cafe", SCHOOL, SINCE, week())
    assert asked(house(OPEN, shut), "2026-10-20T10:00", "2026-10-20T11:00") == ["closed_school"]
    short = Opening("cafe", SCHOOL, SINCE, week((10, 11)))
    assert asked(house(OPEN, short), "2026-10-20T10:00", "2026-10-20T12:00") == ["hours_school"]
    assert asked(house(OPEN, short), "2026-11-03T10:00", "2026-11-03T12:00") == []


def test_hours_are_those_of_the_nearest_place_and_of_their_time() -> None:
    all_day = Opening("", ORDINARY, SINCE, week((8, 22)))
    assert asked(house(all_day), "2026-11-26T21:00", "2026-11-26T22:00") == []
    assert asked(house(all_day, OPEN), "2026-11-26T21:00", "2026-11-26T22:00") == ["hours"]
    later = Opening("cafe", ORDINARY, date(2027, 1, 1), week((9, 22)))
    assert asked(house(OPEN, later), "2026-11-26T21:00", "2026-11-26T22:00") == ["hours"]
    assert asked(house(OPEN, later), "2027-01-26T21:00", "2027-01-26T22:00") == []
    ended = Opening("cafe", ORDINARY, date(2027, 1, 1), None)
    assert (found := hours_on(house(all_day, OPEN, ended), date(2027, 1, 26))) is not None
    assert found.where == HOUSE


def test_a_night_that_is_open_over_midnight() -> None:
    night = Opening("cafe", ORDINARY, SINCE, week((0, 2), (18, 24)))
    assert asked(house(night), "2026-11-26T22:00", "2026-11-27T02:00") == []
    assert asked(house(night), "2026-11-26T22:00", "2026-11-27T03:00") == ["hours"]


def test_what_makes_no_sense_is_a_reason_too() -> None:
    assert asked(house(OPEN), "2026-11-26T12:00", "2026-11-26T12:00") == ["backwards"]
    assert asked(house(OPEN), "2026-11-26T12:00", "2028-11-26T12:00") == ["too_long"]


MINUTES = st.integers(0, DAY)
SPANS = st.lists(st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] < pair[1]), max_size=3)


@given(SPANS, SPANS, st.integers(0, DAY - 1))
def test_open_on_a_day_is_what_has_no_reason(
    hours: list[tuple[int, int]], shut: list[tuple[int, int]], at: int
) -> None:
    start = datetime(2026, 11, 26)
    spans = tuple(Span(*pair) for pair in hours)
    closures = tuple(
        Closure("", start + timedelta(minutes=begin), start + timedelta(minutes=end), Text("x", "x"))
        for begin, end in shut
    )
    one = house(Opening("cafe", ORDINARY, SINCE, (spans,) * 7), closures=closures)
    free = any(span.begin <= at < span.end for span in open_on(one, start.date()))
    minute = start + timedelta(minutes=at)
    assert free is (why_closed(one, minute, minute + timedelta(minutes=1)) == ())


def test_every_sentence_has_the_same_values_in_both_languages() -> None:
    for code, text in SENTENCES.items():
        named = [{part.partition("}")[0] for part in words.split("{")[1:]} for words in (text.en, text.fr)]
        assert named[0] == named[1], code
