"""Writing tools: put into the library with a label, changed, taken out of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Event, NewStock
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import (
    PIECE,
    check_choice,
    check_place,
    check_words,
    new_id,
    one_piece,
)
from wikivillage.web.exchange.loan_actions import give_up
from wikivillage.web.exchange.loan_queries import loan_out
from wikivillage.web.exchange.models import Tool
from wikivillage.web.exchange.models.helping import LINE, SAID
from wikivillage.web.labels.actions import put_label, retire_label
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import Text

GONE = Text(
    "It has left the library, so your reservation is cancelled. Look at what else is there.",
    "L’outil a quitté la bibliothèque\u00a0: votre réservation est annulée. Voyez ce qu’il y a d’autre.",
)
SPEC = "tool"
LABEL = "tool"


@retrying
@transaction.atomic
def add_tool(
    *,
    name_fr: str,
    owner: str,
    at: datetime,
    name_en: str = "",
    about_fr: str = "",
    about_en: str = "",
    place: str = "",
    shelf: str = "",
    qualification: str = "",
    longest_days: int = 7,
    condition: str = words.GOOD,
    by: str = "",
    key: str = "",
) -> Tool:
    """Put a tool into the library: one piece in the ledger, and a label whose page lends and takes back.

    Raises ProblemError: bad-words, unknown-word, unknown-place, bad-days.
    """
    made: Tool | None = made_before(key, Tool, at=at)
    if made is not None:
        return made
    refuse_with(
        [
            *_check_texts(name_fr, name_en, about_fr, about_en, shelf, qualification),
            *check_place(place),
            *_check_days(longest_days),
            *check_choice("condition", condition, words.CONDITIONS),
        ]
    )
    id = new_id("tool")
    row = Tool.objects.create(
        id=id,
        stock=id,
        **_kept(name_fr, name_en, about_fr, about_en, shelf, qualification),
        place=place,
        owner_id=owner,
        longest_days=longest_days,
        condition=condition,
        state=words.BROKEN if condition in words.NEEDS_REPAIR else words.READY,
        made_at=at,
    )
    _put_there(row, at, by)
    record_change("add_tool", id, at=at, by=by)
    remember(key, row)
    return row


def _kept(name_fr: str, name_en: str, about_fr: str, about_en: str, shelf: str, qualification: str) -> dict[str, str]:
    """What is said of a tool, as it is kept: a name in one language is the name in both."""
    french, english = name_fr.strip(), name_en.strip()
    return {
        "name_fr": french or english,
        "name_en": english or french,
        "about_fr": about_fr.strip(),
        "about_en": about_en.strip(),
        "shelf": shelf.strip(),
        "qualification": qualification.strip(),
    }


def _put_there(row: Tool, at: datetime, by: str) -> None:
    """The one piece in the ledger, and the label."""
    owner, place = row.owner_id, row.place or None
    new = NewStock(row.stock, PIECE, spec=SPEC, primary_accountable=owner, location=place, state=row.condition)
    there = Event(f"{row.pk}-there", "raise", owner, owner, new_resource=new, quantity=one_piece(), at=at)
    record(entries=[there], at=at, by=by or None)
    _label(row, at, by)


def _label(row: Tool, at: datetime, by: str) -> None:
    path = f"/exchange/tools/{row.pk}/here/"
    put_label(kind=LABEL, thing=row.pk, path=path, title=row.name_fr, at=at, by=by)


def _check_texts(
    name_fr: str, name_en: str, about_fr: str, about_en: str, shelf: str, qualification: str
) -> list[Problem]:
    return [
        *check_words("name_fr", name_fr, most=LINE, needed=not name_en.strip()),
        *check_words("name_en", name_en, most=LINE),
        *check_words("about_fr", about_fr, most=SAID),
        *check_words("about_en", about_en, most=SAID),
        *check_words("shelf", shelf, most=40),
        *check_words("qualification", qualification, most=64),
    ]


def _check_days(days: int) -> list[Problem]:
    if 1 <= days <= 28:
        return []
    what = _("A tool is lent for one to 28 days.")
    return [Problem("bad-days", "longest_days", what, _("Choose a number of days between."))]


@transaction.atomic
def change_tool(
    *,
    tool: str,
    name_fr: str,
    at: datetime,
    name_en: str = "",
    about_fr: str = "",
    about_en: str = "",
    place: str = "",
    shelf: str = "",
    qualification: str = "",
    longest_days: int = 7,
    by: str = "",
) -> Tool:
    """Other words, another place or other terms. Raises ProblemError: bad-words, unknown-place, bad-days."""
    row = Tool.objects.select_for_update(no_key=True).get(pk=tool)
    refuse_with(
        [
            *_check_texts(name_fr, name_en, about_fr, about_en, shelf, qualification),
            *check_place(place),
            *_check_days(longest_days),
        ]
    )
    for name, value in _kept(name_fr, name_en, about_fr, about_en, shelf, qualification).items():
        setattr(row, name, value)
    row.place, row.longest_days = place, longest_days
    row.save()
    _label(row, at, by)
    record_change("change_tool", row.pk, at=at, by=by)
    return row


@transaction.atomic
def retire_tool(*, tool: str, at: datetime, by: str = "") -> Tool:
    """Lend a tool no more; its label leads nowhere. Raises ProblemError is-out."""
    row = Tool.objects.select_for_update(no_key=True).get(pk=tool)
    if loan_out(row) is not None:
        refuse_with([Problem("is-out", "", _("The tool is out, so it must come back."), _("Take it back first."))])
    if row.state != words.RETIRED:
        row.state = words.RETIRED
        row.save(update_fields=["state"])
        for loan in row.loans.filter(state=words.RESERVED):
            give_up(loan, words.CANCELLED, at, by)
            tell(agent=loan.agent_id, kind="loan", title=_gone(row), text=GONE, path="/exchange/tools/", at=at)
        retire_label(kind=LABEL, thing=row.pk, at=at, by=by)
        record_change("retire_tool", row.pk, at=at, by=by)
    return row


def _gone(tool: Tool) -> Text:
    return Text(f"{tool.name_en}: no longer lent", f"{tool.name_fr}\u00a0: n’est plus prêté")


@transaction.atomic
def mend_tool(*, tool: str, at: datetime, by: str = "") -> Tool:
    """A tool is in good order again."""
    row = Tool.objects.select_for_update(no_key=True).get(pk=tool)
    if row.state == words.BROKEN:
        row.state, row.condition = words.READY, words.GOOD
        row.save(update_fields=["state", "condition"])
        record_change("mend_tool", row.pk, at=at, by=by)
    return row
