"""Who is touched when something closes gets the nearest free equal place, nobody the same as another."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wikivillage.web.bookings.blackouts import NO_EQUAL, NO_FREE, Spot, Touched, plan_moves

NOON = datetime(2026, 11, 12, 12)
HALL = Spot("hall", "room", 20, frozenset({"screen"}), "ground", 0)


def at(id: str, hour: float = 0, hours: float = 2, persons: int = 6, **more: int) -> Touched:
    begin = NOON + timedelta(hours=hour)
    return Touched(id, "hall", begin, begin + timedelta(hours=hours), persons, **more)


def moved(touched: list[Touched], *spots: Spot, taken: frozenset[str] = frozenset()) -> dict[str, str | None]:
    plan = plan_moves(touched, [HALL, *spots], lambda one, spot: spot.id not in taken)
    return {one.booking: one.to for one in plan}


def room(id: str, persons: int = 20, floor: int | None = 0, place: str = "", **more: object) -> Spot:
    features = more.pop("features", frozenset({"screen"}))
    return Spot(id, "room", persons, features, place, floor, **more)  # type: ignore[arg-type]


def test_the_nearest_comes_first_then_the_smallest_that_is_large_enough() -> None:
    far, near, here = room("far", floor=3), room("near", 30, 1), room("here", 90, 0, "ground")
    assert moved([at("a")], far, near, here) == {"a": "here"}
    assert moved([at("a")], far, near) == {"a": "near"}
    assert moved([at("a")], room("big", 90), room("small", 8)) == {"a": "small"}


def test_it_is_equal_only_with_all_that_people_look_for() -> None:
    bare = room("bare", features=frozenset())
    assert moved([at("a")], bare) == {"a": None}
    assert moved([at("a")], room("low", 5), Spot("desk", "desk", 20, frozenset({"screen"}))) == {"a": None}


def test_nobody_gets_what_another_of_them_got() -> None:
    two = [at("a"), at("b", 1), at("c", 2)]
    assert moved(two, room("other")) == {"a": "other", "b": None, "c": "other"}


def test_the_largest_group_chooses_first_so_that_more_find_a_place() -> None:
    wanted = [at("few", persons=3), at("many", persons=18)]
    assert moved(wanted, room("large", 20), room("small", 6)) == {"few": "small", "many": "large"}


def test_it_says_whether_nothing_is_equal_or_nothing_is_free() -> None:
    plan = plan_moves([at("a"), at("b", persons=19)], [HALL, room("other", 8)], lambda one, spot: False)
    assert [one.why for one in plan] == [NO_FREE, NO_EQUAL]


def test_a_pool_takes_as_many_as_it_has() -> None:
    desks = Spot("hall", "room", 1, frozenset(), size=3)
    other = Spot("pool", "room", 1, frozenset(), size=2)
    wanted = [at(id, persons=1) for id in "abc"]
    plan = plan_moves(wanted, [desks, other], lambda one, spot: True)
    assert [one.to for one in plan] == ["pool", "pool", None]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(1, 20)), max_size=12), st.integers(0, 4))
def test_no_plan_puts_two_into_one_room_at_once(wanted: list[tuple[int, int, int]], rooms: int) -> None:
    touched = [at(str(n), hour, hours, persons) for n, (hour, hours, persons) in enumerate(wanted)]
    there = [HALL, *(room(f"r{n}", 10 + 5 * n, n) for n in range(rooms))]
    plan = plan_moves(touched, there, lambda one, spot: True)
    assert [one.booking for one in plan] == [one.id for one in touched]
    by_id = {one.id: one for one in touched}
    placed = [(one.to, by_id[one.booking]) for one in plan if one.to]
    for n, (to, one) in enumerate(placed):
        for also, other in placed[n + 1 :]:
            assert to != also or one.end <= other.begin or other.end <= one.begin
