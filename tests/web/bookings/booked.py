"""A house with rooms to book, people in it, prices that hold, and bookings, in one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.web.diary.days import house, paris
from tests.web.prices.priced import banded
from tests.web.registry.somebody import browser, codes, holder, text_of
from wikivillage.web.bookings.actions import confirm, hold
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.unit_actions import add_unit
from wikivillage.web.prices.actions import propose_defaults
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.queries import find_agent

NOW = datetime(2026, 4, 16, 9, tzinfo=UTC)
EVENING = paris("2026-04-17T18:00")
HOUR = timedelta(hours=1)
TEN_O_CLOCK = paris("2026-04-17T10:00")
SMALL = {"kind": "room", "persons": 8, "service": "rooms", "item": "room", "power_kw": 0.45, "place": "cafe"}


def settled(at: datetime = NOW) -> None:
    """The house, and the prices to begin with."""
    house()
    propose_defaults(at=at)


def etic() -> Agent:
    """Who runs the house."""
    found = find_agent("etic")
    assert found is not None
    return found


def unit(id: str = "small-room", at: datetime = NOW, **facts: Any) -> Unit:
    """A room of the house, or something else."""
    name = id.replace("-", " ").capitalize()
    said = {"name_en": name, "name_fr": name, "run_by": etic().pk, **SMALL, **facts}
    return add_unit(id=id, at=at, **said)


def halves() -> tuple[Unit, Unit, Unit]:
    """A hall and its halves."""
    left, right = unit("left"), unit("right")
    return left, right, unit("whole", kind="hall", parts=["left", "right"], item="hall", persons=60)


def held(agent: Agent, **facts: Any) -> Booking:
    """What somebody holds: two hours of an evening unless told."""
    said = {"unit": "small-room", "begin": EVENING, "end": EVENING + 2 * HOUR, "at": NOW, "by": agent.pk, "persons": 2}
    return hold(agent=agent, **{**said, **facts})


def booked(agent: Agent, **facts: Any) -> Booking:
    """What somebody has booked."""
    row = held(agent, **facts)
    return confirm(booking=row, at=facts.get("at", NOW), by=agent.pk).booking


def member(handle: str) -> Agent:
    """A member of the village."""
    return holder(handle, "member")


__all__ = ["HOUR", "NOW", "banded", "booked", "browser", "codes", "halves", "held", "holder", "member", "text_of"]
