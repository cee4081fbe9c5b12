"""The history of the ledger's tables, as trace and track ask for it: by id, and no more than they reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from wikivillage.flows.kinds import Process, Standing
from wikivillage.web.ledger import models
from wikivillage.web.ledger.queries import find_stock, standings
from wikivillage.web.ledger.shelf import work_of

AHEAD = 500
"""How many events of one resource or process are read at once."""


class LedgerHistory:
    """What the tables remember; what was read stays at hand, for a trace asks for it again."""

    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}
        self.stock = cache(find_stock)
        self.process = cache(_find_process)
        self.touching = cache(self._touching)
        self.inputs = cache(partial(self._of_process, "input_of"))
        self.outputs = cache(partial(self._of_process, "output_of"))

    def standing(self, event: str) -> Standing | None:
        """An event, the one before it on its resource, and what its corrections left of it."""
        if event not in self._standings:
            self._standings |= standings([event])
        return self._standings.get(event)

    def _touching(self, resource: str) -> Sequence[str]:
        """The events that named or changed a resource, in its own sequence."""
        rows = models.Posting.objects.filter(resource=resource).order_by("sequence")
        return self._ahead(list(rows.values_list("record__id", flat=True)))

    def touched(self, event: str) -> Sequence[str]:
        """The resources that an event named or changed."""
        rows = models.Posting.objects.filter(record__id=event).order_by("id")
        return list(rows.values_list("resource", flat=True))

    def _of_process(self, side: str, process: str) -> Sequence[str]:
        """The events that are inputs, or outputs, of a process."""
        rows = models.Event.objects.filter(**{side: process}).order_by("record_id")
        return self._ahead(list(rows.values_list("id", flat=True)))

    def _ahead(self, ids: list[str]) -> list[str]:
        """Read events at once that will be asked for one by one: the last ones, of which a trail asks first."""
        self._standings |= standings([id for id in ids[-AHEAD:] if id not in self._standings])
        return ids


def _find_process(id: str) -> Process | None:
    row = models.Process.objects.filter(pk=id).first()
    return work_of(row).process if row else None
