"""What the rules of machines look at, read from the tables: who starts what now, with whom beside, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.check_in_rules import EARLY
from wikivillage.web.bookings.facts import name_of, policy_of, things
from wikivillage.web.bookings.machine_rules import Broken, Held, Start, Taken, Training
from wikivillage.web.bookings.models import Booking, Outage, Unit, UseSession
from wikivillage.web.bookings.policies import UnitPolicy
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.states import LASTING, MACHINE
from wikivillage.web.diary.kinds import CANCELLED
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.openings import House, open_on
from wikivillage.web.diary.queries import houses, why_closed_at
from wikivillage.web.diary.reasons import Span
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.agreement_queries import agreement_of, last_qualification, qualification_of
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Guardianship, Qualification, RoleGrant
from wikivillage.web.registry.people_queries import find_by_name
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.roles import CIRCLE_LEAD, STEWARD
from wikivillage.web.registry.trainings import training_name
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import PERSON, Text

AGREEMENT = "machines"
"""The kind of agreement by which a guardian lets a minor use machines."""
TRAINS = 3
SHORTEST = timedelta(minutes=15)
"""A machine does not start without a booking for less than this."""
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Starting:
    """Somebody wants to start a unit: the facts for the rules, their booking if there is one, until when it runs."""

    start: Start
    booking: Booking | None
    until: datetime
    beside: Agent | None


def starting(unit: Unit, agent: Agent, *, owners: Collection[str], seen: Viewer, at: datetime, beside: str) -> Starting:
    """All that decides whether somebody may start a unit now. ``owners``: themselves and for whom they act."""
    policy, zone = policy_of(unit), village_here().zone
    house = houses([(unit.pk, unit.place)], names={unit.pk: name_of(unit)})[unit.pk]
    booking = use_queries.booking_now(unit.pk, owners, at, EARLY)
    after = _next_of_others(unit, at, booking)
    until = booking.end if booking else walk_in_until(policy, house, at, after, zone)
    helper, wrong = _beside(beside, agent, policy, at)
    has = qualification_of(agent, policy.qualification, at=at) if policy.qualification else None
    had = last_qualification(agent, policy.qualification) if policy.qualification else None
    outage = use_queries.outage_of(unit.pk)
    minor = Guardianship.objects.filter(holding(at), ward=agent).exists()
    taken = _taken(unit, booking, at, after, zone)
    start = Start(
        machine=name_of(unit),
        begin=from_wall(at, zone),
        end=from_wall(until, zone),
        need=training_name(policy.qualification) if policy.qualification else None,
        level=policy.level,
        has=_held(has, zone),
        had=_held(had, zone),
        granters=_granters(unit, policy, seen, at),
        trainings=_trainings(policy, at, zone),
        broken=_broken(outage, zone) if outage else None,
        shut=why_closed_at(house, at, max(until, at + timedelta(minutes=1))),
        opens=_opens(house, from_wall(at, zone)),
        quiet=Span(policy.curfew_from, policy.curfew_to) if policy.curfew_from != policy.curfew_to else None,
        taken=taken,
        running=_running_for_others(unit, owners, at),
        booked=booking is not None,
        walk_in=int((until - at).total_seconds() // 60) if policy.walk_in else 0,
        next_free=from_wall(_free_from(unit, at), zone),
        buddy=policy.buddy,
        beside=helper is not None,
        wrong_beside=wrong,
        minor=minor,
        guardian_agreed=minor and agreement_of(agent, AGREEMENT, at=at) is not None,
        paths={"book": f"/bookings/units/{unit.pk}/", "other": _other(unit, at)},
    )
    return Starting(start, booking, until, helper)


def walk_in_until(policy: UnitPolicy, house: House, at: datetime, after: Booking | None, zone: str) -> datetime:
    """Until when a unit may run without a booking: its longest, the next booking, closing time, the quiet hours."""
    until = at + timedelta(minutes=policy.max_minutes)
    if after is not None:
        until = min(until, after.begin - timedelta(minutes=policy.buffer_minutes))
    now = from_wall(at, zone)
    minute = now.hour * 60 + now.minute
    closes = [span.end for span in open_on(house, now.date()) if span.begin <= minute < span.end]
    ends = [*closes[:1], *([policy.curfew_from] if policy.curfew_from > minute else [])]
    full = at.replace(second=0, microsecond=0)  # a place closes on the minute
    for end in ends:
        until = min(until, full + timedelta(minutes=end - minute))
    return max(until, at)


def _next_of_others(unit: Unit, at: datetime, booking: Booking | None) -> Booking | None:
    """What comes next where this unit is, but one's own booking."""
    rows = use_queries.standing(at, at + LOOK_AHEAD).filter(unit__in=use_queries.together_with([unit.pk]))
    found: Booking | None = rows.exclude(pk=booking.pk if booking else "").first()
    return found if unit.size == 1 else None


def _taken(unit: Unit, booking: Booking | None, at: datetime, after: Booking | None, zone: str) -> Taken | None:
    """What somebody else has booked now, or so soon that nothing can be started before it."""
    if unit.size > 1 and booking is None:
        thing = things([unit], at, at + SHORTEST, at=at)[unit.pk]
        full = [one for stretches in thing.taken.values() for one in stretches if one.begin <= at < one.end]
        if sum(one.amount for one in full) < unit.size:
            return None
        return Taken(from_wall(full[0].begin, zone), from_wall(min(one.end for one in full), zone))
    if after is None or after.begin >= at + (timedelta(0) if booking else SHORTEST):
        return None
    return Taken(from_wall(after.begin, zone), from_wall(after.end, zone))


def _running_for_others(unit: Unit, owners: Collection[str], at: datetime) -> bool:
    rows = UseSession.objects.filter(unit=unit, ended_at=None, ends_by__gt=at).exclude(agent__in=list(owners))
    return unit.size == 1 and rows.exists()


def _free_from(unit: Unit, at: datetime) -> datetime:
    """When nobody has it any more, as far as it is booked in a row."""
    moment = at
    for row in use_queries.standing(at, at + LOOK_AHEAD).filter(unit__in=use_queries.together_with([unit.pk])):
        if row.begin - SHORTEST > moment:
            break
        moment = max(moment, row.end)
    return moment


def _held(row: Qualification | None, zone: str) -> Held | None:
    if row is None:
        return None
    return Held(row.level, from_wall(row.until, zone).date() if row.until else None)


def _granters(unit: Unit, policy: UnitPolicy, seen: Viewer, at: datetime) -> tuple[str, ...]:
    """Who trains others for it; else who leads the circle that runs it; else the stewards. By names they may read."""
    trainers = Qualification.objects.filter(holding(at), subject=policy.qualification, level__gte=TRAINS)
    leads = RoleGrant.objects.filter(holding(at), word=CIRCLE_LEAD, scope__in=[unit.circle or "-", unit.place or "-"])
    stewards = RoleGrant.objects.filter(holding(at), word=STEWARD, scope="")
    for rows in (trainers, leads, stewards):
        found = list(dict.fromkeys(rows.order_by("since").values_list("agent_id", flat=True)[:3]))
        if found:
            return tuple(dict.fromkeys(names_for(seen, found, "fr").values()))
    return ()


def _trainings(policy: UnitPolicy, at: datetime, zone: str) -> tuple[Training, ...]:
    """The next dates at which it is taught: trainings in the diary on the same subject."""
    if not policy.qualification:
        return ()
    rows = Occurrence.objects.filter(kind="training", subject=policy.qualification, begin__gt=at)
    found = rows.exclude(state=CANCELLED).order_by("begin")[:3]
    return tuple(Training(from_wall(row.begin, zone), row.path or f"/diary/dates/{row.uid}/") for row in found)


def _broken(outage: Outage, zone: str) -> Broken:
    return Broken(from_wall(outage.begin, zone), from_wall(outage.until, zone) if outage.until else None)


def _opens(house: House, now: datetime) -> datetime | None:
    """When it opens next, within two weeks."""
    for number in range(LOOK_AHEAD.days):
        day = now.date() + timedelta(days=number)
        for span in open_on(house, day):
            moment = datetime.combine(day, time()) + timedelta(minutes=span.begin)
            if moment > now:
                return moment
    return None


def _beside(typed: str, agent: Agent, policy: UnitPolicy, at: datetime) -> tuple[Agent | None, Text | None]:
    """Who stays beside, as it was typed: one adult person, not oneself, and trained where it is dangerous."""
    if not typed.strip():
        return None, None
    found = [one for one in find_by_name(typed) if one.kind == PERSON]
    said = Text(typed.strip()[:60], typed.strip()[:60])
    if not found:
        return None, say("Nobody here is called “{name}”.", "Personne ne s’appelle « {name} » ici.", name=said)
    if len(found) > 1:
        return None, say(
            "Several people are called “{name}”: write what they sign in with.",
            "Plusieurs personnes s’appellent « {name} » : écrivez leur identifiant.",
            name=said,
        )
    one = found[0]
    if one.pk == agent.pk:
        return None, Text("You cannot stay beside yourself.", "Vous ne pouvez pas être à côté de vous-même.")
    if Guardianship.objects.filter(holding(at), ward=one).exists():
        return None, Text("Who stays with you is an adult.", "La personne à côté de vous doit être majeure.")
    if policy.qualification and qualification_of(one, policy.qualification, at=at, level=2) is None:
        return None, say(
            "{name} is not trained for it, level 2.",
            "{name} n’a pas la formation de niveau 2.",
            name=said,
        )
    return one, None


def _other(unit: Unit, at: datetime) -> str:
    """The page of another unit of the same kind and training that works and is free now; empty where there is none."""
    subject = policy_of(unit).qualification
    if unit.kind != MACHINE:
        return ""
    alike = Unit.objects.filter(kind=unit.kind, retired_at=None).exclude(pk=unit.pk)
    rows = [one for one in alike if policy_of(one).qualification == subject]
    broken = use_queries.outages_of(one.pk for one in rows)
    busy = set(use_queries.standing(at, at + SHORTEST, LASTING).filter(unit__in=rows).values_list("unit_id", flat=True))
    for one in rows:
        if one.pk not in broken and one.pk not in busy:
            return f"/bookings/units/{one.pk}/here/"
    return ""
