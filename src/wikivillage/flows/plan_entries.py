"""A plan of production as entries of the ledger: processes, the commitments of each, and needs for what is to buy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from wikivillage.flows.kinds import Commitment, Entry, Intent, Process
from wikivillage.flows.schedule import ProductionPlan
from wikivillage.flows.wire import read_entry, write_entry


def ids_of(plan: str) -> Callable[[str], str]:
    """A maker of ids for ``explode``: the plan's own, and the name within it in letters that an id may have."""

    def make(name: str) -> str:
        plain = re.sub(r"[^\w.-]+", "-", name.replace("/", ".")).strip("-")
        return f"{plan}.{plain}"

    return make


def entries_of(plan: ProductionPlan, agent: str) -> Iterator[Entry]:
    """What a plan promises, all of it by one agent to itself, under the ids of the plan. Raises ProblemError.

    Who takes a part over cancels that commitment and makes one of his own. What is to be bought nobody has promised:
    it becomes a need, which offers can be matched with.
    """
    for process in plan.processes:
        yield _checked(Process(process.id, process.recipe_process))
    for made in plan.commitments:
        yield _checked(
            Commitment(
                id=made.id,
                action=made.action,
                provider=agent,
                receiver=agent,
                spec=made.spec,
                quantity=made.quantity,
                effort=made.effort,
                input_of=made.process if made.side == "input" else None,
                output_of=made.process if made.side == "output" else None,
                due=made.due,
                stage=made.stage,
                state=made.state,
            )
        )
    for bought in plan.purchases:
        yield _checked(
            Intent(
                id=bought.id,
                action="transfer",
                receiver=agent,
                spec=bought.good.spec,
                quantity=bought.quantity,
                due=bought.needed_at,
            )
        )


def _checked(entry: Entry) -> Entry:
    """The entry as the ledger would read it: names of a recipe need not be names of the ledger."""
    return read_entry(write_entry(entry))
