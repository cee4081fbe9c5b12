"""The history of the ledger's tables, as trace and track ask for it: by id, and no more than they reach."""

from __future__ import annotations

from collections.abc import Sequence

from wikivillage.flows.kinds import Process, Standing, Stock
from wikivillage.web.ledger import models
from wikivillage.web.ledger.queries import find_stock, standings
from wikivillage.web.ledger.shelf import work_of

AHEAD = 500
"""How many events of one resource or process are read at once."""


class LedgerHistory:
    """What the tables remember; events that were read stay at hand, for a trace asks for them again."""

    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}

    def standing(self, event: str) -> Standing | None:
        """An event, the one before it on its resource, and what its corrections left of it."""
        if event not in self._standings:
            self._standings |= standings([event])
        return self._standings.get(event)

    def stock(self, resource: str) -> Stock | None:
        """A resource, or an account of what is elsewhere."""
        return find_stock(resource)

    def process(self, id: str) -> Process | None:
        """A process."""
        row = models.Process.objects.filter(pk=id).first()
        return work_of(row).process if row else None

    def touching(self, resource: str) -> Sequence[str]:
        """The events that named or changed a resource, in its own sequence."""
        rows = models.Posting.objects.filter(resource=resource).order_by("sequence")
        return self._ahead(list(rows.values_list("record__id", flat=True)))

    def touched(self, event: str) -> Sequence[str]:
        """The resources that an event named or changed."""
        rows = models.Posting.objects.filter(record__id=event).order_by("id")
        return list(rows.values_list("resource", flat=True))

    def inputs(self, process: str) -> Sequence[str]:
        """The events that are inputs of a process."""
        rows = models.Event.objects.filter(input_of=process).order_by("record_id")
        return self._ahead(list(rows.values_list("id", flat=True)))

    def outputs(self, process: str) -> Sequence[str]:
        """The events that are outputs of a process."""
        rows = models.Event.objects.filter(output_of=process).order_by("record_id")
        return self._ahead(list(rows.values_list("id", flat=True)))

    def _ahead(self, ids: list[str]) -> list[str]:
        """Read events at once that will be asked for one by one: the last ones, of which a trail asks first."""
        self._standings |= standings([id for id in ids[-AHEAD:] if id not in self._standings])
        return ids
