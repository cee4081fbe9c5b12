"""Rooms, desks and machines in use: habits of every week, and what comes up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from wikivillage.web.bookings import (
    actions,
    defaults,
    outage_actions,
    series_actions,
    session_actions,
    use_actions,
    use_errands,
    waiting_actions,
)
from wikivillage.web.bookings.models import Booking, Outage, UseSession
from wikivillage.web.bookings.states import CONFIRMED, REQUESTED
from wikivillage.web.demonstration.by_hand import moment
from wikivillage.web.demonstration.facts import entry_id
from wikivillage.web.demonstration.gestures import Gesture, table_of
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import LEADS, WORKSHOP, Person, of_circle, pseudonym_of
from wikivillage.web.demonstration.week import Week
from wikivillage.web.diary.actions import put_occurrence, set_opening
from wikivillage.web.diary.openings import ORDINARY, PUBLIC
from wikivillage.web.diary.reasons import Span
from wikivillage.web.registry.agreement_actions import grant_qualification
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.trainings import training_name

HABITS = """
1  19.0  2  common-room       camille_durand    8  Conseil des maisons partagées
3  18.0  2  quiet-studio      louise_chevalier  6  Modèle vivant
0  12.5  1  small-room        esther_cohen      5  Midi de l’énergie
2  17.5  2  greenhouse-table  solene_mercier    9  Cercle du jardin
"""
"""Weekday, hour, hours, unit, who, how many people, title: what is booked for a term at a time."""

WISHES = """
0  10.0  3.0  desks             1   1   4
0  14.0  4.0  desks             1   1   5
1   9.0  8.0  desks             1   1   6
2   9.0  8.0  desks             2   1   6
3   9.0  4.0  desks             1   1   5
4  10.0  3.0  desks-upstairs    1   1   3
2  18.0  2.0  small-room        1   6   2
4  17.0  1.5  small-room        1   4   1
5  15.0  2.0  common-room       1   8   3
6  11.0  2.0  common-room       1   7   2
6  16.0  2.0  greenhouse-table  1   9   2
5  10.0  3.0  quiet-studio      1   4   3
5  12.0  2.0  grande-table-window   1  6  4
4  19.0  2.0  grande-table-kitchen  1  8  4
"""
"""Weekday, hour, hours, unit, at most how many bookings, people, at most how many days ahead."""

MACHINES = """
0  14.0  3.0  printers  2
2  10.0  4.0  printers  2
3  17.0  2.0  printers  1
5  10.0  5.0  printers  2
1  18.0  1.0  laser     1
3  14.0  1.5  laser     1
5  14.0  1.0  laser     1
5  15.5  2.0  sewing    2
6  14.0  2.0  sewing    1
"""
"""Weekday, hour, hours, unit, at most how many people at a time."""

HOURS = {
    "fablab": ((8, 22), (10, 18), False),
    "fablab_upper": ((8, 22), (10, 18), False),
    "cafe": ((8, 22), (10, 22), True),
    "workspaces": ((8, 21), (8, 21), True),
    "workspaces_upper": ((8, 21), (8, 21), False),
    "labs": ((8, 21), (9, 19), False),
    "events_hall": ((8, 23), (9, 22), True),
}
"""From when to when a place is open on a day of the week and on Sundays, and whether it is so on public holidays."""
FEASTS = ("Fête des voisins", "Assemblée de la foncière", "Marché des artistes", "Bal du quartier")
TERM_WEEKS = 13
COMES, CALLS_OFF = 0.9, 0.4
"""The share of people who come to what they booked, and of the others that of those who say so."""
BROKEN_IN = 4
"""In which week of a term the laser breaks."""
TRAININGS = ("printer", "laser", "lab_safety", "saw")
"""What people of the workshop have learnt, the first two all of them."""
LESSONS = """
laser       fablab  2  18.5  1
printer     fablab  5  10.0  1
lab_safety  labs    1  12.5  4
saw         fablab  3  18.0  2
"""
"""For what, where, weekday, hour, every how many weeks: when trainings are given."""
ALONE, TRAINED_FOR = 2, timedelta(days=730)
"""The level at which nobody needs to stay beside, and for how long a training counts."""


def bookings_of(week: Week, zone: ZoneInfo, *, begins: bool) -> Iterator[Gesture]:
    """All of a week: habits at the beginning of a term, bookings and what became of them, machines, a feast, a fault.

    ``begins``: life begins with this week, and units and trainings are put first.
    """
    days = week.span.days
    if begins:
        yield Gesture(moment(week, days[0], 0.2), _found)
    if begins or week.span.number % TERM_WEEKS == 0:
        yield from _habits(week, zone)
    yield from _wishes(week)
    yield from _machines(week)
    yield from _feast(week)
    yield from _trainings(week)
    if week.span.number % TERM_WEEKS == BROKEN_IN:
        yield from _breaks(week)
    for day in days:
        yield from (Gesture(moment(week, day, hour), _evening) for hour in (13.6, 22.8))


def _found(at: datetime) -> None:
    """What can be booked and when it is open, and who has learnt what."""
    defaults.put_defaults(at=at)
    for place, (weekday, sunday, on_holidays) in HOURS.items():
        days = (*((_span(weekday),),) * 6, (_span(sunday),))
        said = {"subject": place, "since": at.date(), "at": at}
        set_opening(season=ORDINARY, week=days, **said)
        if not on_holidays:
            set_opening(season=PUBLIC, week=((),) * 7, **said)
    trainer = pseudonym_of(LEADS[WORKSHOP])
    for number, person in enumerate(of_circle(WORKSHOP)):
        for subject in TRAININGS[: 2 + number % 3]:
            agent = Agent.objects.get(pk=person.pseudonym)
            grant_qualification(agent=agent, subject=subject, level=ALONE, at=at, until=at + TRAINED_FOR, by=trainer)


def _span(hours: tuple[int, int]) -> Span:
    return Span(hours[0] * 60, hours[1] * 60)


def _evening(at: datetime) -> None:
    """What is done by itself: nobody came, time is over, somebody forgot to stop."""
    use_errands.free_unused(at)
    use_errands.close_over(at)


def _habits(week: Week, zone: ZoneInfo) -> Iterator[Gesture]:
    for weekday, hour, hours, unit, who, persons, title in table_of(HABITS):
        day = next(day for day in week.span.days if day.weekday() == int(weekday))
        begin = moment(week, day, float(hour))
        said = partial(_put_habit, unit, who, begin.astimezone(zone), float(hours), int(persons), title)
        yield Gesture(moment(week, week.span.days[0], 0.5), said)


def _put_habit(unit: str, who: str, begin: datetime, hours: float, persons: int, title: str, at: datetime) -> None:
    series_actions.put_series(
        uid=entry_id("habit", unit, begin.date().isoformat())[:40],
        unit=unit,
        agent=Agent.objects.get(pk=pseudonym_of(who)),
        rule=f"FREQ=WEEKLY;COUNT={TERM_WEEKS}",
        begin=begin.replace(tzinfo=None),
        end=begin.replace(tzinfo=None) + timedelta(hours=hours),
        persons=persons,
        title=title,
        at=at,
        by=pseudonym_of(who),
    )


def _wishes(week: Week) -> Iterator[Gesture]:
    for row in table_of(WISHES):
        weekday, hour, hours, unit, most, persons, ahead = row
        for day in _on(week, weekday):
            drawn = chance(week.seed, "booking", unit, day.isoformat(), hour)
            for turn in range(int(drawn.integers(0, int(most) + 1))):
                who = _somebody(week.seed, unit, day, turn)
                begin = moment(week, day, float(hour))
                end = begin + timedelta(hours=float(hours))
                said = begin - timedelta(days=int(drawn.integers(0, int(ahead))), hours=float(drawn.uniform(2, 9)))
                if said < begin:
                    yield Gesture(said, partial(_book, unit, who, begin, end, int(persons)))
                    yield from _comes(week.seed, unit, who, begin, end)


def _on(week: Week, weekday: str) -> list[date]:
    return [day for day in week.span.days if day.weekday() == int(weekday)]


def _somebody(seed: int, unit: str, day: date, turn: int) -> Person:
    """Somebody of any circle, each another one in the same hour."""
    people = [person for circle in LEADS for person in of_circle(circle)]
    return people[(int(chance(seed, "who", unit, day.isoformat()).integers(len(people))) + 7 * turn) % len(people)]


def _book(unit: str, who: Person, begin: datetime, end: datetime, persons: int, at: datetime) -> None:
    agent = Agent.objects.get(pk=who.pseudonym)
    key = entry_id("hold", unit, who.handle, begin.isoformat())
    held = actions.hold(unit=unit, agent=agent, begin=begin, end=end, persons=persons, at=at, by=who.pseudonym, key=key)
    actions.confirm(booking=held, at=at, by=who.pseudonym)


def _comes(seed: int, unit: str, who: Person, begin: datetime, end: datetime) -> Iterator[Gesture]:
    """They come, or call it off the evening before, or neither."""
    drawn = chance(seed, "comes", unit, who.handle, begin.isoformat())
    if drawn.random() < COMES:
        yield Gesture(begin + timedelta(minutes=float(drawn.uniform(1, 9))), partial(_arrive, unit, who, begin))
    elif drawn.random() < CALLS_OFF:
        yield Gesture(begin - timedelta(hours=10), partial(_call_off, unit, who, begin))


def _booked(unit: str, who: Person, begin: datetime) -> str | None:
    rows = Booking.objects.filter(unit=unit, agent=who.pseudonym, begin=begin, state=CONFIRMED)
    return rows.values_list("pk", flat=True).first()


def _arrive(unit: str, who: Person, begin: datetime, at: datetime) -> None:
    if (booking := _booked(unit, who, begin)) is not None:
        use_actions.check_in(booking=booking, at=at, by=who.pseudonym)


def _call_off(unit: str, who: Person, begin: datetime, at: datetime) -> None:
    if (booking := _booked(unit, who, begin)) is not None:
        actions.cancel(booking=booking, at=at, by=who.pseudonym)


def _machines(week: Week) -> Iterator[Gesture]:
    makers = of_circle(WORKSHOP)
    for weekday, hour, hours, unit, most in table_of(MACHINES):
        for day in _on(week, weekday):
            drawn = chance(week.seed, "machine", unit, day.isoformat(), hour)
            for turn in range(int(drawn.integers(0, int(most) + 1))):
                who = makers[(int(drawn.integers(len(makers))) + turn) % len(makers)]
                begin = moment(week, day, float(hour))
                end = begin + timedelta(hours=float(hours))
                yield Gesture(begin - timedelta(days=2), partial(_book, unit, who, begin, end, 1))
                yield from _runs(week, unit, who, begin, end)


def _runs(week: Week, unit: str, who: Person, begin: datetime, end: datetime) -> Iterator[Gesture]:
    """Started a little late, stopped a little early, with what the machine shows; now and then nobody stops it."""
    drawn = chance(week.seed, "runs", unit, who.handle, begin.isoformat())
    start, stop = float(drawn.uniform(1, 8)), float(drawn.uniform(2, 20))
    used = Decimal(round((end - begin) / timedelta(hours=1) * float(drawn.uniform(0.08, 0.2)) * 1000)) / 1000
    yield Gesture(begin + timedelta(minutes=start), partial(_start, unit, who))
    if drawn.random() < COMES:
        yield Gesture(end - timedelta(minutes=stop), partial(_stop, unit, who, used))


def _start(unit: str, who: Person, at: datetime) -> None:
    agent = Agent.objects.get(pk=who.pseudonym)
    session_actions.start_session(unit=unit, agent=agent, at=at, by=who.pseudonym)


def _stop(unit: str, who: Person, used: Decimal, at: datetime) -> None:
    row = UseSession.objects.filter(unit=unit, agent=who.pseudonym, ended_at=None).first()
    if row is not None:
        measured = session_actions.Measured(kwh=used)
        session_actions.stop_session(session=row.pk, at=at, by=who.pseudonym, measured=measured)


def _feast(week: Week) -> Iterator[Gesture]:
    """Two ask for the hall on the same Saturday three weeks ahead; whoever looks after it decides after two days."""
    drawn = chance(week.seed, "feast", week.span.number)
    saturday = _on(week, "5")[0] + timedelta(days=21)
    begin = moment(week, saturday, 15.0)
    asked = moment(week, week.span.days[1], 18.0)
    people = of_circle("kitchen")
    for turn in range(1 + int(drawn.integers(0, 2))):
        who = people[(week.span.number + turn) % len(people)]
        title = FEASTS[(week.span.number + turn) % len(FEASTS)]
        yield Gesture(asked + timedelta(hours=turn), partial(_ask, who, begin, title))
    yield Gesture(asked + timedelta(days=2), partial(_decide, begin))


def _ask(who: Person, begin: datetime, title: str, at: datetime) -> None:
    agent, end = Agent.objects.get(pk=who.pseudonym), begin + timedelta(hours=6)
    held = actions.hold(
        unit="events-hall", agent=agent, begin=begin, end=end, persons=60, title=title, visibility="public", at=at,
        by=who.pseudonym, key=entry_id("ask", who.handle, begin.isoformat()),
    )  # fmt: skip
    actions.request(booking=held, at=at, by=who.pseudonym)


def _decide(begin: datetime, at: datetime) -> None:
    first = Booking.objects.filter(unit="events-hall", begin=begin, state=REQUESTED).order_by("made_at").first()
    if first is not None:
        actions.approve(booking=first, at=at, by=pseudonym_of("esther_cohen"))


def _breaks(week: Week) -> Iterator[Gesture]:
    """The laser is out of order from Tuesday noon to Thursday; somebody waits for a room meanwhile."""
    days = week.span.days
    yield Gesture(moment(week, days[1], 12.0), _report)
    yield Gesture(moment(week, days[3], 10.0), _mend)
    yield Gesture(moment(week, days[2], 9.0), partial(_wait, moment(week, days[-1], 19.0)))


def _report(at: datetime) -> None:
    who = Agent.objects.get(pk=of_circle(WORKSHOP)[0].pseudonym)
    said = "La vitre du capot est fendue."
    outage_actions.report_outage(unit="laser", said=said, reporter=who, by=who.pk, at=at, key=f"laser-{at:%F}")


def _mend(at: datetime) -> None:
    row = Outage.objects.filter(unit="laser", ended_at=None).first()
    if row is not None:
        outage_actions.end_outage(outage=row.pk, at=at, by=pseudonym_of(LEADS[WORKSHOP]), mended="Vitre changée.")


def _trainings(week: Week) -> Iterator[Gesture]:
    """Trainings for the machines, each said a week before."""
    for subject, place, weekday, hour, every in table_of(LESSONS):
        if week.span.number % int(every) == 0:
            begin = moment(week, _on(week, weekday)[0], float(hour))
            yield Gesture(begin - timedelta(days=7), partial(_say_training, subject, place, begin))


def _say_training(subject: str, place: str, begin: datetime, at: datetime) -> None:
    title = f"Formation\N{NO-BREAK SPACE}: {training_name(subject).fr}"
    put_occurrence(
        uid=entry_id("training", subject, begin.isoformat()), title=title,
        kind="training", begin=begin, end=begin + timedelta(hours=2), subject=subject, place=place, capacity=6,
        visibility="public", at=at, by=pseudonym_of(LEADS[WORKSHOP]),
    )  # fmt: skip


def _wait(begin: datetime, at: datetime) -> None:
    who = Agent.objects.get(pk=pseudonym_of("odile_girard"))
    end = begin + timedelta(hours=2)
    waiting_actions.wait(unit="common-room", agent=who, begin=begin, end=end, persons=6, at=at, by=who.pk)
