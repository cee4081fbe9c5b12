"""Who may start a machine now: every rule is asked, and every no is told with what to do. Pure, in wall time.

A rule takes the facts and answers with nothing or with refusals; ``RULES`` is all of them, in the order of telling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from wikivillage.web.bookings.refusals import Refusal, Way, say
from wikivillage.web.diary.reasons import Reason, Span, clock, listed
from wikivillage.web.registry.words import Text

WITH_SOMEBODY = Text(
    "Come with somebody: this page then asks for their name.",
    "Venez avec quelqu’un\u00a0: cette page vous demandera alors son nom.",
)
LEVELS = {
    1: Text("with somebody beside you", "accompagné"),
    2: Text("alone", "seul"),
    3: Text("to train others", "pour former"),
}
"""What each level of a qualification lets somebody do."""


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification that somebody has or had: its level, and until when."""

    level: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """The next date in the diary at which somebody can be trained, and its page."""

    begin: datetime
    path: str


@dataclass(frozen=True, slots=True)
class Broken:
    """That a machine does not work: since when, and until when if somebody said so."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """By something else: from when to when."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """All that decides whether somebody may start a machine.

    ``need``: the training it asks for by name, empty where it asks for none, at ``level``. ``has`` is held now,
    ``had`` was the last one. ``granters``: who can give it. ``shut``: why it is not open. ``quiet``: minutes of the
    day in which it must be silent. ``taken``: what else has the machine in the time asked for. ``booked``: there is a
    booking of theirs for it now; without one, ``walk_in`` says for how many minutes it may run, 0 for never.
    ``beside``: somebody was named who stays; ``wrong_beside``: why that person does not count.
    """

    machine: Text
    begin: datetime
    end: datetime
    need: Text | None = None
    level: int = 1
    has: Held | None = None
    had: Held | None = None
    granters: tuple[str, ...] = ()
    trainings: tuple[Training, ...] = ()
    broken: Broken | None = None
    shut: tuple[Reason, ...] = ()
    opens: datetime | None = None
    quiet: Span | None = None
    taken: Taken | None = None
    running: bool = False
    booked: bool = True
    walk_in: int = 0
    next_free: datetime | None = None
    buddy: bool = False
    beside: bool = False
    wrong_beside: Text | None = None
    minor: bool = False
    guardian_agreed: bool = False
    paths: dict[str, str] = field(default_factory=dict, hash=False)

    def way(self, name: str, text: Text, button: Text) -> Way:
        """A way out that leads to a page, where there is one."""
        path = self.paths.get(name, "")
        return Way(text, button, path) if path else Way(text)


Rule = Callable[[Start], Iterator[Refusal]]


def refusals(start: Start) -> tuple[Refusal, ...]:
    """Every reason against starting; none where it may start."""
    return tuple(one for rule in RULES for one in rule(start))


def works(start: Start) -> Iterator[Refusal]:
    """It is not out of order."""
    if start.broken is None:
        return
    since = say(
        "{machine}: out of order since {since}.",
        "{machine} : en panne depuis le {since}.",
        machine=start.machine,
        since=start.broken.since,
    )
    if start.broken.until is not None and start.broken.until > start.begin:
        back = say(
            "It should work again on {until}.",
            "La remise en marche est prévue le {until}.",
            until=start.broken.until,
        )
    else:
        back = say(
            "Nobody can say yet when it works again; who has it booked is told.",
            "Personne ne sait encore quand cela remarchera ; qui l’a réservé est prévenu.",
        )
    yield Refusal("out-of-order", since, ways=(Way(back), *_other(start)))


def qualified(start: Start) -> Iterator[Refusal]:
    """Who starts it was trained for it, and that is not over."""
    if start.need is None or (start.has is not None and start.has.level >= start.level):
        return
    rule = say(
        "Whoever uses it was trained: {need}, level {level} ({may}).",
        "Il faut la formation « {need} », niveau {level} ({may}).",
        need=start.need,
        level=start.level,
        may=LEVELS[start.level],
    )
    yield Refusal(*_lacking(start), rule=rule, ways=tuple(_trainings(start)))


def _lacking(start: Start) -> tuple[str, Text]:
    """How a qualification is missing: it ran out, it is too low, or there never was one."""
    assert start.need is not None, "only asked where one is needed"
    if start.has is not None:
        why = say(
            "Your training “{need}” is of level {level} ({may}); this needs level {wanted}.",
            "Votre formation « {need} » est de niveau {level} ({may}) ; il faut le niveau {wanted}.",
            need=start.need,
            level=start.has.level,
            may=LEVELS[start.has.level],
            wanted=start.level,
        )
        return "level-too-low", why
    if start.had is not None and start.had.until is not None:
        why = say(
            "Your training “{need}” ran out on {until}.",
            "Votre formation « {need} » n’est plus valable depuis le {until}.",
            need=start.need,
            until=start.had.until,
        )
        return "qualification-over", why
    why = say(
        "You have not been trained for “{need}”.", "Vous n’avez pas suivi la formation « {need} ».", need=start.need
    )
    return "not-qualified", why


def _trainings(start: Start) -> Iterator[Way]:
    for training in start.trainings[:1]:
        text = say(
            "The next training is on {begin}.",
            "La prochaine formation a lieu le {begin}.",
            begin=training.begin,
        )
        yield Way(text, Text("See this training", "Voir cette formation"), training.path)
    if not start.trainings:
        yield Way(Text("No training is in the diary yet.", "Aucune formation n’est encore dans l’agenda."))
    if start.granters:
        names = Text(listed(start.granters, "en"), listed(start.granters, "fr"))
        yield Way(say("It can be given by {who}.", "Qui peut la donner : {who}.", who=names))


def booked_or_free(start: Start) -> Iterator[Refusal]:
    """It is booked by who starts it; or it may run without a booking, and is free for long enough."""
    if start.running:
        why = say(
            "{machine}: somebody else is using it.", "{machine} : quelqu’un d’autre s’en sert.", machine=start.machine
        )
        yield Refusal("in-use", why, ways=tuple(_when_free(start)))
    elif start.taken is not None:
        why = say(
            "It is booked by somebody else from {begin} to {end}.",
            "Quelqu’un d’autre a réservé du {begin} au {end}.",
            begin=start.taken.begin,
            end=start.taken.end,
        )
        yield Refusal("taken", why, ways=tuple(_when_free(start)))
    elif not start.booked and not start.walk_in:
        why = say(
            "{machine}: you have no booking for now, and it starts only with one.",
            "{machine} : vous n’avez pas réservé pour maintenant, et il faut une réservation.",
            machine=start.machine,
        )
        yield Refusal("not-booked", why, ways=tuple(_when_free(start)))


def _when_free(start: Start) -> Iterator[Way]:
    button = Text("Book a time", "Réserver un créneau")
    if start.next_free is None:
        yield start.way("book", Text("Choose another time.", "Choisissez un autre moment."), button)
        return
    text = say("It is free from {free} on.", "C’est libre à partir du {free}.", free=start.next_free)
    yield start.way("book", text, button)


def _other(start: Start) -> Iterator[Way]:
    if start.paths.get("other"):
        text = Text("Another machine of the same kind works.", "Une autre machine du même genre marche.")
        yield Way(text, Text("See that one", "Voir celle-là"), start.paths["other"])


def open_now(start: Start) -> Iterator[Refusal]:
    """The place is open all the time."""
    for one in start.shut:
        ways: tuple[Way, ...] = ()
        if start.opens is not None:
            ways = (Way(say("It opens on {opens}.", "Ouverture le {opens}.", opens=start.opens)),)
        yield Refusal("closed", Text(one.en, one.fr), ways=ways)


def not_too_late(start: Start) -> Iterator[Refusal]:
    """It makes no noise while the house sleeps."""
    if start.quiet is None or not _meets(start.quiet, start.begin, start.end):
        return
    why = say(
        "{machine}: it stands still from {quiet}; you would run it until {end}.",
        "{machine} : à l’arrêt {quiet} ; vous iriez jusqu’au {end}.",
        machine=start.machine,
        quiet=start.quiet,
        end=start.end,
    )
    ends = Text(clock(start.quiet.end, "en"), clock(start.quiet.end, "fr"))
    yield Refusal(
        "too-late",
        why,
        ways=(Way(say("It may run from {ends} on.", "C’est possible à partir de {ends}.", ends=ends)),),
    )


def _meets(quiet: Span, begin: datetime, end: datetime) -> bool:
    """Whether a time meets the quiet hours of one of its days; quiet hours over midnight end on the next day."""
    day = begin.date() - timedelta(days=1)
    length = (quiet.end - quiet.begin) % (24 * 60)
    while day <= end.date():
        start = datetime.combine(day, time()) + timedelta(minutes=quiet.begin)
        if start < end and begin < start + timedelta(minutes=length):
            return True
        day += timedelta(days=1)
    return False


def not_alone(start: Start) -> Iterator[Refusal]:
    """Where a machine is dangerous, or somebody is only trained with help, a second person stays beside."""
    if start.wrong_beside is not None:
        yield Refusal("wrong-companion", start.wrong_beside)
        return
    low = start.need is not None and start.has is not None and start.has.level == 1 and start.level == 1
    if (start.buddy or low) and not start.beside:
        why = say(
            "{machine}: nobody uses it alone, a second person stays beside.",
            "{machine} : on ne s’en sert jamais seul, une deuxième personne reste à côté.",
            machine=start.machine,
        )
        way = Way(WITH_SOMEBODY)
        yield Refusal("no-companion", why, ways=(way,))


def of_age(start: Start) -> Iterator[Refusal]:
    """A minor has their guardian's agreement, and an adult beside."""
    if not start.minor:
        return
    if not start.guardian_agreed:
        why = Text(
            "You are a minor: your guardian has to agree before you use machines.",
            "Vous êtes mineur : votre responsable doit donner son accord pour les machines.",
        )
        text = Text(
            "They sign it once, on their page of agreements.", "L’accord se signe une fois, sur sa page des accords."
        )
        yield Refusal("guardian-missing", why, ways=(Way(text),))
    if not start.beside:
        why = Text(
            "You are a minor: an adult stays beside you.",
            "Vous êtes mineur : une personne majeure reste à côté de vous.",
        )
        way = Way(WITH_SOMEBODY)
        yield Refusal("adult-missing", why, ways=(way,))


RULES: tuple[Rule, ...] = (works, qualified, booked_or_free, open_now, not_too_late, not_alone, of_age)
"""Every rule, in the order in which its reasons are told."""
