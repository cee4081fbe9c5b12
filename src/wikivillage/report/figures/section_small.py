"""Where a place is in its building: the section in outline, with one place filled with ink."""

from __future__ import annotations

from wikivillage.report.figures.section import linked
from wikivillage.report.figures.section_layout import NARROW, layout_of
from wikivillage.report.figures.section_scene import Box, Scene
from wikivillage.report.markup import Html, tag


def where_in_section(scene: Scene, place: str) -> Html:
    """The outline of all places; the one is dark. It says nothing that the words beside it do not."""
    layout = layout_of(scene, NARROW)
    boxes = linked(layout)
    top = min((box.y for _, box in boxes), default=0.0) - 6
    ground = tag("path", class_="cut", d=f"M0 {layout.ground:.5g}H{layout.measures.width:.5g}")
    drawn = [_rect(box, room.id == place) for room, box in boxes]
    size = f"0 {top:.5g} {layout.measures.width:.5g} {max(layout.height - top, 10.0):.5g}"
    floor = [ground] if layout.zones.built else []
    return tag("svg", floor, drawn, viewbox=size, class_="where", aria_hidden="true")


def _rect(box: Box, here: bool) -> Html:
    return tag("rect", class_="inkfill" if here else "sheet pen2", x=box.x, y=box.y, width=box.w, height=box.h)
