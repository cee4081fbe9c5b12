"""How the room agrees with the ledger; found by this file's name."""

from __future__ import annotations

from collections.abc import Iterator

from wikivillage.flows.kinds import State
from wikivillage.web.exchange.helping_reconcile import differences
from wikivillage.web.exchange.lot_reconcile import differences as differences_of_lots
from wikivillage.web.ledger.reconciling import reconciles


@reconciles("exchange")
def compare(state: State) -> Iterator[str]:
    """Every difference between the room and the ledger, in a sentence."""
    yield from differences(state)
    yield from differences_of_lots(state)
