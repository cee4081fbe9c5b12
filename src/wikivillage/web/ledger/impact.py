"""What statements of impact rest on: the events of the ledger as facts, each with the kind of thing in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wikivillage.flows.impact import Fact
from wikivillage.flows.kinds import Event
from wikivillage.web.ledger import models
from wikivillage.web.ledger.queries import CHUNK, event_of


def last_number() -> int:
    """The number of the last record: up to it the ledger says everything that it knows."""
    return int(models.Head.objects.get(pk=1).number)


def facts(up_to: int) -> Iterator[Fact]:
    """Every event up to a record, in their order. Its kind is what it says itself, or that of what it names."""
    specs = dict(models.Stock.objects.values_list("id", "spec"))
    rows = models.Event.objects.select_related("record").filter(record_id__lte=up_to).order_by("record_id")
    for row in rows.iterator(CHUNK):
        event = event_of(row)
        yield Fact(row.record_id, event, _kind(event, specs), row.happened_at)


def _kind(event: Event, specs: Mapping[str, str]) -> str | None:
    created = [one.id for one in (event.new_resource, event.new_to_resource) if one is not None]
    named = [event.resource, event.to_resource, *created]
    return event.spec or next((specs[id] for id in named if id is not None and specs.get(id)), None)
