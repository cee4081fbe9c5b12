"""Everything that writes repairs: days, tickets with their outcome, and the sums of a day that is closed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Entry, Event, Measure, Process
from wikivillage.web.diary.actions import put_occurrence
from wikivillage.web.diary.kinds import PUBLIC
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import (
    HOUR,
    KILOGRAM,
    LABOUR,
    check_amount,
    check_choice,
    check_place,
    check_words,
    new_id,
    told_at,
)
from wikivillage.web.exchange.models import RepairDay, RepairTicket
from wikivillage.web.exchange.models.helping import LINE
from wikivillage.web.exchange.repair_queries import sums_of
from wikivillage.web.exchange.tool_actions import mend_tool
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import Text

HEAVIEST = Decimal(300)
"""Kilograms: what is heavier is not carried to a repair day."""
GRAM = Decimal("0.001")
MOST_MINUTES = 600
SAID = 300


@transaction.atomic
def put_repair_day(
    *, title: str, begin: datetime, end: datetime, at: datetime, place: str = "", by: str = "", key: str = ""
) -> RepairDay:
    """A day on which people repair together, in the diary for everybody.

    Raises ProblemError: bad-words, unknown-place, backwards, too-long.
    """
    made: RepairDay | None = made_before(key, RepairDay, at=at)
    if made is not None:
        return made
    refuse_with([*check_words("title", title, most=LINE, needed=True), *check_place(place)])
    id = new_id("repair-day")
    path = f"/exchange/repairs/{id}/"
    put_occurrence(
        uid=id, title=title.strip(), kind="repair", begin=begin, end=end, place=place, visibility=PUBLIC, path=path,
        at=at, by=by,
    )  # fmt: skip
    row = RepairDay.objects.create(
        id=id, title=title.strip(), place=place, begin=begin, end=end, made_by=by, made_at=at
    )
    record_change("put_repair_day", id, at=at, by=by)
    remember(key, row)
    return row


@transaction.atomic
def bring_thing(
    *,
    device: str,
    category: str,
    agent: str,
    at: datetime,
    problem: str = "",
    weight_kg: Decimal | None = None,
    day: str = "",
    tool: str = "",
    by: str = "",
    key: str = "",
) -> RepairTicket:
    """A ticket for something to be repaired, on a day or whenever somebody has time. Its weight can follow.

    Raises ProblemError: bad-words, unknown-word, bad-amount, day-closed.
    """
    made: RepairTicket | None = made_before(key, RepairTicket, at=at)
    if made is not None:
        return made
    refuse_with(
        [
            *check_words("device", device, most=LINE, needed=True),
            *check_words("problem", problem, most=SAID),
            *check_choice("category", category, words.CATEGORIES),
            *check_weight(weight_kg),
            *_check_open(RepairDay.objects.filter(pk=day).first() if day else None),
        ]
    )
    row = RepairTicket.objects.create(
        id=new_id("ticket"),
        day_id=day or None,
        tool_id=tool or None,
        agent_id=agent,
        device=" ".join(device.split()),
        category=category,
        problem=problem.strip(),
        weight_kg=weight_kg,
        made_at=at,
    )
    record_change("bring_thing", row.pk, at=at, by=by or agent)
    remember(key, row)
    return row


def check_weight(weight_kg: Decimal | None) -> list[Problem]:
    """Whether a weight can be; none is none yet."""
    return [] if weight_kg is None else check_amount("weight_kg", weight_kg, KILOGRAM, most=HEAVIEST, step=GRAM)


def _check_open(day: RepairDay | None) -> list[Problem]:
    if day is None or day.closed_at is None:
        return []
    what = _("This day was closed on %(when)s: its sums stand.") % {"when": told_at(day.closed_at)}
    return [Problem("day-closed", "", what, _("Open a ticket for the next day."))]


@retrying
@transaction.atomic
def set_outcome(
    *,
    ticket: str,
    outcome: str,
    at: datetime,
    weight_kg: Decimal | None = None,
    unweighed: bool = False,
    minutes: int | None = None,
    barrier: str = "",
    said: str = "",
    by: str = "",
) -> RepairTicket:
    """What became of a thing. Until its day is closed it can be said anew; who brought it is told.

    Raises ProblemError: unknown-word, no-weight, bad-amount, bad-minutes, bad-words, day-closed.
    """
    row = RepairTicket.objects.select_for_update(no_key=True).get(pk=ticket)
    weight = row.weight_kg if weight_kg is None else weight_kg
    refuse_with(
        [
            *_check_open(row.day),
            *check_choice("outcome", outcome, words.OUTCOMES),
            *check_choice("barrier", barrier, words.BARRIERS),
            *check_weight(weight_kg),
            *_check_weighed(outcome, weight, unweighed=unweighed),
            *_check_minutes(minutes),
            *check_words("said", said, most=SAID),
        ]
    )
    again = row.state == outcome
    row.state, row.weight_kg, row.unweighed = outcome, weight, unweighed and weight is None
    row.minutes, row.barrier, row.said, row.ended_at = minutes, barrier, said.strip(), at
    row.save()
    if outcome == words.FIXED and row.tool_id:
        mend_tool(tool=row.tool_id, at=at, by=by)
    record_change(f"repair_{outcome}", row.pk, at=at, by=by)
    if not again:
        _tell(row, outcome, at)
    return row


def _check_weighed(outcome: str, weight: Decimal | None, *, unweighed: bool) -> list[Problem]:
    if outcome != words.FIXED or weight is not None or unweighed:
        return []
    what = _("What was repaired has no weight, so nobody knows how much was kept from waste.")
    return [Problem("no-weight", "weight_kg", what, _("Weigh it, or tick that it cannot be weighed."))]


def _check_minutes(minutes: int | None) -> list[Problem]:
    if minutes is None or 0 < minutes <= MOST_MINUTES:
        return []
    what = _("A repair takes between one minute and ten hours.")
    return [Problem("bad-minutes", "minutes", what, _("Look at the number again."))]


def _tell(row: RepairTicket, outcome: str, at: datetime) -> None:
    titles = {
        words.FIXED: Text(f"Repaired: {row.device}", f"Réparé\u00a0: {row.device}"),
        words.REPAIRABLE: Text(f"Not repaired yet: {row.device}", f"Pas encore réparé\u00a0: {row.device}"),
        words.END_OF_LIFE: Text(f"Cannot be repaired: {row.device}", f"Ne peut pas être réparé\u00a0: {row.device}"),
    }
    text = Text("Its ticket says what was done and what is next.", "Sa fiche dit ce qui a été fait, et la suite.")
    path = f"/exchange/repairs/tickets/{row.pk}/"
    key = f"exchange-{outcome}-{row.pk}"
    tell(agent=row.agent_id, kind="repair", title=titles[outcome], text=text, path=path, at=at, key=key)


@retrying
@transaction.atomic
def close_day(*, day: str, at: datetime, by: str = "") -> RepairDay:
    """Close a repair day: its sums stand from now on, and the work goes into the ledger, without names of who worked.

    Raises ProblemError with every reason: closed-already, not-begun, no-outcome, no-weight.
    """
    row = RepairDay.objects.select_for_update(no_key=True).get(pk=day)
    tickets = list(row.tickets.select_for_update(no_key=True))
    refuse_with(_check_closable(row, tickets, at))
    row.sums, row.closed_at, row.closed_by = sums_of(tickets).as_tree(), at, by
    row.save(update_fields=["sums", "closed_at", "closed_by"])
    _record_work(row, tickets, at, by)
    record_change("close_day", row.pk, at=at, by=by)
    return row


def _check_closable(row: RepairDay, tickets: list[RepairTicket], at: datetime) -> list[Problem]:
    if row.closed_at is not None:
        what = _("This day was closed on %(when)s already: its sums stand.") % {"when": told_at(row.closed_at)}
        return [Problem("closed-already", "", what, _("Nothing is left to do."))]
    found = []
    if row.begin > at:
        what = _("This day begins on %(when)s.") % {"when": told_at(row.begin)}
        found.append(Problem("not-begun", "", what, _("Close it afterwards.")))
    for ticket in tickets:
        if ticket.state == words.WAITING:
            hint = _("Say on its ticket whether it is repaired.")
            found.append(Problem("no-outcome", ticket.device, _("Nobody has said what became of it."), hint))
        elif ticket.state == words.FIXED and ticket.weight_kg is None and not ticket.unweighed:
            hint = _("Weigh it, or tick that it cannot be weighed.")
            found.append(Problem("no-weight", ticket.device, _("It is repaired and has no weight."), hint))
    return found


def _record_work(row: RepairDay, tickets: list[RepairTicket], at: datetime, by: str) -> None:
    """The hours of the day as work in a process of the ledger; who brought a thing is who received it."""
    worked = [ticket for ticket in tickets if ticket.minutes]
    if not worked or not by:
        return
    entries: list[Entry] = [Process(row.pk, name=None, at=row.place or None)]
    entries += [
        Event(
            f"{ticket.pk}-work",
            "work",
            by,
            ticket.agent_id,
            spec=LABOUR,
            effort=Measure((Decimal(ticket.minutes or 0) / 60).quantize(Decimal("0.000001")), HOUR),
            input_of=row.pk,
            at=min(row.end, at),
        )
        for ticket in worked
    ]
    record(entries=entries, at=at, by=by)
