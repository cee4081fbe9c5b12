"""Work: shifts that people promise a week ahead and mostly keep, and paid hours for the rest of what is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from wikivillage.flows.kinds import Commitment, Ending, Entry, Event, Intent, Measure
from wikivillage.web.demonstration.by_hand import moment
from wikivillage.web.demonstration.facts import Parties, entry_id
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import Person, of_circle
from wikivillage.web.demonstration.planned import LABOUR
from wikivillage.web.demonstration.week import Week

AHEAD = timedelta(days=7)
"""How long before a shift people are asked for and promise to come."""
COMES, CANCELS = 0.9, 0.5
"""The share of promises that are kept, and of the others those that are called off the day before."""
GARDENERS, MAKERS, WAGES = "gardeners", "makers", "wages"
"""The offers of volunteers of the village file, and the exchange for paid work: classes of hours of work."""

SHIFTS = """
2 14.0 3 farm     garden    gardeners 4 roof
5 10.0 3 farm     garden    gardeners 5 roof
6 10.5 2 compost  garden    gardeners 3 yard
1 18.0 3 joinery  workshop  makers    3 fablab
3 18.0 3 joinery  workshop  makers    3 fablab
5 14.0 3 printers workshop  makers    2 fablab
2 17.0 2 shredder recycling makers    2 recyclab
4 10.0 2 kitchen  kitchen   makers    2 cafe
"""
"""Weekday (0 is Monday), hour, length in hours, process, circle, whose offer, how many are wanted, place."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Some hours for which people are wanted."""

    begin: datetime
    end: datetime
    hours: int
    process: str
    circle: str
    offer: str
    wanted: int
    place: str

    @property
    def id(self) -> str:
        """The id of the need that it is."""
        return entry_id("shift", self.process, self.begin.isoformat())


def shifts_of(week: Week) -> Iterator[Shift]:
    """The shifts of a week, as far as the village has the process."""
    processes = {one.id for one in week.planned.flows.values()}
    for line in SHIFTS.strip().splitlines():
        weekday, hour, hours, process, circle, offer, wanted, place = line.split()
        for day in week.span.days:
            if day.weekday() == int(weekday) and process in processes:
                begin = moment(week, day, float(hour))
                end = begin + timedelta(hours=int(hours))
                yield Shift(begin, end, int(hours), process, circle, offer, int(wanted), place)


def asked_and_promised(week: Week, parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """The needs and promises of the shifts of a week, each with when it was made."""
    for shift in shifts_of(week):
        asked = shift.begin - AHEAD
        yield asked, _need(shift, parties)
        for place, person in enumerate(_who_promises(week, shift)):
            yield asked + timedelta(hours=5 + 7 * place), _promise(shift, person, parties)


def kept_and_called_off(week: Week, parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """What became of the promises of the shifts of a week, each with when that was known."""
    for shift in shifts_of(week):
        for person in _who_promises(week, shift):
            drawn = chance(week.seed, "comes", shift.id, person.handle)
            if drawn.random() < COMES:
                yield shift.end, _worked(shift, person, parties)
            elif drawn.random() < CANCELS:
                id = entry_id("called off", shift.id, person.handle)
                yield shift.begin - timedelta(hours=20), Ending(id, _promise_id(shift, person), "cancelled")
        yield shift.end + timedelta(hours=1), Ending(entry_id("over", shift.id), shift.id, "finished")


def _who_promises(week: Week, shift: Shift) -> list[Person]:
    """Mostly as many as are wanted, sometimes one or two fewer."""
    people = of_circle(shift.circle)
    drawn = chance(week.seed, "shift", shift.id)
    count = min(len(people), max(1, shift.wanted - int(drawn.choice([0, 0, 1, 1, 2]))))
    return [people[int(one)] for one in sorted(drawn.choice(len(people), count, replace=False))]


def _promise_id(shift: Shift, person: Person) -> str:
    return entry_id("promise", shift.id, person.handle)


def _need(shift: Shift, parties: Parties) -> Intent:
    return Intent(
        id=shift.id,
        action="work",
        receiver=parties.operator,
        spec=LABOUR,
        effort=_hours(shift.hours * shift.wanted),
        begin=shift.begin,
        end=shift.end,
        at_place=shift.place,
    )


def _promise(shift: Shift, person: Person, parties: Parties) -> Commitment:
    return Commitment(
        id=_promise_id(shift, person),
        action="work",
        provider=person.pseudonym,
        receiver=parties.operator,
        spec=LABOUR,
        effort=_hours(shift.hours),
        input_of=shift.process,
        begin=shift.begin,
        end=shift.end,
        satisfies=(shift.id,),
    )


def _worked(shift: Shift, person: Person, parties: Parties) -> Event:
    return Event(
        id=entry_id("worked", shift.id, person.handle),
        action="work",
        provider=person.pseudonym,
        receiver=parties.operator,
        spec=LABOUR,
        effort=_hours(shift.hours),
        input_of=shift.process,
        begin=shift.begin,
        end=shift.end,
        classified_as=(shift.offer,),
        fulfills=(_promise_id(shift, person),),
        recorded_by=person.pseudonym,
    )


def _hours(amount: float) -> Measure:
    return Measure(Decimal(round(amount * 4)) / 4, "h")


def paid_hours(week: Week, parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """What the plan wants of work beyond the shifts, paid, on the working days of the week."""
    given: dict[str, float] = {}
    for shift in shifts_of(week):
        given[shift.process] = given.get(shift.process, 0.0) + shift.hours * (shift.wanted - 1)
    for flow in week.planned.flows.values():
        if flow.resource != LABOUR or flow.kind != "input":
            continue
        missing = float(week.planned_days(flow.name).sum()) / 1000 - given.get(flow.id, 0.0)
        yield from _paid(week, parties, flow.id, missing)


def _paid(week: Week, parties: Parties, process: str, hours: float) -> Iterator[tuple[datetime, Entry]]:
    days = [day for day in week.span.days if day.weekday() < 5]
    days = days if hours >= len(days) else days[2:3]
    each = _hours(hours / len(days))
    if each.value <= 0:
        return
    payer = parties.partners.get(WAGES, parties.operator)
    for day in days:
        begin, end = _working_day(week, day, float(each.value))
        yield (
            end,
            Event(
                id=entry_id("paid", process, day.isoformat()),
                action="work",
                provider=payer,
                receiver=parties.operator,
                spec=LABOUR,
                effort=each,
                input_of=process,
                begin=begin,
                end=end,
                classified_as=(WAGES,),
            ),
        )


def _working_day(week: Week, day: date, hours: float) -> tuple[datetime, datetime]:
    """From eight o'clock on; who works more than nine hours is several."""
    begin = moment(week, day, 8.0)
    return begin, begin + timedelta(hours=min(hours, 9.0))
