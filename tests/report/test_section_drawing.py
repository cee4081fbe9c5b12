"""The section through a building: whatever places there are, it keeps its laws and every place can be touched once."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wikivillage.report.figures.furniture import PIECES, USES, pieces_of
from wikivillage.report.figures.letters import in_lines, shortened, width_of
from wikivillage.report.figures.section import draw, section_of
from wikivillage.report.figures.section_layout import NARROW, WIDE, Layout, Measures, layout_of
from wikivillage.report.figures.section_scene import Box, Room, Scene, Thing, groups
from wikivillage.report.figures.section_small import where_in_section
from wikivillage.report.figures.section_things import DRAWINGS
from wikivillage.report.figures.section_zones import zones_of

SIZES = {"b": 14, "n": 13, "xs": 12}
"""The classes that say how large letters are; a text without one is 14."""

NAMES = st.one_of(
    st.sampled_from(["Café", "Espaces de travail et incubateur", "<b>&'\"", "x\x01y", "工作室", ""]), st.text()
)
KINDS = st.sampled_from([*sorted(DRAWINGS), "shelf", "hidden", "nobody drew this"])
LOOPS = st.lists(st.sampled_from(["energy", "heat", "water", "matter", "food", "people"]), max_size=6, unique=True)
THINGS = st.builds(
    Thing, name=NAMES, kind=KINDS, loops=LOOPS.map(tuple), level=st.one_of(st.none(), st.floats(-1, 2, allow_nan=False))
)
USES_OF_PLACES = [*sorted(USES), "outdoor", "facade", "roof", "terrace", "nobody knows", "", None]
SURFACES = st.lists(st.sampled_from(["roof", "catchment", "soil", "facade_south", "indoor"]), max_size=2, unique=True)


@st.composite
def scenes(draw_: st.DrawFn) -> Scene:
    """Any places: on any floor or none, inside of one another or of nothing, with or without an area."""
    ids = [f"p{at}" for at in range(draw_(st.integers(0, 10)))]
    rooms = [
        Room(
            id=id,
            name=draw_(NAMES),
            href=f"#{id}",
            floor=draw_(st.one_of(st.none(), st.integers(-3, 7), st.sampled_from([40, -(10**6)]))),
            area=draw_(st.one_of(st.none(), st.floats(0, 1e5))),
            use=draw_(st.sampled_from(USES_OF_PLACES)),
            inside=draw_(st.one_of(st.none(), st.sampled_from([*ids, "gone"]))),
            surfaces=tuple(draw_(SURFACES)),
            loops=tuple(draw_(LOOPS)),
            things=tuple(draw_(st.lists(THINGS, max_size=6))),
            light=draw_(st.sampled_from(["lit", "dark", "unknown"])),
        )
        for id in ids
    ]
    return Scene(
        rooms=tuple(rooms), label=draw_(NAMES), levels={0: "Rez", -1: "Cave"}, sun=draw_(st.sampled_from([None, 0.4]))
    )


BOTH = pytest.mark.parametrize("measures", [WIDE, NARROW], ids=["wide", "narrow"])
MANY = settings(max_examples=25, deadline=None)


@BOTH
@MANY
@given(scene=scenes())
def test_every_place_is_one_link_in_valid_markup(scene: Scene, measures: Measures) -> None:
    drawing = parsed(scene, measures)
    links = [link.attrib["href"] for link in drawing.iter("a")]
    assert sorted(links) == sorted(room.href for room in scene.rooms)
    assert all(link.find("title") is not None and link.find("rect") is not None for link in drawing.iter("a"))


@BOTH
@MANY
@given(scene=scenes())
def test_rooms_do_not_overlap_and_stay_on_their_floor(scene: Scene, measures: Measures) -> None:
    layout = layout_of(scene, measures)
    for storey in layout.storeys:
        for one in storey.rooms:
            assert storey.box.x - 0.1 <= one.box.x
            assert one.box.right <= storey.box.right + 0.1
            assert one.box.y == storey.box.y
            assert one.box.h == storey.box.h
            assert all(part.w > 0 and not overlap(part, layout.shaft_of(storey.box)) for part in one.parts)
        for left, right in pairwise(storey.rooms):
            assert left.box.right <= right.box.x + 0.1
    for above, below in pairwise(layout.storeys):
        assert above.box.bottom <= below.box.y + 0.1


@BOTH
@MANY
@given(scene=scenes())
def test_what_can_be_touched_does_not_overlap(scene: Scene, measures: Measures) -> None:
    drawing = parsed(scene, measures)
    boxes = [box_of(link.find("rect")) for link in drawing.iter("a")]
    for at, one in enumerate(boxes):
        assert one.w > 0
        assert one.h > 0
        assert not any(overlap(one, other) for other in boxes[at + 1 :])


@BOTH
@MANY
@given(scene=scenes())
def test_no_letter_is_small_and_every_word_stays_inside(scene: Scene, measures: Measures) -> None:
    drawing = parsed(scene, measures)
    width = float(drawing.attrib["viewBox"].split()[2])
    for text in drawing.iter("text"):
        classes = (text.get("class") or "").split()
        size = min((SIZES[name] for name in classes if name in SIZES), default=14)
        assert size >= 12
        long = width_of(text.text or "", size)
        x = float(text.attrib["x"])
        start = x - long / 2 if "mid" in classes else x - long if "end" in classes else x
        assert -1.0 <= start <= width + 1.0 - long, text.text


@MANY
@given(scene=scenes())
def test_a_small_outline_shows_the_place_that_is_meant(scene: Scene) -> None:
    for room in scene.rooms[:3]:
        outline = ElementTree.fromstring(where_in_section(scene, room.id))
        assert sum(rect.get("class") == "inkfill" for rect in outline.iter("rect")) == 1


def test_areas_decide_how_wide_rooms_are() -> None:
    layout = of(room("small", area=50), room("large", area=150), room("middle", area=100), room("other", area=100))
    widths = {one.room.id: sum(part.w for part in one.parts) for one in layout.placed}
    assert widths["large"] / widths["small"] == pytest.approx(3, rel=0.35)
    assert widths["middle"] == pytest.approx(widths["other"], rel=0.35)


def test_a_room_as_wide_as_the_house_lies_across_the_shaft() -> None:
    layout = of(room("hall", floor=1), room("left", floor=0), room("right", floor=0))
    hall = next(one for one in layout.placed if one.room.id == "hall")
    assert len(hall.parts) == 2
    assert all(len(one.parts) == 1 for one in layout.placed if one is not hall)


def test_floors_without_a_place_are_one_low_storey() -> None:
    zones = zones_of([room("flat", floor=6)], most=9)
    assert [(one.first, one.last, len(one.rooms)) for one in zones.above] == [(6, 6, 1), (0, 5, 0)]
    cellars = zones_of([room("deep", floor=-3)], most=9)
    assert [(one.first, one.last) for one in (*cellars.above, *cellars.below)] == [(0, 0), (-2, -1), (-3, -3)]


def test_each_place_finds_its_part_of_the_building() -> None:
    zones = zones_of(
        [
            room("tower"),
            room("flat", floor=2, inside="tower"),
            room("niche", inside="flat"),
            room("top", floor=3, use="farm", surfaces=("roof",)),
            room("school_roof", use="roof"),
            room("wall", use="facade"),
            room("court", use="yard"),
            room("shed", inside="court", use="workshop"),
        ],
        most=9,
    )
    assert [one.id for one in zones.frames] == ["tower"]
    assert [one.id for one in zones.roofs] == ["top"]
    assert [one.id for one in zones.facades] == ["wall"]
    assert [(one.room.id, one.kind, [shed.id for shed in one.sheds]) for one in zones.outside] == [
        ("court", "yard", ["shed"]),
        ("school_roof", "roof", []),
    ]
    assert [one.id for one, _ in zones.above[0].rooms] == ["flat", "niche"]


def test_the_only_roof_is_ours_and_a_low_one_is_a_terrace() -> None:
    assert [one.id for one in zones_of([room("top", use="roof")], most=9).roofs] == ["top"]
    zones = zones_of([room("deck", floor=1, use="terrace"), room("flat", floor=4)], most=9)
    assert not zones.roofs
    assert {one.id for storey in zones.above for one, _ in storey.rooms} == {"deck", "flat"}


def test_places_inside_of_each_other_in_a_ring_are_still_drawn() -> None:
    zones = zones_of([room("a", inside="b"), room("b", inside="a")], most=9)
    assert {one.id for storey in zones.above for one, _ in storey.rooms} == {"a", "b"}


def test_a_loop_that_serves_no_room_has_no_pipe() -> None:
    drawing = section_of(scene(room("flat", loops=("energy",))))
    assert "flow energy" in drawing
    assert "flow heat" not in drawing


def test_a_dark_room_has_nobody_in_it() -> None:
    lit, dark = (draw(scene(room("flat", use="home", light=light)), WIDE) for light in ("lit", "dark"))
    assert lit.count("inkfill") > dark.count("inkfill")


def test_a_tank_shows_its_level() -> None:
    full, low = (
        [
            float(one.get("height", 0))
            for one in parsed(cellar(level), WIDE).iter("rect")
            if one.get("fill") == "url(#p-water)"
        ]
        for level in (1.0, 0.25)
    )
    assert full[0] == pytest.approx(4 * low[0], rel=0.02)


def test_an_unknown_use_is_furnished_and_machines_stand_in_their_room() -> None:
    assert pieces_of("a use that nobody drew", ()) == pieces_of(None, ())
    assert pieces_of("workshop", ("nozzle",))[0] == "nozzle"
    assert all(piece in PIECES for use in USES.values() for piece in use)
    assert [group.kind for group in groups((thing("tank"), thing("hidden"), thing("tank")))] == ["tank"]


def test_names_lose_words_before_letters_and_never_get_smaller() -> None:
    assert shortened("Espaces de travail et incubateur", 150, 14) == "Espaces de travail"
    assert shortened("Laboratoires de recherche", 120, 14) == "Laboratoires"
    assert shortened("Salle", 500, 14) == "Salle"
    assert shortened("Laboratoires", 60, 14).endswith("…")
    assert shortened("Laboratoires", 8, 14) == ""
    assert in_lines("Toit de l’école voisine", 75, 14, 3) == ("Toit de", "l’école", "voisine")


@given(st.text(max_size=40), st.floats(0, 300))
def test_what_is_shortened_fits(text: str, width: float) -> None:
    assert width_of(shortened(text, width, 14), 14) <= max(width, 0.0) + 1e-6


def room(id: str, **said: object) -> Room:
    return Room(**{"id": id, "name": id, "href": f"#{id}", **said})  # type: ignore[arg-type]


def thing(kind: str, **said: object) -> Thing:
    return Thing(**{"name": kind, "kind": kind, **said})  # type: ignore[arg-type]


def scene(*rooms: Room) -> Scene:
    return Scene(rooms=rooms, label="Coupe", levels={0: "Rez"})


def cellar(level: float) -> Scene:
    return scene(room("cellar", floor=-1, things=(thing("tank", loops=("water",), level=level),)))


def of(*rooms: Room) -> Layout:
    return layout_of(scene(*rooms), WIDE)


def parsed(one: Scene, measures: Measures) -> ElementTree.Element:
    return ElementTree.fromstring(draw(one, measures))


def box_of(rect: ElementTree.Element | None) -> Box:
    assert rect is not None
    x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    return Box(x, y, w, h)


def overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles share more than a hair."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > 0.3 and down > 0.3
