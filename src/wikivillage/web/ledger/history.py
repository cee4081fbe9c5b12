"""The history of the ledger's tables, as trace and track ask for it: by id, and no more than they reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from wikivillage.flows.kinds import Process, Standing
from wikivillage.web.ledger import models
from wikivillage.web.ledger.queries import find_stock, standings
from wikivillage.web.ledger.shelf import work_of
from wikivillage.web.ledger.sql import select

AHEAD = 500
"""How many events of one resource or process are read at once."""


class LedgerHistory:
    """What the tables remember; what was read stays at hand, for a trace asks for it again."""

    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}
        self._touched: dict[str, list[str]] = {}
        self.stock = cache(find_stock)
        self.process = cache(find_work)
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
        if event not in self._touched:
            self._read_touched([event])
        return self._touched[event]

    def _read_touched(self, events: list[str]) -> None:
        self._touched |= {event: [] for event in events}
        for event, resource in select(TOUCHED, events):
            self._touched[event].append(resource)

    def _of_process(self, side: str, process: str) -> Sequence[str]:
        """The events that are inputs, or outputs, of a process."""
        rows = models.Event.objects.filter(**{side: process}).order_by("record_id")
        return self._ahead(list(rows.values_list("id", flat=True)))

    def _ahead(self, ids: list[str]) -> list[str]:
        """Read events at once that will be asked for one by one: the last ones, of which a trail asks first."""
        new = [id for id in ids[-AHEAD:] if id not in self._standings]
        self._standings |= standings(new)
        self._read_touched(new)
        return ids


TOUCHED = """SELECT r.id, p.resource FROM ledger_posting p JOIN ledger_record r ON r.number = p.number
    WHERE r.id IN ({ids}) ORDER BY p.id"""


def find_work(id: str) -> Process | None:
    """A process as the rules know it."""
    row = models.Process.objects.filter(pk=id).first()
    return work_of(row).process if row else None
