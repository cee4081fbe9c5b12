"""Entries as JSON objects, and back: the words of the API, of exports and of the published cases.

The short names are ours; the full names of ValueFlows (``resourceInventoriedAs``, ``hasPointInTime``) are read too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import Claim, Closing, Commitment, Ending, Entry, Event, Intent, Measure, NewStock, Process

KINDS: dict[str, type] = {
    "event": Event,
    "process": Process,
    "commitment": Commitment,
    "claim": Claim,
    "intent": Intent,
    "ending": Ending,
    "closing": Closing,
}
"""The kinds of entry by their names."""
NAMES = {type_: name for name, type_ in KINDS.items()}

ID = re.compile(r"[^\s/\\?#%\"'<>\x00-\x1f\x7f]{1,128}")
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?")

ALIASES = {
    "resourceInventoriedAs": "resource",
    "toResourceInventoriedAs": "toResource",
    "resourceConformsTo": "resourceSpec",
    "resourceClassifiedAs": "classifiedAs",
    "resourceQuantity": "quantity",
    "effortQuantity": "effort",
    "hasPointInTime": "at",
    "hasBeginning": "begin",
    "hasEnd": "end",
    "conformsTo": "spec",
    "trackingIdentifier": "tracking",
    "ofBatchLot": "lot",
    "currentLocation": "location",
    "unitOfEffort": "effortUnit",
    "onhandUnit": "unit",
    "containedIn": "container",
}
"""The words of ValueFlows for ours."""

SPEC_KINDS = (Event, Commitment, Claim, Intent)


class _RefusedError(ValueError):
    """A value that cannot be read, with its code."""

    def __init__(self, code: str, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.code, self.what, self.hint = code, what, hint


@dataclass(frozen=True, slots=True)
class _Key:
    """How one key of a JSON object is read into a field."""

    field: str
    read: Callable[[Any], Any]
    needed: bool


def read_entry(body: Any, kind: str = "event", where: str = "") -> Entry:
    """The entry in a JSON object, which may name its own ``kind``. Raises ProblemError with every problem."""
    problems: list[Problem] = []
    if not isinstance(body, Mapping):
        raise ProblemError([Problem("shape", where or kind, "an entry is a JSON object.", "")])
    kind = str(body.get("kind", kind))
    if kind not in KINDS:
        hint = f"Kinds are {', '.join(KINDS)}."
        raise ProblemError([Problem("unknown-kind", where or "kind", f'"{kind[:40]}" is no kind of entry.', hint)])
    prefix = where or str(body.get("id") or kind)[:128]
    values = _read_fields(body, KINDS[kind], prefix, problems)
    if problems:
        raise ProblemError(problems)
    entry: Entry = KINDS[kind](**values)
    return entry


def write_entry(entry: Entry) -> dict[str, Any]:
    """The JSON object of an entry, without its empty fields; reading it back gives the same entry."""
    return {"kind": kind_of(entry), **_write_fields(entry)}


def kind_of(entry: Entry) -> str:
    """The name of an entry's kind."""
    return NAMES[type(entry)]


def canonical_text(entry: Entry) -> str:
    """The one text of an entry, whatever spelling it was handed in with: what is hashed and stored."""
    return json.dumps(write_entry(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_text(text: str, where: str = "") -> Entry:
    """The entry in a JSON text. Raises ProblemError."""
    return read_entry(read_json(text, where), where=where)


def read_json(text: str | bytes, where: str = "") -> Any:
    """The value of a JSON text, its numbers exact. Raises ProblemError."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        what = f"this is not JSON: {str(error)[:120]}."
        raise ProblemError([Problem("not-json", where or "body", what, "")]) from error


def sha256(text: str) -> str:
    """The hash of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def utc_text(moment: datetime) -> str:
    """A moment as ISO text in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_time(value: Any) -> datetime:
    """A moment with its offset, in UTC. Raises ValueError."""
    if not isinstance(value, str):
        raise _RefusedError(
            "not-a-time", f"{_short(value)} is not a time.", 'Write it like "2026-11-26T18:30:00+01:00".'
        )
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise _RefusedError("not-a-time", f"{_short(value)} is not a time.", "Write it in ISO 8601.") from error
    if moment.tzinfo is None:
        raise _RefusedError("no-time-zone", f"{_short(value)} has no time zone.", "End it with Z or +01:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _RefusedError("not-a-time", f"{_short(value)} is out of all calendars.") from error


def read_decimal(value: Any) -> Decimal:
    """An exact number from a string, an integer or a decimal. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | float):
        raise _RefusedError("not-a-number", f"{_short(value)} is not a number.", 'Write it as a text like "12.5".')
    text = str(value).strip()
    if not NUMBER.fullmatch(text):
        raise _RefusedError("not-a-number", f"{_short(value)} is not a number.", 'Write it as a text like "12.5".')
    return Decimal(text)


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON schema of a kind of entry, for whoever writes a client."""
    return _schema(KINDS[kind])


def _schema(type_: type) -> dict[str, Any]:
    keys = _keys(type_)
    types = {field.name: str(field.type) for field in fields(type_)}
    properties = {name: _schema_of(types[key.field], key.field) for name, key in keys.items()}
    needed = [name for name, key in keys.items() if key.needed]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


AMOUNT_SCHEMA = {
    "type": "object",
    "properties": {"value": {"type": "string", "example": "12.5"}, "unit": {"type": "string", "example": "kg"}},
    "required": ["value", "unit"],
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Measure": AMOUNT_SCHEMA,
    "datetime": {"type": "string", "format": "date-time"},
    "tuple[str, ...]": {"type": "array", "items": {"type": "string"}},
    "bool": {"type": "boolean"},
}


def _schema_of(type_: str, field: str) -> dict[str, Any]:
    plain_type = type_.removesuffix(" | None")
    if plain_type == "NewStock":
        return _schema(NewStock)
    if field == "action":
        return {"type": "string", "enum": list(ACTIONS)}
    return SCHEMAS.get(plain_type, {"type": "string", "maxLength": 200})


def _read_fields(body: Mapping[str, Any], type_: type, prefix: str, problems: list[Problem]) -> dict[str, Any]:
    keys = _keys(type_)
    values: dict[str, Any] = {}
    for given, value in body.items():
        name = _own_name(str(given), keys)
        if name == "kind":
            continue
        if name not in keys:
            problems.append(_unknown(str(given), keys, prefix))
        elif keys[name].field in values:
            hint = "Keep one of them."
            problems.append(Problem("given-twice", f"{prefix} {name}", f"{name} is there by two names.", hint))
        elif value is not None or keys[name].needed:
            _take(keys[name], name, value, values, prefix, problems)
    for name, key in keys.items():
        if key.needed and key.field not in values and not any(one.where == f"{prefix} {name}" for one in problems):
            problems.append(Problem(f"missing-{name}", f"{prefix} {name}", f"{name} is missing.", ""))
    return values


def _own_name(given: str, keys: Mapping[str, _Key]) -> str:
    return given if given in keys else ALIASES.get(given, given)


def _take(key: _Key, name: str, value: Any, values: dict[str, Any], prefix: str, problems: list[Problem]) -> None:
    where = f"{prefix} {name}"
    if value is None:
        problems.append(Problem(f"missing-{name}", where, f"{name} is missing.", ""))
        return
    try:
        values[key.field] = key.read(value)
    except _RefusedError as error:
        problems.append(Problem(error.code, where, error.what, error.hint))
    except ProblemError as error:
        problems.extend(Problem(one.code, where, one.what, one.hint) for one in error.problems)


def _unknown(given: str, keys: Mapping[str, _Key], prefix: str) -> Problem:
    close = nearest(given, [*keys, *ALIASES])
    hint = f'Did you mean "{close}"?' if close else f"Keys are {', '.join(keys)}."
    return Problem("unknown-key", f"{prefix} {given[:40]}", f'"{given[:40]}" is no key of it.', hint)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise _RefusedError("not-a-text", f"{_short(value)} is not a short text.")
    return value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value) or not value.isprintable():
        hint = "Up to 128 characters without blanks, slashes and quotes; for entries best a UUID."
        raise _RefusedError("not-an-id", f"{_short(value)} cannot be an id.", hint)
    return value


def _unit(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 32 or not value.isprintable():
        raise _RefusedError("not-a-unit", f"{_short(value)} is not a unit.")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _RefusedError("not-a-flag", f"{_short(value)} is not true or false.")
    return value


def _ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _RefusedError("not-a-list", f"{_short(value)} is not a list.")
    return tuple(_id(each) for each in value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _RefusedError("not-a-list", f"{_short(value)} is not a list.")
    return tuple(_text(each) for each in value)


def _measure(value: Any) -> Measure:
    if not isinstance(value, Mapping):
        hint = 'Write {"value": "3", "unit": "kg"}.'
        raise _RefusedError("not-an-amount", f"{_short(value)} is not an amount with its unit.", hint)
    if strange := value.keys() - {"value", "unit", "hasNumericalValue", "hasUnit"}:
        hint = "An amount has a value and a unit."
        raise _RefusedError("unknown-key", f'"{min(map(str, strange))[:40]}" is no key of an amount.', hint)
    number = value.get("value", value.get("hasNumericalValue"))
    unit = value.get("unit", value.get("hasUnit"))
    return Measure(read_decimal(number), "" if unit is None else _unit(unit))


def _action(value: Any) -> str:
    name = _text(value)
    if name not in ACTIONS:
        close = nearest(name, ACTIONS)
        hint = f'Did you mean "{close}"?' if close else f"Actions are {', '.join(ACTIONS)}."
        raise _RefusedError("unknown-action", f'"{name[:40]}" is no action.', hint)
    return name


def _how(value: Any) -> str:
    if value not in ("cancelled", "finished"):
        raise _RefusedError("not-an-ending", f"{_short(value)} is no way to end a promise.", "cancelled or finished.")
    return str(value)


def _new_stock(value: Any) -> NewStock:
    if not isinstance(value, Mapping):
        raise _RefusedError("not-a-record", f"{_short(value)} is not a record.", 'Write {"id": "r1", "unit": "kg"}.')
    problems: list[Problem] = []
    values = _read_fields(value, NewStock, "record", problems)
    if problems:
        raise ProblemError(problems)
    if "spec" in value and value["spec"] is None:
        values["spec"] = ""
    return NewStock(**values)


READERS: dict[str, Callable[[Any], Any]] = {
    "Measure | None": _measure,
    "Measure": _measure,
    "datetime | None": read_time,
    "datetime": read_time,
    "tuple[str, ...]": _ids,
    "bool": _flag,
    "NewStock | None": _new_stock,
}
SPECIAL: dict[str, Callable[[Any], Any]] = {
    "classified_as": _texts,
    "unit": _unit,
    "effort_unit": _unit,
    "state": _text,
    "name": _text,
    "basis": _text,
    "action": _action,
    "how": _how,
}
NEEDED = {"id", "unit", "action", "provider", "receiver", "triggered_by", "promise", "how", "until"}
"""Fields without which an entry of their kind says nothing (a missing quantity is told by its action)."""


@cache
def _keys(type_: type) -> dict[str, _Key]:
    found = {}
    for field in fields(type_):
        read = SPECIAL.get(field.name) or READERS.get(str(field.type), _id)
        needed = (field.name in NEEDED and "None" not in str(field.type)) or str(field.type) == "Measure"
        found[_wire_name(field.name, type_)] = _Key(field.name, read, needed)
    return found


@cache
def _names(type_: type) -> tuple[tuple[str, str], ...]:
    """Every field of a kind and its key."""
    return tuple((field.name, _wire_name(field.name, type_)) for field in fields(type_))


def _wire_name(field: str, type_: type) -> str:
    if field == "spec" and type_ in SPEC_KINDS:
        return "resourceSpec"
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _write_fields(thing: Any) -> dict[str, Any]:
    values = ((name, getattr(thing, field)) for field, name in _names(thing.__class__))
    return {name: _write(value) for name, value in values if value not in EMPTY}


EMPTY = (None, (), False, "")


def _write(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return utc_text(value)
        case tuple():
            return list(value)
        case Measure():
            return {"value": plain(value.value), "unit": value.unit}
        case NewStock():
            return _write_fields(value)
        case _:
            return value
