"""What sums of the ledger are in the life of the village: made, used, bought, sold, kept. Pure.

The ledger knows stocks and actions; the village file knows which stock is the grid and which process the roof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wikivillage.model.kinds import Village
from wikivillage.web.ledger.day_sums import DayFlow


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of flow of one thing: ``kind`` is a word of the plan (output, bought, served ...) or ``worked``.

    ``id``: the process, need, offer, exchange or store. ``events``: how many are behind it.
    """

    kind: str
    id: str
    resource: str
    unit: str
    amount: float
    events: int


def parts_of(flows: Iterable[DayFlow], village: Village) -> tuple[Part, ...]:
    """The parts of some flows, each once, in a steady order. What the village file does not know is left out."""
    amounts: dict[tuple[str, str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for flow in flows:
        found = kind_of(flow, village)
        if found is None:
            continue
        kind, id = found
        worked = kind == "worked"
        unit = flow.effort_unit if worked else flow.unit
        entry = amounts[kind, id, flow.spec or flow.resource, unit]
        entry[0] += float(flow.effort if worked else flow.quantity)
        entry[1] += flow.events
    return tuple(Part(*key, amount, int(events)) for key, (amount, events) in sorted(amounts.items()) if amount)


def kind_of(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """What a flow is, and of which thing; None for what goes on between people's own stocks."""
    match flow.action:
        case "work":
            return "worked", flow.input_of
        case "produce":
            return _side(flow.output_of, ("output", village.processes), ("offered", village.offers))
        case "consume":
            return _side(flow.input_of, ("input", village.processes), ("served", village.needs))
        case "transfer" | "move" | "transferAllRights" | "transferCustody":
            return _moved(flow, village)
    return None


def _side(id: str, *sections: tuple[str, Iterable[str]]) -> tuple[str, str] | None:
    return next(((kind, id) for kind, section in sections if id in section), None)


def _moved(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """Between a resource and the outside, or a store."""
    return _side(flow.resource, ("bought", village.exchanges), ("discharged", village.stores)) or _side(
        flow.to_resource, ("sold", village.exchanges), ("charged", village.stores)
    )


def total(parts: Iterable[Part], *kinds: str, resource: str | None = None, ids: Iterable[str] | None = None) -> float:
    """The sum of some kinds, of one resource, of some things."""
    chosen = None if ids is None else set(ids)
    return sum(
        part.amount
        for part in parts
        if part.kind in kinds
        and (resource is None or part.resource == resource)
        and (chosen is None or part.id in chosen)
    )
