"""Wishes, tools, loans, repairs and hours through the API: a token sees and does what its owner may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows import match as flows
from wikivillage.flows.exact import plain
from wikivillage.web.exchange import hour_actions, loan_actions, repair_actions, wish_actions
from wikivillage.web.exchange.helping_schemas import (
    AccountOut,
    HoursIn,
    HoursOut,
    LoanIn,
    LoanOut,
    MatchOut,
    RepairDayOut,
    RepairIn,
    RepairOut,
    StateIn,
    ToolOut,
    WishIn,
    WishOut,
)
from wikivillage.web.exchange.helping_words import OUT, RETIRED
from wikivillage.web.exchange.hour_queries import account_of, gifts_of
from wikivillage.web.exchange.loan_queries import going_loans, loans_of, now_and_next
from wikivillage.web.exchange.matching import matches_of
from wikivillage.web.exchange.models import HourGift, Loan, RepairDay, RepairTicket, Tool, Wish
from wikivillage.web.exchange.repair_queries import sums_of_day
from wikivillage.web.exchange.wish_queries import left_of, read_wanted, wishes
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.api_parts import Steward, agent_called, in_english
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import kind_of_thing
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer

router = Router(tags=["exchange"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}
Some: Any = Query(200, ge=1, le=1000)  # type: ignore[type-arg]
"""How many rows are asked for."""


@router.get("/wishes", auth=TokenAuth("read"), response=list[WishOut])
def get_wishes(request: HttpRequest, side: str = "", what: str = "", q: str = "", limit: int = Some) -> Any:
    """Open offers and needs, the newest first."""
    rows = list(wishes(read_wanted({"side": side, "what": what, "q": q}))[:limit])
    handles = _handles(_viewer(request), [row.agent_id for row in rows])
    return [_wish(row, handles) for row in rows]


@router.post("/wishes", auth=TokenAuth("commit"), response={201: WishOut, **REFUSED})
@in_english
def post_wish(request: HttpRequest, body: WishIn) -> Any:
    """Look for something or offer it; who waits for the other side is told."""
    agent = _me(request, "make", "wish")
    row = wish_actions.make_wish(agent=agent, by=agent, at=now(), **body.dict())
    return Status(201, _wish(row, _handles(_viewer(request), [agent])))


@router.get("/wishes/{id}/matches", auth=TokenAuth("read"), response={200: list[MatchOut], **REFUSED})
@in_english
def get_matches(request: HttpRequest, id: str) -> Any:
    """What goes with a wish now."""
    return [
        {
            "need": pair.need.id,
            "offer": pair.offer.id,
            "lot": pair.offer.kind == "lot",
            "amount": plain(pair.amount),
            "unit": pair.unit,
            "reasons": [{"en": flows.say(one), "fr": flows.say(one, "fr")} for one in pair.reasons],
        }
        for pair in matches_of(_row(Wish, id, "wish"), at=now())
    ]


@router.post("/wishes/{id}/end", auth=TokenAuth("commit"), response={200: WishOut, **REFUSED})
@in_english
def post_wish_end(request: HttpRequest, id: str) -> Any:
    """Take a wish back."""
    row = _row(Wish, id, "wish")
    _demand(request, "end", "wish", row.agent_id)
    ended = wish_actions.end_wish(wish=row.pk, at=now(), by=token_of(request).agent_id)
    return _wish(ended, _handles(_viewer(request), [row.agent_id]))


@router.get("/tools", auth=TokenAuth("read"), response=list[ToolOut])
def get_tools(request: HttpRequest) -> Any:
    """The tools that are lent, and when they are there."""
    rows = list(Tool.objects.exclude(state=RETIRED))
    taken = now_and_next(rows, now())
    return [_tool(row, *taken[row.pk]) for row in rows]


@router.get("/loans", auth=TokenAuth("read"), response=list[LoanOut])
def get_loans(request: HttpRequest, limit: int = Some) -> Any:
    """One's own loans; for the token of a steward all that are reserved or out."""
    everybody = is_steward(token_of(request))
    rows = list((going_loans() if everybody else loans_of([token_of(request).agent_id]))[:limit])
    handles = _handles(_viewer(request), [row.agent_id for row in rows], all_known=everybody)
    return [_loan(row, handles) for row in rows]


@router.post("/tools/{id}/loans", auth=TokenAuth("commit"), response={201: LoanOut, **REFUSED})
@in_english
def post_loan(request: HttpRequest, id: str, body: LoanIn) -> Any:
    """Reserve a tool; a refusal has every reason."""
    agent = _me(request, "make", "loan")
    tool = _row(Tool, id, "tool")
    row = loan_actions.reserve_tool(tool=tool.pk, agent=agent, by=agent, at=now(), **body.dict())
    return Status(201, _loan(row, _handles(_viewer(request), [agent])))


@router.post("/loans/{id}/cancel", auth=TokenAuth("commit"), response={200: LoanOut, **REFUSED})
@in_english
def post_loan_cancel(request: HttpRequest, id: str) -> Any:
    """Give a reservation up."""
    row = _row(Loan, id, "loan")
    _demand(request, "cancel", "loan", row.agent_id)
    ended = loan_actions.cancel_loan(loan=row.pk, at=now(), by=token_of(request).agent_id)
    return _loan(ended, _handles(_viewer(request), [row.agent_id]))


@router.post("/loans/{id}/out", auth=Steward, response={200: LoanOut, **REFUSED})
@in_english
def post_loan_out(request: HttpRequest, id: str, body: StateIn) -> Any:
    """Hand a reserved tool out, with its state."""
    return _state_said(request, id, loan_actions.hand_out, body)


@router.post("/loans/{id}/back", auth=Steward, response={200: LoanOut, **REFUSED})
@in_english
def post_loan_back(request: HttpRequest, id: str, body: StateIn) -> Any:
    """Take a tool back, with its state."""
    return _state_said(request, id, loan_actions.take_back, body)


def _state_said(request: HttpRequest, id: str, act: Any, body: StateIn) -> dict[str, Any]:
    row = _row(Loan, id, "loan")
    done = act(loan=row.pk, at=now(), by=token_of(request).agent_id, **body.dict())
    return _loan(done, _handles(_viewer(request), [row.agent_id], all_known=True))


@router.get("/repair-days", auth=TokenAuth("read"), response=list[RepairDayOut])
def get_repair_days(request: HttpRequest, limit: int = Some) -> Any:
    """Repair days, the newest first, with what they add up to."""
    names = ("things", "fixed", "repairable", "end_of_life", "unweighed", "minutes")
    found = []
    for row in RepairDay.objects.all()[:limit]:
        sums = sums_of_day(row)
        said = {name: getattr(row, name) for name in ("id", "title", "place", "begin", "end")}
        counts = {name: getattr(sums, name) for name in names}
        found.append({**said, **counts, "closed": row.closed_at is not None, "kg_kept": plain(sums.kg_kept)})
    return found


@router.get("/repairs", auth=TokenAuth("read"), response=list[RepairOut])
def get_repairs(request: HttpRequest, day: str = "", limit: int = Some) -> Any:
    """Things that were brought, of one day where it is named."""
    rows = RepairTicket.objects.filter(day=day) if day and "\0" not in day else RepairTicket.objects.all()
    return [_repair(row, token_of(request).agent_id) for row in rows.order_by("-made_at")[:limit]]


@router.post("/repairs", auth=TokenAuth("commit"), response={201: RepairOut, **REFUSED})
@in_english
def post_repair(request: HttpRequest, body: RepairIn) -> Any:
    """Open a ticket."""
    agent = token_of(request).agent_id
    _demand(request, "bring", "repair", agent)
    if body.day:
        _row(RepairDay, body.day, "repair day")
    row = repair_actions.bring_thing(agent=agent, by=agent, at=now(), **body.dict())
    return Status(201, _repair(row, agent))


@router.get("/hours", auth=TokenAuth("read"), response=AccountOut)
def get_hours(request: HttpRequest, limit: int = Some) -> Any:
    """One's own account of hours; nobody else's is told."""
    agent = token_of(request).agent_id
    account = account_of(agent)
    rows = list(gifts_of([agent])[:limit])
    names = ("given", "received", "balance")
    return {**{name: plain(getattr(account, name)) for name in names}, "lines": _gifts(request, rows)}


@router.post("/hours", auth=TokenAuth("commit"), response={201: HoursOut, **REFUSED})
@in_english
def post_hours(request: HttpRequest, body: HoursIn) -> Any:
    """Note hours; they count once the other has confirmed."""
    me, other = _me(request, "give", "hours"), agent_called(body.who, "who").pk
    giver, taker = (me, other) if body.way == "gave" else (other, me)
    said = {"hours": body.hours, "what": body.what, "on": body.day, "key": body.key}
    row = hour_actions.tell_hours(giver=giver, taker=taker, told_by=me, by=me, at=now(), **said)
    return Status(201, _gifts(request, [row])[0])


@router.post("/hours/{id}/confirm", auth=TokenAuth("commit"), response={200: HoursOut, **REFUSED})
@in_english
def post_hours_confirm(request: HttpRequest, id: str) -> Any:
    """Say that hours are right, as the one of the two who did not note them."""
    me = token_of(request).agent_id
    if "\0" in id or not gifts_of([me]).filter(pk=id).exists():
        raise not_found("hours", id)
    return _gifts(request, [hour_actions.confirm_hours(gift=id, by=me, at=now())])[0]


def _viewer(request: HttpRequest) -> Viewer:
    """A token shows what its owner sees without their second factor."""
    agent = token_of(request).agent_id
    return viewer(agent, at=now(), second_factor=False) if agent else VISITOR


def _me(request: HttpRequest, verb: str, kind: str) -> str:
    agent: str = token_of(request).agent_id
    _demand(request, verb, kind, agent)
    return agent


def _demand(request: HttpRequest, verb: str, kind: str, owner: str) -> None:
    """Raises ProblemError not-authorised."""
    if not (may(_viewer(request), verb, kind, owner=owner) or is_steward(token_of(request))):
        raise ProblemError(
            [Problem("not-authorised", kind, "it is for members, or belongs to somebody else.", "Ask a steward.")]
        )


def _row(table: Any, id: str, what: str) -> Any:
    row = None if "\0" in id else table.objects.filter(pk=id[:64]).first()
    if row is None:
        raise not_found(what, id)
    return row


def _handles(seen: Viewer, agents: Iterable[str], *, all_known: bool = False) -> dict[str, str]:
    """What programs call agents whom the reader may know."""
    rows = Agent.objects.filter(pk__in=set(agents)).values_list("pk", "kind", "identity__handle")
    return {
        pk: handle or "" for pk, kind, handle in rows if all_known or may(seen, "see", kind_of_thing(kind), owner=pk)
    }


def _wish(row: Wish, handles: dict[str, str]) -> dict[str, Any]:
    names = ("id", "side", "what", "spec", "title", "text", "unit", "place", "state", "until")
    said = {name: getattr(row, name) for name in names}
    amounts = {"amount": plain(row.amount), "left": plain(left_of(row))}
    return {**said, **amounts, "agent": handles.get(row.agent_id, "")}


def _tool(row: Tool, out: Loan | None, following: Loan | None) -> dict[str, Any]:
    names = [name for name in ToolOut.model_fields if name not in ("out_until", "next_from")]
    said = {name: getattr(row, name) for name in names}
    return {**said, "out_until": out.due if out else None, "next_from": following.begin if following else None}


def _loan(row: Loan, handles: dict[str, str]) -> dict[str, Any]:
    names = ("id", "begin", "due", "state", "condition_out", "condition_in", "out_at", "in_at")
    said = {name: getattr(row, name) for name in names}
    late = row.state == OUT and row.due < now()
    return {**said, "tool": row.tool_id, "agent": handles.get(row.agent_id, ""), "late": late}


def _repair(row: RepairTicket, me: str) -> dict[str, Any]:
    names = ("id", "device", "category", "barrier", "minutes")
    weight = None if row.weight_kg is None else plain(row.weight_kg)
    said = {name: getattr(row, name) for name in names}
    return {**said, "day": row.day_id, "weight_kg": weight, "outcome": row.state, "mine": row.agent_id == me}


def _gifts(request: HttpRequest, rows: list[HourGift]) -> list[dict[str, Any]]:
    """Hours with both by their handles: each is one of the two."""
    handles = _handles(_viewer(request), {one for row in rows for one in (row.giver_id, row.taker_id)}, all_known=True)
    return [
        {
            "id": row.pk,
            "giver": handles.get(row.giver_id, ""),
            "taker": handles.get(row.taker_id, ""),
            "hours": plain(row.hours),
            "what": row.what,
            "day": row.day,
            "state": row.state,
        }
        for row in rows
    ]
