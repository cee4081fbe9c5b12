"""What a Sankey shows: things that flow between nodes, in one unit, balanced wherever they pass through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["source", "bus", "process", "sink"]


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the drawing. ``source`` only gives, ``sink`` only takes; ``bus`` (a resource) and ``process`` pass on.

    ``grey``: it says what is missing (losses, unexplained).
    """

    id: str
    label: str
    loop: str
    role: Role
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """``value`` flows from ``source`` to ``target``, in the unit of the net, through the machine that ``by`` names."""

    source: str
    target: str
    value: float
    loop: str
    grey: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Net:
    """A drawing's nodes and links; one unit, never a mixture."""

    unit: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def node(self, id: str) -> Node:
        """The node of an id."""
        return next(node for node in self.nodes if node.id == id)


def throughput(net: Net) -> tuple[dict[str, float], dict[str, float]]:
    """What enters and what leaves each node."""
    entering: dict[str, float] = defaultdict(float)
    leaving: dict[str, float] = defaultdict(float)
    for link in net.links:
        leaving[link.source] += link.value
        entering[link.target] += link.value
    return entering, leaving


def check_net(net: Net, *, tolerance: float = 2e-3, left_out: float = 0.0) -> None:
    """Refuse a net that does not balance. Raises ValueError naming the node, what enters and what leaves.

    ``tolerance``: share of what passes that is rounding; ``left_out``: amount that the drawing leaves out on purpose.
    """
    known = {node.id for node in net.nodes}
    entering, leaving = throughput(net)
    for link in net.links:
        if link.source not in known or link.target not in known or not link.value > 0:
            raise ValueError(f"the link {link.source} -> {link.target} ({link.value} {net.unit}) cannot be drawn")
    for node in net.nodes:
        enters, leaves = entering[node.id], leaving[node.id]
        wrong_end = (node.role == "source" and enters) or (node.role == "sink" and leaves)
        passes = node.role in ("bus", "process")
        if wrong_end or (passes and abs(enters - leaves) > tolerance * max(enters, leaves) + left_out):
            raise ValueError(
                f'"{node.label}" does not balance: {enters:.6g} {net.unit} enter and {leaves:.6g} {net.unit} leave;'
                " add a grey ribbon that says what is missing"
            )


def fold_small(net: Net, *, share: float, label: str) -> Net:
    """Join the sources and sinks below ``share`` of the largest node, per neighbour, where two or more are small."""
    entering, leaving = throughput(net)
    size = {node.id: max(entering[node.id], leaving[node.id]) for node in net.nodes}
    limit = share * max(size.values(), default=0.0)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in net.nodes:
        touching = [link for link in net.links if node.id in (link.source, link.target)]
        neighbours = {link.target if node.role == "source" else link.source for link in touching}
        if node.role in ("source", "sink") and size[node.id] < limit and len(neighbours) == 1:
            groups[node.role, neighbours.pop()].append(node.id)
    into = {id: f"{role}/small/{near}" for (role, near), ids in groups.items() if len(ids) > 1 for id in ids}
    if not into:
        return net
    kept = [node for node in net.nodes if node.id not in into]
    counts: dict[str, int] = defaultdict(int)
    sample: dict[str, Node] = {}
    for node in net.nodes:
        if node.id in into:
            counts[into[node.id]] += 1
            sample[into[node.id]] = node
    for id, count in counts.items():
        kept.append(replace(sample[id], id=id, label=label.format(n=count)))
    return merge_links(
        replace(
            net,
            nodes=tuple(kept),
            links=tuple(
                replace(link, source=into.get(link.source, link.source), target=into.get(link.target, link.target))
                for link in net.links
            ),
        )
    )


def merge_links(net: Net) -> Net:
    """One link per pair of nodes and machine between them."""
    joined: dict[tuple[str, str, str], Link] = {}
    for link in net.links:
        pair = (link.source, link.target, link.by)
        joined[pair] = replace(link, value=joined[pair].value + link.value) if pair in joined else link
    return replace(net, links=tuple(joined.values()))


def shorten(net: Net) -> Net:
    """A machine that takes one thing and gives one thing becomes a named ribbon."""
    links = list(net.links)
    gone: set[str] = set()
    for node in net.nodes:
        if node.role != "process":
            continue
        taken = [link for link in links if link.target == node.id]
        given = [link for link in links if link.source == node.id]
        if len(taken) == len(given) == 1 and not (taken[0].by or given[0].by):
            links = [link for link in links if node.id not in (link.source, link.target)]
            links.append(replace(given[0], source=taken[0].source, by=node.label))
            gone.add(node.id)
    return replace(net, nodes=tuple(n for n in net.nodes if n.id not in gone), links=tuple(links))


def without_traces(net: Net, share: float) -> Net:
    """Leave out ends below ``share`` of the largest link, and what only thin links reach."""
    most = max((link.value for link in net.links), default=0.0)
    links = tuple(link for link in net.links if link.value > share * most)
    touched = {id for link in links for id in (link.source, link.target)}
    return replace(net, nodes=tuple(node for node in net.nodes if node.id in touched), links=links)


def open_circles(net: Net, *, leaves: str, returns: str) -> Net:
    """Cut what flows in a circle: the cut link leaves at the right and comes back at the left, under the same name."""
    back = _back_links(net)
    if not back:
        return net
    nodes, links = list(net.nodes), [link for link in net.links if link not in back]
    for link in back:
        name = net.node(link.source if net.node(link.target).role == "bus" else link.target)
        target = net.node(link.target)
        shown = target if target.role == "bus" else name
        out, again = f"sink/again/{link.source}/{link.target}", f"source/again/{link.source}/{link.target}"
        nodes.append(Node(out, leaves.format(name=shown.label), link.loop, "sink"))
        nodes.append(Node(again, returns.format(name=net.node(link.source).label), link.loop, "source"))
        links += [replace(link, target=out), replace(link, source=again)]
    return replace(net, nodes=tuple(nodes), links=tuple(links))


def _back_links(net: Net) -> list[Link]:
    """Links that lead back to a node that is being visited, the largest flows being followed first."""
    following: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(net.links, key=lambda each: -each.value):
        following[link.source].append(link)
    state: dict[str, int] = {}
    back: list[Link] = []

    def visit(id: str) -> None:
        state[id] = 1
        for link in following[id]:
            if state.get(link.target) == 1:
                back.append(link)
            elif link.target not in state:
                visit(link.target)
        state[id] = 2

    for node in sorted(net.nodes, key=lambda each: each.role != "source"):
        if node.id not in state:
            visit(node.id)
    return back
