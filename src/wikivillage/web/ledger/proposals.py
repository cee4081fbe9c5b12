"""The needs and offers of the ledger that are still open, and what of a recipe's goods is in stock."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from wikivillage.flows.kinds import ZERO
from wikivillage.flows.match import Proposal, Side, find_proposal
from wikivillage.flows.recipes import Good, StockLine
from wikivillage.web.ledger import models, queries


def open_proposals(side: Side) -> list[Proposal]:
    """What is still needed, or still offered, the newest first."""
    specs = dict(models.Stock.objects.values_list("id", "spec"))
    rows = queries.promises(kind="intent", open=True)
    found = (
        find_proposal(queries.pledge_row(row), row.record.recorded_at, specs.get(row.resource or "")) for row in rows
    )
    return [one for one in found if one is not None and one.side == side]


def stock_lines(specs: Container[str], at: datetime) -> list[StockLine]:
    """What is on hand of some kinds of goods, stage by stage, and what earlier promises reserve of it."""
    lines: dict[tuple[Good, str], StockLine] = {}
    for row in queries.stocks():
        if row.spec not in specs or row.contained_in:
            continue
        good = Good(row.spec, row.stage, row.state)
        before = lines.get((good, row.unit), StockLine(good, row.unit))
        taken = before.earlier_demand + queries.reserved(row.id, at)
        lines[good, row.unit] = StockLine(good, row.unit, before.on_hand + max(row.onhand, ZERO), taken)
    return list(lines.values())
