"""What programs send and read of the day: sessions, outages, closings; of series, requests and waiting lists."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ninja import Schema
from pydantic import Field

from wikivillage.web.bookings.api_parts import BookingOut, WhyOut
from wikivillage.web.registry.api_parts import Moment


class SessionOut(Schema):
    """A machine in use, or that was; ``ended_how`` is ``stopped``, ``forgotten`` or ``broken``; amounts are texts."""

    id: str
    unit: str
    booking: str
    walk_in: bool
    began_at: datetime
    ends_by: datetime
    ended_at: datetime | None
    ended_how: str
    kwh: str | None
    grams: str | None


class StartIn(Schema):
    """Start a machine. ``beside``: who stays with them, where somebody has to; the same ``key`` starts it once."""

    beside: str = Field("", max_length=80)
    key: str = Field("", max_length=36)


class StopIn(Schema):
    """Stop a machine: without ``session`` one's own. ``kwh`` and ``grams``: what was read, where somebody did."""

    session: str = Field("", max_length=16)
    kwh: Decimal | None = None
    grams: Decimal | None = None


class OutageOut(Schema):
    """That something does not work; ``said`` where the reader may know what was seen."""

    id: int
    unit: str
    begin: datetime
    until: datetime | None
    ended_at: datetime | None
    said: str


class OutageIn(Schema):
    """Something that does not work, and until when, where somebody knows."""

    unit: str = Field(max_length=64)
    said: str = Field(max_length=500)
    until: Moment | None = None
    key: str = Field("", max_length=36)


class MendedIn(Schema):
    """What was done."""

    mended: str = Field("", max_length=500)


class UntilIn(Schema):
    """Until when something is out of order; nothing where nobody knows."""

    until: Moment | None = None


class ClosingIn(Schema):
    """Close a unit, or everything in a place. ``decided``: for each booking that it meets a unit, ``cancel``, ``keep``.

    Without ``close`` nothing is written: it is only looked at whom it would meet.
    """

    subject: str = Field(max_length=64)
    begin: Moment
    end: Moment
    why_en: str = Field("", max_length=200)
    why_fr: str = Field("", max_length=200)
    decided: dict[str, str] = Field(default_factory=dict, max_length=2000)
    close: bool = False


class MetOut(Schema):
    """A booking that a closing meets; ``to`` is the nearest equal unit that is free, empty where none is."""

    booking: str
    unit: str
    begin: datetime
    end: datetime
    persons: int
    to: str


class ClosingOut(Schema):
    """A closing: which units it closes; whom it would meet, or what became of each booking by its id."""

    closed: bool
    units: list[str]
    meets: list[MetOut] = Field(default_factory=list)
    begun: list[str] = Field(default_factory=list)
    moved: list[str] = Field(default_factory=list)
    cancelled: list[str] = Field(default_factory=list)
    kept: list[str] = Field(default_factory=list)


class MoveTo(Schema):
    """Another time; ``expected_cents`` is the price that was seen for it, ``scope`` which dates of a series move."""

    begin: Moment
    end: Moment
    scope: Literal["this", "following", "all"] = "this"
    expected_cents: int | None = None


class RequestOut(BookingOut):
    """What is asked for; ``against`` are reasons that stand against it now, ``loses`` who would be refused by a yes."""

    agent: str
    against: list[WhyOut]
    loses: list[str]


class DecisionIn(Schema):
    """Yes, or no with a reason."""

    answer: Literal["yes", "no"]
    why: str = Field("", max_length=300)


class SeriesIn(Schema):
    """A series; ``rule`` as calendars write it, for example ``FREQ=WEEKLY;COUNT=4``. Without ``book`` it is a look."""

    unit: str = Field(max_length=64)
    rule: str = Field(max_length=200)
    begin: Moment
    end: Moment
    persons: int = Field(1, ge=1, le=1000)
    title: str = Field("", max_length=120)
    key: str = Field("", max_length=200)
    book: bool = False


class DateOut(Schema):
    """One date of a series; with reasons where it cannot be had."""

    day: date
    begin: datetime
    end: datetime
    reasons: list[WhyOut]


class SeriesOut(Schema):
    """A series of bookings with those of its dates that are booked; ``sure_until`` where it must be confirmed again."""

    uid: str
    unit: str
    sure_until: date | None
    bookings: list[BookingOut]


class PutOut(Schema):
    """What a series would be, or is: every date with its verdict, and the sum of what can be had in cents."""

    booked: bool
    dates: list[DateOut]
    total_cents: int
    series: SeriesOut | None = None


class WaitingOut(Schema):
    """For what somebody waits; ``place``: how many are before them, themselves counted."""

    id: int
    unit: str
    begin: datetime
    end: datetime
    persons: int
    place: int


class WaitingIn(Schema):
    """A time that somebody else has."""

    unit: str = Field(max_length=64)
    begin: Moment
    end: Moment
    persons: int = Field(1, ge=1, le=1000)
