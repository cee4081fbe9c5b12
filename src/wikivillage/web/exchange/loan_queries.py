"""Questions about tools and loans: who has what until when, what is free, what is late. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from wikivillage.web.exchange.helping_words import OUT, RESERVED, RETIRED
from wikivillage.web.exchange.models import Loan, Tool

GOING = (RESERVED, OUT)
"""States in which a loan takes its tool."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder for what is out: how long after it was due, and its word."""

    after: timedelta
    word: str


LADDER = (
    Step(timedelta(days=-1), "soon"),
    Step(timedelta(hours=1), "late"),
    Step(timedelta(days=3), "call"),
    Step(timedelta(days=7), "block"),
)
"""A word before, a reminder, a call by whoever lends, and no new loan until it is back. Nobody pays anything."""
BLOCKED_AFTER = LADDER[-1].after


def tools(*, search: str = "", place: str = "", retired: bool = False) -> QuerySet[Tool]:
    """Tools that are lent, by name."""
    rows = Tool.objects.all() if retired else Tool.objects.exclude(state=RETIRED)
    rows = rows.filter(place=place) if place else rows
    for word in search.replace("\0", "").split()[:5]:
        stem = word.rstrip("sx")
        rows = rows.filter(Q(name_en__icontains=stem) | Q(name_fr__icontains=stem) | Q(about_fr__icontains=stem))
    return rows


def loan_out(tool: Tool) -> Loan | None:
    """The loan with which a tool is out now."""
    found: Loan | None = tool.loans.filter(state=OUT).first()
    return found


def loans_ahead(tool: Tool, at: datetime) -> list[Loan]:
    """The loans that take a tool now or later, the next first."""
    return list(tool.loans.filter(state__in=GOING).filter(Q(due__gt=at) | Q(state=OUT)).order_by("begin"))


def now_and_next(tools: Iterable[Tool], at: datetime) -> dict[str, tuple[Loan | None, Loan | None]]:
    """For each tool the loan with which it is out, and the next reservation, in one query."""
    found: dict[str, tuple[Loan | None, Loan | None]] = {tool.pk: (None, None) for tool in tools}
    rows = Loan.objects.filter(tool__in=list(found), state__in=GOING).order_by("begin")
    for loan in rows.filter(Q(state=OUT) | Q(due__gt=at)):
        out, following = found[loan.tool_id]
        if loan.state == OUT:
            found[loan.tool_id] = (loan, following)
        elif following is None:
            found[loan.tool_id] = (out, loan)
    return found


def overlapping(tool: str, begin: datetime, end: datetime, *, but: str = "") -> list[Loan]:
    """Loans that take a tool at some moment between two."""
    rows = Loan.objects.filter(tool=tool, state__in=GOING, begin__lt=end, due__gt=begin).exclude(pk=but)
    return list(rows.order_by("begin"))


def next_free(tool: Tool, begin: datetime, length: timedelta, at: datetime) -> datetime:
    """The first moment from one on at which a tool is free so long."""
    start = max(begin, at)
    for loan in loans_ahead(tool, at):
        until = max(loan.due, at) if loan.state == OUT else loan.due
        if loan.begin < start + length and until > start:
            start = until
    return start


def late_loans(agent: str, at: datetime) -> list[Loan]:
    """What somebody has out though it was due, the longest first."""
    return list(Loan.objects.filter(agent=agent, state=OUT, due__lt=at).select_related("tool").order_by("due"))


def blocking_loans(agent: str, at: datetime) -> list[Loan]:
    """What somebody has kept so long that nothing more is lent to them."""
    return [loan for loan in late_loans(agent, at) if loan.due + BLOCKED_AFTER <= at]


def loans_of(agents: Collection[str]) -> QuerySet[Loan]:
    """Loans of some agents, the newest first."""
    return Loan.objects.filter(agent__in=list(agents)).select_related("tool")


def going_loans() -> QuerySet[Loan]:
    """All loans that are reserved or out, what is due first."""
    return Loan.objects.filter(state__in=GOING).select_related("tool").order_by("due", "pk")
