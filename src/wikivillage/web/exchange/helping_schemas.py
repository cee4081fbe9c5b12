"""What programs send and read of wishes, tools, loans, repairs and hours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ninja import Schema
from pydantic import Field

from wikivillage.web.registry.api_parts import Moment


class WishOut(Schema):
    """An offer or a need; ``agent`` where the reader may know who it is, ``left`` what nobody gave or promised."""

    id: str
    side: str
    what: str
    spec: str
    title: str
    text: str
    amount: str
    left: str
    unit: str
    place: str
    agent: str = ""
    state: str
    until: datetime


class WishIn(Schema):
    """An offer or a need; with the same ``key`` it is made once."""

    side: Literal["need", "offer"]
    what: Literal["thing", "material", "skill", "hours"]
    title: str = Field(max_length=120)
    text: str = Field("", max_length=1000)
    amount: Decimal = Decimal(1)
    spec: str = Field("", max_length=64)
    place: str = Field("", max_length=64)
    until: Moment | None = None
    key: str = Field("", max_length=64)


class MatchOut(Schema):
    """A need and an offer or lot that go together, how much, and why in both languages."""

    need: str
    offer: str
    lot: bool
    amount: str
    unit: str
    reasons: list[dict[str, str]]


class ToolOut(Schema):
    """A tool; ``out_until`` where it is out, ``next_from`` where somebody has reserved it."""

    id: str
    stock: str
    name_en: str
    name_fr: str
    place: str
    shelf: str
    qualification: str
    longest_days: int
    condition: str
    state: str
    out_until: datetime | None = None
    next_from: datetime | None = None


class LoanOut(Schema):
    """A loan; ``agent`` where the reader may know who it is."""

    id: str
    tool: str
    agent: str = ""
    begin: datetime
    due: datetime
    state: str
    condition_out: str
    condition_in: str
    out_at: datetime | None = None
    in_at: datetime | None = None
    late: bool


class LoanIn(Schema):
    """From when until when a tool is wanted."""

    begin: Moment
    due: Moment
    key: str = Field("", max_length=64)


class StateIn(Schema):
    """The state in which a tool leaves or comes back."""

    condition: Literal["good", "worn", "damaged", "unusable"]
    note: str = Field("", max_length=300)


class RepairDayOut(Schema):
    """A repair day and what it adds up to; ``kg_kept`` is weighed, no factor is in it."""

    id: str
    title: str
    place: str
    begin: datetime
    end: datetime
    closed: bool
    things: int
    fixed: int
    repairable: int
    end_of_life: int
    kg_kept: str
    unweighed: int
    minutes: int


class RepairOut(Schema):
    """Something that was brought, without whose it was."""

    id: str
    day: str | None = None
    device: str
    category: str
    weight_kg: str | None = None
    outcome: str
    barrier: str
    minutes: int | None = None
    mine: bool


class RepairIn(Schema):
    """Something to be repaired."""

    device: str = Field(max_length=120)
    category: str = Field(max_length=16)
    problem: str = Field("", max_length=300)
    weight_kg: Decimal | None = None
    day: str = Field("", max_length=64)
    key: str = Field("", max_length=64)


class HoursOut(Schema):
    """Hours from one to another."""

    id: str
    giver: str
    taker: str
    hours: str
    what: str
    day: date
    state: str


class AccountOut(Schema):
    """One's own account and its lines."""

    given: str
    received: str
    balance: str
    lines: list[HoursOut]


class HoursIn(Schema):
    """Hours that the owner of the token gave to somebody, or received."""

    way: Literal["gave", "got"]
    who: str = Field(max_length=100)
    hours: Decimal
    what: str = Field(max_length=120)
    day: date
    key: str = Field("", max_length=64)
