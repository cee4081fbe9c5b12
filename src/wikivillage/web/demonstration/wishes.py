"""What people offer and look for: a few things each week, open for a fortnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from wikivillage.flows.kinds import Ending, Entry, Intent, Measure
from wikivillage.web.demonstration.by_hand import moment
from wikivillage.web.demonstration.facts import Parties, entry_id
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import everybody
from wikivillage.web.demonstration.week import Week

OPEN_FOR = timedelta(days=16)
TABLE = """
offer boards         kg   ici_montreuil     40 120 fablab
offer compost        kg   r_urban           50 200 yard
offer wood_offcuts   kg   ici_montreuil     20  80 recyclab
offer mushrooms      kg   person             2   6 cellar
offer vegetables     kg   jardin_de_cocagne  5  25 roof
offer printed_parts  kg   person             1   3 fablab
need  coffee_grounds kg   r_urban           10  30 yard
need  paper_waste    kg   r_urban           30  90 recyclab
need  plastic_sorted kg   ici_montreuil      5  20 fablab
need  brown_dry      kg   r_urban           20  60 yard
need  vegetables     kg   walt              10  40 cafe
need  boards         kg   le_6b             15  50 studios
"""
"""Side, kind of thing, unit, who (an agent, or any person), the least and the most of it, and where."""
EACH_WEEK = 3


def offered_and_wanted(week: Week, parties: Parties) -> Iterator[tuple[datetime, Entry]]:
    """The wishes of a week and their ends, each with when it was said."""
    rows = [line.split() for line in TABLE.strip().splitlines()]
    drawn = chance(week.seed, "wishes", week.span.number)
    for place in sorted(drawn.choice(len(rows), EACH_WEEK, replace=False).tolist()):
        side, spec, unit, who, least, most, where = rows[place]
        if who != "person" and who not in parties.agents:
            continue
        people = everybody()
        agent = who if who != "person" else people[int(drawn.integers(len(people)))].pseudonym
        said = moment(week, week.span.days[place % len(week.span.days)], 11.5)
        intent = Intent(
            id=entry_id("wish", spec, side, said.isoformat()),
            action="transfer",
            provider=agent if side == "offer" else None,
            receiver=agent if side == "need" else None,
            spec=spec,
            quantity=Measure(Decimal(int(drawn.integers(int(least), int(most) + 1))), unit),
            due=said + OPEN_FOR,
            at_place=where,
        )
        yield said, intent
        yield said + OPEN_FOR, Ending(entry_id("granted", intent.id), intent.id, "finished")
