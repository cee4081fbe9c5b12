"""What no meter counts: weighed, counted or known from what it goes with, and written down day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from wikivillage.flows.kinds import Entry, Event
from wikivillage.web.demonstration.facts import Parties, entry_id, event_of, loss_of, measure
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import HOUSE, KITCHEN, RECYCLING, WORKSHOP, everybody, of_circle
from wikivillage.web.demonstration.planned import LABOUR, Flow
from wikivillage.web.demonstration.week import Week, shared_out

HOURS = {
    "discharged": 6.0,
    "bought": 6.5,
    "offered": 7.0,
    "input": 9.0,
    "output": 17.0,
    "served": 18.5,
    "sold": 20.0,
    "charged": 20.5,
}
"""When it is written down, by kind of flow: what comes before what goes."""
WORKING = {
    "farm": (19.8, 8.0),
    "yard_beds": (19.8, 8.2),
    "greenhouse": (19.8, 8.4),
    "kitchen": (9.0, 14.0),
    "joinery": (9.0, 12.0),
    "chipper": (12.5, 13.0),
    "sawdust": (14.0, 14.5),
    "shredder": (9.0, 11.0),
    "extruder": (11.5, 14.5),
    "printers": (15.0, 18.0),
    "mushrooms": (13.5, 16.0),
    "cellulose": (10.0, 16.0),
    "compost": (19.0, 19.3),
    "garden_compost": (19.0, 19.5),
}
"""When processes take and when they give, so that nothing is taken before it is there."""
END_OF_DAY = 23.0
WEIGHED = {"kg": "weighed", "meal": "counted at the till", "m3": "as much as went in"}
BUSY_MINUTES = 12
BASKETS = "vegetables.served"
TYPED_BADLY, TYPING_DAY, SLIP = "fablab_wood.offered", 3, 9_000
"""Every Thursday somebody writes nine kilograms of offcuts too many, and corrects it the next morning."""
ON_DUTY = {"food": KITCHEN, "matter": RECYCLING, "people": WORKSHOP}
"""Which circle weighs what, by loop; the others are for the house."""
ONLY_BY_OWNER = ("bought", "sold", "charged", "discharged")
"""Kinds of flow that are transfers: only who gives may write them down."""


def written_by_hand(week: Week, metered: frozenset[str], parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """The events of the flows of a week that have no meter, each with when it is written down."""
    for flow in week.planned.flows.values():
        if flow.name in metered or flow.resource == LABOUR:
            continue
        for at, amount in _moments(week, flow):
            if flow.name == BASKETS:
                yield from _baskets(week, flow, parties, at, amount)
            elif flow.name == TYPED_BADLY and at.weekday() == TYPING_DAY:
                yield from _mistyped(week, flow, parties, at, amount)
            else:
                yield at, _weighed(week, flow, parties, at, amount)


def _weighed(week: Week, flow: Flow, parties: Parties, at: datetime, amount: int, who: str = "") -> Event:
    people = of_circle(ON_DUTY.get(flow.loop, HOUSE))
    duty = people[int(chance(week.seed, "duty", flow.loop, at.date().isoformat()).integers(len(people)))]
    recorder = None if flow.kind in ONLY_BY_OWNER else duty.pseudonym
    basis = WEIGHED.get(flow.unit, "counted")
    id = entry_id(flow.name, at.isoformat(), who)
    return event_of(flow, parties, amount, at, id, basis=basis, recorded_by=recorder)


def _baskets(week: Week, flow: Flow, parties: Parties, at: datetime, amount: int) -> Iterator[tuple[datetime, Entry]]:
    """The vegetables of the homes, a basket for each of them, larger where more people live."""
    sizes: dict[str, int] = {}
    for person in everybody():
        if person.home:
            sizes[person.home] = sizes.get(person.home, 0) + 1
    parts = shared_out(amount, np.array(list(sizes.values())))
    for place, (home, part) in enumerate(zip(sizes, parts.tolist(), strict=True)):
        when = at + timedelta(minutes=4 * place)
        yield when, _weighed(week, flow, parties, when, part, home)


def _mistyped(week: Week, flow: Flow, parties: Parties, at: datetime, amount: int) -> Iterator[tuple[datetime, Entry]]:
    """A weighing with a slip of the pen, and its correction the next morning."""
    wrong = _weighed(week, flow, parties, at, amount + SLIP)
    yield at, wrong
    later = at + timedelta(hours=26)
    back = measure(-SLIP, flow.unit)
    yield (
        later,
        replace(
            wrong,
            id=entry_id("corrected", wrong.id),
            quantity=back,
            at=later,
            corrects=wrong.id,
            basis="the scales said less",
        ),
    )


def moment(week: Week, day: date, hour: float, minutes: int = 0) -> datetime:
    """An hour of a local day."""
    clock = time(int(hour), round(hour % 1 * 60))
    local = datetime.combine(day, clock, week.planned.zone) + timedelta(minutes=minutes)
    return local.astimezone(UTC)


def _moments(week: Week, flow: Flow) -> Iterator[tuple[datetime, int]]:
    hour = _hour_of(week, flow)
    minutes = chance(week.seed, flow.name, week.span.number, "minutes").integers(0, BUSY_MINUTES, len(week.span.days))
    for day, amount, minute in zip(week.span.days, week.days_of(flow.name).tolist(), minutes.tolist(), strict=True):
        if amount > 0:
            yield moment(week, day, hour, minute), amount


def _hour_of(week: Week, flow: Flow) -> float:
    if flow.name in week.hourly:
        return END_OF_DAY
    if flow.kind in ("input", "output") and flow.id in WORKING:
        return WORKING[flow.id][flow.kind == "output"]
    return HOURS[flow.kind]


def lost_in_stores(week: Week, parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """What stores lost on each day, with when it was over; to be written once the meters of the day are settled."""
    units = {one.id: one.unit for one in week.planned.flows.values() if one.kind == "charged"}
    for store, lost in week.lost.items():
        resource = week.planned.stores[store]
        for day, amount in zip(week.span.days, lost.tolist(), strict=True):
            if amount > 0:
                span = moment(week, day, 0), moment(week, day + timedelta(days=1), 0)
                yield span[1], loss_of(store, resource, units[store], parties, amount, span)
