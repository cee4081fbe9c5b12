"""Times from when to when things of the registry hold: ``[since, until)``, without an end where ``until`` is None."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem


def holding(at: datetime, prefix: str = "") -> Q:
    """Rows that hold at a moment; ``prefix`` leads to them from another table."""
    begun = Q(**{f"{prefix}since__lte": at})
    return begun & (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": at}))


def overlapping(since: datetime, until: datetime | None) -> Q:
    """Rows that share a moment with an interval."""
    not_over = Q(until=None) | Q(until__gt=since)
    return not_over if until is None else not_over & Q(since__lt=until)


def check_interval(since: datetime, until: datetime | None, where: str) -> list[Problem]:
    """Whether an interval goes forward in time."""
    if until is None or since < until:
        return []
    what = _("It would end on %(until)s and begin on %(since)s.") % {"until": _day(until), "since": _day(since)}
    return [Problem("ends-before-it-begins", where, what, _("Choose an end after the beginning, or none."))]


def check_alone(rows: Any, since: datetime, until: datetime | None, where: str) -> list[Problem]:
    """Whether none of some rows holds at the same time: nobody is the same thing twice."""
    found = rows.filter(overlapping(since, until)).order_by("since").first()
    if found is None:
        return []
    since_then = {"since": _day(found.since), "until": _day(found.until) if found.until else ""}
    until_then = _("The same holds from %(since)s until %(until)s.")
    what = (until_then if found.until else _("The same holds since %(since)s, without an end.")) % since_then
    return [Problem("overlapping", where, what, _("End that one first, or choose times that do not meet it."))]


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def end(row: Any, at: datetime) -> bool:
    """Let a row hold no longer than until a moment, and keep it; whether that changed anything."""
    last = max(at, row.since)
    if row.until is not None and row.until <= last:
        return False
    row.until = last
    row.save(update_fields=["until"])
    return True
