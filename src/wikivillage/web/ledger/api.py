"""The ledger through the API: entries in, one or many; stocks, promises, events and their trace out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import Entry, Standing
from wikivillage.flows.neighbours import find_items, next_items, previous_items
from wikivillage.flows.trace import RULES, tell, trace, track
from wikivillage.flows.wire import KINDS, json_schema, read_entry, read_json
from wikivillage.web.ledger import models, queries
from wikivillage.web.ledger.actions import record, set_note
from wikivillage.web.ledger.event_filter import read_filter, totals
from wikivillage.web.ledger.history import LedgerHistory
from wikivillage.web.ledger.people import call_by_handle, in_their_words, signed, with_handles, with_pseudonyms
from wikivillage.web.ledger.records import event_record, pledge_record, stock_record
from wikivillage.web.ledger.shelf import stock_of
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.queries import pseudonyms_of

router = Router(tags=["ledger"])
MOST_ENTRIES = 5000
Read, Write, Commit = TokenAuth("read"), TokenAuth("write"), TokenAuth("commit", "write")
Steward = TokenAuth("steward")


class WrittenOut(Schema):
    """What became of an entry: ``created``, or ``exists`` when the same was recorded before; its place in the ledger;
    the event before it on its resource."""

    id: str
    result: Literal["created", "exists"]
    number: int
    previous: str | None


class Page(Schema):
    """A page of records, newest first; ``next`` is what to ask for as ``before`` to go on, null at the end."""

    items: list[dict[str, Any]]
    next: int | None


class HeadOut(Schema):
    """The end of the chain: how many records there are, the seal of the last, and what is closed."""

    number: int
    hash: str
    closed_until: datetime | None


def _body(kind: str) -> dict[str, Any]:
    """What the pages of the API say of a body that the rules of the ledger read themselves."""
    content = {"application/json": {"schema": json_schema(kind)}}
    return {"requestBody": {"required": True, "content": content}}


BATCH = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "entries": {"type": "array", "maxItems": MOST_ENTRIES, "items": json_schema("event")}
                    },
                    "required": ["entries"],
                }
            }
        },
    }
}
FOUND = {200: dict[str, Any], 401: Problems, 404: Problems}
ANSWERS = {200: WrittenOut, 201: WrittenOut, 401: Problems, 403: Problems, 409: Problems, 422: Problems}


def _write(request: HttpRequest, kind: str) -> Status[WrittenOut]:
    (written,) = _record(request, [read_json(request.body)], kind)
    return Status(201 if written.result == "created" else 200, written)


def _record(request: HttpRequest, bodies: Sequence[Any], kind: str | None = None) -> list[WrittenOut]:
    """Read, sign and record; with ``kind`` only entries of that kind. A ``note`` is kept beside the entry."""
    token, at = token_of(request), now()
    notes = {
        str(body.get("id")): _text(body.pop("note")) for body in bodies if isinstance(body, dict) and "note" in body
    }
    entries = with_pseudonyms(_read_all(bodies, kind))
    try:
        named = signed(entries, token.agent_id, steward=is_steward(token))
        written = record(entries=named, at=at, by=token.agent_id, notes=notes)
    except ProblemError as error:
        raise in_their_words(error) from None
    return [WrittenOut(id=one.id, result=one.result, number=one.number, previous=one.previous) for one in written]


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise ProblemError([Problem("not-a-text", "note", "a note is a text.", "")])
    return text


@router.post("/events", auth=Write, response=ANSWERS, openapi_extra=_body("event"))
def post_event(request: HttpRequest) -> Any:
    """Record what happened. Its id is the client's: the same event sent again changes nothing."""
    return _write(request, "event")


@router.post(
    "/events/batch", auth=Write, response={200: list[WrittenOut], 422: Problems, 409: Problems}, openapi_extra=BATCH
)
def post_batch(request: HttpRequest) -> Any:
    """Record several entries, of any ``kind``, whole or not at all, in their order."""
    body = read_json(request.body)
    entries = body.get("entries") if isinstance(body, dict) else body
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        hint = f'Send {{"entries": [...]}} with at most {MOST_ENTRIES} of them.'
        raise ProblemError([Problem("shape", "entries", "a batch is a list of entries.", hint)])
    return _record(request, entries)


def _read_all(bodies: Sequence[Any], kind: str | None) -> list[Entry]:
    """Every entry. Raises ProblemError with the problems of all of them."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for body in bodies:
        try:
            entry = read_entry(body, kind or "event")
            entries.append(entry)
        except ProblemError as error:
            problems += error.problems
        else:
            if kind and not isinstance(entry, KINDS[kind]):
                problems.append(Problem("unknown-kind", "kind", f"this address takes a {kind}.", ""))
    if problems:
        raise ProblemError(problems)
    return entries


@router.post("/processes", auth=Write, response=ANSWERS, openapi_extra=_body("process"))
def post_process(request: HttpRequest) -> Any:
    """Begin a process, so that events can be its inputs and outputs."""
    return _write(request, "process")


@router.post("/commitments", auth=Commit, response=ANSWERS, openapi_extra=_body("commitment"))
def post_commitment(request: HttpRequest) -> Any:
    """Promise something. With ``reserves`` the amount is kept free; a ``use`` with begin and end is a booking."""
    return _write(request, "commitment")


@router.post("/claims", auth=Commit, response=ANSWERS, openapi_extra=_body("claim"))
def post_claim(request: HttpRequest) -> Any:
    """Claim something because of an event."""
    return _write(request, "claim")


@router.post("/intents", auth=Commit, response=ANSWERS, openapi_extra=_body("intent"))
def post_intent(request: HttpRequest) -> Any:
    """Say what is needed or offered."""
    return _write(request, "intent")


@router.post("/closings", auth=Steward, response=ANSWERS, openapi_extra=_body("closing"))
def post_closing(request: HttpRequest) -> Any:
    """Close a period: what happened before can no longer be recorded."""
    return _write(request, "closing")


@router.post("/promises/{id}/{how}", auth=Commit, response=ANSWERS)
def end_promise(request: HttpRequest, id: str, how: Literal["cancel", "finish"]) -> Any:
    """Cancel a promise, or call it finished; what it reserved is free again."""
    ended = {"cancel": "cancelled", "finish": "finished"}[how]
    (written,) = _record(request, [{"id": str(uuid.uuid4()), "promise": id, "how": ended}], "ending")
    return Status(201, written)


class EventFilter(Schema):
    """Which events."""

    resource: str | None = None
    process: str | None = None
    agent: str | None = None
    action: str | None = None
    before: int | None = None
    limit: int = Query(50, ge=1, le=1000)  # type: ignore[type-arg]


@router.get("/events", auth=Read, response={200: Page, 401: Problems, 422: Problems})
def list_events(request: HttpRequest, filter: EventFilter = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """Events, newest first."""
    agent = _pseudonym(filter.agent)
    rows = queries.events(resource=filter.resource, process=filter.process, agent=agent, action=filter.action)
    return _page(rows, filter.before, filter.limit, lambda row: event_record(row, queries.event_of(row)))


class SumFilter(Schema):
    """Which events are added up: of local days, one ``day`` or from ``first`` to ``last``, and of what else is said."""

    day: str = ""
    first: str = ""
    last: str = ""
    action: str = ""
    spec: str = ""
    resource: str = ""
    to_resource: str = ""
    input_of: str = ""
    output_of: str = ""
    process: str = ""
    stock: str = ""
    place: str = ""
    agent: str = ""


@router.get("/sums", auth=Read, response={200: dict[str, Any], 401: Problems, 422: Problems})
def get_sums(request: HttpRequest, filter: SumFilter = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """What events come to, by action, kind and unit, as the pages show it; about a month unless days are said."""
    wanted, problems = read_filter({**filter.dict(), "agent": _pseudonym(filter.agent or None) or ""})
    if problems:
        raise ProblemError(problems)
    found = [{**asdict(one), "quantity": plain(one.quantity), "effort": plain(one.effort)} for one in totals(wanted)]
    return {"first": wanted.first.isoformat(), "last": wanted.last.isoformat(), "items": found}


@router.get("/events/{id}", auth=Read, response=FOUND)
def get_event(request: HttpRequest, id: str) -> Any:
    """One event, and what its corrections left of it."""
    row = models.Event.objects.select_related("record").filter(id=id).first()
    if row is None:
        raise not_found("event", id)
    standing = queries.standings([id])[id]
    note = models.Note.objects.filter(pk=id).values_list("text", flat=True).first()
    record = event_record(row, standing.event, note)
    return with_handles([{**record, "correctedBy": list(standing.corrected_by), "net": _net(standing)}])[0]


def _net(standing: Standing) -> dict[str, str | None]:
    """What corrections left of an event."""
    return {
        "quantity": None if standing.quantity is None else plain(standing.quantity),
        "effort": None if standing.effort is None else plain(standing.effort),
    }


class NoteIn(Schema):
    """A remark; an empty one takes it away."""

    text: str


@router.put("/events/{id}/note", auth=Write, response={204: None, 404: Problems, 422: Problems})
def put_note(request: HttpRequest, id: str, body: NoteIn) -> Any:
    """Remark on an event: the only thing about it that can be changed. Do not name people in it."""
    set_note(entry=id, text=body.text, at=now(), by=token_of(request).agent_id)
    return Status(204, None)


@router.get("/stocks", auth=Read, response={200: Page, 422: Problems})
def list_stocks(
    request: HttpRequest,
    spec: str | None = None,
    agent: str | None = None,
    elsewhere: bool = False,
    before: int | None = None,
    limit: int = Query(50, ge=1, le=1000),  # type: ignore[type-arg]
) -> Any:
    """Stocks, newest first; ``before`` is how many to pass over."""
    passed = max(before or 0, 0)
    rows = queries.stocks(spec=spec, agent=_pseudonym(agent), elsewhere=elsewhere)[passed : passed + limit + 1]
    listed = [stock_record(stock_of(row)) for row in rows]
    more = passed + limit if len(listed) > limit else None
    return {"items": with_handles(listed[:limit]), "next": more}


@router.get("/stocks/{path:id}", auth=Read, response=FOUND)
def get_stock(request: HttpRequest, id: str, as_of: int | None = None, happened_until: datetime | None = None) -> Any:
    """One stock: what is owned, on hand, reserved and available; as of an earlier number of the ledger if asked."""
    stock = queries.find_stock(id)
    if stock is None:
        raise not_found("stock", id)
    found = stock_record(stock, queries.reserved(id, now()))
    if as_of is not None or happened_until is not None:
        accounting, onhand = queries.stock_as_of(id, number=as_of, happened=happened_until)
        found = {"id": id, "unit": stock.unit, "accounting": plain(accounting), "onhand": plain(onhand)}
    return with_handles([found])[0]


@router.get("/promises", auth=Read, response={200: Page, 422: Problems})
def list_promises(
    request: HttpRequest,
    kind: Literal["commitment", "claim", "intent"] | None = None,
    resource: str | None = None,
    open: bool | None = None,
    before: int | None = None,
    limit: int = Query(50, ge=1, le=1000),  # type: ignore[type-arg]
) -> Any:
    """Commitments, claims and intents, newest first, and how far each is kept."""
    rows, at = queries.promises(kind=kind, resource=resource, open=open), now()
    return _page(rows, before, limit, lambda row: pledge_record(queries.pledge_row(row), at))


@router.get("/commitments/{id}", auth=Read, response=FOUND, operation_id="get_commitment")
@router.get("/claims/{id}", auth=Read, response=FOUND, operation_id="get_claim")
@router.get("/intents/{id}", auth=Read, response=FOUND, operation_id="get_intent")
@router.get("/promises/{id}", auth=Read, response=FOUND, operation_id="get_promise")
def get_promise(request: HttpRequest, id: str) -> Any:
    """One promise, and how far it is kept."""
    pledge = queries.find_pledge(id)
    if pledge is None:
        raise not_found("promise", id)
    return with_handles([pledge_record(pledge, now())])[0]


@router.get("/processes/{id}", auth=Read, response=FOUND)
def get_process(request: HttpRequest, id: str) -> Any:
    """One process: its inputs and outputs, what it has in hand, and the effort that went into it."""
    found = queries.find_process(id)
    if found is None:
        raise not_found("process", id)
    return found


@router.get("/steps/{path:id}", auth=Read, response={200: dict[str, Any], 401: Problems, 422: Problems})
def get_steps(request: HttpRequest, id: str) -> Any:
    """One step back and one forward from an event, a stock or a process, by the rule of ValueFlows, latest first."""
    history = LedgerHistory()
    found = find_items(id, history)
    if len(found) > 1:
        raise ProblemError([Problem("ambiguous-item", id, "is several things.", "Ask for the trace of one.")])
    if not found:
        raise ProblemError([Problem("unknown-item", id, "is no event, stock or process.", "")])
    (item,) = found
    said = {"id": id, "kind": item.kind}
    back, ahead = previous_items(item, history), next_items(item, history)
    return {**said, "previous": [one.id for one in back], "next": [one.id for one in ahead]}


@router.get("/trace/{path:id}", auth=Read, response={200: dict[str, Any], 404: Problems, 422: Problems})
def get_trace(
    request: HttpRequest,
    id: str,
    direction: Literal["back", "forward"] = "back",
    rule: Literal["strict", "published"] = "strict",
    most: int = Query(1000, ge=1, le=10_000),  # type: ignore[type-arg]
) -> Any:
    """Where an event, a stock or a process came from, or where it went, step by step, by the rule that is named."""
    assert rule in RULES, "the words of the API are those of the core"
    history = LedgerHistory()
    trail = (trace if direction == "back" else track)(id, history, rule, most=most)
    steps = [
        {"kind": one.kind, "id": one.id, "depth": one.depth, "why": one.why, "via": one.via.id} for one in trail.steps
    ]
    told = call_by_handle(tell(trail, history))
    said = {"id": id, "direction": direction, "rule": trail.rule, "more": trail.more}
    return {**said, "steps": steps, "told": told}


@router.get("/ledger", auth=Read, response=HeadOut)
def get_head(request: HttpRequest) -> Any:
    """The end of the chain; whoever keeps it can tell later whether anything before was changed."""
    head = models.Head.objects.get(pk=1)
    return {"number": head.number, "hash": head.hash, "closed_until": head.closed_until}


def _page(rows: Any, before: int | None, limit: int, tell_row: Any) -> dict[str, Any]:
    page = rows.filter(record_id__lt=before) if before is not None else rows
    listed = list(page[: limit + 1])
    more = listed[limit - 1].record_id if len(listed) > limit else None
    return {"items": with_handles(tell_row(row) for row in listed[:limit]), "next": more}


def _pseudonym(agent: str | None) -> str | None:
    return pseudonyms_of([agent])[agent] if agent else None
