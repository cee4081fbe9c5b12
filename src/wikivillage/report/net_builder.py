"""Building one net: resources are buses, processes pass on, exchanges, needs, offers and stores are ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from wikivillage.report.figures.net import Link, Net, Node, Role
from wikivillage.report.reading import Reading
from wikivillage.report.words import lowered

Flow = Mapping[str, Any]
SIDES = {
    "output": "in",
    "bought": "in",
    "offered": "in",
    "discharged": "in",
    "input": "out",
    "sold": "out",
    "served": "out",
    "stranded": "out",
    "charged": "out",
}
"""Whether a kind of flow brings to its resource or takes from it."""
UNEXPLAINED = 1e-3
"""Share of what passes a resource above which a difference is shown in grey instead of being put down to rounding."""
ROUNDING = 1e-5
"""Share of what a machine takes below which what is missing is rounding."""


def build(reading: Reading, unit: str, flows: Iterable[Flow]) -> Net:
    """The balanced net of some flows in one unit; circles are left in it."""
    builder = _Builder(reading, tuple(flows))
    builder.add_ends()
    builder.add_machines()
    builder.close_buses()
    return Net(unit, tuple(builder.nodes.values()), tuple(builder.links))


def forced(reading: Reading) -> set[str]:
    """Things that had to run without enough input: what they lack enters their balance from nowhere."""
    return {row["need"] for row in reading.record.get("unmet") or () if row.get("priority") == "forced"}


def loop_of_flow(reading: Reading, flow: Flow) -> str:
    """The loop of the flow's resource."""
    return str((reading.resources.get(flow["resource"]) or flow).get("loop") or "")


def services(flows: Iterable[Flow]) -> set[tuple[str, str]]:
    """(resource, network) of what is only served and only made by machines that give more than they take.

    A flush of a toilet is a service counted in m3 beside the water that leaves: the water must not count twice.
    """
    by_machine: dict[str, list[Flow]] = defaultdict(list)
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for flow in flows:
        kinds[flow["resource"], flow["network"]].add(flow["kind"])
        if flow["kind"] in ("input", "output"):
            by_machine[flow["id"]].append(flow)
    candidates = {node for node, found in kinds.items() if found <= {"output", "served"} and len(found) == 2}
    needed: set[tuple[str, str]] = set()
    for parts in by_machine.values():
        surplus = sum(flow["total"] * (1 if flow["kind"] == "output" else -1) for flow in parts)
        for flow in parts:
            node = (flow["resource"], flow["network"])
            takes = any(each["kind"] == "input" for each in parts)
            if flow["kind"] == "output" and not (takes and abs(surplus - flow["total"]) < surplus):
                needed.add(node)
    return candidates - needed


class _Side:
    """Amounts by end, with the loop of each."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[float, str]] = {}

    def add(self, end: str, value: float, loop: str) -> None:
        self.values[end] = (self.values.get(end, (0.0, loop))[0] + value, loop)

    @property
    def total(self) -> float:
        return sum(value for value, _ in self.values.values())

    @property
    def main_loop(self) -> str:
        return max(self.values.values(), default=(0.0, ""))[1]

    def shrink(self, by: float) -> None:
        """Take ``by`` off, in proportion."""
        total = self.total
        if total > 0:
            self.values = {end: (value * (1 - by / total), loop) for end, (value, loop) in self.values.items()}


class _Builder:
    """Collects nodes and links of one family."""

    def __init__(self, reading: Reading, flows: tuple[Flow, ...]) -> None:
        self.reading, self.flows = reading, flows
        self.nodes: dict[str, Node] = {}
        self.links: list[Link] = []
        self.networks: dict[str, set[str]] = defaultdict(set)
        for flow in flows:
            if not flow.get("nature"):
                self.networks[flow["resource"]].add(flow["network"])

    def bus(self, flow: Flow) -> str:
        """The node of the flow's resource in its network."""
        resource, network = flow["resource"], flow["network"]
        id = f"bus/{resource}/{network}"
        label = self.reading.resource(resource)
        if len(self.networks[resource]) > 1:
            label = f"{label}, {lowered(self.reading.called(network, 'place'))}"
        self.nodes.setdefault(id, Node(id, label, loop_of_flow(self.reading, flow), "bus"))
        return id

    def end(self, id: str, label: str, loop: str, role: Role, *, grey: bool = False) -> str:
        """A source or a sink."""
        key = f"{role}/{id}"
        self.nodes.setdefault(key, Node(key, label, loop, role, grey))
        return key

    def link(self, source: str, target: str, value: float, loop: str, *, grey: bool = False) -> None:
        """A ribbon, unless nothing flows."""
        if value > 0:
            self.links.append(Link(source, target, value, loop, grey))

    def add_ends(self) -> None:
        """Exchanges, needs, offers and stores: they only give or only take."""
        words = self.reading.words
        for flow in self.flows:
            kind, id, value = flow["kind"], flow["id"], flow["total"]
            if kind in ("input", "output") or flow.get("nature"):
                continue
            label = words(f"net.{kind}", name=self.reading.flow_name(flow))
            loop, bus = loop_of_flow(self.reading, flow), self.bus(flow)
            if kind == "unmet":
                self.link(self.end("missing", label, "", "source", grey=True), bus, value, "", grey=True)
            elif SIDES[kind] == "in":
                self.link(self.end(f"{id}/{kind}", label, loop, "source"), bus, value, loop)
            else:
                self.link(bus, self.end(f"{id}/{kind}", label, loop, "sink"), value, loop)

    def add_machines(self) -> None:
        """Processes: one that only gives is a source, one that only takes is a sink, the others pass on."""
        machines: dict[str, list[Flow]] = defaultdict(list)
        for flow in self.flows:
            if flow["kind"] in ("input", "output"):
                machines[flow["id"]].append(flow)
        for id, flows in machines.items():
            self._add_machine(id, flows)

    def _add_machine(self, id: str, flows: list[Flow]) -> None:
        ins, outs, given, lost = (_Side() for _ in range(4))
        for flow in flows:
            loop, taken = loop_of_flow(self.reading, flow), flow["kind"] == "input"
            if flow.get("nature"):
                (given if taken else lost).add(self.reading.resource(flow["resource"]), flow["total"], loop)
            else:
                (ins if taken else outs).add(self.bus(flow), flow["total"], loop)
        label = self.reading.flow_name(flows[0])
        if not ins.values:
            end = self.end(id, label, outs.main_loop, "source")
            for bus, (value, loop) in outs.values.items():
                self.link(end, bus, value, loop)
        elif not outs.values:
            end = self.end(id, label, ins.main_loop, "sink")
            for bus, (value, loop) in ins.values.items():
                self.link(bus, end, value, loop)
        else:
            self._pass_on(id, label, ins, outs, given, lost)

    def _pass_on(self, id: str, label: str, ins: _Side, outs: _Side, given: _Side, lost: _Side) -> None:
        """A machine between resources: what nature gives it and takes from it, and then the rest."""
        both = min(given.total, lost.total)
        given.shrink(both)
        lost.shrink(both)
        key = f"process/{id}"
        self.nodes[key] = Node(key, label, outs.main_loop, "process")
        for bus, (value, loop) in ins.values.items():
            self.link(bus, key, value, loop)
        for bus, (value, loop) in outs.values.items():
            self.link(key, bus, value, loop)
        for name, (value, loop) in given.values.items():
            self.link(self.end(f"nature/{name}", name, loop, "source"), key, value, loop)
        for name, (value, loop) in lost.values.items():
            self.link(key, self.end(f"nature/{name}", name, loop, "sink", grey=True), value, loop, grey=True)
        rest = ins.total + given.total - outs.total - lost.total
        if abs(rest) > ROUNDING * (ins.total + given.total):
            self._add_rest(id, key, rest)

    def _add_rest(self, id: str, key: str, rest: float) -> None:
        """What a machine turns into another unit, or takes from one, by its name; a plain loss in grey."""
        words, kind = self.reading.words, "output" if rest > 0 else "input"
        other = self._elsewhere(id, kind)
        role: Role = "sink" if rest > 0 else "source"
        if other is None:
            end = self.end("rest", words("net.lost" if rest > 0 else "net.elsewhere"), "", role, grey=True)
            loop, grey = "", True
        else:
            name = self.reading.resource(other["resource"])
            loop, grey = loop_of_flow(self.reading, other), bool(other.get("nature"))
            label = words("net.becomes" if rest > 0 else "net.comes_from", name=lowered(name))
            end = self.end(f"other/{other['resource']}", label, loop, role, grey=grey)
        self.link(key if rest > 0 else end, end if rest > 0 else key, abs(rest), loop, grey=grey)

    def _elsewhere(self, id: str, kind: str) -> Flow | None:
        """The largest flow of a machine outside this family that may hold what is missing: no hours, no bare energy."""
        here = {flow["flow"] for flow in self.flows}
        immaterial = {"h", "EUR", "kWh"} - {self.flows[0]["unit"]}
        others = [
            flow
            for flow in self.reading.of_kind(kind)
            if flow["id"] == id and flow["flow"] not in here and flow["unit"] not in immaterial
        ]
        return max(others, key=lambda flow: (not flow.get("nature"), float(flow["total"])), default=None)

    def close_buses(self) -> None:
        """A difference at a resource is never hidden: above rounding it is shown in grey as unexplained."""
        label = self.reading.words("net.unexplained")
        for id in [node.id for node in self.nodes.values() if node.role == "bus"]:
            enters = sum(link.value for link in self.links if link.target == id)
            leaves = sum(link.value for link in self.links if link.source == id)
            if abs(enters - leaves) <= UNEXPLAINED * max(enters, leaves):
                continue
            if enters > leaves:
                self.link(id, self.end("unexplained", label, "", "sink", grey=True), enters - leaves, "", grey=True)
            else:
                self.link(self.end("unexplained", label, "", "source", grey=True), id, leaves - enters, "", grey=True)
