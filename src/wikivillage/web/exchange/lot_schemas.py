"""The shapes of lots in the API. Weights are texts with exact decimals, in kg."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from ninja import Schema
from pydantic import Field

Key = Field("", max_length=48, pattern=r"^[A-Za-z0-9_.-]*$")
"""A key of the caller's own: with the same one, a gesture is done once."""


class LotOut(Schema):
    """A lot; ``free`` is what nobody has reserved, ``code`` the number on its label."""

    id: str
    code: str
    spec: str
    title: str
    kg: str
    free: str
    pieces: int | None = None
    size: str
    longest_cm: int | None = None
    condition: str
    origin: str
    treated: str
    place: str
    bin: str
    state: str
    times_used: int
    dropped_at: datetime
    free_until: datetime


class StopOut(Schema):
    """Something that happened to a lot, or to what it came from; ``event`` is its id in the ledger."""

    at: datetime
    title: str
    text: str
    parts: list[str]
    own: bool
    event: str


class EndOut(Schema):
    """Kilograms that came in somewhere or are somewhere now; ``id`` is a stock where it is one."""

    kind: str
    id: str
    kg: str


class StoryOut(Schema):
    """A lot with its story and the balance of its family: what entered is what is found again."""

    lot: LotOut
    stops: list[StopOut]
    entered: list[EndOut]
    found_again: list[EndOut]
    difference: str


class DropIn(Schema):
    """A lot that is brought; with the same ``key`` it is made once. ``source`` is a stock of the village."""

    spec: str = Field(max_length=64)
    kg: Decimal
    place: str = Field(max_length=64)
    title: str = Field("", max_length=120)
    pieces: int | None = Field(None, ge=0, le=10_000)
    size: str = Field("", max_length=80)
    longest_cm: int | None = Field(None, ge=0, le=2000)
    condition: str = "good"
    origin: str = "neighbour"
    treated: str = "no"
    bin: str = Field("", max_length=24)
    source: str = Field("", max_length=128)
    sure: bool = False
    key: str = Key


class ReserveIn(Schema):
    """Kilograms to keep for the owner of the token for seven days."""

    kg: Decimal
    purpose: str = "other"
    key: str = Key


class TakeIn(Schema):
    """Kilograms that the owner of the token carries away, of a reservation or of what is free."""

    kg: Decimal
    reservation: str = Field("", max_length=64)
    key: str = Key


class ReservationOut(Schema):
    """What is kept for the owner of the token."""

    id: str
    lot: str
    kg: str
    purpose: str
    until: datetime
    state: str


class WeighIn(Schema):
    """What the scales say."""

    kg: Decimal
    why: str = Field("", max_length=300)
    sure: bool = False
    key: str = Key


class HoldIn(Schema):
    """Why a lot is set aside."""

    why: str = Field(max_length=300)


class ReleaseIn(Schema):
    """What somebody who has looked says."""

    treated: Literal["no", "yes"]
    why: str = Field("", max_length=300)


class MoveIn(Schema):
    """Where a lot lies now."""

    place: str = Field(max_length=64)
    bin: str = Field("", max_length=24)
    key: str = Key


class SplitIn(Schema):
    """The weights of the parts."""

    parts: list[Decimal] = Field(max_length=40)
    key: str = Key


class PartIn(Schema):
    """Kilograms of a lot that go into a workshop."""

    lot: str = Field(max_length=64)
    kg: Decimal


class MadeIn(Schema):
    """A lot that comes out of a workshop."""

    spec: str = Field(max_length=64)
    kg: Decimal
    place: str = Field(max_length=64)
    title: str = Field("", max_length=120)
    bin: str = Field("", max_length=24)


class RunIn(Schema):
    """A run of a workshop; a difference of more than two per cent needs ``lost_as`` and ``why``."""

    work: str = Field("", max_length=64)
    place: str = Field(max_length=64)
    taken: list[PartIn] = Field(max_length=40)
    made: list[MadeIn] = Field(max_length=40)
    lost_as: str = Field("", max_length=16)
    why: str = Field("", max_length=300)
    key: str = Key


class RunOut(Schema):
    """A run with its sums."""

    id: str
    taken: str
    made: str
    loss: str
    lots: list[LotOut]


class ThrowIn(Schema):
    """Kilograms that leave as waste."""

    kg: Decimal
    exchange: str = Field(max_length=64)
    channel: str = Field(max_length=16)
    certificate: str = Field("", max_length=80)
    key: str = Key


class WasteOut(Schema):
    """What left as waste; ``event`` is its id in the ledger."""

    event: str
    lot: str
    kg: str
    exchange: str
    channel: str
    certificate: str
    at: datetime
