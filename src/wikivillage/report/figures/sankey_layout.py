"""Where the bars and ribbons of a Sankey stand: columns by depth, order by fewest crossings, heights by quantity.

Long links pass through invisible nodes in the columns between, so that no ribbon runs over a bar.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from wikivillage.report.figures.net import Link, Net, throughput

BAR = 9
SWEEPS = 24


@dataclass(slots=True)
class Box:
    """A bar (or a passage, when ``node`` is None): column, top, height, and the height its label needs."""

    id: str
    column: int
    value: float
    passage: bool
    label_height: float
    y: float = 0.0
    height: float = 0.0

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(slots=True)
class Layout:
    """Boxes by id, columns of ids, and for each link the boxes it visits and its top at each."""

    boxes: dict[str, Box]
    columns: list[list[str]]
    routes: list[tuple[Link, list[str]]]
    scale: float = 0.0
    tops: dict[tuple[int, int], float] = field(default_factory=dict)
    """(route, stop) -> top of the ribbon where it arrives; the top where it leaves is under stop + 0.5."""
    leaves: dict[tuple[int, int], float] = field(default_factory=dict)


def lay_out(net: Net, *, height: float, label_heights: dict[str, float]) -> Layout:
    """Place a balanced net without circles in ``height`` units."""
    depth = _depths(net)
    layout = _routed(net, depth, label_heights)
    _order(layout)
    _stand(layout, height)
    _relax(layout, height)
    _attach(layout)
    return layout


def _depths(net: Net) -> dict[str, int]:
    before: dict[str, list[str]] = defaultdict(list)
    for link in net.links:
        before[link.target].append(link.source)
    depth: dict[str, int] = {}

    def find(id: str) -> int:
        if id not in depth:
            depth[id] = 1 + max((find(each) for each in before[id]), default=-1)
        return depth[id]

    last = max((find(node.id) for node in net.nodes), default=0)
    for node in net.nodes:
        if node.role == "sink":
            depth[node.id] = last
    return depth


def _routed(net: Net, depth: dict[str, int], label_heights: dict[str, float]) -> Layout:
    entering, leaving = throughput(net)
    boxes = {
        node.id: Box(
            node.id, depth[node.id], max(entering[node.id], leaving[node.id]), False, label_heights.get(node.id, 16.0)
        )
        for node in net.nodes
    }
    routes = []
    for number, link in enumerate(net.links):
        stops = [link.source]
        for column in range(depth[link.source] + 1, depth[link.target]):
            id = f"passage/{number}/{column}"
            boxes[id] = Box(id, column, link.value, True, 0.0)
            stops.append(id)
        routes.append((link, [*stops, link.target]))
    columns: list[list[str]] = [[] for _ in range(max((box.column for box in boxes.values()), default=0) + 1)]
    for box in boxes.values():
        columns[box.column].append(box.id)
    return Layout(boxes, columns, routes)


def _steps(layout: Layout) -> list[tuple[str, str, float]]:
    return [(a, b, link.value) for link, stops in layout.routes for a, b in pairwise(stops)]


def _order(layout: Layout) -> None:
    """Barycentre sweeps; the order with the least crossing ribbon is kept."""
    steps = _steps(layout)
    best, fewest = [list(column) for column in layout.columns], _crossings(layout, steps)
    for sweep in range(SWEEPS):
        rightward = sweep % 2 == 0
        indices = range(1, len(layout.columns)) if rightward else range(len(layout.columns) - 2, -1, -1)
        for index in indices:
            place = {id: i for column in layout.columns for i, id in enumerate(column)}
            pull: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
            for a, b, value in steps:
                here, there = (b, a) if rightward else (a, b)
                if layout.boxes[here].column == index:
                    pull[here][0] += value * place[there]
                    pull[here][1] += value
            layout.columns[index].sort(key=lambda id: pull[id][0] / pull[id][1] if pull[id][1] else place[id])
        crossing = _crossings(layout, steps)
        if crossing < fewest:
            best, fewest = [list(column) for column in layout.columns], crossing
    layout.columns = best


def _crossings(layout: Layout, steps: list[tuple[str, str, float]]) -> float:
    place = {id: i for column in layout.columns for i, id in enumerate(column)}
    by_column: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for a, b, value in steps:
        by_column[layout.boxes[a].column].append((place[a], place[b], value))
    total = 0.0
    for edges in by_column.values():
        for i, (start, end, value) in enumerate(edges):
            total += sum(min(value, other) for c, d, other in edges[i + 1 :] if (start - c) * (end - d) < 0)
    return total


def _gap(upper: Box, lower: Box) -> float:
    """Space between two neighbours: passages sit close, labelled bars leave room for their words."""
    if upper.passage or lower.passage:
        return 9.0
    words = (upper.label_height + lower.label_height) / 2
    return max(9.0, words - (upper.height + lower.height) / 2)


def _needed(layout: Layout, column: list[str]) -> float:
    boxes = [layout.boxes[id] for id in column]
    return sum(box.height for box in boxes) + sum(_gap(a, b) for a, b in pairwise(boxes))


def _stand(layout: Layout, height: float) -> None:
    """The largest common scale at which every column fits, then each column stacked around the middle."""
    tallest = max(sum(layout.boxes[id].value for id in column) for column in layout.columns)
    scale = height / max(tallest, 1e-12)
    for _ in range(80):
        for box in layout.boxes.values():
            box.height = box.value * scale
        if all(_needed(layout, column) <= height for column in layout.columns):
            break
        scale *= 0.95
    layout.scale = scale
    for column in layout.columns:
        y = (height - _needed(layout, column)) / 2
        _stack(layout, column, y)


def _stack(layout: Layout, column: list[str], y: float) -> None:
    boxes = [layout.boxes[id] for id in column]
    for i, box in enumerate(boxes):
        box.y = y
        y += box.height + (_gap(box, boxes[i + 1]) if i + 1 < len(boxes) else 0.0)


def _relax(layout: Layout, height: float) -> None:
    """Pull each bar towards its neighbours, then push overlapping bars apart inside the frame."""
    steps = _steps(layout)
    for turn in range(40):
        strength = 0.99**turn * 0.6
        rightward = turn % 2 == 0
        pull: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        columns = layout.columns[1:] if rightward else layout.columns[-2::-1]
        for column in columns:
            for a, b, value in steps:
                here, there = (b, a) if rightward else (a, b)
                if here in column:
                    pull[here][0] += value * layout.boxes[there].middle
                    pull[here][1] += value
            for id in column:
                if pull[id][1]:
                    layout.boxes[id].y += (pull[id][0] / pull[id][1] - layout.boxes[id].middle) * strength
            _separate(layout, column, height)


def _separate(layout: Layout, column: list[str], height: float) -> None:
    boxes = [layout.boxes[id] for id in column]
    floor = 0.0
    for i, box in enumerate(boxes):
        box.y = max(box.y, floor)
        floor = box.y + box.height + (_gap(box, boxes[i + 1]) if i + 1 < len(boxes) else 0.0)
    ceiling = height
    for i in range(len(boxes) - 1, -1, -1):
        box = boxes[i]
        box.y = min(box.y, ceiling - box.height)
        ceiling = box.y - (_gap(boxes[i - 1], box) if i else 0.0)


def _attach(layout: Layout) -> None:
    """Ribbons leave and arrive in the order of the bars they come from and go to."""
    leaving: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    arriving: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for route, (_, stops) in enumerate(layout.routes):
        for stop, (a, b) in enumerate(pairwise(stops)):
            leaving[a].append((layout.boxes[b].middle, route, stop))
            arriving[b].append((layout.boxes[a].middle, route, stop + 1))
    for ends, tops in ((leaving, layout.leaves), (arriving, layout.tops)):
        for id, ribbons in ends.items():
            y = layout.boxes[id].y
            for _, route, stop in sorted(ribbons):
                tops[route, stop] = y
                y += layout.routes[route][0].value * layout.scale
