"""Payloads of HTTP and MQTT become readings; what is malformed becomes a problem, never a guess.

In our own words a payload is an object, or a list of objects::

    {"meter": "flat-12", "register": "import", "at": "2026-11-22T10:00:00+01:00", "value": "123.45", "unit": "kWh"}

``at`` is ISO 8601 with an offset, or seconds or milliseconds since 1970. Without it a reading gets the time of its
arrival and says so (``stamped_on_arrival``); a retained message never does, for it arrives again at every start.
Numbers may be written with or without quotes and are read exactly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wikivillage.base.problems import Problem
from wikivillage.base.units import UnitError
from wikivillage.connectors.exact import read_decimal
from wikivillage.connectors.kinds import Reading
from wikivillage.connectors.local_time import ClockError
from wikivillage.connectors.times import TimeError, nearest_to, read_epoch, read_iso
from wikivillage.connectors.topics import TopicRule, ValueField, find_rule

LARGEST_PAYLOAD = 1_000_000
MOST_READINGS = 10_000
LONGEST_NAME = 100
OWN_KEYS = ("meter", "register", "at", "value", "unit")

Result = list[Reading | Problem]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came: ``is_retained`` when the broker had kept it, ``received_at`` in UTC."""

    topic: str
    payload: bytes
    received_at: datetime
    is_retained: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for every value of a payload: what the topic says, where and when it came."""

    where: str
    received_at: datetime
    is_retained: bool = False
    meter: str = ""
    register: str = ""
    unit: str = ""
    timezone: str | None = None


class _RefusedError(Exception):
    """A part of a payload that gives no reading."""

    def __init__(self, code: str, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.code, self.what, self.hint = code, what, hint


def read_payload(payload: bytes, received_at: datetime, source: str) -> Result:
    """The readings of a payload in our own words, as of HTTP, in its order, with a problem for each that gives none."""
    return _caught(source, lambda: _own_words(_json(payload), _Frame(source, received_at)))


def read_message(message: Message, rules: Iterable[TopicRule]) -> Result:
    """The readings of an MQTT message by the first rule that fits its topic, with a problem for what gives none."""
    source = f"mqtt {message.topic}"
    found = find_rule(message.topic, rules)
    if found is None:
        return [Problem("topic-unknown", source, "No rule says what this topic means.", "Describe it under topics.")]
    rule, levels = found
    frame = _Frame(
        where=source,
        received_at=message.received_at,
        is_retained=message.is_retained,
        meter=levels.get("meter") or rule.meter,
        register=levels.get("register") or rule.register,
        unit=rule.unit,
        timezone=rule.timezone,
    )
    read = _fields if rule.values else _number_or_own_words
    return _caught(source, lambda: read(_json(message.payload), rule, frame))


def _caught(where: str, read: Callable[[], Result]) -> Result:
    try:
        return read()
    except _RefusedError as refused:
        return [Problem(code=refused.code, where=where, what=refused.what, hint=refused.hint)]


def _or_problem(read: Callable[[Any, _Frame], Reading], item: Any, frame: _Frame) -> Reading | Problem:
    try:
        return read(item, frame)
    except _RefusedError as refused:
        return Problem(code=refused.code, where=frame.where, what=refused.what, hint=refused.hint)


def _json(payload: bytes) -> Any:
    if len(payload) > LARGEST_PAYLOAD:
        raise _RefusedError("payload-too-large", f"The payload has {len(payload)} bytes.", "Send it in parts.")
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _RefusedError("payload-encoding", "The payload is not UTF-8.") from error
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_object)
    except RecursionError as error:
        raise _RefusedError("payload-json", "The payload is nested too deeply.") from error
    except (ValueError, ArithmeticError) as error:
        raise _RefusedError("payload-json", f"The payload is neither JSON nor a number: {_short(text)}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RefusedError("payload-json", "A key of the payload is written twice.")
    return found


def _number_or_own_words(parsed: Any, rule: TopicRule, frame: _Frame) -> Result:
    if isinstance(parsed, dict | list):
        return _own_words(parsed, frame)
    return [_reading({"value": parsed}, frame)]


def _own_words(parsed: Any, frame: _Frame) -> Result:
    items = parsed if isinstance(parsed, list) else [parsed]
    if not items or len(items) > MOST_READINGS:
        raise _RefusedError("payload-shape", f"Between 1 and {MOST_READINGS} readings are expected, not {len(items)}.")
    if not isinstance(parsed, list):
        return [_own_reading(parsed, frame)]
    places = (replace(frame, where=f"{frame.where}[{number}]") for number in range(1, len(items) + 1))
    return [_or_problem(_own_reading, item, place) for item, place in zip(items, places, strict=True)]


def _own_reading(item: Any, frame: _Frame) -> Reading:
    if not isinstance(item, dict):
        raise _RefusedError("payload-shape", f"A reading is an object, not {_kind(item)}.")
    unknown = [key for key in item if key not in OWN_KEYS]
    if unknown:
        hint = f"Keys are {', '.join(OWN_KEYS)}."
        raise _RefusedError("payload-shape", f'"{_short(unknown[0])}" is not a key of a reading.', hint)
    if "value" not in item:
        raise _RefusedError("payload-missing", '"value" is missing.')
    return _reading(item, frame)


def _fields(parsed: Any, rule: TopicRule, frame: _Frame) -> Result:
    """Each described field of an object. One that is not there is a problem only if none is."""
    if not isinstance(parsed, dict):
        raise _RefusedError("payload-shape", f"An object is expected, not {_kind(parsed)}.")
    there = [(one, found) for one in rule.values if (found := _at_path(parsed, one.path)) is not None]
    if not there:
        names = ", ".join(".".join(one.path) for one in rule.values)
        raise _RefusedError("payload-missing", f"None of the described fields is there: {names}.")
    at = _at_path(parsed, rule.time) if rule.time else None
    if rule.time and at is None:
        raise _RefusedError("payload-missing", f'The time "{".".join(rule.time)}" is missing.')
    return [_or_problem(_reading, _item(one, value, at, parsed, frame), frame) for one, value in there]


def _item(one: ValueField, value: Any, at: Any, parsed: Mapping[str, Any], frame: _Frame) -> dict[str, Any]:
    unit = (_at_path(parsed, one.unit_path) if one.unit_path else None) or one.unit or frame.unit
    said = {"meter": one.meter or frame.meter, "register": one.register or frame.register}
    return {"value": value, "at": at, "unit": unit or None, **said}


def _at_path(parsed: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(parsed, dict) or key not in parsed:
            return None
        parsed = parsed[key]
    return parsed


def _reading(item: Mapping[str, Any], frame: _Frame) -> Reading:
    meter = _name("meter", item.get("meter"), frame.meter)
    register = _name("register", item.get("register"), frame.register)
    unit = _name("unit", item.get("unit"), frame.unit or "1")
    at = _time(item.get("at"), frame)
    return Reading(
        meter=meter,
        register=register,
        at=frame.received_at if at is None else at,
        value=_number(item["value"]),
        source=frame.where,
        received_at=frame.received_at,
        unit=None if unit == "1" else unit,
        stamped_on_arrival=at is None,
    )


def _name(what: str, written: Any, otherwise: str) -> str:
    name = otherwise if written is None else written
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _RefusedError("payload-name", f'"{what}" should be a word, and is {_kind(name) if name else "missing"}.')
    return name


def _number(written: Any) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, Decimal | str):
        raise _RefusedError("payload-number", f"A value is a number, not {_kind(written)}.")
    try:
        return read_decimal(str(written))
    except UnitError as error:
        raise _RefusedError("payload-number", error.what, error.hint) from error


def _time(written: Any, frame: _Frame) -> datetime | None:
    """The time that a payload says, or None where it says none."""
    if written is None:
        if frame.is_retained:
            hint = "Let the meter send its time, or not retain its messages."
            raise _RefusedError(
                "retained-without-time", "The broker kept this, and it does not say of when it is.", hint
            )
        return None
    try:
        if isinstance(written, Decimal):
            return read_epoch(written)
        if not isinstance(written, str):
            raise TimeError(f"A time is a text or a number, not {_kind(written)}.")
        at = read_iso(written)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        if frame.timezone is None:
            raise TimeError(f'"{written}" does not say in which time zone it is.')
        return nearest_to(at, ZoneInfo(frame.timezone), frame.received_at)
    except (TimeError, ClockError) as error:
        raise _RefusedError("payload-time", str(error), "Write it like 2026-11-22T10:00:00+01:00.") from error


def _kind(value: Any) -> str:
    named = {bool: "true or false", type(None): "nothing", dict: "an object", list: "a list", float: "NaN or infinity"}
    return named.get(type(value)) or f'"{_short(str(value))}"'


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
