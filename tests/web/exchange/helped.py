"""A house whose people help each other: wishes, tools, repair days and hours in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation

from tests.web.diary.days import house
from tests.web.registry.somebody import person
from wikivillage.web.exchange.hour_actions import tell_hours
from wikivillage.web.exchange.loan_actions import hand_out, reserve_tool
from wikivillage.web.exchange.models import HourGift, Loan, RepairDay, RepairTicket, Tool, Wish
from wikivillage.web.exchange.repair_actions import bring_thing, put_repair_day
from wikivillage.web.exchange.tool_actions import add_tool
from wikivillage.web.exchange.wish_actions import make_wish
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.models import Agent

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def village() -> None:
    """A house with a café and a laboratory."""
    house()


@contextmanager
def in_english() -> Iterator[None]:
    """The village, whose sentences are read in English."""
    with translation.override("en"):
        village()
        yield


def etic() -> Agent:
    """Whose the tools are: the one that the village file names."""
    found: Agent = Agent.objects.get(identity__handle="etic")
    return found


def wish(agent: Agent, side: str = "need", title: str = "Une perceuse", **more: Any) -> Wish:
    """Something that somebody looks for or offers."""
    return make_wish(**{"side": side, "what": "thing", "title": title, "agent": agent.pk, "at": NOW, **more})


def drill(**more: Any) -> Tool:
    """A drill that is lent."""
    said = {"name_fr": "Perceuse", "name_en": "Drill", "owner": etic().pk, "place": "lab", "at": NOW}
    return add_tool(**{**said, **more})


def reserved(tool: Tool, agent: Agent, begin: datetime = NOW, days: float = 2, **more: Any) -> Loan:
    """A tool that somebody has reserved."""
    due = begin + timedelta(days=days)
    return reserve_tool(**{"tool": tool.pk, "agent": agent.pk, "begin": begin, "due": due, "at": NOW, **more})


def lent(tool: Tool, agent: Agent, begin: datetime = NOW, days: float = 2) -> Loan:
    """A tool that somebody has."""
    loan = reserved(tool, agent, begin, days, at=begin)
    return hand_out(loan=loan.pk, condition="good", at=begin)


def repair_day(**more: Any) -> RepairDay:
    """A day of repairs that begins now."""
    said = {"title": "Réparer ensemble", "begin": NOW, "end": NOW + 4 * HOUR, "place": "cafe", "by": etic().pk}
    return put_repair_day(**{**said, "at": NOW - DAY, **more})


def ticket(agent: Agent, device: str = "Grille-pain", **more: Any) -> RepairTicket:
    """Something to be repaired."""
    return bring_thing(**{"device": device, "category": "kitchen", "agent": agent.pk, "at": NOW, **more})


def given(giver: Agent, taker: Agent, hours: str = "2", told_by: Agent | None = None, **more: Any) -> HourGift:
    """Hours that one told."""
    said = {"giver": giver.pk, "taker": taker.pk, "hours": Decimal(hours), "what": "Jardinage"}
    return tell_hours(**{**said, "on": date(2026, 11, 25), "told_by": (told_by or giver).pk, "at": NOW, **more})


def told(agent: Agent, kind: str = "") -> list[str]:
    """What somebody was told, the first first."""
    rows = Notice.objects.filter(agent=agent).order_by("pk")
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.values_list("title_en", flat=True))


__all__ = [
    "DAY",
    "HOUR",
    "NOW",
    "drill",
    "given",
    "lent",
    "person",
    "repair_day",
    "reserved",
    "ticket",
    "told",
    "village",
]
