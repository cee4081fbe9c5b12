"""The records that an event names: found, or made by it; and the ledger's own accounts of what is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wikivillage.base.problems import nearest
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.check_entry import ELSEWHERE
from wikivillage.flows.draft import Draft
from wikivillage.flows.kinds import ZERO, Event, NewStock, Stock

UNSPECIFIED = "unspecified"
"""The kind of a record whose maker said nothing about it."""


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of an event's record and to-record, where it has them; ``made`` are those that it creates."""

    resource: str | None
    to_resource: str | None
    made: frozenset[str]


def name_records(draft: Draft, event: Event) -> Named:
    """Find or make the records of an event, and note every problem with them."""
    resource = event.new_resource.id if event.new_resource else event.resource
    to_resource = event.new_to_resource.id if event.new_to_resource else event.to_resource
    made = frozenset(new.id for new in (event.new_resource, event.new_to_resource) if new)
    for field, id in (("resource", event.resource), ("toResource", event.to_resource)):
        if id is not None and draft.stock(id) is None:
            refuse_unknown(draft, field, id)
    if event.new_resource:
        _make(draft, event, event.new_resource, None, "newResource")
    if event.new_to_resource:
        _make(draft, event, event.new_to_resource, draft.stock(resource), "newToResource")
    return Named(resource, to_resource, made)


def refuse_unknown(draft: Draft, field: str, id: str) -> None:
    """Note that there is no such record."""
    close = nearest(id, draft.base.stocks)
    hint = f'Did you mean "{close}"?' if close else "Create it with raise or produce."
    draft.refuse("unknown-resource", field, f'there is no resource "{id}".', hint)


def elsewhere(draft: Draft, agent: str, like: Stock) -> Stock:
    """The account of what ``agent`` holds of a kind outside any record, made when it is first needed.

    It may be negative: what comes from somewhere untracked is owed there. So nothing is ever gained or lost.
    """
    id = f"{ELSEWHERE}{agent}:{like.spec}:{like.unit}"
    empty = Stock(
        id,
        like.unit,
        like.spec,
        ZERO,
        ZERO,
        primary_accountable=agent,
        custodian=agent,
        allow_negative=True,
        elsewhere=True,
    )
    return draft.stock(id) or empty


def _make(draft: Draft, event: Event, new: NewStock, source: Stock | None, field: str) -> None:
    if draft.stock(new.id) is not None:
        draft.refuse("resource-exists", field, f'"{new.id}" is there already.', "Name it as the resource instead.")
        return
    untold = None if new.spec == "" else UNSPECIFIED
    spec = new.spec or event.spec or (source.spec if source else untold)
    classes = new.classified_as or event.classified_as or (source.classified_as if source else ())
    if not spec and not classes:
        draft.refuse("untyped-resource", field, f"{new.id} is of no kind.", "Give it a spec or at least one class.")
    draft.put(
        Stock(
            id=new.id,
            unit=new.unit,
            spec=spec or UNSPECIFIED,
            accounting=ZERO,
            onhand=ZERO,
            primary_accountable=new.primary_accountable or _first_owner(event, source),
            custodian=new.custodian or event.receiver,
            location=new.location or event.to_location or (source.location if source else None),
            stage=new.stage or (source.stage if source else None),
            state=new.state or (source.state if source else None),
            classified_as=tuple(dict.fromkeys(classes)),
            effort_unit=new.effort_unit or (source.effort_unit if source else None),
            lot=new.lot or (source.lot if source else None),
            tracking=new.tracking,
            allow_negative=new.allow_negative,
        )
    )
    _welcome_contents(draft, new.id)


def _first_owner(event: Event, source: Stock | None) -> str:
    """Custody and moves change nobody's property: the new record belongs to whom the old one does."""
    keeps = source is not None and (event.action == "move" or _only_custody(event))
    return source.primary_accountable if keeps and source else event.receiver


def _only_custody(event: Event) -> bool:
    return event.action == "transferCustody" or ACTIONS[event.action].implied == "transferCustody"


def _welcome_contents(draft: Draft, container: str) -> None:
    """What was put into a container before the process produced it shares its place and holder from now on."""
    box = draft.stock(container)
    assert box is not None, "a container that was just made"
    for id in draft.all_inside(container):
        item = draft.stock(id)
        assert item is not None, "the index of contents names records"
        draft.put(replace(item, custodian=box.custodian, location=box.location))
