"""What bookings say when somebody leaves: those to come, everything of theirs, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.bookings.facts import promise_ids
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.states import CHECKED_IN, LASTING, REQUESTED
from wikivillage.web.bookings.writing import MOST_PARTS
from wikivillage.web.registry.leaving import Reason, Room, say
from wikivillage.web.shell.templatetags.village import moment


def reasons(agent: str, at: datetime) -> Iterator[Reason]:
    """Bookings that are to come or in use: others wait for the place."""
    rows = Booking.objects.filter(agent=agent, end__gt=at, state__in=[*LASTING, REQUESTED]).select_related("unit")
    for row in rows.order_by("begin"):
        name = row.unit.name_fr if (get_language() or "").startswith("fr") else row.unit.name_en
        what = _("You have booked %(unit)s for %(when)s.") % {"unit": name, "when": moment(row.begin)}
        hint = _("End it first.") if row.state == CHECKED_IN else _("Cancel it, so that others can have it.")
        promises = tuple(f"{promise_ids(row)}{number}" for number in range(1, MOST_PARTS + 1))
        yield Reason(Problem("booking-to-come", "", what, hint), promises)


def things(agent: str) -> dict[str, list[dict[str, Any]]]:
    """Every booking of somebody."""
    columns = ("id", "unit", "begin", "end", "persons", "title", "state", "total_cents", "kwh", "made_at")
    return {"bookings": list(Booking.objects.filter(agent=agent).order_by("begin").values(*columns))}


def forget(agent: str, at: datetime) -> None:
    """Forget the titles that somebody wrote."""
    Booking.objects.filter(agent=agent).update(title="")


say("bookings", Room(reasons, things, forget))
