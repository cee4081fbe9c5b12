"""Machines and rooms on their day, in one line each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.web.bookings.booked import NOW, booked, etic, unit
from tests.web.diary.days import paris
from wikivillage.web.bookings.models import Booking, Unit, UseSession
from wikivillage.web.bookings.session_actions import start_session
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.agreement_actions import grant_qualification
from wikivillage.web.registry.models import Agent

TWO = paris("2026-04-17T14:00")
"""When the machine of these tests is booked."""
MINUTE = timedelta(minutes=1)
PRINTER = {"kind": "machine", "persons": 2, "service": "machines", "item": "printer", "power_kw": 0.35, "place": "lab"}


def machine(id: str = "printer", *, priced: bool = False, **policy: Any) -> Unit:
    """A machine, for which nobody needs a training unless told."""
    free = {} if priced else {"service": "", "item": ""}
    return unit(id, policy=policy, **{**PRINTER, **free})


def has_booked(agent: Agent, begin: datetime = TWO, hours: float = 2, at: datetime = NOW, **facts: Any) -> Booking:
    """What somebody has booked of the machine."""
    end = begin + timedelta(hours=hours)
    return booked(agent, **{"unit": "printer", "begin": begin, "end": end, "persons": 1, "at": at, **facts})


def starts(agent: Agent, at: datetime = TWO, **more: Any) -> UseSession:
    """They press start."""
    return start_session(**{"unit": "printer", "agent": agent, "at": at, "by": agent.pk, **more})


def trained(agent: Agent, subject: str = "laser", level: int = 2, until: datetime | None = None) -> None:
    """They were trained, by who runs the house."""
    since = NOW - timedelta(days=400)
    grant_qualification(agent=agent, subject=subject, level=level, since=since, until=until, at=NOW, by=etic().pk)


def told(agent: Agent, kind: str = "") -> list[str]:
    """What somebody was told, in French, the newest last."""
    rows = Notice.objects.filter(agent=agent, **({"kind": kind} if kind else {})).order_by("made_at", "pk")
    return [f"{row.title_fr}. {row.text_fr}" for row in rows]
