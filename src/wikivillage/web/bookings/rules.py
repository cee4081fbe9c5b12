"""The rules of booking: each a small function that says why not; all are asked, and every no is told. Pure.

A rule takes the unit, what is asked and who asks. ``RULES`` is all of them, in the order of telling. What a machine
asks of whoever starts it is in ``machine_rules``; what can be known ahead of it (training, company) is asked here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from wikivillage.web.bookings import policies
from wikivillage.web.bookings.asked import Asked, Has, Thing, Who
from wikivillage.web.bookings.availability import first_conflict
from wikivillage.web.bookings.refusals import Refusal, Way, say, when
from wikivillage.web.diary.openings import why_closed
from wikivillage.web.diary.reasons import WEEKDAYS, Span, hours, listed
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.trainings import training_name
from wikivillage.web.registry.words import Text

Rule = Callable[[Thing, Asked, Who], Iterator[Refusal]]
WHOM = {
    policies.MEMBERS: Text("members of the village", "les membres du village"),
    policies.ORGANISATIONS: Text("organisations", "les organisations"),
    policies.CIRCLE: Text("the circle that runs it", "le cercle qui s’en occupe"),
}
PARTY = {
    policies.PERSON: Text("person", "personne"),
    policies.HOUSEHOLD: Text("household", "foyer"),
    policies.ORGANISATION: Text("organisation", "organisation"),
}


def refusals(thing: Thing, asked: Asked, who: Who) -> tuple[Refusal, ...]:
    """Every reason against a booking; none where it may be."""
    return tuple(_against(thing, asked, who))


def may_be(thing: Thing, asked: Asked, who: Who) -> bool:
    """Whether no rule stands against a booking: asked as far as the first that does, the most common one first."""
    is_taken = first_conflict(thing, asked.begin, asked.end, asked.amount) is not None
    return not is_taken and next(_against(thing, asked, who), None) is None


def _against(thing: Thing, asked: Asked, who: Who) -> Iterator[Refusal]:
    if asked.end <= asked.begin:
        yield backwards(asked)
        return
    for rule in RULES:
        yield from rule(thing, asked, who)


def backwards(asked: Asked) -> Refusal:
    """It ends before it begins."""
    return Refusal(
        "backwards",
        Text("The end is not after the beginning.", "La fin n’est pas après le début."),
        _from_to(asked, asked.begin, asked.end),
        (Way(Text("Choose a later end.", "Choisissez une fin plus tardive.")),),
    )


def in_use_still(thing: Thing, _asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It is still there to be booked."""
    if thing.retired:
        why = say("{unit}: no longer to be booked.", "{unit} : ne se réserve plus.", unit=thing.name)
        yield Refusal("retired", why, ways=(Way(Text("Choose another one.", "Choisissez autre chose.")),))


def for_them(thing: Thing, _asked: Asked, who: Who) -> Iterator[Refusal]:
    """It is for people such as who asks."""
    fits = {
        policies.EVERYONE: True,
        policies.MEMBERS: who.member,
        policies.ORGANISATIONS: who.kind == policies.ORGANISATION or bool(who.body),
        policies.CIRCLE: thing.circle in who.circles,
    }[thing.policy.who]
    if not (fits or who.steward):
        why = say("{unit} is for {whom}.", "{unit} : pour {whom}.", unit=thing.name, whom=WHOM[thing.policy.who])
        way = Text("Ask one of them to book it for you.", "Demandez à l’un d’eux de réserver pour vous.")
        yield Refusal("not-for-you", why, ways=(Way(way),))


def to_come(_thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It is not over."""
    if asked.begin < asked.at:
        more = say("It began on {begin}.", "Il a commencé le {begin}.", begin=from_wall(asked.begin, asked.zone))
        way = Text("Choose a time to come.", "Choisissez un moment à venir.")
        yield Refusal("in-the-past", Text("This time is over.", "Ce moment est passé."), more, (Way(way),))


def not_too_far(thing: Thing, asked: Asked, who: Who) -> Iterator[Refusal]:
    """It is not further ahead than anybody may book."""
    days = thing.policy.horizon_days
    day, today = from_wall(asked.begin, asked.zone).date(), from_wall(asked.at, asked.zone).date()
    if (day - today).days > days and not who.steward:
        yield Refusal(
            "too-far-ahead",
            say("It is booked at most {days} days ahead.", "On réserve au plus {days} jours à l’avance.", days=days),
            say("You ask for {day}.", "Vous demandez le {day}.", day=day),
            (
                Way(
                    say(
                        "This day can be booked from {opens} on.",
                        "Ce jour se réserve à partir du {opens}.",
                        opens=day - timedelta(days=days),
                    )
                ),
            ),
        )


def not_too_late(thing: Thing, asked: Asked, who: Who) -> Iterator[Refusal]:
    """It is far enough ahead for those who prepare it."""
    notice = timedelta(minutes=thing.policy.notice_minutes)
    if notice and asked.at <= asked.begin < asked.at + notice and not who.steward:
        yield Refusal(
            "too-late",
            say(
                "It is booked at least {notice} ahead.",
                "On réserve au moins {notice} à l’avance.",
                notice=time_words(thing.policy.notice_minutes),
            ),
            say("You ask for {begin}.", "Vous demandez le {begin}.", begin=from_wall(asked.begin, asked.zone)),
            (
                Way(
                    say(
                        "It works after {first}.",
                        "C’est possible après le {first}.",
                        first=from_wall(asked.at + notice, asked.zone),
                    )
                ),
            ),
        )


def long_enough(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It is neither too short nor too long, in whole steps."""
    least, most, step = thing.policy.min_minutes, thing.policy.max_minutes, thing.policy.step_minutes
    if asked.minutes < least:
        why = say("{least} at least.", "{least} au moins.", least=time_words(least))
        yield Refusal("too-short", why, _you_ask(asked), (Way(Text("Ask for more time.", "Demandez plus de temps.")),))
    if asked.minutes > most:
        why = say("{most} at most.", "{most} au plus.", most=time_words(most))
        yield Refusal("too-long", why, _you_ask(asked), (Way(Text("Ask for less time.", "Demandez moins de temps.")),))
    begin = from_wall(asked.begin, asked.zone)
    odd_second = asked.begin.second or asked.begin.microsecond or asked.end.second or asked.end.microsecond
    if odd_second or (begin.hour * 60 + begin.minute) % step or asked.minutes % step:
        why = say("Times go in steps of {step}.", "Les horaires vont par pas de {step}.", step=time_words(step))
        way = Text("Round both times to a step.", "Arrondissez le début et la fin.")
        yield Refusal("off-step", why, _from_to(asked, asked.begin, asked.end), (Way(way),))


def room_for_all(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """They are neither too many nor too few, and there are as many of it."""
    places = thing.persons * (asked.amount if thing.pool else 1)
    if asked.persons > places:
        why = say("It has {places} places.", "Il y a {places} places.", places=places)
        if places == 1:
            why = Text("It is for one person.", "C’est pour une personne.")
        way = Text("Choose a larger one.", "Choisissez plus grand.")
        yield Refusal("too-many-persons", why, _you_are(asked), (Way(way),))
    if asked.persons < thing.policy.min_persons:
        least = thing.policy.min_persons
        why = say("{least} persons at least.", "{least} personnes au moins.", least=least)
        way = say("Come with {least}, or choose a smaller one.", "Venez à {least}, ou prenez plus petit.", least=least)
        yield Refusal("too-few-persons", why, _you_are(asked), (Way(way),))
    if asked.amount > thing.size:
        why = say("There are {size} of it.", "Il y en a {size}.", size=thing.size)
        more = say("You ask for {asked}.", "Vous en demandez {asked}.", asked=asked.amount)
        yield Refusal("too-many-of-it", why, more, (Way(Text("Ask for fewer.", "Demandez-en moins.")),))


def is_open(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It is open all the time, with every reason where it is not."""
    if thing.house is not None:
        first, last = sorted((from_wall(asked.begin, asked.zone), from_wall(asked.end, asked.zone)))
        for one in why_closed(thing.house, first, max(last, first + timedelta(minutes=1))):
            way = Text("Choose a time when it is open.", "Choisissez un moment d’ouverture.")
            yield Refusal("closed", Text(one.en, one.fr), ways=(Way(way),))


def is_free(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """Nobody else has it, and what is kept free after it is free too."""
    conflict = first_conflict(thing, asked.begin, asked.end, asked.amount)
    if conflict is None or asked.amount > thing.size:
        return
    times = when(from_wall(conflict.begin, asked.zone), from_wall(conflict.end, asked.zone))
    more = say("On {when}.", "Le {when}.", when=times)
    if thing.pool:
        why = say("Not enough of it is free.", "Il n’en reste pas assez de libres.")
    else:
        why = Text("It is taken.", "C’est déjà pris.")
    way = Text("Choose another time, or wait for it.", "Choisissez un autre moment, ou attendez qu’elle se libère.")
    yield Refusal("taken", why, more, (Way(way),))


def within_quota(thing: Thing, asked: Asked, who: Who) -> Iterator[Refusal]:
    """They have not had their share of the week."""
    quota, per = thing.policy.quota, thing.policy.quota_per
    if not quota or who.steward:
        return
    theirs = {who.agent} | {policies.HOUSEHOLD: who.household, policies.ORGANISATION: who.body}.get(per, frozenset())
    week = _week(asked.begin, asked.zone)
    have = [
        one for one in who.has if one.unit == thing.id and one.agent in theirs and _week(one.begin, asked.zone) == week
    ]
    if len(have) >= quota:
        yield Refusal(
            "quota",
            _quota_words(quota, PARTY[per]),
            say("You have {count} already: {days}.", "Vous en avez déjà {count} : {days}.", **_days(have, asked.zone)),
            (Way(Text("Another week works, or cancel one.", "Une autre semaine convient, ou annulez-en une.")),),
        )


def _quota_words(quota: int, party: Text) -> Text:
    if quota == 1:
        return say("One booking a week for each {party}.", "Une réservation par semaine et par {party}.", party=party)
    return say(
        "{quota} bookings a week for each {party}.",
        "{quota} réservations par semaine et par {party}.",
        quota=quota,
        party=party,
    )


def _days(have: list[Has], zone: str) -> dict[str, Text | int]:
    days = [WEEKDAYS[from_wall(one.begin, zone).weekday()] for one in sorted(have, key=lambda one: one.begin)]
    return {"count": len(have), "days": Text(listed([d.en for d in days], "en"), listed([d.fr for d in days], "fr"))}


def _week(moment: datetime, zone: str) -> tuple[int, int]:
    year, week, _day = from_wall(moment, zone).isocalendar()
    return year, week


def is_trained(thing: Thing, asked: Asked, who: Who) -> Iterator[Refusal]:
    """They are trained for it, and still will be on that day."""
    subject, level = thing.policy.qualification, thing.policy.level
    if not subject:
        return
    has = who.trained.get(subject)
    way = Way(
        Text("See the trainings in the agenda.", "Voyez les formations dans l’agenda."),
        Text("See the trainings", "Voir les formations"),
        "/diary/?kind=training",
    )
    if has is None or has.level < level:
        why = say(
            "It is for those who are trained: {subject}, level {level}.",
            "Il faut une formation : {subject}, niveau {level}.",
            subject=training_name(subject),
            level=level,
        )
        more = Text("You are not trained for it yet.", "Vous ne l’avez pas encore.")
        if has is not None:
            more = say("Yours is level {has}.", "La vôtre est de niveau {has}.", has=has.level)
        yield Refusal("not-trained", why, more, (way,))
    elif has.until is not None and has.until < asked.end:
        until = from_wall(has.until, asked.zone).date()
        yield Refusal(
            "training-over",
            say("Your training holds until {until}.", "Votre formation est valable jusqu’au {until}.", until=until),
            _from_to(asked, asked.begin, asked.end),
            (way,),
        )


def not_alone(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """Where nobody may be alone, there are two."""
    if thing.policy.buddy and asked.persons < 2:
        why = Text("Nobody works on it alone.", "On n’y travaille jamais seul.")
        way = Text("Come with somebody, and say two persons.", "Venez à deux, et indiquez deux personnes.")
        yield Refusal("alone", why, _you_are(asked), (Way(way),))


def silent_at_night(thing: Thing, asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It stands still in the hours in which it must be silent."""
    start, stop = thing.policy.curfew_from, thing.policy.curfew_to
    if start == stop:
        return
    begin, end = from_wall(asked.begin, asked.zone), from_wall(asked.end, asked.zone)
    day = begin.date() - timedelta(days=1)
    while day <= end.date():
        quiet = datetime.combine(day, datetime.min.time()) + timedelta(minutes=start)
        if quiet < end and begin < quiet + timedelta(minutes=(stop - start) % policies.DAY):
            span = Span(start, stop)
            why = say("It is silent {span}.", "Elle se tait {span}.", span=Text(hours(span, "en"), hours(span, "fr")))
            way = Text("Choose hours of the day.", "Choisissez des heures de jour.")
            yield Refusal("too-loud", why, _from_to(asked, asked.begin, asked.end), (Way(way),))
            return
        day += timedelta(days=1)


def not_broken(thing: Thing, _asked: Asked, _who: Who) -> Iterator[Refusal]:
    """It works, as far as anybody knows for that time."""
    if thing.outage is not None:
        way = Text("Choose another one.", "Choisissez-en une autre.")
        yield Refusal("out-of-order", Text("It is out of order.", "Elle est en panne."), thing.outage, (Way(way),))


RULES: tuple[Rule, ...] = (
    in_use_still,
    for_them,
    not_broken,
    to_come,
    is_open,
    room_for_all,
    is_free,
    within_quota,
    is_trained,
    not_alone,
    silent_at_night,
    long_enough,
    not_too_far,
    not_too_late,
)
"""Every rule, in the order in which its reasons are told."""


def _you_are(asked: Asked) -> Text:
    return say("You are {persons}.", "Vous êtes {persons}.", persons=asked.persons)


def _you_ask(asked: Asked) -> Text:
    return say("You ask for {asked}.", "Vous demandez {asked}.", asked=time_words(asked.minutes))


def _from_to(asked: Asked, begin: datetime, end: datetime) -> Text:
    times = when(from_wall(begin, asked.zone), from_wall(end, asked.zone))
    return say("You ask for {when}.", "Vous demandez le {when}.", when=times)


def time_words(minutes: int) -> Text:
    """How long something is: ``1 h 30``, ``45 min``, ``2 jours``."""
    whole, rest = divmod(minutes, 60)
    if whole >= 48 and minutes % policies.DAY == 0:
        return Text(f"{whole // 24}\u00a0days", f"{whole // 24}\u00a0jours")
    if not whole:
        return Text(f"{rest}\u00a0min", f"{rest}\u00a0min")
    both = f"{whole}\u00a0h" + (f"\u00a0{rest:02}" if rest else "")
    return Text(both, both)
