"""When somebody may check in to a booking: not too early, not too late, nobody else there, and it is theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wikivillage.web.bookings.refusals import Refusal, Way, say
from wikivillage.web.bookings.states import (
    CANCELLED,
    CHECKED_IN,
    CONFIRMED,
    DONE,
    EXPIRED,
    HELD,
    NO_SHOW,
    OFFERED,
    REFUSED,
    RELEASED,
    REQUESTED,
)
from wikivillage.web.diary.reasons import Reason
from wikivillage.web.registry.words import Text

EARLY = timedelta(minutes=15)
"""How long before its begin a booking can be used, where nobody else is there."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody stands at the door, in wall time. ``until``: until when somebody else still has it.

    ``freed``: when it was given to others; ``shut``: why it is closed now; ``broken``: it does not work.
    """

    unit: Text
    now: datetime
    begin: datetime
    end: datetime
    state: str
    freed: datetime | None = None
    until: datetime | None = None
    shut: tuple[Reason, ...] = ()
    broken: Text | None = None
    book: str = ""


def why_not_in(arrival: Arrival) -> tuple[Refusal, ...]:
    """Every reason against checking in; none where they may."""
    return (*_state(arrival), *_time(arrival), *_place(arrival))


STATE_WORDS: dict[str, Text] = {
    CANCELLED: Text("This booking is cancelled.", "Cette réservation est annulée."),
    REFUSED: Text("This booking was refused.", "Cette réservation a été refusée."),
    EXPIRED: Text("This booking was not confirmed in time.", "Cette réservation n’a pas été confirmée à temps."),
    RELEASED: Text("This booking was given back.", "Cette réservation a été rendue."),
    DONE: Text("This booking is over.", "Cette réservation est finie."),
    HELD: Text("This booking is not confirmed yet.", "Cette réservation n’est pas encore confirmée."),
    OFFERED: Text("This place is offered to you, not yet taken.", "Cette place vous est proposée, pas encore prise."),
    REQUESTED: Text("Nobody has decided on this request yet.", "Personne n’a encore répondu à cette demande."),
}
"""Why a booking in some state cannot be used."""


def _state(arrival: Arrival) -> Iterator[Refusal]:
    if arrival.state in (CONFIRMED, CHECKED_IN):
        return
    again = _book_again(arrival)
    if arrival.state == NO_SHOW:
        why = say("Nobody had come: it was freed for others.", "Personne n’était venu : la place a été libérée.")
        if arrival.freed is not None:
            why = say(
                "Nobody had come: it was freed for others on {freed}.",
                "Personne n’était venu : la place a été libérée le {freed}.",
                freed=arrival.freed,
            )
        yield Refusal("freed-already", why, ways=(again,))
        return
    yield Refusal("not-standing", STATE_WORDS[arrival.state], ways=(again,))


def _book_again(arrival: Arrival) -> Way:
    text = Text("If it is still free you can book it again.", "Si elle est encore libre, réservez-la de nouveau.")
    return Way(text, Text("Book it", "Réserver"), arrival.book)


def _time(arrival: Arrival) -> Iterator[Refusal]:
    opens = arrival.begin - EARLY
    if arrival.now < opens:
        yield Refusal(
            "too-early",
            say("Your booking begins on {begin}.", "Votre réservation commence le {begin}.", begin=arrival.begin),
            say("Now it is {now}.", "Nous sommes le {now}.", now=arrival.now),
            (
                Way(
                    say(
                        "You can check in from {opens} on.",
                        "Vous pourrez signaler votre arrivée à partir du {opens}.",
                        opens=opens,
                    )
                ),
            ),
        )
    elif arrival.now >= arrival.end:
        why = say("Your booking ended on {end}.", "Votre réservation a fini le {end}.", end=arrival.end)
        yield Refusal("too-late", why, ways=(_book_again(arrival),))
    elif arrival.until is not None and arrival.now < arrival.begin:
        why = say(
            "Somebody else has it until {until}.",
            "Quelqu’un d’autre l’occupe jusqu’au {until}.",
            until=arrival.until,
        )
        way = Way(say("Come in on {begin}.", "Entrez le {begin}.", begin=arrival.begin))
        yield Refusal("still-taken", why, ways=(way,))


def _place(arrival: Arrival) -> Iterator[Refusal]:
    for one in arrival.shut:
        way = Way(
            Text(
                "It was closed after you booked.",
                "La fermeture a été décidée après votre réservation.",
            ),
            Text("Find another place", "Chercher une autre place"),
            arrival.book,
        )
        yield Refusal("closed", Text(one.en, one.fr), ways=(way,))
    if arrival.broken is not None:
        yield Refusal("out-of-order", Text("It is out of order.", "C’est en panne."), arrival.broken)
