"""What mutual help says when somebody leaves: tools that are out, hours that are owed, answers that were agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import HOUR
from wikivillage.web.exchange.hour_queries import balance_of
from wikivillage.web.exchange.loan_queries import GOING
from wikivillage.web.exchange.loan_rules import tool_name
from wikivillage.web.exchange.models import Answer, HourGift, Loan, RepairTicket, Wish
from wikivillage.web.exchange.wish_actions import end_wish
from wikivillage.web.registry.leaving import Reason
from wikivillage.web.shell.templatetags.village import amount, day


def reasons(agent: str, at: datetime) -> Iterator[Reason]:
    """What has to come back, to be given or to be evened first."""
    yield from _loans(agent)
    yield from _answers(agent)
    owed = balance_of(agent)
    if owed < ZERO:
        what = _("Your account of hours is at %(hours)s: others gave them to you.") % {"hours": amount(owed, HOUR)}
        hint = _("Give some hours, or ask your circle whether they let you go without.")
        yield Reason(Problem("hours-owed", "", what, hint))


def _loans(agent: str) -> Iterator[Reason]:
    for loan in Loan.objects.filter(agent=agent, state__in=GOING).select_related("tool").order_by("due"):
        said = {"tool": tool_name(loan.tool), "due": day(loan.due)}
        if loan.state == words.OUT:
            what, hint = _("You still have %(tool)s, due on %(due)s."), _("Bring it back.")
        else:
            what, hint = _("You have reserved %(tool)s until %(due)s."), _("Give the reservation up.")
        problem = Problem("loan-open", "", what % said, hint)
        yield Reason(problem, (loan.pk, f"{loan.pk}-early"))


def _answers(agent: str) -> Iterator[Reason]:
    agreed = Answer.objects.filter(state=words.AGREED).filter(Q(agent=agent) | Q(wish__agent=agent))
    for answer in agreed.select_related("wish"):
        what = _("You agreed on “%(title)s”, and it has not changed hands.") % {"title": answer.wish.title}
        problem = Problem("answer-open", "", what, _("Keep it, or take it back."))
        yield Reason(problem, (answer.pk,))


def things(agent: str) -> dict[str, list[dict[str, Any]]]:
    """Everything of somebody in mutual help, as tables."""
    return {
        "wishes": [_row(one) for one in Wish.objects.filter(agent=agent)],
        "answers": [_row(one) for one in Answer.objects.filter(agent=agent)],
        "loans": [_row(one) for one in Loan.objects.filter(agent=agent)],
        "repairs": [_row(one) for one in RepairTicket.objects.filter(agent=agent)],
        "hours": [_row(one) for one in HourGift.objects.filter(Q(giver=agent) | Q(taker=agent))],
    }


def _row(row: Any) -> dict[str, Any]:
    """A row with its columns by name; amounts as plain numbers."""
    found = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: plain(value) if hasattr(value, "as_tuple") else value for name, value in found.items()}


def forget(agent: str, at: datetime) -> None:
    """End what is open, and forget the words that somebody wrote."""
    for wish in Wish.objects.filter(agent=agent, state=words.OPEN).values_list("pk", flat=True):
        end_wish(wish=wish, at=at)
    gone = _("(erased)")
    Wish.objects.filter(agent=agent).update(title=gone, text="")
    Answer.objects.filter(agent=agent).update(text="")
    Answer.objects.filter(wish__agent=agent).update(reply="")
    RepairTicket.objects.filter(agent=agent).update(problem="", said="")
    Loan.objects.filter(agent=agent).update(note_out="", note_in="")
    HourGift.objects.filter(Q(giver=agent) | Q(taker=agent)).update(what=gone, why="")
