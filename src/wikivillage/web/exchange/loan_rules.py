"""Whether a tool can be lent to somebody: small rules, all of them asked, each with its reason and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wikivillage.base.problems import Problem
from wikivillage.web.exchange.helping_parts import told_at
from wikivillage.web.exchange.helping_words import BROKEN, OUT, RETIRED
from wikivillage.web.exchange.loan_queries import GOING, blocking_loans, next_free, overlapping
from wikivillage.web.exchange.models import Loan, Tool
from wikivillage.web.registry.agreement_queries import last_qualification, qualification_of
from wikivillage.web.registry.models import Agent
from wikivillage.web.shell.templatetags.village import day, language

HORIZON = timedelta(days=90)
MOST_AT_ONCE = 5
GRACE = timedelta(minutes=15)
"""How far in the past a loan may begin: forms lie a while before they are sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool that somebody asks for, from when until when; ``at`` is now."""

    tool: Tool
    agent: Agent
    begin: datetime
    due: datetime
    at: datetime


Rule = Callable[[Asked], Iterator[Problem]]


def refusals(asked: Asked) -> list[Problem]:
    """Every reason against a loan; none where it can be."""
    return [problem for rule in RULES for problem in rule(asked)]


def way_out(asked: Asked) -> tuple[datetime, datetime] | None:
    """The next time at which the tool is free for as long; None where time is not what is missing."""
    codes = {problem.code for problem in refusals(asked)}
    if not codes or codes - {"taken", "in-the-past", "too-long"}:
        return None
    length = min(asked.due - asked.begin, timedelta(days=asked.tool.longest_days))
    if length <= timedelta(0):
        return None
    begin = next_free(asked.tool, asked.begin, length, asked.at)
    return (begin, begin + length) if begin <= asked.at + HORIZON else None


def _state(asked: Asked) -> Iterator[Problem]:
    if asked.tool.state == BROKEN:
        what = _("This tool is broken and waits for its repair.")
        yield Problem("tool-broken", "", what, _("Look at it again after the next repair day, or help to repair it."))
    if asked.tool.state == RETIRED:
        yield Problem("tool-retired", "", _("This tool is no longer lent."), _("Choose another one."))


def _times(asked: Asked) -> Iterator[Problem]:
    if asked.due <= asked.begin:
        yield Problem("backwards", "due", _("It would come back before it leaves."), _("Choose a later day."))
    if asked.begin < asked.at - GRACE:
        what = _("%(when)s is past.") % {"when": told_at(asked.begin)}
        yield Problem("in-the-past", "begin", what, _("Begin now or later."))
    if asked.begin > asked.at + HORIZON:
        what = _("Tools are reserved up to %(days)s days ahead.") % {"days": HORIZON.days}
        yield Problem("too-far", "begin", what, _("Choose an earlier day."))


def _length(asked: Asked) -> Iterator[Problem]:
    most = asked.tool.longest_days
    if asked.due - asked.begin > timedelta(days=most, hours=1):
        what = ngettext(
            "This tool is lent for %(most)d day at most.", "This tool is lent for %(most)d days at most.", most
        ) % {"most": most}
        yield Problem("too-long", "due", what, _("Bring it back earlier; if nobody waits, take it again."))


def _training(asked: Asked) -> Iterator[Problem]:
    subject = asked.tool.qualification
    if not subject or qualification_of(asked.agent, subject, at=asked.at) is not None:
        return
    hint = _("Ask the circle for the next training; whoever has it can also use the tool beside you.")
    last = last_qualification(asked.agent, subject)
    if last is not None and last.until is not None and last.until <= asked.at:
        what = _("The training “%(what)s” counted until %(day)s.") % {"what": subject, "day": day(last.until)}
    else:
        what = _("It takes the training “%(what)s” first.") % {"what": subject}
    yield Problem("not-trained", "", what, hint)


def _late(asked: Asked) -> Iterator[Problem]:
    for loan in blocking_loans(asked.agent.pk, asked.at):
        what = _("%(tool)s was due on %(day)s and is not back: nothing more is lent until then.") % {
            "tool": tool_name(loan.tool),
            "day": day(loan.due),
        }
        yield Problem("blocked", "", what, _("Bring it back: the next press works at once. Nothing is to be paid."))


def _number(asked: Asked) -> Iterator[Problem]:
    count = Loan.objects.filter(agent=asked.agent, state__in=GOING).count()
    if count >= MOST_AT_ONCE:
        what = _("%(count)s tools are lent to or reserved by you; at most %(most)s at once.")
        yield Problem("too-many", "", what % {"count": count, "most": MOST_AT_ONCE}, _("Bring one back first."))


def _taken(asked: Asked) -> Iterator[Problem]:
    if asked.due <= asked.begin:
        return
    for loan in overlapping(asked.tool.pk, asked.begin, asked.due):
        out = loan.state == OUT
        what = _("It is lent until %(due)s.") if out else _("Somebody has reserved it from %(begin)s to %(due)s.")
        said = what % {"begin": told_at(loan.begin), "due": told_at(loan.due)}
        yield Problem("taken", "", said, _("Choose a time before or after."))


RULES: tuple[Rule, ...] = (_state, _training, _late, _number, _times, _length, _taken)


def tool_name(tool: Tool) -> str:
    """What a tool is called in the language that is read."""
    return str(tool.name_fr if language() == "fr" else tool.name_en)
