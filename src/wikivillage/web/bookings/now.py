"""How units stand at a moment: free and until when, in use, waited for, out of order, closed. For doors and walls.

Nothing of it says who: it is for everybody who passes by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from wikivillage.web.bookings.facts import name_of
from wikivillage.web.bookings.models import Booking, Outage, Unit, UnitPart
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED
from wikivillage.web.bookings.use_queries import outages_of, standing
from wikivillage.web.diary.openings import House, open_on
from wikivillage.web.diary.queries import houses
from wikivillage.web.diary.reasons import clock, written
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text

FREE, BUSY, AWAITED, BROKEN, CLOSED = "free", "busy", "awaited", "broken", "closed"
WORDS: dict[str, Text] = {
    FREE: Text("Free", "Libre"),
    BUSY: Text("In use", "Occupé"),
    AWAITED: Text("Expected", "Attendu"),
    BROKEN: Text("Out of order", "En panne"),
    CLOSED: Text("Closed", "Fermé"),
}
LOOK = timedelta(hours=24)
SOON = 14
"""For how many days it is looked for when something opens again."""


@dataclass(frozen=True, slots=True)
class Now:
    """How one unit stands. ``until``: until when that is so, where it is known; ``left``: how many of a pool are free.

    ``here``: what is there or is awaited now; ``later``: what follows in the next 24 hours.
    """

    unit: Unit
    state: str
    until: datetime | None = None
    left: int = 0
    here: tuple[Booking, ...] = ()
    later: tuple[Booking, ...] = ()
    outage: Outage | None = None

    @property
    def word(self) -> Text:
        """The state in one word."""
        return WORDS[self.state]

    @property
    def sentence(self) -> Text:
        """Until when it is so."""
        return _sentence(self, village_here().zone)


def now_of(units: Iterable[Unit], at: datetime) -> dict[str, Now]:
    """How some units stand at a moment, in the same few questions however many they are."""
    rows = list(units)
    together = _together(rows)
    broken = outages_of(row.pk for row in rows)
    around = houses([(row.pk, row.place) for row in rows], names={row.pk: name_of(row) for row in rows})
    ids = {other for several in together.values() for other in several}
    booked: dict[str, list[Booking]] = defaultdict(list)
    for one in standing(at, at + LOOK).filter(unit__in=ids):
        booked[one.unit_id].append(one)
    zone = village_here().zone
    found = {}
    for row in rows:
        theirs = sorted((one for other in together[row.pk] for one in booked[other]), key=lambda one: one.begin)
        found[row.pk] = _now(row, theirs, broken.get(row.pk), around[row.pk], at, zone)
    return found


def _together(rows: Sequence[Unit]) -> Mapping[str, Collection[str]]:
    """For each unit those that share a part with it, itself as well."""
    of_unit, of_stock = defaultdict(set), defaultdict(set)
    for unit, stock in UnitPart.objects.values_list("unit_id", "stock"):
        of_unit[unit].add(stock)
        of_stock[stock].add(unit)
    return {row.pk: {row.pk} | {other for stock in of_unit[row.pk] for other in of_stock[stock]} for row in rows}


def _now(unit: Unit, booked: Sequence[Booking], outage: Outage | None, house: House, at: datetime, zone: str) -> Now:
    here = tuple(one for one in booked if one.begin <= at < one.end or (one.state == CHECKED_IN and at < one.end))
    later = tuple(one for one in booked if one not in here)
    left = max(0, unit.size - sum(one.amount for one in here))
    if outage is not None:
        return Now(unit, BROKEN, outage.until, 0, here, later, outage)
    closes, opens = _open_until(house, from_wall(at, zone))
    if closes is None and not here:
        return Now(unit, CLOSED, _moment(opens, at, zone), 0, here, later)
    if left:
        ends = [one.begin for one in later] if unit.size == 1 else []
        ends += [moment] if (moment := _moment(closes, at, zone)) is not None else []
        return Now(unit, FREE, min(ends, default=None), left, here, later)
    state = BUSY if any(one.state != CONFIRMED for one in here) else AWAITED
    return Now(
        unit, state, _free_again(here, later) if unit.size == 1 else min(one.end for one in here), 0, here, later
    )


def _free_again(here: Sequence[Booking], later: Sequence[Booking]) -> datetime:
    """When what is there now, and what follows without a break, is over."""
    moment = max(one.end for one in here)
    for one in later:
        if one.begin > moment:
            break
        moment = max(moment, one.end)
    return moment


def _open_until(house: House, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When it closes today, None where it is closed now; and when it opens next. Without hours it never closes."""
    minute, start = now.hour * 60 + now.minute, datetime.combine(now.date(), time())
    for span in open_on(house, now.date()):
        if span.begin <= minute < span.end:
            return start + timedelta(minutes=span.end), None
    for number in range(SOON):
        day = start + timedelta(days=number)
        for span in open_on(house, day.date()):
            if day + timedelta(minutes=span.begin) > now:
                return None, day + timedelta(minutes=span.begin)
    return None, None


def _moment(wall: datetime | None, at: datetime, zone: str) -> datetime | None:
    """A wall time of these days as a moment."""
    return None if wall is None else at + (wall - from_wall(at, zone))


def _sentence(now: Now, zone: str) -> Text:
    until = {"until": _when(now.until, zone)} if now.until is not None else {}
    if now.state == BROKEN:
        return (
            say("It should work again {until}.", "Remise en marche prévue {until}.", **until)
            if until
            else Text("Nobody knows yet until when.", "Personne ne sait encore jusqu’à quand.")
        )
    if now.state == CLOSED:
        return say("It opens {until}.", "Ouverture {until}.", **until) if until else Text("", "")
    if now.state == FREE and now.unit.size > 1:
        return say("{left} of {size} are free.", "{left} libres sur {size}.", left=now.left, size=now.unit.size)
    if now.state == FREE:
        return say("Until {until}.", "Jusqu’à {until}.", until=_clock(now, zone)) if until else Text("", "")
    if now.state == AWAITED:
        return say(
            "Booked, nobody has come yet. Free again at {until}.",
            "Réservé, personne n’est encore là. Libre à {until}.",
            until=_clock(now, zone),
        )
    return say("Free again at {until}.", "Libre à {until}.", until=_clock(now, zone))


def _clock(now: Now, zone: str) -> Text:
    assert now.until is not None, "asked only where it is known"
    wall = from_wall(now.until, zone)
    minutes = wall.hour * 60 + wall.minute
    return Text("midnight", "minuit") if minutes == 0 else Text(clock(minutes, "en"), clock(minutes, "fr"))


def _when(moment: datetime | None, zone: str) -> Text:
    """A day and an hour."""
    assert moment is not None, "asked only where it is known"
    said = written_moment(from_wall(moment, zone))
    return Text(f"on {said.en}", f"le {said.fr}")


def written_moment(wall: datetime) -> Text:
    """A day and an hour in both languages."""
    return Text(written(wall, "en"), written(wall, "fr"))
