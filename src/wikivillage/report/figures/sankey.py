"""A net of flows as a Sankey: width is quantity, one scale, what is missing in grey.

On wide screens the whole net from left to right; on narrow ones each resource with what enters and what leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wikivillage.report.figures.net import Link, Net, Node, check_net, throughput
from wikivillage.report.figures.sankey_layout import BAR, Box, Layout, lay_out
from wikivillage.report.figures.sankey_narrow import draw_narrow
from wikivillage.report.markup import Html, loop_class, pattern_of, short, tag

WIDTH = 900
SIDE = 190
LETTER = 6.5
"""Mean width of a letter of a 13 px label, on the safe side."""
LONGEST = 30
"""Letters of a label inside the drawing."""


def sankey(net: Net, write: Callable[[float], str], *, left_out: float = 0.0) -> Html:
    """The drawing twice, wide and narrow. ``write`` formats a value. Raises ValueError if the net does not balance.

    ``left_out``: how much of the unit is missing at a bar because it is too thin to be drawn.
    """
    check_net(net, left_out=left_out)
    wide = tag("div", _draw_wide(net, write), class_="only-wide")
    return Html(wide + tag("div", draw_narrow(net, write), class_="only-phone"))


def _draw_wide(net: Net, write: Callable[[float], str]) -> Html:
    entering, leaving = throughput(net)
    value = {node.id: max(entering[node.id], leaving[node.id]) for node in net.nodes}
    lines = {node.id: wrap(node.label, write(value[node.id]), SIDE - 34) for node in net.nodes}
    crowd = max(sum(16.0 * len(lines[n.id]) + 6 for n in net.nodes if n.role == role) for role in ("source", "sink"))
    height = min(max(70.0 + 12.0 * len(net.links), crowd * 1.25, 120.0), max(560.0, crowd))
    heights = {n.id: 16.0 * len(lines[n.id]) if n.role in ("source", "sink") else 40.0 for n in net.nodes}
    layout = lay_out(net, height=height, label_heights=heights)
    across = _columns(layout)
    top = 26.0
    ribbons = [_ribbon(layout, i, across, top) for i in range(len(layout.routes))]
    bars = [
        tag("rect", class_="inkfill", x=across[box.column], y=box.y + top, width=BAR, height=max(box.height, 1.0))
        for box in layout.boxes.values()
        if not box.passage
    ]
    ends = [
        _end_label(node, layout.boxes[node.id], across, top, lines[node.id], write(value[node.id]))
        for node in net.nodes
        if node.role in ("source", "sink")
    ]
    inner = place_labels(_inner_labels(net, layout, across, top, value, write))
    return tag("svg", ribbons, bars, ends, inner, viewbox=f"0 0 {WIDTH} {round(height + top + 18)}", aria_hidden="true")


def _columns(layout: Layout) -> list[float]:
    count = max(len(layout.columns) - 1, 1)
    span = WIDTH - 2 * SIDE - BAR
    return [SIDE + span * i / count for i in range(len(layout.columns))]


def _ribbon(layout: Layout, route: int, across: list[float], top: float) -> Html:
    link, stops = layout.routes[route]
    thick = link.value * layout.scale
    points: list[tuple[float, float]] = []
    for stop, id in enumerate(stops):
        x = across[layout.boxes[id].column]
        if stop > 0:
            points.append((x, layout.tops[route, stop] + top))
        if stop + 1 < len(stops):
            points.append((x + BAR, layout.leaves[route, stop] + top))
    return ribbon(points, thick, link)


def ribbon(points: list[tuple[float, float]], thick: float, link: Link) -> Html:
    """A band of constant thickness below the points, which come in pairs: leave, arrive, leave, arrive."""
    below = [(x, y + thick) for x, y in reversed(points)]
    path = f"M{_point(points[0])}{_curves(points)}L{_point(below[0])}{_curves(below)}Z"
    name, fill = ("neutral", "r-lost") if link.grey else (loop_class(link.loop), f"r-{pattern_of(link.loop)}")
    return tag("path", class_=f"{name} edge", stroke_opacity=".5", fill=f"url(#{fill})", d=path)


def _point(point: tuple[float, float]) -> str:
    return f"{short(point[0])} {short(point[1])}"


def _curves(points: list[tuple[float, float]]) -> str:
    parts = []
    for i in range(1, len(points)):
        (x0, y0), (x1, y1) = points[i - 1], points[i]
        half = (x0 + x1) / 2
        if i % 2:
            parts.append(f"C{short(half)} {short(y0)} {short(half)} {short(y1)} {short(x1)} {short(y1)}")
        else:
            parts.append(f"L{short(x1)} {short(y1)}")
    return "".join(parts)


def wrap(label: str, value: str, width: float) -> list[str]:
    """A label and its value in one line, or in two where it would be too long."""
    if (len(label) + len(value) + 1) * LETTER <= width:
        return [label]
    words, first = label.split(" "), ""
    while words and (len(first) + len(words[0]) + 1) * LETTER <= width:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        first, words = words[0], words[1:]
    rest = " ".join(words)
    most = int(width / LETTER) - len(value) - 1
    if len(rest) > most > 3:
        rest = rest[: most - 1].rstrip() + "…"
    return [first, rest]


def _end_label(node: Node, box: Box, across: list[float], top: float, lines: list[str], value: str) -> Html:
    left = node.role == "source"
    x = across[box.column] + (-28 if left else BAR + 28)
    middle = box.middle + top
    start = middle + 4.5 - 8 * (len(lines) - 1)
    anchor = "n end" if left else "n"
    amount = tag("tspan", value, class_="b")
    last = len(lines) - 1
    texts = [
        tag(
            "text",
            f"{line}\u00a0" if i == last and line else line,
            amount if i == last else None,
            class_=anchor,
            x=x,
            y=start + 16 * i,
        )
        for i, line in enumerate(lines)
    ]
    shape = tag(
        "use",
        href=f"#m-{pattern_of(node.loop)}",
        class_=f"fill edge {'neutral' if node.grey else loop_class(node.loop)}",
        x=x + (6 if left else -18),
        y=middle - 6,
        width=12,
        height=12,
    )
    return Html("".join([*texts, shape]))


@dataclass(frozen=True, slots=True)
class Label:
    """Words of the inside with the heights at which they may stand, the preferred first."""

    words: str
    value: str
    style: str
    x: float
    heights: tuple[float, ...]


def _inner_labels(
    net: Net,
    layout: Layout,
    across: list[float],
    top: float,
    value: dict[str, float],
    write: Callable[[float], str],
) -> list[Label]:
    """Words above the bars between the ends, and on the ribbons of machines; the largest first."""
    labels = []
    for node in sorted((n for n in net.nodes if n.role in ("bus", "process")), key=lambda each: -value[each.id]):
        box = layout.boxes[node.id]
        above, below = box.y + top - 6, box.y + top + box.height + 15
        style = "halo n mid b" if node.role == "bus" else "halo n mid"
        labels.append(
            Label(
                node.label,
                write(value[node.id]),
                style,
                across[box.column] + BAR / 2,
                (above, below, above - 15, below + 15),
            )
        )
    for route, (link, stops) in enumerate(layout.routes):
        if link.by:
            stop = (len(stops) - 2) // 2
            start, end = layout.boxes[stops[stop]], layout.boxes[stops[stop + 1]]
            x = (across[start.column] + across[end.column] + BAR) / 2
            y = (
                (layout.leaves[route, stop] + layout.tops[route, stop + 1]) / 2
                + top
                + link.value * layout.scale / 2
                + 4.5
            )
            labels.append(Label(link.by, write(link.value), "halo n mid", x, (y, y - 15, y + 15, y - 30, y + 30)))
    return labels


def place_labels(labels: list[Label]) -> list[Html]:
    """Each label at the first of its heights where it touches no other; left to the table where there is no room."""
    taken: list[tuple[float, float, float]] = []
    drawn = []
    for label in labels:
        words = label.words if len(label.words) <= LONGEST else label.words[: LONGEST - 1].rstrip() + "…"
        half = (len(words) + len(label.value) + 1) * LETTER * (1.06 if label.style.endswith("b") else 1.0) / 2
        x = min(max(label.x, SIDE - 14 + half), WIDTH - SIDE + 14 - half)
        y = next((each for each in label.heights if _free(taken, x, half, each)), None)
        if y is not None:
            taken.append((x, half, y))
            drawn.append(
                tag("text", words + "\u00a0", tag("tspan", label.value, class_="b"), class_=label.style, x=x, y=y)
            )
    return drawn


def _free(taken: list[tuple[float, float, float]], x: float, half: float, y: float) -> bool:
    return y > 10 and all(
        abs(x - other_x) >= half + other_half or abs(y - other_y) >= 14 for other_x, other_half, other_y in taken
    )
