"""The sheet of a day: what is on it, in which order, and what counts for who opens and closes the house."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from wikivillage.web.bookings.day_sheet import Entry, Shut, Unit, most_at_once, sheet_of

DAY = date(2026, 11, 12)
ROOMS = [
    Unit("loft", "Loft", "top", floor=4),
    Unit("hall", "Hall", "ground", floor=0),
    Unit("nook", "Nook", "ground", floor=0),
]


def entry(id: str, begin: str, end: str, unit: str = "hall", **more: object) -> Entry:
    return Entry(id, unit, datetime.fromisoformat(f"2026-11-{begin}"), datetime.fromisoformat(f"2026-11-{end}"), **more)  # type: ignore[arg-type]


def test_it_goes_through_the_house_floor_by_floor_and_hour_by_hour() -> None:
    entries = [entry("b", "12T18", "12T20"), entry("a", "12T09", "12T10"), entry("c", "12T08", "12T09", "loft")]
    sheet = sheet_of(DAY, ROOMS, entries, [])
    assert [part.unit.id for part in sheet.parts] == ["hall", "loft"]
    assert [one.id for one in sheet.parts[0].entries] == ["a", "b"]
    assert [unit.id for unit in sheet.free] == ["nook"]
    assert (sheet.first, sheet.last) == (datetime(2026, 11, 12, 8), datetime(2026, 11, 12, 20))


def test_what_is_cancelled_is_shown_and_not_counted() -> None:
    sheet = sheet_of(DAY, ROOMS, [entry("a", "12T09", "12T10", state="cancelled", persons=9)], [])
    assert (sheet.bookings, sheet.persons, sheet.first) == (0, 0, None)
    assert [one.id for one in sheet.parts[0].entries] == ["a"]


def test_over_midnight_it_is_on_both_days_and_the_house_stays_open() -> None:
    night = [entry("a", "11T22", "12T01"), entry("b", "12T23", "13T02")]
    sheet = sheet_of(DAY, ROOMS, night, [])
    assert sheet.bookings == 2
    assert (sheet.first, sheet.last) == (datetime(2026, 11, 12), datetime(2026, 11, 13))
    assert sheet_of(DAY - timedelta(days=1), ROOMS, night, []).bookings == 1


def test_people_are_counted_at_the_fullest_moment() -> None:
    entries = [entry("a", "12T09", "12T11", persons=5), entry("b", "12T10", "12T12", "loft", persons=7)]
    touching = [entry("a", "12T09", "12T11", persons=5), entry("b", "12T11", "12T12", "loft", persons=7)]
    assert sheet_of(DAY, ROOMS, entries, []).persons == 12
    assert sheet_of(DAY, ROOMS, touching, []).persons == 7


def test_what_is_closed_or_broken_is_on_it_even_without_a_booking() -> None:
    shut = [
        Shut("loft", datetime(2026, 11, 10), None, "No hot water", broken=True),
        Shut("nook", datetime(2026, 11, 13), datetime(2026, 11, 14), "Painting"),
    ]
    sheet = sheet_of(DAY, ROOMS, [], shut)
    assert [part.unit.id for part in sheet.parts] == ["loft"]
    assert [unit.id for unit in sheet.free] == ["hall", "nook"]


def test_of_a_pool_it_says_how_many_are_taken_at_once() -> None:
    ten, eleven, noon = (datetime(2026, 11, 12, hour) for hour in (10, 11, 12))
    assert most_at_once([(ten, eleven, 2), (ten, noon, 1), (eleven, noon, 2)]) == 3
    assert most_at_once([]) == 0
