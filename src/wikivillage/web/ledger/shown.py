"""Events, stocks and promises as the lines of a page: sentences, amounts and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from wikivillage.flows.kinds import Event as EventKind
from wikivillage.web.ledger import models
from wikivillage.web.ledger.sentences import action_word, tell_event
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.registry.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a line of a list."""

    id: str
    at: datetime
    sentence: str
    word: str
    thing: str
    loop: str
    value: Decimal | None
    unit: str
    basis: str = ""


def ids_in(rows: Iterable[Any]) -> list[str | None]:
    """Every id that rows of events name, of whatever it is."""
    names = ("spec", "resource", "to_resource", "input_of", "output_of")
    return [getattr(row, name, None) for row in rows for name in names]


def agents_in(rows: Iterable[Any]) -> list[str | None]:
    """Every agent that rows of events name."""
    return [one for row in rows for one in (row.provider_id, row.receiver_id)]


def things_of(rows: Sequence[Any], viewer: Viewer, lang: str, *more: str | None) -> Things:
    """The names that the lines of some events need."""
    return find_things(viewer, lang, ids=[*ids_in(rows), *more], agents=agents_in(rows))


def line_of(row: models.Event, things: Things) -> Line:
    """An event as a line."""
    spec = row.spec or things.spec(row.resource) or things.spec(row.to_resource)
    counted = row.quantity is not None
    value, unit = (row.quantity, row.unit) if counted else (row.effort, row.effort_unit)
    return Line(
        id=row.id,
        at=row.happened_at,
        sentence=tell_event(row, things),
        word=action_word(row.action),
        thing=things.resource(spec) if spec else "",
        loop=things.loop(spec),
        value=value,
        unit=unit or "",
    )


def lines_of(rows: Sequence[models.Event], viewer: Viewer, lang: str) -> list[Line]:
    """Events as lines, with as many questions as for one."""
    things = things_of(rows, viewer, lang)
    return [line_of(row, things) for row in rows]


def grade_of(event: EventKind) -> str:
    """How sure an event is: A where a meter measured it, C where it estimated, B where somebody wrote it down."""
    basis = event.basis or ""
    if "; measured;" in basis:
        return "A"
    return "C" if "; estimated;" in basis or "; partial;" in basis else "B"


def events_address(**asked: Any) -> str:
    """The address of the list of some events."""
    said = {key: value for key, value in asked.items() if value not in (None, "")}
    return f"{reverse('ledger:events')}?{urlencode(said)}"


def ends_of(row: models.Event, things: Things) -> tuple[str, str]:
    """From where to where an event went, in names: processes, stocks, or who had it in hand."""
    begin = (
        things.process(row.output_of)
        if row.output_of
        else things.stock(row.resource)
        if row.resource
        else things.agent(row.provider_id)
    )
    target = row.to_resource or (row.resource if row.output_of else None)
    end = things.process(row.input_of) if row.input_of else things.stock(target) if target else ""
    return begin, end or things.agent(row.receiver_id)
