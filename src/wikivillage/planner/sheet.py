"""The sheet on which the families of equations write: the village, its hours, its columns and rows, and what was meant.

Everything that ``interpret`` needs to turn a solution back into words is kept here as *flows* (columns or fixed
amounts with their meaning) and *charges* (what each part of the objective is for).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from wikivillage.base.time import Tempo, TimeAxis
from wikivillage.climate.resolve import Resolved
from wikivillage.model.kinds import Resource, Series, Village
from wikivillage.model.missing import PRIORITY_FACTOR, essential_price
from wikivillage.planner.linear_program import Blocks, Floats, Ints

FlowKind = Literal[
    "activity",
    "input",
    "output",
    "bought",
    "sold",
    "served",
    "unmet",
    "offered",
    "stranded",
    "charged",
    "discharged",
    "level",
]
Node = tuple[str, str]
"""A resource and the network that carries it."""


@dataclass(frozen=True, slots=True)
class Linear:
    """``constant + sum(coefficients * x[columns])``: an amount that the solution decides."""

    columns: Ints
    coefficients: Floats
    constant: float = 0.0

    def of(self, x: Floats) -> float:
        """Its value in a solution."""
        return float(self.constant + self.coefficients @ x[self.columns])


@dataclass(frozen=True, slots=True)
class Flow:
    """One series of the plan: ``scale * x[columns] + fixed``, all (steps,), and what it means."""

    kind: FlowKind
    id: str
    node: Node | None
    tempo: Tempo
    columns: Ints | None
    scale: Floats
    fixed: Floats

    def of(self, x: Floats) -> Floats:
        """(steps,) its values in a solution."""
        return self.fixed if self.columns is None else self.scale * x[self.columns] + self.fixed


@dataclass(frozen=True, slots=True)
class Charge:
    """One part of the objective, e.g. the capital of ``pv``, in EUR over the horizon."""

    kind: str
    id: str
    amount: Linear


@dataclass(frozen=True, slots=True)
class Size:
    """A size to choose (``column``) or given (``column`` None), and what one more unit costs over the horizon."""

    id: str
    part: Literal["process", "store", "power"]
    low: float
    high: float
    unit: str
    column: int | None
    unit_cost: float

    def of(self, x: Floats) -> float:
        """Its value in a solution."""
        return self.low if self.column is None else float(x[self.column])


@dataclass
class Sheet:
    """What the families share while they compile one village."""

    resolved: Resolved
    axis: TimeAxis
    blocks: Blocks = field(default_factory=Blocks)
    balance_rows: dict[Node, Ints] = field(default_factory=dict)
    balance_demand: dict[Node, Floats] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    carbon: dict[str, list[Linear]] = field(default_factory=lambda: {"operational": [], "embodied": []})
    sizes: dict[tuple[str, str], Size] = field(default_factory=dict)
    surface_rows: dict[tuple[str, str], int] = field(default_factory=dict)
    capacity_rows: dict[tuple[str, str], list[Ints]] = field(default_factory=dict)
    goal_rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    limit_rows: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    @property
    def village(self) -> Village:
        """The village that is planned."""
        return self.resolved.village

    def resource(self, id: str) -> Resource:
        """The resource of that name."""
        return self.village.resources[id]

    def node(self, resource: str, place: str | None) -> Node:
        """The resource in the network that serves a place."""
        networks = self.village.places[place].networks if place else {}
        return resource, networks.get(resource, "village")

    def tempo(self, node: Node) -> Tempo:
        """At which tempo a node is balanced."""
        return self.resource(node[0]).tempo

    def values(self, series: Series) -> Floats:
        """(hours,) a series of the village."""
        return self.resolved.values(series)

    def amounts(self, series: Series, tempo: Tempo) -> Floats:
        """(steps,) a rate per hour summed into steps."""
        return self.axis.sum_to(tempo, self.values(series))

    def prices(self, series: Series, tempo: Tempo) -> Floats:
        """(steps,) a price averaged over steps."""
        return self.axis.mean_to(tempo, self.values(series))

    def balance(self, node: Node) -> Ints:
        """(steps,) the rows of a node's balance, made at first use."""
        if node not in self.balance_rows:
            steps = self.axis.steps(self.tempo(node))
            self.balance_rows[node] = self.blocks.rows(steps, lower=0.0, upper=0.0)
            self.balance_demand[node] = np.zeros(steps)
        return self.balance_rows[node]

    def put(self, node: Node, columns: Ints, values: ArrayLike) -> None:
        """Let (steps,) columns at the node's own tempo add ``values`` to its balance."""
        self.blocks.entries(self.balance(node), columns, values)

    def demand(self, node: Node, amounts: Floats) -> None:
        """Ask (steps,) fixed amounts of a node; negative amounts are given to it."""
        self.balance(node)
        self.balance_demand[node] += amounts

    def flow(
        self,
        kind: FlowKind,
        id: str,
        node: Node | None,
        tempo: Tempo,
        columns: Ints | None,
        *,
        scale: ArrayLike = 1.0,
        fixed: ArrayLike = 0.0,
    ) -> Flow:
        """Remember what columns mean: ``scale * x[columns] + fixed``."""
        steps = self.axis.steps(tempo)
        made = Flow(
            kind,
            id,
            node,
            tempo,
            columns,
            np.broadcast_to(np.asarray(scale, float), steps),
            np.broadcast_to(np.asarray(fixed, float), steps),
        )
        self.flows.append(made)
        return made

    def charge(self, kind: str, id: str, columns: Ints, coefficients: ArrayLike, constant: float = 0.0) -> None:
        """Add a part to the objective."""
        values = np.array(np.broadcast_to(np.asarray(coefficients, float), len(columns)))
        if not values.any() and constant == 0.0:
            return
        self.blocks.costs(columns, values)
        self.blocks.constant += constant
        self.charges.append(Charge(kind, id, Linear(columns, values, constant)))

    def emit(
        self,
        scope: str,
        id: str,
        columns: Ints,
        kilograms: ArrayLike,
        constant: float = 0.0,
        *,
        priced: bool = True,
    ) -> None:
        """Count kgCO2e per unit of columns as ``operational`` or ``embodied``, at the village's carbon price."""
        values = np.array(np.broadcast_to(np.asarray(kilograms, float), len(columns)))
        if not values.any() and constant == 0.0:
            return
        self.carbon[scope].append(Linear(columns, values, constant))
        price = self.village.finance.carbon_price if priced else 0.0
        if price:
            self.charge("carbon", id, columns, values * price, constant * price)

    def total(self, kinds: Iterable[FlowKind], resources: set[str]) -> Linear:
        """The amount of some kinds of flow of some resources over the whole horizon."""
        chosen = [f for f in self.flows if f.kind in kinds and f.node is not None and f.node[0] in resources]
        return joined(Linear(*_columns_of(flow), float(flow.fixed.sum())) for flow in chosen)

    def missing_price(self, resource: str, priority: str) -> float:
        """EUR per unit of an unmet need of that priority."""
        return essential_price(self.resource(resource)) * PRIORITY_FACTOR[priority]


def joined(parts: Iterable[Linear]) -> Linear:
    """The sum of some amounts."""
    known = list(parts)
    return Linear(
        np.concatenate([NO_COLUMNS, *(part.columns for part in known)]),
        np.concatenate([np.zeros(0), *(part.coefficients for part in known)]),
        sum(part.constant for part in known),
    )


NO_COLUMNS = np.zeros(0, dtype=np.int32)


def _columns_of(flow: Flow) -> tuple[Ints, Floats]:
    return (NO_COLUMNS, np.zeros(0)) if flow.columns is None else (flow.columns, flow.scale)
