"""Meters and their registers, described in a small YAML or JSON file.

    meters:
      - meter: flat-12
        name: Flat 12, electricity
        place: building
        agent: alice                  # whose it is, by handle; may be left out
        registers:
          - register: import
            resource: electricity
            unit: kWh
            kind: counter             # or interval, gauge
            interval_minutes: 15      # how often it is read
            largest_step_per_hour: 20
            close: hour               # quarter-hour, half-hour, hour or day: what becomes one event
            ledger: {action: consume, provider: grid, receiver: alice, stock: grid, allow_negative: yes}

``action`` is ``consume``, ``produce`` or ``transfer``, which also names a ``to_stock``. A ``stock`` that is not there
yet begins with nothing; ``allow_negative: yes`` says that it stands for the grid or the mains, and may owe. A register
without ``ledger`` is read and summed, and the ledger is not concerned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from wikivillage.base.units import UnitError
from wikivillage.connectors.exact import decimals_of, read_decimal
from wikivillage.connectors.kinds import OLDEST, Register, check_register
from wikivillage.connectors.local_time import LENGTHS, Grid, day_span
from wikivillage.connectors.mapping_files import Document, Keys, read_document
from wikivillage.flows.check_entry import DECIMALS, LARGEST
from wikivillage.flows.wire import ID
from wikivillage.web.meters.lengths import METER, REGISTER, UNIT

METER_KEYS = ("meter", "name", "place", "agent", "registers")
NUMBERS = ("multiplier", "rolls_over_at", "reset_share", "largest_step_per_hour")
WHOLE = ("interval_minutes", "gap_after", "decimals")
REGISTER_KEYS = ("register", "resource", "unit", "kind", *NUMBERS, *WHOLE, "dip", "timezone", "installed")
LEDGER_KEYS = ("action", "provider", "receiver", "stock", "to_stock", "allow_negative", "input_of", "output_of")
ACTIONS = ("consume", "produce", "transfer")
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
WORD = re.compile(r"[^\s/\\+#%\"'<>]+")
DEFAULT_GRID: Grid = "hour"
"""Plans work by hours, and quarters of an hour would make a ledger four times as long."""


@dataclass(frozen=True, slots=True)
class Link:
    """What an interval becomes in the ledger; agents are handles or pseudonyms."""

    action: str
    provider: str
    receiver: str
    stock: str
    to_stock: str | None = None
    allow_negative: bool = False
    input_of: str | None = None
    output_of: str | None = None


@dataclass(frozen=True, slots=True)
class DescribedRegister:
    """A register, how long its intervals are, and what they become in the ledger, if anything."""

    kind: Register
    grid: Grid
    link: Link | None
    where: str


@dataclass(frozen=True, slots=True)
class DescribedMeter:
    """A meter and its registers, and where they are described."""

    id: str
    name: str
    place: str
    agent: str | None
    registers: tuple[DescribedRegister, ...]
    where: str


def load_meters(path: Path) -> tuple[DescribedMeter, ...]:
    """The meters of a file. Raises ProblemError with everything that is wrong with it."""
    return read_meters(read_document(path))


def meters_in(body: Any) -> tuple[DescribedMeter, ...]:
    """The meters of a JSON object of the same shape. Raises ProblemError."""
    return read_meters(Document("meters", _texts(body), {}))


def read_meters(document: Document) -> tuple[DescribedMeter, ...]:
    """The meters of a document. Raises ProblemError."""
    found: dict[Keys, DescribedMeter] = {}
    if document.check_keys((), ("meters",)):
        found = {keys: _meter(document, keys) for keys in document.items(("meters",))}
        _check_once(document, {keys: one.id for keys, one in found.items()})
    document.finish()
    return tuple(found.values())


def _texts(value: Any) -> Any:
    """A JSON value with every single value as the text that a file would have."""
    if isinstance(value, dict):
        return {str(key): _texts(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _meter(document: Document, keys: Keys) -> DescribedMeter:
    where = document.where(keys)
    if not document.check_keys(keys, METER_KEYS):
        return DescribedMeter("", "", "", None, (), where)
    id = _word(document, (*keys, "meter"), METER)
    registers = {one: _register(document, one, id) for one in document.items((*keys, "registers"))}
    _check_once(document, {one: made.kind.name for one, made in registers.items()})
    name, place, agent = (document.text((*keys, key), "") for key in ("name", "place", "agent"))
    return DescribedMeter(id, name, place[:64], agent or None, tuple(registers.values()), where)


def _check_once(document: Document, names: Mapping[Keys, str]) -> None:
    seen: set[str] = set()
    for keys, name in names.items():
        if name and name in seen:
            document.refuse("described-twice", keys, f'"{name}" is described twice.')
        seen.add(name)


def _word(document: Document, keys: Keys, longest: int) -> str:
    word = document.text(keys)
    if word and (not WORD.fullmatch(word) or not word.isprintable() or len(word) > longest):
        hint = f"It is a word of at most {longest} characters without blanks, slashes and quotes."
        document.refuse("meter-name", keys, f'"{word[:60]}" cannot be a name here.', hint)
    return word


def _register(document: Document, keys: Keys, meter: str) -> DescribedRegister:
    where = document.where(keys)
    if not document.check_keys(keys, (*REGISTER_KEYS, "close", "ledger")):
        return DescribedRegister(Register(meter, "", "", "kWh"), DEFAULT_GRID, None, where)
    before = len(document.problems)
    given = {name: _amount(document, (*keys, name)) for name in NUMBERS if document.find((*keys, name)) is not None}
    whole = {
        name: document.whole((*keys, name), 0, 0, 1440) for name in WHOLE if document.find((*keys, name)) is not None
    }
    kind = Register(
        meter=meter,
        name=_word(document, (*keys, "register"), REGISTER),
        resource=_id(document, (*keys, "resource")),
        unit=document.text((*keys, "unit"))[:UNIT],
        kind=cast(Any, document.choice((*keys, "kind"), ("counter", "interval", "gauge"), "counter")),
        dip=cast(Any, document.choice((*keys, "dip"), ("negative", "quarantine"), "negative")),
        timezone=document.text((*keys, "timezone"), "Europe/Paris"),
        **cast(Any, given | whole),
    )
    if len(document.problems) == before:
        document.problems += check_register(kind, where)
    if len(document.problems) == before:
        kind = replace(kind, installed=_installed(document, (*keys, "installed"), kind.timezone))
    grid = cast(Grid, document.choice((*keys, "close"), tuple(LENGTHS), DEFAULT_GRID))
    return DescribedRegister(kind, grid, _link(document, (*keys, "ledger"), kind), where)


def _amount(document: Document, keys: Keys) -> Decimal:
    text = document.text(keys)
    try:
        value = read_decimal(text)
    except UnitError as error:
        document.refuse("mapping-value", keys, error.what, error.hint)
        return Decimal(1)
    if decimals_of(value) > DECIMALS or abs(value) > LARGEST:
        document.refuse("mapping-value", keys, f"{text[:40]} has more than {DECIMALS} decimals, or is too large.")
        return Decimal(1)
    return value


def _id(document: Document, keys: Keys) -> str:
    text = document.text(keys)
    if text and not ID.fullmatch(text):
        hint = "Up to 128 characters without blanks, slashes and quotes."
        document.refuse("mapping-value", keys, f'"{text[:60]}" cannot be an id.', hint)
    return text


def _installed(document: Document, keys: Keys, timezone: str) -> datetime:
    text = document.text(keys, "")
    if not text:
        return OLDEST
    try:
        return max(day_span(date.fromisoformat(text), timezone)[0], OLDEST)
    except (ValueError, OverflowError):
        document.refuse("mapping-value", keys, f'"{text[:40]}" is no date.', "Write it like 2026-03-01.")
        return OLDEST


def _link(document: Document, keys: Keys, kind: Register) -> Link | None:
    if document.find(keys) is None or not document.check_keys(keys, LEDGER_KEYS):
        return None
    if kind.kind == "gauge":
        document.refuse("meter-ledger", keys, "A gauge shows a level, which is no flow.", "Leave its ledger out.")
    action = document.choice((*keys, "action"), ACTIONS, "consume")
    link = Link(
        action=action,
        provider=document.text((*keys, "provider")),
        receiver=document.text((*keys, "receiver")),
        stock=_id(document, (*keys, "stock")),
        allow_negative=YES_NO.get(document.choice((*keys, "allow_negative"), YES_NO, "no"), False),
        **{name: _id(document, (*keys, name)) for name in OPTIONAL if document.find((*keys, name)) is not None},
    )
    for name, owner in OPTIONAL.items():
        if getattr(link, name) and action != owner:
            document.refuse("meter-ledger", (*keys, name), f"{action} has no {name}.", f"It belongs to {owner}.")
    if action == "transfer" and not link.to_stock:
        document.refuse("meter-ledger", keys, "A transfer needs to_stock, where it goes to.")
    if link.to_stock == link.stock:
        document.refuse("meter-ledger", keys, "A transfer goes from one stock to another.")
    return link


OPTIONAL = {"to_stock": "transfer", "input_of": "consume", "output_of": "produce"}
"""Keys of ``ledger`` that only one action has."""
