"""The steps of published cases as entries: events, reservations, bookings, transfers in two phases, endings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import Commitment, Pledge, State
from wikivillage.flows.replay_opening import opened, opened_account, resource_record
from wikivillage.flows.replay_words import (
    STEP_OF,
    NotPlayedError,
    entry_body,
    measure,
    moment,
    named_step,
    plain_word,
    text_of,
)
from wikivillage.flows.wire import KINDS, write_entry

Written = Iterator[tuple[str, dict[str, Any]]]
"""Kinds of entries and their JSON objects."""


@dataclass(slots=True)
class Scene:
    """The ledger before a step and the time of it; a step that lets time pass sets it forward."""

    state: State
    at: datetime

    def pledge(self, id: str) -> Pledge | None:
        """A promise as it stands."""
        return self.state.pledges.get(id)

    def mark(self) -> str:
        """What makes the id of an entry without one its own."""
        return f"{self.at:%y%m%d%H%M%S%f}"


def _kind(kind: str) -> Callable[[Any, Scene], Written]:
    """A step that is an entry, or several of one kind, written together."""

    def write(body: Any, scene: Scene) -> Written:
        for one in body if isinstance(body, Sequence) and not isinstance(body, str) else [body]:
            if not isinstance(one, Mapping):
                raise NotPlayedError(f"{one!r} is no {kind}")
            yield kind, _with_unit(entry_body(one, kind, scene.at), scene)

    return write


def _with_unit(body: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """An amount without a unit of its own counts in that of the record."""
    stock = scene.state.stocks.get(str(body.get("resource") or body.get("toResource")))
    if stock and "quantity" in body:
        body["quantity"] = measure(body["quantity"], stock.unit)
    return body


def _correct(body: Any, scene: Scene) -> Written:
    """A correction of an event: by so much, or back out all of it."""
    given = entry_body(body, "event", scene.at) if isinstance(body, Mapping) else {}
    id = given.pop("event", None) or given.get("corrects") or text_of(body)
    standing = scene.state.events.get(str(id))
    original = write_entry(standing.event) if standing else {"action": "consume", "provider": "a", "receiver": "a"}
    keys = ("action", "provider", "receiver", "resource", "toResource", "resourceSpec", "inputOf", "outputOf")
    same = {key: original[key] for key in keys if key in original}
    if standing and not {"quantity", "effort"} & given.keys():
        amounts = {
            "quantity": (standing.quantity, standing.event.quantity),
            "effort": (standing.effort, standing.event.effort),
        }
        same |= {
            key: {"value": plain(-left), "unit": said.unit} for key, (left, said) in amounts.items() if left and said
        }
    yield "event", {"id": f"correct-{id}-{scene.mark()}", **same, **given, "corrects": str(id)}


def _reserve(body: Any, scene: Scene) -> Written:
    """A commitment that keeps what it will take: written as a commitment, or as a pending transfer."""
    for one in body if isinstance(body, list) else [body]:
        if "debit" in plain_word("".join(one)):
            yield from _pending(one, scene)
            continue
        whom = next((one[key] for key in ("for", "by", "agent", "who") if key in one), None)
        asked = {key: value for key, value in one.items() if key not in ("for", "by", "agent", "who", *LASTING)}
        named = _with_unit(entry_body(asked, "commitment", scene.at), scene)
        stock = scene.state.stocks.get(str(named.get("resource")))
        owner = stock.primary_accountable if stock else "owner"
        base = {
            "action": "transfer" if whom else "consume",
            "provider": owner,
            "receiver": whom or owner,
            "reserves": True,
        }
        yield "commitment", {**base, **named, **_expires(one, scene)}


LASTING = ("timeout", "timeout_s", "expires_in", "expires_in_s", "expires_after_s", "ttl", "ttl_s", "lasts_s")


def _expires(body: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    lasts = next((body[key] for key in LASTING if body.get(key)), None)
    return {"expires": (scene.at + timedelta(seconds=float(lasts))).isoformat()} if lasts else {}


def _keep(kind: str) -> Callable[[Any, Scene], Written]:
    """An event that keeps a promise: like it, in whole or by the amount that is named."""

    def write(body: Any, scene: Scene) -> Written:
        given = dict(body) if isinstance(body, Mapping) else {"promise": body}
        named = [given.pop(key) for key in ("promise", "commitment", "claim", "intent", "reservation") if key in given]
        ids = [named[0]] if named else given.get(kind)
        if not ids:
            raise NotPlayedError(f"the step does not say which promise is kept: {given}")
        ids = [ids] if isinstance(ids, str) else ids
        pledge = scene.pledge(str(ids[0]))
        like = _like(pledge) if pledge else {"action": "transfer", "provider": "a", "receiver": "b"}
        event = _with_unit(entry_body(given, "event", scene.at), scene)
        yield "event", {"id": f"keep-{ids[0]}-{scene.mark()}", **like, **event, kind: ids}

    return write


def _like(pledge: Pledge) -> dict[str, Any]:
    written = write_entry(pledge.promise)
    keys = ("action", "provider", "receiver", "resource", "toResource", "resourceSpec", "inputOf", "outputOf")
    amount = {"value": plain(pledge.open), "unit": pledge.measure.unit}
    key = "effort" if "effort" in written and "quantity" not in written else "quantity"
    return {name: written[name] for name in keys if name in written} | {key: amount}


def _book(body: Any, scene: Scene) -> Written:
    for one in body if isinstance(body, list) else [body]:
        named = {BOOKING_KEYS.get(plain_word(key), key): value for key, value in one.items()}
        times = {key: moment(named[key], scene.at).isoformat() for key in ("begin", "end")}
        units = named.get("units")
        amount = {"quantity": {"value": str(units), "unit": "one"}} if units is not None else {}
        parties = {"provider": named.get("provider", "owner"), "receiver": named.get("who", "guest")}
        fixed = {"id": named["id"], "action": "use", "resource": named["what"]}
        yield "commitment", {**fixed, **parties, **times, **amount, **_expires(one, scene)}


BOOKING_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("resource", "room", "thing", "bookable", "slot", "desk", "of"), "what"),
    **dict.fromkeys(("from", "start", "begins", "startsat", "hasbeginning"), "begin"),
    **dict.fromkeys(("to", "until", "stop", "ends", "endsat", "hasend"), "end"),
    **dict.fromkeys(("by", "for", "receiver", "guest", "agent"), "who"),
    **dict.fromkeys(("quantity", "amount", "places", "count"), "units"),
}


def _end(how: str) -> Callable[[Any, Scene], Written]:
    def write(body: Any, scene: Scene) -> Written:
        id = body["pending"] if isinstance(body, Mapping) and "pending" in body else text_of(body)
        own = body["id"] if isinstance(body, Mapping) and body.get("id", id) != id else f"end-{id}-{scene.mark()}"
        yield "ending", {"id": own, "promise": id, "how": how}

    return write


def _expire(body: Any, scene: Scene) -> Written:
    """Time passes until a reservation has lapsed; one without a term is cancelled."""
    pledge = scene.pledge(text_of(body))
    expires = pledge.promise.expires if pledge and isinstance(pledge.promise, Commitment) else None
    if expires is None:
        yield from _end("cancelled")(body, scene)
    else:
        scene.at = max(scene.at, expires)


def _side(body: Mapping[str, Any], side: str) -> str:
    keys = {plain_word(key): value for key, value in body.items()}
    for key in (side, f"{side}account", f"{side}accountid", "from" if side == "debit" else "to"):
        if key in keys:
            return str(keys[key])
    raise NotPlayedError(f"the transfer names no {side} account: {dict(body)}")


def _pending(body: Mapping[str, Any], scene: Scene) -> Written:
    """A pending transfer reserves what it will take."""
    between = _between(_side(body, "debit"), _side(body, "credit"), body["amount"])
    yield "commitment", {"id": body["id"], "reserves": True, **between, **_expires(body, scene)}


def _post(body: Any, scene: Scene) -> Written:
    """Posting takes what was reserved, or a part of it, and frees the rest."""
    given = body if isinstance(body, Mapping) else {"pending": body}
    id = str(given.get("pending", given.get("pending_id", given.get("id"))))
    pledge = scene.pledge(id)
    promise: Any = pledge.promise if pledge else None
    debit, credit = (promise.resource, promise.to_resource) if promise else ("A", "B")
    amount = given.get("amount", pledge.open if pledge else 0)
    own = str(given.get("id", id)) if given.get("id", id) != id else f"post-{id}-{scene.mark()}"
    yield "event", {"id": own, "fulfills": [id], **_between(debit, credit, amount)}
    if pledge is None or Decimal(str(amount)) < pledge.open:
        yield "ending", {"id": f"{own}-rest", "promise": id, "how": "finished"}


def _transfer(body: Mapping[str, Any], scene: Scene) -> Written:
    """Between two accounts, or an event of that action."""
    if "provider" in body:
        yield from _kind("event")({"action": "transfer", **body}, scene)
        return
    yield "event", {"id": body["id"], **_between(_side(body, "debit"), _side(body, "credit"), body["amount"])}


def _between(debit: str, credit: str, amount: Any) -> dict[str, Any]:
    return {
        "action": "transfer",
        "provider": f"owner-{debit}",
        "receiver": f"owner-{credit}",
        "resource": debit,
        "toResource": credit,
        "quantity": {"value": str(amount), "unit": "one"},
    }


def _wait(body: Any, scene: Scene) -> Written:
    """Time goes by: so many seconds."""
    value = next(iter(body.values())) if isinstance(body, Mapping) else body
    scene.at += timedelta(seconds=float(str(value).removesuffix("s")))
    yield from ()


def _again(body: Any, scene: Scene) -> Written:
    """The same entry handed in once more."""
    id = text_of(body)
    standing, pledge = scene.state.events.get(id), scene.pledge(id)
    entry = standing.event if standing else pledge.promise if pledge else None
    if entry is None:
        raise NotPlayedError(f"there is nothing called {id} to hand in again")
    written = write_entry(entry)
    yield written.pop("kind"), written


def _batch(body: Any, scene: Scene) -> Written:
    """Several steps that are written together or not at all."""
    for one in body.get("steps", body.get("entries", ())) if isinstance(body, Mapping) else body:
        if one.get("kind") in KINDS:
            yield str(one["kind"]), {key: value for key, value in one.items() if key != "kind"}
            continue
        name, inner = named_step(one)
        yield from WRITERS[name](inner, scene)


def _resource(body: Any, _scene: Scene) -> Written:
    for entry in opened(resource_record(body), {}):
        written = write_entry(entry)
        yield written.pop("kind"), written


def _account(body: Any, _scene: Scene) -> Written:
    for entry in opened_account(body):
        written = write_entry(entry)
        yield written.pop("kind"), written


def _nothing(_body: Any, _scene: Scene) -> Written:
    """Agents are registered when they are named, and looking changes nothing."""
    yield from ()


WRITERS: dict[str, Callable[[Any, Scene], Written]] = {
    **{kind: _kind(kind) for kind in ("event", "commitment", "claim", "intent", "process", "ending", "closing")},
    "correct": _correct,
    "reserve": _reserve,
    "fulfill": _keep("fulfills"),
    "settle": _keep("settles"),
    "satisfy": _keep("satisfies"),
    "book": _book,
    "cancel": _end("cancelled"),
    "finish": _end("finished"),
    "void": _end("cancelled"),
    "expire": _expire,
    "pending": _pending,
    "post": _post,
    "transfer": _transfer,
    "wait": _wait,
    "again": _again,
    "batch": _batch,
    "resource": _resource,
    "account": _account,
    "agent": _nothing,
    "look": _nothing,
}
"""What each kind of step writes."""

assert WRITERS.keys() == set(STEP_OF.values()), "every kind of step is written"
