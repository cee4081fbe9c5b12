"""Law: output + bought + offered + discharged + short = input + sold + served + stranded + charged, in every step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wikivillage.base.time import Tempo
from wikivillage.planner.audit.findings import Finding, Floats, Law, Residual, differs
from wikivillage.planner.audit.result import Node, Result
from wikivillage.planner.audit.tracks import Key

GIVES = frozenset({"output", "bought", "offered", "discharged"})
TAKES = frozenset({"input", "sold", "served", "stranded", "charged"})


@dataclass(frozen=True, slots=True)
class Balance:
    """(steps,) what comes to and what goes from one resource in one network."""

    node: Node
    tempo: Tempo
    comes: Floats
    goes: Floats


def balances(result: Result) -> list[Balance]:
    """The balance of every resource and network that something flows through, nature apart."""
    nodes: dict[Node, list[Key]] = defaultdict(list)
    for key in result.series:
        resource = result.village.resources.get(key.resource)
        if resource is not None and not resource.nature and (gives(result, key) or key.kind in TAKES):
            nodes[key.resource, key.network].append(key)
    return [_balance(result, node, keys) for node, keys in nodes.items()]


def gives(result: Result, key: Key) -> bool:
    """Whether a series adds to its balance. Unmet needs were never taken from it; what others lack was."""
    return key.kind in GIVES or (key.kind == "unmet" and key.id not in result.village.needs)


def _balance(result: Result, node: Node, keys: list[Key]) -> Balance:
    tempo = result.tempo(node[0])
    sides = {True: np.zeros(result.axis.steps(tempo)), False: np.zeros(result.axis.steps(tempo))}
    for key in keys:
        sides[gives(result, key)] += result.flow(key.kind, key.id, node, tempo)
    return Balance(node, tempo, sides[True], sides[False])


def check_balances(result: Result) -> Iterator[Finding]:
    """Nothing appears and nothing vanishes between what gives and what takes."""
    for balance in balances(result):
        unit = result.village.resources[balance.node[0]].unit
        sentence = f"<found> {unit} come and <wanted> {unit} go"
        law = Law("balance", "@".join(balance.node), sentence, result.clock(balance.tempo))
        yield from differs(law, balance.comes, balance.goes)


def worst_residual(result: Result, known: list[Balance]) -> Residual:
    """The balance that adds up worst relative to the turnover of its step (or of its mean step, if that is larger)."""
    worst = Residual()
    for balance in known:
        gap = np.abs(balance.comes - balance.goes)
        turnover = np.fmax(np.abs(balance.comes), np.abs(balance.goes))
        scale = np.fmax(turnover, max(float(np.nan_to_num(turnover, posinf=0.0).mean()), 1e-3))
        share = np.where(np.isfinite(gap), gap / scale, np.inf)
        step = int(share.argmax())
        if share[step] > worst.relative or not worst.where:
            worst = Residual(
                float(gap[step]), float(share[step]), result.village.resources[balance.node[0]].unit,
                "@".join(balance.node), result.when(balance.tempo, step),
            )  # fmt: skip
    return worst
