"""The words of published cases: cases of one kind come in several spellings, and this is where they become one.

Only spellings of the same meaning are put together here; what is not known stays as it is and is told apart later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.flows.wire import json_schema


class NotPlayedError(Exception):
    """A case that cannot be played, and why: it is neither right nor wrong."""


STEPS: Mapping[str, str] = {
    "event": "economic event, record, happened, events",
    "correct": "correction, correct event, amend, back out, reverse",
    "commitment": "promise, commit to, commitments",
    "reserve": "reservation, reservations, hold, allocate, allocation",
    "claim": "claims",
    "intent": "need, offer, intents",
    "process": "processes",
    "resource": "create resource, new resource, economic resource",
    "account": "create account",
    "agent": "create agent, agents",
    "fulfill": "fulfil, fulfills, fulfillment, fulfilment, keep, deliver",
    "settle": "settlement, pay claim",
    "satisfy": "satisfies, satisfaction",
    "book": "booking, bookings",
    "cancel": "cancel booking, withdraw, unbook, release",
    "finish": "finished, end, complete",
    "expire": "lapse, time out, let expire",
    "ending": "",
    "closing": "close, close period",
    "pending": "pending transfer, create pending, two phase, reserve transfer",
    "post": "post pending, post pending transfer, capture",
    "void": "void pending, void pending transfer",
    "transfer": "post transfer, create transfer",
    "wait": "advance, advance s, advance seconds, advance clock, sleep, tick, time passes, wait s, elapse, clock",
    "again": "repeat, replay, resend, retry, same again",
    "batch": "together, all or nothing, exchange",
    "look": "check, nothing, observe, query",
}
"""The kinds of step of the ledger's own cases, and other words for each."""

EXPECTED = ("expect", "expects", "expected", "then", "after")
REFUSED = ("reject", "rejected", "rejects", "refuse", "refused", "error", "fails", "fails with")
SAID_BESIDE = ("result", *EXPECTED, *REFUSED, "note", "comment", "at", "now", "t", "time")
"""Keys that stand beside a step."""

ENTRY_KEYS: Mapping[str, str] = {
    "at": "time, when, happened, happened at, occurred at, timestamp, date",
    "begin": "start, begins",
    "end": "stop, ends, until",
    "resourceSpec": "spec, conforms to, kind of resource",
    "created": "created at, recorded, recorded at",
    "provider": "giver",
    "receiver": "recipient",
    "resource": "from resource, resource id",
    "toResource": "to record, receiving resource, to resource id",
    "newResource": "creates, new record",
    "newToResource": "to new resource, new to record, creates to",
    "container": "in, into, container id",
    "quantity": "amount",
    "effort": "work time",
    "inputOf": "input of process",
    "outputOf": "output of process",
    "toLocation": "new location, to place",
    "fulfills": "fulfils",
    "corrects": "correct, correction of",
    "triggeredBy": "triggered, because of",
    "expires": "expires at, valid until",
    "clauseOf": "agreement",
    "allowNegative": "may be negative, credit allowed, negative allowed",
    "primaryAccountable": "owner, accountable, owned by",
    "custodian": "holder, held by, in custody of",
    "basedOn": "process spec",
}
"""Keys of entries and other words for each; those of ValueFlows are known where entries are read."""

REMARKS = ("note", "comment", "description", "title", "name", "comment_", "why")
"""Keys of an entry that say something to people only."""

REFUSALS: Iterable[str] = (
    "insufficient, exceeds credits, exceeds debits, not enough, insufficient stock, negative stock, below zero, "
    "would be negative, out of stock, insufficient balance, unavailable, not available, over allocated",
    "unit-mismatch, wrong unit, other unit, unit differs, unit conflict, incompatible units, mismatched unit",
    "missing-unit, no unit, unit missing, unit required",
    "missing-quantity, no quantity, quantity missing, quantity required",
    "missing-receiver, no receiver, receiver required",
    "missing-provider, no provider, provider required",
    "unknown-action, no such action, invalid action",
    "unknown-resource, no such resource, resource not found, unknown record, missing resource, not found",
    "unknown-promise, pending transfer not found, unknown commitment, no such commitment, unknown claim",
    "unknown-event, no such event, event not found",
    "unknown-process, no such process, process not found",
    "negative-without-corrects, negative, negative quantity, negative not allowed",
    "begin-after-end, end before begin, ends before it begins",
    "point-and-interval, point or interval, both point and interval",
    "untyped-resource, missing spec, no type, needs a type, resource needs a type",
    "unpaired, no accept, no pickup, not accepted, not picked up, missing accept, missing pickup, not in process, "
    "modify without accept, dropoff without pickup, no pair",
    "already-in-process, already accepted, already picked up, accepted twice, already paired, already modified",
    "exceeds-accepted, more than accepted, quantity mismatch, more than picked up, exceeds picked up",
    "contained, in container, is contained, contained elsewhere",
    "not-contained, not in container",
    "container-partial, partial container, partial",
    "containment-cycle, cycle, self containment, contains itself, already contained",
    "not-accountable, not custodian, not owner, not the owner, wrong provider, wrong custodian, wrong owner",
    "not-authorised, not authorized, unauthorised, unauthorized, forbidden, not permitted",
    "already-finished, pending transfer already posted, already posted, already fulfilled",
    "already-cancelled, pending transfer already voided, already voided, already canceled",
    "expired, pending transfer expired, lapsed, timed out",
    "exceeds-reserved, exceeds pending transfer amount, more than reserved",
    "exists-with-different-body, exists with different amount, exists with different fields, id taken, idempotency "
    "conflict, different body",
    "conflict, overlap, overlapping, overlaps, taken, double booking, occupied, exclusion violation",
    "invalid-empty, empty, empty interval, empty range, zero length",
    "too-many-classes, too many classifications",
    "in-the-future, future",
    "period-closed, closed period",
)
"""Our codes of refusals, first in each row, with what others call the same."""

SIMILAR: Mapping[str, tuple[str, ...]] = {
    "not-custodian": ("contained", "not-authorised"),
    "not-accountable": ("not-authorised",),
    "not-authorised": ("not-accountable",),
    "missing-quantity": ("missing-unit",),
    "unknown-resource": ("missing-resource",),
    "exceeds-accepted": ("unpaired",),
}
"""Codes that differ by which rule was looked at first."""


def plain_word(text: object) -> str:
    """A word without capitals, hyphens and the like: what two spellings have in common."""
    return re.sub(r"[^a-z0-9]", "", str(text).lower())


def spellings(table: Mapping[str, str]) -> dict[str, str]:
    """Every plain spelling of the words of a table, to the one that is used here."""
    found = {plain_word(other): name for name, others in table.items() for other in others.split(", ") if other}
    return found | {plain_word(name): name for name in table}


STEP_OF = spellings(STEPS)
KEY_OF = spellings(ENTRY_KEYS)
CODE_OF = spellings({first: others for row in REFUSALS for first, _, others in [row.partition(", ")]})


def named_step(step: Mapping[str, Any]) -> tuple[str, Any]:
    """The kind of a step and what it says. Raises NotPlayedError for a step of no known kind."""
    rest = {key: value for key, value in step.items() if key not in (*EXPECTED, *REFUSED, "result")}
    for key in ("step", "type", "kind", "do", "op"):
        if isinstance(rest.get(key), str) and plain_word(rest[key]) in STEP_OF:
            return STEP_OF[plain_word(rest.pop(key))], rest
    if "action" in rest:
        return "event", rest
    names = [key for key in step if key not in SAID_BESIDE]
    for key in names:
        if plain_word(key) in STEP_OF:
            return STEP_OF[plain_word(key)], step[key]
    if not names:
        return "look", None
    raise NotPlayedError(f"there is no step called {' or '.join(names)}")


def expected_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """What a step should come to: inside it, or said beside it."""
    expected: dict[str, Any] = {}
    for key in EXPECTED:
        inner = step.get(key)
        if inner is not None:
            expected |= inner if isinstance(inner, Mapping) else {"result": inner}
    for holder in (expected, step):
        for key in [key for key in holder if plain_word(key) in {plain_word(word) for word in REFUSED}]:
            expected["reject"] = holder[key]
            if key != "reject":
                expected.pop(key, None)
    result = expected.pop("result", step.get("result"))
    return expected | _told(result)


def _told(result: Any) -> dict[str, Any]:
    """A result is a success, one of the two successes of the ledger, or the reason of a refusal."""
    word = plain_word(result)
    if result is None or word in ("ok", "accepted", "confirmed", "success", "true"):
        return {}
    if word in ("created", "exists"):
        return {"result": word}
    return {"reject": True if word in ("rejected", "refused", "false", "error") else result}


def is_refusal(wanted: Any, refused: Iterable[str]) -> bool | None:
    """Whether a refusal is the one that was wanted; None where the wanted word is not known here."""
    if isinstance(wanted, list | tuple):
        answers = [is_refusal(each, refused) for each in wanted]
        return True if True in answers else (None if None in answers else False)
    if wanted is True:
        return True
    code = CODE_OF.get(plain_word(wanted))
    given = set(refused)
    if str(wanted) in given or {code, *SIMILAR.get(code or "", ())} & given:
        return True
    return None if code is None else False


def entry_body(body: Mapping[str, Any], kind: str, at: datetime) -> dict[str, Any]:
    """An entry's JSON object in the words that entries are read in, its times as ISO text in UTC."""
    schema = json_schema(kind)["properties"]
    named = _renamed(_ways(body), schema)
    for key in TIMES:
        if named.get(key) is not None and schema.get(key, {}).get("format") == "date-time":
            named[key] = moment(named[key], at).isoformat()
    unit = named.pop("unit", None) if "unit" not in schema else None
    for key in ("quantity", "effort"):
        if key in named:
            named[key] = measure(named[key], unit)
    for key in ("fulfills", "settles", "satisfies", "classifiedAs"):
        if isinstance(named.get(key), str):
            named[key] = [named[key]]
    for key in ("newResource", "newToResource"):
        if isinstance(named.get(key), Mapping):
            named[key] = _renamed(named[key], schema[key]["properties"])
    return named


TIMES = ("at", "begin", "end", "due", "expires", "created", "until")


def _renamed(body: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    def name(key: str) -> str:
        return key if key in known else KEY_OF.get(plain_word(key), key)

    return {name(key): value for key, value in body.items() if key in known or key not in REMARKS}


def _ways(body: Mapping[str, Any]) -> dict[str, Any]:
    """``from`` and ``to`` are times, or the records that an amount leaves and reaches."""
    named = dict(body)
    for word, time, record in (("from", "begin", "resource"), ("to", "end", "toResource")):
        if word in named:
            value = named.pop(word)
            named[time if re.match(r"\d{4}-\d\d", str(value)) or not isinstance(value, str) else record] = value
    return named


def measure(value: Any, unit: str | None = None) -> Any:
    """An amount as ``{"value", "unit"}``, also out of ``3 kg`` or of a number beside its unit; else left as it is."""
    if isinstance(value, str) and (parts := re.fullmatch(r"\s*(-?[\d.]+)\s+(\S+)\s*", value)):
        return {"value": parts[1], "unit": parts[2]}
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool) and unit is not None:
        return {"value": str(value), "unit": unit}
    return value


FIRST_EPOCH = 10**8
"""Numbers below are seconds since the step, numbers above seconds since 1970: this one is in 1973."""


def moment(value: Any, at: datetime) -> datetime:
    """A time: ISO (in UTC where it names no zone), seconds since 1970, or ``-1s``: so long before the step."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and (parts := re.fullmatch(r"([+-]\d+(?:\.\d+)?)\s*s", value)):
        return at + timedelta(seconds=float(parts[1]))
    if isinstance(value, int | float | Decimal) or re.fullmatch(r"\d+(\.\d+)?", str(value)):
        seconds = float(value)
        return at + timedelta(seconds=seconds) if seconds < FIRST_EPOCH else datetime.fromtimestamp(seconds, UTC)
    read = datetime.fromisoformat(str(value))
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def each(given: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """What is listed under a key: objects, names alone, or objects by their names."""
    listed = given.get(key) or ()
    if isinstance(listed, Mapping):
        yield from (
            {"id": id, **one} if isinstance(one, Mapping) else {"id": id, "value": one} for id, one in listed.items()
        )
        return
    for one in listed:
        yield dict(one) if isinstance(one, Mapping) else {"id": str(one)}


def text_of(value: Any) -> str:
    """The id in a word, or in an object that names one thing."""
    if not isinstance(value, Mapping):
        return str(value)
    for key in ("id", "promise", "booking", "commitment", "pending", "claim", "event", "of"):
        if key in value:
            return str(value[key])
    raise NotPlayedError(f"no id is named in {dict(value)}")
