"""Everything that writes tools and loans: reserved, handed out, taken back, each time with the state of the tool."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Commitment, Ending, Entry, Event, Measure
from wikivillage.web.diary.actions import cancel_occurrence, put_occurrence
from wikivillage.web.diary.kinds import PRIVATE
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import (
    HOUR,
    check_choice,
    check_words,
    new_id,
    one_piece,
    told_at,
)
from wikivillage.web.exchange.loan_queries import loan_out, overlapping
from wikivillage.web.exchange.loan_rules import Asked, refusals
from wikivillage.web.exchange.models import Loan, Tool
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import Text

EARLY = timedelta(minutes=15)
A_DAY = timedelta(days=1)
NOTE = 300


@retrying
@transaction.atomic
def reserve_tool(
    *, tool: str, agent: str, begin: datetime, due: datetime, at: datetime, by: str = "", key: str = ""
) -> Loan:
    """Keep a tool for somebody from a moment to another. The ledger's guard decides between two who ask at once.

    Raises ProblemError with every reason: tool-broken, tool-retired, not-trained, blocked, too-many, backwards,
    in-the-past, too-far, too-long, taken.
    """
    made: Loan | None = made_before(key, Loan, at=at)
    if made is not None:
        return made
    row = Tool.objects.select_for_update(no_key=True).get(pk=tool)
    begin = max(begin, at) if begin >= at - EARLY else begin
    refuse_with(refusals(Asked(row, Agent.objects.get(pk=agent), begin, due, at)))
    loan = Loan.objects.create(
        id=new_id("loan"), tool=row, agent_id=agent, begin=begin, due=due, made_at=at, made_by=by or agent
    )
    _promise(loan, loan.pk, begin, due, at, by or agent)
    _put_in_diary(loan, at, by or agent)
    record_change("reserve_tool", loan.pk, at=at, by=by or agent)
    remember(key, loan)
    return loan


def _promise(loan: Loan, id: str, begin: datetime, end: datetime, at: datetime, by: str) -> None:
    """The booking of the tool's stock. Raises ProblemError taken where somebody was quicker."""
    promise = Commitment(
        id,
        "use",
        loan.tool.owner_id,
        loan.agent_id,
        resource=loan.tool.stock,
        quantity=one_piece(),
        begin=begin,
        end=end,
    )
    try:
        record(entries=[promise], at=at, by=by)
    except ProblemError as error:
        if not any(problem.code == "conflict" for problem in error.problems):
            raise
        what = _("Somebody else has just reserved it for this time.")
        raise ProblemError([Problem("taken", "", what, _("Choose a time before or after."))]) from None


def _put_in_diary(loan: Loan, at: datetime, by: str) -> None:
    put_occurrence(
        uid=loan.pk,
        title=f"{loan.tool.name_fr}",
        kind="loan",
        begin=loan.begin,
        end=loan.due,
        subject=loan.tool_id,
        place=loan.tool.place,
        owner=loan.agent_id,
        visibility=PRIVATE,
        path=f"/exchange/tools/{loan.tool_id}/",
        at=at,
        by=by,
    )


@retrying
@transaction.atomic
def hand_out(*, loan: str, condition: str, at: datetime, note: str = "", by: str = "") -> Loan:
    """Give a reserved tool to who reserved it, with its state as both see it.

    Raises ProblemError with every reason: handed-out-already, loan-over, still-out, too-early, reserved-by-another,
    tool-broken, unusable, unknown-word, bad-words.
    """
    row = Loan.objects.select_for_update(no_key=True).get(pk=loan)
    tool = Tool.objects.select_for_update(no_key=True).get(pk=row.tool_id)
    refuse_with(
        [
            *_check_ready(row, tool, at),
            *check_choice("condition", condition, words.CONDITIONS),
            *check_words("note", note, most=NOTE),
            *_check_usable(condition),
        ]
    )
    row.tool = tool
    if row.begin > at:
        _promise(row, f"{row.pk}-early", at, row.begin, at, by)
        row.begin = at
    if tool.owner_id != row.agent_id:
        out = _custody(f"{row.pk}-out", tool, tool.owner_id, row.agent_id, at, condition)
        record(entries=[out], at=at, by=by or None)
    row.state, row.out_at, row.condition_out, row.note_out = words.OUT, at, condition, note.strip()
    row.save(update_fields=["state", "begin", "out_at", "condition_out", "note_out"])
    Tool.objects.filter(pk=tool.pk).update(condition=condition)
    _put_in_diary(row, at, by)
    record_change("hand_out", row.pk, at=at, by=by)
    return row


def _custody(id: str, tool: Tool, giver: str, taker: str, at: datetime, condition: str) -> Event:
    """The tool in other hands: it stays its owner's."""
    return Event(id, "transferCustody", giver, taker, resource=tool.stock, quantity=one_piece(), state=condition, at=at)


def _check_ready(row: Loan, tool: Tool, at: datetime) -> list[Problem]:
    found = []
    if row.state == words.OUT:
        what = _("It was handed out on %(when)s already.") % {"when": told_at(row.out_at)}
        found.append(Problem("handed-out-already", "", what, _("Nothing is left to do.")))
    elif row.state != words.RESERVED or row.due <= at:
        what = _("This reservation is over: %(state)s.") % {"state": _state_said(row)}
        found.append(Problem("loan-over", "", what, _("Reserve it anew.")))
    else:
        out = loan_out(tool)
        if out is not None:
            what = _("The tool is still out: it is due back on %(when)s.") % {"when": told_at(out.due)}
            found.append(Problem("still-out", "", what, _("Take it back first.")))
        if row.begin - at > A_DAY:
            what = _("It is reserved from %(when)s on.") % {"when": told_at(row.begin)}
            found.append(Problem("too-early", "", what, _("Hand it out a day before at the earliest.")))
        elif row.begin > at:
            found += [_reserved(one) for one in overlapping(tool.pk, at, row.begin, but=row.pk) if one != out]
    if tool.state == words.BROKEN:
        found.append(
            Problem("tool-broken", "", _("This tool is broken and waits for its repair."), _("Repair it first."))
        )
    return found


def _reserved(other: Loan) -> Problem:
    what = _("Somebody else has reserved it from %(begin)s to %(due)s.")
    said = what % {"begin": told_at(other.begin), "due": told_at(other.due)}
    return Problem("reserved-by-another", "", said, _("Hand it out after that."))


def _state_said(row: Loan) -> str:
    overdue = row.state == words.RESERVED
    return str(words.LOAN_STATES[words.NOT_FETCHED if overdue else row.state])


def _check_usable(condition: str) -> list[Problem]:
    if condition != words.UNUSABLE:
        return []
    what = _("A tool that does not work is not handed out.")
    return [Problem("unusable", "condition", what, _("Open a repair ticket for it."))]


@retrying
@transaction.atomic
def lend_now(
    *,
    tool: str,
    agent: str,
    due: datetime,
    condition: str,
    at: datetime,
    note: str = "",
    by: str = "",
    key: str = "",
) -> Loan:
    """Reserve a tool from now on and hand it out in one go. Raises what both of these raise."""
    made: Loan | None = made_before(key, Loan, at=at)
    if made is not None:
        return made
    loan = reserve_tool(tool=tool, agent=agent, begin=at, due=due, at=at, by=by)
    given = hand_out(loan=loan.pk, condition=condition, note=note, at=at, by=by)
    remember(key, given)
    return given


@retrying
@transaction.atomic
def take_back(*, loan: str, condition: str, at: datetime, note: str = "", by: str = "") -> Loan:
    """Take a tool back with its state. One that is damaged is lent to nobody until it is repaired.

    Raises ProblemError: never-out, back-already, unknown-word, bad-words.
    """
    row = Loan.objects.select_for_update(no_key=True).get(pk=loan)
    tool = Tool.objects.select_for_update(no_key=True).get(pk=row.tool_id)
    refuse_with(
        [
            *_check_out(row),
            *check_choice("condition", condition, words.CONDITIONS),
            *check_words("note", note, most=NOTE),
        ]
    )
    record(entries=_back(row, tool, condition, at), at=at, by=by or None)
    row.state, row.in_at, row.condition_in, row.note_in = words.BACK, at, condition, note.strip()
    row.save(update_fields=["state", "in_at", "condition_in", "note_in"])
    tool.condition = condition
    tool.state = words.BROKEN if condition in words.NEEDS_REPAIR else tool.state
    tool.save(update_fields=["condition", "state"])
    _shorten_in_diary(row, at, by)
    record_change("take_back", row.pk, at=at, by=by)
    if tool.state == words.BROKEN:
        tell_next(tool, at, broken=True)
    return row


def _back(row: Loan, tool: Tool, condition: str, at: datetime) -> list[Entry]:
    """In its owner's hands again, its use with its hours, and the rest of the booking set free."""
    assert row.out_at is not None, "what comes back was out"
    entries: list[Entry] = []
    if tool.owner_id != row.agent_id:
        entries.append(_custody(f"{row.pk}-in", tool, row.agent_id, tool.owner_id, at, condition))
    hours = Measure(_hours(row.out_at, at), HOUR)
    entries.append(
        Event(
            f"{row.pk}-use",
            "use",
            tool.owner_id,
            row.agent_id,
            resource=tool.stock,
            quantity=one_piece(),
            effort=hours,
            begin=row.out_at,
            end=at,
            fulfills=(row.pk,),
        )
    )
    entries.append(Ending(f"{row.pk}-end", row.pk, "finished"))
    return entries


def _check_out(row: Loan) -> list[Problem]:
    if row.state == words.OUT:
        return []
    if row.state == words.BACK:
        what = _("It is back since %(when)s.") % {"when": told_at(row.in_at)}
        return [Problem("back-already", "", what, _("Nothing is left to do."))]
    what = _("It was never handed out on this reservation, so it cannot be taken back.")
    return [Problem("never-out", "", what, _("Hand it out first, or cancel the reservation."))]


def differs(loan: Loan) -> bool:
    """Whether a tool came back in a worse state than it left."""
    states = (loan.condition_out, loan.condition_in)
    return all(states) and words.RANKS.index(states[1]) > words.RANKS.index(states[0])


@retrying
@transaction.atomic
def cancel_loan(*, loan: str, at: datetime, by: str = "") -> Loan:
    """Give up a reservation; cancelled again, nothing changes. Raises ProblemError: is-out, back-already."""
    row = Loan.objects.select_for_update(no_key=True).get(pk=loan)
    if row.state in (words.CANCELLED, words.NOT_FETCHED):
        return row
    if row.state == words.OUT:
        refuse_with([Problem("is-out", "", _("The tool is out, so it must come back."), _("Bring it back."))])
    if row.state == words.BACK:
        refuse_with(_check_out(row))
    give_up(row, words.CANCELLED, at, by)
    return row


def give_up(row: Loan, state: str, at: datetime, by: str) -> None:
    """End a reservation of which nothing came."""
    record(entries=[Ending(f"{row.pk}-end", row.pk, "cancelled")], at=at, by=by or None)
    row.state = state
    row.save(update_fields=["state"])
    cancel_occurrence(uid=row.pk, at=at, by=by)
    record_change(state, row.pk, at=at, by=by)


def tell_next(tool: Tool, at: datetime, *, broken: bool) -> None:
    """Tell who has reserved a tool next that it is broken, or late."""
    soon = tool.loans.filter(state=words.RESERVED, begin__lt=at + timedelta(days=14)).order_by("begin")
    for loan in soon if broken else soon[:1]:
        if broken:
            title = Text(f"{tool.name_en}: broken", f"{tool.name_fr}\u00a0: en panne")
            text = Text(
                "It came back broken and waits for its repair. Your reservation stays; look whether it is ready.",
                "L’outil est revenu abîmé et attend sa réparation. Votre réservation reste\u00a0: voyez s’il est prêt.",
            )
        else:
            title = Text(f"{tool.name_en}: not back yet", f"{tool.name_fr}\u00a0: pas encore revenu")
            text = Text(
                "Whoever has it before you is late. They are reminded; ask before you come to fetch it.",
                "La personne avant vous est en retard. Elle est relancée\u00a0; demandez avant de venir le chercher.",
            )
        key = f"exchange-{'broken' if broken else 'waits'}-{loan.pk}-{at:%Y%m%d}"
        path = f"/exchange/tools/{tool.pk}/"
        tell(agent=loan.agent_id, kind="loan", title=title, text=text, path=path, at=at, key=key)


def _shorten_in_diary(row: Loan, at: datetime, by: str) -> None:
    """What came back early is free again in the diary too."""
    if row.begin < at < row.due:
        row.due, due = at, row.due
        _put_in_diary(row, at, by)
        row.due = due


def _hours(begin: datetime, end: datetime) -> Decimal:
    """Hours to the minute, as exact as the ledger keeps them."""
    return (Decimal(round((end - begin).total_seconds() / 60)) / 60).quantize(Decimal("0.000001"))
