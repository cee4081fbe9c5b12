"""What the rules look at, read from the tables: units with who has them, and who asks. Few questions for many units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from wikivillage.flows.occupancy import Stretch
from wikivillage.web.bookings.asked import Asked, Has, Thing, Trained, Who
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.policies import UnitPolicy, read_policy
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.shared import with_shared
from wikivillage.web.bookings.states import COUNTED, HOLDING
from wikivillage.web.diary.queries import houses
from wikivillage.web.diary.series import LONGEST, from_wall
from wikivillage.web.ledger.sql import amount, instant, moment, select, stored
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, Guardianship, Membership, Qualification
from wikivillage.web.registry.roles import CIRCLE_LEAD, MEMBER, STEWARD
from wikivillage.web.registry.viewer import viewer
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON, Text

DAY, WEEK = timedelta(days=1), timedelta(days=7)
STOCKS = """SELECT part.unit_id, part.stock, there.accounting FROM bookings_unitpart AS part
LEFT JOIN ledger_stock AS there ON there.id = part.stock WHERE part.unit_id IN ({ids}) ORDER BY part.id"""
TAKEN = """SELECT id, resource, "begin", "end", amount FROM ledger_promise WHERE resource IN ({ids}) AND counts
AND booking AND ended IS NULL AND (expires IS NULL OR expires > %s) AND "begin" > %s AND "begin" < %s AND "end" > %s"""
BROKEN = """SELECT unit_id, "begin", until FROM bookings_outage WHERE unit_id IN ({ids}) AND ended_at IS NULL
AND (until IS NULL OR until > %s) AND "begin" < %s"""


def policy_of(unit: Unit) -> UnitPolicy:
    """The rules of a unit."""
    return read_policy(unit.policy)


def name_of(unit: Unit) -> Text:
    """What a unit is called."""
    return Text(unit.name_en, unit.name_fr)


def promise_ids(booking: Booking, revision: int | None = None) -> str:
    """How the ids of a booking's commitments begin, of its present revision or another."""
    return f"booking-{booking.pk}-{booking.revision if revision is None else revision}-"


def things(
    units: Iterable[Unit], begin: datetime, end: datetime, *, at: datetime, but: Collection[str] = ()
) -> dict[str, Thing]:
    """Units as rules see them, with who has them in a time; seven questions, however many there are.

    ``but``: bookings that do not count, for they would be moved or replaced.
    """
    rows = list(units)
    stocks: dict[str, dict[str, int]] = {row.pk: {} for row in rows}
    for unit, stock, there in select(STOCKS, list(stocks)):
        stocks[unit][stock] = int(amount(there or 0))
    policies = {row.pk: policy_of(row) for row in rows}
    last = end + timedelta(minutes=max((one.buffer_minutes for one in policies.values()), default=0))
    known = {stock for several in stocks.values() for stock in several}
    taken = taken_of(known, begin, last, at=at, but=but)
    own = houses(((row.pk, row.place) for row in rows), names={row.pk: name_of(row) for row in rows})
    around = with_shared(own, stocks, begin, end)
    broken = _outages(rows, begin, end)
    return {
        row.pk: Thing(
            id=row.pk,
            kind=row.kind,
            name=name_of(row),
            persons=row.persons,
            size=row.size,
            policy=policies[row.pk],
            circle=row.circle,
            place=row.place,
            retired=row.retired_at is not None,
            stocks=stocks[row.pk],
            taken={stock: taken.get(stock, ()) for stock in stocks[row.pk]},
            house=around[row.pk],
            outage=broken.get(row.pk),
        )
        for row in rows
    }


def taken_of(
    stocks: Collection[str], begin: datetime, end: datetime, *, at: datetime, but: Collection[str] = ()
) -> Mapping[str, tuple[Stretch, ...]]:
    """Who has how much of some stocks in a time, by the ledger, under whichever rules they were promised.

    Nothing lasts longer than the diary holds, with what is kept free after it.
    """
    mine = tuple(f"booking-{pk}-" for pk in but)
    found: dict[str, list[Stretch]] = defaultdict(list)
    when = map(stored, (at, begin - LONGEST - DAY, end, begin))
    for pk, stock, first, last, much in select(TAKEN, sorted(stocks), *when):
        if not (mine and pk.startswith(mine)):
            found[stock].append(Stretch(instant(first), instant(last), amount(much)))
    return {stock: tuple(sorted(several, key=lambda one: one.begin)) for stock, several in found.items()}


def _outages(rows: Collection[Unit], begin: datetime, end: datetime) -> dict[str, Text]:
    """Why some units do not work at some moment of a time, as far as anybody knows."""
    zone = village_here().zone
    found = {}
    for unit, broke, works in select(BROKEN, [row.pk for row in rows], *map(stored, (begin, end))):
        since, again = from_wall(instant(broke), zone), moment(works)
        until = again and from_wall(again, zone)
        found[unit] = (
            say("Since {since}.", "Depuis le {since}.", since=since)
            if until is None
            else say("It should work again on {until}.", "La remise en marche est prévue le {until}.", until=until)
        )
    return found


def who_asks(agent: Agent, *, at: datetime, begin: datetime, end: datetime, by: str = "") -> Who:
    """Somebody as rules see them, with what they have booked around a time; ``by``: who asks for them."""
    homes, bodies, circles = _belongs(agent, at)
    people = frozenset(Membership.objects.filter(holding(at), body__in=homes).values_list("agent_id", flat=True))
    household = homes | people
    body = bodies | ({agent.pk} if agent.kind == ORGANISATION else frozenset())
    trained = Qualification.objects.filter(holding(at), agent=agent).order_by("level")
    guardians = Guardianship.objects.filter(holding(at), ward=agent).values_list("guardian_id", flat=True)
    of_guardians = set(guardians)
    return Who(
        agent=agent.pk,
        kind=agent.kind,
        member=agent.kind != PERSON or viewer(agent.pk, at=at, second_factor=True).holds(MEMBER),
        circles=circles,
        household=household,
        body=body,
        trained={row.subject: Trained(row.level, row.until) for row in trained},
        has=_has({agent.pk, *household, *body}, begin, end, at),
        guarded=bool(of_guardians),
        by_guardian=by in of_guardians,
        steward=by != agent.pk and by_steward(by, at),
    )


def by_steward(by: str, at: datetime) -> bool:
    """Whether who acts is a steward or leads a circle, who may book past horizon and quota for others."""
    if not by:
        return False
    seen = viewer(by, at=at, second_factor=True)
    return seen.holds(STEWARD) or any(role.word == CIRCLE_LEAD for role in seen.roles)


def _belongs(agent: Agent, at: datetime) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The households, the organisations and the circles of somebody."""
    rows = Membership.objects.filter(holding(at), agent=agent).values_list("body_id", "body__kind", "circle_id")
    found = list(rows)
    homes = frozenset(body for body, kind, _circle in found if kind == HOUSEHOLD)
    own = homes | ({agent.pk} if agent.kind == HOUSEHOLD else frozenset())
    bodies = frozenset(body for body, kind, _circle in found if kind == ORGANISATION)
    return own, bodies, frozenset(circle for _body, _kind, circle in found if circle)


def _has(agents: Collection[str], begin: datetime, end: datetime, at: datetime) -> tuple[Has, ...]:
    """What some agents have booked in the weeks around a time."""
    rows = Booking.objects.filter(agent__in=agents, state__in=COUNTED, begin__gt=begin - WEEK, begin__lt=end + WEEK)
    found = rows.exclude(Q(state__in=HOLDING) & Q(hold_until__lte=at))
    return tuple(
        Has(unit, agent, first, last)
        for unit, agent, first, last in found.values_list("unit_id", "agent_id", "begin", "end")
    )


def asked_of(booking: Booking, at: datetime) -> Asked:
    """What a booking asks for, to be looked at again."""
    return Asked(booking.begin, booking.end, booking.persons, at, village_here().zone, booking.amount)
