"""A small Sankey for a column of a page: the story of one thing, a few ends, labels above the bars."""

from __future__ import annotations

from collections.abc import Callable

from wikivillage.report.figures.net import Net, check_net, throughput
from wikivillage.report.figures.sankey import ribbon
from wikivillage.report.figures.sankey_layout import BAR, Box, Layout, lay_out
from wikivillage.report.markup import Html, tag

WIDTH = 340
LETTER = 6.6
ROW = 21.0
"""The height that a label above its bar takes."""


def sankey_small(net: Net, write: Callable[[float], str]) -> Html:
    """The drawing, as wide as a telephone. ``write`` formats a value. Raises ValueError if the net does not balance."""
    check_net(net)
    entering, leaving = throughput(net)
    value = {node.id: max(entering[node.id], leaving[node.id]) for node in net.nodes}
    crowd = max((sum(1 for n in net.nodes if n.role == role) for role in ("source", "sink")), default=1)
    height = max(220.0, crowd * 2.6 * ROW)
    rough = lay_out(net, height=height, label_heights={node.id: ROW for node in net.nodes}).scale
    room = {node.id: value[node.id] * rough + ROW for node in net.nodes}
    layout = lay_out(net, height=height, label_heights=room)
    across = _columns(layout)
    top = ROW
    ribbons = [_ribbon(layout, number, across, top) for number in range(len(layout.routes))]
    bars = [_bar(box, across, top) for box in layout.boxes.values() if not box.passage]
    labels = _labels(net, layout, across, top, {id: write(amount) for id, amount in value.items()})
    lowest = max(box.y + box.height for box in layout.boxes.values()) + top + 8
    return tag(
        "svg", ribbons, bars, labels, viewbox=f"0 0 {WIDTH} {round(lowest)}", aria_hidden="true", class_="narrow"
    )


def _columns(layout: Layout) -> list[float]:
    count = max(len(layout.columns) - 1, 1)
    return [(WIDTH - BAR) * number / count for number in range(len(layout.columns))]


def _ribbon(layout: Layout, route: int, across: list[float], top: float) -> Html:
    link, stops = layout.routes[route]
    points: list[tuple[float, float]] = []
    for stop, id in enumerate(stops):
        x = across[layout.boxes[id].column]
        if stop > 0:
            points.append((x, layout.tops[route, stop] + top))
        if stop + 1 < len(stops):
            points.append((x + BAR, layout.leaves[route, stop] + top))
    return ribbon(points, link.value * layout.scale, link)


def _bar(box: Box, across: list[float], top: float) -> Html:
    return tag("rect", class_="inkfill", x=across[box.column], y=box.y + top, width=BAR, height=max(box.height, 1.0))


def _labels(net: Net, layout: Layout, across: list[float], top: float, values: dict[str, str]) -> list[Html]:
    """Words above the bars, held by the edge at which they stand; inside where there is room."""
    taken: list[tuple[float, float, float]] = []
    drawn = []
    last = len(layout.columns) - 1
    for node in sorted(net.nodes, key=lambda one: one.role in ("bus", "process")):
        box = layout.boxes[node.id]
        most = 24 if box.column in (0, last) else 16
        words = node.label if len(node.label) <= most else node.label[: most - 1].rstrip() + "…"
        width = (len(words) + len(values[node.id]) + 1) * LETTER
        left, anchor, x = _stand(box.column, last, across, width)
        y = _height(taken, left, width, box.y + top)
        if y is None:
            continue
        taken.append((left, left + width, y))
        amount = tag("tspan", values[node.id], class_="b")
        drawn.append(tag("text", f"{words}\N{NO-BREAK SPACE}", amount, class_=f"halo n{anchor}", x=x, y=y))
    return drawn


def _stand(column: int, last: int, across: list[float], width: float) -> tuple[float, str, float]:
    """Where a label begins, how it is anchored and at what."""
    if column == 0:
        return 0.0, "", 0.0
    if column == last:
        return WIDTH - width, " end", float(WIDTH)
    middle = across[column] + BAR / 2
    left = min(max(middle - width / 2, 0.0), WIDTH - width)
    return left, " mid", left + width / 2


def _height(taken: list[tuple[float, float, float]], left: float, width: float, y: float) -> float | None:
    """The height at which a label touches no other, near its bar; None where there is no room."""
    for offset in (-5.0, -19.0, 13.0):
        free = all(
            left >= end + 4 or left + width + 4 <= begin or abs(y + offset - other) >= 14 for begin, end, other in taken
        )
        if free and y + offset > 10:
            return y + offset
    return None
