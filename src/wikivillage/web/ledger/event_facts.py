"""Every field of an event with its word and where it leads, for the page of one event."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from wikivillage.flows.kinds import Event as EventKind
from wikivillage.flows.kinds import Measure, NewStock
from wikivillage.web.ledger.models import Event
from wikivillage.web.ledger.sentences import action_word
from wikivillage.web.ledger.shown import events_address
from wikivillage.web.ledger.things import Things
from wikivillage.web.shell.templatetags.village import numbers, unit


@dataclass(frozen=True, slots=True)
class Fact:
    """A field: its word, what it says, and a page about that; ``code`` is shown as it is written."""

    word: str
    text: str
    link: str = ""
    code: str = ""


def facts_of(row: Event, event: EventKind, things: Things) -> list[Fact]:
    """What an event says, field by field; what it does not say is left out."""
    listed = [
        Fact(_("Action"), action_word(event.action), events_address(action=event.action), event.action),
        *_amounts(event),
        *_ends(row, event, things),
        Fact(_("Who gave"), things.agent(row.provider_id)),
        Fact(_("Who received"), things.agent(row.receiver_id)),
        Fact(_("Kind of thing"), things.resource(row.spec), events_address(spec=row.spec), row.spec or ""),
        Fact(
            _("Taken to"), things.place(event.to_location), f"/building/{event.to_location}/", event.to_location or ""
        ),
        Fact(_("State afterwards"), event.state or ""),
        Fact(_("Class"), ", ".join(event.classified_as)),
        *_basis(row, event),
        *(Fact(_("Keeps the promise"), one, promise_address(one)) for one in promises_kept(event)),
    ]
    return [one for one in listed if one.text]


def _basis(row: Event, event: EventKind) -> list[Fact]:
    """What an event rests on: of a meter's, its readings, which a room above tells; else what its author wrote."""
    if not event.basis:
        return []
    if not rests_on_readings(event):
        return [Fact(_("Rests on"), _("what was written with it"), code=event.basis)]
    return [Fact(_("Rests on"), _("the readings of a meter"), evidence_address(row.id), event.basis)]


def rests_on_readings(event: EventKind) -> bool:
    """Whether an event was made from the readings of a meter."""
    return "; rule " in (event.basis or "")


def evidence_address(id: str) -> str:
    """The page of the readings behind an event. It belongs to the room of the meters, which this one does not know."""
    return f"/meters/evidence/{quote(id)}/"


def promises_kept(event: EventKind) -> tuple[str, ...]:
    """The promises that an event counts towards."""
    return (*event.fulfills, *event.settles, *event.satisfies)


def promise_address(id: str) -> str:
    """The page of a promise."""
    return reverse("ledger:promise", args=[id])


def stock_address(id: str) -> str:
    """The page of a stock."""
    return reverse("ledger:stock", args=[id])


def process_address(id: str) -> str:
    """The page of a process."""
    return reverse("ledger:process", args=[id])


def _amounts(event: EventKind) -> list[Fact]:
    return [
        Fact(word, f"{numbers().number(float(measure.value), decimals_in(measure.value))} {unit(measure.unit)}")
        for word, measure in ((_("Amount"), event.quantity), (_("Effort"), event.effort))
        if isinstance(measure, Measure)
    ]


def _ends(row: Event, event: EventKind, things: Things) -> list[Fact]:
    stocks = ((_("Stock"), row.resource, event.new_resource), (_("To stock"), row.to_resource, event.new_to_resource))
    found = [_stock(word, id, new, things) for word, id, new in stocks if id]
    if event.container:
        found.append(Fact(_("Packed into"), things.stock(event.container), stock_address(event.container)))
    for word, process in ((_("Into the process"), row.input_of), (_("Out of the process"), row.output_of)):
        if process:
            found.append(Fact(word, things.process(process), process_address(process), process))
    return found


def _stock(word: str, id: str, new: NewStock | None, things: Things) -> Fact:
    name = things.stock(id)
    return Fact(word, _("%(name)s (begun by this event)") % {"name": name} if new else name, stock_address(id), id)


def decimals_in(value: Decimal) -> int:
    """How many decimals a number has that say something."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def when_of(event: EventKind, row: Any) -> tuple[Any, Any]:
    """From when to when it happened; both the same where it is a point in time."""
    end = event.end or event.at or row.happened_at
    return event.begin or end, end
