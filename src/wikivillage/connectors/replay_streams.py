"""Streams of meters and rules of counters as published cases write them: messages, times, orders, a rule in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from wikivillage.connectors.kinds import DipRule, Reading
from wikivillage.connectors.times import TimeError, read_epoch, read_iso
from wikivillage.flows.replay_words import NotPlayedError, plain_word

METER, REGISTER = "meter", "total"
"""What a meter and its register are called where a case does not say."""


def read_message(row: Any) -> Reading:
    """A message: meter, time and value in a row, or under their names. Raises NotPlayedError."""
    if isinstance(row, Mapping):
        named = {plain_word(key): value for key, value in row.items()}
        meter = named.get("meter", named.get("channel", named.get("id", METER)))
        at = next((named[key] for key in ("t", "at", "time", "ts", "timestamp") if key in named), None)
        parts = [meter, named.get("register", REGISTER), at, named.get("value", named.get("v"))]
    else:
        parts = [row[0], REGISTER, *row[1:]] if len(row) == 3 else list(row)
    if len(parts) != 4 or None in parts:
        raise NotPlayedError(f"{row} is no message of a meter, a time and a value")
    meter, register, at, value = parts
    moment = read_moment(at)
    return Reading(str(meter), str(register), moment, Decimal(str(value)), "stream", moment)


def _shuffle(messages: list[Reading]) -> None:
    Random(1).shuffle(messages)


def _twice(messages: list[Reading]) -> None:
    messages += list(messages)


def _as_is(messages: list[Reading]) -> None:
    """The order in which they are given."""


ORDERS: Mapping[str, Callable[[list[Reading]], None]] = {
    **dict.fromkeys(("again", "whole", "all", "once", "more", "and", "the", "replay", "replayed"), _as_is),
    **dict.fromkeys(("shuffled", "shuffle", "reordered", "unordered"), _shuffle),
    **dict.fromkeys(("reversed", "backwards", "reverse"), list.reverse),
    **dict.fromkeys(("twice", "doubled", "duplicated"), _twice),
}
"""What the words behind a stream's name do to it."""


def unknown_order(word: str) -> Callable[[list[Reading]], None]:
    """What says that a word behind a stream's name is not known here."""

    def refuse(_messages: list[Reading]) -> None:
        raise NotPlayedError(f'a stream "{word}" is not known here')

    return refuse


def read_moment(value: Any) -> datetime:
    """A time: seconds since 1970 or ISO, in UTC where it names no zone. Raises NotPlayedError."""
    if isinstance(value, int | Decimal):
        return read_epoch(Decimal(value))
    text = str(value)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return read_epoch(Decimal(text))
    try:
        read = read_iso(text)
    except TimeError as error:
        raise NotPlayedError(str(error)) from error
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def reset_share(rule: str) -> Decimal:
    """``a drop of 10 % or more`` in a rule; 10 % where it names none."""
    percent = re.search(r"(\d+(?:\.\d+)?)\s*(?:%|percent)", rule)
    return Decimal(percent[1]) / 100 if percent else Decimal("0.1")


def dip_rule(rule: str) -> DipRule:
    """Whether a rule sets small falls aside; they count negative where it does not say so."""
    return "quarantine" if re.search(r"quarantin|set aside|ignored", rule) else "negative"


def range_of(rule: str) -> Decimal | None:
    """Where a counter begins again by a rule: ``rolls over at 100000``."""
    rolls = re.search(r"(?:roll\w*[ -]?over|wraps?|overflows?)\D*(\d+)", rule)
    return Decimal(rolls[1]) if rolls else None
