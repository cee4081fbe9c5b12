"""The rules of a unit as sentences, for its page. Pure."""

from __future__ import annotations

from collections.abc import Callable

from wikivillage.web.bookings.policies import EVERYONE, UnitPolicy
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.rules import PARTY, WHOM, time_words
from wikivillage.web.diary.reasons import Span, hours
from wikivillage.web.registry.trainings import training_name
from wikivillage.web.registry.words import Text

Sentence = Callable[[UnitPolicy], Text | None]


def rule_sentences(policy: UnitPolicy) -> list[Text]:
    """Every rule that says something."""
    return [text for sentence in SENTENCES if (text := sentence(policy)) is not None]


def _whom(policy: UnitPolicy) -> Text | None:
    if policy.who == EVERYONE:
        return Text("Whoever is signed in may book it.", "Toute personne connectée peut la réserver.")
    return say("It is for {whom}.", "Elle est pour {whom}.", whom=WHOM[policy.who])


def _length(policy: UnitPolicy) -> Text | None:
    return say(
        "From {least} to {most} at a time, in steps of {step}.",
        "De {least} à {most} à la fois, par pas de {step}.",
        least=time_words(policy.min_minutes),
        most=time_words(policy.max_minutes),
        step=time_words(policy.step_minutes),
    )


def _ahead(policy: UnitPolicy) -> Text | None:
    if policy.notice_minutes:
        return say(
            "Booked from {days} days to {notice} ahead.",
            "Se réserve de {days} jours à {notice} à l’avance.",
            days=policy.horizon_days,
            notice=time_words(policy.notice_minutes),
        )
    return say(
        "Booked up to {days} days ahead.", "Se réserve jusqu’à {days} jours à l’avance.", days=policy.horizon_days
    )


def _persons(policy: UnitPolicy) -> Text | None:
    if policy.min_persons < 2:
        return None
    return say("{n} persons at least.", "{n} personnes au moins.", n=policy.min_persons)


def _quota(policy: UnitPolicy) -> Text | None:
    if not policy.quota:
        return None
    return say(
        "At most {n} a week for each {party}.",
        "Au plus {n} par semaine et par {party}.",
        n=policy.quota,
        party=PARTY[policy.quota_per],
    )


def _approval(policy: UnitPolicy) -> Text | None:
    if not policy.approval:
        return None
    return Text("Somebody decides on each booking.", "Chaque réservation est décidée par quelqu’un.")


def _cancel(policy: UnitPolicy) -> Text | None:
    if not policy.cancel_hours:
        return Text("Cancelling is free until it begins.", "L’annulation est gratuite jusqu’au début.")
    return say(
        "Cancelling is free until {time} before; later the price stays due.",
        "L’annulation est gratuite jusqu’à {time} avant ; ensuite le prix reste dû.",
        time=time_words(policy.cancel_hours * 60),
    )


def _check_in(policy: UnitPolicy) -> Text | None:
    if not policy.check_in_minutes:
        return None
    return say(
        "Check in within {time}, or it is given to others.",
        "Annoncez votre arrivée dans les {time}, sinon la place est rendue.",
        time=time_words(policy.check_in_minutes),
    )


def _buffer(policy: UnitPolicy) -> Text | None:
    if not policy.buffer_minutes:
        return None
    time = time_words(policy.buffer_minutes)
    return say("{time} are kept free after each booking.", "{time} restent libres après chaque réservation.", time=time)


def _training(policy: UnitPolicy) -> Text | None:
    if not policy.qualification:
        return None
    return say(
        "A training is needed: {subject}, level {level}.",
        "Une formation est nécessaire : {subject}, niveau {level}.",
        subject=training_name(policy.qualification),
        level=policy.level,
    )


def _buddy(policy: UnitPolicy) -> Text | None:
    return Text("Nobody works on it alone.", "On n’y travaille jamais seul.") if policy.buddy else None


def _curfew(policy: UnitPolicy) -> Text | None:
    if policy.curfew_from == policy.curfew_to:
        return None
    span = Span(policy.curfew_from, policy.curfew_to)
    return say("It is silent {span}.", "Elle se tait {span}.", span=Text(hours(span, "en"), hours(span, "fr")))


def _walk_in(policy: UnitPolicy) -> Text | None:
    if not policy.walk_in:
        return None
    return Text("While it is free it may be used without a booking.", "Libre, elle s’utilise aussi sans réservation.")


def _series(policy: UnitPolicy) -> Text | None:
    if not policy.reconfirm_weeks:
        return None
    return say(
        "A series is confirmed again every {n} weeks.",
        "Une série se reconfirme toutes les {n} semaines.",
        n=policy.reconfirm_weeks,
    )


SENTENCES: tuple[Sentence, ...] = (
    _whom,
    _persons,
    _length,
    _ahead,
    _quota,
    _approval,
    _training,
    _buddy,
    _curfew,
    _walk_in,
    _buffer,
    _check_in,
    _cancel,
    _series,
)
"""Every sentence, in the order of reading."""
