"""From a plan's totals to nets: one per unit family, what machines lose named in grey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wikivillage.report.figures.net import (
    Link,
    Net,
    Node,
    fold_small,
    merge_links,
    open_circles,
    shorten,
    without_traces,
)
from wikivillage.report.net_builder import SIDES, build, forced, loop_of_flow, services
from wikivillage.report.reading import GROUPS, PAID, Reading

FAMILY_OF_LOOP = {
    "energy": "energy",
    "heat": "energy",
    "water": "water",
    "matter": "matter",
    "food": "food",
    "people": "people",
    "money": "money",
}
FAMILIES = ("energy", "water", "matter", "food", "people", "money")
TRACE = 0.004
"""Share of the largest flow below which a flow is not drawn; the table has it."""
SMALL = 0.015
"""Share of the largest bar below which ends are joined, where several are that small."""
NOISE = 0.01
"""Units of a resource over the whole horizon below which a family is rounding and not a flow."""

Flow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Flows of one unit and one family of loops; ``services``: names of what is used and flows on as other things."""

    name: str
    unit: str
    flows: tuple[Flow, ...]
    services: tuple[str, ...] = ()


def families(reading: Reading) -> list[Family]:
    """The families that flow in this plan, in a fixed order; each keeps one unit only."""
    grouped: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    lacking = forced(reading)
    for flow in reading.totals:
        if flow["kind"] in SIDES or (flow["kind"] == "unmet" and flow["id"] in lacking):
            loop = loop_of_flow(reading, flow)
            grouped[FAMILY_OF_LOOP.get(loop, loop), flow["unit"]].append(flow)
    order = {name: i for i, name in enumerate(FAMILIES)}
    keys = sorted(grouped, key=lambda key: (order.get(key[0], 99), -len(grouped[key])))
    return [
        _family(reading, name, unit, grouped[name, unit])
        for name, unit in keys
        if _largest(grouped[name, unit]) > NOISE
    ]


def _largest(flows: list[Flow]) -> float:
    return max((flow["total"] for flow in flows if not flow.get("nature")), default=0.0)


def _family(reading: Reading, name: str, unit: str, flows: list[Flow]) -> Family:
    """Services are taken out: water that flushed is counted where it goes, not a second time as a flush."""
    out = services(flows)
    kept = tuple(flow for flow in flows if (flow["resource"], flow["network"]) not in out)
    return Family(name, unit, kept, tuple(sorted({reading.resource(resource) for resource, _ in out})))


def full_net(reading: Reading, family: Family) -> Net:
    """Every flow of a family, balanced: circles opened, differences shown in grey."""
    words = reading.words
    net = merge_links(build(reading, family.unit, family.flows))
    return open_circles(net, leaves=words("net.leaves", name="{name}"), returns=words("net.returns", name="{name}"))


def net_of(reading: Reading, family: Family) -> Net:
    """The net to draw: traces left out, small ends joined, machines that only pass on turned into named ribbons."""
    drawn = without_traces(full_net(reading, family), TRACE)
    return shorten(fold_small(drawn, share=SMALL, label=reading.words("net.others", n="{n}")))


def money_net(reading: Reading) -> Net | None:
    """Euros of the horizon: what is sold and what the village pays, then what they pay for. None where nothing is."""
    words = reading.words
    spent: dict[str, float] = defaultdict(float)
    earned: dict[str, float] = defaultdict(float)
    for part in reading.record["objective"]["parts"]:
        if part["kind"] in PAID and abs(part["amount"]) > NOISE:
            (spent if part["amount"] > 0 else earned)[_money_label(reading, part)] += abs(part["amount"])
    rest = sum(spent.values()) - sum(earned.values())
    (earned if rest > 0 else spent)[words("net.village_pays" if rest > 0 else "net.village_keeps")] += abs(rest)
    if sum(spent.values()) <= NOISE:
        return None
    purse = Node("bus/purse", words("net.purse"), "money", "bus")
    sources = [Node(f"source/{label}", label, "money", "source") for label, value in earned.items() if value > 0]
    sinks = [Node(f"sink/{label}", label, "money", "sink") for label, value in spent.items() if value > 0]
    links = [Link(f"source/{label}", purse.id, value, "money") for label, value in earned.items() if value > 0]
    links += [Link(purse.id, f"sink/{label}", value, "money") for label, value in spent.items() if value > 0]
    return fold_small(
        Net("EUR", (purse, *sources, *sinks), tuple(links)), share=SMALL, label=words("net.others", n="{n}")
    )


def _money_label(reading: Reading, part: Mapping[str, Any]) -> str:
    key = {"capital": "owning", "upkeep": "owning", "holding": "owning"}.get(part["kind"], part["kind"])
    return reading.words(f"money.{key}", name=reading.called(part["id"], GROUPS.get(part["kind"], "thing")))
