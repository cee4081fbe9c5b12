"""Everything that writes hours from one to another: told by one, counted once the other has confirmed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Entry, Event, Measure, NewStock
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.helping_parts import HOUR, LABOUR, check_amount, check_words, new_id
from wikivillage.web.exchange.hour_queries import CEILING, FLOOR, account_stock, balance_of
from wikivillage.web.exchange.models import Answer, HourGift, Wish
from wikivillage.web.exchange.models.helping import LINE
from wikivillage.web.exchange.wish_actions import settle, sides_of
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.queries import find_stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON, Text
from wikivillage.web.shell.templatetags.village import amount, day

CREDIT = "time_credit"
"""The kind of what is counted in accounts: hours that were given, not hours that were worked."""
MOST = Decimal(12)
"""Hours that can be told at once: more on one day is a mistake."""
STEP = Decimal("0.25")
OLDEST = timedelta(days=90)
PATH = "/exchange/hours/"


@retrying
@transaction.atomic
def tell_hours(
    *,
    giver: str,
    taker: str,
    hours: Decimal,
    what: str,
    on: date,
    told_by: str,
    at: datetime,
    answer: str = "",
    by: str = "",
    key: str = "",
) -> HourGift:
    """Note hours that one gave to another, told by one of them; they count once the other has confirmed.

    Raises ProblemError: not-yours-to-tell, to-oneself, no-account, bad-words, bad-amount, bad-day, below-floor,
    above-ceiling, other-answer.
    """
    made: HourGift | None = made_before(key, HourGift, at=at)
    if made is not None:
        return made
    refuse_with(
        [
            *_check_parties(giver, taker, told_by),
            *check_words("what", what, most=LINE, needed=True),
            *(problems := check_amount("hours", hours, HOUR, most=MOST, step=STEP)),
            *_check_day(on, at),
            *([] if problems else _check_limits(giver, taker, hours)),
            *_check_answer(answer, giver, taker),
        ]
    )
    row = HourGift.objects.create(
        id=new_id("hours"),
        giver_id=giver,
        taker_id=taker,
        hours=hours,
        what=" ".join(what.split()),
        day=on,
        answer_id=answer or None,
        told_by_id=told_by,
        told_at=at,
    )
    record_change("tell_hours", row.pk, at=at, by=by or told_by)
    remember(key, row)
    _ask(row, at)
    return row


def _ask(row: HourGift, at: datetime) -> None:
    """Tell the other one that their word is waited for."""
    title = Text("Hours wait for your word", "Des heures attendent votre accord")
    said = Text(
        "Somebody noted hours between you. Say whether they are right: only then they count.",
        "Quelqu’un a noté des heures entre vous. Dites si c’est juste\u00a0: elles ne comptent qu’ensuite.",
    )
    tell(agent=_other(row), kind="hours", title=title, text=said, path=PATH, at=at, key=f"exchange-hours-told-{row.pk}")


def _other(row: HourGift) -> str:
    """Who has to confirm: the one of the two who did not tell."""
    other: str = row.taker_id if row.told_by_id == row.giver_id else row.giver_id
    return other


def _check_parties(giver: str, taker: str, told_by: str) -> list[Problem]:
    found = []
    if giver == taker:
        found.append(
            Problem("to-oneself", "", _("Hours go from one to another, not to oneself."), _("Choose somebody else."))
        )
    if told_by not in (giver, taker):
        what = _("Only the two between whom hours go can note them.")
        found.append(Problem("not-yours-to-tell", "", what, _("Ask one of them to do it.")))
    kinds = (PERSON, HOUSEHOLD, ORGANISATION)
    known = Agent.objects.filter(pk__in={giver, taker}, kind__in=kinds, erased_at=None).count()
    if known < len({giver, taker}):
        hint = _("Choose somebody of the village.")
        found.append(Problem("no-account", "who", _("One of the two has no account of hours here."), hint))
    return found


def _check_day(on: date, at: datetime) -> list[Problem]:
    today = timezone.localdate(at)
    if today - OLDEST <= on <= today:
        return []
    if on > today:
        what, hint = _("%(day)s is still to come."), _("Note hours once they are given.")
    else:
        what, hint = _("%(day)s is too long ago: hours are noted within three months."), _("Ask your circle lead.")
    return [Problem("bad-day", "on", what % {"day": day(on)}, hint)]


def _check_answer(answer: str, giver: str, taker: str) -> list[Problem]:
    if not answer:
        return []
    row = Answer.objects.select_related("wish").filter(pk=answer).first()
    agreed = row is not None and row.state == words.AGREED and row.wish.what in words.TIME_KINDS
    if agreed and sides_of(row, row.wish) == (giver, taker):
        return []
    what = _("These hours do not go with what was agreed.")
    return [Problem("other-answer", "", what, _("Note them without it."))]


def _check_limits(giver: str, taker: str, hours: Decimal) -> list[Problem]:
    """Whether both accounts stay between the floor and the ceiling of the village."""
    after_taker, after_giver = balance_of(taker) - hours, balance_of(giver) + hours
    found = []
    if after_taker < FLOOR:
        what = _("The account of who receives would be at %(after)s; the village goes down to %(limit)s.")
        hint = _("They can give some hours first, or talk with their circle lead.")
        said = {"after": amount(after_taker, HOUR), "limit": amount(FLOOR, HOUR)}
        found.append(Problem("below-floor", "", what % said, hint))
    if after_giver > CEILING:
        what = _("The account of who gives would be at %(after)s; the village goes up to %(limit)s.")
        hint = _("They can ask for something first, or give these hours without counting them.")
        said = {"after": amount(after_giver, HOUR), "limit": amount(CEILING, HOUR)}
        found.append(Problem("above-ceiling", "", what % said, hint))
    return found


@retrying
@transaction.atomic
def confirm_hours(*, gift: str, by: str, at: datetime) -> HourGift:
    """Say that hours are right: they count from now on. ``by`` is the one of the two who did not tell them.

    Raises ProblemError: own-hours, decided-already, below-floor, above-ceiling.
    """
    row = _waiting(gift, by)
    _lock([row.giver_id, row.taker_id])
    refuse_with(_check_limits(row.giver_id, row.taker_id, row.hours))
    _write(row, at)
    _decide(row, words.CONFIRMED, at, by)
    title = Text("Your hours are confirmed", "Vos heures sont confirmées")
    said = Text(
        "Both of you said so: they are in your accounts.", "Vous êtes d’accord\u00a0: elles sont dans vos comptes."
    )
    tell(
        agent=row.told_by_id,
        kind="hours",
        title=title,
        text=said,
        path=PATH,
        at=at,
        key=f"exchange-hours-confirmed-{row.pk}",
    )
    return row


@transaction.atomic
def refuse_hours(*, gift: str, by: str, at: datetime, why: str = "") -> HourGift:
    """Say that hours are not right, and why. Raises ProblemError: own-hours, decided-already, bad-words."""
    row = _waiting(gift, by)
    refuse_with(check_words("why", why, most=300))
    row.why = why.strip()
    _decide(row, words.REFUSED, at, by)
    title = Text("Hours were not confirmed", "Des heures n’ont pas été confirmées")
    said = Text(
        "Read why, and note them again if you agree.", "Lisez pourquoi, et notez-les de nouveau si vous êtes d’accord."
    )
    tell(
        agent=row.told_by_id,
        kind="hours",
        title=title,
        text=said,
        path=PATH,
        at=at,
        key=f"exchange-hours-refused-{row.pk}",
    )
    return row


@transaction.atomic
def take_back_hours(*, gift: str, by: str, at: datetime) -> HourGift:
    """Take back what one told oneself, not yet confirmed. Raises ProblemError: others-hours, decided-already."""
    row = HourGift.objects.select_for_update(no_key=True).get(pk=gift)
    found = _check_undecided(row)
    if by != row.told_by_id:
        found.append(
            Problem("others-hours", "", _("Somebody else told these hours."), _("Say that they are not right."))
        )
    refuse_with(found)
    _decide(row, words.TAKEN_BACK, at, by)
    return row


def _waiting(gift: str, by: str) -> HourGift:
    row: HourGift = HourGift.objects.select_for_update(no_key=True).get(pk=gift)
    found = _check_undecided(row)
    if by == row.told_by_id:
        hint = _("The other one has to say so.")
        found.append(Problem("own-hours", "", _("You told these hours yourself, so you cannot confirm them."), hint))
    elif by not in (row.giver_id, row.taker_id):
        what = _("These hours are between two others.")
        found.append(Problem("not-yours-to-tell", "", what, _("Only they can confirm them.")))
    refuse_with(found)
    return row


def _check_undecided(row: HourGift) -> list[Problem]:
    if row.state == words.TOLD:
        return []
    what = _("That was decided on %(day)s already: %(state)s.") % {
        "day": day(row.decided_at),
        "state": words.GIFT_STATES[row.state],
    }
    return [Problem("decided-already", "", what, _("If it was wrong, note hours the other way."))]


def _decide(row: HourGift, state: str, at: datetime, by: str) -> None:
    row.state, row.decided_at = state, at
    row.save(update_fields=["state", "decided_at", "why"])
    record_change(f"hours_{state}", row.pk, at=at, by=by)


def _lock(agents: list[str]) -> None:
    """Two who confirm at the same moment count one after the other."""
    list(Agent.objects.select_for_update(no_key=True).filter(pk__in=agents).order_by("pk"))


def _write(row: HourGift, at: datetime) -> None:
    """The service that was given, and the hours that go from one account to the other."""
    measure = Measure(row.hours, HOUR)
    openings = [_opening(agent, at) for agent in (row.taker_id, row.giver_id) if not find_stock(account_stock(agent))]
    given = Event(row.pk, "deliverService", row.giver_id, row.taker_id, spec=LABOUR, quantity=measure, at=at)
    paid = Event(
        f"{row.pk}-counted",
        "transfer",
        row.taker_id,
        row.giver_id,
        resource=account_stock(row.taker_id),
        to_resource=account_stock(row.giver_id),
        spec=CREDIT,
        quantity=measure,
        at=at,
    )
    if openings:
        record(entries=openings, at=at)
    answer = row.answer
    if answer is not None and answer.state == words.AGREED:
        settle(
            answer,
            Wish.objects.select_for_update(no_key=True).get(pk=answer.wish_id),
            [given, paid],
            at=at,
            by=row.told_by_id,
        )
    else:
        entries: list[Entry] = [given, paid]
        record(entries=entries, at=at)


def _opening(agent: str, at: datetime) -> Event:
    new = NewStock(account_stock(agent), HOUR, spec=CREDIT, primary_accountable=agent, allow_negative=True)
    nothing = Measure(Decimal(0), HOUR)
    return Event(f"{account_stock(agent)}-opened", "raise", agent, agent, new_resource=new, quantity=nothing, at=at)
