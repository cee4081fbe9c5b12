"""The diagram of a floor: rectangles as large as the places, none over another, each of them one link."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.report.figures.floor_plan import NARROW, WIDE, Area, draw, floor_plan, place, squares
from wikivillage.report.figures.section_scene import Box

WHOLE = Box(0, 0, 900, 320)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_rectangles_fill_the_floor_without_overlap(sizes: list[float]) -> None:
    boxes = squares(sizes, WHOLE)
    assert len(boxes) == len(sizes)
    assert sum(box.w * box.h for box in boxes) == pytest.approx(WHOLE.w * WHOLE.h, rel=1e-6)
    for at, one in enumerate(boxes):
        assert one.x >= -0.01
        assert one.right <= WHOLE.right + 0.01
        assert one.y >= -0.01
        assert one.bottom <= WHOLE.bottom + 0.01
        assert not any(overlap(one, other) for other in boxes[at + 1 :])


@given(st.lists(st.floats(300, 1000), min_size=1, max_size=6))
def test_a_rectangle_is_as_large_as_its_place(sizes: list[float]) -> None:
    boxes, scale = squares(sizes, WHOLE), WHOLE.w * WHOLE.h / sum(sizes)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.w * box.h == pytest.approx(size * scale, rel=1e-6)


def test_places_inside_of_a_place_lie_within_it() -> None:
    inner = (area("niche", 20), area("den", 30))
    found = {one.id: box for one, box in place([area("hall", 100, parts=inner), area("attic", 50)], WHOLE, WIDE)}
    hall = found["hall"]
    for id in ("niche", "den"):
        assert hall.x < found[id].x
        assert found[id].right < hall.right
        assert hall.y < found[id].y <= hall.bottom


def test_every_place_is_one_link_in_both_drawings() -> None:
    markup = floor_plan([area("<a>", 10, parts=(area("b", 3),)), area("c", 0)], label="Plan & co")
    drawings = list(ElementTree.fromstring(f"<div>{markup}</div>").iter("svg"))
    assert len(drawings) == 2
    for drawing in drawings:
        assert sorted(link.attrib["href"] for link in drawing.iter("a")) == ["#<a>", "#b", "#c"]
        assert drawing.attrib["role"] == "group"
        assert drawing.attrib["aria-label"] == "Plan & co"


def test_words_are_left_out_where_there_is_no_room() -> None:
    many = [area(f"place {at}", 1) for at in range(60)]
    assert draw(NARROW, many, "Plan").count("<text") < draw(WIDE, many, "Plan").count("<text") + 60


def test_a_floor_without_places_is_an_empty_drawing() -> None:
    assert "<a" not in floor_plan([], label="Plan")


def area(id: str, size: float, parts: tuple[Area, ...] = ()) -> Area:
    return Area(id=id, name=id, href=f"#{id}", size=size, parts=parts)


def overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > 1e-3 and down > 1e-3
