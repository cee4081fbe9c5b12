"""Everything that writes offers, needs and answers: into their tables and, as intents and promises, into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import ZERO, Commitment, Ending, Entry, Event, Intent, Measure
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import (
    HOUR,
    KILOGRAM,
    LABOUR,
    PIECE,
    check_amount,
    check_choice,
    check_place,
    check_words,
    new_id,
    told_at,
)
from wikivillage.web.exchange.matching import tell_matches
from wikivillage.web.exchange.models import Answer, Wish
from wikivillage.web.exchange.models.helping import LINE, SAID
from wikivillage.web.exchange.wish_queries import left_of
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.queries import find_pledge
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import ResourceKind
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import Text

USUAL = timedelta(days=60)
LONGEST = timedelta(days=366)
UNITS = {words.THING: PIECE, words.MATERIAL: KILOGRAM, words.SKILL: HOUR, words.HOURS: HOUR}
MOST = {PIECE: Decimal(500), KILOGRAM: Decimal(5000), HOUR: Decimal(200)}
STEP = {PIECE: Decimal(1), KILOGRAM: Decimal("0.001"), HOUR: Decimal("0.25")}
GOODS = "goods"
"""The kind that the ledger knows for things of which the registry has no kind."""


@retrying
@transaction.atomic
def make_wish(
    *,
    side: str,
    what: str,
    title: str,
    agent: str,
    at: datetime,
    amount: Decimal = Decimal(1),
    spec: str = "",
    text: str = "",
    place: str = "",
    until: datetime | None = None,
    by: str = "",
    key: str = "",
) -> Wish:
    """An offer or a need of somebody; who waits for the other side is told.

    Raises ProblemError: bad-words, unknown-word, unknown-place, unknown-material, bad-amount, bad-end.
    """
    made: Wish | None = made_before(key, Wish, at=at)
    if made is not None:
        return made
    row = Wish(
        id=new_id("wish"),
        side=side,
        what=what,
        spec=spec if what == words.MATERIAL else "",
        title=" ".join(title.split()),
        text=text.strip(),
        amount=amount,
        unit=UNITS.get(what, PIECE),
        place=place,
        agent_id=agent,
        until=until or at + USUAL,
        made_at=at,
    )
    refuse_with(_wish_problems(row, at))
    row.save(force_insert=True)
    record(entries=[intent_of(row)], at=at, by=by or agent)
    record_change("make_wish", row.pk, at=at, by=by or agent)
    remember(key, row)
    tell_matches(row, at=at)
    return row


def _wish_problems(row: Wish, at: datetime) -> list[Problem]:
    """Everything that keeps a wish from being put there."""
    chosen = [*check_choice("side", row.side, words.SIDES), *check_choice("what", row.what, words.WHATS)]
    said = [*_check_said(row.title, row.text, row.place), *_check_material(row.what, row.spec)]
    measured = check_amount("amount", row.amount, row.unit, most=MOST[row.unit], step=STEP[row.unit])
    return [*chosen, *said, *measured, *_check_end(row.until, at)]


def _check_said(title: str, text: str, place: str) -> list[Problem]:
    named = check_words("title", title, most=LINE, needed=True)
    return [*named, *check_words("text", text, most=SAID), *check_place(place)]


def intent_of(wish: Wish) -> Intent:
    """What the ledger knows of a wish: who, how much of which kind, until when; none of its words."""
    role = "receiver" if wish.side == words.NEED else "provider"
    measure = Measure(wish.amount, wish.unit)
    named = {role: wish.agent_id}
    return Intent(wish.pk, "transfer", spec=_spec(wish), quantity=measure, due=wish.until, **named)


def _spec(wish: Wish) -> str:
    return LABOUR if wish.what in words.TIME_KINDS else wish.spec or GOODS


def _check_material(what: str, spec: str) -> list[Problem]:
    if what != words.MATERIAL:
        return []
    known = "\0" not in spec and ResourceKind.objects.filter(pk=spec, unit=KILOGRAM).exists()
    hint = _("Choose one from the list, or ask for a thing.")
    return [] if known else [Problem("unknown-material", "spec", _("There is no such material here."), hint)]


def _check_end(end: datetime, at: datetime) -> list[Problem]:
    if at < end <= at + LONGEST:
        return []
    what = _("It must end after today and within a year.")
    return [Problem("bad-end", "until", what, _("Choose another last day."))]


@transaction.atomic
def end_wish(*, wish: str, at: datetime, by: str = "") -> Wish:
    """Take a wish back. Ended again, nothing changes."""
    row = Wish.objects.select_for_update(no_key=True).get(pk=wish)
    if row.state != words.OPEN:
        return row
    _close(row, words.ENDED, at, by)
    return row


@transaction.atomic
def renew_wish(*, wish: str, until: datetime, at: datetime, by: str = "", key: str = "") -> Wish:
    """The same wish again, until another day, for what is left of it. Raises ProblemError bad-end, wish-still-open."""
    row = Wish.objects.select_for_update(no_key=True).get(pk=wish)
    if row.state == words.OPEN:
        what = _("This wish is still open until %(when)s.") % {"when": told_at(row.until)}
        refuse_with([Problem("wish-still-open", "", what, _("Take it back, or wait until then."))])
    copied = {name: getattr(row, name) for name in ("side", "what", "title", "spec", "text", "place")}
    return make_wish(agent=row.agent_id, amount=row.amount, until=until, at=at, by=by, key=key, **copied)


def end_due_wishes(*, at: datetime) -> int:
    """End what is over, and tell whose it was; run again, nothing changes. Returns how many ended."""
    count = 0
    for id in Wish.objects.filter(state=words.OPEN, until__lte=at).values_list("pk", flat=True):
        count += _end_due(id, at)
    return count


@transaction.atomic
def _end_due(id: str, at: datetime) -> int:
    row = Wish.objects.select_for_update(no_key=True).get(pk=id)
    if row.state != words.OPEN or row.until > at:
        return 0
    _close(row, words.OVER, at, "")
    title = Text(f"Your wish has ended: {row.title}", f"Votre annonce est terminée\u00a0: {row.title}")
    text = Text(
        "Its last day has passed, so nobody sees it among what is open. One press puts it there again.",
        "Son dernier jour est passé\u00a0: elle n’est plus parmi les annonces ouvertes. Un bouton la remet.",
    )
    path = f"/exchange/wishes/{row.pk}/"
    tell(agent=row.agent_id, kind="match", title=title, text=text, path=path, at=at, key=f"exchange-over-{row.pk}")
    return 1


def _close(row: Wish, state: str, at: datetime, by: str) -> None:
    """End a wish and its intent; answers that wait are declined, what was agreed stays a promise."""
    row.state, row.ended_at = state, at
    row.save(update_fields=["state", "ended_at"])
    row.answers.filter(state=words.ASKED).update(state=words.DECLINED, decided_at=at)
    pledge = find_pledge(row.pk)
    if pledge and pledge.open > ZERO:
        how = "finished" if pledge.delivered else "cancelled"
        record(entries=[Ending(f"{row.pk}-end", row.pk, how)], at=at, by=by or None)
    record_change("end_wish", row.pk, at=at, by=by)


@retrying
@transaction.atomic
def answer_wish(
    *, wish: str, agent: str, amount: Decimal, at: datetime, text: str = "", by: str = "", key: str = ""
) -> Answer:
    """Say that one would give what is needed, or take what is offered; whose wish it is decides.

    Raises ProblemError: own-wish, wish-over, answered-already, bad-amount, bad-words.
    """
    made: Answer | None = made_before(key, Answer, at=at)
    if made is not None:
        return made
    row = Wish.objects.select_for_update(no_key=True).get(pk=wish)
    refuse_with(
        [
            *_check_answerable(row, agent),
            *check_words("text", text, most=SAID),
            *(check_amount("amount", amount, row.unit, most=left_of(row), step=STEP[row.unit]) if left_of(row) else []),
        ]
    )
    answer = Answer.objects.create(
        id=new_id("answer"), wish=row, agent_id=agent, amount=amount, text=text.strip(), made_at=at
    )
    record_change("answer_wish", answer.pk, at=at, by=by or agent)
    remember(key, answer)
    title = Text(f"An answer to: {row.title}", f"Une réponse à\u00a0: {row.title}")
    said = Text("Somebody answers. Read it and say yes or no.", "Quelqu’un répond. Lisez, et dites oui ou non.")
    _tell(row.agent_id, title, said, row, at, f"asked-{answer.pk}")
    return answer


def _check_answerable(row: Wish, agent: str) -> list[Problem]:
    found = []
    if row.agent_id == agent:
        found.append(Problem("own-wish", "", _("This wish is your own."), _("Somebody else has to answer it.")))
    if row.state != words.OPEN or left_of(row) <= 0:
        hint = _("Look at what else is open.")
        found.append(Problem("wish-over", "", _("This wish is no longer open: nothing is left of it."), hint))
    if row.answers.filter(agent=agent, state__in=[words.ASKED, words.AGREED]).exists():
        found.append(
            Problem("answered-already", "", _("You have answered it already."), _("Wait for a word, or take it back."))
        )
    return found


@retrying
@transaction.atomic
def decide_answer(*, answer: str, agree: bool, at: datetime, reply: str = "", by: str = "") -> Answer:
    """Say yes, which makes it a promise in the ledger, or no. Raises ProblemError: decided-already, too-little-left."""
    row = _answer(answer)
    wish = Wish.objects.select_for_update(no_key=True).get(pk=row.wish_id)
    if row.state != words.ASKED:
        what = _("This answer is no longer waiting: %(state)s.") % {"state": words.ANSWER_STATES[row.state]}
        refuse_with([Problem("decided-already", "", what, _("Load the page again."))])
    refuse_with([*check_words("reply", reply, most=SAID), *(_check_left(row, wish) if agree else [])])
    row.state, row.decided_at, row.reply = words.AGREED if agree else words.DECLINED, at, reply.strip()
    row.save(update_fields=["state", "decided_at", "reply"])
    if agree:
        record(entries=[_promise(row, wish)], at=at, by=by or wish.agent_id)
    record_change("agree" if agree else "decline", row.pk, at=at, by=by)
    title = (
        Text(f"Agreed: {wish.title}", f"C’est d’accord\u00a0: {wish.title}")
        if agree
        else Text(f"Not this time: {wish.title}", f"Pas cette fois\u00a0: {wish.title}")
    )
    said = Text("Look what was answered and how you meet.", "Voyez la réponse et comment vous retrouver.")
    _tell(row.agent_id, title, said, wish, at, f"decided-{row.pk}")
    return row


def _check_left(row: Answer, wish: Wish) -> list[Problem]:
    if wish.state == words.OPEN and row.amount <= left_of(wish):
        return []
    what = _("Less is left of it than was answered.")
    return [Problem("too-little-left", "", what, _("Say no, and ask them to answer again."))]


def sides_of(answer: Answer, wish: Wish) -> tuple[str, str]:
    """Who gives and who takes."""
    pair = (answer.agent_id, wish.agent_id)
    return pair if wish.side == words.NEED else (pair[1], pair[0])


def _promise(row: Answer, wish: Wish) -> Commitment:
    giver, taker = sides_of(row, wish)
    return Commitment(
        row.pk, "transfer", giver, taker, spec=_spec(wish), quantity=Measure(row.amount, wish.unit), due=wish.until
    )


@retrying
@transaction.atomic
def keep_answer(*, answer: str, at: datetime, by: str = "") -> Answer:
    """Note that a thing or material has changed hands as agreed. Kept again, nothing changes.

    Raises ProblemError: not-agreed, in-hours.
    """
    row = _answer(answer)
    wish = Wish.objects.select_for_update(no_key=True).get(pk=row.wish_id)
    if row.state == words.DONE:
        return row
    found = []
    if row.state != words.AGREED:
        found.append(
            Problem("not-agreed", "", _("Nothing was agreed, so nothing can be kept."), _("First say yes to it."))
        )
    if wish.what in words.TIME_KINDS:
        found.append(Problem("in-hours", "", _("Time is noted in hours, and both confirm it."), _("Note the hours.")))
    refuse_with(found)
    giver, taker = sides_of(row, wish)
    measure = Measure(row.amount, wish.unit)
    done = Event(f"{row.pk}-done", "transfer", giver, taker, spec=_spec(wish), quantity=measure, at=at)
    settle(row, wish, [done], at=at, by=by)
    return row


def settle(row: Answer, wish: Wish, events: Sequence[Event], *, at: datetime, by: str) -> None:
    """Write what happened, the first of it as what was promised and wished; a wish of which nothing is left is met."""
    pledge = find_pledge(wish.pk)
    counts = (wish.pk,) if pledge is not None and not pledge.ended else ()
    first = replace(events[0], fulfills=(row.pk,), satisfies=counts)
    entries: list[Entry] = [first, *events[1:]]
    record(entries=entries, at=at, by=by or None)
    row.state, row.done_at = words.DONE, at
    row.save(update_fields=["state", "done_at"])
    record_change("keep_answer", row.pk, at=at, by=by)
    now = find_pledge(wish.pk)
    if wish.state == words.OPEN and now is not None and now.open <= ZERO:
        wish.state, wish.ended_at = words.MET, at
        wish.save(update_fields=["state", "ended_at"])


@retrying
@transaction.atomic
def withdraw_answer(*, answer: str, at: datetime, by: str = "") -> Answer:
    """Take back what was answered or agreed; the other is told. Raises ProblemError decided-already."""
    row = _answer(answer)
    if row.state == words.WITHDRAWN:
        return row
    if row.state not in (words.ASKED, words.AGREED):
        what = _("This answer is no longer waiting: %(state)s.") % {"state": words.ANSWER_STATES[row.state]}
        refuse_with([Problem("decided-already", "", what, _("Load the page again."))])
    if row.state == words.AGREED:
        record(entries=[Ending(f"{row.pk}-end", row.pk, "cancelled")], at=at, by=by or None)
    row.state, row.decided_at = words.WITHDRAWN, at
    row.save(update_fields=["state", "decided_at"])
    record_change("withdraw_answer", row.pk, at=at, by=by)
    wish = row.wish
    other = wish.agent_id if by == row.agent_id else row.agent_id
    title = Text(f"Taken back: {wish.title}", f"Annulé\u00a0: {wish.title}")
    said = Text("What was answered no longer counts.", "La réponse ne compte plus.")
    _tell(other, title, said, wish, at, f"withdrawn-{row.pk}")
    return row


def _answer(id: str) -> Answer:
    found: Answer = Answer.objects.select_for_update(no_key=True).get(pk=id)
    return found


def _tell(agent: str, title: Text, text: Text, wish: Wish, at: datetime, key: str) -> None:
    tell(
        agent=agent,
        kind="match",
        title=title,
        text=text,
        path=f"/exchange/wishes/{wish.pk}/",
        at=at,
        key=f"exchange-{key}",
    )
