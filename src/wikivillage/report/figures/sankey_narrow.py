"""A net on a narrow screen: each resource by itself, what enters at the left, what leaves at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wikivillage.report.figures.net import Link, Net, throughput
from wikivillage.report.markup import Html, loop_class, pattern_of, short, tag

WIDTH = 358
BAR = 9
LETTER = 6.7
ROW = 24.0
SMALLEST = 0.03
"""Share of the largest resource below which one is left to the table."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One end of a small drawing: its words, its value and its ribbon's style."""

    label: str
    value: float
    link: Link


def draw_narrow(net: Net, write: Callable[[float], str]) -> Html:
    """One drawing per resource, the largest first, all at the same scale."""
    entering, leaving = throughput(net)
    size = {node.id: max(entering[node.id], leaving[node.id]) for node in net.nodes}
    buses = sorted((n for n in net.nodes if n.role == "bus"), key=lambda node: -size[node.id])
    scale = 170.0 / max((size[node.id] for node in buses), default=1.0)
    large = [
        node
        for i, node in enumerate(buses)
        if i == 0 or _worth_drawing(net, node.id, size[node.id] / size[buses[0].id])
    ]
    parts: list[Html] = []
    y = 0.0
    for bus in large:
        drawn, y = _draw_bus(net, bus.id, y, scale, write)
        parts.append(drawn)
    return tag("svg", parts, viewbox=f"0 0 {WIDTH} {round(y)}", aria_hidden="true", class_="narrow")


def _worth_drawing(net: Net, bus: str, share: float) -> bool:
    """Whether a resource is large enough to be seen, and more than one thing comes or goes."""
    links = sum(bus in (link.source, link.target) for link in net.links)
    return share > SMALLEST and links > 2


def _draw_bus(net: Net, bus: str, y: float, scale: float, write: Callable[[float], str]) -> tuple[Html, float]:
    node = net.node(bus)
    left = [Stop(link.by or net.node(link.source).label, link.value, link) for link in net.links if link.target == bus]
    right = [Stop(link.by or net.node(link.target).label, link.value, link) for link in net.links if link.source == bus]
    left.sort(key=lambda stop: -stop.value)
    right.sort(key=lambda stop: (stop.link.grey, -stop.value))
    total = max(sum(stop.value for stop in left), sum(stop.value for stop in right))
    head = 30.0
    tall = max(_height(left, scale), _height(right, scale), total * scale + 12)
    middle = y + head + (tall - total * scale) / 2 + 6
    x = WIDTH / 2 - BAR / 2
    ribbons: list[Html] = []
    labels: list[Html] = []
    for side, stops in (("left", left), ("right", right)):
        top, inner = y + head, middle
        for stop in stops:
            top += ROW - 4
            thick = stop.value * scale
            ribbons.append(_ribbon(side, x, top, inner, thick, stop.link))
            labels.append(_label(side, top, stop, write))
            top += max(thick, 2.0) + 4
            inner += thick
    shape = tag(
        "use",
        href=f"#m-{pattern_of(node.loop)}",
        class_=f"fill edge {loop_class(node.loop)}",
        x=0,
        y=y + 5,
        width=12,
        height=12,
    )
    name = tag("text", node.label + "\u00a0", tag("tspan", write(total), class_="b"), class_="b", x=18, y=y + 16)
    bar = tag("rect", class_="inkfill", x=x, y=middle, width=BAR, height=max(total * scale, 1.0))
    return Html("".join([*ribbons, bar, *labels, shape, name])), y + head + tall + 26


def _height(stops: list[Stop], scale: float) -> float:
    return sum(ROW + max(stop.value * scale, 2.0) for stop in stops)


def _ribbon(side: str, x: float, outer: float, inner: float, thick: float, link: Link) -> Html:
    start, end = (BAR, x) if side == "left" else (WIDTH - BAR, x + BAR)
    x0, x1, mid = short(start), short(end), short((start + end) / 2)
    o, i, below_o, below_i = short(outer), short(inner), short(outer + thick), short(inner + thick)
    path = f"M{x0} {o}C{mid} {o} {mid} {i} {x1} {i}V{below_i}C{mid} {below_i} {mid} {below_o} {x0} {below_o}Z"
    name, fill = ("neutral", "r-lost") if link.grey else (loop_class(link.loop), f"r-{pattern_of(link.loop)}")
    bar_x = 0.0 if side == "left" else float(WIDTH - BAR)
    bar = tag("rect", class_="inkfill", x=bar_x, y=outer, width=BAR, height=max(thick, 1.0))
    return Html(tag("path", class_=f"{name} edge", stroke_opacity=".5", fill=f"url(#{fill})", d=path) + bar)


def _label(side: str, y: float, stop: Stop, write: Callable[[float], str]) -> Html:
    value = write(stop.value)
    most = int((WIDTH / 2 - 8) / LETTER) - len(value) - 1
    words = stop.label if len(stop.label) <= most else stop.label[: most - 1].rstrip() + "…"
    amount = tag("tspan", value, class_="b")
    anchor = "halo n" if side == "left" else "halo n end"
    return tag("text", words + "\u00a0", amount, class_=anchor, x=0 if side == "left" else WIDTH, y=y - 5)
